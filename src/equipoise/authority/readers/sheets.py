"""Sheets: what every reader of a file yields, and the seam at which a new format joins.

A reader of a format is a `Book`: it yields the sheets of one file, each with its headings and an
iterator over the numbered rows under them. It holds at most one sheet, and nothing where the
format can be streamed. What the columns mean is a `Shape` (`shapes`); turning cells into records
is `reading`. So a new format (a census return, say) is a module with a `Book` and a line in
`books.open_book`; a new lay-out of a known format is a `Shape` and needs no code.
"""

from __future__ import annotations

import datetime
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from equipoise.core.base import Problem, ProblemsError

Cell = str | datetime.date


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
        The rows under them that are not empty, each with its number as the program that shows the
        file counts. Read once, and before the next sheet is asked for.
    titles
        How many rows above the headings hold something.
    """

    number: int
    within: str
    heads: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[Cell]]]
    titles: int = 0


class Book(Protocol):
    """A file that is read sheet by sheet."""

    def sheets(self) -> Generator[Sheet, None, None]:
        """Yield every sheet whose headings are known; where none is, the first with headings.

        Raises
        ------
        ProblemsError
            Where the file as a whole cannot be read to its end.
        """

    def notes(self) -> tuple[str, ...]:
        """Return what had to be assumed, in words; complete once all sheets were read."""


def refused(file: str, found: str, expected: str, remedy: str) -> ProblemsError:
    """Return the error for a file that is refused as a whole."""
    return ProblemsError([Problem(file, "whole file", found, expected, remedy)])
