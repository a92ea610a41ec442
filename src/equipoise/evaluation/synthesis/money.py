"""Money beside effect: a cost per event averted, only where there is an effect to divide by."""

from __future__ import annotations

from equipoise.evaluation.analysis import ImpactResult, OutcomeResult
from equipoise.evaluation.synthesis.types import CostBesideEffect
from equipoise.programme.costs import CostResult

__all__ = ["cost_beside_effect"]


def cost_beside_effect(
    primary: OutcomeResult, impact: ImpactResult, costs: CostResult | None
) -> CostBesideEffect:
    """Divide cost by effect, or say why not.

    The effect of a rate times the mean roll of the intervention schools is the number of events
    that one school averts in the outcome window; recurring pence per school a year over that number
    is pence per event. The interval only carries the effect's uncertainty.

    Parameters
    ----------
    primary
        The primary outcome.
    impact
        The findings; its arms give the mean roll.
    costs
        Cost per school and pupil; None without.

    Returns
    -------
    CostBesideEffect
    """
    school = None if costs is None else costs.recurring_pence_per_school_year
    pupil = None if costs is None else costs.recurring_pence_per_pupil_year
    arm = next(arm for arm in impact.arms if arm.arm == primary.arm)
    reason = _why_not(primary, school, arm.pupils)
    if reason is not None or school is None or arm.pupils is None or primary.per is None:
        return CostBesideEffect(
            outcome=primary.outcome,
            shown=False,
            reason=reason or "not-a-count",
            pence_per_school_year=_number(school),
            pence_per_pupil_year=_number(pupil),
            averted_per_school=None,
            averted_lower=None,
            averted_upper=None,
            pence_per_event=None,
            pence_lower=None,
            pence_upper=None,
            event=None,
        )
    members = arm.pupils / arm.schools / primary.per
    averted, least, most = (-b * members for b in (primary.estimate, primary.upper, primary.lower))
    if primary.direction == "higher":
        averted, least, most = -averted, -most, -least
    return CostBesideEffect(
        outcome=primary.outcome,
        shown=True,
        reason="shown",
        pence_per_school_year=_number(school),
        pence_per_pupil_year=_number(pupil),
        averted_per_school=averted,
        averted_lower=least,
        averted_upper=most,
        pence_per_event=school / averted,
        pence_lower=school / most,
        pence_upper=school / least,
        event=primary.unit.split(" per ")[0],
    )


def _number(pence: int | None) -> float | None:
    return None if pence is None else float(pence)


def _why_not(primary: OutcomeResult, school: int | None, pupils: int | None) -> str | None:
    if school is None:
        return "no-costs"
    if primary.direction == "none":
        return "no-direction"
    if primary.measure_type != "rate" or not pupils:
        return "not-a-count"
    if primary.lower <= 0 <= primary.upper:
        return "interval-includes-no-effect"
    better = primary.upper < 0 if primary.direction == "lower" else primary.lower > 0
    return None if better else "effect-is-harm"
