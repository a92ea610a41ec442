"""Break-even: whether the findings rule out that the programme pays for itself in events."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.design.power import break_even
from equipoise.design.protocol import Protocol
from equipoise.evaluation.analysis import ImpactResult
from equipoise.evaluation.synthesis.decision import primary_result
from equipoise.programme.costs import CostResult
from equipoise.statistics.estimation import oriented

__all__ = ["BreakEvenResult", "break_even_beside_effect"]


@result("synthesis.break-even", version=1)
@dataclass(frozen=True)
class BreakEvenResult:
    """The declared break-even effect beside the interval of the primary outcome.

    Attributes
    ----------
    outcome, unit_difference
        The primary outcome, and the unit of the effects.
    verdict
        ``ruled-out``: the interval lies below the break-even effect; ``reached``: it lies at or
        above it; ``open``: it holds it.
    verdict_lowest, verdict_highest
        The same for the dearest and the cheapest event that was declared; None where none was.
    firm
        Whether all verdicts are the same.
    effect, lowest, highest
        The break-even effect, and its range over the costs of an event that were declared.
    benefit_lower, benefit_upper
        Interval of the effect, turned so that benefit is positive.
    interval
        Its level.
    school_pence, event_pence
        Cost for a school over the outcome's window and of one event, as declared before the
        findings.
    pupils_per_school
        Mean roll of the intervention arm's schools.
    price_year, source, assumed
        Whose prices, where the costs come from, and whether something in them is assumed.
    effect_as_spent
        The break-even effect with the recurring cost of a school and year as it was spent; None
        without a cost sheet.
    """

    outcome: str
    unit_difference: str
    verdict: str
    verdict_lowest: str | None
    verdict_highest: str | None
    firm: bool
    effect: float
    lowest: float | None
    highest: float | None
    benefit_lower: float
    benefit_upper: float
    interval: float
    school_pence: int
    event_pence: int
    pupils_per_school: float
    price_year: str
    source: str
    assumed: bool
    effect_as_spent: float | None


def break_even_beside_effect(
    protocol: Protocol, impact: ImpactResult, costs: CostResult | None = None
) -> BreakEvenResult | None:
    """Set the declared break-even effect beside the findings.

    Returns
    -------
    BreakEvenResult or None
        None where no costs were declared, or the arm's pupils are not known.
    """
    primary = primary_result(impact)
    arm = next(one for one in impact.arms if one.arm == primary.arm)
    if arm.pupils is None or not arm.schools or primary.direction == "none":
        return None
    roll = arm.pupils / arm.schools
    declared = break_even(protocol, roll)
    if declared is None:
        return None
    lower, upper = oriented(
        primary.lower, primary.upper, higher_is_better=primary.direction == "higher"
    )
    verdict = _verdict(lower, upper, declared.effect)
    ends = [None if end is None else _verdict(lower, upper, end)
            for end in (declared.lowest, declared.highest)]  # fmt: skip
    spent = None if costs is None else costs.recurring_pence_per_school_year
    return BreakEvenResult(
        outcome=primary.outcome,
        unit_difference=primary.unit_difference,
        verdict=verdict,
        verdict_lowest=ends[0],
        verdict_highest=ends[1],
        firm=all(end in (None, verdict) for end in ends),
        effect=declared.effect,
        lowest=declared.lowest,
        highest=declared.highest,
        benefit_lower=lower,
        benefit_upper=upper,
        interval=primary.interval,
        school_pence=round(declared.school_cost * 100),
        event_pence=round(declared.event_cost * 100),
        pupils_per_school=roll,
        price_year=declared.price_year,
        source=declared.source,
        assumed=declared.assumed,
        effect_as_spent=(
            None
            if spent is None
            else declared.effect * float(spent) / round(declared.school_cost * 100)
        ),
    )


def _verdict(lower: float, upper: float, effect: float) -> str:
    """Place an interval, benefit positive, against the break-even effect."""
    if upper < effect:
        return "ruled-out"
    return "reached" if lower >= effect else "open"
