"""Volume counting: an authority's other files, and its extract, counted day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from equipoise.authority.quality.other_volumes import (
    CONTACTS,
    ENQUIRIES,
    EVENTS,
    NO_ACTION,
    NO_ACTION_UNKNOWN,
    REFERRALS,
    UNCLEAR,
    FileVolumes,
    RowsOf,
)
from equipoise.authority.readers import (
    CENSUS_KINDS,
    CENSUS_REASONS,
    LIST_REASONS,
    REASONS,
    CensusReader,
    ExtractReader,
    ListReader,
)
from equipoise.authority.vocabulary import Vocabulary

#: How many of an event on a day have a source as recorded: (contacts, 738000, "Police") -> 3.
Counts = Counter[tuple[str, int, str]]


def volumes_of_census(reader: CensusReader, sources: Callable[[date], Vocabulary]) -> FileVolumes:
    """Count referrals and enquiries of a census.

    Referrals before the census year are those of cases that were still open in it, not all that
    there were: they are counted as outside.

    Parameters
    ----------
    reader
        The census, not yet read.
    sources
        Gives the vocabulary of sources on a day.
    """
    counts: Counts = Counter()
    for child in reader.children():
        for episode in child.episodes:
            counts[REFERRALS, episode.referred, episode.source] += 1
            if episode.no_further_action is None:
                counts[NO_ACTION_UNKNOWN, episode.referred, episode.source] += 1
            elif episode.no_further_action:
                counts[NO_ACTION, episode.referred, episode.source] += 1
            for enquiry in episode.enquiries:
                counts[ENQUIRIES, enquiry.started, ""] += 1
    account = reader.account
    rows = tuple(
        RowsOf(
            kind,
            account.read[kind],
            account.kept[kind],
            _reasons(account.aside, kind, CENSUS_REASONS),
        )
        for kind in CENSUS_KINDS
    )
    year = reader.header.year
    period = (date(year - 1, 4, 1), date(year, 3, 31))
    return _volumes("cin-census", rows, counts, sources, reader.notes(), period)


def volumes_of_lists(reader: ListReader, sources: Callable[[date], Vocabulary]) -> FileVolumes:
    """Count contacts, referrals and enquiries of an Annex A workbook or the standard dataset.

    Where a referral has no answer of its own, its outcome flags are asked: without further
    action is then no flag but that one. Where both are there and differ, the answer holds.

    Parameters
    ----------
    reader
        The file, not yet read.
    sources
        Gives the vocabulary of sources on a day.
    """
    counts: Counts = Counter()
    differ = 0
    for row in reader.rows():
        event = reader.lists[row.list][1].event
        if row.aside or row.start is None or event not in EVENTS:
            continue
        counts[event, row.start, row.source] += 1
        if event == REFERRALS:
            flagged = row.flags == ("NFA_FLAG",) if row.flags else None
            answer = flagged if row.answer is None else row.answer
            differ += None not in (flagged, row.answer) and flagged != row.answer
            if answer is not False:
                kind = NO_ACTION_UNKNOWN if answer is None else NO_ACTION
                counts[kind, row.start, row.source] += 1
    rows = tuple(
        RowsOf(
            known.title,
            reader.read[name],
            reader.kept[name],
            _reasons(reader.aside, name, LIST_REASONS),
        )
        for name, (_, known) in reader.lists.items()
    )
    files = dict.fromkeys(known.file for _, known in reader.lists.values())
    notes = reader.notes()
    if differ:
        notes += (
            f"{differ:,} referrals whose flag for no further action and whose answer differ: "
            "the answer was taken",
        )
    return _volumes(next(iter(files)), rows, counts, sources, notes, None)


def volumes_of_extract(
    reader: ExtractReader, sources: Callable[[date], Vocabulary], first: date, last: date
) -> FileVolumes:
    """Count the contacts of an extract: a row for each contact and child, its copies left out.

    Parameters
    ----------
    reader
        The extract, not yet read.
    sources
        Gives the vocabulary of sources on a day.
    first, last
        The days that it covers, as its profile says.
    """
    counts: Counts = Counter()
    seen: set[tuple[str, str]] = set()
    aside: Counter[tuple[str, str]] = Counter()
    kept = 0
    for record in reader.records():
        key = (record.contact_id, record.child_id)
        reason = record.aside or ("double-export" if key in seen else "")
        if reason or record.day is None:
            aside["extract", reason] += 1
            continue
        seen.add(key)
        kept += 1
        counts[CONTACTS, record.day, record.source] += 1
    words = {**REASONS, "double-export": "the contact and child stand earlier in the file"}
    rows = RowsOf("extract", reader.rows_read, kept, _reasons(aside, "extract", words))
    return _volumes("extract", (rows,), counts, sources, reader.notes, (first, last))


def _volumes(
    kind: str,
    rows: tuple[RowsOf, ...],
    counts: Counts,
    sources: Callable[[date], Vocabulary],
    notes: tuple[str, ...],
    period: tuple[date, date] | None,
) -> FileVolumes:
    """Put sources into their groups, and leave days outside of the period out."""
    days = [day for _, day, _ in counts]
    if period is not None:
        first, last = period[0].toordinal(), period[1].toordinal()
    elif days:
        first, last = min(days), max(days)
    else:
        return FileVolumes(kind, rows, None, None, {}, {}, notes)
    vocabulary = sources(date.fromordinal(last))
    group_of = _groups(vocabulary, {source for _, _, source in counts})
    found: Counts = Counter()
    outside: Counter[str] = Counter()
    for (event, day, source), count in counts.items():
        if first <= day <= last:
            found[event, day, group_of[source]] += count
        else:
            outside[event] += count
    return FileVolumes(kind, rows, first, last, dict(sorted(found.items())), outside, notes)


def _groups(vocabulary: Vocabulary, sources: Iterable[str]) -> dict[str, str]:
    """Return the letter of the group that each source certainly belongs to."""
    found = {"": UNCLEAR}
    for source in sorted(set(sources) - {""}):
        groups = vocabulary.groups_of(vocabulary.match(source))
        found[source] = groups[0] if len(groups) == 1 else UNCLEAR
    return found


def _reasons(
    aside: Mapping[tuple[str, str], int], name: str, words: Mapping[str, str]
) -> tuple[tuple[str, int], ...]:
    return tuple(
        (words[reason], rows) for (of, reason), rows in sorted(aside.items()) if of == name
    )
