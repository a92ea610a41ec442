"""Least squares of a table, with robust errors; the outcome and weights of linear models."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    ClusterMoments,
    DegreesOfFreedom,
    ErrorKind,
    EstimationError,
)
from equipoise.statistics.models.fit_rows import FitRows
from equipoise.statistics.models.fit_specification import FitSpecification
from equipoise.statistics.models.fitted import Fitted, identity_effect, named
from equipoise.statistics.models.least_squares import least_squares, summed_least_squares

Array = NDArray[np.float64]

ROUNDING = 1e-14
"""Residuals of this share of the outcome are none."""

SMALL_STRATUM = 10
"""Under this many clusters in a stratum CR0 and CR1 are known to reject too often."""


def linear_outcome(rows: FitRows) -> Array:
    """Give the outcome of a linear model: that of the table, over trials where there are any."""
    return rows.y if rows.trials is None else rows.y / rows.trials


def unequal_shares(rows: FitRows) -> Array | None:
    """Give each row's realised share of its arm in its stratum where shares differ, else None.

    Shares are counted in clusters, in rows where treatment or strata vary in clusters.
    """
    if rows.arm is None or len(rows.strata) == 1:
        return None
    whole = rows.constant(np.column_stack([rows.treated, rows.stratum])).all()
    first = np.unique(rows.clusters, return_index=True)[1] if whole else np.arange(rows.y.size)
    counts = np.zeros((len(rows.strata), len(rows.treatment.arms)))
    np.add.at(counts, (rows.stratum[first], rows.arm[first]), 1.0 if whole else rows.each)
    share = counts / counts.sum(axis=1, keepdims=True)
    if np.ptp(share, axis=0).max() < 1e-12:
        return None
    return np.asarray(share[rows.stratum, rows.arm])


def estimand_weights(rows: FitRows, spec: FitSpecification) -> tuple[Array | None, str]:
    """Weigh rows for a least-squares estimand, and say what it is.

    Raises
    ------
    EstimationError
        A pupil-average of rows that are clusters, without their numbers of pupils.
    """
    number = rows.trials if rows.trials is not None else np.ones(rows.y.size)
    weights = np.ones(rows.y.size) if rows.weights is None else rows.weights
    shares = unequal_shares(rows)
    if spec.estimand is None:
        if rows.weights is not None:
            label = f"weighted by {spec.weights}"
        else:
            label = "school-average" if rows.row_per_cluster else "row-average"
        if shares is not None:
            label += ", strata counting by n p (1 - p) of the realised shares"
        return rows.weights, label
    if spec.estimand == "pupil-average":
        if rows.row_per_cluster and rows.trials is None and rows.weights is None:
            raise EstimationError(
                "A pupil-average of rows that are schools needs their numbers of pupils: name "
                "--trials or --weights."
            )
        weights = weights * number
    else:
        base = weights * number
        weights = base / np.bincount(rows.clusters, weights=base)[rows.clusters]
    return (weights if shares is None else weights / shares), spec.estimand


def estimand_moments(rows: FitRows, spec: FitSpecification) -> ClusterMoments:
    """Weigh the moments of summed rows as `estimand_weights` weighs rows."""
    assert rows.moments is not None
    moments = rows.moments
    if spec.estimand is None:
        return moments
    if spec.estimand == "school-average":
        total = np.bincount(rows.clusters, weights=moments.weight)
        moments = moments.reweighted(1.0 / total[rows.clusters])
    shares = unequal_shares(rows)
    return moments if shares is None else moments.reweighted(1.0 / shares)


def fit_ols(rows: FitRows, spec: FitSpecification) -> Fitted:
    """Fit by weighted least squares."""
    weights, estimand = estimand_weights(rows, spec)
    error = cast(ErrorKind, spec.error or ("hc2" if rows.row_per_cluster else "cr2"))
    if error in ("hc2", "hc3") and not rows.row_per_cluster:
        raise EstimationError(
            f"Error {error} is for a row per cluster; here clusters have several rows, so name "
            "cr2 or cr3."
        )
    freedom = cast(DegreesOfFreedom, "z" if spec.freedom == "design" else spec.freedom)
    names = (*rows.treatment.names, *rows.covariate_names)
    stratified = len(rows.strata) > 1
    lead = () if stratified else ("constant",)
    with named([*lead, *names]):
        if rows.moments is None:
            fit = least_squares(rows, linear_outcome(rows), weights, error, freedom)
        else:
            fit = summed_least_squares(rows, estimand_moments(rows, spec), error, freedom)
    n = rows.analysed
    _refuse_exact(rows, weights, fit.squares)
    parameters = fit.coefficients.size + (len(rows.strata) if stratified else 0)
    loglik = 0.5 * (fit.log_weights - n * (np.log(2 * np.pi * fit.squares / n) + 1))
    marginal = None
    if rows.arm is not None:
        position = len(lead)
        step = rows.treatment.high - rows.treatment.low
        to = np.zeros(rows.treated.shape[1])
        to[0] = rows.treatment.low
        shift = (fit.treated_mean - to) @ fit.coefficients[position : position + to.size]
        at_reference = fit.outcome_mean - float(shift)
        marginal = identity_effect(at_reference, fit.coefficients[position], fit.se[position], step)
    return Fitted(
        names=(*lead, *names),
        coefficients=fit.coefficients,
        se=fit.se,
        df=fit.df,
        wanted=len(lead),
        error=error,
        family="gaussian",
        estimand=estimand,
        marginal=marginal,
        marginal_average=estimand,
        icc=None,
        icc_scale=None,
        variance={spec.cluster: None, "residual": fit.squares / (n - parameters)},
        dispersion=None,
        loglik=loglik,
        n_trials=rows.n_trials,
        warnings=_small_strata(rows, error),
    )


def _refuse_exact(rows: FitRows, weights: Array | None, squares: float) -> None:
    """Refuse a fit whose residuals are what rounding leaves of the outcome."""
    total = rows.analysed if weights is None else float(rows.each @ weights)
    if squares <= total * (ROUNDING * np.abs(linear_outcome(rows)).max()) ** 2:
        raise EstimationError("The model fits every row exactly, so there is no error.")


def _small_strata(rows: FitRows, error: str) -> tuple[str, ...]:
    """Warn of CR0 and CR1 in strata of few clusters (rules 6)."""
    if error not in ("cr0", "cr1", "cr1s"):
        return ()
    pairs = np.unique(np.column_stack([rows.clusters, rows.stratum]), axis=0)
    smallest = int(np.bincount(pairs[:, 1]).min())
    if smallest >= SMALL_STRATUM:
        return ()
    return (
        f"Error {error} rejects too often where a stratum has under {SMALL_STRATUM} clusters "
        f"(here {smallest}); use cr2 or a permutation test.",
    )
