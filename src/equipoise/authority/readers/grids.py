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


@dataclass(frozen=True)
class Grid:
    """A table as it stands in a file: headings, rows with their numbers, notes of the reader."""

    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    notes: tuple[str, ...]


def read_grid(
    data: bytes, name: str, *, encoding: str | None, knows: Callable[[Sequence[str]], bool]
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
        Tells whether headings are those of a known shape: which sheet of a workbook to read.

    Raises
    ------
    ProblemsError
        Where the file cannot be read to its end.
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
    return _read_csv(data, name, encoding)


def _read_csv(data: bytes, name: str, encoding: str | None) -> Grid:
    text, notes = decode_text(data, file=name, declared=encoding)
    problems = Problems()
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
    problems.raise_if_any()
    return Grid(heads or (), tuple(rows), notes)


def _read_workbook(data: bytes, name: str, knows: Callable[[Sequence[str]], bool]) -> Grid:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_whole(data)))
        sheets = [
            _sheet(workbook.get_sheet_by_index(i).to_python(skip_empty_area=False))
            for i in range(len(workbook.sheet_names))
        ]
    except Exception as error:  # calamine and zipfile raise many kinds; all mean the same here
        raise _refused(
            name,
            "a workbook that cannot be read to its end",
            "a whole .xlsx workbook",
            "export or save it again",
        ) from error
    known = [(i, sheet) for i, sheet in enumerate(sheets, start=1) if knows(sheet.heads)]
    if len(known) > 1:
        raise _refused(
            name,
            f"{len(known)} sheets with contacts",
            "one sheet with contacts",
            "leave one sheet, or put all contacts on it",
        )
    if known:
        number, sheet = known[0]
        notes = (f"sheet {number} of {len(sheets)} was read",) if len(sheets) > 1 else ()
        return Grid(sheet.heads, sheet.rows, notes)
    filled = [sheet for sheet in sheets if sheet.heads]
    return filled[0] if filled else Grid((), (), ())


def _whole(data: bytes) -> bytes:
    """Return the bytes of a zip whose every member reads to its end; raise otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.testzip() is not None:
            raise zipfile.BadZipFile("a damaged member")
    return data


def _sheet(rows: Sequence[Sequence[Any]]) -> Grid:
    heads: tuple[str, ...] | None = None
    kept: list[tuple[int, tuple[Cell, ...]]] = []
    for number, values in enumerate(rows, start=1):
        cells = tuple(_cell(value) for value in values)
        if not any(cells):
            continue
        if heads is None:
            heads = tuple(str(cell) for cell in cells)
            while heads and not heads[-1]:
                heads = heads[:-1]
        else:
            width = len(heads)
            kept.append((number, cells if any(cells[width:]) else cells[:width]))
    return Grid(heads or (), tuple(kept), ())


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
