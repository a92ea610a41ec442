"""The intention-to-treat analysis of a trial, from the opened allocation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from equipoise.core.base import Problems, ProblemsError
from equipoise.design.protocol import Outcome, Protocol
from equipoise.evaluation.analysis.allocation import checked_allocation
from equipoise.evaluation.analysis.checks import run_check
from equipoise.evaluation.analysis.classes import class_of, safety_holds
from equipoise.evaluation.analysis.contacts import contact_variants, left_out, unfitted
from equipoise.evaluation.analysis.describe import quality_by_arm
from equipoise.evaluation.analysis.models import Fitted, estimate
from equipoise.evaluation.analysis.several import adjusted_p
from equipoise.evaluation.analysis.subgroups import subgroup_effects
from equipoise.evaluation.analysis.types import (
    ArmTitle,
    CheckResult,
    EstimandWords,
    ImpactResult,
    Intercurrent,
    OutcomeResult,
    SubgroupResult,
    VariantResult,
)
from equipoise.evaluation.analysis.variants import (
    MAIN,
    Variant,
    check_plan,
    main_variant,
    variants,
)
from equipoise.evaluation.outcomes import AnalysisSet, unit_of_difference, unit_of_mean
from equipoise.statistics.estimation import EstimationError

__all__ = ["analyse", "compared_arms"]

Fits = dict[tuple[str, str, str], Fitted]
"""By outcome, compared arm and variant."""

Unfitted = dict[tuple[str, str], list[str]]
"""By outcome and compared arm, sentences about definitions that gave no estimate."""


def compared_arms(protocol: Protocol, outcome: Outcome) -> tuple[str, ...]:
    """Name the arms that an outcome's estimand compares with the reference."""
    others = tuple(arm.id for arm in protocol.design.arms if arm.id != protocol.reference.id)
    return tuple(arm for arm in others if arm in outcome.estimand.arms) or others


def analyse(
    protocol: Protocol,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    *,
    drawn: AnalysisSet | None = None,
) -> ImpactResult:
    """Analyse every declared outcome, with all that is planned beside it.

    Parameters
    ----------
    protocol
        The trial: outcomes, estimands, margins, models, sensitivity analyses, subgroups.
    data
        The frozen analysis set.
    allocation
        The opened arms, from unit (or school) to arm.
    drawn
        The analysis set before any correction, from which the arms are counted as randomised;
        the same where None.

    Returns
    -------
    ImpactResult

    Raises
    ------
    ProblemsError
        A plan that this version cannot run, an allocation that does not fit the roster, or every
        planned model that gives no estimate, with the reason of each.

    Notes
    -----
    Safety is settled first: a benefit in counted events is only called one where every safety
    outcome excludes a worsening beyond its margin (rules 4 and 9).
    """
    check_plan(protocol)
    arms = checked_allocation(protocol, drawn or data, allocation)
    problems = Problems()
    fits = _fit_all(protocol, data, arms, problems)
    subgroups = _subgroups(protocol, data, arms, problems)
    checks = _checks(protocol, data, arms, problems)
    adjusted = _adjusted(protocol, data, arms, fits, problems)
    problems.raise_if_any()
    said = _fit_contacts(protocol, data, arms, fits)
    failing = _failing(protocol, fits)
    declared = any(outcome.safety is not None for outcome in protocol.design.outcomes)
    safe = {arm: not failing[arm] if declared else None for arm in failing}
    outcomes = tuple(
        replace(
            _outcome(protocol, outcome, arm, fits, safe[arm], said[outcome.id, arm]),
            p_adjusted=adjusted.get((outcome.id, arm)),
        )
        for outcome in protocol.design.outcomes
        for arm in compared_arms(protocol, outcome)
    )
    everything = sorted({name for names in failing.values() for name in names})
    return ImpactResult(
        trial=protocol.trial.id,
        title=protocol.trial.title,
        question=protocol.trial.question,
        reference=protocol.reference.id,
        arms=_arm_titles(protocol, drawn or data, arms),
        outcomes=outcomes,
        primary=protocol.primary.id,
        subgroups=tuple(subgroups),
        safe=not everything if declared else None,
        safety_failing=tuple(everything),
        quality_by_arm=quality_by_arm(protocol, data, arms),
        records_hold=None,
        interval=protocol.design.interval,
        alpha=protocol.design.alpha,
        multiplicity=protocol.design.multiplicity,
        checks=tuple(checks),
    )


def _fit_all(
    protocol: Protocol, data: AnalysisSet, arms: Mapping[str, str], problems: Problems
) -> Fits:
    fits: Fits = {}
    for outcome in protocol.design.outcomes:
        for arm in compared_arms(protocol, outcome):
            for variant in (main_variant(protocol, outcome), *variants(protocol, outcome)):
                try:
                    found = estimate(protocol, outcome, data, variant, arms, arm=arm)
                except (EstimationError, ProblemsError) as error:
                    _note(problems, f"outcome {outcome.id}, analysis {variant.id}", error)
                else:
                    fits[outcome.id, arm, variant.id] = found
    return fits


def _fit_contacts(
    protocol: Protocol, data: AnalysisSet, arms: Mapping[str, str], fits: Fits
) -> Unfitted:
    """Add the fits under other definitions of a new contact; return what has to be said of them.

    They are fixed with the design: one that gives no estimate could not be planned away, so it is
    said and does not keep the findings back.
    """
    said: Unfitted = {}
    for outcome in protocol.design.outcomes:
        for arm in compared_arms(protocol, outcome):
            said[outcome.id, arm] = [*left_out(protocol, outcome, data)]
            for variant in contact_variants(protocol, outcome):
                try:
                    found = estimate(protocol, outcome, data, variant, arms, arm=arm)
                except EstimationError as error:
                    said[outcome.id, arm].append(unfitted(variant, error))
                else:
                    fits[outcome.id, arm, variant.id] = found
    return said


def _note(problems: Problems, place: str, error: Exception) -> None:
    if isinstance(error, ProblemsError):
        problems.extend(error.problems)
        return
    problems.add(
        file="the analysis",
        place=place,
        found=f"no estimate, because: {str(error).rstrip('.')}",
        expected="an estimate from every planned model",
        remedy="change the plan by an amendment, or correct the data by a correction",
    )


def _subgroups(
    protocol: Protocol, data: AnalysisSet, arms: Mapping[str, str], problems: Problems
) -> list[SubgroupResult]:
    found = []
    for subgroup in protocol.design.subgroups:
        for arm in compared_arms(protocol, protocol.outcome(subgroup.outcome)):
            try:
                found.append(subgroup_effects(protocol, subgroup, data, arms, arm=arm))
            except (EstimationError, ProblemsError) as error:
                _note(problems, f"subgroup {subgroup.id}", error)
    return found


def _checks(
    protocol: Protocol, data: AnalysisSet, arms: Mapping[str, str], problems: Problems
) -> list[CheckResult]:
    found = []
    for check in protocol.plan.checks:
        for arm in compared_arms(protocol, protocol.outcome(check.outcome)):
            try:
                found.append(run_check(protocol, check, data, arms, arm=arm))
            except (EstimationError, ProblemsError) as error:
                _note(problems, f"check {check.id}", error)
    return found


def _adjusted(
    protocol: Protocol,
    data: AnalysisSet,
    arms: Mapping[str, str],
    fits: Fits,
    problems: Problems,
) -> dict[tuple[str, str], float]:
    """Adjust the p values of the secondary outcomes; nothing where one of them gave none."""
    secondary = [
        (outcome, arm)
        for outcome in protocol.design.outcomes
        for arm in compared_arms(protocol, outcome)
        if outcome.role == "secondary"
    ]
    if any((outcome.id, arm, MAIN) not in fits for outcome, arm in secondary):
        return {}
    given = [(outcome, arm, fits[outcome.id, arm, MAIN].p) for outcome, arm in secondary]
    try:
        return adjusted_p(protocol, data, arms, given)
    except EstimationError as error:
        _note(problems, "design.multiplicity", error)
        return {}


def _failing(protocol: Protocol, fits: Fits) -> dict[str, list[str]]:
    """List the safety outcomes that fail, by compared arm."""
    others = [arm.id for arm in protocol.design.arms if arm.id != protocol.reference.id]
    failing: dict[str, list[str]] = {arm: [] for arm in others}
    for outcome in protocol.design.outcomes:
        for arm in compared_arms(protocol, outcome):
            fitted = fits[outcome.id, arm, MAIN]
            if safety_holds(outcome, fitted.lower, fitted.upper) is False:
                failing[arm].append(outcome.id)
    return failing


def _outcome(
    protocol: Protocol,
    outcome: Outcome,
    arm: str,
    fits: Fits,
    safe: bool | None,
    said: Sequence[str],
) -> OutcomeResult:
    fitted = fits[outcome.id, arm, MAIN]
    beside = [
        _variant(outcome, variant, fits[outcome.id, arm, variant.id], safe)
        for variant in (*variants(protocol, outcome), *contact_variants(protocol, outcome))
        if (outcome.id, arm, variant.id) in fits
    ]
    own_table = protocol.brings_table
    return OutcomeResult(
        outcome=outcome.id,
        title=outcome.title,
        role=outcome.role,
        level=outcome.level,
        arm=arm,
        reference=protocol.reference.id,
        unit=unit_of_mean(outcome, own_table=own_table),
        unit_difference=unit_of_difference(outcome, own_table=own_table),
        measure_type=outcome.measure.type,
        per=outcome.measure.per,
        direction=outcome.direction,
        estimand=_estimand(outcome, fitted),
        model=fitted.words,
        estimate=fitted.estimate,
        se=fitted.se,
        df=fitted.df,
        df_method_value=fitted.df_method,
        df_design=fitted.df_design,
        lower=fitted.lower,
        upper=fitted.upper,
        interval=protocol.design.interval,
        p=fitted.p,
        p_permutation=fitted.p_permutation,
        permutations=fitted.permutations,
        means=fitted.means,
        standardised=fitted.standardised,
        margin=outcome.margin.benefit,
        harm=outcome.margin.harm,
        margin_reason=outcome.margin.reason,
        safety_worse=None if outcome.safety is None else outcome.safety.worse,
        safety_margin=None if outcome.safety is None else outcome.safety.margin,
        safety_holds=safety_holds(outcome, fitted.lower, fitted.upper),
        conclusion=class_of(outcome, fitted.lower, fitted.upper, safe=safe),
        shown=tuple(v for v in beside if v.tier == 0),
        sensitivity=tuple(v for v in beside if v.tier > 0),
        dropped=fitted.dropped,
        rows=fitted.rows,
        clusters=fitted.clusters,
        warnings=(*fitted.notes, *said),
        marginal=fitted.marginal,
    )


def _variant(
    outcome: Outcome, variant: Variant, fitted: Fitted, safe: bool | None
) -> VariantResult:
    return VariantResult(
        id=variant.id,
        title=variant.title,
        tier=variant.tier,
        change=variant.change,
        estimate=fitted.estimate,
        se=fitted.se,
        df=fitted.df,
        lower=fitted.lower,
        upper=fitted.upper,
        p=fitted.p,
        rows=fitted.rows,
        conclusion=class_of(outcome, fitted.lower, fitted.upper, safe=safe),
    )


def _estimand(outcome: Outcome, fitted: Fitted) -> EstimandWords:
    declared = outcome.estimand
    return EstimandWords(
        population=declared.population,
        summary=declared.summary,
        average=declared.average,
        conditional=declared.conditional,
        label=declared.average if fitted.averages else "precision-weighted",
        intercurrent=tuple(Intercurrent(i.event, i.strategy) for i in declared.intercurrent),
    )


def _arm_titles(
    protocol: Protocol, data: AnalysisSet, arms: Mapping[str, str]
) -> tuple[ArmTitle, ...]:
    shares = protocol.whole_shares()
    total = sum(shares.values())
    found = []
    for arm in protocol.design.arms:
        units = sorted(unit for unit, given in arms.items() if given == arm.id)
        rows = data.schools.filter(pl.col("unit").is_in(units))
        known = rows["pupils"].null_count() == 0 and rows.height > 0
        found.append(
            ArmTitle(
                arm=arm.id,
                title=arm.title,
                share=shares[arm.id] / total,
                intervention=arm.intervention,
                units=len(units),
                schools=rows["urn"].n_unique(),
                pupils=int(rows["pupils"].sum()) if known else None,
            )
        )
    return tuple(found)
