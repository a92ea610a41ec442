"""Simulated trials: roster before the lock, everything else after the draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from equipoise.core.base import Problem, ProblemsError, Sink, write_atomic
from equipoise.core.ledger import Line, OutOfTurnError, check_turn
from equipoise.design.protocol import set_values
from equipoise.design.randomisation import arms_of
from equipoise.simulate import Scenario, simulate_collect, simulate_roster
from equipoise.workspace.folder import PROTOCOL, RehearsalSecrets, TrialFolder, Work
from equipoise.workspace.folder.processes import in_processes
from equipoise.workspace.folder.vault import ALLOCATION
from equipoise.workspace.steps.beginning import make_keys
from equipoise.workspace.steps.stages import (
    REGISTER,
    drawing_stages,
    open_allocations,
    registers_of,
)

#: Changes a collected file before it is written; for tests.
Change = Callable[[str, bytes], bytes]


def sink_of(work: Work, folder: Path) -> Sink:
    """Return a sink for a folder outside the trial; it is filled when the work is finished."""

    def write(name: str, data: bytes) -> None:
        work.write_outside(folder / name, data)

    return write


def roster(
    folder: TrialFolder, scenario: Scenario, *, truth: Path, register: bytes | None = None
) -> Line:
    """Make a simulated trial's registers and keys, and mark the protocol as simulated.

    The keys follow from the scenario's seed, so that a rehearsal repeats byte for byte. They are
    never secret.

    Parameters
    ----------
    folder
        The trial, a draft.
    scenario
        What is simulated.
    truth
        The folder that receives what is true.
    register
        A real register that gives structure only: schools by authority and phase. No name and no
        number of it is kept.
    """
    check_turn("simulate-roster", folder.standing())
    if folder.last("simulate-roster") is None and (folder.path / REGISTER).exists():
        raise ProblemsError(
            [
                Problem(
                    REGISTER,
                    "whole file",
                    "schools that no simulation made",
                    "no register yet",
                    "simulate in another folder: real and invented schools are never mixed",
                )
            ]
        )
    folder.secrets = RehearsalSecrets(scenario.seed)
    if not folder.protocol.trial.simulated:
        data = set_values(folder.protocol_bytes(), {("trial", "simulated"): True})
        write_atomic(folder.path / PROTOCOL, data)
        folder.forget_protocol()
    make_keys(folder)
    work = Work(folder, "simulate-roster")
    work.read(PROTOCOL, remedy="restore the protocol")
    outside = sink_of(work, truth)
    simulate_roster(scenario, folder.protocol, work.write, outside, register=register)
    work.facts["scenario"] = asdict(scenario)
    return work.finish()


def scenario_of(folder: TrialFolder) -> Scenario:
    """Return the scenario from which the roster was made.

    Raises
    ------
    ProblemsError
        Where the trial was not simulated.
    """
    entry = folder.last("simulate-roster")
    if entry is None or not folder.protocol.trial.simulated:
        raise ProblemsError(
            [
                Problem(
                    PROTOCOL,
                    "trial.simulated",
                    "a trial with real schools" if entry is None else "simulated: false",
                    "a simulated trial",
                    "begin a simulated one with: equipoise simulate FOLDER --roster",
                )
            ]
        )
    declared = {field.name for field in fields(Scenario)}
    kept = {name: v for name, v in entry.facts["scenario"].items() if name in declared}
    return Scenario(**kept)


def collect(
    folder: TrialFolder,
    *,
    truth: Path,
    change: Change | None = None,
) -> Line:
    """Simulate what is collected after the draw. Reads the allocation: simulated trials only.

    Parameters
    ----------
    folder
        The trial, drawn.
    truth
        The folder that receives what is true.
    change
        For tests: changes a file before it is written.
    """
    scenario = scenario_of(folder)
    work = Work(folder, "simulate-collect")
    stages = folder.standing().stages
    known = dict.fromkeys((*drawing_stages(folder), *stages))
    undrawn = [s for s in known if stages.get(s) not in ("randomised", "revealed")]
    if undrawn:
        raise OutOfTurnError(
            f"stage {', '.join(undrawn)} is not drawn; what is collected follows the draw"
        )
    registers = registers_of(work)
    data = work.read(ALLOCATION, remedy="draw the trial first")
    arms = arms_of(open_allocations(folder, data))
    # The files below may depend on the arms; their digests are of what the blind side reads.
    trial: Sink = work.write if change is None else _changed(work.write, change)
    delivery = sink_of(work, folder.delivery) if folder.delivery is not None else _nowhere
    outside = sink_of(work, truth)
    simulate_collect(
        scenario,
        folder.protocol,
        registers,
        arms,
        trial,
        delivery,
        outside,
        over=_over(folder.workers),
    )
    return work.finish()


def _over(workers: int) -> Any:
    """Return a map over authorities: plain, or in several processes, in the same order."""

    def spread(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        return in_processes(function, items, workers)

    return spread


def _changed(sink: Sink, change: Change) -> Sink:
    def write(name: str, data: bytes) -> None:
        sink(name, change(name, data))

    return write


def _nowhere(name: str, data: bytes) -> None:
    del name, data
