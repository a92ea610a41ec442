"""Comparing: what changed from one version of an authority's pack to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from equipoise.authority.pack.pack import Pack
from equipoise.authority.quality import Quality, together
from equipoise.authority.rules import SchoolCount

_COUNTS = tuple(field.name for field in fields(SchoolCount))[2:]


@dataclass(frozen=True)
class SchoolChange:
    """A count that changed. `before` or `after` is None where the version has no such count."""

    urn: str
    window: str
    count: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class TotalChange:
    """The sum of a count over all schools in a window, in both versions."""

    window: str
    count: str
    before: int
    after: int


@dataclass(frozen=True)
class Changed:
    """What changed between two versions.

    Attributes
    ----------
    schools
        Every count of a school that changed, in order of URN, window and count.
    totals
        The totals that changed.
    quality
        What changed in the quality report, in words without a count of a school.
    """

    schools: tuple[SchoolChange, ...]
    totals: tuple[TotalChange, ...]
    quality: tuple[str, ...]

    @property
    def urns(self) -> tuple[str, ...]:
        """The schools of which any count changed."""
        return tuple(sorted({change.urn for change in self.schools}))


def changes(before: Pack, after: Pack) -> Changed:
    """Compare two versions of a pack.

    Parameters
    ----------
    before, after
        The earlier and the later version, of the same authority.
    """
    held, given = _by_place(before), _by_place(after)
    schools = tuple(
        SchoolChange(urn, window, name, old, new)
        for urn, window in sorted({*held, *given})
        for name in _COUNTS
        if (old := _count(held, (urn, window), name)) != (new := _count(given, (urn, window), name))
    )
    earlier, later = window_totals(before), window_totals(after)
    totals = tuple(
        TotalChange(window, name, earlier.get((window, name), 0), later.get((window, name), 0))
        for window, name in sorted({*earlier, *later})
        if earlier.get((window, name), 0) != later.get((window, name), 0)
    )
    return Changed(schools, totals, _quality(before, after))


def window_totals(pack: Pack) -> dict[tuple[str, str], int]:
    """Return the sum of each count over all schools, by window and name of the count.

    Children are distinct within a school and window; their sum counts a child once for each
    school that made a contact about it.
    """
    sums: dict[tuple[str, str], int] = {}
    for count in pack.counts:
        for name in _COUNTS:
            number = getattr(count, name)
            if number is not None:
                key = (count.window, name)
                sums[key] = sums.get(key, 0) + number
    return sums


def _by_place(pack: Pack) -> dict[tuple[str, str], SchoolCount]:
    return {(count.urn, count.window): count for count in pack.counts}


def _count(
    counts: Mapping[tuple[str, str], SchoolCount], place: tuple[str, str], name: str
) -> int | None:
    found = counts.get(place)
    number: int | None = None if found is None else getattr(found, name)
    return number


def _unlinked(quality: Quality, window: str) -> int | str:
    whole = together(quality.linkage, window)
    return "not looked for" if whole is None else whole.contacts - whole.linked - whole.elsewhere


def _quality(before: Pack, after: Pack) -> tuple[str, ...]:
    old, new = before.quality, after.quality
    pairs: list[tuple[str, object, object]] = [
        ("extract made on", before.extract_date, after.extract_date),
        ("covers from", before.covers_from, after.covers_from),
        ("covers to", before.covers_to, after.covers_to),
        ("case system", before.system, after.system),
        ("rows read", old.rows_read, new.rows_read),
        ("rows kept", old.rows_kept, new.rows_kept),
        ("contacts without a word on an open case", old.open_case_unknown, new.open_case_unknown),
        ("outcomes read by absence", old.by_absence, new.by_absence),
    ]
    aside_old = {reason.reason: reason.rows for reason in old.set_aside}
    aside_new = {reason.reason: reason.rows for reason in new.set_aside}
    for reason in sorted({*aside_old, *aside_new}):
        words = f"rows set aside: {reason}"
        pairs.append((words, aside_old.get(reason, 0), aside_new.get(reason, 0)))
    months_old = {month.month: month.contacts for month in old.months}
    months_new = {month.month: month.contacts for month in new.months}
    for month in sorted({*months_old, *months_new}):
        words = f"contacts of every source in {month}"
        pairs.append((words, months_old.get(month, 0), months_new.get(month, 0)))
    for window in sorted({one.window for one in (*old.linkage, *new.linkage)}):
        words = f"contacts of schools linked to no roll in {window}"
        pairs.append((words, _unlinked(old, window), _unlinked(new, window)))
    for name in sorted({*before.vocabularies, *after.vocabularies}):
        words = f"vocabulary {name}"
        pairs.append(
            (words, before.vocabularies.get(name, "none"), after.vocabularies.get(name, "none"))
        )
    lines = [f"{words}: {was} before, {now} now" for words, was, now in pairs if was != now]
    if before.maps != after.maps:
        lines.append("labels were read in another way, or other labels came")
    return tuple(lines)
