"""Grids: a CSV or a workbook as headings and numbered rows of cells."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineWorkbook

from equipoise.authority.readers.decoding import decode_text
from equipoise.core.base import Problem, Problems, ProblemsError

Cell = str | datetime.date


#: Headings stand among so many of the first rows that are not empty; titles may stand above them.
MOST_TITLES = 10


@dataclass(frozen=True)
class Sheet:
    """A table as it stands in a file.

    Attributes
    ----------
    number
        Which sheet of the file, from 1.
    within
        What its places begin with in messages: ``"sheet 2, "`` where the file has several sheets.
    heads
        Its headings.
    rows
        The rows under them that are not empty, each with its number.
    titles
        How many rows above the headings hold something.
    """

    number: int
    within: str
    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    titles: int = 0


@dataclass(frozen=True)
class Grid:
    """The tables of a file that may hold contacts, and notes of the reader."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]


def read_grid(
    data: bytes,
    name: str,
    *,
    encoding: str | None,
    knows: Callable[[Sequence[str]], bool],
    problems: Problems,
) -> Grid:
    """Read a CSV or a workbook, told apart by its first bytes.

    Parameters
    ----------
    data
        The bytes.
    name
        The file's name for the messages.
    encoding
        The encoding that the profile declares, for a CSV.
    knows
        Tells whether headings are those of a known shape: which sheets of a workbook to read.
    problems
        Receives what is wrong with single lines.

    Returns
    -------
    Grid
        Every sheet whose headings are known; where none is, the first that is not empty.

    Raises
    ------
    ProblemsError
        Where the file as a whole cannot be read.
    """
    if data.startswith(b"PK\x03\x04"):
        return _read_workbook(data, name, knows)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused(
            name,
            "an old or a password-protected workbook",
            "an .xlsx workbook without a password, or a CSV",
            "save it as .xlsx without a password",
        )
    return _read_csv(data, name, encoding, problems)


def _read_csv(data: bytes, name: str, encoding: str | None, problems: Problems) -> Grid:
    text, notes = decode_text(data, file=name, declared=encoding)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    heads: tuple[str, ...] | None = None
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    begin = 1
    try:
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if heads is None:
                heads = tuple(cell.strip() for cell in cells)
            elif len(cells) != len(heads):
                problems.add(
                    file=name,
                    place=f"line {line}",
                    found=f"{len(cells)} cells",
                    expected=f"{len(heads)} cells, one for each heading",
                    remedy="look for a missing or an extra comma; if this is the last "
                    "line, the file was cut off: export it again",
                )
            else:
                rows.append((line, tuple(cell.strip() for cell in cells)))
    except csv.Error:
        problems.add(
            file=name,
            place=f"line {begin}",
            found="a quotation mark that is not closed, or a cell without end",
            expected="comma-separated values to the end of the file",
            remedy="the file may be cut off: export it again",
        )
    return Grid((Sheet(1, "", heads, tuple(rows)),) if heads else (), notes)


def _read_workbook(data: bytes, name: str, knows: Callable[[Sequence[str]], bool]) -> Grid:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_whole(data)))
        tables = [
            workbook.get_sheet_by_index(i).to_python(skip_empty_area=False)
            for i in range(len(workbook.sheet_names))
        ]
    except Exception as error:  # calamine and zipfile raise many kinds; all mean the same here
        raise _refused(
            name,
            "a workbook that cannot be read to its end",
            "a whole .xlsx workbook",
            "export or save it again",
        ) from error
    several = len(tables) > 1
    sheets = [
        _sheet(number, f"sheet {number}, " if several else "", rows, knows)
        for number, rows in enumerate(tables, start=1)
    ]
    known = [sheet for sheet in sheets if knows(sheet.heads)]
    if not known:
        return Grid(tuple(sheet for sheet in sheets if sheet.heads)[:1], ())
    notes: tuple[str, ...] = ()
    if several:
        numbers = ", ".join(str(sheet.number) for sheet in known)
        verb = "sheets {} of {} were read" if len(known) > 1 else "sheet {} of {} was read"
        notes = (verb.format(numbers, len(tables)),)
    if any(sheet.titles for sheet in known):
        notes += ("rows above the headings were taken for titles",)
    return Grid(tuple(known), notes)


def _whole(data: bytes) -> bytes:
    """Return the bytes of a zip whose every member reads to its end; raise otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.testzip() is not None:
            raise zipfile.BadZipFile("a damaged member")
    return data


def _sheet(
    number: int,
    within: str,
    values: Sequence[Sequence[Any]],
    knows: Callable[[Sequence[str]], bool],
) -> Sheet:
    """Find the headings of a sheet and what stands under them."""
    filled = [
        (row, cells)
        for row, line in enumerate(values, start=1)
        if any(cells := tuple(_cell(value) for value in line))
    ]
    if not filled:
        return Sheet(number, within, (), ())
    lines = [tuple(str(cell) for cell in cells) for _, cells in filled[:MOST_TITLES]]
    titles = next((place for place, line in enumerate(lines) if knows(line)), 0)
    heads = lines[titles]
    while not heads[-1]:
        heads = heads[:-1]
    width = len(heads)
    rows = tuple(
        (row, cells if any(cells[width:]) else cells[:width]) for row, cells in filled[titles + 1 :]
    )
    return Sheet(number, within, heads, rows, titles)


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _refused(name: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem(name, "whole file", found, expected, remedy)])
