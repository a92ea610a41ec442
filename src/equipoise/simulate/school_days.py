"""The school year: census days, half terms, and how busy each school day is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from equipoise.simulate.closures import calls_left
from equipoise.simulate.streams import running

# How many calls a school makes on a school day of the month, January first. Assumed: more once
# the autumn has settled and before the long holidays, as front doors describe it.
_MONTH = (1.05, 0.95, 1.10, 0.90, 1.00, 1.05, 0.90, 0.30, 0.80, 1.00, 1.15, 0.90)
_HOLIDAY = 0.02  # offices answer a few letters in the holidays; assumed
# Half terms of an English school year: name, first and last month and day, year after September.
_HALF_TERMS = (
    ("autumn 1", (9, 4, 0), (10, 25, 0)),
    ("autumn 2", (11, 4, 0), (12, 20, 0)),
    ("spring 1", (1, 6, 1), (2, 14, 1)),
    ("spring 2", (2, 24, 1), (4, 4, 1)),
    ("summer 1", (4, 22, 1), (5, 23, 1)),
    ("summer 2", (6, 2, 1), (7, 21, 1)),
)


@dataclass(frozen=True)
class Term:
    """A half term, both days included."""

    name: str
    first_day: date
    last_day: date


def school_year(day: date) -> int:
    """Return the calendar year in which the day's school year began.

    >>> school_year(date(2025, 7, 1)), school_year(date(2025, 9, 1))
    (2024, 2025)
    """
    return day.year if day.month >= 9 else day.year - 1


def terms(first: date, last: date, shift: int = 0) -> tuple[Term, ...]:
    """Return the half terms of every school year that touches the period.

    Parameters
    ----------
    first, last
        Ends of the period.
    shift
        Days by which this authority's half terms lie later than usual, apart from the first
        and the last day of the year.
    """
    out = []
    for year in range(school_year(first), school_year(last) + 1):
        for name, begin, end in _HALF_TERMS:
            start = date(year + begin[2], begin[0], begin[1])
            finish = date(year + end[2], end[0], end[1])
            start += timedelta(days=0 if name == "autumn 1" else shift)
            finish += timedelta(days=0 if name == "summer 2" else shift)
            out.append(
                Term(f"{year}/{(year + 1) % 100:02d} {name}", _after(start), _before(finish))
            )
    return tuple(out)


def census_days(last: date, count: int) -> tuple[date, ...]:
    """Return the `count` school census days up to and including `last`, which is one itself.

    The census falls on the first Thursday of October and the third of January and May.
    """
    days = {last}
    year = last.year
    while len(days) < count:
        for month, week in ((10, 1), (5, 3), (1, 3)):
            day = _thursday(year, month, week)
            if day < last - timedelta(days=30) and len(days) < count:
                days.add(day)
        year -= 1
    return tuple(sorted(days))


class Days:
    """The days of a period, each with how likely a school's call is on it.

    Parameters
    ----------
    first, last
        Ends of the period.
    half_terms
        When the authority's schools are open.
    lockdown_depth
        How much of the fall of calls while all schools were closed is in it.
    """

    def __init__(
        self,
        first: date,
        last: date,
        half_terms: Sequence[Term],
        lockdown_depth: float = 1.0,
    ) -> None:
        self.days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        weights = [_weight(day, half_terms) * calls_left(day, lockdown_depth) for day in self.days]
        self._between: dict[tuple[int, date, date], float] = {}
        self.cumulative = running(weights)
        yearly = [
            (school_year(day), weight) for day, weight in zip(self.days, weights, strict=True)
        ]
        self.by_year: dict[int, tuple[list[date], tuple[float, ...]]] = {}
        for year in sorted({year for year, _ in yearly}):
            held = [n for n, (other, _) in enumerate(yearly) if other == year]
            self.by_year[year] = (
                [self.days[n] for n in held],
                running([weights[n] for n in held]),
            )

    def share_of_year(self, year: int) -> float:
        """Return how much of a usual school year's weight lies in the period."""
        return self.by_year[year][1][-1] / full_year_weight(year)

    def share_between(self, year: int, first: date, last: date) -> float:
        """Return how much of a usual school year's weight lies in a part of the period."""
        key = (year, first, last)
        if key not in self._between:
            days, sums = self.by_year[year]
            low, high = bisect_left(days, first), bisect_right(days, last)
            inside = (sums[high - 1] if high else 0.0) - (sums[low - 1] if low else 0.0)
            self._between[key] = max(inside, 0.0) / full_year_weight(year)
        return self._between[key]


@cache
def full_year_weight(year: int) -> float:
    """Return the weight of a whole school year with the usual half terms and no closure."""
    first, last = date(year, 9, 1), date(year + 1, 8, 31)
    usual = terms(first, last)
    return sum(_weight(first + timedelta(days=n), usual) for n in range((last - first).days + 1))


def next_weekday(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return _after(day)


def add_working_days(day: date, count: int) -> date:
    """Return the day after so many Mondays to Fridays.

    >>> add_working_days(date(2025, 1, 3), 1)
    datetime.date(2025, 1, 6)
    """
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day


def _weight(day: date, half_terms: Sequence[Term]) -> float:
    if day.weekday() >= 5:
        return 0.0
    if any(term.first_day <= day <= term.last_day for term in half_terms):
        return _MONTH[day.month - 1]
    return _HOLIDAY


def _thursday(year: int, month: int, week: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 7 * (week - 1))


def _after(day: date) -> date:
    return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])


def _before(day: date) -> date:
    return day - timedelta(days=(0, 0, 0, 0, 0, 1, 2)[day.weekday()])
