"""Delimited files: a CSV as one sheet, streamed."""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator, Sequence
from itertools import chain

from equipoise.authority.readers.decoding import Lines
from equipoise.authority.readers.first_problems import FirstProblems
from equipoise.authority.readers.raw import Raw, open_raw
from equipoise.authority.readers.sheets import Cell, Sheet

#: What may part the cells: decided by the first line, for the whole file.
_SEPARATORS = (",", ";", "\t", "|")
_QUOTED = re.compile(r'"[^"]*"')
#: A line that some spreadsheets write before the headings: ``sep=;``.
_SAID = re.compile(r'\s*"?sep=([,;\t|])"?\s*', re.IGNORECASE)


def separator_of(line: str) -> str:
    """Return what parts the cells of a line of headings; a comma where nothing does.

    Examples
    --------
    >>> separator_of("Contact No;Client No;Source, as typed"), separator_of('"a;b",c')
    (';', ',')
    """
    bare = _QUOTED.sub("", line)
    return max(_SEPARATORS, key=bare.count)


class DelimitedBook:
    """A CSV. Memory holds one row, however many there are.

    Parameters
    ----------
    raw, file
        The file, and its name for the messages.
    encoding
        The encoding that the profile declares, or None.
    problems
        Receives what is wrong with single lines.
    """

    def __init__(self, raw: Raw, file: str, encoding: str | None, problems: FirstProblems) -> None:
        self._raw = raw
        self._file = file
        self._encoding = encoding
        self._problems = problems
        self._notes: tuple[str, ...] = ()

    def sheets(self) -> Generator[Sheet, None, None]:
        """Yield the one sheet; none where no line holds anything."""
        with open_raw(self._raw) as stream:
            lines = Lines(stream, self._file, self._encoding, self._problems)
            records = self._records(lines)
            heads = next(records, None)
            if heads is not None:
                yield Sheet(1, "", tuple(heads[1]), self._rows(records, len(heads[1])))
            self._notes = lines.notes()

    def notes(self) -> tuple[str, ...]:
        """Return what was assumed about the encoding."""
        return self._notes

    def _records(self, lines: Lines) -> Iterator[tuple[int, list[str]]]:
        """Yield the cells of each row that is not empty, with the line on which it begins."""
        source = iter(lines)
        separator, first, before = _begun(source)
        reader = csv.reader(chain(first, source), strict=True, delimiter=separator)
        begin = before + 1
        try:
            for cells in reader:
                line, begin = begin, before + reader.line_num + 1
                cells = [cell.strip() for cell in cells]
                if any(cells):
                    yield line, cells
        except csv.Error:
            self._add(
                begin,
                "a quotation mark that is not closed, or a cell without end",
                "values parted by one separator to the end of the file",
                "the file may be cut off: export it again",
            )

    def _rows(
        self, records: Iterator[tuple[int, list[str]]], width: int
    ) -> Iterator[tuple[int, Sequence[Cell]]]:
        for line, cells in records:
            if len(cells) == width:
                yield line, cells
            else:
                self._add(
                    line,
                    f"{len(cells)} cells",
                    f"{width} cells, one for each heading",
                    "look for a missing or an extra separator; if this is the last line, the file "
                    "was cut off: export it again",
                )

    def _add(self, line: int, found: str, expected: str, remedy: str) -> None:
        self._problems.add(
            file=self._file, place=f"line {line}", found=found, expected=expected, remedy=remedy
        )


def _begun(source: Iterator[str]) -> tuple[str, list[str], int]:
    """Return the separator, the first line that holds anything, and how many lines precede it."""
    for number, line in enumerate(source):
        if said := _SAID.fullmatch(line):
            return said[1], [], number + 1
        if line.strip():
            return separator_of(line), [line], number
    return ",", [], 0
