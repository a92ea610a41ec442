"""Listed labels: one column of a CSV, whatever else stands in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from equipoise.authority.readers.decoding import decode_text
from equipoise.core.base import Problem, Problems, ProblemsError

#: A label is words, not a letter.
LONGEST_LABEL = 1000
#: More problems than this are counted, not listed.
MOST_PROBLEMS = 20
_SEPARATORS = (",", ";", "\t")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_listed(data: bytes, file: str, column: str) -> tuple[str, ...]:
    r"""Read one column of a CSV.

    UTF-8 with or without a byte-order mark, or Windows-1252; commas, semicolons or tabs. Labels
    are returned as they stand, in their order, repeats included; lines without a cell are left
    out.

    Parameters
    ----------
    data
        The bytes.
    file
        The file's name for the messages.
    column
        The heading of the column.

    Raises
    ------
    ProblemsError
        With every problem: no such column, nothing in the file, a line of another length, a label
        longer than `LONGEST_LABEL`.

    Examples
    --------
    >>> read_listed(b"label,rows\nSchools,12\n\"Police, CID\",3\n", "labels.csv", "label")
    ('Schools', 'Police, CID')
    """
    if data.startswith(_WORKBOOKS):
        raise _refused(file, "a workbook", "a CSV file", "save the sheet as CSV UTF-8")
    text, _ = decode_text(data, file=file, declared=None)
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    if not first.strip():
        raise _refused(
            file,
            "nothing",
            f"a first line with the heading {column}, and a label on each line under it",
            "export the labels again",
        )
    separator = next((s for s in _SEPARATORS if column in _cells(first, s)), ",")
    at = _place(_cells(first, separator), column, file)
    return _column(text, file, column, at, separator)


def _column(text: str, file: str, column: str, at: int, separator: str) -> tuple[str, ...]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    problems = Problems()
    labels: list[str] = []
    width = 0
    begin = 1
    try:
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not width:
                width = len(cells)
            elif len(cells) != width:
                _add(
                    problems,
                    file,
                    f"line {line}",
                    f"{len(cells)} cells",
                    f"{width} cells, one for each heading",
                    "look for a missing or an extra separator",
                )
            elif len(cells[at]) > LONGEST_LABEL:
                _too_long(problems, file, f"line {line}, column {column}", len(cells[at]))
            else:
                labels.append(cells[at])
    except csv.Error as error:
        if "field larger than field limit" in str(error):
            _too_long(problems, file, f"line {begin}", csv.field_size_limit())
        else:
            _add(
                problems,
                file,
                f"line {begin}",
                "a quotation mark that is not closed or stands inside a cell",
                "comma-separated values to the end of the file",
                "export the labels again as CSV UTF-8",
            )
    if not labels and not len(problems):
        _add(
            problems,
            file,
            "whole file",
            "no line under the headings",
            "a label on each line",
            "export the labels again",
        )
    _raise(problems, file)
    return tuple(labels)


def _cells(line: str, separator: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def _place(heads: Sequence[str], column: str, file: str) -> int:
    if heads.count(column) == 1:
        return heads.index(column)
    if heads.count(column) > 1:
        raise ProblemsError(
            [
                Problem(
                    file,
                    "line 1",
                    f"the heading {column} {heads.count(column)} times",
                    "each heading only once",
                    "rename or remove one of the columns",
                )
            ]
        )
    shown = [head[:40] for head in heads[:10]]
    raise ProblemsError(
        [
            Problem(
                file,
                "line 1",
                f"no column {column}, only {', '.join(shown)}",
                f"a column {column} with the labels",
                "name the column of the labels with --column",
            )
        ]
    )


def _too_long(problems: Problems, file: str, place: str, length: int) -> None:
    _add(
        problems,
        file,
        place,
        f"a cell of {length:,} characters or more",
        f"a label of at most {LONGEST_LABEL:,} characters",
        "look whether the column holds notes and not labels",
    )


def _add(problems: Problems, file: str, place: str, found: str, expected: str, remedy: str) -> None:
    problems.add(file=file, place=place, found=found, expected=expected, remedy=remedy)


def _raise(problems: Problems, file: str) -> None:
    listed = list(problems)
    more = len(listed) - MOST_PROBLEMS
    if more > 0:
        rest = Problem(
            file, "rest of the file", f"{more} more problems", "none", "mend the ones above first"
        )
        raise ProblemsError([*listed[:MOST_PROBLEMS], rest])
    problems.raise_if_any()


def _refused(file: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem(file, "whole file", found, expected, remedy)])
