"""The acts of a whole trial. Each is given by named people and signed into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import equipoise
from equipoise.core.base import Problem, Problems, ProblemsError, sha256_hex
from equipoise.core.ledger import Line
from equipoise.design.protocol import lock_problems
from equipoise.design.randomisation import draw_problems
from equipoise.workspace.folder import (
    PROTOCOL,
    RESTORE,
    TrialFolder,
    Work,
    pack_files,
    recorded,
    version_file,
)
from equipoise.workspace.folder.vault import DELIVERY, public_key, put
from equipoise.workspace.steps.enrolled import eligible_of
from equipoise.workspace.steps.order import guard
from equipoise.workspace.steps.stages import is_external, registers_in


def lock(folder: TrialFolder, *, by: Sequence[str]) -> Line:
    """Fix the design: head, people, keys, estimands, scheme, margins.

    Raises
    ------
    ProblemsError
        Where a key is missing, or the schools do not fit `trial.simulated`.
    """
    work = Work(folder, "lock", by=by)
    problems = standing_against(folder)
    if problems:
        raise ProblemsError(problems)
    keep_version(work)
    work.facts["meaning"] = sha256_hex(folder.protocol.meaning("design"))
    work.facts["version"] = equipoise.__version__
    return work.finish()


def standing_against(folder: TrialFolder, *, committed: bool = False) -> list[Problem]:
    """Return what stands against fixing the protocol as it is: at the lock, and at an amendment.

    Parameters
    ----------
    folder
        The trial folder.
    committed
        Whether a roster is committed: whom the registers would let be drawn now is no matter then.
    """
    problems = Problems()
    urns: tuple[str, ...] = ()
    if folder.protocol.design.population is not None:
        try:
            registers = registers_in(folder)
            urns = tuple(school.urn for school in registers.schools)
            if not committed:
                enrolment = eligible_of(folder, registers)
                if not is_external(folder):
                    problems.extend(draw_problems(folder.protocol, enrolment))
        except ProblemsError as error:
            problems.extend(error.problems)
    problems.extend(lock_problems(folder.protocol, urns))
    problems.extend(_delivery_problems(folder))
    return list(problems)


def keep_version(work: Work) -> None:
    """Read the protocol as it stands, and keep its text by the digest of its bytes."""
    data = work.read(PROTOCOL, remedy=RESTORE)
    name = version_file(sha256_hex(data))
    if not (work.folder.path / name).is_file():
        work.write(name, data)


def _delivery_problems(folder: TrialFolder) -> list[Problem]:
    """Refuse an open folder of the unblinded team inside the blind one."""
    if folder.delivery is None or not folder.delivery.is_relative_to(folder.path.resolve()):
        return []
    return [
        Problem(
            PROTOCOL,
            "delivery_dir",
            f"{folder.protocol.delivery_dir}, inside the trial folder",
            "a folder outside it: sessions and arms are not for blind eyes",
            "name a folder beside the trial, such as ../delivery",
        )
    ]


def sap_lock(folder: TrialFolder, *, by: Sequence[str]) -> Line:
    """Fix the analysis plan, before any outcome after the draw is read."""
    work = Work(folder, "sap-lock", by=by)
    keep_version(work)
    work.facts["meaning"] = sha256_hex(folder.protocol.meaning("plan"))
    return work.finish()


def freeze(folder: TrialFolder, *, by: Sequence[str]) -> Line:
    """Fix the analysis set, and take in the unblinded side sealed."""
    work = Work(folder, "freeze", by=by)
    guard(folder, "freeze")
    for name in folder.files("outcomes/"):
        if PurePosixPath(name).suffix == ".parquet":
            work.write(f"frozen/{PurePosixPath(name).name}", work.read(name, remedy=RESTORE))
    files = delivery_files(folder)
    if folder.delivery is not None:
        if not files:
            raise ProblemsError(
                [
                    Problem(
                        PROTOCOL,
                        "delivery_dir",
                        f"no file in {folder.protocol.delivery_dir}",
                        "the unblinded team's sessions, costs and interviews",
                        "put them there first: after the freeze nothing can be taken in",
                    )
                ]
            )
        public_key(folder, "delivery")
        put(work, DELIVERY, pack_files(files), key="delivery", purpose=DELIVERY)
    return work.finish()


def delivery_files(folder: TrialFolder) -> dict[str, bytes]:
    """Return the files of the unblinded team's open folder by name; none where there is none."""
    if folder.delivery is None or not folder.delivery.is_dir():
        return {}
    return {
        path.relative_to(folder.delivery).as_posix(): path.read_bytes()
        for path in sorted(folder.delivery.rglob("*"))
        if path.is_file() and not path.name.startswith(("allocation-", "."))
    }


def publish(folder: TrialFolder, *, by: Sequence[str]) -> Line:
    """Release the report, and record the digest of every file of the folder.

    Raises
    ------
    ProblemsError
        Where a recorded file is missing or changed: the report would not be of these files.
    """
    work = Work(folder, "publish", by=by)
    guard(folder, "publish")
    problems = Problems()
    for name, digest in sorted(recorded(folder.whole_chain().entries).items()):
        now = folder.digest(name)
        if name != PROTOCOL and now != digest:
            problems.add(
                file=name,
                place="whole file",
                found="no such file" if now is None else "other bytes than were read or written",
                expected="the file as the ledger records it",
                remedy="restore it from a copy: what is published is what was analysed",
            )
    problems.raise_if_any()
    for name in folder.files():
        work.read(name, remedy=RESTORE)
    return work.finish()
