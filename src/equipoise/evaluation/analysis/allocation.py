"""The opened allocation, set against the roster before anything is estimated."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.core.base import Problems
from equipoise.design.protocol import Protocol
from equipoise.evaluation.outcomes import AnalysisSet

__all__ = ["checked_allocation"]


def checked_allocation(
    protocol: Protocol, data: AnalysisSet, allocation: Mapping[str, str]
) -> dict[str, str]:
    """Give the arm of every randomised unit, in order of unit.

    Parameters
    ----------
    protocol
        Declares the arms.
    data
        Its roster says who was randomised.
    allocation
        From unit to arm; schools of a unit may stand in it beside the unit, with the same arm.

    Raises
    ------
    ProblemsError
        A unit without arm, an arm that is not declared or has no unit, a unit that was not
        randomised, a school in another arm than its unit.
    """
    problems = Problems()

    def add(place: str, found: str, expected: str) -> None:
        problems.add(
            file="the allocation",
            place=place,
            found=found,
            expected=expected,
            remedy="open the allocation that was drawn for this roster",
        )

    units = data.roster["unit"].to_list()
    unit_of = dict(data.schools.select("urn", "unit").iter_rows())
    declared = [arm.id for arm in protocol.design.arms]
    for unit in units:
        if unit not in allocation:
            add(f"unit {unit}", "no arm", "an arm for every randomised unit")
    known = set(units)
    for name in sorted(allocation):
        arm = allocation[name]
        if arm not in declared:
            add(f"unit {name}", f"arm {arm}", "one of " + ", ".join(declared))
        if name in known:
            continue
        if name not in unit_of:
            add(f"unit {name}", "a unit of no roster", "randomised units only")
        elif allocation.get(unit_of[name], arm) != arm:
            add(f"school {name}", f"arm {arm}", f"the arm of its unit {unit_of[name]}")
    used = set(allocation.values())
    for arm in declared:
        if arm not in used:
            add(f"arm {arm}", "no unit", "units in every declared arm")
    problems.raise_if_any()
    return {unit: allocation[unit] for unit in sorted(units)}
