"""Attended: by which school a contact counts, the one that made it or the one attended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from equipoise.authority.rules.definitions import Definitions, Window
from equipoise.authority.rules.engine import Answer, Rows, added
from equipoise.authority.rules.events import ReferralSpan, setting_rows, window_rows
from equipoise.authority.rules.rule import OF_NEW, Rule

RULE = Rule(
    code="attended",
    words="A contact by a school counts for the school that made it; or, where the trial says "
    "so, for the one on whose roll the child was on that day, whatever organisation was typed. "
    "The two never fill each other's gaps.",
    fields=("by_school", "urn", "resolution", "attended", "linkage"),
    source="rules.md 4: made_by and attended are two fields",
    decides=(*OF_NEW, "open_case", "repeats"),
)
#: How a contact was linked to a roll: by which number, or by date of birth, names and postcode.
WAYS = ("upn", "temporary-upn", "former-upn", "details")
#: The child was on a roll, of a school that the roster does not have.
ELSEWHERE = "elsewhere"
#: Why a contact could not be linked.
LOST: Mapping[str, str] = {
    "two-schools": "the child was on the rolls of two schools, and neither is the main one",
    "not-on-roll-then": "the child is on a roll, but was not on that day",
    "unknown-upn": "no roll has the number",
    "invalid-upn": "the number is no unique pupil number: its form or its check letter is wrong",
    "no-upn": "no number is recorded",
    "unclear": "date of birth, names and postcode fit no child of the roll, or several",
}


def of_school(events: Any) -> Any:
    """Return events whose school is the one by which the definitions count."""
    linked = events.attended.notnull()
    elsewhere = (events.linkage == ELSEWHERE).ifelse("not-a-school", "unresolved")
    found = linked.ifelse("matched", elsewhere)
    return events.mutate(
        urn=events.by_attended.ifelse(events.attended, events.urn),
        resolution=(events.by_attended & events.by_school).ifelse(found, events.resolution),
    )


@dataclass(frozen=True)
class LinkageCount:
    """Contacts of schools in a window, by settled outcome and what linking to rolls gave.

    Attributes
    ----------
    window, outcome
        Which.
    linkage
        One of `WAYS`, `ELSEWHERE`, or a key of `LOST`.
    contacts
        How many, up to the cut-off; open cases and repeats are among them.
    """

    window: str
    outcome: str
    linkage: str
    contacts: int


def count_linkage(
    ask: Callable[[str, Mapping[str, Rows]], Iterable[Answer]],
    windows: Sequence[Window],
    definitions: Definitions,
    extract_date: date,
    referrals: ReferralSpan | None = None,
) -> tuple[LinkageCount, ...]:
    """Count what linking the contacts of schools to rolls gave, by window and outcome.

    Parameters
    ----------
    ask
        Answers a query over what was stored, part after part (`RowStore.ask`).
    windows, definitions, extract_date, referrals
        As for `count_records`.
    """
    settings = setting_rows(definitions, extract_date, referrals)
    tables = {"windows": window_rows(windows), "settings": settings}
    return tuple(
        LinkageCount(str(window), str(outcome), str(linkage), int(contacts or 0))
        for window, outcome, linkage, contacts in added(
            "linkage_counts", ask("linkage_counts", tables)
        )
        if linkage
    )
