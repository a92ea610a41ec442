"""New contact: a contact by a school of the roster, neither on an open case nor a repeat."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import OF_NEW, Rule

RULE = Rule(
    code="new-contact",
    words="A contact whose source is one of the declared codes of schools and whose organisation "
    "is a school of the roster, received on a day of the window and not after the cut-off, is a "
    "new contact of that school unless another rule sets it aside.",
    fields=("by_school", "urn", "day"),
    source="rules.md 4: at least one new contact in the period",
    decides=(*OF_NEW, "open_case", "repeats"),
)


def is_of_school(events: Any) -> Any:
    """Return whether a contact was made by a school that is known."""
    return events.by_school & events.urn.notnull()
