"""The demonstration: one simulated trial, from protocol to brief, in one folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from equipoise.core.base import FixedClock, Problem, ProblemsError, write_atomic
from equipoise.core.results import decode_result
from equipoise.design.protocol import template
from equipoise.evaluation.analysis import OutcomeResult
from equipoise.simulate import Scenario
from equipoise.workspace.folder import PROTOCOL, KeyRing, RehearsalSecrets, TrialFolder
from equipoise.workspace.steps.rehearsal import rehearse
from equipoise.workspace.steps.simulated import roster
from equipoise.workspace.steps.verification import Verification, verify

#: Says that a folder was made by `demo` and may be made anew.
MARK = "equipoise-demo.txt"
MARK_WORDS = b"Made by equipoise demo. SIMULATED DATA, NOT FINDINGS. May be deleted.\n"


@dataclass(frozen=True)
class Shown:
    """What the demonstration made.

    Attributes
    ----------
    trial
        The trial folder.
    page, printed
        The brief for the screen and for print.
    primary
        The primary outcome's result.
    verification
        What verify says of the folder, with the receipts of all acts.
    """

    trial: Path
    page: Path
    printed: Path
    primary: OutcomeResult
    verification: Verification


def demonstrate(
    out: Path,
    *,
    scenario: Scenario,
    tell: Callable[[str], None],
    workers: int = 1,
    change: Callable[[str, bytes], bytes] | None = None,
) -> Shown:
    """Build a simulated trial and walk it from protocol to published brief.

    Parameters
    ----------
    out
        A folder that is empty, not there, or was made by an earlier demonstration.
    scenario
        What is simulated.
    tell
        Takes progress messages.
    workers
        Processes; every byte is the same for any number.
    change
        For tests: changes a collected file before it is written.

    Raises
    ------
    ProblemsError
        Where the folder holds something else.
    """
    clear(out)
    write_atomic(out / MARK, MARK_WORDS)
    path = out / "dsl-primary"
    write_atomic(path / PROTOCOL, template("dsl-primary"))
    folder = TrialFolder(
        path,
        keys=KeyRing((out / "keys",)),
        secrets=RehearsalSecrets(scenario.seed),
        tell=tell,
        workers=workers,
    )
    folder.clock = FixedClock.parse(folder.protocol.registration.protocol_date.isoformat())
    tell(f"inventing {scenario.schools} schools in {scenario.authorities} authorities")
    roster(folder, scenario, truth=out / "truth")
    receipts = [
        line.digest()
        for line in rehearse(folder, truth=out / "truth", change=change, amending=True)
        if line.entry.kind == "act"
    ]
    write_atomic(out / "receipts.txt", ("\n".join(receipts) + "\n").encode())
    tell("verifying chain, files, commitments and draw")
    pages = sorted((path / "report").glob("*brief.html"))
    impact = decode_result((path / "results" / "impact.json").read_bytes()).data
    primary = next(o for o in impact.outcomes if o.outcome == impact.primary)
    return Shown(
        trial=path,
        page=pages[0],
        printed=pages[0].with_suffix(".pdf"),
        primary=primary,
        verification=verify(folder, receipts),
    )


def clear(out: Path) -> None:
    """Empty a folder that an earlier demonstration made; refuse any other that holds something."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / MARK).is_file():
        raise ProblemsError(
            [
                Problem(
                    str(out),
                    "whole folder",
                    "files that no demonstration made",
                    "an empty folder, or one that an earlier demonstration made",
                    "name another folder with --out",
                )
            ]
        )
    shutil.rmtree(out)
