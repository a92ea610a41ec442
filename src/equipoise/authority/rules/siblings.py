"""Siblings: one contact about a family gives a row for each of its children."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.no_further_action import CLASSES
from equipoise.authority.rules.repeat import GRAVITY
from equipoise.authority.rules.rule import OF_CONTACTS, Rule
from equipoise.authority.rules.sums import UNCLEAR, number, total

RULE = Rule(
    code="siblings",
    words="Where the trial counts one contact for a family (`one`), the new contacts of a school "
    "on one day that bear one contact number, or are of one household, are one contact, which ends "
    "as the gravest of them; where the rows of one contact number name several households, the "
    "number alone decides. Children stay distinct: every count of children is as with `each`.",
    fields=("urn", "day", "contact_id", "family", "settled"),
    source="data.md B.1: one contact per child or per family; trial.yaml, contact.siblings",
    decides=(*OF_CONTACTS, "siblings"),
)


def with_event(rows: Any) -> Any:
    """Return rows with the family event that each is of: a kind and a number."""
    of_contact = [rows.urn, rows.window, rows.day, rows.contact_id]
    rows = rows.mutate(
        least=rows.family.min().over(group_by=of_contact),
        most=rows.family.max().over(group_by=of_contact),
    )
    one_household = (rows.least == rows.most).fill_null(False)
    return rows.mutate(
        kind=one_household.ifelse(1, 0).cast("int64"),
        event=one_household.ifelse(rows.least, rows.contact_id),
    )


def ranks(codes: tuple[str, ...]) -> tuple[int, ...]:
    """Return the ranks of outcomes in the order of gravity."""
    return tuple(GRAVITY.index(code) for code in codes)


def counts(rows: Any) -> Any:
    """Count new contacts by school and window, those of a family once.

    Parameters
    ----------
    rows
        The table ``family_rows``: new contacts in their windows, a row for each child.
    """
    rows = with_event(rows)
    events = rows.group_by("urn", "window", "day", "kind", "event").aggregate(
        children=rows.count().cast("int64"), gravest=rows.gravity.min()
    )
    found = events.group_by("urn", "window").aggregate(
        contacts=events.count().cast("int64"),
        nfa_contacts_strict=number(events.gravest.isin(ranks(CLASSES["strict"]))),
        nfa_contacts_advice=number(events.gravest.isin(ranks(CLASSES["advice"]))),
        nfa_contacts_early_help=number(events.gravest.isin(ranks(CLASSES["early_help"]))),
        pending=number(events.gravest.isin(ranks(("PENDING",)))),
        unmapped=number(events.gravest.isin(ranks(UNCLEAR))),
        siblings=total(events.children - 1),
    )
    return found.order_by("urn", "window")
