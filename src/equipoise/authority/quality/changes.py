"""Changes: what differs between two extracts of one authority, in counts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from equipoise.authority.quality.findings import month_name
from equipoise.core.results import result


class Held(NamedTuple):
    """A row as an extract holds it: its month (202409), outcome code and school; "" for none."""

    month: int
    outcome: str
    urn: str


@dataclass(frozen=True)
class MonthChange:
    """What became of a month.

    Attributes
    ----------
    month
        ``2024-09``.
    both_cover
        Whether both extracts cover all of it: only then is a row that is new, or gone, a change.
    before, after
        Rows of the older and of the newer extract.
    added, removed
        Rows that only the newer, or only the older one holds: by contact and child.
    moved
        Rows of the older extract that now have another month.
    outcome_changed, school_changed
        Rows of the older extract with another outcome; with another school, or none, or one now.
    """

    month: str
    both_cover: bool
    before: int
    after: int
    added: int
    removed: int
    moved: int
    outcome_changed: int
    school_changed: int


@dataclass(frozen=True)
class OutcomeChange:
    """How many rows changed from one outcome to another."""

    before: str
    after: str
    rows: int


@result("authority.changes", version=1)
@dataclass(frozen=True)
class Changes:
    """Two extracts of one authority compared.

    Attributes
    ----------
    authority
        Whose they are.
    made_before, made_after
        When each was made.
    months
        Month by month.
    outcomes
        From which outcome to which, the most frequent first.
    """

    authority: str
    made_before: date
    made_after: date
    months: tuple[MonthChange, ...]
    outcomes: tuple[OutcomeChange, ...]

    def total(self, name: str, *, both_cover: bool = True) -> int:
        """Return the sum of one count over the months, those that both extracts cover."""
        return sum(
            getattr(month, name) for month in self.months if month.both_cover or not both_cover
        )


@dataclass(frozen=True)
class Kept:
    """An extract as far as it is compared.

    Attributes
    ----------
    authority
        Whose it is.
    made
        When it was made.
    covers
        The first and last date of contact that it holds.
    rows
        By keyed numbers of contact and child, under one key for both extracts.
    """

    authority: str
    made: date
    covers: tuple[date, date]
    rows: Mapping[tuple[int, int], Held]


def changes_between(before: Kept, after: Kept) -> Changes:
    """Compare two extracts.

    Parameters
    ----------
    before, after
        The older and the newer.

    Raises
    ------
    ValueError
        Where they are of two authorities.

    Examples
    --------
    >>> days = (date(2024, 1, 1), date(2024, 2, 29))
    >>> old = Kept("900", date(2024, 3, 1), days, {(1, 1): Held(202401, "PENDING", "")})
    >>> new = Kept("900", date(2024, 4, 1), days, {(1, 1): Held(202401, "NFA", ""),
    ...                                               (2, 2): Held(202402, "NFA", "")})
    >>> found = changes_between(old, new)
    >>> found.total("added"), found.total("outcome_changed"), found.outcomes[0].before
    (1, 1, 'PENDING')
    """
    if before.authority != after.authority:
        raise ValueError(f"extracts of two authorities: {before.authority} and {after.authority}")
    counts: dict[str, Counter[int]] = {
        name: Counter()
        for name in (
            *("before", "after", "added", "removed"),
            *("moved", "outcome_changed", "school_changed"),
        )
    }
    outcomes: Counter[tuple[str, str]] = Counter()
    for key, old in before.rows.items():
        counts["before"][old.month] += 1
        new = after.rows.get(key)
        if new is None:
            counts["removed"][old.month] += 1
            continue
        counts["moved"][old.month] += new.month != old.month
        counts["school_changed"][old.month] += new.urn != old.urn
        if new.outcome != old.outcome:
            counts["outcome_changed"][old.month] += 1
            outcomes[old.outcome, new.outcome] += 1
    for key, new in after.rows.items():
        counts["after"][new.month] += 1
        counts["added"][new.month] += key not in before.rows
    months = sorted({month for counter in counts.values() for month in counter})
    return Changes(
        authority=after.authority,
        made_before=before.made,
        made_after=after.made,
        months=tuple(
            MonthChange(
                month_name(month),
                _covers(before, month) and _covers(after, month),
                **{name: counter[month] for name, counter in counts.items()},
            )
            for month in months
        ),
        outcomes=tuple(
            OutcomeChange(old_code, new_code, rows)
            for (old_code, new_code), rows in sorted(
                outcomes.items(), key=lambda item: (-item[1], item[0])
            )
        ),
    )


def _covers(extract: Kept, month: int) -> bool:
    first = date(month // 100, month % 100, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return extract.covers[0] <= first and last <= extract.covers[1]
