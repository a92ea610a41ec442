"""A table as it is printed: a caption, cells bound to fields, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.core.base import csv_bytes
from equipoise.reporting.tables.fields import Bound, Part, Parts, Words, declared, text_of

LONGEST_WORD = 14
"""Letters of a word that a column makes room for; longer ones (digests) are broken."""
STRETCH = 2.4
"""How fast a column grows with the square root of its longest text."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    parts
        What it says.
    """

    parts: Parts

    @property
    def text(self) -> str:
        """The plain text."""
        return text_of(self.parts)


@dataclass(frozen=True)
class TableView:
    """A table.

    Attributes
    ----------
    id
        Short name; file names and anchors use it.
    caption
        What the table holds.
    columns
        Column headings.
    numeric
        Per column, whether it holds numbers (set to the right).
    rows
        Rows of cells; the first cell heads its row.
    notes
        Sentences under the table.
    """

    id: str
    caption: Parts
    columns: tuple[Parts, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Parts, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a row that is not as long as the heading."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.id}: a row is not as long as its heading")
        if len(self.numeric) != len(self.columns):
            raise ValueError(f"table {self.id}: numeric is not as long as the heading")

    @property
    def widths(self) -> tuple[float, ...]:
        """Share of the width that each column gets in print, by the length of what it holds.

        A column gets room for its longest word, and more the longer its longest text is, though
        less than in proportion: long texts may run over several lines.
        """
        raw = []
        for place, heading in enumerate(self.columns):
            texts = [text_of(heading), *(row[place].text for row in self.rows)]
            word = max(len(word) for text in texts for word in text.split() or [""])
            longest = max(len(text) for text in texts)
            raw.append(max(float(min(word, LONGEST_WORD)), STRETCH * longest**0.5))
        return tuple(one / sum(raw) for one in raw)

    @property
    def declared(self) -> frozenset[str]:
        """Every field, ``source:path``, that the table is bound to."""
        parts: list[Part] = [*self.caption]
        for heading in self.columns:
            parts.extend(heading)
        for row in self.rows:
            for cell in row:
                parts.extend(cell.parts)
        for note in self.notes:
            parts.extend(note)
        return declared(parts)


def cell(*parts: Part | str) -> Cell:
    """Return a cell of bound text and plain words.

    Examples
    --------
    >>> cell("no").text
    'no'
    """
    return Cell(words(*parts))


def words(*parts: Part | str) -> Parts:
    """Return parts; a plain string becomes `Words`."""
    return tuple(Words(part) if isinstance(part, str) else part for part in parts)


def table(
    name: str,
    caption: Parts | str,
    columns: Sequence[str | Part | Parts],
    rows: Sequence[Sequence[Cell | Part | str]],
    *,
    numeric: Sequence[int] = (),
    notes: Sequence[Parts | str] = (),
) -> TableView:
    """Return a table; plain strings and single parts are taken as cells.

    Parameters
    ----------
    numeric
        Positions of the columns that hold numbers.
    """
    return TableView(
        name,
        _parts(caption),
        tuple(_parts(heading) for heading in columns),
        tuple(place in numeric for place in range(len(columns))),
        tuple(tuple(_cell(entry) for entry in row) for row in rows),
        tuple(_parts(note) for note in notes),
    )


def _parts(given: Parts | Part | str) -> Parts:
    if isinstance(given, tuple):
        return given
    return words(given)


def _cell(given: Cell | Part | str) -> Cell:
    return given if isinstance(given, Cell) else cell(given)


def table_csv(view: TableView, mark: str | None) -> bytes:
    r"""Return a table as CSV; a simulated trial's mark stands in each row.

    Examples
    --------
    >>> table_csv(table("t", "Caption", ["a"], [["x"]]), None)
    b'a\nx\n'
    """
    columns = [text_of(heading) or "row" for heading in view.columns]
    rows = [[entry.text for entry in row] for row in view.rows]
    if mark is not None:
        columns = ["status", *columns]
        rows = [[mark, *row] for row in rows]
    return csv_bytes(columns, rows)


def capital(part: Bound) -> Bound:
    """Return bound text with its first letter in upper case."""
    return Bound(
        part.source, part.path, part.text[:1].upper() + part.text[1:], part.value, part.also
    )
