"""The wild cluster bootstrap with the null hypothesis imposed, from sums by cluster.

Under H0 the coefficient is r: the model is fitted with it held there, and each draw turns the
residuals of cluster g by a weight v_g. Refitting is not needed: with c the row of (X'X)^(-1) X'
that gives the coefficient, u the restricted residuals and U_g = X_g' u_g,

    b* - r = sum_g v_g c_g' u_g,
    s*_g   = v_g c_g' u_g - (X_g' c_g)' (X'X)^(-1) sum_h v_h U_h,    variance* = sum_g s*_g^2,

so a draw costs clusters x columns, whatever the rows (Roodman and others 2019, section 5). The
residuals are linear in r, so five numbers a draw give t*(r) for every r, and the interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.inversion import InvertedInterval, TestFamily, invert
from equipoise.statistics.estimation.linear import fit_linear
from equipoise.statistics.estimation.wild_weights import WildWeights, every_sign, wild_weights

Array = NDArray[np.float64]
BATCH = 2048
"""Draws made at once."""

MEMORY = 1 << 22
"""Weights held at once (32 MiB)."""

SMALL = 5e-14
"""A cluster that alone determines the coefficient under H0 leaves rounding, not residuals."""


@dataclass(frozen=True)
class WildBootstrap:
    """A restricted wild cluster bootstrap of one coefficient.

    Attributes
    ----------
    estimate, se, t
        The coefficient, its CR1 error (sqrt(G / (G - 1)) CR0) and the t of the hypothesis.
    p
        Two-sided, by distance from zero.
    interval
        The values of the coefficient that are not rejected.
    draws
        B; all 2^G where `exact`.
    exact
        Whether all sign vectors were compared with.
    weights
        ``rademacher`` or ``webb``.
    clusters
        G.
    reference
        t* of each draw, shape (B,).
    """

    estimate: float
    se: float
    t: float
    p: float
    interval: InvertedInterval
    draws: int
    exact: bool
    weights: WildWeights
    clusters: int
    reference: Array


def wild_bootstrap(
    y: ArrayLike,
    design: ArrayLike,
    column: int,
    clusters: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    null: float = 0.0,
    kind: WildWeights = "rademacher",
    draws: int = 99_999,
    seed: int = 0,
    alpha: float = 0.05,
    given: ArrayLike | None = None,
) -> WildBootstrap:
    """Test a coefficient by the restricted wild cluster bootstrap (WCR) and invert the test.

    Parameters
    ----------
    y
        Outcome, shape (n,).
    design
        Regressors, constant and stratum indicators included, shape (n, p).
    column
        Position of the coefficient.
    clusters
        A label per row.
    weights
        Positive, shape (n,); None means equal.
    null
        r, the coefficient under the hypothesis.
    kind
        ``rademacher``: +1 or -1. ``webb``: +-sqrt(1/2), +-1, +-sqrt(3/2), for few clusters.
    draws
        B. With Rademacher weights and 2^G <= B + 1 all 2^G sign vectors are used instead.
    seed
        Of the weights (`wild_weights`).
    alpha
        One minus the level.
    given
        Weights of the draws, shape (B, G), clusters in ascending order of label, in place of
        drawn ones.

    Returns
    -------
    WildBootstrap
        p = (1 + b) / (1 + B) for drawn weights and b / 2^G for all, where b counts
        |t*| >= |t|.

    Raises
    ------
    EstimationError
        As `fit_linear`, a column that is not there, draws under 1, or weights of a wrong shape.

    References
    ----------
    Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008). Review of Economics and Statistics
    90(3). Webb, M. D. (2023). Reworking wild bootstrap-based inference for clustered errors.
    Canadian Journal of Economics 56(3). Roodman, D. and others (2019). Fast and wild: bootstrap
    inference in Stata using boottest. Stata Journal 19(1), equations 25 to 37. R:
    ``fwildclusterboot::boottest(type = ..., impose_null = TRUE)``, whose p is the part of |t*|
    strictly above |t|.

    Examples
    --------
    >>> design = np.column_stack([np.ones(8), [0, 0, 0, 0, 1, 1, 1, 1]])
    >>> found = wild_bootstrap([1, 2, 3, 2, 4, 5, 6, 7], design, 1, [0, 0, 1, 1, 2, 2, 3, 3])
    >>> found.exact, found.draws, found.p
    (True, 16, 0.125)
    """
    fit = fit_linear(y, design, weights=weights, clusters=clusters, error="cr1", df="clusters")
    if not -fit.coefficients.size <= column < fit.coefficients.size:
        raise EstimationError(f"The design has no column {column}.")
    if draws < 1:
        raise EstimationError("A bootstrap needs at least one draw.")
    family = _family(y, design, column, clusters, weights)
    count = family.size
    batch = max(1, min(BATCH, MEMORY // count))
    exact = given is None and kind == "rademacher" and count < 31 and 2**count <= draws + 1
    if given is not None:
        turned: Iterator[Array] = iter([_given(given, count)])
    elif exact:
        turned = every_sign(count, batch)
    else:
        turned = (
            wild_weights(range(start, min(start + batch, draws)), count, kind=kind, seed=seed)
            for start in range(0, draws, batch)
        )
    blocks = [family.moments(block) for block in turned]
    reference = TestFamily(
        np.concatenate([b for b, _ in blocks]), np.concatenate([v for _, v in blocks])
    )
    estimate, factor = float(fit.coefficients[column]), np.sqrt(count / (count - 1))
    se = float(fit.se[column])
    # The observed t(r) = (b - r) / se in the same form; the factor of CR1 cancels in comparisons.
    observed = TestFamily(
        np.array([[estimate, 1.0]]), np.array([[[(se / factor) ** 2, 0.0], [0.0, 0.0]]])
    )
    interval = invert(observed, reference, alpha, exact=exact)
    t = (estimate - null) / se
    starred = reference.t(null) / factor
    reached = int(np.count_nonzero(np.abs(starred) >= abs(t) * (1 - 1e-9)))
    extra = int(not exact)
    return WildBootstrap(
        estimate=estimate,
        se=se,
        t=t,
        p=(extra + reached) / (extra + starred.size),
        interval=interval,
        draws=int(starred.size),
        exact=exact,
        weights=kind,
        clusters=count,
        reference=starred,
    )


@dataclass(frozen=True)
class _WildFamily:
    """What the draws of a coefficient are made of: sums by cluster.

    Attributes
    ----------
    numerator
        c_g' u_g of the outcome and of the regressor, (2, G).
    sums
        U of both in coordinates in which X'X is the identity, (2, p, G).
    touch
        X_g' c_g in the same coordinates, (p, G).
    """

    numerator: Array
    sums: Array
    touch: Array

    @property
    def size(self) -> int:
        """Clusters, G."""
        return int(self.numerator.shape[1])

    def moments(self, turned: Array) -> tuple[Array, Array]:
        """Give b* (B, 2) and CR0 variances (B, 2, 2) of the draws with weights (B, G)."""
        estimate = turned @ self.numerator.T
        fitted = [turned @ sums.T for sums in self.sums]
        core = self.touch @ self.touch.T
        covariance = np.empty((turned.shape[0], 2, 2))
        squares = turned**2
        crossed = [turned @ (n * self.touch).T for n in self.numerator]
        for a, b in ((0, 0), (0, 1), (1, 1)):
            own = squares @ (self.numerator[a] * self.numerator[b])
            own -= np.einsum("bp,bp->b", crossed[a], fitted[b])
            own -= np.einsum("bp,bp->b", crossed[b], fitted[a])
            own += np.einsum("bp,bp->b", fitted[a] @ core, fitted[b])
            covariance[:, a, b] = covariance[:, b, a] = own
        return estimate, covariance


def _family(
    y: ArrayLike, design: ArrayLike, column: int, clusters: ArrayLike, weights: ArrayLike | None
) -> _WildFamily:
    """Sum by cluster, with the restricted residuals as a function of r: u(r) = u_y - r u_x."""
    regressors = np.asarray(design, dtype=np.float64)
    n, p = regressors.shape
    root = np.ones(n) if weights is None else np.sqrt(np.asarray(weights, dtype=np.float64))
    # The column comes last: the last row of the inverse triangle is then its own.
    order = [k for k in range(p) if k != column % p] + [column % p]
    basis, triangle = np.linalg.qr(root[:, None] * regressors[:, order])
    others = basis[:, :-1]
    pair = np.column_stack([np.asarray(y, dtype=np.float64), regressors[:, column]])
    pair *= root[:, None]
    left = pair - others @ (others.T @ pair)
    influence = basis[:, -1] / triangle[-1, -1]
    _, codes = np.unique(np.asarray(clusters), return_inverse=True)
    codes = codes.reshape(-1)
    count = int(codes.max()) + 1

    def by_cluster(values: Array) -> Array:
        return np.stack([np.bincount(codes, v, count) for v in values.T])

    numerator = by_cluster(influence[:, None] * left)
    sums = np.stack([by_cluster(basis * u[:, None]) for u in left.T])
    touch = by_cluster(basis * influence[:, None])
    scale = np.abs(numerator).max(axis=1, keepdims=True)
    numerator = np.where(np.abs(numerator) < SMALL * scale, 0.0, numerator)
    return _WildFamily(numerator, sums, touch)


def _given(weights: ArrayLike, clusters: int) -> Array:
    """Check the weights of draws that the caller brings."""
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != clusters or given.shape[0] == 0:
        raise EstimationError(f"Every draw needs one weight for each of the {clusters} clusters.")
    return given
