"""Same day: several contacts of a school about one child on one day, each with its own number."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules import reason
from equipoise.authority.rules.rule import OF_NEW, Rule

RULE = Rule(
    code="same-day",
    words="Of several contacts of a school about a child on one day the one with the gravest "
    "outcome is kept and the others are repeats (`one`), of equal ones one about sexual abuse "
    "where reasons are counted, so the order of rows in the extract decides nothing; or every "
    "one of them is a new contact (`keep`).",
    fields=("urn", "child", "day", "outcome", "reason", "contact"),
    source="trial.yaml, contact.same_day",
    decides=(*OF_NEW, "repeats"),
)


def day_before(contacts: Any) -> Any:
    """Return the day of the contact that comes before in the order of those of a school and child.

    Parameters
    ----------
    contacts
        With their `gravity`: on one day the gravest comes first.
    """
    return contacts.day.lag().over(
        group_by=[contacts.urn, contacts.child],
        order_by=[
            contacts.day,
            contacts.gravity,
            reason.is_sexual_abuse(contacts).ifelse(0, 1),
            contacts.contact,
        ],
    )


def is_first(contacts: Any) -> Any:
    """Return whether a contact is the one that is kept of those of its school, child and day."""
    return (contacts.day_before < contacts.day).fill_null(True)


def is_set_aside(contacts: Any) -> Any:
    """Return whether a contact is one of the others of its day, where one a day is declared."""
    return ~contacts.first_of_day & contacts.same_day_one
