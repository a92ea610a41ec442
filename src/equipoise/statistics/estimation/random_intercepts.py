"""Many random-intercept models at once: restricted likelihood of trials with the same clusters.

A simulation fits one model to thousands of trials. With one random intercept only the ratio of
the two variances has to be searched for, and a trial is known by its clusters' means and by its
cross-products inside clusters, summed. All trials take their Newton steps together.

With w = n / (1 + n ratio) the weight of a cluster of n rows, M the weighted cross-products of the
regressors (strata taken out, those inside clusters added) and Q the weighted residual squares,

    -2 log restricted likelihood = nu log s2 + Q / s2 + sum log(1 + n ratio) + log |M|

up to a constant, where nu is rows less coefficients and s2 the residual variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.many_inverses import many_inverses

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

STEPS = 40
"""Newton steps before trials that have not converged are left."""

SETTLED = 1e-11
"""A trial has converged when its ratio moves by less than this part of itself."""

EDGE = 1e-9
"""Ratios of the variances under this, times the mean number of rows, are tried at zero."""

JET = (1.0, -1.0, 2.0)
"""What w, w^2 and w^3 are times: a weight and its derivatives by the ratio."""


@dataclass(frozen=True)
class InterceptFits:
    """The first regressor's coefficient in each of T trials.

    Attributes
    ----------
    estimate, se, df
        With its model-based error and Satterthwaite degrees of freedom, shape (T,).
    residual, intercept
        Variances within and between clusters, shape (T,).
    boundary
        Where the variance between clusters is estimated as zero, shape (T,).
    converged
        Where the search ended at a minimum, shape (T,); elsewhere the numbers are not to be used.
    clusters, strata
        With rows, shape (T,).
    """

    estimate: Array
    se: Array
    df: Array
    residual: Array
    intercept: Array
    boundary: Truth
    converged: Truth
    clusters: Whole
    strata: Whole


@dataclass(frozen=True)
class _Point:
    """Everything at one ratio for each trial, with two derivatives by the ratio.

    Attributes
    ----------
    information
        Weighted cross-products of regressors and outcome, strata taken out, (T, k + 1, k + 1).
    log
        Both derivatives of what the clusters and the strata add to -2 log-likelihood, (T,).
    """

    information: tuple[Array, Array, Array]
    log: tuple[Array, Array]


class _Trials:
    """Trials with what does not depend on the ratio."""

    def __init__(
        self, y: Array, regressors: Sequence[Array], rows: Array, starts: Whole, within: Array
    ) -> None:
        shape = y.shape
        self.rows = np.broadcast_to(np.asarray(rows, dtype=np.float64), shape)
        self.starts, self.within = starts, within
        total = self.rows.sum(axis=1)
        # About their means, so that squares keep their digits.
        self.columns = [
            column - (np.einsum("tj,tj->t", self.rows, column) / total)[:, None]
            for column in (np.broadcast_to(given, shape) for given in (*regressors, y))
        ]
        q = len(self.columns)
        self.pairs = [(a, b) for a in range(q) for b in range(a, q)]
        products = [self.columns[a] * self.columns[b] for a, b in self.pairs]
        self.products = np.stack(products, axis=-1)
        present = self.rows > 0
        self.clusters = present.sum(axis=1)
        self.filled = np.add.reduceat(present.astype(np.int64), starts, axis=1) > 0
        self.strata = self.filled.sum(axis=1)
        self.mean_rows = total / np.maximum(self.clusters, 1)
        self.freedom = total - self.strata - (q - 1)

    def at(self, ratio: Array) -> _Point:
        """Evaluate all trials."""
        weight = self._weights(ratio)
        whole = self._products(weight)
        size, *sums = self._by_stratum(weight)
        taken, log = self._strata(size, sums)
        information = (
            whole[0] - taken[0] + self.within,
            whole[1] - taken[1],
            whole[2] - taken[2],
        )
        own = weight[:, :2].sum(axis=2)
        return _Point(information, (own[:, 0] + log[0], log[1] - own[:, 1]))

    def _weights(self, ratio: Array) -> Array:
        """Give w, its square and its cube, (T, 3, J): by the ratio w' = -w^2 and w'' = 2 w^3."""
        weight = np.empty((self.rows.shape[0], 3, self.rows.shape[1]))
        np.multiply(self.rows, ratio[:, None], out=weight[:, 0])
        weight[:, 0] += 1.0
        np.divide(self.rows, weight[:, 0], out=weight[:, 0])
        np.multiply(weight[:, 0], weight[:, 0], out=weight[:, 1])
        np.multiply(weight[:, 1], weight[:, 0], out=weight[:, 2])
        return weight

    def _products(self, weight: Array) -> list[Array]:
        """Sum cross-products over all clusters: value and derivatives, (T, q, q) each."""
        both, q = weight @ self.products, len(self.columns)
        jets = []
        for order, factor in enumerate(JET):
            square = np.empty((weight.shape[0], q, q))
            for k, (a, b) in enumerate(self.pairs):
                square[:, a, b] = square[:, b, a] = factor * both[:, order, k]
            jets.append(square)
        return jets

    def _by_stratum(self, weight: Array) -> list[Array]:
        """Sum the constant and each column within strata, with derivatives, (T, 3, S) each."""
        factor = np.asarray(JET)[:, None]
        weighted = [weight, *(weight * column[:, None, :] for column in self.columns)]
        return [factor * np.add.reduceat(part, self.starts, axis=2) for part in weighted]

    def _strata(
        self, size: Array, sums: list[Array]
    ) -> tuple[tuple[Array, Array, Array], tuple[Array, Array]]:
        """Give what the strata take from the information, and add to the log-likelihood."""
        s0 = np.where(self.filled, size[:, 0], 1.0)
        s1, s2 = size[:, 1], size[:, 2]
        u0, u1, u2 = (np.stack([part[:, k] for part in sums], axis=1) for k in range(3))
        mean = u0 / s0[:, None]
        bend = u1 - mean * s1[:, None]
        turned = mean.transpose(0, 2, 1)
        first, second = u1 @ turned, u2 @ turned
        first = first + first.transpose(0, 2, 1) - (mean * s1[:, None]) @ turned
        second = second + second.transpose(0, 2, 1) - (mean * s2[:, None]) @ turned
        second += 2.0 * (bend / s0[:, None]) @ bend.transpose(0, 2, 1)
        slope = s1 / s0
        log = slope.sum(axis=1), (s2 / s0 - slope**2).sum(axis=1)
        return (u0 @ turned, first, second), log


@dataclass(frozen=True)
class _Slopes:
    """Coefficients and squares of each trial at a point, and the derivatives of its deviance.

    Attributes
    ----------
    beta, inverse
        Coefficients, (T, k), and the inverse of the regressors' information, (T, k, k).
    bend
        Derivative of that information, (T, k, k).
    squares
        Residual squares with both derivatives, (T,).
    log
        Derivatives of all else, (T,).
    sound
        Where the information can be inverted, (T,).
    """

    beta: Array
    inverse: Array
    bend: Array
    squares: tuple[Array, Array, Array]
    log: tuple[Array, Array]
    sound: Truth

    @classmethod
    def of(cls, point: _Point) -> _Slopes:
        """Solve for the coefficients, which move with the ratio and do not move the squares."""
        value, first, second = point.information
        inverse, sound = many_inverses(value[:, :-1, :-1])
        beta = (inverse @ value[:, :-1, -1:])[:, :, 0]
        along = np.concatenate([-beta, np.ones((beta.shape[0], 1))], axis=1)
        moved = (first @ along[:, :, None])[:, :, 0]
        own = moved[:, :-1]
        squares = (
            np.einsum("ta,tab,tb->t", along, value, along),
            np.einsum("ta,ta->t", along, moved),
            np.einsum("ta,tab,tb->t", along, second, along)
            - 2.0 * np.einsum("ta,tab,tb->t", own, inverse, own),
        )
        bend = first[:, :-1, :-1]
        turn = inverse @ bend
        log = (
            point.log[0] + np.trace(turn, axis1=1, axis2=2),
            point.log[1]
            + np.einsum("tab,tba->t", inverse, second[:, :-1, :-1])
            - np.einsum("tab,tba->t", turn, turn),
        )
        return cls(beta, inverse, bend, squares, log, sound)

    def profiled(self, freedom: Array) -> tuple[Array, Array]:
        """Give both derivatives of the deviance with the residual variance at its best."""
        q0, q1, q2 = self.squares
        slope = q1 / q0
        return self.log[0] + freedom * slope, self.log[1] + freedom * (q2 / q0 - slope**2)


def fit_random_intercepts(
    y: Array,
    regressors: Sequence[Array],
    rows: Array | Whole,
    *,
    starts: Whole,
    within: Array,
    ratio: float = 0.05,
) -> InterceptFits:
    """Fit one random-intercept model to many trials by restricted likelihood.

    Parameters
    ----------
    y
        Mean outcome of each of J clusters in each of T trials, shape (T, J), finite also where a
        cluster has no rows.
    regressors
        Means of the k regressors, the wanted one first, each of shape (T, J) or (J,). Strata go
        without saying.
    rows
        Rows of each cluster, shape (J,) or (T, J); none where it is absent from a trial.
    starts
        First cluster of each stratum, shape (S,); clusters of a stratum stand together. One
        stratum is a constant.
    within
        Cross-products of regressors and outcome about the clusters' means, summed over clusters,
        shape (T, k + 1, k + 1), the outcome last.
    ratio
        Of the variance between clusters to that within, to start from, above zero.

    Returns
    -------
    InterceptFits
        Equal to what `fit_mixed` gives for each trial.

    References
    ----------
    Bates, Mächler, Bolker and Walker (2015), Journal of Statistical Software 67(1), section 3;
    Kuznetsova, Brockhoff and Christensen (2017), Journal of Statistical Software 82(13), section
    2, for the degrees of freedom.

    Examples
    --------
    >>> y, arm = np.array([[2.0, 6.0, 6.0, 10.0]]), np.array([0.0, 0.0, 1.0, 1.0])
    >>> within = np.array([[[0.0, 0.0], [0.0, 14.0]]])
    >>> fits = fit_random_intercepts(
    ...     y, [arm], np.full(4, 2), starts=np.array([0]), within=within, ratio=1.0
    ... )
    >>> fits.estimate.round(6).tolist(), fits.df.round(6).tolist()
    ([4.0], [2.0])
    """
    with np.errstate(all="ignore"):
        trials = _Trials(y, regressors, np.asarray(rows), starts, within)
        found, settled, edge = _search(trials, ratio)
        return _told(trials, _Slopes.of(trials.at(found)), found, settled, edge)


def _search(trials: _Trials, start: float) -> tuple[Array, Truth, Truth]:
    """Find each trial's ratio; say where it settled, and where at zero."""
    at = np.full(trials.rows.shape[0], float(start))
    settled = np.zeros(at.size, dtype=np.bool_)
    for _ in range(STEPS):
        first, second = _Slopes.of(trials.at(at)).profiled(trials.freedom)
        newton = np.where(second > 0, -first / second, np.where(first > 0, -at, at))
        moved = np.where(settled, at, at + np.clip(newton, -0.9 * at, 3.0 * at))
        settled |= np.abs(moved - at) <= SETTLED * at
        settled |= ~np.isfinite(moved) | (moved * trials.mean_rows < EDGE)
        at = moved
        if settled.all():
            break
    sound = settled & np.isfinite(at)
    low = sound & (at * trials.mean_rows < EDGE)
    at = np.where(low | ~sound, 0.0, at)
    edge = low & (_Slopes.of(trials.at(at)).profiled(trials.freedom)[0] >= 0)
    return at, sound & (edge | ~low), edge


def _told(
    trials: _Trials, here: _Slopes, ratio: Array, settled: Truth, edge: Truth
) -> InterceptFits:
    """Give the wanted coefficient with its error and degrees of freedom.

    The variance of the coefficient is matched in two moments by its slopes along the logarithm of
    the residual variance and along the ratio, and by the curvature of the deviance there.
    """
    q0, q1, q2 = here.squares
    freedom = trials.freedom
    residual = q0 / freedom
    variance = residual * here.inverse[:, 0, 0]
    line = here.inverse[:, 0, :]
    slope = -residual * np.einsum("ta,tab,tb->t", line, here.bend, line)
    crossed, curved = -q1 / residual, q2 / residual + here.log[1]
    determinant = freedom * curved - crossed**2
    spread = variance**2 * curved - 2.0 * variance * slope * crossed + slope**2 * freedom
    df = np.where(edge, freedom, variance**2 * determinant / spread)
    sound = settled & here.sound & (freedom > 0) & (variance > 0) & (edge | (determinant > 0))
    return InterceptFits(
        estimate=here.beta[:, 0],
        se=np.sqrt(variance),
        df=df,
        residual=residual,
        intercept=residual * ratio,
        boundary=edge,
        converged=sound & np.isfinite(df),
        clusters=trials.clusters,
        strata=trials.strata,
    )
