"""Re-contact: somebody contacted children's social care again after no further action."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import Rule

RULE = Rule(
    code="recontact-after-nfa",
    words="After a new contact of the school that ended in no further action (strict), anyone "
    "contacted the authority about the child on a later day within the declared number of days. "
    "Later contacts count up to the cut-off, whatever their source.",
    fields=("child", "day", "settled"),
    source="rules.md 4: re-contact within 90 days of an NFA",
    decides=("recontact_after_nfa",),
)


def next_day(days: Any) -> Any:
    """Return the child's next day of contact; `days` holds each child and day once."""
    return days.day.lead().over(group_by=days.child, order_by=days.day)


def is_recontacted(contacts: Any) -> Any:
    """Return whether a contact ended in no further action and another followed in time."""
    soon = contacts.next_day - contacts.day <= contacts.recontact_days
    return (contacts.settled == "NFA") & soon.fill_null(False)
