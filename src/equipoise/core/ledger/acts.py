"""States, acts and who may follow whom: one table.

The trial is draft, locked, sap-locked, frozen, unblinded, reported. Each stage of the draw is
enrolled, committed, randomised, revealed. `STEPS` says for every act and computation in which
states it may be done and where it leads; the state of a trial is read off its ledger, never stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from equipoise.core.ledger.entry import Entry

TRIAL_STATES = ("draft", "locked", "sap-locked", "frozen", "unblinded", "reported")
STAGE_STATES = ("enrolled", "committed", "randomised", "revealed")


@dataclass(frozen=True)
class Step:
    """An act or a computation and its place in the order.

    Attributes
    ----------
    name
        As typed on the command line.
    kind
        act or computation.
    states
        The trial's states in which it may be done.
    leads_to
        The trial's state after it, or None where it stays.
    stage_states
        For a stage act: the stage's states in which it may be done.
    stage_leads_to
        The stage's state after it.
    """

    name: str
    kind: Literal["act", "computation"]
    states: tuple[str, ...]
    leads_to: str | None = None
    stage_states: tuple[str, ...] = ()
    stage_leads_to: str | None = None


_DRAWING = ("locked", "sap-locked")
_CHANGING = ("locked", "sap-locked", "frozen", "unblinded")
STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("simulate-roster", "computation", ("draft",)),
        Step("enrol", "computation", ("draft", *_DRAWING)),
        Step("power", "computation", TRIAL_STATES),
        Step("lock", "act", ("draft",), "locked"),
        Step("commit", "act", _DRAWING, None, ("enrolled",), "committed"),
        Step("randomise", "act", _DRAWING, None, ("committed",), "randomised"),
        Step("reveal", "act", _DRAWING, None, ("randomised",), "revealed"),
        Step("simulate-collect", "computation", _DRAWING),
        Step("sap-lock", "act", ("locked",), "sap-locked"),
        Step("ingest", "computation", ("sap-locked",)),
        Step("analyse-blind", "computation", ("sap-locked", "frozen")),
        Step("freeze", "act", ("sap-locked",), "frozen"),
        Step("unblind", "act", ("frozen",), "unblinded"),
        Step("analyse", "computation", ("unblinded",)),
        Step("report", "computation", ("unblinded",)),
        Step("publish", "act", ("unblinded",), "reported"),
        # As often as needed, and nothing moves on by them: what was drawn stays drawn.
        Step("amend", "act", _CHANGING),
        Step("correct", "act", _CHANGING, None, ("randomised", "revealed")),
    )
}


@dataclass(frozen=True)
class Standing:
    """Where a trial stands.

    Attributes
    ----------
    trial
        One of `TRIAL_STATES`.
    stages
        From stage to one of `STAGE_STATES`, for the stages that the ledger knows.
    """

    trial: str
    stages: dict[str, str]

    def stage(self, name: str) -> str:
        """Return a stage's state: enrolled until it is committed."""
        return self.stages.get(name, "enrolled")


#: Where every trial begins.
START = Standing(TRIAL_STATES[0], {})


class OutOfTurnError(ValueError):
    """A step that is not due: one sentence says why and what comes first."""


def standing(entries: Iterable[Entry]) -> Standing:
    """Read a trial's state off its ledger.

    Raises
    ------
    OutOfTurnError
        Where an entry stands in the ledger that could not have been done.
    """
    now = START
    for entry in entries:
        now = advance(now, entry)
    return now


def advance(now: Standing, entry: Entry) -> Standing:
    """Return where a trial stands after one more entry.

    Raises
    ------
    OutOfTurnError
        Where the entry could not have been done.
    """
    check_turn(entry.name, now, entry.stage)
    step = STEPS[entry.name]
    stages = now.stages
    if step.stage_leads_to and entry.stage is not None:
        stages = {**stages, entry.stage: step.stage_leads_to}
    return Standing(step.leads_to or now.trial, stages)


def check_turn(name: str, now: Standing, stage: str | None = None) -> None:
    """Do nothing where a step may be done now; else say why not.

    Raises
    ------
    OutOfTurnError
        With one sentence.
    """
    step = STEPS.get(name)
    if step is None:
        raise OutOfTurnError(f"this version of equipoise knows no step called {name}")
    if now.trial not in step.states:
        raise OutOfTurnError(_refusal(step, now.trial))
    if not step.stage_states:
        return
    if stage is None:
        raise OutOfTurnError(f"{name} is done stage by stage: name the stage with --stage")
    if now.stage(stage) not in step.stage_states:
        needed = " or ".join(step.stage_states)
        raise OutOfTurnError(
            f"stage {stage} is {now.stage(stage)}; {name} can be done only while it is {needed}"
        )


def _refusal(step: Step, state: str) -> str:
    position = TRIAL_STATES.index(state)
    needed = " or ".join(step.states)
    if position > TRIAL_STATES.index(step.states[-1]):
        return f"the trial is {state}; {step.name} could be done only while it was {needed}"
    before = next(
        (s.name for s in STEPS.values() if s.leads_to == step.states[0]), "an earlier step"
    )
    return (
        f"the trial is {state}; {step.name} can be done once it is {needed}: {before} comes first"
    )
