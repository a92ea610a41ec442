"""Concluding: from an interval to the declared class of an outcome, as the protocol spells it."""

from __future__ import annotations

from equipoise.design.protocol.outcomes import Outcome

#: Classes that the protocol spells in other words; the rest only has hyphens.
SPELT = {
    "cannot_tell_records_incomplete": "cannot-tell-records",
    "fewer_contacts_safety_not_shown": "safety-not-shown",
}


def safety_holds(outcome: Outcome, lower: float, upper: float) -> bool | None:
    """Say whether an interval excludes a worsening beyond the safety margin.

    Parameters
    ----------
    outcome
        As declared; None is returned where it has no safety margin.
    lower, upper
        The interval, in ``unit_difference`` of the outcome.
    """
    if outcome.safety is None:
        return None
    if outcome.safety.worse == "lower":
        return lower > -outcome.safety.margin
    return upper < outcome.safety.margin


def needs_safety(outcome: Outcome) -> bool:
    """Say whether benefit (fewer events) may only be claimed where safety holds."""
    counted = outcome.measure.type in ("rate", "share")
    return counted and outcome.direction == "lower" and outcome.role != "safety"


def class_of(outcome: Outcome, lower: float, upper: float, *, safe: bool | None) -> str:
    """Give the class of rules 9 of an interval, benefit turned positive.

    Parameters
    ----------
    outcome
        Its direction and margins.
    lower, upper
        The interval, in ``unit_difference``.
    safe
        Whether every safety outcome holds; None where none is declared.
    """
    # Imported here: NumPy must not be loaded to check or show a protocol.
    from equipoise.statistics.estimation import conclude, oriented

    directed = outcome.direction != "none"
    if directed:
        lower, upper = oriented(lower, upper, higher_is_better=outcome.direction == "higher")
    found = conclude(
        lower,
        upper,
        outcome.margin.benefit,
        outcome.margin.harm,
        direction="benefit" if directed else "none",
        safe=safe if needs_safety(outcome) else None,
        records_hold=None,
    )
    return SPELT.get(found.code, found.code.replace("_", "-"))
