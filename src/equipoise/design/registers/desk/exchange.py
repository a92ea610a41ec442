"""Exchange: the desk as one table that goes out to be filled in, and comes back to be merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.core.base import Column, Problem, Problems, ProblemsError, csv_bytes, read_csv
from equipoise.design.registers.desk.desk import Desk, version_of
from equipoise.design.registers.desk.facts import BY_NAME, FACTS, Fact, Level

#: Columns that say which row it is, for the reader's eyes; only ``la_code`` and ``urn`` are read.
CONTEXT = ("la_code", "urn", "name", "pupils", "stands")
#: The digest of the row as it was exported: by it a concurrent edit is found.
VERSION = "version"
HEADS: tuple[str, ...] = (*CONTEXT, *(fact.name for fact in FACTS), VERSION)


@dataclass(frozen=True)
class Context:
    """A row of the table before it is filled in: an authority, or a school of it.

    Attributes
    ----------
    level, key
        ``school`` and its URN, or ``authority`` and its code.
    la_code, name, pupils, stands
        Its authority, its name, its roll, and where it stands, in words.
    """

    level: Level
    key: str
    la_code: str
    name: str
    pupils: int | None = None
    stands: str = ""


@dataclass(frozen=True)
class Incoming:
    """A row that came back.

    Attributes
    ----------
    level, key
        ``school`` and its URN, or ``authority`` and its code.
    place
        Where it stands in the file.
    facts
        The value of every fact that the file has a column for; None where the cell is blank.
    version
        The row's version when it was exported; blank where the file does not say.
    la_code
        The authority that the row or its sheet names; blank where neither does.
    sound
        Whether every cell of it could be read; if not, the row counts for its key alone.
    """

    level: Level
    key: str
    place: str
    facts: Mapping[str, Any]
    version: str = ""
    la_code: str = ""
    sound: bool = True


def exchange_rows(desk: Desk, rows: Iterable[Context]) -> Iterator[dict[str, Any]]:
    """Yield the table's rows, each with its version."""
    for row in rows:
        known = desk.known(row.level, row.key)
        yield {
            "la_code": row.la_code,
            "urn": row.key if row.level == "school" else None,
            "name": row.name,
            "pupils": row.pupils,
            "stands": row.stands,
            **known,
            VERSION: version_of(known),
        }


def exchange_csv(desk: Desk, rows: Iterable[Context]) -> bytes:
    """Return the table as a CSV: a row for each authority, then one for each of its schools."""
    return csv_bytes(HEADS, exchange_rows(desk, rows))


def read_exchange_csv(data: bytes, *, file: str, problems: Problems) -> tuple[Incoming, ...]:
    r"""Read a CSV that came back, or one of other origin that has at least the column ``urn``.

    Parameters
    ----------
    data, file
        The bytes, and the file's name for the messages.
    problems
        Receives what is wrong with single rows.

    Raises
    ------
    ProblemsError
        Where the file as a whole cannot be read.

    Examples
    --------
    >>> lines = b"urn,baseline\n900001,2024-09-03\n"
    >>> read_exchange_csv(lines, file="x.csv", problems=Problems())[0].facts
    {'baseline': datetime.date(2024, 9, 3)}
    """
    first = data.partition(b"\n")[0]
    if b";" in first and b"," not in first:
        problem = Problem(
            file,
            "line 1",
            "columns divided by semicolons",
            "columns divided by commas",
            "save it as CSV with commas, or fill in the .xlsx instead",
        )
        raise ProblemsError([problem])
    wanted = [Column(head, required=head == "urn", blank=True) for head in HEADS]
    table = read_csv(data, wanted, file=file)
    cells = (
        (f"line {line}", {head: row[head] or "" for head in table.columns})
        for row, line in zip(table.rows, table.lines, strict=True)
    )
    return read_rows(cells, file=file, problems=problems)


def read_rows(
    cells: Iterable[tuple[str, Mapping[str, str]]],
    *,
    file: str,
    problems: Problems,
    la_code: str = "",
    firsts: dict[tuple[Level, str], str] | None = None,
) -> tuple[Incoming, ...]:
    """Turn rows of text into typed rows; what does not fit goes to the problems.

    Parameters
    ----------
    cells
        Where each row stands, and its text by heading.
    file
        The file's name for the messages.
    problems
        Receives every cell that does not fit, and every row that stands twice.
    la_code
        The authority of the sheet, where it names one.
    firsts
        Where each row was first seen; shared over the sheets of a workbook.
    """
    firsts = {} if firsts is None else firsts
    found: list[Incoming] = []
    for place, row in cells:
        row_code = row.get("la_code", "")
        level: Level = "school" if row.get("urn") else "authority"
        key = row.get("urn") or row_code
        if not key:
            problems.add(
                file=file,
                place=f"{place}, column urn",
                found="an empty cell, and no code of an authority",
                expected="a school's URN, or an authority's code under la_code",
                remedy="fill in the URN, or remove the row",
            )
            continue
        before = firsts.setdefault((level, key), place)
        if before != place:
            problems.add(
                file=file,
                place=place,
                found=f"{level} {key} again (first on {before})",
                expected="each only once",
                remedy="remove the row that does not belong",
            )
            continue
        so_far = len(problems)
        facts = {
            fact.name: _value(fact, level, row[fact.name], f"{place}, column {fact.name}", file,
                              problems)
            for fact in FACTS
            if fact.name in row and (level in fact.levels or row[fact.name])
        }  # fmt: skip
        if la_code and row_code not in ("", la_code):
            _elsewhere(file, place, row_code, la_code, problems)
        sound = len(problems) == so_far
        version = row.get(VERSION, "")
        found.append(Incoming(level, key, place, facts, version, row_code or la_code, sound))
    return tuple(found)


def _value(fact: Fact, level: Level, text: str, place: str, file: str, problems: Problems) -> Any:
    if not text:
        return None
    if level not in fact.levels:
        problems.add(
            file=file,
            place=place,
            found=f"a value on the row of {'a school' if level == 'school' else 'an authority'}",
            expected=f"nothing: {fact.name} is kept by {' and '.join(fact.levels)}",
            remedy="move it to the row that it belongs to",
        )
        return None
    return fact.read(text, file=file, place=place, problems=problems)


def _elsewhere(file: str, place: str, found: str, expected: str, problems: Problems) -> None:
    problems.add(
        file=file,
        place=f"{place}, column la_code",
        found=f"authority {found} on the sheet of {expected}",
        expected=f"rows of authority {expected}",
        remedy="move the row to its own sheet",
    )


def fact_value(level: Level, name: str, text: str, *, place: str) -> Any:
    """Read one fact as it is typed in a command; blank is None, which removes it.

    Raises
    ------
    ProblemsError
        For an unknown fact, one that the level does not have, or a value that does not fit.
    """
    problems = Problems()
    value = None
    known = [fact.name for fact in FACTS if level in fact.levels]
    if name not in BY_NAME:
        problems.add(
            file="the command",
            place=place,
            found=f"the unknown fact {name!r}",
            expected="one of " + ", ".join(known),
            remedy="correct the fact's name",
        )
    else:
        value = _value(BY_NAME[name], level, text, place, "the command", problems)
    problems.raise_if_any()
    return value
