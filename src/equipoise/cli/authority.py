"""What an authority's analyst runs, on her own machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli import comparing, labelling, packing, profiling, requesting, volumes
from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import AsJson, Engine, Rows, need_engine

contacts = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="For an authority's analyst: check an extract. Nothing leaves the machine.",
)


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    labelling.add_to(contacts)
    profiling.add_to(contacts)
    requesting.add_to(contacts)
    comparing.add_to(contacts)
    packing.add_to(contacts)
    volumes.add_to(contacts)
    application.add_typer(contacts, name="contacts")


@contacts.callback()
def _contacts() -> None:
    """Keep `contacts` a group while it has one command."""


@contacts.command()
def check(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="profile.json, the extract, labels.csv, schools.csv"),
    ],
    register: Annotated[
        Path, typer.Option("--register", help="The schools: register.csv, or the official download")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the unclear rows to this CSV file.")
    ] = None,
    engine: Rows = Engine.DUCKDB,
    as_json: AsJson = False,
) -> None:
    """Read an extract and list the rows that are unclear, and why.

    The list shows what was typed: keep it on this machine.

    Example: equipoise contacts check extract --register register.csv
    """
    need_engine(engine)
    from equipoise.workspace.folder.extract import looked_at

    found = looked_at(folder, register, engine=engine)
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
            }
        )
        return
    say(f"{found.rows_read} rows read, {found.rows_kept} kept.")
    for reason, rows_aside in found.set_aside:
        say(f"  set aside: {rows_aside} ({reason})")
    for note in found.notes:
        say(f"  note: {note}")
    count = len(found.unclear)
    points = "1 point is unclear:" if count == 1 else f"{count} points are unclear:"
    say(points if count else "Every row is clear.")
    if out is not None:
        say(f"They are listed in {out}. It holds what was typed: keep it on this machine.")
    elif count:
        shown = [
            (str(u.file), str(u.sheet), str(u.row), u.field, u.found, u.why) for u in found.unclear
        ]
        heads = ("file", "sheet", "row", "field", "found", "why")
        # Most extracts are one file with one sheet: their numbers would be noise.
        noise = [place for place in (0, 1) if {row[place] for row in shown} == {"1"}]
        kept = [place for place in range(len(heads)) if place not in noise]
        show_table(tuple(heads[n] for n in kept), [tuple(row[n] for n in kept) for row in shown])
