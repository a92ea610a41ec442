"""Recount: pseudonymised rows back to the same pack, every count made anew from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from equipoise.authority.pack.build import check_others, count_others
from equipoise.authority.pack.pack import Pack, parse_pack
from equipoise.authority.pack.row_lines import REMEDY, refused, sent_rows
from equipoise.authority.pack.rows import ACCOUNT, ROWS
from equipoise.authority.pack.sending import OtherCounts
from equipoise.authority.quality import OutcomeLinkage, linkage_of
from equipoise.authority.readers import Raw, raw_bytes, raw_digest, raw_size
from equipoise.authority.rules import (
    NOT_RECORDED,
    AuthorityCounts,
    Definitions,
    RecordWriter,
    ReferralSpan,
    RowEngine,
    RowStore,
    Window,
    added,
    count_linkage,
    count_records,
    keyed_hash,
)
from equipoise.authority.schools import RosterSchool, known_names
from equipoise.authority.vocabulary import AMBIGUOUS, UNMAPPED
from equipoise.core.base import Problems

#: Reasons for which rows are set aside only once all rows are known.
_COPIES = ("double-export", "conflicting-copy")


def recounted(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    windows: Sequence[Window],
    engine: RowEngine,
) -> Pack:
    """Build the pack of one authority from its pseudonymised rows, as `recounted_counts` does."""
    return recounted_counts(files, schools, definitions, windows, engine)[0]


def recounted_counts(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    windows: Sequence[Window],
    engine: RowEngine,
    *,
    others: Sequence[tuple[str, Definitions]] = (),
) -> tuple[Pack, tuple[OtherCounts, ...]]:
    """Build the pack of one authority from its rows, and count by other definitions.

    Labels, notes and what was set aside while reading come from the account beside the rows;
    every count of it is made anew from the rows and has to agree.

    Parameters
    ----------
    files
        rows.csv and rows.json.
    schools, definitions, windows, engine, others
        As for `build_counts`.

    Raises
    ------
    ValueError
        As `build_counts`.
    ProblemsError
        Where a file is missing or another than `row_writer` and `pack_bytes` wrote, was made for
        other schools, definitions or windows, or does not add up.
    """
    check_others(others, definitions)
    for name in (ROWS, ACCOUNT):
        if name not in files:
            raise refused(name, "no such file", "rows.csv and rows.json together")
    pack = parse_pack(raw_bytes(files[ACCOUNT]), ACCOUNT)
    urns = tuple(sorted({name.urn for name in known_names(schools, pack.authority)}))
    _same_trial(pack, urns, definitions, windows)
    with engine.store(raw_size(files[ROWS])) as store:
        rows, recorded = _fill(store, files[ROWS], definitions, frozenset(int(urn) for urn in urns))
        ((kept, *_),) = added("tallies", store.ask("tallies", {}))
        span = _span(pack)
        counts = count_records(store, urns, windows, definitions, pack.extract_date, span)
        able = [one for one in others if _can_be_counted(one[1], span, recorded=recorded)]
        linked: tuple[OutcomeLinkage, ...] = ()
        if pack.quality.tables:
            linked = linkage_of(
                count_linkage(store.ask, windows, definitions, pack.extract_date, span)
            )
        else:
            able = [one for one in able if one[1].school != "attended"]
        counted = count_others(store, urns, windows, able, pack.extract_date, span)
    _same_sums(pack, rows, int(kept or 0), counts, linked)
    again = replace(
        pack,
        counts=counts.schools,
        digests={"rows": raw_digest(files[ROWS]), "account": raw_digest(files[ACCOUNT])},
    )
    return again, counted


def _span(pack: Pack) -> ReferralSpan | None:
    """Return which days of referrals the rows know of."""
    found = pack.quality.referrals
    return None if found is None else ReferralSpan(found.first, found.last)


def _same_trial(
    pack: Pack, urns: tuple[str, ...], definitions: Definitions, windows: Sequence[Window]
) -> None:
    """Refuse rows that were made for another roster or for other definitions."""
    problems = Problems()
    for place, same in (
        ("definitions", pack.definitions == definitions),
        ("windows", pack.windows == tuple(windows)),
        ("schools", {count.urn for count in pack.counts} == set(urns)),
    ):
        if not same:
            problems.add(
                file=ACCOUNT,
                place=place,
                found="others than the trial declares",
                expected="those of the roster that the trial hands out now",
                remedy="send the authority the roster again, and let it make its rows again",
            )
    problems.raise_if_any()


def _can_be_counted(definitions: Definitions, span: ReferralSpan | None, *, recorded: bool) -> bool:
    """Tell whether rows can give what other definitions count, as `referred.lacking` does."""
    if definitions.needs_referrals and span is None:
        return False
    return recorded or definitions.outcome == "derived"


def _fill(
    store: RowStore, raw: Raw, definitions: Definitions, urns: frozenset[int]
) -> tuple[int, bool]:
    """Put the rows into a store; return how many there are, and whether outcomes are recorded."""
    writer = RecordWriter(store)
    hidden = [keyed_hash(store.key, purpose) for purpose in ("contact", "child", "content")]
    hide_family = keyed_hash(store.key, "family")
    count, recorded = 0, True
    for line, row in sent_rows(raw, urns):
        count += 1
        recorded = recorded and row.outcome != NOT_RECORDED
        open_case, unrecorded, absence, unreadable = row.flags
        writer.add(
            (
                *(1, 1, line, ""),
                *(
                    hide(text)
                    for hide, text in zip(
                        hidden, (row.contact, row.child, row.content), strict=True
                    )
                ),
                row.day.toordinal(),
                row.day.year * 100 + row.day.month,
                None if row.decided is None else row.decided.toordinal(),
                *(None, None, None, None),
                row.source in definitions.source_codes,
                row.source in (AMBIGUOUS, UNMAPPED),
                row.urn,
                row.resolution,
                *(open_case, unrecorded, absence, unreadable),
                row.outcome,
                row.reason,
                row.attended,
                row.linkage,
                None if row.referred is None else row.referred.toordinal(),
                hide_family(row.family) if row.family else None,
            )
        )
    writer.close()
    return count, recorded


def _same_sums(
    pack: Pack,
    rows: int,
    kept: int,
    counts: AuthorityCounts,
    linked: tuple[OutcomeLinkage, ...],
) -> None:
    """Refuse rows that do not give the numbers of their account."""
    quality = pack.quality
    aside = sum(r.rows for r in quality.set_aside if r.reason not in _COPIES)
    totals = [
        (w.window, w.contacts, w.school_contacts, w.school_contacts_unresolved, w.not_school)
        for w in quality.windows
    ]
    recounted_totals = [
        (w.window, w.contacts, w.school_contacts, w.school_contacts_unresolved, w.not_school)
        for w in counts.windows
    ]
    problems = Problems()
    for place, same in (
        ("rows", rows == quality.rows_read - aside),
        ("rows kept", kept == quality.rows_kept),
        ("counts of schools", counts.schools == pack.counts),
        ("totals of windows", recounted_totals == totals),
        ("linkage to rolls", linked == quality.linkage),
    ):
        if not same:
            problems.add(
                file=ROWS,
                place=place,
                found=f"others than {ACCOUNT} says",
                expected=f"rows that add up to {ACCOUNT}",
                remedy=REMEDY,
            )
    problems.raise_if_any()
