"""Acts and computations of a trial, and the look at what was done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.drawing import committed_notes, drawn_notes
from equipoise.cli.enrolling import left_out
from equipoise.cli.messages import say
from equipoise.cli.options import (
    By,
    Engine,
    Folder,
    Rows,
    Stage,
    Workers,
    a_date,
    need_engine,
    open_trial,
    show_line,
    truth_of,
    words_of,
)
from equipoise.cli.signing import Request, ask_second

if TYPE_CHECKING:
    from equipoise.workspace.folder import TrialFolder


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    draw = (lock, commit, randomise, reveal, sap_lock)
    for command in (*draw, ingest, freeze, unblind, analyse, report, publish, run):
        name = command.__name__.replace("_", "-")
        application.command(name)(command)


def lock(folder: Folder, by: By = None) -> None:
    """Act: fix the design. Signed by the statistician.

    Example: equipoise lock trials/north --by statistician
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import acts

    show_line(trial, acts.lock(trial, by=by or []))


def commit(
    folder: Folder,
    stage: Stage,
    by: By = None,
    event_round: Annotated[
        str | None, typer.Option("--event-round", help="Which future event, in words.")
    ] = None,
    not_before: Annotated[
        str | None, typer.Option("--not-before", metavar="DATE", help="Its earliest date.")
    ] = None,
    units: Annotated[
        str | None,
        typer.Option("--units", metavar="URN,URN", help="Only these; others in a later stage."),
    ] = None,
) -> None:
    """Act: fix what a stage's draw depends on. Roster, strata, seed hash and future event.

    Schools that come after their stage was committed are a stage of their own: 350-2, then 350-3.

    Example: equipoise commit trials/north --stage 350 --by unblinded-statistician
    --event-round "round 4711" --not-before 2024-09-16
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import events, stage_acts

    line = stage_acts.commit(
        trial,
        stage=stage,
        by=by or [],
        event_round=event_round,
        not_before=a_date(not_before, "--not-before"),
        units=None if units is None else [one.strip() for one in units.split(",") if one.strip()],
    )
    facts = line.entry.facts
    event = (
        f"The draw waits for: {facts['event_source']}, {facts['event_round']}, "
        f"on {facts['not_before']} or later."
    )
    ahead = events.ahead_notes(trial, stage)
    notes = (
        *ahead,
        *_shared(trial, stage),
        *left_out(trial, stage),
        *committed_notes(trial, stage),
    )
    show_line(trial, line, [event, *notes])


def _shared(trial: TrialFolder, stage: str) -> Iterator[str]:
    """Say which of a stage's schools share a lead across authorities or phases."""
    from equipoise.workspace.steps.stages import shared_across

    population = trial.protocol.design.population
    together = population is not None and population.shared_dsl == "together"
    for group in shared_across(trial, stage):
        schools, places = ", ".join(group.urns), ", ".join(group.la_codes)
        yield f"Note: schools {schools} (authorities {places}) share a lead or deputy."
        if together:
            yield f"  They are kept together and drawn as one unit, {group.urns[0]}."
        else:
            yield "  They are drawn apart, so that one person may work in both arms."


def randomise(
    folder: Folder,
    stage: Stage,
    event_value: Annotated[
        str, typer.Option("--event-value", help="The value of the public event, as published.")
    ],
    event_source: Annotated[
        str, typer.Option("--event-source", help="Where it was seen: an address.")
    ],
    by: By = None,
    event_date: Annotated[
        str | None, typer.Option("--event-date", metavar="DATE", help="Its date; today if left out")
    ] = None,
    event_round: Annotated[
        str | None, typer.Option("--event-round", help="Its round; refused if not the committed.")
    ] = None,
    request: Request = None,
) -> None:
    """Act: draw a stage from seed and public event. Two signatures.

    Example: equipoise randomise trials/north --stage 350 --event-value 8f3a...
    --event-source https://example.org/round/1 --by unblinded-statistician --by sponsor
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import stage_acts

    work = stage_acts.prepare_draw(
        trial,
        stage=stage,
        by=by or [],
        event_value=event_value,
        event_source=event_source,
        event_date=a_date(event_date, "--event-date"),
        event_round=event_round,
    )
    if request is not None:
        ask_second(work, request)
        return
    show_line(trial, work.finish(), drawn_notes(trial))


def reveal(folder: Folder, stage: Stage, by: By = None) -> None:
    """Act: open a stage's arms to its declared readers.

    Example: equipoise reveal trials/north --stage 350 --by unblinded-statistician
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import stage_acts

    line = stage_acts.reveal(trial, stage=stage, by=by or [])
    where = trial.delivery
    notes = [] if where is None else [f"the arms are in {where / f'allocation-{stage}.csv'}"]
    show_line(trial, line, notes)


def sap_lock(folder: Folder, by: By = None) -> None:
    """Act: fix the analysis plan, before any outcome is read.

    Example: equipoise sap-lock trials/north --by statistician
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import acts

    show_line(trial, acts.sap_lock(trial, by=by or []))


def ingest(folder: Folder, workers: Workers = 1, engine: Rows = Engine.DUCKDB) -> None:
    """Read what was collected; make the analysis set. It knows no arm.

    Example: equipoise ingest trials/north
    """
    need_engine(engine)
    trial = open_trial(folder, workers=workers)
    from equipoise.workspace.steps.ingest import ingest as step

    show_line(trial, step(trial, engine=engine))


def freeze(folder: Folder, by: By = None) -> None:
    """Act: fix the analysis set. The unblinded side is taken in, sealed.

    Example: equipoise freeze trials/north --by data-manager
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import acts

    show_line(trial, acts.freeze(trial, by=by or []))


def unblind(folder: Folder, by: By = None) -> None:
    """Act: open arms, seeds and delivery; prove the draw. Two signatures.

    Example: equipoise unblind trials/north --by unblinded-statistician --by sponsor
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.opening import unblind as step

    show_line(trial, step(trial, by=by or []))


def analyse(
    folder: Folder,
    blind: Annotated[
        bool, typer.Option("--blind", help="On made-up arms; the allocation is never read.")
    ] = False,
) -> None:
    """Analyse as pre-specified, or --blind on made-up arms.

    Example: equipoise analyse trials/north --blind
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import computations

    step = computations.analyse_blind if blind else computations.analyse
    show_line(trial, step(trial))


def report(folder: Folder) -> None:
    """Write the brief, as pages for the screen and for print.

    Example: equipoise report trials/north
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import computations

    show_line(trial, computations.report(trial))


def publish(folder: Folder, by: By = None) -> None:
    """Act: release the report and record every file.

    Example: equipoise publish trials/north --by sponsor
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import acts

    show_line(trial, acts.publish(trial, by=by or []))


def run(
    folder: Folder,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Simulated trials only: do the acts as well.")
    ] = False,
    truth: Annotated[
        Path | None, typer.Option("--truth", help="With --rehearse: where the truth goes.")
    ] = None,
    workers: Workers = 1,
) -> None:
    """Do the computations that are due. Stop before an act and say who may give it.

    Example: equipoise run trials/north
    """
    trial = open_trial(folder, workers=workers)
    from equipoise.core.ledger import Line
    from equipoise.workspace.steps import rehearsal

    if rehearse:
        outside = truth or truth_of(folder)
        for line in rehearsal.rehearse(trial, truth=outside):
            del line
        say("SIMULATED DATA, NOT FINDINGS")
        say(f"The trial is {trial.standing().trial}. Brief: {brief_of(trial.path)}")
        return
    done = 0
    for step in rehearsal.run(trial, str(folder)):
        if isinstance(step, Line):
            done += 1
            say(f"{step.entry.name}: recorded as line {step.entry.seq + 1} of the ledger.")
        else:
            say(f"{_computations(done)} done. Next: {words_of(step)}.")
            say(f"  {step.command}")
            return
    say(f"{_computations(done)} done. Nothing is due: the trial is reported.")


def _computations(count: int) -> str:
    return "1 computation" if count == 1 else f"{count} computations"


def brief_of(folder: Path) -> Path | None:
    """Return the path of the brief as a page, or None where there is none."""
    pages = sorted((folder / "report").glob("*brief.html"))
    return pages[0] if pages else None
