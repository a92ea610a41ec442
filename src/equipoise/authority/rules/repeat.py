"""Repeat: a second call about the same child within so many days is not a new contact."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules import reason
from equipoise.authority.rules.rule import Rule

RULE = Rule(
    code="repeat",
    words="A contact by the same school on the same child within the declared number of days of "
    "an earlier one is a repeat. Of several on one day the one with the gravest outcome is kept, "
    "of these one about sexual abuse where reasons are counted, so the order of rows in the "
    "extract decides nothing.",
    fields=("urn", "child", "day", "outcome", "reason", "contact"),
    source="rules.md 4; trial.yaml, contact.repeat_days",
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


def is_repeat(contacts: Any) -> Any:
    """Return whether a contact follows an earlier one of its school and child too soon."""
    before = contacts.day.lag().over(
        group_by=[contacts.urn, contacts.child],
        order_by=[
            contacts.day,
            contacts.gravity,
            reason.is_sexual_abuse(contacts).ifelse(0, 1),
            contacts.contact,
        ],
    )
    return (contacts.day - before <= contacts.repeat_days).fill_null(False)
