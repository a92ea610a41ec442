"""Checks of a main analysis: other inference on it, and other views of what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from equipoise.core.base import sha256_hex
from equipoise.design.protocol import Check, Outcome, Protocol
from equipoise.evaluation.analysis.completed import (
    OpenRows,
    imputed,
    open_rows,
    pooled_over_imputations,
)
from equipoise.evaluation.analysis.drawing import drawing_scheme
from equipoise.evaluation.analysis.rows import main_rows
from equipoise.evaluation.analysis.types import CheckResult
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.statistics.estimation import (
    EstimationError,
    StudentisedEffect,
    invert_randomisation,
    lee_bounds,
    tipping_point,
    wild_bootstrap,
    worst_case_bounds,
)
from equipoise.statistics.models import ModelSpecification, Prepared
from equipoise.statistics.schemes import RealisedScheme, Scheme, iterate_draws

__all__ = ["run_check"]

Array = NDArray[np.float64]


def run_check(
    protocol: Protocol,
    check: Check,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    *,
    arm: str,
) -> CheckResult:
    """Run one check of an outcome's main analysis.

    Parameters
    ----------
    protocol, check
        As planned.
    data, allocation, arm
        As in `equipoise.evaluation.analysis.models.estimate`.

    Raises
    ------
    EstimationError
        In one sentence, why the check gives nothing: no outcome is missing, or what the method
        itself refuses.
    """
    outcome = protocol.outcome(check.outcome)
    main = main_rows(protocol, outcome, data, allocation, arm=arm)
    rows, spec = open_rows(main), main.spec
    head = CheckResult(
        check.id, outcome.id, arm, check.kind, None, None, None, None, None, None, 0,
        int(rows.gap.sum()), None,
    )  # fmt: skip
    seed = _seed(protocol, check)
    match check.kind:
        case "inversion" | "inversion-ratio":
            scheme = drawing_scheme(protocol, data.roster)
            return replace(_inverted(main.ready(), spec, scheme, check, head, seed), missing=0)
        case "wild-bootstrap":
            return replace(_wild(main.ready(), spec, check, head, seed), missing=0)
        case "multiple-imputation":
            pooled, _ = pooled_over_imputations(protocol, outcome, rows, spec)
            return replace(
                head,
                estimate=pooled.estimate,
                lower=pooled.lower,
                upper=pooled.upper,
                p=pooled.p,
                draws=pooled.imputations,
            )
        case "tipping-point":
            return _tipping(protocol, outcome, rows, spec, check, head)
        case "worst-case":
            return _worst(outcome, rows, spec, check, head)
    return _lee(rows, spec, check, head, seed)


def _seed(protocol: Protocol, check: Check) -> int:
    text = protocol.meaning("design") + f"\ncheck {check.id}".encode()
    return int(sha256_hex(text)[:15], 16)


def _inverted(
    ready: Prepared,
    spec: ModelSpecification,
    scheme: Scheme | None,
    check: Check,
    head: CheckResult,
    seed: int,
) -> CheckResult:
    """Give the constant effects that re-drawn allocations do not reject."""
    if ready.unit_arms is None:
        raise EstimationError("Arms vary within units, so no allocation can be re-drawn.")
    roster, analysed = ready.randomised.roster, ready.analysed_units
    used: Scheme = (
        RealisedScheme.of(roster, ready.unit_arms, ready.arms) if scheme is None else scheme
    )
    arrays = ready.arrays

    def blocks() -> Iterator[NDArray[np.int64]]:
        for block in iterate_draws(used, roster, seed, check.draws):
            yield block[:, analysed]

    def effect(y: Array) -> StudentisedEffect:
        return replace(arrays, y=y).studentised(inverse_share=spec.inverse_share)

    ratio = check.kind == "inversion-ratio"
    found = invert_randomisation(
        ready.unit_arms[analysed],
        blocks(),
        effect,
        arrays.y,
        kind="ratio" if ratio else "difference",
        alpha=spec.alpha,
    )
    return replace(
        head,
        estimate=found.estimate,
        lower=found.lower if isfinite(found.lower) else None,
        upper=found.upper if isfinite(found.upper) else None,
        p=found.p,
        draws=found.draws,
    )


def _wild(
    ready: Prepared, spec: ModelSpecification, check: Check, head: CheckResult, seed: int
) -> CheckResult:
    arrays = ready.arrays
    treated = np.column_stack([arrays.arm == k for k in arrays.indicated_arms]).astype(np.float64)
    shares = arrays.shares() if spec.inverse_share else 1.0
    found = wild_bootstrap(
        arrays.y,
        np.hstack([treated, arrays.indicators(), arrays.covariates]),
        0,
        np.arange(arrays.y.size) if arrays.units is None else arrays.units,
        weights=arrays.weights / shares,
        draws=check.draws,
        seed=seed,
        alpha=spec.alpha,
    )
    low, high = found.interval.lower, found.interval.upper
    return replace(
        head,
        estimate=found.estimate,
        lower=low if isfinite(low) else None,
        upper=high if isfinite(high) else None,
        p=found.p,
        draws=found.draws,
    )


def _tipping(
    protocol: Protocol,
    outcome: Outcome,
    rows: OpenRows,
    spec: ModelSpecification,
    check: Check,
    head: CheckResult,
) -> CheckResult:
    """Shift the imputed outcomes of the arm until the interval reaches, or leaves, zero."""
    pooled, complete = pooled_over_imputations(protocol, outcome, rows, spec)
    found = tipping_point(
        imputed(protocol, outcome, rows),
        lambda y: rows.analyse(y, spec),
        rows.treated,
        check.shifts,
        bound="lower" if pooled.estimate > 0 else "upper",
        df_complete=complete,
        alpha=spec.alpha,
    )
    return replace(
        head,
        estimate=pooled.estimate,
        lower=pooled.lower,
        upper=pooled.upper,
        p=pooled.p,
        draws=pooled.imputations,
        shift=found.delta,
    )


def _worst(
    outcome: Outcome, rows: OpenRows, spec: ModelSpecification, check: Check, head: CheckResult
) -> CheckResult:
    if not rows.gap.any():
        raise EstimationError("No outcome is missing, so there is no worst case.")
    low, high = check.range if check.range is not None else (0.0, float(outcome.measure.per or 1))
    y = rows.arrays.y
    observed = y[~rows.gap]
    if observed.min() < low or observed.max() > high:
        raise EstimationError(
            f"Outcomes lie outside {low:g} to {high:g}, within which missing ones are put; "
            "declare a wider range."
        )
    df = rows.effect(np.where(rows.gap, observed.mean(), y), spec)[2]
    found = worst_case_bounds(
        np.where(rows.gap, low, y),
        np.where(rows.gap, high, y),
        rows.treated,
        lambda outcome: rows.analyse(outcome, spec),
        df=df,
        alpha=spec.alpha,
    )
    lower, upper = found.interval
    return replace(head, lower=lower, upper=upper, low=found.lower, high=found.upper)


def _lee(
    rows: OpenRows, spec: ModelSpecification, check: Check, head: CheckResult, seed: int
) -> CheckResult:
    if not rows.gap.any():
        raise EstimationError("No outcome is missing, so there is nothing to bound.")
    found = lee_bounds(
        rows.observed(),
        rows.treated,
        rows.clusters,
        seed=seed,
        strata=rows.arrays.cells,
        weights=rows.weights(spec),
        draws=check.draws,
        alpha=spec.alpha,
    )
    lower, upper = found.interval
    return replace(
        head, lower=lower, upper=upper, low=found.lower, high=found.upper, draws=found.draws
    )
