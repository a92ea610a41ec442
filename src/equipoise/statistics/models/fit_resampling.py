"""Permutation tests and bootstraps of a table's treatment effect."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    EstimationError,
    GeneralisedMixedFit,
    StratifiedEffect,
    parametric_bootstrap,
    randomisation_test,
    wild_bootstrap,
)
from equipoise.statistics.models.arrays import TrialArrays
from equipoise.statistics.models.fit_count_models import trials_and_offset
from equipoise.statistics.models.fit_linear_models import (
    estimand_weights,
    linear_outcome,
    unequal_shares,
)
from equipoise.statistics.models.fit_report import Resampled
from equipoise.statistics.models.fit_rows import FitRows
from equipoise.statistics.models.fit_specification import FitSpecification
from equipoise.statistics.schemes import (
    RealisedScheme,
    Roster,
    SchemeError,
    enumerate_allocations,
    iterate_draws,
)

Statistic = Callable[[NDArray[np.int64]], NDArray[np.float64]]


def permute(rows: FitRows, spec: FitSpecification) -> Resampled:
    """Test the sharp null hypothesis over draws that keep each stratum's numbers of each arm.

    The statistic is the studentised least-squares effect on the outcome (over trials where there
    are any), whatever the model: covariates are refitted for each draw. Where there are no more
    allocations than draws, all are compared with.

    Raises
    ------
    EstimationError
        A treatment without arms, or that varies within clusters.
    """
    if rows.arm is None:
        raise EstimationError(
            f"A permutation test needs arms; treatment {spec.treatment!r} is a number of many "
            "values (name --reference to compare them as arms)."
        )
    if rows.unit_arm is None or rows.unit_stratum is None:
        raise EstimationError(
            f"Treatment {spec.treatment!r} or its strata vary within clusters of "
            f"{spec.cluster!r}; --permutations needs treatment and strata of whole clusters."
        )
    units = rows.unit_arm.size
    roster = Roster.build([f"{k:012d}" for k in range(units)], rows.unit_stratum.tolist())
    scheme = RealisedScheme.of(roster, rows.unit_arm, rows.treatment.arms)
    statistic = _statistic(rows, spec)
    order = rows.unit if rows.row_per_cluster else np.unique(rows.unit)
    try:
        every = enumerate_allocations(scheme, roster, limit=spec.permutations)
    except SchemeError:
        blocks = (
            block[:, order] for block in iterate_draws(scheme, roster, spec.seed, spec.permutations)
        )
        test = randomisation_test(rows.unit_arm[order], blocks, statistic)
    else:
        blocks = (block[:, order] for block in (every.allocations,))
        test = randomisation_test(rows.unit_arm[order], blocks, statistic, exact=True)
    kind = "studentised least-squares effect, clusters permuted within strata"
    return Resampled(kind, test.draws, test.exact, test.p, None, None)


def _statistic(rows: FitRows, spec: FitSpecification) -> Statistic:
    """Give t as a function of allocations of the analysed clusters."""
    assert rows.arm is not None
    y = linear_outcome(rows)
    weights, _ = estimand_weights(rows, spec) if spec.model == "ols" else (None, "")
    shares = unequal_shares(rows)
    inverse = spec.model == "ols" and spec.estimand is not None and shares is not None
    if inverse and weights is not None and shares is not None:
        # The statistic takes the shares of each draw, not those of the trial.
        weights = weights * shares
    treatment = rows.treatment
    plain = rows.covariates.shape[1] == 0 and weights is None
    if plain and rows.row_per_cluster:
        return StratifiedEffect(
            y, rows.stratum, treatment.compared, treatment.reference, len(treatment.arms)
        )
    return TrialArrays(
        y=y,
        arm=rows.arm,
        arms=len(treatment.arms),
        compared=treatment.compared,
        reference=treatment.reference,
        cells=rows.stratum,
        covariates=rows.covariates,
        weights=np.ones(y.size) if weights is None else weights,
        units=None if rows.row_per_cluster else rows.clusters,
    ).studentised(inverse_share=inverse)


def bootstrap(
    rows: FitRows, spec: FitSpecification, counts: GeneralisedMixedFit | None
) -> Resampled:
    """Bootstrap the coefficient: restricted wild for least squares, parametric for counts."""
    column = len(rows.strata)
    if counts is None:
        weights, _ = estimand_weights(rows, spec)
        wild = wild_bootstrap(
            linear_outcome(rows),
            rows.design(),
            column,
            rows.clusters,
            weights=weights,
            draws=spec.bootstrap,
            seed=spec.seed,
            alpha=spec.alpha,
        )
        kind = f"restricted wild cluster bootstrap, {wild.weights} weights"
        bounds = (wild.interval.lower, wild.interval.upper)
        return Resampled(kind, wild.draws, wild.exact, wild.p, bounds, None)
    trials, offset = trials_and_offset(rows, counts.family)
    drawn = parametric_bootstrap(
        counts,
        rows.y,
        rows.design(),
        rows.clusters,
        column=column,
        replicates=spec.bootstrap,
        seed=spec.seed,
        trials=trials,
        offset=offset,
        level=rows.level,
        alpha=spec.alpha,
    )
    used = drawn.replicates - drawn.failed
    kind = "parametric bootstrap, percentile interval"
    return Resampled(kind, used, False, None, (drawn.lower, drawn.upper), drawn.se)
