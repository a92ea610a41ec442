"""Weighted least squares with errors that are right for clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import CollinearError, EstimationError
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
    residuals
        y minus the fitted values, shape (n,).
    leverage
        Diagonal of the hat matrix, shape (n,).
    n, clusters
        Rows and clusters (n where each row is its own).
    error, df_method, working
        The options.
    """

    coefficients: Array
    vcov: Array
    se: Array
    df: Array
    residuals: Array
    leverage: Array
    n: int
    clusters: int
    error: ErrorKind
    df_method: DegreesOfFreedom
    working: WorkingModel

    @property
    def t(self) -> Array:
        """Coefficients over their standard errors, shape (p,)."""
        return self.coefficients / self.se


def fit_linear(
    y: ArrayLike,
    design: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    error: ErrorKind = "hc2",
    df: DegreesOfFreedom = "satterthwaite",
    working: WorkingModel = "identity",
    df_columns: Sequence[int] | None = None,
) -> LinearFit:
    """Fit a linear model by weighted least squares.

    Parameters
    ----------
    y
        Outcome, shape (n,).
    design
        Regressors, the constant and stratum indicators included, shape (n, p).
    weights
        Positive, shape (n,); only their ratios matter. None means equal.
    clusters
        A label per row. None means that each row is its own cluster, which the errors ``hc2``
        and ``hc3`` are for; they are CR2 and CR3 with each row its own cluster.
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
    LinearFit

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
    codes, number = _clusters(clusters, outcome.size, error)
    root = np.sqrt(weight)
    basis, triangle = np.linalg.qr(root[:, None] * regressors)
    _refuse_collinear(triangle)
    inverse = np.linalg.inv(triangle)
    coefficients = inverse @ (basis.T @ (root * outcome))
    residuals = outcome - regressors @ coefficients
    fitted = Fitted(
        basis=basis,
        to_coefficients=inverse,
        weights=weight,
        residuals=residuals,
        clusters=codes,
        number=number,
    )
    robust = sandwich(fitted, error, df, working, df_columns)
    return LinearFit(
        coefficients=coefficients,
        vcov=robust.vcov,
        se=np.sqrt(np.diag(robust.vcov)),
        df=robust.df,
        residuals=residuals,
        leverage=np.sum(basis**2, axis=1),
        n=outcome.size,
        clusters=number,
        error=error,
        df_method=df,
        working=working,
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


def _clusters(
    clusters: ArrayLike | None, n: int, error: ErrorKind
) -> tuple[NDArray[np.int64] | None, int]:
    """Number the clusters; None where each row is its own."""
    if clusters is None:
        return None, n
    if error in ("hc2", "hc3"):
        raise EstimationError(f"Error {error} is for a row per unit; with clusters use cr2 or cr3.")
    labels, codes = np.unique(np.asarray(clusters), return_inverse=True)
    if codes.size != n:
        raise EstimationError("The clusters must be one label per row.")
    if labels.size < 2:
        raise EstimationError("There is only one cluster; an error by clusters needs at least two.")
    if labels.size == n:
        return None, n
    return codes.reshape(-1).astype(np.int64), int(labels.size)


def _refuse_collinear(triangle: Array) -> None:
    """Name the columns whose own part, beside the columns before them, is next to nothing."""
    lengths = np.sqrt(np.sum(triangle**2, axis=0))
    own = np.abs(np.diag(triangle))
    bad = np.flatnonzero(own <= COLLINEAR * np.maximum(lengths, np.finfo(float).tiny))
    if bad.size:
        raise CollinearError(tuple(int(column) for column in bad))
