"""The words for units: what a count counts, and what a mean or a difference is measured in."""

from __future__ import annotations

from equipoise.design.protocol import Outcome
from equipoise.design.protocol.names import CONTACT_COUNTS

__all__ = ["event_noun", "unit_of_difference", "unit_of_mean"]


def event_noun(name: str | None, *, own_table: bool = False) -> str:
    """Name what a count counts.

    Examples
    --------
    >>> event_noun("nfa_any_strict"), event_noun("nfa_contacts_strict")
    ('pupils', 'contacts')
    """
    if own_table:
        return "events"
    return "contacts" if name in CONTACT_COUNTS else "pupils"


def _per(outcome: Outcome, own_table: bool) -> str:
    measure = outcome.measure
    below = event_noun(measure.denominator, own_table=own_table)
    if measure.denominator == "pupils":
        below = "on the roll"
    elif own_table:
        below = "members"
    events = event_noun(measure.numerator, own_table=own_table)
    return f"{events} per {measure.per or 1:,} {below}"


def unit_of_mean(outcome: Outcome, *, own_table: bool = False) -> str:
    """Name the unit of an arm's mean.

    Parameters
    ----------
    outcome
        As declared.
    own_table
        Whether the trial brings its own outcome table, whose counts are not contacts.

    Returns
    -------
    str
        As ``"pupils per 1,000 on the roll"`` or ``"per cent of contacts"``.
    """
    measure = outcome.measure
    if measure.unit is not None:
        return str(measure.unit)
    if measure.type in ("score", "value"):
        return "points"
    if measure.per == 100:
        noun = "members" if own_table else event_noun(measure.denominator)
        return f"per cent of {noun}"
    return _per(outcome, own_table)


def unit_of_difference(outcome: Outcome, *, own_table: bool = False) -> str:
    """Name the unit of a difference between arms; ``"percentage points"`` for per cents."""
    measure = outcome.measure
    if measure.unit is None and measure.type in ("rate", "share") and measure.per == 100:
        return "percentage points"
    return unit_of_mean(outcome, own_table=own_table)
