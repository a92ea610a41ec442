"""The acts: what changes a trial. Each is given by named people and signed into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath

import equipoise
from equipoise.core.base import Problem, Problems, ProblemsError, csv_bytes, day, sha256_hex
from equipoise.core.ledger import Line, OutOfTurnError
from equipoise.design.protocol import lock_problems
from equipoise.design.randomisation import (
    CHOOSING,
    allocation_bytes,
    arms_of,
    balance,
    chances,
    check_event,
    check_event_date,
    draw,
    draw_problems,
    known_covariates,
    seed_hash,
)
from equipoise.design.randomisation import (
    commit as fix,
)
from equipoise.workspace.folder import PROTOCOL, TrialFolder, Work, pack_files, recorded
from equipoise.workspace.folder.vault import (
    ALLOCATION,
    DELIVERY,
    SEEDS,
    private_key,
    public_key,
    put,
    take,
)
from equipoise.workspace.steps.order import guard
from equipoise.workspace.steps.stages import (
    commitment_file,
    drawn_stages,
    enrolment_of,
    is_external,
    open_allocations,
    purpose,
    registers_in,
    registers_of,
)

BALANCE = "results/balance.json"
CHANCES = "results/chances.json"
_RESTORE = "restore the file from a copy"


def lock(folder: TrialFolder, *, by: Sequence[str]) -> Line:
    """Fix the design: head, people, keys, estimands, scheme, margins.

    Raises
    ------
    ProblemsError
        Where a key is missing, or the schools do not fit `trial.simulated`.
    """
    work = Work(folder, "lock", by=by)
    problems = Problems()
    urns: tuple[str, ...] = ()
    if folder.protocol.design.population is not None:
        try:
            registers = registers_in(folder)
            enrolment = enrolment_of(folder, registers)
            if not is_external(folder):
                problems.extend(draw_problems(folder.protocol, enrolment))
            urns = tuple(school.urn for school in registers.schools)
        except ProblemsError as error:
            problems.extend(error.problems)
    problems.extend(lock_problems(folder.protocol, urns))
    problems.extend(_delivery_problems(folder))
    problems.raise_if_any()
    work.read(PROTOCOL, remedy=_RESTORE)
    work.facts["meaning"] = sha256_hex(folder.protocol.meaning("design"))
    work.facts["version"] = equipoise.__version__
    return work.finish()


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


def commit(
    folder: TrialFolder,
    *,
    stage: str,
    by: Sequence[str],
    event_round: str | None = None,
    not_before: date | None = None,
) -> Line:
    """Fix a stage's roster, strata, scheme, seed hash and event, before the event is known."""
    work = Work(folder, "commit", stage=stage, by=by)
    if is_external(folder):
        raise OutOfTurnError(
            "the trial was drawn elsewhere (draw: external): no stage is committed here, "
            "its arms come with outcomes/outcomes.csv"
        )
    enrolment = enrolment_of(folder, registers_of(work))
    secret = folder.secrets.take(f"seed {folder.protocol.trial.id} {stage}", 32)
    commitment = fix(
        folder.protocol,
        enrolment,
        stage,
        seed_hash=seed_hash(secret),
        code_version=equipoise.__version__,
        event_round=event_round,
        not_before=not_before,
    )
    put(work, SEEDS, secret, key="see", purpose=purpose("seed", folder, stage))
    work.write_result(commitment_file(stage), commitment)
    if commitment.declared.type in CHOOSING:
        before = work.result_if_there(CHANCES)
        work.write_result(CHANCES, chances(commitment, None if before is None else before.data))
    work.facts.update(
        seed_hash=commitment.seed_hash,
        roster_digest=commitment.roster_digest,
        event_source=commitment.event.source,
        event_round=commitment.event.round,
        not_before=commitment.event.not_before,
    )
    return work.finish()


def randomise(
    folder: TrialFolder,
    *,
    stage: str,
    by: Sequence[str],
    event_value: str,
    event_source: str,
    event_date: date | None = None,
    event_round: str | None = None,
) -> Line:
    """Draw a stage: secret seed, public event, committed roster; seal the arms.

    Raises
    ------
    ProblemsError
        Where the event is too early or another than was committed, the see-key is not at hand,
        or anything committed changed.
    """
    work = Work(folder, "randomise", stage=stage, by=by)
    commitment = work.result(commitment_file(stage), remedy=_RESTORE).data
    seen = event_date or day(folder.clock.now())
    check_event_date(commitment, seen)
    check_event(commitment, event_source, event_round)
    secret = _seed_of(work, stage)
    allocation = draw(commitment, secret, event_value, event_date=seen)
    before = drawn_stages(folder)
    drawn = open_allocations(folder, work.read(ALLOCATION, remedy=_RESTORE)) if before else ()
    put(
        work,
        ALLOCATION,
        allocation_bytes([allocation]),
        key="see",
        purpose=purpose("allocation", folder, stage),
    )
    covariates = known_covariates(enrolment_of(folder, registers_of(work)))
    reference = folder.protocol.reference.id
    result = balance([*drawn, allocation], covariates, reference)
    # What balance was computed from is sealed; only what is readable is named as its input.
    inputs = {name: digest for name, digest in work.reads.items() if name.startswith("design/")}
    work.write_result(BALANCE, result, inputs)
    work.facts.update(
        event_value=event_value,
        event_source=event_source,
        event_date=seen.isoformat(),
        units=len(commitment.roster),
    )
    return work.finish()


def _seed_of(work: Work, stage: str) -> bytes:
    """Open the sealed seed of a stage."""
    folder = work.folder
    stages = [e.stage for e in folder.whole_chain().entries if e.name == "commit" and e.stage]
    data = work.read(SEEDS, remedy=_RESTORE)
    pair = private_key(folder, "see")
    purposes = [purpose("seed", folder, each) for each in stages]
    seeds = take(data, pair=pair, name=SEEDS, purposes=purposes)
    return seeds[stages.index(stage)]


def reveal(folder: TrialFolder, *, stage: str, by: Sequence[str]) -> Line:
    """Open a stage's arms to its declared readers, in the unblinded team's open folder."""
    work = Work(folder, "reveal", stage=stage, by=by)
    allocations = open_allocations(folder, work.read(ALLOCATION, remedy=_RESTORE))
    rows = [row for a in allocations if a.stage == stage for row in a.rows]
    names = {school.urn: school.name for school in registers_in(folder).schools}
    data = csv_bytes(
        ("urn", "school_name", "arm"), [(r.urn, names.get(r.urn, ""), r.arm) for r in rows]
    )
    if folder.delivery is not None:
        work.write_outside(folder.delivery / f"allocation-{stage}.csv", data)
    # The plain list is not recorded by digest: whoever can guess it could test the guess.
    work.facts.update(readers=list(folder.protocol.design.stages.reveal_to), schools=len(rows))
    return work.finish()


def sap_lock(folder: TrialFolder, *, by: Sequence[str]) -> Line:
    """Fix the analysis plan, before any outcome after the draw is read."""
    work = Work(folder, "sap-lock", by=by)
    work.read(PROTOCOL, remedy=_RESTORE)
    work.facts["meaning"] = sha256_hex(folder.protocol.meaning("plan"))
    return work.finish()


def freeze(folder: TrialFolder, *, by: Sequence[str]) -> Line:
    """Fix the analysis set, and take in the unblinded side sealed."""
    work = Work(folder, "freeze", by=by)
    guard(folder, "freeze")
    for name in folder.files("outcomes/"):
        if PurePosixPath(name).suffix == ".parquet":
            work.write(f"frozen/{PurePosixPath(name).name}", work.read(name, remedy=_RESTORE))
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
        work.read(name, remedy=_RESTORE)
    return work.finish()


def allocation_of(folder: TrialFolder, data: bytes) -> dict[str, str]:
    """Return the arm of each school, opened with the see-key."""
    return arms_of(open_allocations(folder, data))
