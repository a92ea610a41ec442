"""Building a pack, and the analyst's list of unclear rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from equipoise.authority.pack.maps import maps_used
from equipoise.authority.pack.pack import Pack
from equipoise.authority.pack.prepare import Prepared, outcome_of, prepare
from equipoise.authority.quality import Unclear, quality_of
from equipoise.authority.readers import REASONS, Contact
from equipoise.authority.rules import Definitions, RowEngine, Window, count_contacts
from equipoise.authority.schools import RosterSchool
from equipoise.authority.vocabulary import AMBIGUOUS, UNMAPPED, Match, load_codes
from equipoise.core.base import sha256_hex

_VOCABULARIES = ("contact-outcome", "source-of-contact")
_RESOLUTION_WORDS = {
    "ambiguous": "more than one school of the roster fits: say which in schools.csv",
    "unmatched": "no school of the roster fits: say which, or not-a-school, in schools.csv",
    "blank": "no school is named: say which in schools.csv, if the record shows it",
}


def build_pack(
    files: Mapping[str, bytes],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    windows: Sequence[Window],
    engine: RowEngine,
) -> Pack:
    """Build the pack of one authority.

    Parameters
    ----------
    files
        By name: profile.json, the contacts file that it names, and labels.csv and schools.csv
        where the authority has reviewed any.
    schools
        The roster; those of the profile's authority are counted, each in every window.
    definitions, windows
        What is counted, and when.
    engine
        What does the counting.

    Raises
    ------
    ProblemsError
        With every problem of every file. Nothing is counted then.
    """
    prepared = prepare(files, schools, definitions)
    profile, contacts = prepared.profile, prepared.extract.contacts
    counts = count_contacts(
        prepared.events, prepared.urns, windows, definitions, profile.extract_date, engine
    )
    quality = quality_of(
        prepared.extract,
        profile,
        counts,
        open_case_unknown=prepared.open_case_unknown(),
        by_absence=prepared.by_absence(),
        windows_not_covered=[
            w.id for w in windows if w.start < profile.covers_from or w.end > profile.covers_to
        ],
    )
    maps = maps_used("source", (c.source for c in contacts), prepared.sources)
    maps += maps_used("outcome", prepared.outcome_labels(), prepared.outcomes)
    vocabularies: tuple[str, ...] = _VOCABULARIES
    if definitions.reasons:
        maps += maps_used("reason", (c.reason or "" for c in contacts), prepared.reasons)
        vocabularies = (*_VOCABULARIES, "contact-reason")
    return Pack(
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
        digests=_digests(files, profile.contacts_file),
    )


def unclear(
    files: Mapping[str, bytes], schools: Iterable[RosterSchool], definitions: Definitions
) -> tuple[Unclear, ...]:
    """List the rows that could not be decided, for the analyst's own screen.

    Parameters
    ----------
    files, schools, definitions
        As for `build_pack`.

    Returns
    -------
    tuple of Unclear
        In the order of the file. It holds what was typed, so it must not leave the authority.

    Raises
    ------
    ProblemsError
        With every problem of every file.
    """
    prepared = prepare(files, schools, definitions)
    found = [
        Unclear(row.sheet, row.row, "row", "", f"set aside: {REASONS[row.reason]}")
        for row in prepared.extract.set_aside
    ]
    found += _unclear_contacts(prepared)
    return tuple(sorted(found))


def _unclear_contacts(prepared: Prepared) -> list[Unclear]:
    found: list[Unclear] = []
    for contact, resolution in zip(prepared.extract.contacts, prepared.resolutions, strict=True):

        def note(field: str, typed: str, why: str, contact: Contact = contact) -> None:
            found.append(Unclear(contact.sheet, contact.row, field, typed, why))

        source = prepared.sources[contact.source]
        if source.code in (AMBIGUOUS, UNMAPPED):
            note("source", contact.source, _label_words(source))
        if resolution is None:
            continue  # the rest matters for contacts by schools
        if resolution.status in _RESOLUTION_WORDS:
            note("organisation", contact.organisation, _RESOLUTION_WORDS[resolution.status])
        if outcome_of(contact, prepared.outcomes) in (AMBIGUOUS, UNMAPPED):
            words = _label_words(prepared.outcomes[contact.outcome])
            if prepared.extract.actions:
                words += ", a line for each action"
            note("outcome", contact.outcome, words)
        reason = prepared.reasons.get(contact.reason or "")
        if reason is not None and reason.code in (AMBIGUOUS, UNMAPPED):
            note("reason", contact.reason or "", _label_words(reason))
        if contact.decided_unreadable:
            note("decision date", "", "not a date: correct it in the record")
        if prepared.profile.open_cases == "flagged" and contact.open_case is None:
            note("open case", "", "not recorded: counted as if the case was closed")
    return found


def _label_words(match: Match) -> str:
    if match.candidates:
        return f"could be {' or '.join(match.candidates)}: say which in labels.csv"
    return "means none of the codes for sure: say which in labels.csv"


def _digests(files: Mapping[str, bytes], contacts_file: str) -> dict[str, str]:
    """Return the digest of each file by its part, since a file's name may hold anything."""
    parts = {
        "profile.json": "profile",
        contacts_file: "contacts",
        "labels.csv": "labels",
        "schools.csv": "schools",
    }
    return {parts[name]: sha256_hex(data) for name, data in sorted(files.items()) if name in parts}
