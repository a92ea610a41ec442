"""The cost sheet: lines of money, read and checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.core.base import Column, Problems, ProblemsError, Table, read_csv

RECURRING = "recurring"
START_UP = "start-up"
#: The la_code of lines that belong to no authority.
CENTRAL = ""


@dataclass(frozen=True)
class CostLine:
    """One line of the sheet.

    Attributes
    ----------
    line_id
        Its identifier.
    la_code
        The authority that bears it; `CENTRAL` where none does.
    category
        One of the protocol's categories.
    basis
        `RECURRING` or `START_UP`.
    start, end
        First and last day that the money was for.
    amount_pence
        The amount for these days, in whole pence, 0 or more.
    source
        Where the amount comes from.
    """

    line_id: str
    la_code: str
    category: str
    basis: str
    start: date
    end: date
    amount_pence: int
    source: str


def cost_year(start: date, end: date) -> tuple[date, date]:
    """Return the whole school years, September to August, that a delivery period touches.

    Examples
    --------
    >>> [day.isoformat() for day in cost_year(date(2024, 10, 1), date(2025, 7, 21))]
    ['2024-09-01', '2025-08-31']
    """
    first = start.year if start.month >= 9 else start.year - 1
    last = end.year + 1 if end.month >= 9 else end.year
    return date(first, 9, 1), date(last, 8, 31)


def read_costs(
    data: bytes,
    *,
    categories: Sequence[str],
    authorities: Collection[str],
    start: date,
    end: date,
    file: str = "costs.csv",
) -> tuple[CostLine, ...]:
    """Read the cost sheet of the delivery team.

    Parameters
    ----------
    data
        The bytes of the file: line_id, la_code (empty for central lines), category, description,
        basis (recurring, start-up), from, to, amount_pence, source.
    categories
        The protocol's categories.
    authorities
        Codes of the authorities with a school on a caseload.
    start, end
        First and last day of the delivery period. Recurring lines lie within `cost_year` of it
        (a supervisor is paid in the holidays too); start-up lines end by its last day.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        With every problem at once: a negative or broken amount, an unknown category or
        authority, dates outside the period, an authority without any recurring cost.
    """
    columns = (
        Column("line_id"),
        Column("la_code", blank=True, values=tuple(sorted(authorities))),
        Column("category", values=tuple(categories)),
        Column("description"),
        Column("basis", values=(RECURRING, START_UP)),
        Column("from", kind="date"),
        Column("to", kind="date"),
        Column("amount_pence", kind="integer", minimum=0),
        Column("source"),
    )
    problems = Problems()
    table = Table((), (), ())
    try:
        table = read_csv(data, columns, file=file, unique=("line_id",))
    except ProblemsError as error:
        problems.extend(error.problems)
    lines = tuple(
        CostLine(
            line_id=row["line_id"],
            la_code=row["la_code"] or CENTRAL,
            category=row["category"],
            basis=row["basis"],
            start=row["from"],
            end=row["to"],
            amount_pence=row["amount_pence"],
            source=row["source"],
        )
        for row in table.rows
    )
    first, last = cost_year(start, end)
    for number, line in zip(table.lines, lines, strict=True):
        _check_dates(line, number, first, last, file, problems)
    if not problems:
        _check_authorities(lines, authorities, file, problems)
    problems.raise_if_any()
    return lines


def _check_dates(
    line: CostLine, number: int, start: date, end: date, file: str, problems: Problems
) -> None:
    if line.end < line.start:
        expected = "a last day on or after the first"
    elif line.basis == RECURRING and (line.start < start or line.end > end):
        expected = f"days from {start} to {end}, the years of delivery, for a recurring line"
    elif line.basis == START_UP and line.end > end:
        expected = f"days up to {end}, the end of the years of delivery, for a start-up line"
    else:
        return
    problems.add(
        file=file,
        place=f"line {number}, columns from and to",
        found=f"{line.start} to {line.end}",
        expected=expected,
        remedy="correct the dates, or enter only the part of the amount that falls within",
    )


def _check_authorities(
    lines: Sequence[CostLine], authorities: Collection[str], file: str, problems: Problems
) -> None:
    recurring = {line.la_code for line in lines if line.basis == RECURRING}
    if CENTRAL in recurring:
        return
    for code in sorted(set(authorities) - recurring):
        problems.add(
            file=file,
            place="whole file",
            found=f"no recurring line of authority {code}, which has schools under supervision",
            expected="at least one, since its schools share the cost",
            remedy="add the authority's lines, or a central line if it bore no cost itself",
        )
