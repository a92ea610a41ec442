"""Open case: a contact on a child whose case is open is information, not a new contact."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import OF_NEW, Rule

RULE = Rule(
    code="open-case",
    words="A contact on a case that is open at the time is set aside, where the trial says so.",
    fields=("open_case",),
    source="data.md B.1: authorities differ in whether they count these",
    decides=(*OF_NEW, "open_case"),
)


def is_set_aside(contacts: Any) -> Any:
    """Return whether a school's contact is set aside as one on an open case."""
    return contacts.open_case & contacts.open_cases_set_aside
