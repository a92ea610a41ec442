"""The rehearsal: a simulated trial walked from protocol to brief, acts included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from equipoise.core.base import FixedClock, Problem, ProblemsError
from equipoise.core.ledger import Line, OutOfTurnError
from equipoise.workspace.folder import PROTOCOL, RehearsalSecrets, TrialFolder
from equipoise.workspace.steps import acts, computations, stage_acts
from equipoise.workspace.steps.beginning import make_keys
from equipoise.workspace.steps.ingest import ingest
from equipoise.workspace.steps.opening import unblind
from equipoise.workspace.steps.order import Due, next_step
from equipoise.workspace.steps.simulated import Change, collect, scenario_of
from equipoise.workspace.steps.unforeseen import rehearsed_changes

#: How many days after the end of data collection each late step is dated.
_AFTER = {
    "ingest": 7,
    "analyse-blind": 8,
    "freeze": 14,
    "unblind": 21,
    "analyse": 22,
    "report": 28,
    "publish": 35,
}


def computed(folder: TrialFolder, name: str) -> Line:
    """Do one computation by its name."""
    steps = {
        "power": computations.power,
        "ingest": ingest,
        "analyse-blind": computations.analyse_blind,
        "analyse": computations.analyse,
        "report": computations.report,
    }
    return steps[name](folder)


def run(folder: TrialFolder, shown: str) -> Iterator[Line | Due]:
    """Do the computations that are due; stop before an act.

    Parameters
    ----------
    folder
        The trial folder.
    shown
        The folder as it should stand in a command.

    Yields
    ------
    Line or Due
        Each line that was added to the ledger; last, where an act comes next, what is due.
    """
    done = None
    while (due := next_step(folder, shown)) is not None:
        if due.kind != "computation" or due.name.startswith("simulate-"):
            yield due
            return
        if due.name == done:
            raise OutOfTurnError(f"{done} was computed and is due again: its files are changing")
        folder.tell(f"computing {due.name}")
        yield computed(folder, due.name)
        done = due.name


def rehearse(
    folder: TrialFolder,
    *,
    truth: Path,
    change: Change | None = None,
    amending: bool = False,
) -> Iterator[Line]:
    """Do everything that is due, the acts included, with keys, events and times from the seed.

    Parameters
    ----------
    folder
        A simulated trial whose roster was made.
    truth
        The folder that receives what is true.
    change
        For tests: changes a collected file before it is written.
    amending
        Whether the plan is amended once before the freeze, to show what that looks like.

    Raises
    ------
    ProblemsError
        Where the trial is not simulated.
    """
    if not folder.protocol.trial.simulated:
        raise ProblemsError(
            [
                Problem(
                    PROTOCOL,
                    "trial.simulated",
                    "a real trial",
                    "a simulated one",
                    "give each act by hand: equipoise status FOLDER says which is next",
                )
            ]
        )
    made = folder.last("simulate-roster") is not None
    if not made and not folder.protocol.brings_table:
        raise OutOfTurnError(
            "the trial has no schools yet: give the command equipoise simulate FOLDER --roster"
        )
    secrets = RehearsalSecrets(scenario_of(folder).seed if made else 1)
    folder.secrets = secrets
    folder.clock = FixedClock(_moment(folder, "lock", 0))
    if folder.standing().trial == "draft":
        make_keys(folder)
    if folder.last("power") is None:
        yield computed(folder, "power")
    drawn = 0
    while (due := next_step(folder)) is not None:
        if due.kind in ("preparation", "enrolment"):
            raise OutOfTurnError(f"{due.name} comes first: give the command {due.command}")
        folder.clock = FixedClock(_moment(folder, due.name, drawn))
        place = f", stage {due.stage}" if due.stage is not None else ""
        if due.name == "ingest" and folder.last("ingest") is None:
            begun = folder.last("sap-lock")
            after = date.fromisoformat(begun.at[:10]) if begun else folder.clock.now().date()
            clock = folder.clock
            yield from rehearsed_changes(folder, after=after, amending=amending)
            folder.clock, amending = clock, False
        folder.tell(f"{due.kind} {due.name}{place}")
        drawn += due.name == "reveal"
        yield _step(folder, due, secrets, truth, change)


def _step(
    folder: TrialFolder,
    due: Due,
    secrets: RehearsalSecrets,
    truth: Path,
    change: Change | None,
) -> Line:
    if due.kind == "computation" and due.name != "simulate-collect":
        return computed(folder, due.name)
    others = [p.id for p in folder.protocol.people if p.id != due.who[0]] if due.who else []
    by = [*due.who[:1], *others][: due.signatures]
    stage = due.stage or ""
    match due.name:
        case "lock":
            return acts.lock(folder, by=by)
        case "commit":
            return stage_acts.commit(folder, stage=stage, by=by)
        case "randomise":
            return stage_acts.randomise(
                folder,
                stage=stage,
                by=by,
                event_value=secrets.take(f"event {stage}", 32).hex(),
                event_source="rehearsal: no public event, the value follows from the seed",
            )
        case "reveal":
            return stage_acts.reveal(folder, stage=stage, by=by)
        case "simulate-collect":
            return collect(folder, truth=truth, change=change)
        case "sap-lock":
            return acts.sap_lock(folder, by=by)
        case "freeze":
            return acts.freeze(folder, by=by)
        case "unblind":
            return unblind(folder, by=by)
    return acts.publish(folder, by=by)


def _moment(folder: TrialFolder, name: str, drawn: int) -> datetime:
    """Return when a step of the rehearsal is dated: from the protocol's own dates."""
    protocol = folder.protocol
    periods, event = protocol.design.periods, protocol.design.scheme.event
    start = protocol.registration.protocol_date
    draw = event.not_before if event is not None else start + timedelta(days=60)
    last = max([w.end for w in periods.windows], default=draw)
    end = max(last, periods.pending_cut_off or last, draw + timedelta(days=60))
    offsets: dict[str, date] = {
        "lock": start + timedelta(days=7),
        "commit": draw - timedelta(days=7),
        "randomise": draw,
        "reveal": draw + timedelta(days=1),
        "sap-lock": draw + timedelta(days=60),
        "simulate-collect": draw + timedelta(days=30),
    }
    on = offsets.get(name) or end + timedelta(days=_AFTER.get(name, 0))
    minute = time(10, min(drawn, 59)) if name in ("commit", "randomise", "reveal") else time(10)
    return datetime.combine(on, minute, tzinfo=UTC)
