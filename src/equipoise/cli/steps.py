"""Acts and computations of a trial, and the look at what was done."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import (
    AsJson,
    By,
    Folder,
    Stage,
    Workers,
    a_date,
    open_trial,
    show_line,
)


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    for command in (lock, commit, randomise, reveal, ingest, freeze, unblind, analyse, report):
        application.command()(command)
    application.command("sap-lock")(sap_lock)
    for command in (publish, run, verify, log):
        application.command()(command)


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
) -> None:
    """Act: fix a stage's roster, strata, seed hash and future event, before the draw.

    Example: equipoise commit trials/north --stage 350 --by unblinded-statistician
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import acts

    line = acts.commit(
        trial,
        stage=stage,
        by=by or [],
        event_round=event_round,
        not_before=a_date(not_before, "--not-before"),
    )
    show_line(trial, line)


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
) -> None:
    """Act: draw a stage from the committed seed and the public event. Two signatures.

    Example: equipoise randomise trials/north --stage 350 --event-value 8f3a...
    --event-source https://example.org/round/1 --by unblinded-statistician --by sponsor
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import acts

    line = acts.randomise(
        trial,
        stage=stage,
        by=by or [],
        event_value=event_value,
        event_source=event_source,
        event_date=a_date(event_date, "--event-date"),
    )
    show_line(trial, line)


def reveal(folder: Folder, stage: Stage, by: By = None) -> None:
    """Act: open a stage's arms to its declared readers.

    Example: equipoise reveal trials/north --stage 350 --by unblinded-statistician
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import acts

    show_line(trial, acts.reveal(trial, stage=stage, by=by or []))
    if trial.delivery is not None:
        say(f"  the arms are in {trial.delivery / f'allocation-{stage}.csv'}")


def sap_lock(folder: Folder, by: By = None) -> None:
    """Act: fix the analysis plan, before any outcome is read.

    Example: equipoise sap-lock trials/north --by statistician
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import acts

    show_line(trial, acts.sap_lock(trial, by=by or []))


def ingest(folder: Folder, workers: Workers = 1) -> None:
    """Read what was collected and make the analysis set, which knows no arm.

    Example: equipoise ingest trials/north
    """
    trial = open_trial(folder, workers=workers)
    from equipoise.workspace.steps.ingest import ingest as step

    show_line(trial, step(trial))


def freeze(folder: Folder, by: By = None) -> None:
    """Act: fix the analysis set and take in the unblinded side, sealed.

    Example: equipoise freeze trials/north --by data-manager
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps import acts

    show_line(trial, acts.freeze(trial, by=by or []))


def unblind(folder: Folder, by: By = None) -> None:
    """Act: open arms, seeds and the unblinded side; prove the draw. Two signatures.

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
    """Analyse as pre-specified; with --blind, run every model on made-up arms.

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
    """Act: release the report, and record every file of the folder.

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
    """Do the computations that are due; stop before an act and say who may give it.

    Example: equipoise run trials/north
    """
    trial = open_trial(folder, workers=workers)
    from equipoise.core.ledger import Line
    from equipoise.workspace.steps import rehearsal

    if rehearse:
        outside = truth or folder.resolve().parent / "truth"
        for line in rehearsal.rehearse(trial, truth=outside):
            del line
        say(f"The trial is {trial.standing().trial}. Brief: {brief_of(trial.path)}")
        return
    done = 0
    for step in rehearsal.run(trial, str(folder)):
        if isinstance(step, Line):
            done += 1
            say(f"{step.entry.name}: recorded as line {step.entry.seq + 1} of the ledger.")
        else:
            who = " or ".join(step.who) or "nobody in the protocol"
            say(f"{done} computations done. Next is an act: {step.name}, by {who}.")
            say(f"  {step.command}")
            return
    say(f"{done} computations done. Nothing is due: the trial is reported.")


def brief_of(folder: Path) -> Path | None:
    """Return the path of the brief as a page, or None where there is none."""
    pages = sorted((folder / "report").glob("*brief.html"))
    return pages[0] if pages else None


def verify(
    folder: Folder,
    receipt: Annotated[
        list[str] | None,
        typer.Option("--receipt", help="A ledger head lodged outside, or a file that holds some."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove from the folder what can be proved: chain, files, commitments, draw, receipts.

    Exit code 1 where something does not hold.

    Example: equipoise verify trials/north --receipt receipts.txt
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.verification import read_receipts
    from equipoise.workspace.steps.verification import verify as step

    found = step(trial, read_receipts(receipt or []))
    if as_json:
        say_json(
            {
                "consistent": found.consistent,
                "head": found.head,
                "lines": found.lines,
                "findings": [finding.__dict__ for finding in found.findings],
            }
        )
    else:
        for finding in found.findings:
            say(f"{finding.verdict:6} {finding.subject}: {finding.words}")
        say("Consistent." if found.consistent else "NOT consistent.")
        say(f"Ledger head: {found.head}")
    if not found.consistent:
        raise typer.Exit(1)


def log(folder: Folder, as_json: AsJson = False) -> None:
    """Print the ledger: what was done, when, and by whom.

    Example: equipoise log trials/north
    """
    trial = open_trial(folder)
    from equipoise.core.results import to_plain

    chain = trial.whole_chain()
    if as_json:
        say_json([to_plain(line) | {"digest": line.digest()} for line in chain.lines])
        return
    rows = [
        (
            str(e.seq + 1),
            e.at[:16].replace("T", " "),
            e.name,
            e.stage or "",
            ", ".join(e.by) or "(computed)",
            line.digest()[:12],
        )
        for line in chain.lines
        for e in (line.entry,)
    ]
    show_table(("line", "when (UTC)", "step", "stage", "by", "digest"), rows)
