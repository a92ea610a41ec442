"""Workbooks: the sheets of an .xlsx file, one at a time."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook

from equipoise.authority.readers.members import check_members
from equipoise.authority.readers.raw import Raw, open_raw
from equipoise.authority.readers.sheets import Cell, Sheet, refused

#: Headings stand among so many of the first rows that are not empty; titles may stand above them.
MOST_TITLES = 10


class Workbook:
    """An .xlsx workbook. The format lets no reader stream it: one sheet is held, not its rows.

    Parameters
    ----------
    raw, file
        The file, and its name for the messages.
    knows
        Tells whether headings are those of a known shape: which sheets to read.
    """

    def __init__(self, raw: Raw, file: str, knows: Callable[[Sequence[str]], bool]) -> None:
        self._raw = raw
        self._file = file
        self._knows = knows
        self._read: list[int] = []
        self._count = 0
        self._titles = False

    def sheets(self) -> Generator[Sheet, None, None]:
        """Yield the sheets whose headings are known; where none is, the first with headings."""
        with open_raw(self._raw) as stream:
            try:
                uncached = check_members(stream)
                stream.seek(0)
                workbook = CalamineWorkbook.from_filelike(stream)
            except Exception as error:  # calamine and zipfile raise many kinds; all mean the same
                raise self._damaged() from error
            if uncached:
                raise refused(
                    self._file,
                    "formulas without their values",
                    "the values of all formulas",
                    "open the workbook, let it calculate, and save it; or paste the values",
                )
            yield from self._known(workbook)

    def notes(self) -> tuple[str, ...]:
        """Return which sheets were read, and whether titles stood above the headings."""
        if not self._read:
            return ()
        notes: tuple[str, ...] = ()
        if self._count > 1:
            verb = "sheets {} of {} were read" if len(self._read) > 1 else "sheet {} of {} was read"
            notes = (verb.format(", ".join(map(str, self._read)), self._count),)
        if self._titles:
            notes += ("rows above the headings were taken for titles",)
        return notes

    def _known(self, workbook: CalamineWorkbook) -> Iterator[Sheet]:
        self._count = len(workbook.sheet_names)
        other = None
        for number in range(1, self._count + 1):
            sheet = self._sheet(workbook, number)
            if self._knows(sheet.heads):
                self._read.append(number)
                self._titles = self._titles or sheet.titles > 0
                yield sheet
            elif other is None and sheet.heads:
                other = number
            del sheet  # before the next is parsed
        if not self._read and other is not None:
            yield self._sheet(workbook, other)

    def _sheet(self, workbook: CalamineWorkbook, number: int) -> Sheet:
        """Find the headings of a sheet and what stands under them."""
        within = f"sheet {number}, " if self._count > 1 else ""
        try:
            filled = _filled(workbook.get_sheet_by_index(number - 1))
            first = list(islice(filled, MOST_TITLES))
        except Exception as error:  # as above
            raise self._damaged() from error
        if not first:
            return Sheet(number, within, (), iter(()))
        lines = [tuple(str(cell) for cell in cells) for _, cells in first]
        titles = next((place for place, line in enumerate(lines) if self._knows(line)), 0)
        heads = lines[titles]
        while not heads[-1]:
            heads = heads[:-1]
        rows = _cut(chain(first[titles + 1 :], filled), len(heads))
        return Sheet(number, within, heads, rows, titles)

    def _damaged(self) -> Exception:
        return refused(
            self._file,
            "a workbook that cannot be read to its end",
            "a whole .xlsx workbook",
            "export or save it again",
        )


def _filled(sheet: CalamineSheet) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield the rows that are not empty with their numbers, each from the first column on."""
    before = ("",) * (sheet.start[1] if sheet.start else 0)
    for row, values in enumerate(sheet.iter_rows(), start=1):
        cells = tuple(map(_cell, values))
        if any(cells):
            yield row, before + cells


def _cut(
    rows: Iterator[tuple[int, tuple[Cell, ...]]], width: int
) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield rows as wide as the headings, but where something stands outside of them."""
    for row, cells in rows:
        yield row, cells if any(cells[width:]) else cells[:width]


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value.strip() if "\x00" not in value else value.replace("\x00", "").strip()
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
