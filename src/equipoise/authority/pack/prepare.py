"""Preparation: an authority's files to events, every distinct text resolved once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from equipoise.authority.readers import Contact, Extract, Profile, read_extract, read_profile
from equipoise.authority.rules import Definitions, Event
from equipoise.authority.schools import (
    Resolution,
    RosterSchool,
    SchoolResolver,
    known_names,
    read_schools,
)
from equipoise.authority.vocabulary import (
    AMBIGUOUS,
    UNMAPPED,
    Match,
    Vocabulary,
    match_actions,
    match_outcome,
    outcome_of_flags,
    read_labels,
    split_actions,
)
from equipoise.core.base import Problems, ProblemsError


@dataclass(frozen=True)
class Prepared:
    """An authority's contacts with their texts resolved.

    Attributes
    ----------
    profile, extract
        What was read.
    urns
        The authority's schools on the roster, in order.
    sources, outcomes
        From each distinct label to what it means. Where outcomes are lists of next actions, each
        action stands there too.
    reasons
        Likewise; empty where the trial does not look at reasons.
    resolutions
        For each contact by a school, in the order of the extract, its school; None for others.
    events
        One for each contact, in the same order.
    """

    profile: Profile
    extract: Extract
    urns: tuple[str, ...]
    sources: Mapping[str, Match]
    outcomes: Mapping[str, Match]
    reasons: Mapping[str, Match]
    resolutions: tuple[Resolution | None, ...]
    events: tuple[Event, ...]

    def open_case_unknown(self) -> int:
        """Return for how many contacts nobody recorded whether the case was open."""
        if self.profile.open_cases == "unknown":
            return len(self.extract.contacts)
        if self.profile.open_cases == "by-outcome":
            return 0
        return sum(1 for contact in self.extract.contacts if contact.open_case is None)

    def by_absence(self) -> int:
        """Return for how many contacts of schools no further action was read by absence."""
        pairs = zip(self.extract.contacts, self.resolutions, strict=True)
        return sum(1 for c, resolution in pairs if resolution is not None and c.implied == "NFA")

    def outcome_labels(self) -> list[str]:
        """Return the label of every contact's outcome; of a list, each of its actions."""
        labels = [contact.outcome for contact in self.extract.contacts if contact.flags is None]
        if self.extract.actions:
            return [action for label in labels for action in split_actions(label)]
        return labels


def prepare(
    files: Mapping[str, bytes], schools: Iterable[RosterSchool], definitions: Definitions
) -> Prepared:
    """Read an authority's files and resolve every text in them.

    Parameters
    ----------
    files
        By name: profile.json, the contacts file that it names, and labels.csv and schools.csv
        where the authority has reviewed any.
    schools
        The roster: schools of any authority.
    definitions
        What counts as a school's contact.

    Raises
    ------
    ProblemsError
        With the problems of every file.
    """
    if "profile.json" not in files:
        raise _missing("profile.json", "the authority's profile")
    profile = read_profile(files["profile.json"])
    if profile.contacts_file not in files:
        raise _missing(profile.contacts_file, "the contacts file that the profile names")
    names = known_names(schools, profile.authority)
    urns = tuple(sorted({name.urn for name in names}))
    problems = Problems()
    if not urns:
        problems.add(
            file="profile.json",
            place="entry authority",
            found=f"{profile.authority}, of which the roster has no school",
            expected="the code of an authority that takes part",
            remedy="correct the code",
        )
    labels = reviewed = extract = None
    try:
        labels = read_labels(files.get("labels.csv"))
    except ProblemsError as error:
        problems.extend(error.problems)
    try:
        reviewed = read_schools(files.get("schools.csv"), set(urns))
    except ProblemsError as error:
        problems.extend(error.problems)
    try:
        extract = read_extract(files[profile.contacts_file], profile.contacts_file, profile)
    except ProblemsError as error:
        problems.extend(error.problems)
    if extract is not None and definitions.reasons and not extract.has_reasons:
        problems.add(
            file=profile.contacts_file,
            place="headings",
            found="no column for the reason of the contact",
            expected="that column, since the trial counts contacts by reason",
            remedy="add the reason for contact to the export",
        )
    problems.raise_if_any()
    if labels is None or reviewed is None or extract is None:
        raise AssertionError("a file without a problem was read")
    day = profile.extract_date
    sources = Vocabulary.load("source-of-contact", day, labels["source"]).match_all(
        contact.source for contact in extract.contacts
    )
    outcomes = _outcomes(extract, Vocabulary.load("contact-outcome", day, labels["outcome"]))
    reasons: dict[str, Match] = {}
    if definitions.reasons:
        reasons = Vocabulary.load("contact-reason", day, labels["reason"]).match_all(
            contact.reason or "" for contact in extract.contacts
        )
    resolver = SchoolResolver(names, reviewed)
    resolutions = _resolve(extract.contacts, sources, definitions.source_codes, resolver)
    events = _events(extract.contacts, profile, sources, outcomes, reasons, resolutions)
    return Prepared(profile, extract, urns, sources, outcomes, reasons, resolutions, events)


def outcome_of(contact: Contact, outcomes: Mapping[str, Match]) -> str:
    """Return the outcome code of a contact as recorded: flags, label, or what a blank implies."""
    if contact.implied:
        return contact.implied
    if contact.flags is not None:
        return outcome_of_flags(contact.flags)
    return outcomes[contact.outcome].code


def _outcomes(extract: Extract, vocabulary: Vocabulary) -> dict[str, Match]:
    """Match each distinct outcome once; of lists, each of their actions too."""
    typed = {contact.outcome for contact in extract.contacts}
    if not extract.actions:
        return {label: match_outcome(vocabulary, label) for label in sorted(typed)}
    typed |= {action for label in typed for action in split_actions(label)}
    return {label: match_actions(vocabulary, label) for label in sorted(typed)}


def _resolve(
    contacts: Sequence[Contact],
    sources: Mapping[str, Match],
    codes: Sequence[str],
    resolver: SchoolResolver,
) -> tuple[Resolution | None, ...]:
    return tuple(
        resolver.resolve(contact.organisation, contact.on)
        if sources[contact.source].code in codes
        else None
        for contact in contacts
    )


def _events(
    contacts: Sequence[Contact],
    profile: Profile,
    sources: Mapping[str, Match],
    outcomes: Mapping[str, Match],
    reasons: Mapping[str, Match],
    resolutions: Sequence[Resolution | None],
) -> tuple[Event, ...]:
    children: dict[str, int] = {}
    events: list[Event] = []
    for contact, resolution in zip(contacts, resolutions, strict=True):
        outcome = outcome_of(contact, outcomes)
        events.append(
            Event(
                child=children.setdefault(contact.child_id, len(children)),
                on=contact.on,
                decided=contact.decided,
                by_school=resolution is not None,
                unclear_source=sources[contact.source].code in (AMBIGUOUS, UNMAPPED),
                urn=int(resolution.urn) if resolution and resolution.urn else None,
                resolution=_resolution_code(resolution),
                open_case=_is_open(contact, outcome, profile.open_cases),
                outcome=outcome,
                reason=reasons[contact.reason or ""].code if reasons else "",
            )
        )
    return tuple(events)


def _resolution_code(resolution: Resolution | None) -> str:
    if resolution is None:
        return ""
    if resolution.status in ("matched", "not-a-school"):
        return resolution.status
    return "unresolved"


def _is_open(contact: Contact, outcome: str, known_by: str) -> bool:
    if known_by == "unknown":
        return False
    flagged = known_by == "flagged" and contact.open_case is True
    return flagged or outcome == "EXISTING"


def _missing(name: str, what: str) -> ProblemsError:
    problems = Problems()
    problems.add(
        file=name,
        place="whole file",
        found="no such file",
        expected=what,
        remedy="put the file into the authority's folder",
    )
    return ProblemsError(tuple(problems))
