"""Preparation: an authority's files to a store of records, every distinct text resolved once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from equipoise.authority.pack.resolving import Resolving, Tap
from equipoise.authority.readers import (
    Account,
    ExtractReader,
    Profile,
    Raw,
    raw_bytes,
    raw_size,
    read_profile,
)
from equipoise.authority.rules import Answer, Definitions, RowEngine, RowStore, added
from equipoise.authority.schools import RosterSchool, SchoolResolver, known_names, read_schools
from equipoise.authority.vocabulary import Vocabulary, read_labels
from equipoise.core.base import Problem, Problems, ProblemsError


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
    """

    profile: Profile
    urns: tuple[str, ...]
    account: Account
    texts: Resolving
    store: RowStore
    open_unrecorded: int
    by_absence: int

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

    Raises
    ------
    ProblemsError
        With the problems of every file.
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
    try:
        labels = read_labels(_small(files, "labels.csv"))
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
    day = profile.extract_date
    texts = Resolving(
        profile,
        definitions,
        sources=Vocabulary.load("source-of-contact", day, labels["source"]),
        outcomes=Vocabulary.load("contact-outcome", day, labels["outcome"]),
        reasons=Vocabulary.load("contact-reason", day, labels["reason"]),
        resolver=SchoolResolver(names, reviewed),
    )
    with engine.store(sum(raw_size(raw) for raw in contacts.values())) as store:
        try:
            texts.write(reader.records(), store, tap)
        except ProblemsError as error:
            problems.extend(error.problems)
        else:
            _need_reasons(definitions, reader, profile, problems)
        problems.raise_if_any()
        yield _counted(profile, urns, reader, texts, store)


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
        name, "whole file", "no such file", what, "put the file into the authority's folder"
    )
