"""Events of a trial: whether each was still to come, and one only, when its stage was committed.

In a simulated trial time is invented: there it is said, and refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from equipoise.core.base import Problem, ProblemsError, day
from equipoise.core.ledger import Entry
from equipoise.design.randomisation import Commitment, DeclaredEvent, event_fault, steerable
from equipoise.workspace.folder import TrialFolder


def check_ahead(folder: TrialFolder, commitment: Commitment) -> None:
    """Refuse to commit a real trial's stage to an event that somebody could choose.

    Raises
    ------
    ProblemsError
        As `steerable`.
    """
    problems = steerable(commitment.event, commitment.stage, day(folder.clock.now()))
    if problems and not folder.protocol.trial.simulated:
        raise ProblemsError(problems)


def ahead_notes(folder: TrialFolder, stage: str) -> Iterator[str]:
    """Say for what a real trial's stage would have been refused."""
    for entry in folder.whole_chain().entries:
        if (entry.name, entry.stage) == ("commit", stage):
            for problem in steerable(_event_of(entry.facts), stage, _day_of(entry)):
                yield f"Note: a real trial is refused here, {problem.place}: {problem.found}."


def recorded_faults(entries: tuple[Entry, ...]) -> dict[str, str]:
    """Return, by drawn stage, why its event was none to come when the stage was committed."""
    committed = {entry.stage: entry for entry in entries if entry.name == "commit"}
    found = {}
    for entry in entries:
        made = committed.get(entry.stage)
        if entry.name == "randomise" and entry.stage is not None and made is not None:
            seen = date.fromisoformat(entry.facts["event_date"])
            fault = event_fault(_event_of(made.facts), _day_of(made), seen)
            if fault is not None:
                found[entry.stage] = fault
    return found


def check_recorded(folder: TrialFolder, entry: Entry) -> None:
    """Refuse to sign a real trial's draw whose event was known when its stage was committed.

    Raises
    ------
    ProblemsError
        As `event_fault`.
    """
    fault = recorded_faults((*folder.whole_chain().entries, entry)).get(entry.stage or "")
    if fault is not None and not folder.protocol.trial.simulated:
        place, remedy = f"stage {entry.stage}", "tell the first person, and sign nothing"
        raise ProblemsError([Problem("the request", place, fault, "an event to come", remedy)])


def _event_of(facts: Mapping[str, Any]) -> DeclaredEvent:
    return DeclaredEvent(facts["event_source"], facts["event_round"], facts["not_before"])


def _day_of(entry: Entry) -> date:
    return date.fromisoformat(entry.at[:10])
