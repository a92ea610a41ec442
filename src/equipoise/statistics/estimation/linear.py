"""Weighted least squares with errors that are right for clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.compressed import FittedRows, blocks_of_rows
from equipoise.statistics.estimation.errors import CollinearError, EstimationError
from equipoise.statistics.estimation.grouping import Grouping, group_rows
from equipoise.statistics.estimation.sandwich import (
    DegreesOfFreedom,
    ErrorKind,
    Fitted,
    WorkingModel,
    sandwich,
)

COLLINEAR = 1e-7
"""A column is collinear if less than this part of its length is its own (as R's ``lm``)."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LinearFit:
    """A linear model with its robust errors.

    Attributes
    ----------
    coefficients
        Shape (p,), in units of y per unit of the column.
    vcov
        Their robust covariance matrix, shape (p, p).
    se
        Square roots of its diagonal, shape (p,).
    df
        Degrees of freedom of each coefficient's t, shape (p,); infinite for z; NaN where they
        were not asked for.
    n, clusters
        Rows and clusters (n where each row is its own).
    error, df_method, working
        The options.
    """

    coefficients: Array
    vcov: Array
    se: Array
    df: Array
    n: int
    clusters: int
    error: ErrorKind
    df_method: DegreesOfFreedom
    working: WorkingModel

    @property
    def t(self) -> Array:
        """Coefficients over their standard errors, shape (p,)."""
        return self.coefficients / self.se


@dataclass(frozen=True)
class RowFit(LinearFit):
    """A linear model fitted to rows.

    Attributes
    ----------
    residuals
        y minus the fitted values, shape (n,).
    leverage
        Diagonal of the hat matrix, absorbed strata included, shape (n,).
    """

    residuals: Array
    leverage: Array


def fit_linear(
    y: ArrayLike,
    design: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    error: ErrorKind = "hc2",
    df: DegreesOfFreedom = "satterthwaite",
    working: WorkingModel = "identity",
    df_columns: Sequence[int] | None = None,
) -> RowFit:
    """Fit a linear model by weighted least squares to rows.

    `fit_linear_moments` does the same from a cluster's moments, in a fraction of the time.

    Parameters
    ----------
    y
        Outcome, shape (n,).
    design
        Regressors, shape (n, p): the constant and stratum indicators included, unless `strata`
        are given.
    weights
        Positive, shape (n,); only their ratios matter. None means equal.
    clusters
        A label per row. None means that each row is its own cluster, which the errors ``hc2``
        and ``hc3`` are for; they are CR2 and CR3 with each row its own cluster.
    strata
        A label per row, shape (n,): the same as an indicator for each stratum in front of the
        design, of which no coefficient is given, but whose leverage is in the errors. They are
        absorbed where clusters lie in one stratum each, and put in as indicators elsewhere.
    error
        ``hc2``, ``hc3`` without clusters; ``cr0``, ``cr1``, ``cr1s``, ``cr2``, ``cr3`` with
        clusters (without, each row is its own).
    df
        ``satterthwaite`` (Bell and McCaffrey 2002), ``clusters`` (their number less one) or
        ``z``.
    working
        What CR2 and the Satterthwaite degrees of freedom take the errors' variance to be:
        ``identity``, equal variances, is the default, and the default of clubSandwich for a
        weighted ``lm``. Estimand weights (a roll, an inverse share) say whom the average is
        over, not how precise a row is. ``inverse_weights`` is for precision weights
        (clubSandwich's ``inverse_var = TRUE``). Without weights the two are one.
    df_columns
        The columns whose degrees of freedom are wanted; None means all.

    Returns
    -------
    RowFit

    Raises
    ------
    EstimationError
        Values that are not finite, weights not above zero, lengths that differ, fewer than two
        clusters, no row left over, an outcome without variation; `CollinearError` names the
        columns.

    References
    ----------
    Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for cluster-robust variance
    estimation and hypothesis testing in fixed effects models. Journal of Business & Economic
    Statistics 36(4), equations 4 to 11. R: clubSandwich 0.5.8, ``vcovCR`` and ``coef_test``.

    Examples
    --------
    >>> design = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    >>> fit = fit_linear([1.0, 2.0, 3.0, 3.0, 5.0, 7.0], design)
    >>> float(round(fit.coefficients[1], 9)), float(round(fit.se[1], 6))
    (3.0, 1.290994)
    """
    outcome, regressors, weight = _checked(y, design, weights)
    grouping = _clusters(clusters, outcome.size, error)
    within = None if strata is None else group_rows(strata, "strata")
    number = outcome.size if grouping is None else grouping.rows.size
    absorbed = None
    if within is not None:
        if within.rows.sum() != outcome.size:
            raise EstimationError("The strata must be one label per row.")
        absorbed = _strata_of_clusters(within, grouping)
        if absorbed is None:
            regressors = np.hstack([np.eye(within.rows.size)[within.number()], regressors])
    lead = 0 if within is None or absorbed is not None else within.rows.size
    parameters = regressors.shape[1] + (
        within.rows.size if within is not None and absorbed is not None else 0
    )
    if outcome.size <= parameters:
        raise EstimationError(f"{outcome.size} rows cannot carry a model of {parameters} columns.")
    equal = bool((weight == 1.0).all())
    root = np.sqrt(weight)
    lengths = np.sqrt(weight @ regressors**2)
    if within is not None and absorbed is not None:
        outcome, regressors = _demeaned(outcome, regressors, weight, within)
    basis, triangle = np.linalg.qr(regressors if equal else root[:, None] * regressors)
    refuse_collinear(np.abs(np.diag(triangle)), lengths, lead)
    inverse = np.linalg.inv(triangle)
    coefficients = inverse @ (basis.T @ (root * outcome))
    residuals = outcome - regressors @ coefficients
    # Without weights the two are one, and take the room of one.
    left = right = basis
    if not equal:
        left, right = basis / root[:, None], basis * root[:, None]
    if within is not None and absorbed is not None:
        own = 1.0 / np.sqrt(within.sum(weight))[within.number()]
        left = np.column_stack([basis if equal else left, own])
        right = left if equal else np.column_stack([right, weight * own])
    theta = np.ones_like(root) if working == "identity" else 1.0 / weight
    rows = FittedRows(left, right, residuals, theta, weight)
    fitted = Fitted(
        blocks=blocks_of_rows(rows, grouping),
        to_coefficients=inverse[lead:],
        strata=absorbed,
        clusters=number,
        n=outcome.size,
        parameters=parameters,
    )
    robust = sandwich(fitted, error, df, df_columns)
    return RowFit(
        coefficients=coefficients[lead:],
        vcov=robust.vcov,
        se=np.sqrt(np.diag(robust.vcov)),
        df=robust.df,
        n=outcome.size,
        clusters=number,
        error=error,
        df_method=df,
        working=working,
        residuals=residuals,
        leverage=np.sum(left * right, axis=1),
    )


def _checked(
    y: ArrayLike, design: ArrayLike, weights: ArrayLike | None
) -> tuple[Array, Array, Array]:
    """Check the arrays and scale the weights to a mean of one."""
    outcome = np.asarray(y, dtype=np.float64)
    regressors = np.asarray(design, dtype=np.float64)
    if outcome.ndim != 1 or regressors.ndim != 2 or regressors.shape[0] != outcome.size:
        raise EstimationError(
            f"The outcome (shape {outcome.shape}) and the design (shape {regressors.shape}) do "
            "not have the same number of rows."
        )
    weight = np.ones_like(outcome) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != outcome.shape:
        raise EstimationError("The weights must be one number per row.")
    for name, values in (("outcome", outcome), ("design", regressors), ("weights", weight)):
        if not np.isfinite(values).all():
            raise EstimationError(f"There are missing or infinite values in the {name}.")
    if outcome.size <= regressors.shape[1]:
        raise EstimationError(
            f"{outcome.size} rows cannot carry a model of {regressors.shape[1]} columns."
        )
    if (weight <= 0).any():
        raise EstimationError("Every weight must be above zero.")
    if np.ptp(outcome) == 0:
        raise EstimationError("The outcome has the same value in every row.")
    return outcome, regressors, weight / weight.mean()


def _clusters(clusters: ArrayLike | None, n: int, error: ErrorKind) -> Grouping | None:
    """Number the clusters; None where each row is its own."""
    if clusters is None:
        return None
    if error in ("hc2", "hc3"):
        raise EstimationError(f"Error {error} is for a row per unit; with clusters use cr2 or cr3.")
    grouping = group_rows(clusters)
    if grouping.rows.sum() != n:
        raise EstimationError("The clusters must be one label per row.")
    if grouping.rows.size < 2:
        raise EstimationError("There is only one cluster; an error by clusters needs at least two.")
    return None if grouping.rows.size == n else grouping


def _strata_of_clusters(within: Grouping, grouping: Grouping | None) -> NDArray[np.int64] | None:
    """Give each cluster its stratum; None where a cluster lies in several."""
    codes = within.number()
    if grouping is None:
        return codes
    strata = grouping.first(codes.astype(np.float64)).astype(np.int64)
    return strata if (grouping.spread(strata) == codes).all() else None


def _demeaned(
    outcome: Array, regressors: Array, weight: Array, within: Grouping
) -> tuple[Array, Array]:
    """Take weighted means of strata off."""
    total = within.sum(weight)

    def off(values: Array) -> Array:
        return np.asarray(values - within.spread(within.sum(weight * values) / total))

    return off(outcome), np.column_stack([off(column) for column in regressors.T])


def refuse_collinear(own: Array, lengths: Array, lead: int = 0, least: float = COLLINEAR) -> None:
    """Name the columns whose own part, beside the columns before them, is next to nothing.

    Parameters
    ----------
    own, lengths
        Length of each column's own part, and of the column, shape (p,).
    lead
        Columns in front that the caller does not know of: stratum indicators.
    least
        The smallest part that is enough.
    """
    bad = np.flatnonzero(own <= least * np.maximum(lengths, np.finfo(float).tiny))
    if bad.size:
        raise CollinearError(tuple(int(column) - lead for column in bad))
