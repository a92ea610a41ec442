"""Unit costs: whole pence, exact fractions, one rounding at the end."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import floor

from equipoise.programme.costs.bands import band_schemes
from equipoise.programme.costs.sheet import CENTRAL, RECURRING, START_UP, CostLine
from equipoise.programme.costs.types import AuthorityCost, CategoryCost, CostResult, WorkedStep
from equipoise.programme.surveys import share


def months(start: date, end: date) -> Fraction:
    """Return the length of a period in months, each month by the share of its days.

    Parameters
    ----------
    start, end
        First and last day, both included.

    Examples
    --------
    >>> months(date(2024, 10, 1), date(2025, 7, 21))
    Fraction(300, 31)
    """
    if end < start:
        raise ValueError("a period ends on or after its first day")
    total = Fraction(0)
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        days = calendar.monthrange(year, month)[1]
        first = start.day if (year, month) == (start.year, start.month) else 1
        last = end.day if (year, month) == (end.year, end.month) else days
        total += Fraction(last - first + 1, days)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return total


def pence(amount: Fraction) -> int:
    """Round to the nearest penny, a half penny up.

    Examples
    --------
    >>> pence(Fraction(5, 2)), pence(Fraction(12, 5))
    (3, 2)
    """
    return floor(amount + Fraction(1, 2))


def cost(
    lines: Sequence[CostLine],
    *,
    categories: Sequence[str],
    schools: Mapping[str, int],
    pupils: Mapping[str, int],
    sessions_held: int,
    start: date,
    end: date,
    annual_months: int = 12,
    price_year: str,
    perspective: str,
) -> CostResult:
    """Work out what supervision cost per school, per pupil and per session.

    A yearly figure is the recurring cost, times the months of a year, over the months that the
    recurring lines cover from the first day of the earliest to the last day of the latest. A
    sheet of the delivery months is so made a yearly one; a sheet that already pays for twelve
    months stays as it is. Start-up stands apart and is in no yearly figure.

    Parameters
    ----------
    lines
        The cost sheet.
    categories
        The protocol's categories, in the order to be shown.
    schools, pupils
        Schools offered supervision (on a caseload) and their pupils on the roll, by authority.
    sessions_held
        Sessions held, a group session counted once (`DoseResult.distinct_sessions_held`).
    start, end
        First and last day of the delivery period.
    annual_months
        Months of a year of the programme.
    price_year, perspective
        As declared; passed through.

    Raises
    ------
    ValueError
        Where counts are negative, the two mappings name different authorities, or a line has an
        unknown category or authority.
    """
    _check(lines, categories, schools, pupils, sessions_held, annual_months)
    first, last = _costed(lines, start, end)
    period = months(first, last)
    recurring = _sum(lines, RECURRING)
    start_up = _sum(lines, START_UP)
    all_schools, all_pupils = sum(schools.values()), sum(pupils.values())
    by_year = (recurring, annual_months, period)
    worked = (
        _step("recurring_pence_per_school_year", "school a year", *by_year, all_schools),
        _step("recurring_pence_per_pupil_year", "pupil a year", *by_year, all_pupils),
        _step(
            "recurring_pence_per_session_held",
            "session held",
            recurring,
            1,
            Fraction(1),
            sessions_held,
        ),
        _step("start_up_pence_per_school", "school, once", start_up, 1, Fraction(1), all_schools),
    )
    units = {step.measure: step.result_pence for step in worked}
    ratings = [
        scheme.rate(amount)
        for scheme in band_schemes()
        if (amount := units[scheme.measure]) is not None
    ]
    central = [CENTRAL] if any(line.la_code == CENTRAL for line in lines) else []
    return CostResult(
        perspective=perspective,
        price_year=price_year,
        period_start=start.isoformat(),
        period_end=end.isoformat(),
        costed_start=first.isoformat(),
        costed_end=last.isoformat(),
        costed_months=float(period),
        annual_months=annual_months,
        lines=len(lines),
        schools=all_schools,
        pupils=all_pupils,
        sessions_held=sessions_held,
        total_pence=recurring + start_up,
        recurring_pence=recurring,
        start_up_pence=start_up,
        recurring_pence_per_school_year=units["recurring_pence_per_school_year"],
        recurring_pence_per_pupil_year=units["recurring_pence_per_pupil_year"],
        recurring_pence_per_session_held=units["recurring_pence_per_session_held"],
        start_up_pence_per_school=units["start_up_pence_per_school"],
        categories=tuple(_category(lines, name, recurring) for name in categories),
        authorities=tuple(
            _authority(lines, code, schools.get(code, 0), pupils.get(code, 0), *by_year[1:])
            for code in [*sorted(schools), *central]
        ),
        worked=worked,
        ratings=tuple(ratings),
    )


def _check(
    lines: Sequence[CostLine],
    categories: Sequence[str],
    schools: Mapping[str, int],
    pupils: Mapping[str, int],
    sessions_held: int,
    annual_months: int,
) -> None:
    if set(schools) != set(pupils):
        raise ValueError("schools and pupils must name the same authorities")
    if min([*schools.values(), *pupils.values(), sessions_held]) < 0 or annual_months < 1:
        raise ValueError("counts must not be negative, and a year has at least one month")
    if unknown := {line.category for line in lines} - set(categories):
        raise ValueError(f"unknown category {sorted(unknown)[0]}")
    if unknown := {line.la_code for line in lines} - set(schools) - {CENTRAL}:
        raise ValueError(f"unknown authority {sorted(unknown)[0]}")


def _costed(lines: Sequence[CostLine], start: date, end: date) -> tuple[date, date]:
    """Return the first and last day that recurring lines cover; without any, of delivery."""
    own = [line for line in lines if line.basis == RECURRING]
    return (
        min((line.start for line in own), default=start),
        max((line.end for line in own), default=end),
    )


def _sum(lines: Sequence[CostLine], basis: str) -> int:
    return sum(line.amount_pence for line in lines if line.basis == basis)


def _step(
    measure: str, unit: str, amount: int, times: int, over: Fraction, divided_by: int
) -> WorkedStep:
    return WorkedStep(
        measure=measure,
        unit=unit,
        pence=amount,
        times=times,
        over_numerator=over.numerator,
        over_denominator=over.denominator,
        divided_by=divided_by,
        result_pence=pence(Fraction(amount * times) / over / divided_by) if divided_by else None,
    )


def _category(lines: Sequence[CostLine], category: str, recurring: int) -> CategoryCost:
    own = [line for line in lines if line.category == category]
    part = _sum(own, RECURRING)
    return CategoryCost(category, part, _sum(own, START_UP), share(part, recurring))


def _authority(
    lines: Sequence[CostLine],
    la_code: str,
    schools: int,
    pupils: int,
    annual_months: int,
    period: Fraction,
) -> AuthorityCost:
    own = [line for line in lines if line.la_code == la_code]
    recurring = _sum(own, RECURRING)
    yearly = Fraction(recurring * annual_months) / period
    return AuthorityCost(
        la_code=la_code,
        schools=schools,
        pupils=pupils,
        recurring_pence=recurring,
        start_up_pence=_sum(own, START_UP),
        recurring_pence_per_school_year=pence(yearly / schools) if schools else None,
    )
