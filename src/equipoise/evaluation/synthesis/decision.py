"""The decision rule of the protocol, applied to one trial."""

from __future__ import annotations

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol import Protocol
from equipoise.evaluation.analysis import ImpactResult, OutcomeResult, VariantResult
from equipoise.evaluation.synthesis.money import cost_beside_effect
from equipoise.evaluation.synthesis.perception import perceived_beside_measured
from equipoise.evaluation.synthesis.types import DecisionReason, DecisionResult
from equipoise.programme.costs import CostResult
from equipoise.programme.process import ThemeResult

__all__ = ["decide", "primary_result"]

INCOMPLETE = frozenset({"no-worthwhile-effect", "no-worthwhile-benefit-harm-not-ruled-out",
                        "benefit-too-small", "no-worthwhile-difference"})  # fmt: skip
"""Classes with a bound between no effect and M: incomplete records could have hidden more."""


def primary_result(impact: ImpactResult) -> OutcomeResult:
    """Give the primary outcome, of the first compared arm.

    Raises
    ------
    ProblemsError
        Findings without the primary outcome.
    """
    for outcome in impact.outcomes:
        if outcome.outcome == impact.primary:
            return outcome
    raise ProblemsError(
        [
            Problem(
                "results/impact.json",
                "outcomes",
                f"no outcome {impact.primary}",
                "the primary outcome",
                "analyse the trial again",
            )
        ]
    )


def decide(
    protocol: Protocol,
    impact: ImpactResult,
    themes: ThemeResult | None = None,
    costs: CostResult | None = None,
) -> DecisionResult:
    """Apply the declared rule, with its grounds, and set perception and money beside it.

    Parameters
    ----------
    protocol
        Declares the rule: classes of the primary outcome on which to continue and to stop.
    impact
        The findings.
    themes
        What those who took part said; None without a process evaluation.
    costs
        What it cost; None without.

    Returns
    -------
    DecisionResult
        The decision follows from the class of the primary outcome alone; the other grounds are
        shown beside it and change nothing.

    Raises
    ------
    ProblemsError
        Findings without the primary outcome.
    """
    primary = primary_result(impact)
    rule = protocol.design.decision
    decision: str = rule.otherwise
    if primary.conclusion in rule.continue_if:
        decision = "continue"
    elif primary.conclusion in rule.stop_if:
        decision = "stop"
    return DecisionResult(
        trial=impact.trial,
        rule=rule.rule,
        decision=decision,
        outcome=primary.outcome,
        conclusion=primary.conclusion,
        reasons=(
            _main_reason(primary),
            *_safety(impact),
            *_permutation(primary, impact.alpha),
            *_beside("definition-disagrees", primary, primary.shown),
            *_beside("sensitivity-disagrees", primary, primary.sensitivity),
            *_records(primary, impact),
        ),
        perceived=perceived_beside_measured(themes, primary),
        cost=cost_beside_effect(primary, impact, costs),
    )


def _reason(
    code: str,
    outcome: OutcomeResult,
    *,
    analysis: str | None = None,
    conclusion: str | None = None,
    lower: float | None = None,
    upper: float | None = None,
    bound: float | None = None,
    unit: str | None = None,
) -> DecisionReason:
    return DecisionReason(code, outcome.outcome, analysis, conclusion, lower, upper, bound, unit)


def _main_reason(primary: OutcomeResult) -> DecisionReason:
    return _reason(
        "primary-class",
        primary,
        conclusion=primary.conclusion,
        lower=primary.lower,
        upper=primary.upper,
        bound=primary.margin,
        unit=primary.unit_difference,
    )


def _safety(impact: ImpactResult) -> list[DecisionReason]:
    found = [
        _reason(
            "safety-holds" if outcome.safety_holds else "safety-fails",
            outcome,
            conclusion=outcome.conclusion,
            lower=outcome.lower,
            upper=outcome.upper,
            bound=outcome.safety_margin,
            unit=outcome.unit_difference,
        )
        for outcome in impact.outcomes
        if outcome.safety_holds is not None
    ]
    return found or [_reason("safety-not-declared", primary_result(impact))]


def _permutation(primary: OutcomeResult, alpha: float) -> list[DecisionReason]:
    p = primary.p_permutation
    if p is None or (p < alpha) == (primary.p < alpha):
        return []
    return [_reason("permutation-disagrees", primary, bound=alpha)]


def _beside(
    code: str, primary: OutcomeResult, analyses: tuple[VariantResult, ...]
) -> list[DecisionReason]:
    return [
        _reason(
            code,
            primary,
            analysis=variant.id,
            conclusion=variant.conclusion,
            lower=variant.lower,
            upper=variant.upper,
            bound=primary.margin,
            unit=primary.unit_difference,
        )
        for variant in analyses
        if variant.conclusion != primary.conclusion
    ]


def _records(primary: OutcomeResult, impact: ImpactResult) -> list[DecisionReason]:
    if impact.records_hold is None and primary.conclusion in INCOMPLETE:
        return [_reason("records-not-corrected", primary, conclusion=primary.conclusion)]
    return []
