"""Signs: what each month of an extract shows about how it was made, as counts.

They decide nothing about a contact. `quality` looks in them for what went wrong with an export or
changed in an authority's recording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from equipoise.authority.rules.engine import Answer, added
from equipoise.authority.rules.sums import number
from equipoise.authority.rules.unclear import SETTLED, UNDECIDED

#: A further day of contact on the same child within so many days is soon after.
SOON = 28


@dataclass(frozen=True)
class MonthSigns:
    """Counts of a calendar month (``month`` is 202409 for September 2024).

    Attributes
    ----------
    contacts, school_contacts
        Rows that are counted; those whose source is a declared school code.
    unresolved, not_school
        Of schools, those whose organisation was not resolved; whose organisation is no school
        here: a body, or a school beyond the authority.
    unclear_source
        Those whose source is ambiguous or unmapped.
    open_case
        Those known to be on an open case.
    nfa, by_absence
        Those that ended in no further action; of schools, those read so because nothing was
        ticked.
    missing, unmapped
        Those whose outcome is blank; ambiguous or unmapped.
    copies, conflicts
        Rows set aside as the same row exported twice; as a copy that says something else.
    child_days, soon
        Days of contact of each child; those within `SOON` days after an earlier one.
    twins
        Rows that say the same of the same child on the same day as another, under another number
        of contact.
    """

    month: int
    contacts: int = 0
    school_contacts: int = 0
    unresolved: int = 0
    not_school: int = 0
    unclear_source: int = 0
    open_case: int = 0
    nfa: int = 0
    by_absence: int = 0
    missing: int = 0
    unmapped: int = 0
    copies: int = 0
    conflicts: int = 0
    child_days: int = 0
    soon: int = 0
    twins: int = 0


#: The counts of a month, in the order of the columns of ``month_signs``.
COUNTED = tuple(name for name in MonthSigns.__dataclass_fields__ if name != "month")


@dataclass(frozen=True)
class LabelMonth:
    """How many rows of a month bear a label, known by its number among those of its field."""

    field: str
    label: int
    month: int
    rows: int


def month_signs(ask: Callable[[str], Iterable[Answer]]) -> tuple[MonthSigns, ...]:
    """Return the signs of every month with rows, in order.

    Parameters
    ----------
    ask
        Answers a query of `engine.RECORD_QUERIES` by its name, part after part.
    """
    rows = added("month_signs", ask("month_signs"))
    return tuple(MonthSigns(*(int(count or 0) for count in row)) for row in rows)


def label_months(ask: Callable[[str], Iterable[Answer]]) -> tuple[LabelMonth, ...]:
    """Return how often each label of source and outcome stands in each month."""
    rows = added("label_months", ask("label_months"))
    return tuple(
        LabelMonth(str(field), int(label or 0), int(month or 0), int(count or 0))
        for field, label, month, count in rows
    )


def of_kept(kept: Any) -> Any:
    """Count by month what single rows show."""
    school = kept.by_school
    return kept.group_by("month").aggregate(
        contacts=kept.count().cast("int64"),
        school_contacts=number(school),
        unresolved=number(school & ~kept.resolution.isin(SETTLED)),
        not_school=number(school & (kept.resolution == "not-a-school")),
        unclear_source=number(kept.unclear_source),
        open_case=number(kept.open_case),
        nfa=number(kept.outcome == "NFA"),
        by_absence=number(kept.by_absence),
        missing=number(kept.outcome == "MISSING"),
        unmapped=number(kept.outcome.isin(UNDECIDED)),
    )


def of_copies(records: Any, copies: Any) -> Any:
    """Count by month the copies that were set aside."""
    found = records.select("number", "month").inner_join(copies, "number")
    return found.group_by("month").aggregate(
        copies=number(found.aside == "double-export"),
        conflicts=number(found.aside == "conflicting-copy"),
    )


def of_children(kept: Any) -> Any:
    """Count by month the days on which there was contact about a child, and those soon after."""
    days = kept.select("child", "day", "month").distinct()
    before = days.day.lag().over(group_by=days.child, order_by=days.day)
    days = days.mutate(soon=(days.day - before <= SOON).fill_null(False))
    return days.group_by("month").aggregate(
        child_days=days.count().cast("int64"), soon=number(days.soon)
    )


def of_twins(kept: Any) -> Any:
    """Count by month the rows that say the same of a child as another; content holds the day."""
    alike = kept.group_by("child", "content", "month").aggregate(rows=kept.count().cast("int64"))
    alike = alike.filter(alike.rows > 1)
    return alike.group_by("month").aggregate(twins=(alike.rows - 1).sum().cast("int64"))
