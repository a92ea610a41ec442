"""What may still change after the lock, by two people: amend, correct, sign."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.messages import say
from equipoise.cli.options import By, Folder, a_date, open_trial, show_line
from equipoise.cli.signing import Request, ask_second

if TYPE_CHECKING:
    from equipoise.core.ledger import Entry
    from equipoise.workspace.folder import TrialFolder, Work


class Kind(StrEnum):
    """What was found out about drawn schools."""

    ENROLLED_TWICE = "enrolled-twice"
    MERGED = "merged"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    SHARED_DSL = "shared-dsl"


And = Annotated[
    list[str] | None, typer.Option("--and", metavar="PERSON", help="The second who signs.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in words.")]


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    application.command()(amend)
    application.command()(correct)
    application.command()(sign)


def amend(
    folder: Folder,
    reason: Reason,
    by: By = None,
    second: And = None,
    request: Request = None,
) -> None:
    """Act: change a locked protocol. Two signatures.

    Edit trial.yaml first; it becomes the new version. Every change is listed, old and new; all
    versions are kept; what was computed under the old version is due again.

    Example: equipoise amend trials/north --reason "the second wave was postponed"
    --by statistician --and sponsor
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.amendments import prepare_amendment

    work = prepare_amendment(trial, reason=reason, by=[*(by or []), *(second or [])])
    _give(trial, work, request)


def correct(
    folder: Folder,
    kind: Annotated[Kind, typer.Option("--kind", help="What was found out.")],
    units: Annotated[
        str, typer.Option("--units", metavar="URN,URN", help="The drawn schools that it concerns.")
    ],
    reason: Reason,
    by: By = None,
    second: And = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help="Their stage, to be checked; follows from them.")
    ] = None,
    effective: Annotated[
        str | None, typer.Option("--effective", metavar="DATE", help="Since when it is so.")
    ] = None,
    request: Request = None,
) -> None:
    """Act: say what was found out about drawn schools. Two signatures.

    The draw stays what it was, and every school stays in its arm unless design.corrections in
    trial.yaml says otherwise. Of merged schools the one that goes on is named first.

    Example: equipoise correct trials/north --kind merged --units 900012,900044
    --reason "amalgamated, letter of 4 January" --by data-manager --and statistician
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.corrections import prepare_correction

    work = prepare_correction(
        trial,
        kind=kind.value,
        urns=[urn.strip() for urn in units.split(",") if urn.strip()],
        reason=reason,
        by=[*(by or []), *(second or [])],
        stage=stage,
        effective=a_date(effective, "--effective"),
    )
    _give(trial, work, request)


def sign(
    folder: Folder,
    request: Annotated[
        Path, typer.Argument(metavar="REQUEST", help="What the first person signed.")
    ],
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="PERSON", help="Who signs; left out, it is only shown."),
    ] = None,
) -> None:
    """Act: sign as the second person, at another desk.

    Without --by it only says what would be signed.

    Example: equipoise sign trials/north merged.request --by statistician
    """
    trial = open_trial(folder)
    from equipoise.core.base import read_bytes
    from equipoise.workspace.steps.countersigned import checked_request, countersigned

    data = read_bytes(request, file=request.name, remedy="name the file of the first person")
    asked = checked_request(trial, data)
    if by is None:
        for line in _told(asked.entry):
            say(line)
        say(f"Signed by {', '.join(asked.first)}; waits for {asked.waiting}.")
        return
    show_line(trial, countersigned(trial, data, by=by), _told(asked.entry))


def _give(trial: TrialFolder, work: Work, request: Path | None) -> None:
    """Record an act, or write it as a request to the second person."""
    if request is None:
        line = work.finish()
        show_line(trial, line, _told(line.entry))
        return
    ask_second(work, request)


def _told(entry: Entry) -> Iterable[str]:
    """Say what an act changes, one thing a line."""
    from equipoise.workspace.steps.deviations import change_words, correction_words

    yield f"{entry.name} by {' and '.join(entry.by)}: {entry.facts.get('reason', 'as declared')}"
    if entry.name == "amend":
        yield from (change_words(change) for change in entry.facts["changes"])
    elif entry.name == "correct":
        yield correction_words(entry.facts)
    elif entry.name == "randomise":
        facts = entry.facts
        seen = f"{facts['event_source']}, {facts['event_date']}: {facts['event_value']}"
        yield f"stage {entry.stage}, {facts['units']} units, by the event {seen}"
