"""Building a pack: from an authority's files to what leaves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from equipoise.authority.pack.declared import DOMAINS, LINKS
from equipoise.authority.pack.maps import MapUse, maps_used
from equipoise.authority.pack.pack import Pack
from equipoise.authority.pack.prepare import Prepared, prepared
from equipoise.authority.pack.referred import lacking
from equipoise.authority.pack.resolving import Tap
from equipoise.authority.pack.sending import OtherCounts
from equipoise.authority.pack.signs import extract_signs
from equipoise.authority.quality import Quality, quality_of
from equipoise.authority.readers import Raw, raw_digest
from equipoise.authority.rules import (
    AuthorityCounts,
    Definitions,
    LinkageCount,
    ReferralSpan,
    RowEngine,
    RowStore,
    Window,
    added,
    count_linkage,
    count_records,
)
from equipoise.authority.schools import ROLL_FILES, UPN_FILES, PeopleLinker, RosterSchool
from equipoise.authority.vocabulary import Match, split_actions

_VOCABULARIES = ("contact-outcome", "source-of-contact")


def build_pack(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    windows: Sequence[Window],
    engine: RowEngine,
    *,
    attended: bool | None = False,
) -> Pack:
    """Build the pack of one authority.

    Parameters
    ----------
    files
        By name: profile.json, the contacts files that it names, labels.csv and schools.csv where
        the authority has reviewed any, and what it declares about its schools
        (`declared.school_facts`). Bytes, or paths that are read and never written.
    schools
        The roster; those of the profile's authority are counted, each in every window.
    definitions, windows
        What is counted, and when.
    engine
        What keeps the rows and does the counting.
    attended
        Whether the school attended is looked for though no definitions count by it: True needs
        the roll, None looks where there is one.

    Raises
    ------
    ProblemsError
        With every problem of every file. Nothing is counted then.
    """
    return build_counts(files, schools, definitions, windows, engine, attended=attended)[0]


def build_counts(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    windows: Sequence[Window],
    engine: RowEngine,
    *,
    others: Sequence[tuple[str, Definitions]] = (),
    tap: Tap | None = None,
    attended: bool | None = False,
    people: PeopleLinker | None = None,
) -> tuple[Pack, tuple[OtherCounts, ...]]:
    """Build the pack of one authority, and count by other definitions while its rows are there.

    Parameters
    ----------
    files, schools, definitions, windows, engine
        As for `build_pack`.
    others
        Other definitions by name. They differ in what is a new contact, in what came of it, and
        by which school it counts. Those that the authority's files cannot give are left out.
    tap
        Is shown each record as it passes.
    attended
        As for `build_pack`.
    people
        As for `prepared`.

    Raises
    ------
    ProblemsError
        As `build_pack`.
    ValueError
        Where other definitions would need the texts to be resolved in another way.
    """
    check_others(others, definitions)
    if definitions.school == "attended":
        attended = True
    elif attended is False and any(other.school == "attended" for _, other in others):
        attended = None
    with prepared(
        files,
        schools,
        definitions,
        engine,
        tap,
        attended=attended,
        people=people,
        also=[other for _, other in others],
    ) as extract:
        profile = extract.profile
        others = [(name, other) for name, other in others if not lacking(profile, other)]
        if extract.tables is None:
            others = [(name, other) for name, other in others if other.school != "attended"]
        counts = count_records(
            extract.store,
            extract.urns,
            windows,
            definitions,
            profile.extract_date,
            extract.span,
        )
        quality = extract_quality(extract, counts, windows, definitions)
        maps = _maps(extract, with_reasons=bool(definitions.reasons))
        counted = count_others(
            extract.store, extract.urns, windows, others, profile.extract_date, extract.span
        )
    vocabularies = (*_VOCABULARIES, "contact-reason") if definitions.reasons else _VOCABULARIES
    lists = None if extract.referrals is None else profile.referrals
    referrals_files = () if lists is None else lists.files
    pack = Pack(
        authority=profile.authority,
        name=profile.name,
        system=profile.system,
        extract_date=profile.extract_date,
        covers_from=profile.covers_from,
        covers_to=profile.covers_to,
        definitions=definitions,
        windows=tuple(windows),
        counts=counts.schools,
        quality=quality,
        maps=maps,
        vocabularies=extract.texts.versions(profile, vocabularies),
        digests=_digests(files, profile.contacts_files, referrals_files),
    )
    return pack, counted


def extract_quality(
    extract: Prepared,
    counts: AuthorityCounts,
    windows: Sequence[Window],
    definitions: Definitions,
) -> Quality:
    """Report the quality of an extract that was counted, for its pack or for her own screen.

    Parameters
    ----------
    extract, counts
        The extract, and what was counted in it.
    windows, definitions
        When, and what.
    """
    profile = extract.profile
    return quality_of(
        extract.account,
        profile,
        counts,
        open_case_unknown=extract.open_case_unknown(),
        by_absence=extract.by_absence,
        windows_not_covered=[
            w.id
            for w in windows
            if w.start < profile.covers_from
            or w.end > profile.covers_to
            or not _referrals_cover(extract, definitions, w)
        ],
        signs=extract_signs(extract),
        school=definitions.school,
        linkage=_linkage(extract, windows, definitions),
        tables=extract.tables or (),
        outcomes=definitions.outcome,
        referrals=extract.referrals,
    )


def _linkage(
    extract: Prepared, windows: Sequence[Window], definitions: Definitions
) -> tuple[LinkageCount, ...]:
    """Count what linking to rolls gave, where that was done."""
    if extract.tables is None:
        return ()
    made = extract.profile.extract_date
    return count_linkage(extract.store.ask, windows, definitions, made, extract.span)


def check_others(others: Sequence[tuple[str, Definitions]], definitions: Definitions) -> None:
    """Refuse other definitions that would need the texts to be resolved in another way.

    Raises
    ------
    ValueError
        Naming the first.
    """
    for name, other in others:
        if _resolved_by(other) != _resolved_by(definitions):
            raise ValueError(f"definitions {name} resolve texts in another way")


def count_others(
    store: RowStore,
    urns: Sequence[str],
    windows: Sequence[Window],
    others: Sequence[tuple[str, Definitions]],
    extract_date: date,
    referrals: ReferralSpan | None = None,
) -> tuple[OtherCounts, ...]:
    """Count the records of a store by other definitions, each by its name.

    Parameters
    ----------
    store, urns, windows, extract_date, referrals
        As for `count_records`.
    others
        Other definitions by name.
    """
    return tuple(
        OtherCounts(
            name, other, count_records(store, urns, windows, other, extract_date, referrals).schools
        )
        for name, other in others
    )


def _referrals_cover(extract: Prepared, definitions: Definitions, window: Window) -> bool:
    """Tell whether the list of referrals begins by a window's start, where it is needed."""
    span = extract.span
    return not definitions.needs_referrals or span is None or span.first <= window.start


def _resolved_by(definitions: Definitions) -> tuple[object, ...]:
    """Return what decides how texts are resolved."""
    return definitions.source_codes, definitions.reasons


def _maps(extract: Prepared, *, with_reasons: bool) -> tuple[MapUse, ...]:
    """Return which labels were read as which code, for every field that was looked at."""
    texts = extract.texts
    seen = {field: Counter[tuple[str, Match]]() for field in ("source", "reason", "outcome")}
    actions = Counter[tuple[str, Match]]()
    for field, number, rows in added("labels_seen", extract.store.ask("labels_seen", {})):
        place, count = int(number or 0), int(rows or 0)
        if field == "outcome":
            key = texts.outcomes.typed[place]
            label, listed, period = key
            if listed:
                for part in split_actions(label):
                    actions[part, texts.action(part, period)] += count
            else:
                seen["outcome"][label, texts.outcomes[key].match] += count
        else:
            read = texts.sources if field == "source" else texts.reasons
            typed = read.typed[place]
            seen[str(field)][typed[0], read[typed].match] += count
    maps = maps_used("source", seen["source"])
    maps += maps_used("outcome", seen["outcome"])
    maps += maps_used("outcome", actions)
    return maps + maps_used("reason", seen["reason"]) if with_reasons else maps


def _digests(
    files: Mapping[str, Raw], contacts_files: Sequence[str], referrals_files: Sequence[str]
) -> dict[str, str]:
    """Return the digest of each file by its part, since a file's name may hold anything."""
    parts = {"profile.json": "profile", "labels.csv": "labels", "schools.csv": "schools"}
    for name in files:
        if name in (DOMAINS, LINKS, *ROLL_FILES, *UPN_FILES):
            parts[name] = name.rpartition(".")[0]
    for number, name in enumerate(contacts_files, start=1):
        parts[name] = "contacts" if number == 1 else f"contacts-{number}"
    for number, name in enumerate(referrals_files, start=1):
        parts.setdefault(name, "referrals" if number == 1 else f"referrals-{number}")
    return {parts[name]: raw_digest(raw) for name, raw in sorted(files.items()) if name in parts}
