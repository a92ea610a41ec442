"""Working days: from a contact, or its referral, to the decision, in working days in England."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from equipoise.authority.rules.definitions import Window
from equipoise.authority.rules.engine import Rows
from equipoise.authority.rules.holidays import bank_holidays
from equipoise.authority.rules.rule import OF_CLOCK, Rule
from equipoise.authority.rules.sums import number

RULE = Rule(
    code="working-days",
    words="For each child of a new contact the clock runs from the day of the contact, or from "
    "that of the referral that it led to, to the day of the decision, in working days: Monday to "
    "Friday but for bank holidays in England, school holidays included. A decision on the day "
    "itself takes none, one on the next working day takes one. A decision after outcomes are read, "
    "or before the contact, is not known; one before the referral takes none. Contacts without a "
    "known decision are counted beside those within the limit, never dropped.",
    fields=("day", "referred", "decided"),
    source="Working Together to Safeguard Children 2023: a decision within one working day of a "
    "referral; trial.yaml, contact.clock_from",
    decides=OF_CLOCK,
)
_SATURDAY = 5


def working_day_rows(first: date, last: date) -> Rows:
    """Return every day from `first` to `last`, numbered by the working days up to it.

    The working days between two days are the difference of their numbers, so every engine
    subtracts integers and none knows a calendar.

    Raises
    ------
    ValueError
        Where bank holidays of some of these days are not known.

    Examples
    --------
    >>> rows = working_day_rows(date(2024, 3, 28), date(2024, 4, 2))  # Good Friday on the 29th
    >>> [number - rows.columns[1][0] for number in rows.columns[1]]
    [0, 0, 0, 0, 0, 1]
    """
    known = bank_holidays()
    if not known.first <= first or not last <= known.last:
        raise ValueError(f"bank holidays are known from {known.first} to {known.last}")
    number, rows = 0, []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        number += day.weekday() < _SATURDAY and day not in known.days
        rows.append((ordinal, number))
    return Rows.of("working_days", rows)


def clock_rows(windows: Sequence[Window], cut_off: date) -> Rows:
    """Return the working days that a clock of a contact in a window may touch.

    Raises
    ------
    ValueError
        As `working_day_rows`.
    """
    return working_day_rows(min(window.start for window in windows), cut_off)


def start(contacts: Any, led: Any) -> Any:
    """Return the day on which the clock starts; none where it is to start at a referral."""
    at_referral = led.ifelse(contacts.referred, None)
    return contacts.clock_from_referral.ifelse(at_referral, contacts.day)


def is_known(contacts: Any) -> Any:
    """Return whether the decision is known on the day on which outcomes are read."""
    decided = contacts.decided
    return ((decided >= contacts.day) & (decided <= contacts.as_of)).fill_null(False)


def counts(new: Any, led: Any, days: Any) -> Any:
    """Count by school and window whose clock started, whose decision is known and came in time.

    Parameters
    ----------
    new
        New contacts in their windows.
    led
        Whether each led to a referral.
    days
        The table ``working_days``.
    """
    new = new.mutate(start=start(new, led), known=is_known(new))
    new = new.filter(new.start.notnull())
    begun = days.select(start="day", begun="number")
    ended = days.select(decided="day", ended="number")
    new = new.left_join(begun, "start").drop("start_right").left_join(ended, "decided")
    in_time = (new.decided <= new.start) | (new.ended - new.begun <= new.decision_days)
    found = new.group_by("urn", "window").aggregate(
        clock_started=new.count().cast("int64"),
        decided_known=number(new.known),
        decided_within_limit=number(new.known & in_time.fill_null(False)),
    )
    return found.order_by("urn", "window")
