"""Unchangeable: what no amendment can change, because something done already rests on it."""

from __future__ import annotations

import re
from collections.abc import Collection

__all__ = ["unchangeable"]

_ALWAYS = {
    "equipoise": "the version of the format says how everything else is read",
    "trial.id": "it enters the key of every unit and every sealed box",
    "trial.simulated": "invented and real schools are never mixed",
}
_COMMITTED = {
    "keys": "seeds and arms are sealed to these keys",
    "design.unit.randomised": "a stage with its units is committed",
    "design.population": "a roster is committed, and it was made by these criteria",
    "design.stages.by": "a stage is committed",
    "design.periods.roll_date": "a roster is committed, with its rolls",
    "design.scheme": "a stage is committed with this scheme",
}
#: Parts of the scheme that no committed stage rests on: each has its own event, and signatures.
_LATER_STAGES = (
    "design.scheme.event",
    "design.scheme.two_signatures",
    "design.scheme.source",
    "design.scheme.assumed",
)
_FROZEN = {
    "design.contact": "the analysis set is frozen, and it was counted so",
    "design.stages.late_strata": "the analysis set is frozen, and its strata with it",
    "design.periods": "the analysis set is frozen, and it was counted in these windows",
    "design.table": "the analysis set is frozen, with these columns",
}
_ARMS = re.compile(r"design\.arms(\[[^]]*\])?(\.(id|share|intervention))?( \(order\))?")
_PERSON = re.compile(r"people\[([^]]*)\]")


def unchangeable(
    place: str, *, committed: bool, frozen: bool, signed: Collection[str]
) -> str | None:
    """Return why a place of the protocol can never change any more, or None where it can.

    Parameters
    ----------
    place
        As in a list of changes: ``design.outcomes[nfa_pupils].margin.benefit``.
    committed
        Whether a stage is committed.
    frozen
        Whether the analysis set is frozen.
    signed
        Ids of those who signed something.

    Examples
    --------
    >>> unchangeable("trial.id", committed=False, frozen=False, signed=())
    'it enters the key of every unit and every sealed box'
    >>> unchangeable("design.alpha", committed=True, frozen=True, signed=()) is None
    True
    """
    person = _PERSON.match(place)
    if person is not None:
        return f"{person[1]} has signed" if person[1] in signed else None
    reasons = dict(_ALWAYS)
    if committed:
        if _ARMS.fullmatch(place):
            return "a stage is committed with these arms"
        if not _under(place, _LATER_STAGES):
            reasons |= _COMMITTED
    if frozen:
        reasons |= _FROZEN
    return next((why for start, why in reasons.items() if _under(place, (start,))), None)


def _under(place: str, starts: Collection[str]) -> bool:
    return any(place == s or place.startswith((f"{s}.", f"{s}[", f"{s} ")) for s in starts)
