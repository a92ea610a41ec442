"""Cluster-robust covariance: CR0 to CR3 from one structure, with Satterthwaite degrees of freedom.

Everything is written in the orthonormal basis Q of the weighted design: with F = W^(-1/2) Q and
B = Q' W^(1/2), the hat matrix is H = F B and a coefficient vector is R^(-1) B y. A residual
covariance under the working model Theta is (I - H) Theta (I - H)'. Each kind of error only
differs in the matrix A_j with which the residuals of cluster j are corrected.
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


@dataclass(frozen=True)
class Fitted:
    """What a least-squares fit hands to the sandwich.

    Attributes
    ----------
    basis
        Q, shape (n, p), of the weighted design W^(1/2) X = Q R.
    to_coefficients
        R^(-1), shape (p, p).
    weights
        Mean one, shape (n,).
    residuals
        Shape (n,).
    clusters
        Cluster number of each row, shape (n,); None where each row is its own.
    number
        Clusters.
    """

    basis: Array
    to_coefficients: Array
    weights: Array
    residuals: Array
    clusters: NDArray[np.int64] | None
    number: int

    def sum_by_cluster(self, values: Array) -> Array:
        """Sum rows, shape (n, k), within clusters: shape (clusters, k)."""
        if self.clusters is None:
            return values
        total = np.zeros((self.number, values.shape[1]))
        np.add.at(total, self.clusters, values)
        return total


@dataclass(frozen=True)
class Robust:
    """A robust covariance matrix (p, p) and the degrees of freedom of each coefficient (p,)."""

    vcov: Array
    df: Array


def sandwich(
    fitted: Fitted,
    error: ErrorKind,
    df: DegreesOfFreedom,
    working: WorkingModel = "identity",
    df_columns: Sequence[int] | None = None,
) -> Robust:
    """Compute a cluster-robust covariance matrix and its degrees of freedom.

    Parameters
    ----------
    fitted
        A least-squares fit.
    error, df, working, df_columns
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
    >>> q, r = np.linalg.qr(np.ones((4, 1)))
    >>> residuals = np.array([-1.5, -0.5, 0.5, 1.5])
    >>> fit = Fitted(q, np.linalg.inv(r), np.ones(4), residuals, None, 4)
    >>> robust = sandwich(fit, "hc2", "satterthwaite")
    >>> float(round(robust.vcov[0, 0], 9)), float(round(robust.df[0], 9))
    (0.416666667, 3.0)
    """
    root = np.sqrt(fitted.weights)
    regressors = fitted.basis / root[:, None]
    influence = fitted.basis * root[:, None]
    theta = np.ones_like(root) if working == "identity" else 1.0 / fitted.weights
    spread = (influence * theta[:, None]).T @ influence
    adjusted = _adjust(fitted, regressors, influence, theta, spread, error)
    # Row i, column k: how much the residual i counts in coefficient k.
    counts = adjusted @ fitted.to_coefficients.T
    scores = fitted.sum_by_cluster(counts * fitted.residuals[:, None])
    p = counts.shape[1]
    if df == "satterthwaite":
        columns = range(p) if df_columns is None else df_columns
        degrees = np.full(p, np.nan)
        for k in columns:
            degrees[k] = _satterthwaite(fitted, regressors, influence, theta, spread, counts[:, k])
    else:
        degrees = np.full(p, np.inf if df == "z" else fitted.number - 1.0)
    return Robust(vcov=scores.T @ scores, df=degrees)


def _adjust(
    fitted: Fitted,
    regressors: Array,
    influence: Array,
    theta: Array,
    spread: Array,
    error: ErrorKind,
) -> Array:
    """Correct the influence of each row: A_j B_j' for each cluster, shape (n, p)."""
    n, p = influence.shape
    clusters = fitted.number
    if error == "cr0":
        return influence
    if error == "cr1":
        return np.asarray(influence * np.sqrt(clusters / (clusters - 1)))
    if error == "cr1s":
        return np.asarray(influence * np.sqrt(clusters * (n - 1) / ((clusters - 1) * (n - p))))
    adjusted = influence.copy()
    single, several = _by_size(fitted)
    leverage = np.sum(regressors[single] * influence[single], axis=1)
    if error in ("hc2", "cr2"):
        own = theta[single] * (1 - 2 * leverage)
        own += np.sum((regressors[single] @ spread) * regressors[single], axis=1)
        kept = own > NULL * theta[single]
        factor = np.where(kept, np.sqrt(theta[single] / np.where(kept, own, 1.0)), 0.0)
        adjusted[single] *= factor[:, None]
        for rows in several:
            matrix = _cr2(regressors[rows], influence[rows], theta[rows], spread)
            adjusted[rows] = matrix @ influence[rows]
        return adjusted
    if (1 - leverage < NULL).any():
        raise _undetermined(error)
    adjusted[single] /= (1 - leverage)[:, None]
    for rows in several:
        left = np.eye(rows.shape[1]) - influence[rows] @ regressors[rows].transpose(0, 2, 1)
        if np.linalg.svd(left, compute_uv=False).min() < NULL:
            raise _undetermined(error)
        adjusted[rows] = np.linalg.solve(left, influence[rows])
    return adjusted


def _by_size(fitted: Fitted) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """Part the rows that are clusters of their own from the larger clusters.

    The latter come as one array of shape (clusters, size) for each size, so that clusters of
    one size are corrected at once.
    """
    if fitted.clusters is None:
        return np.arange(fitted.weights.size), []
    sizes = np.bincount(fitted.clusters, minlength=fitted.number)
    groups = np.split(np.argsort(fitted.clusters, kind="stable"), np.cumsum(sizes)[:-1])
    by_size = {
        int(size): np.stack([groups[j] for j in np.flatnonzero(sizes == size)])
        for size in np.unique(sizes)
    }
    single = by_size.pop(1, np.empty((0, 1), dtype=np.int64))[:, 0]
    return single, list(by_size.values())


def _cr2(regressors: Array, influence: Array, theta: Array, spread: Array) -> Array:
    """Give the symmetric CR2 adjustments of clusters of one size, equation 6.

    Shapes: (clusters, size, p) twice, (clusters, size), (p, p); (clusters, size, size) out.
    """
    turned = regressors.transpose(0, 2, 1)
    hat = (regressors @ influence.transpose(0, 2, 1)) * theta[:, None, :]
    residual = regressors @ spread @ turned - hat - hat.transpose(0, 2, 1)
    residual += theta[:, :, None] * np.eye(theta.shape[1])
    root = np.sqrt(theta)
    frame = root[:, :, None] * root[:, None, :]
    values, vectors = np.linalg.eigh(frame * residual)
    kept = values > NULL * np.max(theta, axis=1, keepdims=True) ** 2
    power = np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    return np.asarray(((vectors * power[:, None, :]) @ vectors.transpose(0, 2, 1)) * frame)


def _satterthwaite(
    fitted: Fitted,
    regressors: Array,
    influence: Array,
    theta: Array,
    spread: Array,
    count: Array,
) -> float:
    """Match two moments of one variance estimator, equation 11.

    The estimator is a sum of squares of J normal variables with covariance
    P = diag(d) - U V' - V U' + U S U', so tr P and the sum of its squared entries need no
    J x J matrix.
    """
    d = fitted.sum_by_cluster((theta * count**2)[:, None])[:, 0]
    u = fitted.sum_by_cluster(regressors * count[:, None])
    v = fitted.sum_by_cluster(influence * (theta * count)[:, None])
    p = u.shape[1]
    left = np.hstack([u, v])
    core = np.block([[spread, -np.eye(p)], [-np.eye(p), np.zeros((p, p))]])
    low_rank = np.sum((left @ core) * left, axis=1)
    cross = core @ (left.T @ left)
    squares = np.sum(d**2) + 2 * np.sum(d * low_rank) + np.sum(cross * cross.T)
    return float(np.sum(d + low_rank) ** 2 / squares)


def _undetermined(error: ErrorKind) -> EstimationError:
    return EstimationError(
        f"Error {error} leaves out each cluster in turn, but one cluster alone determines a "
        "coefficient; use hc2 or cr2."
    )
