"""Months: the signs of an extract in one unbroken row, with what is known about its ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.authority.rules import LabelMonth, MonthSigns

#: A blank outcome of a month is looked at when so many days have gone by since its end.
SETTLING = 35


@dataclass(frozen=True)
class FormMonth:
    """How many rows of a month have a contact number of so many characters, digits only or not."""

    month: int
    length: int
    digits: bool
    rows: int


@dataclass(frozen=True)
class Signs:
    """What an extract shows month by month.

    Attributes
    ----------
    authority
        Whose it is.
    months
        The signs of every month covered, in order, months without contacts included.
    whole
        Of each month, whether all of it is covered.
    settled
        Of each month, whether its outcomes were due when the extract was made.
    labels, forms
        How often each label, and each form of contact number, stands in each month.
    declared
        Months in which something changed, as the profile says: what changed, by month.
    marks_open_cases
        Whether the authority says that contacts on open cases are marked.
    """

    authority: str
    months: tuple[MonthSigns, ...]
    whole: tuple[bool, ...]
    settled: tuple[bool, ...]
    labels: tuple[LabelMonth, ...] = ()
    forms: tuple[FormMonth, ...] = ()
    declared: tuple[tuple[int, str], ...] = ()
    marks_open_cases: bool = False

    def numbers(self) -> list[int]:
        """Return the months as numbers: 202409."""
        return [month.month for month in self.months]

    def counts(self, name: str) -> list[int]:
        """Return one sign over the months."""
        return [int(getattr(month, name)) for month in self.months]

    def since(self, at: int) -> list[int]:
        """Return the months from a place on."""
        return self.numbers()[at:]


def signs_of(
    authority: str,
    months: Sequence[MonthSigns],
    *,
    covers: tuple[date, date],
    made: date,
    labels: Sequence[LabelMonth] = (),
    forms: Mapping[tuple[int, int, bool], int] | None = None,
    declared: Sequence[tuple[int, str]] = (),
    marks_open_cases: bool = False,
) -> Signs:
    """Put the signs of an extract in order.

    Parameters
    ----------
    authority
        Whose it is.
    months
        The signs of the months with rows.
    covers
        The first and last date of contact that the extract holds.
    made
        The day on which it was made.
    labels, forms, declared, marks_open_cases
        As `Signs` holds them; forms by month, length and whether digits only.

    Examples
    --------
    >>> found = signs_of("900", [MonthSigns(202402, contacts=9)], made=date(2024, 5, 1),
    ...                  covers=(date(2024, 1, 5), date(2024, 3, 31)))
    >>> found.counts("contacts"), found.whole, found.settled
    ([0, 9, 0], (False, True, True), (True, True, False))
    """
    held = {month.month: month for month in months}
    rows, whole, settled = [], [], []
    first, last = covers
    begin = first.replace(day=1)
    while begin <= last:
        following = (begin + timedelta(days=31)).replace(day=1)
        number = begin.year * 100 + begin.month
        rows.append(held.get(number, MonthSigns(number)))
        end = following - timedelta(days=1)
        whole.append(first <= begin and end <= last)
        settled.append(end + timedelta(days=SETTLING) <= made)
        begin = following
    return Signs(
        authority=authority,
        months=tuple(rows),
        whole=tuple(whole),
        settled=tuple(settled),
        labels=tuple(labels),
        forms=tuple(
            FormMonth(month, length, digits, count)
            for (month, length, digits), count in sorted((forms or {}).items())
        ),
        declared=tuple(declared),
        marks_open_cases=marks_open_cases,
    )
