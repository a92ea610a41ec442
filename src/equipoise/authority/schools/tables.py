"""Tables that others made: CSV of any encoding and mark, its rows as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from equipoise.authority.readers.decoding import decode_text
from equipoise.core.base import Problem, Problems, ProblemsError, shape_of

#: So many problems of a file are listed; a column that is empty has 50,000.
MOST_LISTED = 20
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M")


@dataclass(frozen=True)
class RawTable:
    """A table as text.

    Attributes
    ----------
    heads
        Headings, without spaces around them.
    rows
        Cells of every row that is not empty; rows may be shorter than the headings.
    lines
        The line on which each row begins.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def read_raw(data: bytes, *, file: str, wanted: str) -> RawTable:
    """Read a CSV: UTF-8 or Windows-1252, parted by commas, semicolons or tabs.

    Parameters
    ----------
    data
        The bytes.
    file
        Its name for the messages.
    wanted
        The headings that it should have, in words.

    Raises
    ------
    ProblemsError
        For a workbook, an empty file, an encoding that cannot be read, a broken quotation.
    """
    if data.startswith(_WORKBOOKS):
        found, remedy = "an Excel workbook", 'save its sheet as "CSV UTF-8"'
        raise ProblemsError([Problem(file, "whole file", found, "a CSV file", remedy)])
    text, _ = decode_text(data, file=file, declared=None)
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(tuple(row))
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error:
        found, remedy = "a cell that never ends", "look for a quotation mark that is not closed"
        problem = Problem(file, f"line {line}", found, "comma-separated values", remedy)
        raise ProblemsError([problem]) from None
    if not rows:
        expected = f"a first line with the headings {wanted}"
        remedy = "export the file again"
        raise ProblemsError([Problem(file, "whole file", "nothing", expected, remedy)])
    return RawTable(tuple(cell.strip() for cell in rows[0]), tuple(rows[1:]), tuple(lines[1:]))


def place_of(table: RawTable, names: Sequence[str]) -> int | None:
    """Return where the first of some headings stands, whatever its capitals."""
    lowered = [head.lower() for head in table.heads]
    for name in names:
        if name.lower() in lowered:
            return lowered.index(name.lower())
    return None


def shown_heads(table: RawTable) -> str:
    """Return the headings for a message, the first twelve of many."""
    return ", ".join(table.heads[:12]) + (", ..." if len(table.heads) > 12 else "")


def read_day(
    text: str, *, file: str, place: str, problems: Problems, private: bool = False
) -> date | None:
    """Read a day in one of the usual forms; None where the cell is empty."""
    if not text:
        return None
    for layout in _FORMATS:
        try:
            return datetime.strptime(text, layout).date()
        except ValueError:
            continue
    problems.add(
        file=file,
        place=place,
        found=shape_of(text) if private else repr(text),
        expected="a date like 2024-09-16 or 16/09/2024",
        remedy="correct the date, or export the file again without opening it in a spreadsheet",
    )
    return None


def raise_first(problems: Problems, file: str) -> None:
    """Raise the problems there are, of many the first and how many more."""
    listed = list(problems)
    rest = len(listed) - MOST_LISTED
    if rest > 0:
        more = Problem(
            file, "rest of the file", f"{rest} more problems", "none", "mend the ones above first"
        )
        listed = [*listed[:MOST_LISTED], more]
    if listed:
        raise ProblemsError(listed)
