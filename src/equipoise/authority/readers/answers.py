"""Answers: what an authority says about how it records, beside what reading its files needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from equipoise.core.base import Problems

#: What is stored where nobody could say.
UNKNOWN = "unknown"
#: The answers that may be stored under each key; what they mean is in `quality.questions`.
CHOICES: dict[str, tuple[str, ...]] = {
    "contact": (
        "safeguarding",
        "early-help-too",
        "consultations-too",
        "after-screening",
        UNKNOWN,
    ),
    "siblings": ("concerned", "household", "one-of-them", UNKNOWN),
    "gateway": ("same-record", "separate", "either", UNKNOWN),
    "time_limit": ("one-day-received", "one-day-recorded", "longer", "none", UNKNOWN),
    "repeats": ("each", "added-to-first", "varies", UNKNOWN),
    "overwritten": ("first-kept", "last-only", UNKNOWN),
    "dates": ("stated", "from-rows"),
}
#: What may have changed on a day: the threshold document, family help, the front door, the system.
CHANGES = ("threshold", "family_help", "front_door", "system")
#: Keys of profile.json that hold answers. All of them may be left out.
KEYS = frozenset({*CHOICES, "changes", "answered"})

Days = tuple[date, ...] | None


@dataclass(frozen=True)
class Answers:
    """What an authority says about how it records. Whatever was not asked is ``unknown``.

    Attributes
    ----------
    contact
        What is recorded as a contact.
    siblings
        Who gets a row where a contact is about one child of several.
    gateway
        Where a request for early help goes.
    time_limit
        By when a contact is decided, and from when that runs.
    repeats
        What becomes of a further call about the same child.
    overwritten
        Whether a decision that changes later is overwritten.
    dates
        ``stated``, or ``from-rows`` where nobody knew which dates the extract holds and they were
        taken from its rows.
    threshold, family_help, front_door, system
        The days on which these changed; () for none, None where nobody could say.
    by, on
        Who answered, and when.
    """

    contact: str = UNKNOWN
    siblings: str = UNKNOWN
    gateway: str = UNKNOWN
    time_limit: str = UNKNOWN
    repeats: str = UNKNOWN
    overwritten: str = UNKNOWN
    dates: str = "stated"
    threshold: Days = None
    family_help: Days = None
    front_door: Days = None
    system: Days = None
    by: str = ""
    on: date | None = None

    def changed(self, what: str) -> Days:
        """Return the days of one of `CHANGES`."""
        days: dict[str, Days] = {
            "threshold": self.threshold,
            "family_help": self.family_help,
            "front_door": self.front_door,
            "system": self.system,
        }
        return days[what]


def read_answers(body: Mapping[str, Any], file: str, problems: Problems) -> Answers:
    """Read the answers of a profile; those that are left out are unknown.

    Parameters
    ----------
    body
        The profile as JSON holds it.
    file, problems
        Its name for the messages, and where to note what is wrong.

    Examples
    --------
    >>> found = read_answers({"gateway": "separate"}, "profile.json", Problems())
    >>> found.gateway, found.repeats, found.threshold
    ('separate', 'unknown', None)
    """

    def wrong(key: str, found: str, expected: str, remedy: str) -> None:
        problems.add(file=file, place=f"entry {key}", found=found, expected=expected, remedy=remedy)

    given: dict[str, Any] = {}
    for key, choices in CHOICES.items():
        if key not in body:
            continue
        value = body[key]
        if isinstance(value, str) and value in choices:
            given[key] = value
        else:
            found = repr(value) if isinstance(value, str) else "no answer"
            wrong(key, found, "one of " + ", ".join(choices), "choose one of these answers")
    changes = body.get("changes", {})
    if not isinstance(changes, Mapping) or set(changes) - set(CHANGES):
        wrong(
            "changes",
            "something else than known changes",
            "an object with " + ", ".join(CHANGES),
            "correct the spelling, or remove it",
        )
        changes = {}
    given |= {key: _days(changes.get(key), f"changes.{key}", wrong) for key in CHANGES}
    by, on = _answered(body.get("answered"), wrong)
    return Answers(**given, by=by, on=on)


def answers_body(answers: Answers) -> dict[str, Any]:
    """Return answers as profile.json holds them."""
    body: dict[str, Any] = {key: getattr(answers, key) for key in CHOICES}
    body["changes"] = {
        key: None if days is None else [day.isoformat() for day in days]
        for key, days in ((key, answers.changed(key)) for key in CHANGES)
    }
    if answers.on is not None:
        body["answered"] = {"by": answers.by, "on": answers.on.isoformat()}
    return body


def _days(value: Any, key: str, wrong: Any) -> Days:
    if value is None:
        return None
    if isinstance(value, Sequence) and not isinstance(value, str):
        found = [_day(entry) for entry in value]
        days = [day for day in found if day is not None]
        if len(days) == len(found):
            return tuple(sorted(set(days)))
    wrong(
        key,
        "something else than dates",
        'a list like ["2025-04-01"], empty for no change, null where nobody knows',
        "write each date with year first",
    )
    return None


def _answered(value: Any, wrong: Any) -> tuple[str, date | None]:
    if value is None:
        return "", None
    if isinstance(value, Mapping):
        by, on = value.get("by"), _day(value.get("on"))
        if isinstance(by, str) and on is not None:
            return by, on
    wrong(
        "answered",
        "no name or no date",
        'an object with "by" and "on"',
        "say who answered and when, or remove it",
    )
    return "", None


def _day(value: Any) -> date | None:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    return None
