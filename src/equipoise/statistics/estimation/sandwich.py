"""Cluster-robust covariance: CR0 to CR3 from one structure, with Satterthwaite degrees of freedom.

With F = X R^(-1) and B = W X R^(-1), where R'R = X'WX, the hat matrix is H = F B' and a
coefficient vector is R^(-1) B'y. A residual covariance under the working model Theta is
(I - H) Theta (I - H)'. Each kind of error only differs in the matrix A_j with which the residuals
of cluster j are corrected.

Strata that are absorbed have their columns in F and B too, but a cluster lies in one stratum, so
one column is enough for it: the last of its block. Their leverage is therefore in every error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError

ErrorKind = Literal["hc2", "hc3", "cr0", "cr1", "cr1s", "cr2", "cr3"]
DegreesOfFreedom = Literal["satterthwaite", "clusters", "z"]
WorkingModel = Literal["identity", "inverse_weights"]

NULL = 1e-10
"""Variances below this part of the working variance are zero: the fit absorbs that direction."""

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class ClusterBlock:
    """Clusters with one number of rows, s. The rows may be turned (`compressed.py`).

    Attributes
    ----------
    index
        Their numbers, shape (c,).
    regressors, influence
        Rows of F and of B, shape (c, s, l): the p columns of the design and, where strata are
        absorbed, the column of the cluster's own stratum.
    residuals
        Shape (c, s).
    theta
        Working variances, shape (c, s).
    """

    index: Whole
    regressors: Array
    influence: Array
    residuals: Array
    theta: Array


@dataclass(frozen=True)
class Fitted:
    """What a least-squares fit hands to the sandwich.

    Attributes
    ----------
    blocks
        The clusters by their number of rows.
    to_coefficients
        Shape (p', p): coefficients are this times B'y (R^(-1), or a map of it).
    strata
        Stratum of each cluster, shape (J,), where strata are absorbed; else None.
    clusters
        Their number, J.
    n, parameters
        Rows, and columns of the design, absorbed strata included.
    """

    blocks: tuple[ClusterBlock, ...]
    to_coefficients: Array
    strata: Whole | None
    clusters: int
    n: int
    parameters: int


@dataclass(frozen=True)
class Robust:
    """A robust covariance matrix (p', p') and the degrees of freedom of each coefficient (p',)."""

    vcov: Array
    df: Array


def sandwich(
    fitted: Fitted,
    error: ErrorKind,
    df: DegreesOfFreedom,
    df_columns: Sequence[int] | None = None,
) -> Robust:
    """Compute a cluster-robust covariance matrix and its degrees of freedom.

    Parameters
    ----------
    fitted
        A least-squares fit.
    error, df, df_columns
        As in `equipoise.statistics.estimation.fit_linear`.

    Returns
    -------
    Robust

    Raises
    ------
    EstimationError
        CR3 or HC3 where a cluster alone determines a coefficient.

    References
    ----------
    Pustejovsky and Tipton (2018), equations 4 (sandwich), 6 (CR2 adjustment) and 11 (degrees of
    freedom); clubSandwich 0.5.8, ``CR-adjustments.R`` and ``get_arrays.R``.

    Examples
    --------
    >>> half, ones = np.full((4, 1, 1), 0.5), np.ones((4, 1))
    >>> residuals = np.array([[-1.5], [-0.5], [0.5], [1.5]])
    >>> rows = ClusterBlock(np.arange(4), half, half, residuals, ones)
    >>> robust = sandwich(Fitted((rows,), np.array([[0.5]]), None, 4, 4, 1), "hc2", "satterthwaite")
    >>> float(round(robust.vcov[0, 0], 9)), float(round(robust.df[0], 9))
    (0.416666667, 3.0)
    """
    spread = Spread.of(fitted) if error in ("hc2", "cr2") or df == "satterthwaite" else None
    counts = [_adjust(fitted, block, spread, error) for block in fitted.blocks]
    wanted = fitted.to_coefficients.shape[0]
    scores = np.empty((fitted.clusters, wanted))
    for block, count in zip(fitted.blocks, counts, strict=True):
        scores[block.index] = np.einsum("csk,cs->ck", count, block.residuals)
    degrees = np.full(wanted, np.inf if df == "z" else fitted.clusters - 1.0)
    if df == "satterthwaite":
        degrees[:] = np.nan
        assert spread is not None
        for k in range(wanted) if df_columns is None else df_columns:
            degrees[k] = _satterthwaite(fitted, [count[:, :, k] for count in counts], spread)
    return Robust(vcov=scores.T @ scores, df=degrees)


@dataclass(frozen=True)
class Spread:
    """B' Theta B, with the columns of absorbed strata, which meet in their own stratum alone.

    Attributes
    ----------
    common
        Of the p columns of the design, shape (p, p).
    mixed, alone
        Of these with each stratum's column, and of that column, shapes (S, p) and (S,); None
        where no strata are absorbed.
    strata
        Stratum of each cluster, shape (J,); None likewise.
    """

    common: Array
    mixed: Array | None
    alone: Array | None
    strata: Whole | None

    @classmethod
    def of(cls, fitted: Fitted) -> Spread:
        """Sum over all rows."""
        p = fitted.to_coefficients.shape[1]
        common = np.zeros((p, p))
        for block in fitted.blocks:
            flat = block.influence.reshape(-1, block.influence.shape[2])[:, :p]
            common += (flat * block.theta.reshape(-1, 1)).T @ flat
        if fitted.strata is None:
            return cls(common, None, None, None)
        number = int(fitted.strata.max()) + 1
        by_cluster = np.empty((fitted.clusters, p + 1))
        for block in fitted.blocks:
            own = block.theta * block.influence[:, :, p]
            by_cluster[block.index] = np.einsum("csa,cs->ca", block.influence, own)
        sums = _within(by_cluster, fitted.strata, number)
        return cls(common, sums[:, :p], sums[:, p], fitted.strata)

    def between(self, regressors: Array, index: Whole) -> Array:
        """Give X_j S X_j' of clusters `index` with rows X_j, (c, s, l): shape (c, s, s)."""
        p = self.common.shape[0]
        own = regressors[:, :, :p]
        found = (own @ self.common) @ own.transpose(0, 2, 1)
        if self.mixed is not None and self.alone is not None and self.strata is not None:
            stratum, last = self.strata[index], regressors[:, :, p]
            across = (own @ self.mixed[stratum][:, :, None])[:, :, 0]
            across += 0.5 * self.alone[stratum][:, None] * last
            crossed = last[:, :, None] * across[:, None, :]
            found += crossed + crossed.transpose(0, 2, 1)
        return np.asarray(found)


def _within(values: Array, strata: Whole, number: int) -> Array:
    """Sum clusters, shape (J, m), within strata: shape (S, m)."""
    return np.column_stack([np.bincount(strata, column, number) for column in values.T])


def _adjust(fitted: Fitted, block: ClusterBlock, spread: Spread | None, error: ErrorKind) -> Array:
    """Say how much each row counts in each coefficient, A_j B_j R^(-T): shape (c, s, p')."""
    p = fitted.to_coefficients.shape[1]
    own = block.influence[:, :, :p]
    if error in ("hc2", "cr2"):
        assert spread is not None
        adjusted = _cr2(block, spread, own)
    elif error in ("hc3", "cr3"):
        adjusted = _cr3(block, own, error)
    else:
        clusters, n = fitted.clusters, fitted.n
        factor = {
            "cr0": 1.0,
            "cr1": clusters / (clusters - 1),
            "cr1s": clusters * (n - 1) / ((clusters - 1) * max(n - fitted.parameters, 1)),
        }[error]
        adjusted = own * np.sqrt(factor)
    return np.asarray(adjusted @ fitted.to_coefficients.T)


def _cr2(block: ClusterBlock, spread: Spread, own: Array) -> Array:
    """Apply the symmetric CR2 adjustments of clusters of one size, equation 6."""
    turned = block.influence.transpose(0, 2, 1)
    hat = (block.regressors @ turned) * block.theta[:, None, :]
    residual = spread.between(block.regressors, block.index)
    residual -= hat + hat.transpose(0, 2, 1)
    residual += block.theta[:, :, None] * np.eye(block.theta.shape[1])
    root = np.sqrt(block.theta)
    residual *= root[:, :, None] * root[:, None, :]
    least = NULL * np.max(block.theta, axis=1, keepdims=True) ** 2
    scaled = own * root[:, :, None]
    if residual.shape[1] == 1:
        values = residual[:, 0]
        adjusted = _inverse_root(values, least)[:, :, None] * scaled
    else:
        values, vectors = np.linalg.eigh(residual)
        turned_own = vectors.transpose(0, 2, 1) @ scaled
        adjusted = vectors @ (_inverse_root(values, least)[:, :, None] * turned_own)
    return np.asarray(adjusted * root[:, :, None])


def _inverse_root(values: Array, least: Array) -> Array:
    """Give 1 / sqrt(value), and zero for values that are zero."""
    kept = values > least
    return np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)


def _cr3(block: ClusterBlock, own: Array, error: ErrorKind) -> Array:
    """Apply (I - H_jj')^(-1), which leaves out each cluster in turn."""
    left = np.eye(block.theta.shape[1]) - block.influence @ block.regressors.transpose(0, 2, 1)
    single = left.shape[1] == 1
    smallest = np.abs(left).min() if single else np.linalg.svd(left, compute_uv=False).min()
    if smallest < NULL:
        raise EstimationError(
            f"Error {error} leaves out each cluster in turn, but one cluster alone determines a "
            "coefficient; use hc2 or cr2."
        )
    return np.asarray(own / left if single else np.linalg.solve(left, own))


def _satterthwaite(fitted: Fitted, counts: list[Array], spread: Spread) -> float:
    """Match two moments of one variance estimator, equation 11.

    The estimator is a sum of squares of J normal variables with covariance P = diag(d) - K,
    K = U V' + V U' over all clusters plus the same over clusters of one stratum with its column
    alone, so tr P and the sum of its squared entries need no J x J matrix.
    """
    p = fitted.to_coefficients.shape[1]
    width = fitted.blocks[0].influence.shape[2]
    d = np.empty(fitted.clusters)
    u, v = np.empty((fitted.clusters, width)), np.empty((fitted.clusters, width))
    for block, count in zip(fitted.blocks, counts, strict=True):
        weighted = block.theta * count
        d[block.index] = np.sum(weighted * count, axis=1)
        u[block.index] = np.einsum("csa,cs->ca", block.regressors, count)
        v[block.index] = np.einsum("csa,cs->ca", block.influence, weighted)
    common, ours = u[:, :p], v[:, :p] - 0.5 * u[:, :p] @ spread.common
    strata = spread.strata
    if strata is not None and spread.mixed is not None and spread.alone is not None:
        mixed, alone = spread.mixed[strata], spread.alone[strata]
        own = u[:, p]
        ours -= mixed * own[:, None]
        own_v = v[:, p] - 0.5 * alone * own
    else:
        own = own_v = np.zeros(fitted.clusters)
    own_k = 2 * np.sum(common * ours, axis=1) + 2 * own * own_v
    inner = common.T @ ours
    squares = 2 * np.sum(inner * inner.T) + 2 * np.sum((common.T @ common) * (ours.T @ ours))
    if strata is not None and spread.alone is not None:
        number, known = spread.alone.size, strata

        def within(values: Array) -> Array:
            return _within(values, known, number)

        own_1, own_2 = own[:, None], own_v[:, None]
        squares += 2 * np.sum(within(own_1 * own_2) ** 2)
        squares += 2 * np.sum(within(own_1**2) * within(own_2**2))
        crossed = within(common * own_1) * within(ours * own_2)
        crossed += within(ours * own_1) * within(common * own_2)
        squares += 4 * np.sum(crossed)
    squares += np.sum(d**2) - 2 * np.sum(d * own_k)
    return float(np.sum(d - own_k) ** 2 / squares)
