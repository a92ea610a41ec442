"""The desk: who was asked to take part, and how far each has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from equipoise.core.base import (
    Column,
    Problem,
    Problems,
    ProblemsError,
    csv_bytes,
    digest_value,
    read_csv,
)
from equipoise.design.registers.desk.facts import Level, facts_of

SCHOOLS = "design/enrolment.csv"
AUTHORITIES = "design/enrolment-authorities.csv"
#: Characters of a row's digest that a workbook keeps.
_VERSION = 16

#: What is known of one authority or school: from fact to value, without blanks.
Known = Mapping[str, Any]
_KEYS: dict[Level, tuple[str, str]] = {
    "school": (SCHOOLS, "urn"),
    "authority": (AUTHORITIES, "la_code"),
}


@dataclass(frozen=True)
class Desk:
    """The enrolment desk.

    Attributes
    ----------
    schools
        From URN to what is known of a school.
    authorities
        From code to what is known of an authority.
    """

    schools: Mapping[str, Known] = field(default_factory=dict)
    authorities: Mapping[str, Known] = field(default_factory=dict)

    def at(self, level: Level) -> Mapping[str, Known]:
        """Return the schools or the authorities."""
        return self.schools if level == "school" else self.authorities

    def known(self, level: Level, key: str) -> Known:
        """Return what is known of one of them; nothing where it is not on the desk."""
        return self.at(level).get(key, {})

    def replaced(self, level: Level, key: str, known: Known) -> Desk:
        """Return the desk with other facts of one school or authority."""
        rows = {**self.at(level), key: dict(known)}
        if level == "school":
            return Desk(rows, self.authorities)
        return Desk(self.schools, rows)


def version_of(known: Known) -> str:
    """Return the digest of what is known of a school or authority: its version.

    Examples
    --------
    >>> version_of({}) == version_of({"eligible": "yes"})
    False
    """
    return digest_value({name: str(known[name]) for name in sorted(known)})[:_VERSION]


def read_desk(read: Callable[[str], bytes | None]) -> Desk | None:
    """Read the desk's files.

    Parameters
    ----------
    read
        Gives the bytes of a path relative to the trial folder, or None where there is no such
        file.

    Returns
    -------
    Desk or None
        None for a trial without ``design/enrolment.csv``.

    Raises
    ------
    ProblemsError
        With every problem of both files: columns and cells that do not fit, a URN or a code twice.
    """
    schools, authorities = read(SCHOOLS), read(AUTHORITIES)
    if schools is None:
        if authorities is None:
            return None
        raise ProblemsError(
            [
                Problem(
                    SCHOOLS,
                    "whole file",
                    f"no such file, but {AUTHORITIES}",
                    "both, or neither",
                    "restore it from a copy",
                )
            ]
        )
    problems = Problems()
    rows = _rows("school", schools, problems)
    own = {} if authorities is None else _rows("authority", authorities, problems)
    problems.raise_if_any()
    return Desk(rows, own)


def _rows(level: Level, data: bytes, problems: Problems) -> dict[str, Known]:
    file, key = _KEYS[level]
    facts = facts_of(level)
    columns = [Column(key), *(Column(fact.name, blank=True) for fact in facts)]
    try:
        table = read_csv(data, columns, file=file)
    except ProblemsError as error:
        problems.extend(error.problems)
        return {}
    found: dict[str, Known] = {}
    firsts: dict[str, int] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        first = firsts.setdefault(row[key], line)
        if first != line:
            problems.add(
                file=file,
                place=f"line {line}, column {key}",
                found=f"{row[key]} again (first on line {first})",
                expected="each only once",
                remedy="remove the row that does not belong",
            )
        values = {
            fact.name: fact.read(
                row[fact.name] or "",
                file=file,
                place=f"line {line}, column {fact.name}",
                problems=problems,
            )
            for fact in facts
        }
        found[row[key]] = {name: value for name, value in values.items() if value is not None}
    return found


def desk_files(desk: Desk) -> dict[str, bytes]:
    r"""Return the desk's files by path, a row for each school and authority in order.

    Examples
    --------
    >>> desk_files(Desk({"900001": {"eligible": "yes"}}))["design/enrolment.csv"].splitlines()[1]
    b'900001,,yes,,,,,,,'
    """
    return {
        file: csv_bytes(columns_at(level), [{key: one, **rows[one]} for one in sorted(rows)])
        for level, (file, key) in _KEYS.items()
        for rows in [desk.at(level)]
    }


def columns_at(level: Level) -> Sequence[str]:
    """Return the headings of the file of schools or of authorities."""
    return (_KEYS[level][1], *(fact.name for fact in facts_of(level)))
