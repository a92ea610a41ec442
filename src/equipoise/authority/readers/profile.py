"""The profile: what an authority says about its own extract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from equipoise.authority.readers.answers import KEYS, Answers, read_answers
from equipoise.authority.readers.referrals import ReferralLists, read_referral_lists
from equipoise.core.base import Problems, ProblemsError, parse_json

_CHOICES: dict[str, tuple[str, ...]] = {
    "one_row_per": ("child", "family", "unknown"),
    "open_cases": ("flagged", "by-outcome", "absent", "unknown"),
    "encoding": ("utf-8", "cp1252"),
    "outcomes": ("recorded", "not-recorded"),
}
_TEXTS = ("authority", "name", "system", "one_row_per", "open_cases")
_OPTIONAL = ("encoding", "outcomes", "referrals")
_OTHERS = ("contacts_file", "extract_date", "covers", *KEYS)


@dataclass(frozen=True)
class Profile:
    """What an authority says about its extract.

    Attributes
    ----------
    authority, name, system
        Its code, its name and the case system that it uses.
    contacts_files
        The names of the files with the contacts, in their order. The stored form says
        ``"contacts_file": "contacts.csv"``, or a list of names.
    one_row_per
        ``child``: a contact about three siblings is three rows; ``family``: one; or ``unknown``.
    open_cases
        How a contact on an open case is known: ``flagged`` in a column of its own, ``by-outcome``
        (only by the outcome), ``absent`` (such contacts are not in the extract) or ``unknown``.
    extract_date
        The day on which the extract was made.
    covers_from, covers_to
        The first and last date of contact that the extract holds, both included.
    encoding
        How a CSV is encoded, where the authority knows it.
    answers
        How the authority records, as far as it was asked.
    outcomes
        ``recorded``: what came of a contact stands in the extract; ``not-recorded``: only a list
        of referrals says so.
    referrals
        The list of referrals, where the authority keeps one of its own.
    """

    authority: str
    name: str
    system: str
    contacts_files: tuple[str, ...]
    one_row_per: str
    open_cases: str
    extract_date: date
    covers_from: date
    covers_to: date
    encoding: str | None = None
    answers: Answers = field(default_factory=Answers)
    outcomes: str = "recorded"
    referrals: ReferralLists | None = None

    @property
    def contacts_file(self) -> str:
        """The name of the first file with contacts: mostly the only one."""
        return self.contacts_files[0]


def read_profile(data: bytes, file: str = "profile.json") -> Profile:
    """Read a profile.

    Parameters
    ----------
    data
        The bytes of the JSON file.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        With every problem of the file.

    Examples
    --------
    >>> profile = read_profile(
    ...     b'{"authority": "900", "name": "Aldershire", "system": "local",'
    ...     b' "contacts_file": "contacts.csv", "one_row_per": "child", "open_cases": "flagged",'
    ...     b' "extract_date": "2025-10-06", "covers": {"from": "2023-09-01", "to": "2025-09-30"}}'
    ... )
    >>> profile.covers_to.isoformat()
    '2025-09-30'
    """
    problems = Problems()
    body = _object(data, file)
    for key in sorted(set(body) - {*_TEXTS, *_OPTIONAL, *_OTHERS}):
        _add(
            problems,
            file,
            key,
            "a question that is not asked",
            "only the known questions",
            "remove it or correct its spelling",
        )
    texts = {key: _text(body, key, file, problems) for key in _TEXTS}
    contacts_files = _files(body.get("contacts_file"), file, problems)
    encoding = _text(body, "encoding", file, problems) if "encoding" in body else None
    outcomes = _text(body, "outcomes", file, problems) if "outcomes" in body else "recorded"
    referrals = read_referral_lists(body, file, problems)
    covers = body.get("covers")
    if not isinstance(covers, Mapping):
        _add(
            problems,
            file,
            "covers",
            "no dates",
            'an object with "from" and "to"',
            "say which dates of contact the extract holds",
        )
        covers = None
    extract_date = _date(body.get("extract_date"), "extract_date", file, problems)
    first = _date(covers.get("from"), "covers.from", file, problems) if covers else None
    last = _date(covers.get("to"), "covers.to", file, problems) if covers else None
    if first and last and last < first:
        _add(
            problems,
            file,
            "covers",
            f"{first} to {last}",
            "dates in order",
            "exchange or correct the two dates",
        )
    if extract_date and last and extract_date < last:
        _add(
            problems,
            file,
            "extract_date",
            f"{extract_date}",
            f"a date on or after {last}, the last date covered",
            "correct one of the two dates",
        )
    answers = read_answers(body, file, problems)
    problems.raise_if_any()
    if extract_date is None or first is None or last is None:
        raise AssertionError("a date without a problem is a date")
    return Profile(
        **texts,
        contacts_files=contacts_files,
        extract_date=extract_date,
        covers_from=first,
        covers_to=last,
        encoding=encoding,
        answers=answers,
        outcomes=outcomes,
        referrals=referrals,
    )


def _object(data: bytes, file: str) -> Mapping[str, Any]:
    problems = Problems()
    try:
        body = parse_json(data)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, Mapping):
        problems.add(
            file=file,
            place="whole file",
            found="something that is not a JSON object",
            expected="the answers as a JSON object in UTF-8",
            remedy="start again from the sample profile",
        )
        problems.raise_if_any()
        raise ProblemsError(())
    return body


def _text(body: Mapping[str, Any], key: str, file: str, problems: Problems) -> str:
    value = body.get(key)
    choices = _CHOICES.get(key)
    expected = "one of " + ", ".join(choices) if choices else "some text"
    if not isinstance(value, str) or not value.strip():
        _add(problems, file, key, "no answer", expected, "answer the question")
        return ""
    if choices and value not in choices:
        _add(problems, file, key, repr(value), expected, "choose one of these answers")
    return value.strip()


def _files(value: Any, file: str, problems: Problems) -> tuple[str, ...]:
    """Return the names of the files with contacts: one name, or a list of different names."""
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        found, expected = "no answer", "the name of a file, or a list of names"
        _add(problems, file, "contacts_file", found, expected, "answer the question")
        return ()
    given = tuple(name.strip() for name in names)
    if len(set(given)) < len(given):
        found, expected = "the same file twice", "each file only once"
        _add(problems, file, "contacts_file", found, expected, "remove one of the two")
    return given


def _date(value: Any, key: str, file: str, problems: Problems) -> date | None:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    found = repr(value) if isinstance(value, str) else "no date"
    _add(problems, file, key, found, "a date like 2025-09-30", "write the date with year first")
    return None


def _add(problems: Problems, file: str, key: str, found: str, expected: str, remedy: str) -> None:
    problems.add(file=file, place=f"entry {key}", found=found, expected=expected, remedy=remedy)
