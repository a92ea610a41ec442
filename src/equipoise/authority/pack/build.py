"""Building a pack: from an authority's files to what leaves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from equipoise.authority.pack.maps import MapUse, maps_used
from equipoise.authority.pack.pack import Pack
from equipoise.authority.pack.prepare import Prepared, prepared
from equipoise.authority.pack.resolving import Tap
from equipoise.authority.pack.sending import OtherCounts
from equipoise.authority.pack.signs import extract_signs
from equipoise.authority.quality import quality_of
from equipoise.authority.readers import Raw, raw_digest
from equipoise.authority.rules import Definitions, RowEngine, Window, added, count_records
from equipoise.authority.schools import RosterSchool
from equipoise.authority.vocabulary import load_codes, match_actions, split_actions

_VOCABULARIES = ("contact-outcome", "source-of-contact")


def build_pack(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    windows: Sequence[Window],
    engine: RowEngine,
) -> Pack:
    """Build the pack of one authority.

    Parameters
    ----------
    files
        By name: profile.json, the contacts files that it names, and labels.csv and schools.csv
        where the authority has reviewed any. Bytes, or paths that are read and never written.
    schools
        The roster; those of the profile's authority are counted, each in every window.
    definitions, windows
        What is counted, and when.
    engine
        What keeps the rows and does the counting.

    Raises
    ------
    ProblemsError
        With every problem of every file. Nothing is counted then.
    """
    return build_counts(files, schools, definitions, windows, engine)[0]


def build_counts(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    windows: Sequence[Window],
    engine: RowEngine,
    *,
    others: Sequence[tuple[str, Definitions]] = (),
    tap: Tap | None = None,
) -> tuple[Pack, tuple[OtherCounts, ...]]:
    """Build the pack of one authority, and count by other definitions while its rows are there.

    Parameters
    ----------
    files, schools, definitions, windows, engine
        As for `build_pack`.
    others
        Other definitions by name. They differ in what is a new contact, not in whose it is.
    tap
        Is shown each record as it passes.

    Raises
    ------
    ProblemsError
        As `build_pack`.
    ValueError
        Where other definitions would need the texts to be resolved in another way.
    """
    for name, other in others:
        if _resolved_by(other) != _resolved_by(definitions):
            raise ValueError(f"definitions {name} resolve texts in another way")
    with prepared(files, schools, definitions, engine, tap) as extract:
        profile = extract.profile
        counts = count_records(
            extract.store, extract.urns, windows, definitions, profile.extract_date
        )
        quality = quality_of(
            extract.account,
            profile,
            counts,
            open_case_unknown=extract.open_case_unknown(),
            by_absence=extract.by_absence,
            windows_not_covered=[
                w.id for w in windows if w.start < profile.covers_from or w.end > profile.covers_to
            ],
            signs=extract_signs(extract),
        )
        maps = _maps(extract, with_reasons=bool(definitions.reasons))
        counted = tuple(
            OtherCounts(
                name,
                other,
                count_records(
                    extract.store, extract.urns, windows, other, profile.extract_date
                ).schools,
            )
            for name, other in others
        )
    vocabularies = (*_VOCABULARIES, "contact-reason") if definitions.reasons else _VOCABULARIES
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
        vocabularies={name: load_codes(name).version for name in vocabularies},
        digests=_digests(files, profile.contacts_files),
    )
    return pack, counted


def _resolved_by(definitions: Definitions) -> tuple[object, ...]:
    """Return what decides how texts are resolved."""
    return definitions.school, definitions.source_codes, definitions.reasons


def _maps(extract: Prepared, *, with_reasons: bool) -> tuple[MapUse, ...]:
    """Return which labels were read as which code, for every field that was looked at."""
    texts = extract.texts
    sources, reasons = Counter[str](), Counter[str]()
    labels, actions = Counter[str](), Counter[str]()
    for field, number, rows in added("labels_seen", extract.store.ask("labels_seen", {})):
        place, count = int(number or 0), int(rows or 0)
        if field == "source":
            sources[texts.sources.typed[place]] += count
        elif field == "reason":
            reasons[texts.reasons.typed[place]] += count
        else:
            label, listed = texts.outcomes.typed[place]
            for part in split_actions(label) if listed else (label,):
                (actions if listed else labels)[part] += count
    maps = maps_used("source", sources, {label: texts.sources[label].match for label in sources})
    maps += maps_used(
        "outcome", labels, {label: texts.outcomes[label, False].match for label in labels}
    )
    maps += maps_used(
        "outcome", actions, {part: match_actions(texts.vocabulary, part) for part in actions}
    )
    if with_reasons:
        found = {label: texts.reasons[label].match for label in reasons}
        maps += maps_used("reason", reasons, found)
    return maps


def _digests(files: Mapping[str, Raw], contacts_files: Sequence[str]) -> dict[str, str]:
    """Return the digest of each file by its part, since a file's name may hold anything."""
    parts = {"profile.json": "profile", "labels.csv": "labels", "schools.csv": "schools"}
    for number, name in enumerate(contacts_files, start=1):
        parts[name] = "contacts" if number == 1 else f"contacts-{number}"
    return {parts[name]: raw_digest(raw) for name, raw in sorted(files.items()) if name in parts}
