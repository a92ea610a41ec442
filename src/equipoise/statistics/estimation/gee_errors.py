"""Covariance of estimating equations: robust, and corrected for few clusters.

With H_i = D_i M D_i'V_i^(-1) the leverage of cluster i and Q_i = D_i'V_i^(-1) D_i M, any function
f gives D_i'V_i^(-1) f(H_i) = f(Q_i) D_i'V_i^(-1). So the corrections of Mancl and DeRouen,
f = (1 - x)^(-1), and of Kauermann and Carroll, f = (1 - x)^(-1/2), act on the score of a cluster,
a vector of length p, however many pupils there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError

GeeError = Literal["robust", "md", "kc", "fg"]

WHOLE = 1 - 1e-9
"""A leverage above this: the cluster alone determines a combination of coefficients."""
CHUNK = 2_000_000
"""Numbers that the informations of clusters may take at a time."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class GeeScores:
    """What the covariance needs of a fit, without the dispersion, which cancels.

    Attributes
    ----------
    by_cluster
        s_i = D_i'V_i^(-1)(y_i - mu_i), shape (G, p).
    information
        The sum of D_i'V_i^(-1)D_i, shape (p, p).
    rows, sums, sign, starts
        A cluster's own information is the sum over its cells of r r' less sign t t', with r the
        cells' `rows`, shape (cells, p), from `starts`, shape (G,), and t its `sums`, (G, p).
    """

    by_cluster: Array
    information: Array
    rows: Array
    sums: Array
    sign: float
    starts: NDArray[np.int64]


def gee_covariance(scores: GeeScores, error: GeeError, bound: float) -> Array:
    """Give the covariance of the coefficients.

    Parameters
    ----------
    scores
        Of a fit that has converged.
    error, bound
        As in `equipoise.statistics.estimation.fit_gee`.

    Returns
    -------
    ndarray
        Shape (p, p).

    Raises
    ------
    EstimationError
        ``md`` or ``kc`` where a cluster alone determines a coefficient.

    References
    ----------
    Liang and Zeger (1986), equation 8; Mancl, L. A. and DeRouen, T. A. (2001), Biometrics 57(1),
    section 3; Kauermann, G. and Carroll, R. J. (2001), Journal of the American Statistical
    Association 96(456), section 3 (the square root form); Fay, M. P. and Graubard, B. I. (2001),
    Biometrics 57(4), section 2.2.
    """
    inverse = np.linalg.inv(scores.information)
    if error == "robust":
        bread = inverse @ scores.by_cluster.T
    elif error == "fg":
        # The diagonal of each cluster's information times the inverse needs neither as a whole.
        share = scores.rows * (scores.rows @ inverse)
        if share.shape[0] > scores.starts.size:
            share = np.add.reduceat(share, scores.starts, axis=0)
        share -= scores.sign * scores.sums * (scores.sums @ inverse)
        bread = inverse @ (scores.by_cluster / np.sqrt(1 - np.minimum(bound, share))).T
    else:
        power = -1.0 if error == "md" else -0.5
        # M = L L'; in these coordinates Q_i is the symmetric L' I_i L.
        root = np.linalg.inv(np.linalg.cholesky(scores.information)).T
        bread = root @ _corrected(scores, root, power).T
    return np.asarray(bread @ bread.T)


def _corrected(scores: GeeScores, root: Array, power: float) -> Array:
    """Give (I - Q_i)^power s_i of each cluster in the coordinates of `root`, shape (G, p)."""
    turned = scores.by_cluster @ root
    if scores.rows.shape[0] == scores.starts.size:
        # One cell a cluster: everything lies along one direction.
        own = np.sum((scores.rows @ root) ** 2, axis=1)
        own -= scores.sign * np.sum((scores.sums @ root) ** 2, axis=1)
        _refuse_whole(float(own.max()))
        return np.asarray(turned * ((1 - own) ** power)[:, None])
    found = np.empty_like(turned)
    for part, informations in _informations(scores):
        values, vectors = np.linalg.eigh(root.T @ informations @ root)
        _refuse_whole(float(values.max()))
        along = np.einsum("gij,gi->gj", vectors, turned[part]) * (1 - values) ** power
        found[part] = np.einsum("gij,gj->gi", vectors, along)
    return found


def _informations(scores: GeeScores) -> Iterator[tuple[slice, Array]]:
    """Give the clusters' own informations in chunks, (chunk, p, p) each."""
    clusters, p = scores.sums.shape
    ends = np.append(scores.starts[1:], scores.rows.shape[0])
    several = scores.rows.shape[0] > clusters
    chunk = max(1, CHUNK // p**2)
    for begin in range(0, clusters, chunk):
        part = slice(begin, min(begin + chunk, clusters))
        rows, sums = scores.rows, scores.sums[part]
        if several:
            spans = zip(scores.starts[part], ends[part], strict=True)
            own = np.stack([rows[i:j].T @ rows[i:j] for i, j in spans])
        else:
            own = rows[part, :, None] * rows[part, None, :]
        yield part, own - scores.sign * sums[:, :, None] * sums[:, None, :]


def _refuse_whole(leverage: float) -> None:
    if leverage > WHOLE:
        raise EstimationError(
            "A cluster alone determines a coefficient (a stratum or an arm with one cluster), "
            "which md and kc cannot correct; use fg or robust, or merge the stratum."
        )
