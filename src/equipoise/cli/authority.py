"""What an authority's analyst runs, on her own machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import (
    comparing,
    labelling,
    naming,
    packing,
    profiling,
    receiving,
    requesting,
    volumes,
)
from equipoise.cli.messages import say, say_json
from equipoise.cli.options import AsJson, Engine, LinkPeople, Rows, need_engine

if TYPE_CHECKING:
    from equipoise.workspace.folder.extract import Looked

contacts = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="For an authority's analyst: check an extract. Nothing leaves the machine.",
)


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    labelling.add_to(contacts)
    naming.add_to(contacts)
    profiling.add_to(contacts)
    requesting.add_to(contacts)
    comparing.add_to(contacts)
    packing.add_to(contacts)
    receiving.add_to(contacts)
    volumes.add_to(contacts)
    application.add_typer(contacts, name="contacts")


@contacts.callback()
def _contacts() -> None:
    """Keep `contacts` a group while it has one command."""


@contacts.command()
def check(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="profile.json, the extract; labels.csv, schools.csv, domains.csv, "
            "school-links.csv, roll.csv, upns.csv where there are any",
        ),
    ],
    register: Annotated[
        Path | None,
        typer.Option("--register", help="The schools: register.csv, or the official download"),
    ] = None,
    trial: Annotated[
        Path | None,
        typer.Option(
            "--trial", metavar="ROSTER", help="Instead: the roster that a trial handed out."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the unclear rows to this CSV file.")
    ] = None,
    people: LinkPeople = None,
    engine: Rows = Engine.DUCKDB,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", help="Also the counts by window, and every unclear point."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read an extract, say what seems wrong with it, and list the rows that are unclear, and why.

    With a trial's roster it says what the pack would say; without, it says what it cannot know.
    The list shows what was typed: keep it on this machine.

    Example: equipoise contacts check extract --trial roster.json
    """
    need_engine(engine)
    from equipoise.cli.checked import (
        quality_plain,
        show_next,
        show_quality,
        show_reasons,
        show_unclear,
    )
    from equipoise.workspace.folder.extract import looked_at

    found = looked_at(folder, register, roster=trial, engine=engine, people=people)
    if out is not None:
        from equipoise.core.base import csv_bytes, write_atomic

        rows = [(u.file, u.sheet, u.row, u.field, u.found, u.why) for u in found.unclear]
        write_atomic(out, csv_bytes(("file", "sheet", "row", "field", "found", "why"), rows))
    if as_json:
        say_json(
            {
                "rows_read": found.rows_read,
                "rows_kept": found.rows_kept,
                "set_aside": dict(found.set_aside),
                "unclear": [u.__dict__ for u in found.unclear],
                "notes": list(found.notes),
                "linkage": [one.__dict__ for one in found.linkage],
                "tables": [table.__dict__ for table in found.tables],
                **quality_plain(found),
            }
        )
        return
    say(f"{found.rows_read} rows read, {found.rows_kept} kept.")
    for reason, rows_aside in found.set_aside:
        say(f"  set aside: {rows_aside} ({reason})")
    for note in found.notes:
        say(f"  note: {note}")
    _show_linkage(found)
    show_quality(found, verbose=verbose)
    count = len(found.unclear)
    points = "1 point is unclear:" if count == 1 else f"{count} points are unclear:"
    say(points if count else "Every row is clear.")
    show_reasons(found.unclear)
    if out is not None:
        say(f"They are listed in {out}. It holds what was typed: keep it on this machine.")
    elif count:
        show_unclear(found.unclear, verbose=verbose)
    show_next(found.unclear)


def _show_linkage(found: Looked) -> None:
    """Say what became of roll and numbers, and what linking contacts to them lost."""
    from equipoise.authority.quality import linkage_lines
    from equipoise.authority.schools import TABLE_REASONS

    for table in found.tables:
        say(f"{table.table}: {table.rows_read} rows read, {table.rows_kept} kept.")
        for reason, rows_aside in table.set_aside.items():
            say(f"  set aside: {rows_aside} ({TABLE_REASONS[reason]})")
    for line in linkage_lines(found.linkage):
        say(line)
