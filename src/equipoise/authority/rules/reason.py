"""Reason: why the school made the contact, where the trial counts by it."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import Rule

RULE = Rule(
    code="contact-reason",
    words="Where the trial counts contacts about possible sexual abuse: distinct children for whom "
    "the school made at least one new contact whose recorded reason is sexual abuse. Exploitation "
    "is another reason; a reason that is missing or unclear counts in none.",
    fields=("reason",),
    source="rules.md 4: an outcome without direction",
    decides=("csa_any",),
)
#: Reasons that a trial can ask for, each with its code in the vocabulary and its count.
REASONS: dict[str, tuple[str, str]] = {"sexual-abuse": ("SEXUAL_ABUSE", "csa_any")}


def is_sexual_abuse(contacts: Any) -> Any:
    """Return whether the recorded reason is sexual abuse."""
    return contacts.reason == "SEXUAL_ABUSE"
