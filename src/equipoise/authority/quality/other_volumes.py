"""Other volumes: contacts, referrals and enquiries by month in files that are no extract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

#: What is counted, in the order in which it is shown.
CONTACTS, REFERRALS, ENQUIRIES = "contacts", "referrals", "section 47 enquiries"
NO_ACTION, NO_ACTION_UNKNOWN = "referrals without further action", "referrals, action unknown"
EVENTS = (CONTACTS, REFERRALS, NO_ACTION, NO_ACTION_UNKNOWN, ENQUIRIES)
#: The group of a source that is unclear, unmapped or not recorded.
UNCLEAR = "?"
#: The group of contacts and referrals made by schools.
SCHOOLS = "b"


@dataclass(frozen=True)
class RowsOf:
    """What became of the rows of a list: rows read = rows kept + rows set aside."""

    title: str
    read: int
    kept: int
    set_aside: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        """Refuse an account that does not add up."""
        if self.kept + sum(rows for _, rows in self.set_aside) != self.read:
            raise ValueError("rows read must equal rows kept plus rows set aside")


@dataclass(frozen=True)
class MonthCounts:
    """What a file counts in a month.

    Attributes
    ----------
    month
        Year and month: 202409.
    whole
        Whether the file covers every day of it.
    totals
        How many of each event.
    groups
        How many of each event by the letter of the source's group; `UNCLEAR` where it is none.
    """

    month: int
    whole: bool
    totals: Mapping[str, int]
    groups: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class FileVolumes:
    """What a file counts, day by day. It holds counts only, and is for the analyst's own screen.

    Attributes
    ----------
    kind
        The `OtherFile` that it is, or ``extract``.
    rows
        What became of the rows of each list.
    first, last
        The days that it covers, as ordinals; None where it counts nothing.
    days
        How many of an event on a day have a source of a group.
    outside
        How many of each event lie outside the days that it covers.
    notes
        What was noticed, in words.
    """

    kind: str
    rows: tuple[RowsOf, ...]
    first: int | None
    last: int | None
    days: Mapping[tuple[str, int, str], int]
    outside: Mapping[str, int]
    notes: tuple[str, ...]

    @property
    def events(self) -> tuple[str, ...]:
        """The events of which there are any, in the order of `EVENTS`."""
        found = {event for event, _, _ in self.days}
        return tuple(event for event in EVENTS if event in found)

    def months(self, first: int | None = None, last: int | None = None) -> tuple[MonthCounts, ...]:
        """Return the counts by month, every month between the first and the last included.

        Parameters
        ----------
        first, last
            Count only from and to these days.
        """
        if self.first is None or self.last is None:
            return ()
        begin = self.first if first is None else max(first, self.first)
        end = self.last if last is None else min(last, self.last)
        totals: dict[int, Counter[str]] = {}
        groups: dict[int, Counter[tuple[str, str]]] = {}
        for (event, day, group), count in sorted(self.days.items()):
            if begin <= day <= end:
                month = _month(day)
                totals.setdefault(month, Counter())[event] += count
                groups.setdefault(month, Counter())[event, group] += count
        return tuple(
            MonthCounts(
                month,
                begin <= _first_day(month) and _first_day(_next(month)) - 1 <= end,
                totals.get(month, Counter()),
                groups.get(month, Counter()),
            )
            for month in _between(begin, end)
        )


@dataclass(frozen=True)
class VolumeShare:
    """A month in which an extract is held against another file.

    Attributes
    ----------
    month
        Year and month: 202409.
    what
        ``contacts`` or ``contacts by schools``.
    in_file, in_extract
        How many each counts, over the days of the month that both cover.
    differs
        Whether they differ by more than the share that was declared.
    """

    month: int
    what: str
    in_file: int
    in_extract: int
    differs: bool

    @property
    def share(self) -> float | None:
        """The extract's number over the file's; None where the file has none."""
        return self.in_extract / self.in_file if self.in_file else None


def volume_shares(
    file: FileVolumes, extract: FileVolumes, tolerance: float
) -> tuple[VolumeShare, ...]:
    """Hold an extract against a file with contacts, month by month, over the days of both.

    Parameters
    ----------
    file, extract
        What each counts.
    tolerance
        The share of the file's number by which the extract's may differ: 0.05.

    Returns
    -------
    tuple of VolumeShare
        Empty where the file counts no contacts, or no day is covered by both.
    """
    if None in (file.first, file.last, extract.first, extract.last):
        return ()
    if CONTACTS not in file.events:
        return ()
    theirs = {one.month: one for one in extract.months(file.first, file.last)}
    shares = []
    for one in file.months(extract.first, extract.last):
        other = theirs[one.month]
        pairs = (
            ("contacts", one.totals.get(CONTACTS, 0), other.totals.get(CONTACTS, 0)),
            (
                "contacts by schools",
                one.groups.get((CONTACTS, SCHOOLS), 0),
                other.groups.get((CONTACTS, SCHOOLS), 0),
            ),
        )
        shares += [
            VolumeShare(one.month, what, held, found, abs(found - held) > tolerance * held)
            for what, held, found in pairs
        ]
    return tuple(shares)


def _month(day: int) -> int:
    on = date.fromordinal(day)
    return on.year * 100 + on.month


def _first_day(month: int) -> int:
    return date(month // 100, month % 100, 1).toordinal()


def _next(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89


def _between(first: int, last: int) -> Iterator[int]:
    if first > last:
        return
    month = _month(first)
    while month <= _month(last):
        yield month
        month = _next(month)
