"""Referral: the contact led to a referral to children's social care."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import Rule

RULE = Rule(
    code="referral",
    words="A contact led to a referral where its outcome is a new referral, or went straight to "
    "a strategy discussion or a section 47 enquiry.",
    fields=("settled",),
    source="rules.md 4: safety stands beside benefit",
    decides=("referral_any",),
)


def is_referral(contacts: Any) -> Any:
    """Return whether a settled outcome is a referral."""
    return contacts.settled.isin(("REFERRAL", "CP_ENQUIRY"))
