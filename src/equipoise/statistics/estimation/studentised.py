"""The studentised effect under many allocations at once, covariates refitted for each.

Only the arms and the weights that follow from them change from one allocation to the next, so
everything else is prepared once. Where rows are units, the fit of each allocation is a small
stacked problem; where several rows share a unit, the moments of each unit (X'X, X'y) are
enough, because arm and share are constant within it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError

Array = NDArray[np.float64]

MEMORY = 1 << 22
"""Numbers held at once (32 MiB)."""


@dataclass(frozen=True)
class StudentisedEffect:
    """t of one arm against the reference, as a function of allocations.

    For one row per unit it is the HC2 t of `fit_linear`; for units of several rows, the CR0 t
    (whose usual corrections for few clusters are the same for every allocation). Both divide by
    an error that allows the arms to differ in variance, which a permutation test needs to be
    valid for more than the sharp null hypothesis (Chung and Romano 2013; Wu and Ding 2021).

    Attributes
    ----------
    y
        Outcome, shape (n,).
    fixed
        Stratum indicators (or a constant) and covariates, of full rank, shape (n, q).
    cells
        Stratum number of each row, shape (n,).
    weights
        Estimand weights above zero, shape (n,).
    arms
        Number of arms.
    arm, reference
        Positions of the arms compared.
    inverse_share
        Whether weights are divided by the realised share of the row's arm in its stratum,
        counted in units.
    units
        Unit number of each row, shape (n,); None where each row is one.
    """

    y: Array
    fixed: Array
    cells: NDArray[np.int64]
    weights: Array
    arms: int
    arm: int
    reference: int
    inverse_share: bool
    units: NDArray[np.int64] | None = None
    _basis: Array = field(init=False, repr=False)
    _unit_cells: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Orthonormalise the fixed columns, so that the many small problems are well posed."""
        if self.arm == self.reference:
            raise EstimationError("An arm cannot be compared with itself.")
        weight = self.weights / self.weights.mean()
        root = np.sqrt(weight)
        basis = np.linalg.qr(root[:, None] * self.fixed)[0] / root[:, None]
        if self.units is None:
            unit_cells = self.cells
        else:
            unit_cells = np.empty(int(self.units.max()) + 1, dtype=np.int64)
            unit_cells[self.units] = self.cells
        object.__setattr__(self, "weights", weight)
        object.__setattr__(self, "_basis", basis)
        object.__setattr__(self, "_unit_cells", unit_cells)

    def __call__(self, allocations: NDArray[np.int64]) -> Array:
        """Compute t for each allocation.

        Parameters
        ----------
        allocations
            Arm positions of the units, shape (D, units).

        Returns
        -------
        ndarray of float64
            Shape (D,); infinite where an allocation leaves the effect or its error undefined
            (it then counts as extreme, which is cautious).

        Examples
        --------
        >>> y = np.array([1.0, 2.0, 3.0, 3.0, 5.0, 7.0])
        >>> effect = StudentisedEffect(
        ...     y, np.ones((6, 1)), np.zeros(6, np.int64), np.ones(6), 2, 1, 0, True
        ... )
        >>> float(round(effect(np.array([[0, 0, 0, 1, 1, 1]]))[0], 6))
        2.32379
        """
        p = self.arms - 1 + self.fixed.shape[1]
        size = p * (self.y.size if self.units is None else max(p, self._unit_cells.size))
        step = max(1, MEMORY // size)
        kernel = self._by_row() if self.units is None else self._by_unit()
        starts = range(0, allocations.shape[0], step)
        blocks = [allocations[start : start + step] for start in starts]
        found = [kernel.t(block, self.shares(block)) for block in blocks]
        return np.concatenate(found) if found else np.empty(0)

    def shares(self, allocations: NDArray[np.int64]) -> Array:
        """Give the realised share of each unit's arm in its stratum, shape (D, units).

        It is 1 throughout where weights are not divided by it.
        """
        share = np.ones(allocations.shape)
        if self.inverse_share:
            sizes = np.bincount(self._unit_cells)
            member = np.eye(sizes.size)[self._unit_cells]
            for arm in range(self.arms):
                chosen = allocations == arm
                part = (chosen.astype(np.float64) @ member) / sizes
                share = np.where(chosen, part[:, self._unit_cells], share)
        return share

    def _others(self) -> list[int]:
        """List the arms that have an indicator, the compared one first."""
        rest = [k for k in range(self.arms) if k not in (self.arm, self.reference)]
        return [self.arm, *rest]

    def _by_row(self) -> _RowKernel:
        return _RowKernel(self.y, self._basis, self.weights, self._others())

    def _by_unit(self) -> _UnitKernel:
        assert self.units is not None
        q = self._basis.shape[1]
        columns = np.column_stack([np.ones(self.y.size), self._basis, self.y])
        count = self._unit_cells.size
        moments = np.zeros((count, q + 2, q + 2))
        order = np.argsort(self.units, kind="stable")
        ends = np.cumsum(np.bincount(self.units, minlength=count))[:-1]
        for unit, rows in enumerate(np.split(order, ends)):
            block = columns[rows]
            moments[unit] = (block * self.weights[rows, None]).T @ block
        return _UnitKernel(moments, self._others())


@dataclass(frozen=True)
class _RowKernel:
    """HC2 t, one row per unit."""

    y: Array
    basis: Array
    weights: Array
    arms: list[int]

    def t(self, allocations: NDArray[np.int64], shares: Array) -> Array:
        draws, n = allocations.shape
        a = len(self.arms)
        design = np.empty((draws, n, a + self.basis.shape[1]))
        for k, arm in enumerate(self.arms):
            design[:, :, k] = allocations == arm
        design[:, :, a:] = self.basis
        weight = self.weights / shares
        weight /= weight.mean(axis=1, keepdims=True)
        weighted = design * weight[:, :, None]
        inverse = _inverses(np.matmul(design.transpose(0, 2, 1), weighted))
        influence = np.matmul(weighted, inverse)
        coefficients = np.matmul(influence.transpose(0, 2, 1), self.y)
        residuals = self.y - np.matmul(design, coefficients[:, :, None])[:, :, 0]
        leverage = np.einsum("dnp,dnp->dn", design, influence)
        spread = np.matmul(influence.transpose(0, 2, 1), influence)
        own = 1 - 2 * leverage + np.einsum("dnp,dnp->dn", np.matmul(design, spread), design)
        kept = own > 1e-10
        corrected = np.where(kept, residuals**2 / np.where(kept, own, 1.0), 0.0)
        variance = np.sum(influence[:, :, 0] ** 2 * corrected, axis=1)
        return _ratio(coefficients[:, 0], variance)


@dataclass(frozen=True)
class _UnitKernel:
    """CR0 t from the moments of units, shape (units, 1 + q + 1, 1 + q + 1)."""

    moments: Array
    arms: list[int]

    def t(self, allocations: NDArray[np.int64], shares: Array) -> Array:
        draws, count = allocations.shape
        a, size = len(self.arms), self.moments.shape[1]
        q = size - 2
        p = a + q
        chosen = np.stack([allocations == arm for arm in self.arms], axis=2).astype(np.float64)
        weight = 1.0 / shares
        weighted = chosen * weight[:, :, None]
        gram = np.zeros((draws, p, p))
        moment = np.empty((draws, p))
        flat = self.moments.reshape(count, -1)
        whole = (weight @ flat).reshape(draws, size, size)
        gram[:, a:, a:] = whole[:, 1:-1, 1:-1]
        moment[:, a:] = whole[:, 1:-1, -1]
        for k in range(a):
            part = weighted[:, :, k] @ self.moments[:, 0, :]
            gram[:, k, k] = part[:, 0]
            gram[:, k, a:] = gram[:, a:, k] = part[:, 1:-1]
            moment[:, k] = part[:, -1]
        inverse = _inverses(gram)
        row = inverse[:, 0, :]
        coefficients = np.matmul(inverse, moment[:, :, None])[:, :, 0]
        # Residual sums of each unit against the constant and the fixed columns.
        effect = np.matmul(chosen, coefficients[:, :a, None])[:, :, 0]
        fitted = np.einsum("ukl,dl->duk", self.moments[:, :-1, 1:-1], coefficients[:, a:])
        left = self.moments[None, :, :-1, -1] - fitted
        left -= effect[:, :, None] * self.moments[None, :, :-1, 0]
        own = np.einsum("duk,dk->du", chosen, row[:, :a]) * left[:, :, 0]
        score = weight * (own + np.einsum("duk,dk->du", left[:, :, 1:], row[:, a:]))
        return _ratio(coefficients[:, 0], np.sum(score**2, axis=1))


def _inverses(gram: Array) -> Array:
    """Invert a stack of matrices; NaN where one is singular or next to it."""
    scale = np.sqrt(np.maximum(np.einsum("dpp->dp", gram), np.finfo(float).tiny))
    scaled = gram / (scale[:, :, None] * scale[:, None, :])
    try:
        inverse = np.linalg.inv(scaled)
    except np.linalg.LinAlgError:
        inverse = np.full_like(gram, np.nan)
        for d, matrix in enumerate(scaled):
            if np.linalg.matrix_rank(matrix, hermitian=True) == matrix.shape[0]:
                inverse[d] = np.linalg.inv(matrix)
    inverse[np.abs(inverse).max(axis=(1, 2)) > 1e12] = np.nan
    return np.asarray(inverse / (scale[:, :, None] * scale[:, None, :]))


def _ratio(estimate: Array, variance: Array) -> Array:
    """Divide by the standard error; infinite where that is impossible."""
    usable = np.isfinite(variance) & (variance > 0) & np.isfinite(estimate)
    t = np.full(estimate.shape, np.inf)
    t[usable] = estimate[usable] / np.sqrt(variance[usable])
    return t
