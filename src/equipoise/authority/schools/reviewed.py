"""The authority's reviewed school names: who decided which school was meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from equipoise.authority.schools.names import plain
from equipoise.core.base import Column, Problems, read_csv, shape_of

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
