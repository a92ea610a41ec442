"""Child-level tables: rolls and lists of pupil numbers, CSV or workbook, read strictly."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from equipoise.authority.readers import Raw
from equipoise.authority.readers.books import open_book
from equipoise.authority.readers.cell_words import nothing_words, visible
from equipoise.authority.readers.first_problems import FirstProblems, listed
from equipoise.authority.readers.headings import Form, forms_of, numbered
from equipoise.authority.readers.shapes import plain_head
from equipoise.authority.readers.sheets import Cell, Sheet
from equipoise.core.base import Problem, ProblemsError, shape_of

#: Why a row of such a table can be set aside.
REASONS: Mapping[str, str] = {
    "no-upn": "the pupil number is blank",
    "invalid-upn": "the pupil number has another form, or its check letter is wrong",
    "no-urn": "the school's number is blank",
    "no-start": "the date of entry is blank",
    "no-child-id": "the child has no number",
    "no-birth": "the date of birth is blank",
    "double": "the same line stands earlier",
}


@dataclass(frozen=True)
class TableAccount:
    """What became of the rows of a child-level table: rows read = rows kept + rows set aside.

    Attributes
    ----------
    table
        Which: ``roll``, ``upns`` or ``children``.
    rows_read, rows_kept
        How many.
    set_aside
        From reason (a key of `REASONS`) to rows, in order.
    """

    table: str
    rows_read: int
    rows_kept: int
    set_aside: dict[str, int]

    def __post_init__(self) -> None:
        """Refuse an account that does not add up."""
        if self.rows_kept + sum(self.set_aside.values()) != self.rows_read:
            raise ValueError("rows read must equal rows kept plus rows set aside")


@dataclass(frozen=True)
class ChildRow:
    """A row of such a table: where it stands, and its cells by field, blank ones ""."""

    place: str
    cells: Mapping[str, Cell]

    def text(self, field: str) -> str:
        """Return a cell as text; "" where the column is not there."""
        cell = self.cells.get(field, "")
        return cell if isinstance(cell, str) else cell.isoformat()


class ChildTable:
    """A table about children, its columns named anyhow; columns that nobody needs are not read.

    Parameters
    ----------
    raw, file
        The table, and its name for the messages. They show the shape of a value, never a value.
    kind
        ``roll``, ``upns`` or ``children``.
    needed, optional
        The fields that have to be there, and those that may.
    """

    def __init__(
        self, raw: Raw, file: str, kind: str, needed: Sequence[str], optional: Sequence[str] = ()
    ) -> None:
        self._raw, self._file, self._kind = raw, file, kind
        self._needed, self._fields = tuple(needed), (*needed, *optional)
        self._lines, self._cells = FirstProblems(), FirstProblems()
        self._read = 0
        self._aside = Counter[str]()

    def rows(self) -> Iterator[ChildRow]:
        """Yield every row of every sheet that has the columns.

        Raises
        ------
        ProblemsError
            After the last, with every problem of the file.
        """
        whole: list[Problem] = []
        try:
            book = open_book(
                self._raw, self._file, encoding=None, knows=self._knows, problems=self._lines
            )
            with closing(book.sheets()) as sheets:
                for sheet in sheets:
                    yield from self._of_sheet(sheet)
        except ProblemsError as error:
            whole.extend(error.problems)
        if not whole and not self._lines and not self._cells and not self._read:
            self.add("whole file", "no rows", "a row for each child", "export it again")
        if problems := [*whole, *listed(self._file, self._lines, self._cells)]:
            raise ProblemsError(problems)

    def set_aside(self, reason: str) -> None:
        """Count a row as set aside."""
        self._aside[reason] += 1

    def add(self, place: str, found: str, expected: str, remedy: str) -> None:
        """Note a problem."""
        self._cells.add(file=self._file, place=place, found=found, expected=expected, remedy=remedy)

    def add_cell(self, row: ChildRow, field: str, expected: str) -> None:
        """Note a cell that fits no form, by its shape alone."""
        self.add(
            f"{row.place}, {field.replace('_', ' ')}",
            shape_of(row.text(field)),
            expected,
            "correct it where it is kept, and export the table again",
        )

    def account(self) -> TableAccount:
        """Return what became of the rows, once all were read."""
        aside = dict(sorted(self._aside.items()))
        return TableAccount(self._kind, self._read, self._read - sum(aside.values()), aside)

    def _knows(self, heads: Sequence[str]) -> bool:
        found = self._located(heads)
        return all(len(found[field]) == 1 for field in self._needed)

    def _of_sheet(self, sheet: Sheet) -> Iterator[ChildRow]:
        found = self._located(sheet.heads)
        places = {field: at[0] for field, at in found.items() if len(at) == 1}
        for field in self._fields:
            if len(found[field]) != 1 and (field in self._needed or found[field]):
                several = f"{numbered(found[field])} alike" if found[field] else "no column"
                self.add(
                    f"{sheet.within}headings",
                    f"{several} for {field.replace('_', ' ')}",
                    "one column for each of " + ", ".join(self._fields).replace("_", " "),
                    "name the column so, or remove the others",
                )
        complete = all(field in places for field in self._needed)
        for number, cells in sheet.rows:
            self._read += 1
            if complete and len(cells) == len(sheet.heads):
                values = {field: _known(cells[at]) for field, at in places.items()}
                yield ChildRow(f"{sheet.within}row {number}", values)

    def _located(self, heads: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Return the columns that fit each field best; a column is taken once."""
        plain = [plain_head(_joined(head)) for head in heads]
        found: dict[str, tuple[int, ...]] = {}
        taken: set[int] = set()
        for field in self._fields:
            found[field] = ()
            for form in _headings()[field]:
                fitting = tuple(
                    n for n, head in enumerate(plain) if n not in taken and form.met(head)
                )
                if fitting:
                    found[field] = fitting
                    taken.update(fitting)
                    break
        return found


def _joined(head: str) -> str:
    """Part words that are written together: EntryDate, FormerUPN."""
    parts = [
        f" {c}" if n and c.isupper() and head[n - 1].islower() else c for n, c in enumerate(head)
    ]
    return "".join(parts)


def _known(cell: Cell) -> Cell:
    """Return a cell without marks that nobody sees; "" where it stands for nothing."""
    if not isinstance(cell, str):
        return cell
    text = visible(cell)
    return "" if text.casefold() in nothing_words() else text


@cache
def _body() -> dict[str, Any]:
    path = files(__package__) / "data" / "roll-headings.json"
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body


@cache
def _headings() -> Mapping[str, tuple[Form, ...]]:
    return forms_of(_body()["fields"])


@cache
def registrations() -> Mapping[str, bool]:
    """Return from each word of a registration, in plain form, whether it is the main one."""
    words = _body()["registrations"]
    return {**dict.fromkeys(words["main"], True), **dict.fromkeys(words["other"], False)}
