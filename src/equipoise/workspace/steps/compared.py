"""Packs compared: those of a trial folder, plain ones, and extracts on an analyst's machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.authority.pack import Pack, parse_pack
from equipoise.authority.quality import Comparability, compare
from equipoise.core.base import Problem, Problems, ProblemsError, read_bytes
from equipoise.workspace.folder.examined import examined, recorded_of
from equipoise.workspace.folder.seal import MAGIC

if TYPE_CHECKING:
    from equipoise.workspace.folder import TrialFolder


def compared(
    paths: Sequence[Path],
    *,
    trial: TrialFolder | None = None,
    register: Path | None = None,
    engine: str = "duckdb",
) -> Comparability:
    """Say which outcomes of which authority compare.

    Parameters
    ----------
    paths
        Packs that are not sealed, and folders of extracts; the latter need the register.
    trial
        A trial folder whose packs are taken in too, the latest of each authority.
    register, engine
        As for `examined`.

    Raises
    ------
    ProblemsError
        With every problem of every pack and extract, or where an authority comes twice.
    """
    problems = Problems()
    recorded = [] if trial is None else [recorded_of(pack) for pack in _of_trial(trial, problems)]
    for path in paths:
        try:
            if path.is_dir():
                recorded.append(examined(path, _needed(register, path), engine=engine).recorded)
            else:
                data = read_bytes(path, file=path.name, remedy="name a pack, or a folder")
                _need_open(data, path.name)
                recorded.append(recorded_of(parse_pack(data, path.name)))
        except ProblemsError as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    codes = [one.authority for one in recorded]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        problems.add(
            file=f"authority {code}",
            place="packs",
            found="several packs or extracts",
            expected="one of each authority",
            remedy="leave the latest",
        )
    problems.raise_if_any()
    return compare(recorded)


def _of_trial(trial: TrialFolder, problems: Problems) -> list[Pack]:
    """Open the latest pack of each authority."""
    from equipoise.workspace.steps.sent import PACK_NAME, opened_pack

    latest: dict[str, tuple[int, str]] = {}
    for name in trial.files("packs/"):
        if match := PACK_NAME.fullmatch(name):
            held = (int(match["number"]), name)
            latest[match["code"]] = max(latest.get(match["code"], held), held)
    if not latest:
        problems.add(
            file=str(trial.path),
            place="packs",
            found="none",
            expected="packs that were received or ingested",
            remedy="take them in with: equipoise contacts receive PACK FOLDER",
        )
    packs = []
    for code, (_, name) in sorted(latest.items()):
        try:
            data = (trial.path / name).read_bytes()
            packs.append(opened_pack(trial, data, code=code, name=name).sent.pack)
        except ProblemsError as error:
            problems.extend(error.problems)
    return packs


def _need_open(data: bytes, file: str) -> None:
    """Refuse a sealed pack: only the trial can open it, in its own folder."""
    if data.startswith(MAGIC):
        raise ProblemsError(
            [
                Problem(
                    file,
                    "whole file",
                    "a sealed pack",
                    "a trial folder, whose packs can be opened, or a folder of an extract",
                    "take the pack in with contacts receive, and compare the trial folder",
                )
            ]
        )


def _needed(register: Path | None, path: Path) -> Path:
    if register is None:
        raise ProblemsError(
            [
                Problem(
                    str(path),
                    "whole folder",
                    "an extract, and no register",
                    "the register of schools",
                    "give --register FILE",
                )
            ]
        )
    return register
