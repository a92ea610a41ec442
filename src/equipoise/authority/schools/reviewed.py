"""The authority's reviewed school names: who decided which school was meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from equipoise.authority.schools.names import plain
from equipoise.core.base import Column, Problems, csv_bytes, read_csv, shape_of

#: What schools.csv says where the organisation is no school.
NOT_A_SCHOOL = "not-a-school"
_COLUMNS = (
    Column("typed"),
    Column("urn"),
    Column("by"),
    Column("when", "date"),
    Column("note", blank=True),
)


@dataclass(frozen=True)
class ReviewedSchools:
    """From the name as typed, in plain form, to a URN or `NOT_A_SCHOOL`."""

    urns: Mapping[str, str]


def read_schools(
    data: bytes | None, known: Collection[str], file: str = "schools.csv"
) -> ReviewedSchools:
    """Read schools.csv: columns typed, urn, by, when, note.

    Parameters
    ----------
    data
        The bytes, or None where the authority has reviewed nothing.
    known
        The URNs of the authority's schools.
    file
        The file's name for the messages.

    Raises
    ------
    ProblemsError
        With every problem: unknown URNs, and one name given two schools.
    """
    if data is None:
        return ReviewedSchools({})
    table = read_csv(data, _COLUMNS, file=file, private=True)
    problems = Problems()
    urns: dict[str, str] = {}
    lines: dict[str, int] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        urn = row["urn"]
        if urn != NOT_A_SCHOOL and urn not in known:
            problems.add(
                file=file,
                place=f"line {line}, column urn",
                found=shape_of(urn),
                expected=f"the URN of a school of this authority, or {NOT_A_SCHOOL}",
                remedy="look the URN up in the roster",
            )
            continue
        typed = plain(row["typed"])
        first = lines.setdefault(typed, line)
        if urns.setdefault(typed, urn) != urn:
            problems.add(
                file=file,
                place=f"line {line}, column urn",
                found=f"one typed name reviewed to two schools: line {first} gives it another "
                "(capitals and punctuation make no difference)",
                expected="one school for each name typed in this authority",
                remedy="ask who reviewed it and keep the line that is right; where the name can "
                "mean either school, remove both",
            )
    problems.raise_if_any()
    return ReviewedSchools(urns)


def joined_schools(
    data: bytes | None,
    known: Collection[str],
    decision: tuple[str, str, str, date, str],
    file: str = "schools.csv",
) -> bytes:
    r"""Return schools.csv with a decision more: typed, urn, by, when, note.

    Parameters
    ----------
    data, known, file
        As for `read_schools`.
    decision
        Its line.

    Raises
    ------
    ProblemsError
        Where the file cannot be read, or says another thing about this name.

    Examples
    --------
    >>> made = joined_schools(None, {"900001"}, ("Ash Prim", "900001", "A", date(2025, 9, 30), ""))
    >>> made.decode()
    'typed,urn,by,when,note\nAsh Prim,900001,A,2025-09-30,\n'
    """
    names = [column.name for column in _COLUMNS]
    before = () if data is None else read_csv(data, _COLUMNS, file=file, private=True).rows
    made = csv_bytes(names, [*([row[name] for name in names] for row in before), decision])
    read_schools(made, known, file)
    return made
