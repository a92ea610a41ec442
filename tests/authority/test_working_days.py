"""Working days: bank holidays by rule and by proclamation, and days counted by a calendar."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from equipoise.authority.rules import Event, ReferralSpan, Window, count_contacts
from equipoise.authority.rules.holidays import bank_holidays
from equipoise.authority.rules.working_days import working_day_rows
from equipoise.core.base import ProblemsError
from equipoise.workspace.folder.engine import DuckDBEngine
from tests.authority.test_counting import PLAIN

#: Days that no rule gives, and those that were moved to make them: by proclamation.
ADDED = {date(2020, 5, 8), date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)}
MOVED = {date(2020, 5, 4), date(2022, 5, 30)}


def easter(year):
    """Return Easter Sunday (Meeus, Jones and Butcher, in Meeus, Astronomical Algorithms, 1991)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def monday(year, month, last=False):
    days = [date(year, month, 1) + timedelta(days=n) for n in range(31)]
    mondays = [day for day in days if day.weekday() == 0 and day.month == month]
    return mondays[-1 if last else 0]


def by_rule(year):
    """Return the bank holidays that follow from the Act of 1971, with substitute days."""
    held = [
        easter(year) - timedelta(days=2),
        easter(year) + timedelta(days=1),
        monday(year, 5),
        monday(year, 5, last=True),
        monday(year, 8, last=True),
    ]
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() > 4 or day in held:
            day += timedelta(days=1)
        held.append(day)
    return set(held)


def test_bank_holidays_are_those_of_the_act_and_of_proclamations():
    known = bank_holidays()
    years = range(known.first.year, known.last.year + 1)
    expected = {day for year in years for day in by_rule(year)}
    assert known.days == (expected - MOVED) | ADDED
    assert (known.first, known.last) == (date(2015, 1, 1), date(2027, 12, 31))
    assert "GOV.UK" in known.source


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2024-03-04", "2024-03-04", 0),  # the day itself
        ("2024-03-08", "2024-03-11", 1),  # Friday to Monday
        ("2024-03-09", "2024-03-11", 1),  # Saturday to Monday
        ("2024-03-09", "2024-03-10", 0),  # Saturday to Sunday
        ("2024-03-28", "2024-04-02", 1),  # over Easter
        ("2022-12-23", "2022-12-28", 1),  # over Christmas, with a substitute day
        ("2022-09-16", "2022-09-20", 1),  # over the funeral of 19 September
        ("2024-07-22", "2024-08-05", 10),  # school holidays are working days
    ],
)
def test_working_days_between_two_days(first, last, days):
    rows = working_day_rows(date.fromisoformat(first), date.fromisoformat(last))
    numbers = rows.columns[1]
    assert numbers[-1] - numbers[0] == days


def test_days_whose_holidays_are_not_known_are_refused():
    with pytest.raises(ValueError, match="2015-01-01 to 2027-12-31"):
        working_day_rows(date(2027, 12, 31), date(2028, 1, 1))
    clocked = replace(PLAIN, clock_from="contact", pending_cut_off=date(2028, 1, 31))
    windows = [Window("late", date(2027, 11, 1), date(2027, 12, 1))]
    with pytest.raises(ProblemsError) as error:
        count_contacts([], ("900001",), windows, clocked, date(2028, 2, 1), DuckDBEngine())
    assert [problem.place for problem in error.value.problems] == ["clock_from"]


def test_a_clock_from_the_referral_starts_for_contacts_that_led_to_one():
    """By hand: K0 referred Friday, decided Monday; K1 decided before; K2 no referral in time."""

    def event(child, on, referred, decided):
        days = [None if day is None else date.fromisoformat(day) for day in (referred, decided)]
        return Event(child, date.fromisoformat(on), days[1], True, False, 900001, "matched", False,
                     "REFERRAL", referred=days[0])  # fmt: skip

    events = [
        event(0, "2024-03-04", "2024-03-08", "2024-03-11"),
        event(1, "2024-03-04", "2024-03-06", "2024-03-05"),
        event(2, "2024-03-04", "2024-03-19", "2024-03-05"),
        event(3, "2024-03-04", "2024-03-08", "2024-03-12"),
        event(4, "2024-03-04", "2024-03-04", None),
        event(5, "2024-03-04", None, "2024-03-04"),
    ]
    clocked = replace(PLAIN, clock_from="referral", referral_within_days=14,
                      pending_cut_off=date(2024, 6, 30))  # fmt: skip
    windows = [Window("spring", date(2024, 3, 1), date(2024, 4, 30))]
    span = ReferralSpan(date(2024, 1, 1), date(2024, 6, 30))
    counts = count_contacts(
        events, ("900001",), windows, clocked, date(2024, 7, 1), DuckDBEngine(), span
    )
    (school,) = counts.schools
    assert (school.clock_started, school.decided_known, school.decided_within_limit) == (4, 3, 2)
    with pytest.raises(ValueError, match="list of referrals"):
        count_contacts(events, ("900001",), windows, clocked, date(2024, 7, 1), DuckDBEngine())
