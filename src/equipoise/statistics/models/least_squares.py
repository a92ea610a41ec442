"""Least squares of rows, or of rows that were summed within clusters: the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation import (
    ClusterMoments,
    CollinearError,
    DegreesOfFreedom,
    ErrorKind,
    fit_linear,
    fit_linear_moments,
    regrouped,
    with_columns,
)
from equipoise.statistics.models.fit_rows import FitRows

Array = NDArray[np.float64]

OUTCOME, STRATA = "the outcome", "the strata"


class RowsNeededError(Exception):
    """Sums within clusters are not enough for a model; the message says why."""


@dataclass(frozen=True)
class LeastSquares:
    """A weighted least-squares fit of a table.

    Attributes
    ----------
    coefficients, se, df
        Of the constant (where there is one stratum), treatment and covariates, shape (p,).
    squares
        Weighted sum of squared residuals.
    log_weights
        Sum of the logarithms of the weights.
    outcome_mean, treated_mean
        Weighted means of the outcome, and of the treatment columns, shape (a,).
    """

    coefficients: Array
    se: Array
    df: Array
    squares: float
    log_weights: float
    outcome_mean: float
    treated_mean: Array


def least_squares(
    rows: FitRows, y: Array, weights: Array | None, error: ErrorKind, freedom: DegreesOfFreedom
) -> LeastSquares:
    """Fit rows.

    Parameters
    ----------
    rows
        Of the table.
    y, weights
        Outcome and weights, shape (n,); weights None where all are one.
    error, freedom
        As in `equipoise.statistics.estimation.fit_linear`.
    """
    stratified = len(rows.strata) > 1
    regressors = np.hstack([rows.treated, rows.covariates])
    if not stratified:
        regressors = np.hstack([np.ones((y.size, 1)), regressors])
    fit = fit_linear(
        y,
        regressors,
        weights=weights,
        clusters=None if error in ("hc2", "hc3") else rows.clusters,
        strata=rows.stratum if stratified else None,
        error=error,
        df=freedom,
    )
    w = np.ones(y.size) if weights is None else weights
    return LeastSquares(
        coefficients=fit.coefficients,
        se=fit.se,
        df=fit.df,
        squares=float(w @ fit.residuals**2),
        log_weights=float(np.log(w).sum()),
        outcome_mean=float(np.average(y, weights=w)),
        treated_mean=np.asarray(np.average(rows.treated, axis=0, weights=w)),
    )


def summed_least_squares(
    rows: FitRows, moments: ClusterMoments, error: ErrorKind, freedom: DegreesOfFreedom
) -> LeastSquares:
    """Fit rows that were summed; `moments` are theirs, with the weights of the estimand.

    Raises
    ------
    RowsNeededError
        Weights vary inside clusters, and error or degrees of freedom depend on them row by row.
    EstimationError
        As in `equipoise.statistics.estimation.fit_linear_moments`; `CollinearError` names
        positions among the coefficients.
    """
    names = [f"regressor {k}" for k in range(rows.treated.shape[1] + len(rows.covariate_names))]
    columns = dict(zip(names, summed_regressors(rows), strict=True))
    stratified = len(rows.strata) > 1
    whole = stratified and bool(rows.constant(rows.stratum[:, None].astype(np.float64)).all())
    indicators: dict[str, str | ArrayLike] = {}
    if stratified and not whole:
        indicators = {f"stratum {s}": rows.indicators()[:, s] for s in range(1, len(rows.strata))}
    levels = {STRATA: rows.stratum} if whole else {}
    cells = with_columns(moments, {**indicators, **columns, OUTCOME: moments.columns[0]})
    pooled = regrouped(cells, rows.clusters, levels)
    if pooled.weights_vary and (error == "cr2" or freedom == "satterthwaite"):
        raise RowsNeededError(
            "weights vary inside clusters, which CR2 and Satterthwaite's degrees of freedom take "
            "row by row"
        )
    lead = 0 if stratified else 1
    # Where each row is a cluster, HC2 and HC3 are CR2 and CR3.
    alike: dict[ErrorKind, ErrorKind] = {"hc2": "cr2", "hc3": "cr3"}
    try:
        fit = fit_linear_moments(
            pooled,
            OUTCOME,
            [*indicators, *columns],
            strata=pooled.levels[STRATA] if whole else None,
            error=alike.get(error, error),
            df=freedom,
            df_columns=names if stratified else None,
        )
    except CollinearError as problem:
        raise CollinearError(
            tuple(column - len(indicators) + lead for column in problem.columns)
        ) from problem
    wanted = [*range(lead), *(fit.position(name) for name in names)]
    by = moments.weight
    return LeastSquares(
        coefficients=fit.coefficients[wanted],
        se=fit.se[wanted],
        df=fit.df[wanted],
        squares=fit.squares,
        log_weights=float(moments.log_weight.sum()),
        outcome_mean=float(np.average(moments.mean[:, 0], weights=by)),
        treated_mean=np.asarray(np.average(rows.treated, axis=0, weights=by)),
    )


def summed_regressors(rows: FitRows) -> list[str | ArrayLike]:
    """Give treatment and covariates of summed rows: a column of their moments, or values."""
    assert rows.moments is not None
    inside = set(rows.moments.columns[1:])
    found: list[str | ArrayLike] = [*rows.treated.T]
    for k, name in enumerate(rows.covariate_names):
        found.append(name if name in inside else rows.covariates[:, k])
    return found
