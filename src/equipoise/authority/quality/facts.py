"""Facts: what the rows of an extract show of how an authority records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from equipoise.authority.readers import Record
from equipoise.core.base import shape_of

#: A further contact on the same child within so many days is counted as soon after.
SOON = 7
#: A decision so many days after the contact is late.
LATE = 28
_DIGITS = re.compile(r"9+")
_FAMILY_HELP = re.compile(r"\bfamily help\b", re.IGNORECASE)


@dataclass
class Facts:
    """Counts over the rows that can be read, copies of a row counted once.

    Attributes
    ----------
    rows, contacts
        Rows, and distinct numbers of contacts.
    shared
        Contacts whose number stands on several rows, each with another child.
    alike
        Children about whom the same caller called on one day, with the same outcome, as about
        another child.
    outcomes
        Rows by outcome code.
    dated, in_one_day, late
        Rows with a decision date; decided by the end of the next working day (weekends left out,
        bank holidays not); decided more than `LATE` days after.
    open_known, on_open_case
        Rows of which is known whether the case was open; those where it was.
    soon
        Rows with an earlier contact on the same child, on another day, within `SOON` days.
    first, last, latest
        First and last date of contact; the last date of contact or decision.
    months
        Rows and rows that ended in no further action, by month (202409).
    forms
        How often each form of contact number stands, by month.
    family_help
        The first day on which an outcome says family help.
    """

    rows: int = 0
    contacts: int = 0
    shared: int = 0
    alike: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    dated: int = 0
    in_one_day: int = 0
    late: int = 0
    open_known: int = 0
    on_open_case: int = 0
    soon: int = 0
    first: date | None = None
    last: date | None = None
    latest: date | None = None
    months: dict[int, tuple[int, int]] = field(default_factory=dict)
    forms: dict[int, Counter[str]] = field(default_factory=dict)
    family_help: date | None = None


def facts_of(records: Iterable[Record], code: Callable[[Record], str]) -> Facts:
    """Count what the rows of an extract show.

    Memory grows with the rows: some 100 bytes for each contact and child.

    Parameters
    ----------
    records
        The rows as they are read; those set aside are passed over.
    code
        Gives the outcome code of a row.
    """
    facts = Facts()
    children: dict[str, set[str]] = {}
    days: dict[str, set[int]] = {}
    calls: dict[tuple[int, str, str, str], set[str]] = {}
    for record in records:
        if record.aside or record.day is None:
            continue
        of_contact = children.setdefault(record.contact_id, set())
        if record.child_id in of_contact:
            continue
        of_contact.add(record.child_id)
        outcome = code(record)
        _add_row(facts, record, record.day, outcome)
        days.setdefault(record.child_id, set()).add(record.day)
        if record.organisation:
            call = (record.day, record.source, record.organisation, outcome)
            calls.setdefault(call, set()).add(record.child_id)
    facts.contacts = len(children)
    facts.shared = sum(1 for held in children.values() if len(held) > 1)
    facts.alike = sum(len(held) for held in calls.values() if len(held) > 1)
    facts.soon = sum(_soon(sorted(held)) for held in days.values())
    return facts


def _add_row(facts: Facts, record: Record, day: int, outcome: str) -> None:
    on = date.fromordinal(day)
    month = on.year * 100 + on.month
    facts.rows += 1
    facts.outcomes[outcome] += 1
    facts.first = on if facts.first is None else min(facts.first, on)
    facts.last = on if facts.last is None else max(facts.last, on)
    facts.latest = facts.last if facts.latest is None else max(facts.latest, on)
    if record.decided is not None:
        decided = date.fromordinal(record.decided)
        facts.latest = max(facts.latest, decided)
        facts.dated += 1
        facts.in_one_day += decided <= _next_working_day(on)
        facts.late += record.decided - day > LATE
    opened = True if outcome == "EXISTING" else record.open_case
    if opened is not None:
        facts.open_known += 1
        facts.on_open_case += opened
    rows, ended = facts.months.get(month, (0, 0))
    facts.months[month] = (rows + 1, ended + (outcome == "NFA"))
    form = _DIGITS.sub("9", shape_of(record.contact_id))
    facts.forms.setdefault(month, Counter())[form] += 1
    if _FAMILY_HELP.search(record.outcome):
        facts.family_help = on if facts.family_help is None else min(facts.family_help, on)


def _soon(days: list[int]) -> int:
    return sum(1 for before, day in pairwise(days) if day - before <= SOON)


def _next_working_day(day: date) -> date:
    """Return the next day that is no Saturday or Sunday.

    Examples
    --------
    >>> _next_working_day(date(2024, 9, 20))
    datetime.date(2024, 9, 23)
    """
    following = day + timedelta(days=1)
    while following.weekday() >= 5:
        following += timedelta(days=1)
    return following
