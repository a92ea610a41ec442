"""The posterior of a random-intercept model, drawn without a chain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.streams import Stream

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

NEGLIGIBLE = 30.0
"""Logs below the highest density of the correlation that are left out: a part in 1e13."""

POINTS = 512
"""Points at which the posterior of the correlation is laid out."""


@dataclass(frozen=True)
class InterceptDraw:
    """One draw of everything.

    Attributes
    ----------
    icc, total_variance
        r and s2.
    coefficients
        Shape (p,).
    intercepts
        Of every school, the unobserved ones included, shape (schools,).
    residual_sd
        Square root of (1 - r) s2.
    """

    icc: float
    total_variance: float
    coefficients: Array
    intercepts: Array
    residual_sd: float


@dataclass(frozen=True, eq=False)
class InterceptPosterior:
    """y = x b + u + e, u ~ N(0, r s2), e ~ N(0, (1 - r) s2), prior 1 / s2, r uniform.

    Given r, the model is a linear one with known correlations: s2 is scaled inverse chi-squared
    with n - p degrees of freedom and b normal given s2. What is left of r has density
    proportional to |V|^(-1/2) |X'V^-1 X|^(-1/2) S^(-(n - p) / 2), S the generalised residual
    squares, which schools' sums and sizes determine.

    Attributes
    ----------
    basis
        Upper triangle that turns coefficients of orthonormal columns into those of x, (p, p).
    fitted
        Least-squares coefficients of the orthonormal columns, shape (p,).
    sums
        Of each school's orthonormal columns and least-squares residual, shape (schools, p + 1).
    rows
        Observed members of each school, shape (schools,).
    squares
        Cross-products of the orthonormal columns and the residual over all rows, (p + 1, p + 1).
    icc, cumulated
        Points of r and the posterior probability up to each, shape (m,).
    """

    basis: Array
    fitted: Array
    sums: Array
    rows: Whole
    squares: Array
    icc: Array
    cumulated: Array

    @classmethod
    def of_rows(cls, y: Array, x: Array, school: Whole, *, schools: int) -> InterceptPosterior:
        """Lay out the posterior.

        Parameters
        ----------
        y, x
            Observed rows, shape (n,) and (n, p), x of full rank.
        school
            Number of each row's school, 0 to schools - 1; a school may have no row.
        schools
            How many.

        Raises
        ------
        EstimationError
            Fewer than two schools with rows, or none with two rows.
        """
        rows = np.bincount(school, minlength=schools)
        if np.count_nonzero(rows) < 2:
            raise EstimationError("An arm has fewer than two schools with observed members.")
        if rows.max() < 2:
            raise EstimationError(
                "No school of an arm has two observed members; impute school values instead."
            )
        orthonormal, basis = np.linalg.qr(x)
        # What the columns explain is set apart: a large mean would cost digits in the squares.
        fitted = orthonormal.T @ y
        columns = np.column_stack([orthonormal, y - orthonormal @ fitted])
        sums = np.zeros((schools, columns.shape[1]))
        for number, column in enumerate(columns.T):
            sums[:, number] = np.bincount(school, column, minlength=schools)
        squares = columns.T @ columns
        nothing = np.empty(0)
        posterior = cls(basis, fitted, sums, rows, squares, nothing, nothing)
        icc = posterior._range()
        density = posterior.log_density(icc)
        weights = np.exp(density - density.max())
        cumulated = np.cumsum(weights)
        return cls(basis, fitted, sums, rows, squares, icc, cumulated / cumulated[-1])

    def log_density(self, icc: Array) -> Array:
        """Give the log posterior density of each correlation, up to a constant, shape (m,)."""
        sizes, group = np.unique(self.rows, return_inverse=True)
        group = group.reshape(-1)
        schools = np.bincount(group)
        products = np.stack(
            [self.sums[group == g].T @ self.sums[group == g] for g in range(sizes.size)]
        )
        r = icc[:, None]
        larger = 1 - r + sizes * r
        factor = np.linalg.cholesky(self._generalised(icc, np.divide(r, larger), products))
        pivots = np.log(np.diagonal(factor, axis1=1, axis2=2))
        p = self.squares.shape[0] - 1
        n = int(self.rows.sum())
        log_v = ((sizes - 1) * np.log(1 - r) + np.log(larger)) * (sizes > 0) @ schools
        return np.asarray(-0.5 * log_v - pivots[:, :p].sum(axis=1) - (n - p) * pivots[:, p])

    def draw(self, stream: Stream) -> InterceptDraw:
        """Draw once.

        Parameters
        ----------
        stream
            Its branches 0 to 3 are used.
        """
        icc = self._draw_icc(float(stream.branch(0).uniforms(1)[0]))
        shrink = icc / (1 - icc + self.rows * icc)
        products = (self.sums.T * shrink) @ self.sums
        generalised = (self.squares - products) / (1 - icc)
        factor = np.linalg.cholesky(generalised)
        p = self.squares.shape[0] - 1
        triangle, projected, residual = factor[:p, :p], factor[p, :p], factor[p, p]
        variance = residual**2 / stream.branch(1).chi_squared(int(self.rows.sum()) - p)
        noise = np.sqrt(variance) * stream.branch(2).normals(p)
        gamma = np.linalg.solve(triangle.T, projected + noise)
        left = self.sums[:, p] - self.sums[:, :p] @ gamma
        spread = variance * icc * (1 - shrink * self.rows)
        intercepts = shrink * left + np.sqrt(spread) * stream.branch(3).normals(self.rows.size)
        return InterceptDraw(
            icc=icc,
            total_variance=float(variance),
            coefficients=np.asarray(np.linalg.solve(self.basis, gamma + self.fitted), np.float64),
            intercepts=intercepts,
            residual_sd=float(np.sqrt((1 - icc) * variance)),
        )

    def _generalised(self, icc: Array, shrink: Array, products: Array) -> Array:
        """Give the cross-products weighted by V^-1 at each correlation, (m, p + 1, p + 1)."""
        between = np.tensordot(shrink, products, axes=1)
        return np.asarray((self.squares - between) / (1 - icc)[:, None, None])

    def _range(self) -> Array:
        """Give equally spaced correlations over the range in which the posterior lies."""
        net = np.concatenate([np.geomspace(1e-7, 0.02, 150), np.linspace(0.025, 0.9995, 300)])
        density = self.log_density(net)
        inside = np.flatnonzero(density > density.max() - NEGLIGIBLE)
        first, last = int(inside[0]), int(inside[-1])
        lower = 0.0 if first == 0 else float(net[first - 1])
        upper = float(net[min(last + 1, net.size - 1)])
        step = (upper - lower) / POINTS
        return np.asarray(lower + step * (np.arange(POINTS) + 0.5), np.float64)

    def _draw_icc(self, uniform: float) -> float:
        """Invert the distribution function, straight within the width of a point."""
        step = float(self.icc[1] - self.icc[0])
        edges = np.concatenate([[self.icc[0] - step / 2], self.icc + step / 2])
        return float(np.interp(uniform, np.concatenate([[0.0], self.cumulated]), edges))
