"""Section 47: the child's first new contact of the window led straight to an enquiry."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import Rule

RULE = Rule(
    code="section-47-first",
    words="The school's first new contact on a child in the window led straight to a strategy "
    "discussion or a section 47 enquiry: it may have come late.",
    fields=("settled", "day"),
    source="rules.md 4: s47 at first contact",
    decides=("s47_first",),
)


def is_enquiry(contacts: Any) -> Any:
    """Return whether a settled outcome is a child protection enquiry."""
    return contacts.settled == "CP_ENQUIRY"
