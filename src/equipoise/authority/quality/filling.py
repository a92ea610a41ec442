"""Filling in: answers to the questions, put together as the profile that is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from equipoise.authority.quality.questions import NEVER, Question, questions, stored_answer
from equipoise.authority.readers import (
    UNKNOWN,
    Profile,
    ReferralLists,
    answers_body,
    read_profile,
    referral_lists_body,
)

_CHANGE = {"system_change": "system"}


@dataclass(frozen=True)
class About:
    """What a profile is about.

    Attributes
    ----------
    authority, name
        The authority's code and name.
    contacts_files
        Names of the files with the contacts.
    outcomes, referrals
        Whether outcomes of contacts are recorded, and the list of referrals, as in a profile.
    """

    authority: str
    name: str
    contacts_files: tuple[str, ...]
    outcomes: str = "recorded"
    referrals: ReferralLists | None = None


def profile_of(
    about: About,
    answers: Mapping[str, str],
    *,
    seen: tuple[date, date, date],
    by: str = "",
    on: date | None = None,
    file: str = "profile.json",
) -> Profile:
    """Return the profile that answers make.

    Parameters
    ----------
    about
        Whose extract it is.
    answers
        From question to stored answer (`questions.read_answer`); what is left out is unknown.
    seen
        The latest date of all in the rows, and their first and last date of contact: they stand in
        where nobody knows the dates of the extract, and the profile says so.
    by, on
        Who answered, and when.
    file
        The profile's name for the messages.

    Raises
    ------
    ProblemsError
        Where the answers do not make a profile.
    """
    stated = answers.get("dates", UNKNOWN) != UNKNOWN
    days = answers["dates"].split(", ") if stated else [day.isoformat() for day in seen]
    files = list(about.contacts_files)
    body: dict[str, Any] = {
        "authority": about.authority,
        "name": about.name,
        "contacts_file": files[0] if len(files) == 1 else files,
        "extract_date": days[0],
        "covers": {"from": days[1], "to": days[2]},
        "dates": "stated" if stated else "from-rows",
        "changes": {},
        **_outcomes_body(about.outcomes, about.referrals),
    }
    for question in questions():
        answer = answers.get(question.id, UNKNOWN)
        if question.kind == "days":
            body["changes"][_CHANGE.get(question.id, question.id)] = _days(answer)
        elif question.kind != "span" and (question.id != "encoding" or answer != UNKNOWN):
            body[question.id] = answer
    if by and on is not None:
        body["answered"] = {"by": by, "on": on.isoformat()}
    return read_profile(_bytes(body), file)


def answers_of(profile: Profile) -> dict[str, str]:
    """Return the answers that a profile holds, by question."""
    return {question.id: stored_answer(profile, question) for question in questions()}


def profile_bytes(profile: Profile) -> bytes:
    """Return a profile as it is stored: JSON, the same bytes for the same profile."""
    files = list(profile.contacts_files)
    body: dict[str, Any] = {
        "authority": profile.authority,
        "name": profile.name,
        "system": profile.system,
        "contacts_file": files[0] if len(files) == 1 else files,
        "one_row_per": profile.one_row_per,
        "open_cases": profile.open_cases,
        "extract_date": profile.extract_date.isoformat(),
        "covers": {
            "from": profile.covers_from.isoformat(),
            "to": profile.covers_to.isoformat(),
        },
    }
    if profile.encoding is not None:
        body["encoding"] = profile.encoding
    body |= _outcomes_body(profile.outcomes, profile.referrals)
    return _bytes({**body, **answers_body(profile.answers)})


def _outcomes_body(outcomes: str, referrals: ReferralLists | None) -> dict[str, Any]:
    """Return where outcomes come from as it is stored: nothing where that is as usual."""
    body: dict[str, Any] = {} if outcomes == "recorded" else {"outcomes": outcomes}
    return body if referrals is None else {**body, "referrals": referral_lists_body(referrals)}


def unanswered(answers: Mapping[str, str]) -> tuple[Question, ...]:
    """Return the questions to which nobody has given an answer yet."""
    return tuple(q for q in questions() if answers.get(q.id, UNKNOWN) == UNKNOWN)


def _days(answer: str) -> Sequence[str] | None:
    if answer == UNKNOWN:
        return None
    return [] if answer == NEVER else answer.split(", ")


def _bytes(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
