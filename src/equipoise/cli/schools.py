"""Schools: names as typed, matched with the register."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.messages import Progress, say, say_json, warn
from equipoise.cli.options import AsJson

schools = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Find schools in the register by their names as typed. Nothing leaves the machine.",
)
#: Seconds without a sign of life after which progress is printed.
_PATIENCE = 2.0


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    application.add_typer(schools, name="schools")


@schools.callback()
def _schools() -> None:
    """Keep `schools` a group while it has one command."""


class SlowProgress:
    """Progress lines for whoever has waited two seconds since the last."""

    def __init__(self) -> None:
        self._tell = Progress()
        self._last = time.monotonic()

    def __call__(self, message: str) -> None:
        """Print the message if it is time."""
        if time.monotonic() - self._last >= _PATIENCE:
            self._last = time.monotonic()
            self._tell(message)


@schools.command()
def match(
    names: Annotated[Path, typer.Argument(metavar="NAMES.csv", help="The names as typed")],
    register: Annotated[
        Path,
        typer.Option("--register", help="urn, school_name, la_name; or the official download"),
    ],
    name: Annotated[
        str | None, typer.Option("--name", metavar="COLUMN", help="Its column of names.")
    ] = None,
    la: Annotated[
        str | None, typer.Option("--la", metavar="COLUMN", help="Its column of authorities.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--date", metavar="COLUMN", help="Its column of dates.")
    ] = None,
    email: Annotated[
        str | None,
        typer.Option("--email", metavar="COLUMN", help="Its column of e-mail addresses."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the answers to this CSV file.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the runner-up's score and the candidates.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find the school that each name means, or say that it is unclear, or none.

    Columns name, la, date and email are found by themselves where they are called so. The answer
    has a row for each row: name, la, urn, method, score (the probability that this school is
    meant) and status: matched, ambiguous, not-a-school or unmatched.

    Example: equipoise schools match names.csv --register register.csv --out matched.csv
    """
    from equipoise.authority.schools import NameColumns
    from equipoise.workspace.folder.school_names import matched_names, write_matched

    columns = NameColumns(name=name, la=la, date=on, email=email)
    matched = matched_names(names, register, columns, SlowProgress())
    if out is not None:
        write_matched(matched, out, (names, register), explain=explain)
    if as_json:
        say_json(
            {
                "rows": len(matched.names),
                "schools": matched.schools,
                "status": matched.by_status(),
                "method": matched.by_method(),
                "unknown_authorities": dict(matched.strange),
            }
        )
        return
    if out is None:
        say(matched.table(explain=explain).decode("utf-8").rstrip("\n"))
    counts = ", ".join(f"{rows:,} {status}" for status, rows in matched.by_status().items())
    tell = warn if out is None else say
    tell(f"{len(matched.names):,} rows, {matched.schools:,} schools: {counts or 'nothing to do'}.")
    if matched.by_method():
        methods = ", ".join(f"{rows:,} {method}" for method, rows in matched.by_method().items())
        tell(f"  matched by: {methods}")
    for authority, rows in matched.strange:
        shown = f"{authority!r} ({rows:,} rows)"
        tell(f"  not in the register: authority {shown}, looked up everywhere")
    if out is not None:
        say(f"wrote {out}")
