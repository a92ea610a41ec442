"""Weighted least squares from clusters' moments, with errors that are right for clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.compressed import frames_of_moments
from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.grouping import Grouping, group_rows
from equipoise.statistics.estimation.linear import LinearFit, refuse_collinear
from equipoise.statistics.estimation.moments import ClusterMoments
from equipoise.statistics.estimation.sandwich import (
    ClusterBlock,
    DegreesOfFreedom,
    ErrorKind,
    Fitted,
    WorkingModel,
    sandwich,
)

CONSTANT = "constant"
"""Name of the first coefficient of a model without strata."""

COLLINEAR = 3e-7
"""As for rows, but the square of it must stand clear of the rounding of a cross-product."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NamedLinearFit(LinearFit):
    """A linear model fitted to moments.

    Attributes
    ----------
    columns
        Names of the coefficients: ``constant`` first where there are no strata.
    squares
        Weighted sum of squared residuals.
    """

    columns: tuple[str, ...]
    squares: float

    def position(self, column: str) -> int:
        """Give the position of a coefficient."""
        return self.columns.index(column)


@dataclass(frozen=True)
class NormalEquations:
    """Weighted cross-products of a regression, strata taken off.

    Attributes
    ----------
    deviations
        Cluster means of regressors and outcome less those of their stratum, shape (J, p + 1).
    products
        Cross-products of regressors and outcome within strata, shape (p + 1, p + 1).
    root
        Upper triangle R with R'R = X'X, of the regressors, shape (p, p).
    coefficients
        Shape (p,).
    strata
        Groups of clusters; one group without strata.
    total
        Weight of each stratum.
    centre
        Overall weighted means of regressors and outcome, shape (p + 1,).
    """

    deviations: Array
    products: Array
    root: Array
    coefficients: Array
    strata: Grouping
    total: Array
    centre: Array


def fit_linear_moments(
    moments: ClusterMoments,
    outcome: str,
    regressors: Sequence[str],
    *,
    strata: ArrayLike | None = None,
    error: ErrorKind = "cr2",
    df: DegreesOfFreedom = "satterthwaite",
    working: WorkingModel = "identity",
    df_columns: Sequence[str] | None = None,
) -> NamedLinearFit:
    """Fit a linear model by weighted least squares to clusters' moments.

    Exact: the same numbers as `fit_linear` gives from the rows, but in a time that depends on
    the number of clusters and not of rows.

    Parameters
    ----------
    moments
        Of rows, or of counts.
    outcome, regressors
        Names of columns. The constant goes without saying.
    strata
        A label per cluster, shape (J,) (``moments.levels["authority"]``): absorbed, and their
        leverage is in every error.
    error
        ``cr0``, ``cr1``, ``cr1s``, ``cr2`` or ``cr3``.
    df, working
        As in `fit_linear`.
    df_columns
        The coefficients whose degrees of freedom are wanted; None means all.

    Raises
    ------
    EstimationError
        As in `fit_linear`; and CR2, or Satterthwaite degrees of freedom at equal working
        variances, under weights that vary inside a cluster, for which moments are not enough.

    References
    ----------
    As `fit_linear`. That absorbed strata must count in the leverage: Pustejovsky and Tipton
    (2018), theorem 2 (which makes an exception only for CR2 under the true working model).

    Examples
    --------
    >>> moments = ClusterMoments.from_rows(
    ...     {"y": [1.0, 3.0, 2.0, 4.0, 4.0, 8.0], "arm": [0, 0, 0, 0, 1, 1]}, [1, 1, 2, 2, 3, 4]
    ... )
    >>> fit = fit_linear_moments(moments, "y", ["arm"])
    >>> fit.columns, fit.coefficients.round(6).tolist()
    (('constant', 'arm'), [2.5, 3.5])
    """
    _check(moments, error, df, working)
    at = [*(moments.position(name) for name in regressors), moments.position(outcome)]
    equations = normal_equations(moments, at, strata, COLLINEAR)
    p, n = len(regressors), int(moments.rows.sum())
    groups = equations.strata.rows.size
    if n <= p + groups:
        raise EstimationError(f"{n} rows cannot carry a model of {p + groups} columns.")
    inverse = np.asarray(np.linalg.inv(equations.root))
    block = _block(moments, equations, at, inverse, working)
    names = tuple(regressors)
    if strata is None:
        # The stratum's column is the constant, of the columns less their means.
        back = np.eye(p + 1)
        back[0, 1:] = -equations.centre[:-1]
        own = np.zeros((p + 1, p + 1))
        own[0, 0] = 1.0 / np.sqrt(equations.total[0])
        own[1:, 1:] = inverse
        inverse = np.asarray(back @ own)
        constant = equations.centre[-1] - equations.centre[:-1] @ equations.coefficients
        coefficients = np.concatenate([[constant], equations.coefficients])
        names = (CONSTANT, *names)
        last = [p, *range(p)]
        block = ClusterBlock(
            block.index,
            block.regressors[:, :, last],
            block.influence[:, :, last],
            block.residuals,
            block.theta,
        )
    else:
        coefficients = equations.coefficients
    fitted = Fitted(
        blocks=(block,),
        to_coefficients=inverse,
        strata=None if strata is None else equations.strata.number(),
        clusters=moments.weight.size,
        n=n,
        parameters=p + groups,
    )
    wanted = None if df_columns is None else [names.index(name) for name in df_columns]
    robust = sandwich(fitted, error, df, wanted)
    return NamedLinearFit(
        coefficients=coefficients,
        vcov=robust.vcov,
        se=np.sqrt(np.diag(robust.vcov)),
        df=robust.df,
        n=n,
        clusters=moments.weight.size,
        error=error,
        df_method=df,
        working=working,
        columns=names,
        squares=float(
            equations.products[-1, -1] - equations.coefficients @ equations.products[:-1, -1]
        ),
    )


def normal_equations(
    moments: ClusterMoments, at: Sequence[int], strata: ArrayLike | None, least: float
) -> NormalEquations:
    """Solve a regression of the last of the columns `at` on the others, within strata.

    Parameters
    ----------
    moments, strata
        As in `fit_linear_moments`.
    at
        Positions of regressors and, last, the outcome.
    least
        The smallest part of a column's length that must be its own.

    Raises
    ------
    EstimationError
        An outcome without variation, or strata that are not one label per cluster.
    """
    weight = moments.weight
    j = weight.size
    grouping = group_rows(np.zeros(j, dtype=np.int64) if strata is None else strata, "strata")
    if grouping.rows.sum() != j:
        raise EstimationError("The strata must be one label per cluster.")
    total = grouping.sum(weight)
    origin = weight @ moments.mean / weight.sum()
    centre = origin[at]
    scatter = moments.scatter.sum(axis=0)[np.ix_(at, at)]
    centred = moments.about(origin)[:, at]
    overall = scatter + (weight[:, None] * centred).T @ centred
    within = grouping.sum(weight[:, None] * centred)
    deviations = centred - grouping.spread(within / total[:, None])
    products = scatter + (weight[:, None] * deviations).T @ deviations
    if overall[-1, -1] <= 1e-28 * weight.sum() * centre[-1] ** 2:
        raise EstimationError("The outcome has the same value in every row.")
    lengths = np.sqrt(np.diag(overall) + weight.sum() * centre**2)
    root = _triangle(products[:-1, :-1], lengths[:-1], least)
    half = np.linalg.solve(root.T, products[:-1, -1])
    coefficients = np.asarray(np.linalg.solve(root, half))
    return NormalEquations(deviations, products, root, coefficients, grouping, total, centre)


def _triangle(products: Array, lengths: Array, least: float) -> Array:
    """Give R with R'R = X'X column by column, and name the collinear columns."""
    p = products.shape[0]
    root, own = np.zeros((p, p)), np.empty(p)
    for k in range(p):
        for i in range(k):
            if own[i] > 0:
                root[i, k] = (products[i, k] - root[:i, i] @ root[:i, k]) / root[i, i]
        square = products[k, k] - root[:k, k] @ root[:k, k]
        own[k] = np.sqrt(max(square, 0.0))
        # A column constant in strata is nothing beside its length, not beside its deviations.
        if own[k] <= least * max(lengths[k], 0.0) or own[k] ** 2 <= least**2 * products[k, k]:
            own[k] = 0.0
        root[k, k] = own[k]
    refuse_collinear(own, lengths, least=least)
    return root


def _check(
    moments: ClusterMoments, error: ErrorKind, df: DegreesOfFreedom, working: WorkingModel
) -> None:
    """Refuse what moments cannot give."""
    if error in ("hc2", "hc3"):
        raise EstimationError(f"Error {error} is for a row per unit; with clusters use cr2 or cr3.")
    if moments.weight.size < 2:
        raise EstimationError("There is only one cluster; an error by clusters needs at least two.")
    equal = df == "satterthwaite" and working == "identity"
    if moments.weights_vary and (error == "cr2" or equal):
        raise EstimationError(
            "The weights vary inside clusters, for which moments are not enough: fit the rows "
            "with fit_linear, or use cr3 with degrees of freedom by clusters."
        )


def _block(
    moments: ClusterMoments,
    equations: NormalEquations,
    at: Sequence[int],
    inverse: Array,
    working: WorkingModel,
) -> ClusterBlock:
    """Turn clusters into a few rows each, by their moments alone."""
    whitened = moments.weights_vary
    frames = frames_of_moments(moments, list(at[:-1]), whitened=whitened)
    turned = np.concatenate(
        [(frames.level[:, None] * equations.deviations)[:, None], frames.within[:, :, at]], axis=1
    )
    residuals = turned[:, :, -1] - turned[:, :, :-1] @ equations.coefficients
    own = np.zeros((*turned.shape[:2], 1))
    own[:, 0, 0] = frames.level / equations.strata.spread(np.sqrt(equations.total))
    left = np.concatenate([turned[:, :, :-1] @ inverse, own], axis=2)
    theta = np.ones_like(residuals)
    if working == "inverse_weights":
        theta /= frames.weight[:, None]
    return ClusterBlock(
        np.arange(moments.weight.size), left, left * frames.weight[:, None, None], residuals, theta
    )
