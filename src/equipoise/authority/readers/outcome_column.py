"""The outcome column of the standard dataset: which of its published shapes it has."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from equipoise.authority.readers.books import open_book
from equipoise.authority.readers.first_problems import FirstProblems
from equipoise.authority.readers.raw import Raw
from equipoise.authority.readers.shapes import (
    STANDARD_DATASET,
    TICK_BOXES,
    Shape,
    nearest_shape,
    plain_head,
)
from equipoise.core.base import ProblemsError

#: Words of the two boxes of one vendor's live contact form. Nothing else is ever recorded there.
_TICKS = frozenset({"eh referral", "cin referral"})
#: So many distinct cells are looked at; an outcome has fewer words than that.
_MOST_CELLS = 5_000
_HEADS = frozenset(dict(STANDARD_DATASET.columns)["outcome"])

_LABELS = replace(STANDARD_DATASET, outcome="label", notes=())
_ACTIONS = replace(STANDARD_DATASET, outcome="actions", notes=())
_TICKED = replace(STANDARD_DATASET, outcome="ticks", open_is_blank=True, notes=TICK_BOXES.notes)


class OutcomeColumn:
    """What stands in the column, cell by cell.

    Examples
    --------
    >>> column = OutcomeColumn()
    >>> for cell in ("NULL", "EH Referral", ""):
    ...     column.add(cell)
    >>> column.shape().outcome
    'ticks'
    """

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self.flagged = False
        self.bracketed = False

    def add(self, cell: str) -> None:
        """Look at a cell."""
        text = cell.strip()
        if text.startswith("{"):
            self.flagged = True
        elif text.startswith("["):
            self.bracketed = True
        elif text and text.casefold() != "null" and len(self._words) < _MOST_CELLS:
            self._words.setdefault(text.casefold(), text)

    def shape(self) -> Shape:
        """Return the standard dataset's shape with what this column's cells mean.

        A blank is no further action only where the column has nothing but the words of the two
        tick boxes: in every other shape it says nothing.
        """
        if self.flagged or self.bracketed:
            return STANDARD_DATASET
        if not self._words:
            return _LABELS
        if set(self._words) <= _TICKS:
            return _TICKED
        return _ACTIONS if self._listed() else _LABELS

    def note(self) -> str:
        """Say which shape was recognised."""
        if self.flagged or self.bracketed:
            held = "flags as JSON" if self.flagged else "lists as JSON"
            beside = ", and words beside them" if self._words else ""
            return f"the outcome column holds {held}{beside}"
        if not self._words:
            return "the outcome column is empty throughout: this file tells no outcome"
        kind = self.shape().outcome
        if kind == "ticks":
            return "the outcome column holds the two tick boxes of a live form, else nothing"
        if kind == "actions":
            return "the outcome column holds lists of next actions, of which the gravest holds"
        return "the outcome column holds words, one outcome each; blank means not recorded"

    def _listed(self) -> bool:
        """Tell whether commas part actions: most parts also stand alone, or in another list."""
        lists = [
            [part.strip() for part in words.split(",") if part.strip()]
            for words in self._words
            if "," in words
        ]
        seen: dict[str, int] = {}
        for words in self._words:
            for part in {part.strip() for part in words.split(",")}:
                seen[part] = seen.get(part, 0) + 1
        parts = {part for one in lists for part in one}
        again = sum(1 for part in parts if seen[part] > 1)
        return bool(parts) and 2 * again >= len(parts)


def recognised(raw: Raw, file: str, encoding: str | None) -> OutcomeColumn:
    """Look through the outcome column of a file of the standard dataset.

    It stops at the first object of flags: such a file needs no second look. What is wrong with
    the file is said by whoever reads its rows.
    """
    column = OutcomeColumn()
    book = open_book(raw, file, encoding=encoding, knows=_is_standard, problems=FirstProblems())
    try:
        with closing(book.sheets()) as sheets:
            for sheet in sheets:
                places = [n for n, head in enumerate(sheet.heads) if plain_head(head) in _HEADS]
                if not places or not _is_standard(sheet.heads):
                    continue
                at = places[0]
                for _, cells in sheet.rows:
                    cell = cells[at] if at < len(cells) else ""
                    if isinstance(cell, str):
                        column.add(cell)
                    if column.flagged:
                        return column
    except ProblemsError:
        pass  # said by whoever reads the rows
    return column


def _is_standard(heads: object) -> bool:
    return isinstance(heads, (tuple, list)) and nearest_shape(heads) is STANDARD_DATASET
