"""Repeat: a second call about the same child within so many days is not a new contact."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import OF_NEW, Rule

RULE = Rule(
    code="repeat",
    words="A contact by the same school on the same child within the declared number of days of "
    "a contact on an earlier day is a repeat; the earlier one may itself be a repeat.",
    fields=("urn", "child", "day"),
    source="rules.md 4; trial.yaml, contact.repeat_days",
    decides=(*OF_NEW, "repeats"),
)
#: The gravest outcome first; what is unknown yields to what is known.
GRAVITY = (
    "CP_ENQUIRY",
    "REFERRAL",
    "EXISTING",
    "EARLY_HELP",
    "OTHER",
    "ADVICE",
    "NFA",
    "PENDING",
    "AMBIGUOUS",
    "UNMAPPED",
    "MISSING",
)


def gravity(contacts: Any) -> Any:
    """Return the rank of a settled outcome, 0 for the gravest."""
    ranks = [(code, rank) for rank, code in enumerate(GRAVITY)]
    return contacts.settled.cases(*ranks, else_=len(GRAVITY))


def is_soon(contacts: Any) -> Any:
    """Return whether the first contact of a day follows one of an earlier day too soon."""
    since = contacts.day - contacts.day_before
    return contacts.first_of_day & (since <= contacts.repeat_days).fill_null(False)


def is_repeat(contacts: Any) -> Any:
    """Return whether any contact of its school, child and day is one that came too soon."""
    soon = contacts.soon.ifelse(1, 0).cast("int64")
    return soon.max().over(group_by=[contacts.urn, contacts.child, contacts.day]) > 0
