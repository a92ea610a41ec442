"""Questioning: an authority's folder before its profile is written, and the profile written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from equipoise.authority.quality import (
    About,
    Filled,
    answers_of,
    facts_of,
    is_profile_workbook,
    profile_bytes,
    profile_of,
    profile_workbook,
    read_profile_workbook,
    suggestions,
)
from equipoise.authority.readers import UNKNOWN, ExtractReader, Profile, Record, read_profile
from equipoise.authority.vocabulary import (
    Vocabulary,
    match_actions,
    match_outcome,
    outcome_of_flags,
    read_labels,
)
from equipoise.core.base import Problem, ProblemsError, read_bytes, write_atomic
from equipoise.design.registers import School
from equipoise.workspace.folder.referral_files import holds_referrals, referrals_in
from equipoise.workspace.folder.register import schools_of_register

PROFILE = "profile.json"
_NOT_CONTACTS = (PROFILE, "labels.csv", "schools.csv")
_SUFFIXES = (".csv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_EARLIEST, _LATEST = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class Found:
    """What lies in an authority's folder before it is asked.

    Attributes
    ----------
    about
        Whose extract it is, and which files hold it.
    answers
        What was answered before, by question; where there is no profile, at most that a row is a
        family, since the extract numbers no children.
    suggested
        What the data suggest, by question.
    rows
        Rows that can be read.
    seen
        The latest date in the rows, and the first and last date of contact.
    """

    about: About
    answers: Mapping[str, str]
    suggested: Mapping[str, str]
    rows: int
    seen: tuple[date, date, date]


def found_in(
    folder: Path,
    *,
    on: date,
    register: Path | None = None,
    authority: str | None = None,
    workbook: Filled | None = None,
) -> Found:
    """Look at an authority's folder: whose it is, which files, what the rows suggest.

    Parameters
    ----------
    folder
        Holds the extract, and perhaps a profile.
    on
        The day whose list of outcomes says what labels mean.
    register
        The register or roster of schools, which names the authority.
    authority
        Its code, where nothing else says it.
    workbook
        Answers filled in, which may name it too.

    Raises
    ------
    ProblemsError
        Where the folder, the extract or the authority's code is missing, or the extract cannot be
        read.
    """
    if not folder.is_dir():
        raise _refused(str(folder), "no such folder", "a folder with the extract", "correct it")
    before = _profile(folder)
    code, name = _authority(before, register, authority, workbook)
    files = before.contacts_files if before is not None else _contacts_files(folder)
    paths = {file: folder / file for file in files}
    for file, path in paths.items():
        if not path.is_file():
            raise _refused(
                file, "no such file", "the contacts file that the profile names", "put it there"
            )
    about = About(code, name, files)
    if before is not None:
        about = replace(about, outcomes=before.outcomes, referrals=before.referrals)
        one_row_per, answers = before.one_row_per, answers_of(before)
    else:
        one_row_per = "family" if _rows_of_families(paths, about) else UNKNOWN
        answers = {} if one_row_per == UNKNOWN else {"one_row_per": one_row_per}
        about = replace(about, referrals=referrals_in(folder, (*_NOT_CONTACTS, *files)))
        if about.referrals is not None and _lacks_outcomes(paths, about, one_row_per):
            about = replace(about, outcomes="not-recorded")
    reader = ExtractReader(paths, _provisional(about, before, one_row_per))
    facts = facts_of(reader.records(), _codes(folder, on))
    if facts.first is None or facts.last is None or facts.latest is None:
        raise _refused(
            files[0], "no row that can be read", "contacts with a number and a date", "export again"
        )
    return Found(
        about=about,
        answers=answers,
        suggested=suggestions(
            facts,
            shape=reader.shape,
            notes=reader.notes,
            outcomes=about.outcomes == "recorded",
        ),
        rows=facts.rows,
        seen=(facts.latest, facts.first, facts.last),
    )


def referral_words(about: About) -> Iterator[str]:
    """Say which files hold referrals, and what follows for outcomes; nothing where none does."""
    lists = about.referrals
    if lists is None:
        return
    yield (
        f"Referrals: {', '.join(lists.files)}, received from {lists.first} to {lists.last}. "
        f"Correct these in {PROFILE} (referrals) if they are not what the list holds."
    )
    if about.outcomes == "not-recorded":
        yield (
            "The contacts have no outcome: it can only be derived from the referrals, and only "
            "trials that declare so count this authority."
        )


def read_filled(path: Path) -> Filled:
    """Read a workbook of questions that was filled in.

    Raises
    ------
    ProblemsError
        With every problem of every row.
    """
    data = read_bytes(path, file=path.name, remedy="name the workbook that was filled in")
    return read_profile_workbook(data, path.name)


def read_stored(folder: Path) -> Profile:
    """Read the profile of a folder; `ProblemsError` where there is none or it is wrong."""
    remedy = "answer the questions with: equipoise contacts profile FOLDER"
    return read_profile(read_bytes(folder / PROFILE, file=PROFILE, remedy=remedy))


def write_workbook(path: Path, found: Found, *, on: date) -> None:
    """Write the questions, what the data suggest and what was answered before as a workbook."""
    data = profile_workbook(
        authority=found.about.authority,
        name=found.about.name,
        suggested=found.suggested,
        answers=found.answers,
        on=on,
    )
    write_atomic(path, data)


def write_profile(
    folder: Path, found: Found, answers: Mapping[str, str], *, by: str, on: date
) -> Profile:
    """Write profile.json, whole or not at all, and return it.

    Raises
    ------
    ProblemsError
        Where the answers do not make a profile; nothing is written then.
    """
    profile = profile_of(found.about, answers, seen=found.seen, by=by, on=on)
    write_atomic(folder / PROFILE, profile_bytes(profile))
    return profile


def _profile(folder: Path) -> Profile | None:
    path = folder / PROFILE
    return read_profile(path.read_bytes()) if path.is_file() else None


def _authority(
    before: Profile | None,
    register: Path | None,
    authority: str | None,
    workbook: Filled | None,
) -> tuple[str, str]:
    """Return the authority's code and name: what is typed wins, then what is stored."""
    schools: tuple[School, ...] = () if register is None else schools_of_register(register)
    names = {school.la_code: school.la_name for school in schools}
    known = [(before.authority, before.name)] if before is not None else []
    if workbook is not None and workbook.authority:
        known.append((workbook.authority, workbook.name))
    if authority is not None:
        name = names.get(authority) or dict(known).get(authority)
        if register is not None and authority not in names:
            found = f"{authority}, of which the register has no school"
            raise _refused("--authority", found, "a code of the register", "correct the code")
        return authority, name or authority
    if known:
        code, name = known[0]
        return code, names.get(code) or name or code
    if len(names) == 1:
        return next(iter(names.items()))
    several = "several authorities in the register" if names else "nothing that names the authority"
    raise _refused(
        PROFILE, several, "the code of one authority", "give --authority CODE, or --register ROSTER"
    )


def _contacts_files(folder: Path) -> tuple[str, ...]:
    """Return the names of the files that can be contacts: of several, those with known headings."""
    paths = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file()
        and path.suffix.casefold() in _SUFFIXES
        and path.name not in _NOT_CONTACTS
        and not path.name.startswith((".", "~$"))
        and not (path.suffix.casefold() == ".xlsx" and is_profile_workbook(path.read_bytes()))
    ]
    if len(paths) > 1:
        paths = [path for path in paths if _has_contacts(path) and not holds_referrals(path)]
    if not paths:
        raise _refused(
            str(folder),
            "no file of contacts",
            "a CSV or a workbook with the headings of the data specification",
            "put the extract into the folder",
        )
    return tuple(path.name for path in paths)


def _has_contacts(path: Path) -> bool:
    """Say whether a file's headings are those of contacts; its rows are read later."""
    reader = ExtractReader({path.name: path}, _provisional(About("0", "0", (path.name,)), None))
    records: Iterator[Record] = reader.records()
    try:
        next(records, None)
    except ProblemsError as error:
        return not any("no known shape" in problem.found for problem in error.problems)
    return True


def _lacks_outcomes(paths: Mapping[str, Path], about: About, one_row_per: str) -> bool:
    """Tell whether an extract has no column at all for outcomes."""
    reader = ExtractReader(
        paths, _provisional(replace(about, outcomes="not-recorded"), None, one_row_per)
    )
    return _readable(reader) and not reader.has_outcomes


def _rows_of_families(paths: Mapping[str, Path], about: About) -> bool:
    """Tell whether an extract can be read only where a row is a family."""

    def readable(one_row_per: str) -> bool:
        # Whether outcomes are recorded is another question: either way will do here.
        return any(
            _readable(
                ExtractReader(
                    paths, _provisional(replace(about, outcomes=outcomes), None, one_row_per)
                )
            )
            for outcomes in ("recorded", "not-recorded")
        )

    return not readable(UNKNOWN) and readable("family")


def _readable(reader: ExtractReader) -> bool:
    """Tell whether the headings of an extract, and its first row, can be read."""
    try:
        next(reader.records(), None)
    except ProblemsError:
        return False
    return True


def _provisional(about: About, before: Profile | None, one_row_per: str = UNKNOWN) -> Profile:
    """Return a profile that lets every row be read: nothing about the dates is known yet."""
    return Profile(
        authority=about.authority,
        name=about.name,
        system=UNKNOWN,
        contacts_files=about.contacts_files,
        one_row_per=one_row_per if before is None else before.one_row_per,
        open_cases=UNKNOWN,
        extract_date=_LATEST,
        covers_from=_EARLIEST,
        covers_to=_LATEST,
        encoding=None if before is None else before.encoding,
        outcomes=about.outcomes,
    )


def _codes(folder: Path, on: date) -> Callable[[Record], str]:
    """Return what tells the outcome code of a row, each label looked up once."""
    path = folder / "labels.csv"
    # Nobody has said yet which system it is: lines of several need not agree.
    reviewed = read_labels(path.read_bytes() if path.is_file() else None, every=True)
    vocabulary = Vocabulary.load("contact-outcome", on, reviewed["outcome"])
    seen: dict[tuple[str, bool], str] = {}

    def code(record: Record) -> str:
        if record.implied:
            return record.implied
        if record.flags is not None:
            return outcome_of_flags(record.flags)
        key = (record.outcome, record.listed)
        if key not in seen:
            match = (match_actions if record.listed else match_outcome)(vocabulary, record.outcome)
            seen[key] = match.code
        return seen[key]

    return code


def _refused(file: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem(file, "whole file", found, expected, remedy)])
