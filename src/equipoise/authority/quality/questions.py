"""Questions: what an authority is asked about how it records, and what follows from an answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from equipoise.authority.readers import UNKNOWN, Profile, read_date

Kind = Literal["choice", "days", "span", "text"]

#: How "don't know" and "never" may be written.
DONT_KNOW = "don't know"
NEVER = "none"
_DONT_KNOW = frozenset({UNKNOWN, DONT_KNOW, "do not know", "dont know", "don\u2019t know", "?"})
_CHANGE_OF = {"system_change": "system"}


@dataclass(frozen=True)
class Choice:
    """An answer that may be given.

    Attributes
    ----------
    code, words
        As it is stored, and as it is read out.
    follows
        What follows for comparability; "" where nothing does.
    """

    code: str
    words: str
    follows: str


@dataclass(frozen=True)
class Question:
    """A question about how an authority records.

    Attributes
    ----------
    id, title, text
        Its short name, its title and the question in words.
    kind
        ``choice`` of several answers, ``days`` on which something changed, the ``span`` of an
        extract, or free ``text``.
    choices
        The answers of a choice; "don't know" is always one more.
    parts
        What is asked one after another, for a span.
    given, unknown
        What follows from days that are named; from "don't know".
    """

    id: str
    title: str
    text: str
    kind: Kind
    choices: tuple[Choice, ...]
    parts: tuple[str, ...]
    given: str
    unknown: str


@dataclass(frozen=True)
class Answered:
    """A question with its answer.

    Attributes
    ----------
    question, title
        Which one.
    answer
        In words: ``don't know`` where nobody could say or nobody was asked.
    follows
        What follows for comparability, in one sentence; "" where nothing does.
    """

    question: str
    title: str
    answer: str
    follows: str

    @property
    def known(self) -> bool:
        """Whether somebody could say."""
        return self.answer != DONT_KNOW


@cache
def questions() -> tuple[Question, ...]:
    """Return the questions, in the order in which they are asked.

    Examples
    --------
    >>> len(questions()), questions()[0].text
    (15, 'Which system are contacts recorded in?')
    """
    text = (files(__package__) / "data" / "profile-questions.json").read_text(encoding="utf-8")
    return tuple(
        Question(
            id=entry["id"],
            title=entry["title"],
            text=entry["text"],
            kind=entry["kind"],
            choices=tuple(Choice(**choice) for choice in entry.get("choices", ())),
            parts=tuple(entry.get("parts", ())),
            given=entry.get("given", ""),
            unknown=entry["unknown"],
        )
        for entry in json.loads(text)["questions"]
    )


def read_answer(question: Question, typed: str | Sequence[str]) -> str:
    """Return what is stored for an answer as a person gives it.

    Parameters
    ----------
    question
        The question.
    typed
        A code, its words or its number for a choice; days with commas or semicolons between, or
        ``none``; the three days of a span; any text. ``?`` and ``don't know`` always do.

    Raises
    ------
    ValueError
        Saying what was expected.

    Examples
    --------
    >>> door = questions()[4]
    >>> read_answer(door, "2"), read_answer(door, "Through either of the two")
    ('separate', 'either')
    >>> read_answer(questions()[10], "1/4/2025; 2024-09-01")
    '2024-09-01, 2025-04-01'
    """
    parts = [typed] if isinstance(typed, str) else list(typed)
    parts = [" ".join(part.split()) for part in parts]
    if all(not part or part.casefold() in _DONT_KNOW for part in parts):
        return UNKNOWN
    match question.kind:
        case "choice":
            return _choice(question, parts[0])
        case "days":
            return _days(parts[0])
        case "span":
            return _span(parts)
    return parts[0]


def stored_answer(profile: Profile, question: Question) -> str:
    """Return the answer that a profile holds, as `read_answer` would store it."""
    answers = profile.answers
    match question.id:
        case "system" | "one_row_per" | "open_cases":
            return str(getattr(profile, question.id))
        case "encoding":
            return profile.encoding or UNKNOWN
        case "dates":
            if answers.dates != "stated":
                return UNKNOWN
            days = (profile.extract_date, profile.covers_from, profile.covers_to)
            return ", ".join(day.isoformat() for day in days)
    if question.kind == "days":
        changed = answers.changed(_CHANGE_OF.get(question.id, question.id))
        if changed is None:
            return UNKNOWN
        return ", ".join(day.isoformat() for day in changed) or NEVER
    return str(getattr(answers, question.id))


def in_words(question: Question, stored: str) -> str:
    """Return a stored answer as it is read out."""
    if stored == UNKNOWN:
        return DONT_KNOW
    return next((c.words for c in question.choices if c.code == stored), stored)


def answered(profile: Profile) -> tuple[Answered, ...]:
    """Return every question with its answer and what follows for comparability.

    A question that nobody answered, in an old profile too, is answered with "don't know".

    Examples
    --------
    >>> from equipoise.authority.readers import read_profile
    >>> profile = read_profile(
    ...     b'{"authority": "900", "name": "Aldershire", "system": "local",'
    ...     b' "contacts_file": "contacts.csv", "one_row_per": "child", "open_cases": "flagged",'
    ...     b' "extract_date": "2025-10-06", "covers": {"from": "2023-09-01", "to": "2025-09-30"}}'
    ... )
    >>> sum(found.known for found in answered(profile))
    4
    """
    found = []
    for question in questions():
        stored = stored_answer(profile, question)
        answer = in_words(question, stored)
        found.append(Answered(question.id, question.title, answer, _follows(question, stored)))
    return tuple(found)


def _follows(question: Question, stored: str) -> str:
    if stored == UNKNOWN:
        return question.unknown
    if question.kind == "choice":
        return next((c.follows for c in question.choices if c.code == stored), "")
    return "" if stored == NEVER else question.given


def _choice(question: Question, typed: str) -> str:
    for number, choice in enumerate(question.choices, start=1):
        if typed.casefold() in (choice.code, choice.words.casefold(), str(number)):
            return choice.code
    raise ValueError("one of " + ", ".join(choice.code for choice in question.choices))


def _days(typed: str) -> str:
    if typed.casefold() in (NEVER, "never", "no"):
        return NEVER
    words = [word.strip() for word in typed.replace(";", ",").split(",")]
    days = [_day(word) for word in words if word]
    return ", ".join(day.isoformat() for day in sorted(set(days)))


def _span(parts: Sequence[str]) -> str:
    words = parts if len(parts) > 1 else parts[0].replace(";", ",").split(",")
    if len(words) != 3:
        raise ValueError("three dates: made on, first and last date of contact")
    made, first, last = (_day(word.strip()) for word in words)
    if not first <= last <= made:
        raise ValueError("the first date not after the last, and the extract made after both")
    return ", ".join(day.isoformat() for day in (made, first, last))


def _day(word: str) -> date:
    found = read_date(word)
    if found is None:
        raise ValueError("dates like 2025-04-01")
    return found
