"""Typed names: the table of names that somebody wants matched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from equipoise.authority.schools.resolution import Resolution
from equipoise.authority.schools.tables import (
    RawTable,
    place_of,
    raise_first,
    read_day,
    read_raw,
    shown_heads,
)
from equipoise.core.base import Problem, Problems, csv_bytes

#: Columns of what is written.
COLUMNS = ("name", "la", "urn", "method", "score", "status")
EXPLAINED = (*COLUMNS, "runner_up", "candidates")


@dataclass(frozen=True)
class TypedName:
    """A name as typed.

    Attributes
    ----------
    name, la
        The name, and the authority that was called; "" where not given.
    on
        The day; None where not given.
    domain
        The caller's e-mail address or domain; "" where not given.
    """

    name: str
    la: str = ""
    on: date | None = None
    domain: str = ""

    @property
    def key(self) -> tuple[str, str, date | None, str]:
        """Return what decides the answer."""
        return self.name, self.la, self.on, self.domain


@dataclass(frozen=True)
class NameColumns:
    """Headings of a table of names; None for the usual one where it is there.

    Attributes
    ----------
    name, la, date, email
        Headings; usually name, la, date and email.
    """

    name: str | None = None
    la: str | None = None
    date: str | None = None
    email: str | None = None


def read_names(data: bytes, columns: NameColumns, *, file: str) -> tuple[TypedName, ...]:
    """Read a table of names as typed.

    Parameters
    ----------
    data
        The bytes of a CSV: UTF-8 or Windows-1252.
    columns
        Its headings. A heading that is given must be there; of the usual ones only ``name``.
    file
        Its name for the messages.

    Returns
    -------
    tuple
        A name for each row, blank ones too.

    Raises
    ------
    ProblemsError
        For an empty file, a missing column, a date that is none.
    """
    table = read_raw(data, file=file, wanted="name and la")
    problems = Problems()
    places: dict[str, int] = {}
    for usual in ("name", "la", "date", "email"):
        given = getattr(columns, usual)
        at = place_of(table, [given or usual])
        if at is not None:
            places[usual] = at
        elif given or usual == "name":
            problems.extend([_missing(table, given or usual, usual, file)])
    problems.raise_if_any()
    names = []
    for line, row in zip(table.lines, table.rows, strict=True):
        cells = {usual: row[at].strip() if at < len(row) else "" for usual, at in places.items()}
        on = read_day(
            cells.get("date", ""),
            file=file,
            place=f"line {line}, column {table.heads[places['date']]}" if "date" in places else "",
            problems=problems,
            private=True,
        )
        names.append(TypedName(cells["name"], cells.get("la", ""), on, cells.get("email", "")))
    raise_first(problems, file)
    return tuple(names)


def _missing(table: RawTable, heading: str, usual: str, file: str) -> Problem:
    return Problem(
        file,
        "line 1",
        f"no column {heading} among {shown_heads(table)}",
        f"a column {heading}",
        f"name the column with --{usual}, or add it",
    )


def names_bytes(
    names: Iterable[TypedName], found: Iterable[Resolution], *, explain: bool = False
) -> bytes:
    """Return the answers as CSV, a row for each name in its order.

    Parameters
    ----------
    names, found
        What was typed, and what it means.
    explain
        Whether the runner-up's score and the candidates stand beside.
    """
    rows = []
    for name, answer in zip(names, found, strict=True):
        row = [name.name, name.la, answer.urn, answer.method, f"{answer.score:.3f}", answer.status]
        if explain:
            row += [f"{answer.runner_up:.3f}", " ".join(answer.candidates)]
        rows.append(row)
    return csv_bytes(EXPLAINED if explain else COLUMNS, rows)
