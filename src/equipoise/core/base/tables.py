"""Tables: CSV read by declared columns, every problem at once, and written byte for byte."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from equipoise.core.base.files import read_text
from equipoise.core.base.problems import Problem, Problems

Kind = Literal["text", "integer", "number", "date", "boolean"]

_EXPECTED: dict[str, str] = {
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "date": "a date like 2024-09-16",
    "boolean": "true or false",
}
_INTEGER = re.compile(r"[+-]?\d{1,15}")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUTH = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
#: After this many problems of a file the rest are counted, not listed.
MOST_PROBLEMS = 200


def shape_of(text: str) -> str:
    """Return the shape of a value: digits as 9, letters as A or a, the rest as it is.

    The shape is what may be shown of a child-level value off the analyst's own screen.

    Examples
    --------
    >>> shape_of("31/12/2019"), shape_of("Jane Doe")
    ('99/99/9999', 'Aaaa Aaa')
    """
    marks = [
        "9" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c for c in text
    ]
    shape = "".join(marks)
    return shape if len(shape) <= 40 else f"{shape[:40]}..."


@dataclass(frozen=True)
class Column:
    """What a column of a CSV must hold.

    Parameters
    ----------
    name
        Its heading.
    kind
        text, integer, number, date (ISO 8601) or boolean (true/false, yes/no, 1/0).
    required
        Whether the column must be there.
    blank
        Whether a cell may be empty (read as None).
    values
        The only values allowed, for text.
    minimum, maximum
        Bounds, both included, for numbers.
    """

    name: str
    kind: Kind = "text"
    required: bool = True
    blank: bool = False
    values: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None

    def expected(self) -> str:
        """Say in words what a cell must hold."""
        if self.values is not None:
            return "one of " + ", ".join(self.values)
        words = _EXPECTED[self.kind]
        if self.minimum is not None and self.maximum is not None:
            return f"{words} from {self.minimum:g} to {self.maximum:g}"
        if self.minimum is not None:
            return f"{words} of {self.minimum:g} or more"
        if self.maximum is not None:
            return f"{words} of {self.maximum:g} or less"
        return words

    def read(self, text: str) -> Any:
        """Turn a cell's text into its value; raise ValueError where it does not fit."""
        if self.values is not None and text not in self.values:
            raise ValueError(text)
        value = _READ[self.kind](text)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            below = self.minimum is not None and value < self.minimum
            above = self.maximum is not None and value > self.maximum
            if below or above:
                raise ValueError(text)
        return value


def _matched(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


_READ: dict[str, Callable[[str], Any]] = {
    "text": str,
    "integer": lambda text: int(_matched(_INTEGER, text)),
    "number": lambda text: float(_matched(_NUMBER, text)),
    "date": lambda text: date.fromisoformat(_matched(_DATE, text)),
    "boolean": lambda text: _TRUTH[_matched(re.compile("|".join(_TRUTH)), text.lower())],
}


@dataclass(frozen=True)
class Table:
    """A CSV that was read whole.

    Attributes
    ----------
    columns
        Headings, in the order of the file.
    rows
        One mapping per row, from heading to typed value.
    lines
        The line of the file on which each row begins, for later messages.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    lines: tuple[int, ...]


def read_csv(
    data: bytes,
    columns: Sequence[Column],
    *,
    file: str,
    private: bool = False,
    unique: tuple[str, ...] = (),
    extra: Literal["refuse", "keep"] = "refuse",
) -> Table:
    r"""Read a CSV by its declared columns.

    Parameters
    ----------
    data
        The bytes: UTF-8, comma-separated, first line the headings.
    columns
        What the columns must hold, in any order.
    file
        The file's name for the messages.
    private
        Whether the file is child-level: problems then show the shape of a value, never the value.
    unique
        Columns whose values together may stand only once.
    extra
        What to do with columns that are not declared: refuse the file, or keep them as text.

    Returns
    -------
    Table
        Every row, typed.

    Raises
    ------
    ProblemsError
        With every problem of the file.

    Examples
    --------
    >>> table = read_csv(b"urn,pupils\n900001,210\n", [Column("urn"), Column("pupils", "integer")],
    ...                  file="rolls.csv")
    >>> table.rows[0]["pupils"]
    210
    """
    problems = Problems()
    text = read_text(data, file=file)
    reader = csv.reader(io.StringIO(text), strict=True)
    heads: list[str] | None = None
    rows: list[Mapping[str, Any]] = []
    lines: list[int] = []
    firsts: dict[tuple[Any, ...], int] = {}
    begin = 1
    try:
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            if heads is None:
                heads = [cell.strip() for cell in cells]
                _check_heads(heads, columns, file, extra, private, problems)
                problems.raise_if_any()
                continue
            if not any(cell.strip() for cell in cells):
                continue
            row = _read_row(cells, heads, columns, file, line, private, problems)
            if row is None:
                continue
            if unique:
                key = tuple(row.get(name) for name in unique)
                if key in firsts:
                    shown = ", ".join(shape_of(str(k)) if private else str(k) for k in key)
                    problems.add(
                        file=file,
                        place=f"line {line}, column {' and '.join(unique)}",
                        found=f"{shown} again (first on line {firsts[key]})",
                        expected="each only once",
                        remedy="remove the row that does not belong",
                    )
                    continue
                firsts[key] = line
            rows.append(row)
            lines.append(line)
    except csv.Error:
        problems.add(
            file=file,
            place=f"line {begin}",
            found="a quotation mark that is not closed or stands inside a cell",
            expected="comma-separated values",
            remedy="export the file again as CSV UTF-8",
        )
    if heads is None:
        problems.add(
            file=file,
            place="whole file",
            found="nothing",
            expected="a first line with the headings " + ", ".join(c.name for c in columns),
            remedy="export the file again",
        )
    _raise_most(problems, file)
    return Table(tuple(heads or ()), tuple(rows), tuple(lines))


def _check_heads(
    heads: list[str],
    columns: Sequence[Column],
    file: str,
    extra: str,
    private: bool,
    problems: Problems,
) -> None:
    known = {column.name for column in columns}
    for column in columns:
        if column.required and column.name not in heads:
            problems.add(
                file=file,
                place="line 1",
                found=f"no column {column.name}",
                expected=f"a column {column.name} with {column.expected()}",
                remedy="add the column or correct its heading",
            )
    for position, head in enumerate(heads, start=1):
        if heads.index(head) != position - 1:
            problems.add(
                file=file,
                place=f"line 1, column {position}",
                found="a heading that stands twice",
                expected="each heading only once",
                remedy="rename or remove one of the two columns",
            )
        elif head not in known and extra == "refuse":
            found = "a column that is not known" if private else f"the unknown column {head!r}"
            problems.add(
                file=file,
                place=f"line 1, column {position}",
                found=found,
                expected="only the columns " + ", ".join(c.name for c in columns),
                remedy="remove the column or correct its heading",
            )


def _read_row(
    cells: list[str],
    heads: list[str],
    columns: Sequence[Column],
    file: str,
    line: int,
    private: bool,
    problems: Problems,
) -> Mapping[str, Any] | None:
    if len(cells) != len(heads):
        problems.add(
            file=file,
            place=f"line {line}",
            found=f"{len(cells)} cells",
            expected=f"{len(heads)} cells, one for each heading",
            remedy="look for a missing or an extra comma",
        )
        return None
    row: dict[str, Any] = {h: c.strip() for h, c in zip(heads, cells, strict=True)}
    for column in columns:
        if column.name not in row:
            row[column.name] = None
            continue
        text = row[column.name]
        if not text:
            row[column.name] = None
            if not column.blank:
                problems.add(
                    file=file,
                    place=f"line {line}, column {column.name}",
                    found="an empty cell",
                    expected=column.expected(),
                    remedy="fill the cell in",
                )
            continue
        try:
            row[column.name] = column.read(text)
        except ValueError:
            problems.add(
                file=file,
                place=f"line {line}, column {column.name}",
                found=shape_of(text) if private else repr(text),
                expected=column.expected(),
                remedy="correct the cell",
            )
    return row


def _raise_most(problems: Problems, file: str) -> None:
    if len(problems) <= MOST_PROBLEMS:
        problems.raise_if_any()
        return
    kept = list(problems)[:MOST_PROBLEMS]
    shown = Problems()
    shown.extend(kept)
    shown.extend(
        [
            Problem(
                file,
                "rest of the file",
                f"{len(problems) - MOST_PROBLEMS} more problems",
                "none",
                "mend the ones above and read the file again",
            )
        ]
    )
    shown.raise_if_any()


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any] | Sequence[Any]]) -> bytes:
    r"""Write a CSV: UTF-8, ``\n`` line ends, dates as ISO 8601, None as an empty cell.

    Examples
    --------
    >>> csv_bytes(["urn", "open"], [{"urn": "900001", "open": True}, ["900002", None]])
    b'urn,open\n900001,true\n900002,\n'
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [row.get(c) for c in columns] if isinstance(row, Mapping) else list(row)
        writer.writerow([_cell(value) for value in cells])
    return stream.getvalue().encode("utf-8")


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case float():
            return repr(value)
    return str(value)
