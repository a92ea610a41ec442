"""Preparation: an authority's files to a store of records, every distinct text resolved once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from equipoise.authority.pack.declared import SchoolFacts, school_facts
from equipoise.authority.pack.referred import (
    lacking,
    referral_list,
    strange_numbers,
    wants_families,
    wants_referrals,
)
from equipoise.authority.pack.resolving import Resolving, Tap
from equipoise.authority.quality import ReferralQuality
from equipoise.authority.readers import (
    Account,
    ExtractReader,
    Profile,
    Raw,
    raw_bytes,
    raw_size,
    read_profile,
)
from equipoise.authority.rules import (
    Answer,
    Definitions,
    ReferralSpan,
    RowEngine,
    RowStore,
    added,
)
from equipoise.authority.schools import (
    PeopleLinker,
    RosterSchool,
    SchoolResolver,
    Surroundings,
    TableAccount,
    known_names,
    read_schools,
)
from equipoise.authority.vocabulary import DatedVocabulary, read_labels, unused_labels
from equipoise.core.base import Problem, Problems, ProblemsError

_BY_DETAILS = (
    "children without a pupil number were linked to the roll by date of birth, names and postcode "
    "from a probability of"
)


@dataclass(frozen=True)
class Prepared:
    """An authority's extract with its texts resolved, ready to be counted.

    Attributes
    ----------
    profile
        What the authority says about it.
    urns
        The authority's schools on the roster, in order.
    account
        What became of its rows.
    texts
        The distinct texts, and what each means.
    store
        Its records.
    open_unrecorded, by_absence
        For how many contacts the open case is not recorded where it should be; for how many of
        schools no further action was read by absence.
    tables
        What became of the rows of the roll and of the list of numbers; None where the school
        attended was not looked for.
    referrals
        What became of the list of referrals; None where none was needed.
    """

    profile: Profile
    urns: tuple[str, ...]
    account: Account
    texts: Resolving
    store: RowStore
    open_unrecorded: int
    by_absence: int
    tables: tuple[TableAccount, ...] | None = None
    referrals: ReferralQuality | None = None

    @property
    def span(self) -> ReferralSpan | None:
        """Which days the list of referrals holds; None where none was read."""
        found = self.referrals
        return None if found is None else ReferralSpan(found.first, found.last)

    def open_case_unknown(self) -> int:
        """Return for how many contacts nobody recorded whether the case was open."""
        if self.profile.open_cases == "unknown":
            return self.account.rows_kept
        return self.open_unrecorded

    def rows(self, query: str) -> Iterator[Answer]:
        """Yield the rows of a query that lists them."""
        return self.store.ask(query, {})


@contextmanager
def prepared(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    engine: RowEngine,
    tap: Tap | None = None,
    *,
    attended: bool | None = False,
    people: PeopleLinker | None = None,
    also: Sequence[Definitions] = (),
) -> Iterator[Prepared]:
    """Read an authority's files, resolve every text in them and keep the records in a store.

    Memory holds a chunk of rows and the distinct texts, whatever the number of rows.

    Parameters
    ----------
    files
        By name: profile.json, the contacts files that it names, and labels.csv and schools.csv
        where the authority has reviewed any.
    schools
        The roster: schools of any authority.
    definitions
        What counts as a school's contact.
    engine
        Gives the store, which is gone when the context is left.
    tap
        Is shown each record as it passes.
    attended
        Whether the school attended is looked for: True needs the roll, None looks where there is
        one, False does not.
    people
        Finds children of whom no number is recorded by what else is known of them, where that
        was asked for.
    also
        Other definitions by which it will be counted: what they need is looked at too.

    Raises
    ------
    ProblemsError
        With the problems of every file; and where the authority's files cannot give what the
        definitions count (`referred.lacking`).
    """
    profile = _profile(files)
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
    labels = reviewed = None
    facts = SchoolFacts()
    problems.extend(lacking(profile, definitions))
    listed = None
    if wants_referrals((definitions, *also)):
        try:
            listed = referral_list(files, profile)
        except ProblemsError as error:
            problems.extend(error.problems)
    try:
        facts = school_facts(files, names, attended=attended, people=people)
    except ProblemsError as error:
        problems.extend(error.problems)
    try:
        labels = read_labels(
            _small(files, "labels.csv"), authority=profile.authority, system=profile.system
        )
    except ProblemsError as error:
        problems.extend(error.problems)
    try:
        reviewed = read_schools(_small(files, "schools.csv"), set(urns))
    except ProblemsError as error:
        problems.extend(error.problems)
    contacts = {name: files[name] for name in profile.contacts_files}
    reader = ExtractReader(contacts, profile)
    if labels is None or reviewed is None:
        _read_for_problems(reader, problems)
        problems.raise_if_any()
        raise AssertionError("a file without a problem was read")
    changed = profile.answers.family_help
    texts = Resolving(
        profile,
        definitions,
        sources=DatedVocabulary("source-of-contact", labels["source"], changed),
        outcomes=DatedVocabulary("contact-outcome", labels["outcome"], changed),
        reasons=DatedVocabulary("contact-reason", labels["reason"], changed),
        resolver=SchoolResolver(names, reviewed, Surroundings(history=facts.history)),
        domains=facts.domains,
        linking=facts.linking,
        referrals=None if listed is None else listed.referrals,
        families=wants_families((definitions, *also)),
    )
    with engine.store(sum(raw_size(raw) for raw in contacts.values())) as store:
        try:
            texts.write(reader.records(), store, tap)
        except ProblemsError as error:
            problems.extend(error.problems)
        else:
            _need_reasons(definitions, reader, profile, problems)
            if listed is not None:
                listed = replace(
                    listed, quality=replace(listed.quality, contacts_followed=texts.followed)
                )
                problems.extend(strange_numbers(listed, reader.rows_read))
        problems.raise_if_any()
        extract = _counted(profile, urns, reader, texts, store)
        unused = unused_labels(_small(files, "labels.csv"), labels)
        if unused:
            account = replace(extract.account, notes=(*extract.account.notes, unused))
            extract = replace(extract, account=account)
        linking = facts.linking
        if listed is not None:
            extract = replace(extract, referrals=listed.quality)
        if linking is not None:
            extract = replace(extract, tables=linking.accounts)
        if linking is not None and people is not None:
            note = f"{_BY_DETAILS} {people.threshold:g} on"
            account = replace(extract.account, notes=(*extract.account.notes, note))
            extract = replace(extract, account=account)
        yield extract


def _counted(
    profile: Profile,
    urns: tuple[str, ...],
    reader: ExtractReader,
    texts: Resolving,
    store: RowStore,
) -> Prepared:
    aside = added("set_aside", store.ask("set_aside", {}))
    ((kept, open_unrecorded, by_absence),) = (
        tuple(int(count or 0) for count in row)
        for row in added("tallies", store.ask("tallies", {}))
    )
    account = Account(
        rows_read=reader.rows_read,
        rows_kept=kept,
        set_aside=tuple((str(reason), int(rows or 0)) for reason, rows in aside),
        notes=reader.notes,
    )
    return Prepared(profile, urns, account, texts, store, open_unrecorded, by_absence)


def _profile(files: Mapping[str, Raw]) -> Profile:
    """Read the profile, and refuse where a file that it names is not there."""
    if "profile.json" not in files:
        raise ProblemsError([_missing("profile.json", "the authority's profile")])
    profile = read_profile(raw_bytes(files["profile.json"]))
    absent = [name for name in profile.contacts_files if name not in files]
    if absent:
        raise ProblemsError(
            [_missing(name, "the contacts file that the profile names") for name in absent]
        )
    return profile


def _small(files: Mapping[str, Raw], name: str) -> bytes | None:
    return raw_bytes(files[name]) if name in files else None


def _read_for_problems(reader: ExtractReader, problems: Problems) -> None:
    """Read an extract only to say what is wrong with it: another file is wrong already."""
    try:
        for _ in reader.records():
            pass
    except ProblemsError as error:
        problems.extend(error.problems)


def _need_reasons(
    definitions: Definitions, reader: ExtractReader, profile: Profile, problems: Problems
) -> None:
    if definitions.reasons and not reader.has_reasons:
        problems.add(
            file=profile.contacts_file,
            place="headings",
            found="no column for the reason of the contact",
            expected="that column, since the trial counts contacts by reason",
            remedy="add the reason for contact to the export",
        )


def _missing(name: str, what: str) -> Problem:
    return Problem(
        name,
        "whole file",
        "no such file",
        what,
        "put it into the authority's folder, or correct its name in the profile",
    )
