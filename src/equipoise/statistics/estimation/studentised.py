"""The studentised effect under many allocations at once, covariates refitted for each.

Only the arms and the weights that follow from them change from one allocation to the next, so
everything else is prepared once. Where several rows share a unit, the moments of each unit (X'X,
X'y) are enough, because arm and share are constant within it. The many small fits are in
`kernels`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from equipoise.statistics.estimation.cells import Cells
from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.grouping import group_rows
from equipoise.statistics.estimation.kernels import RowKernel, UnitKernel
from equipoise.statistics.estimation.stratified import t_statistics
from equipoise.statistics.estimation.unit_sums import UnitSums

Array = NDArray[np.float64]

MEMORY = 1 << 18
"""Numbers in one array of a block (2 MiB): it stays in the processor's cache."""

RANK = 1e-9
"""A column is left out if less than this part of its length is its own."""


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
        Outcome, shape (n,), or several outcomes, shape (n, m).
    fixed
        Stratum indicators (a constant where there is one stratum) and covariates, shape (n, q);
        covariates alone, shape (n, g), where `absorbed`.
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
    absorbed
        Whether the indicators of strata go without saying.
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
    absorbed: bool = False
    _covariates: Array = field(init=False, repr=False)
    _outcomes: Array = field(init=False, repr=False)
    _unit_cells: Cells = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Orthonormalise the covariates within strata, so that the problems are well posed."""
        if self.arm == self.reference:
            raise EstimationError("An arm cannot be compared with itself.")
        weight = self.weights / self.weights.mean()
        rows = Cells(self.cells)
        fixed = np.asarray(self.fixed, dtype=np.float64)
        covariates = _covariates(fixed if self.absorbed else _beside_strata(fixed, rows), rows)
        y = np.asarray(self.y, dtype=np.float64)
        outcomes = _centred(y.reshape(y.shape[0], -1), rows)
        # What covariates hold of the outcomes changes no effect and no residual.
        outcomes = outcomes - covariates @ (covariates.T @ outcomes)
        if self.units is None:
            unit_cells = self.cells
        else:
            unit_cells = np.empty(int(self.units.max()) + 1, dtype=np.int64)
            unit_cells[self.units] = self.cells
        object.__setattr__(self, "weights", weight)
        object.__setattr__(self, "_covariates", covariates)
        object.__setattr__(self, "_outcomes", outcomes)
        object.__setattr__(self, "_unit_cells", Cells(unit_cells))

    def __call__(self, allocations: NDArray[np.int64]) -> Array:
        """Compute t for each allocation.

        Parameters
        ----------
        allocations
            Arm positions of the units, shape (D, units).

        Returns
        -------
        ndarray of float64
            Shape (D,), or (D, m) for several outcomes; infinite where an allocation leaves the
            effect or its error undefined (it then counts as extreme, which is cautious).

        Examples
        --------
        >>> y = np.array([1.0, 2.0, 3.0, 3.0, 5.0, 7.0])
        >>> effect = StudentisedEffect(
        ...     y, np.ones((6, 1)), np.zeros(6, np.int64), np.ones(6), 2, 1, 0, True
        ... )
        >>> float(round(effect(np.array([[0, 0, 0, 1, 1, 1]]))[0], 6))
        2.32379
        """
        estimate, covariance = self.moments(allocations)
        t = t_statistics(estimate, covariance)
        return np.asarray(t[:, 0] if np.ndim(self.y) == 1 else t)

    def moments(self, allocations: NDArray[np.int64]) -> tuple[Array, Array]:
        """Give the effects on the outcomes, (D, m), and their covariance matrices, (D, m, m)."""
        placed = allocations.take(self._unit_cells.order, axis=1)
        m, fit = self._outcomes.shape[1], self._fit
        blocks = [placed[i : i + fit.draws] for i in range(0, placed.shape[0], fit.draws)]
        found = [fit.moments(block) for block in blocks]
        if not found:
            return np.empty((0, m)), np.empty((0, m, m))
        return np.concatenate([b for b, _ in found]), np.concatenate([v for _, v in found])

    def indicator(self, allocation: NDArray[np.int64]) -> Array:
        """Give 1 for each row in the arm compared, shape (n,)."""
        inside = (np.asarray(allocation) == self.arm).astype(np.float64)
        return np.asarray(inside if self.units is None else inside[self.units])

    def _weight(self, placed: NDArray[np.int64]) -> Array:
        """Give each unit's inverse realised share, units in stratum order, shape (D, units)."""
        weight = np.ones(placed.shape)
        if self.inverse_share:
            for arm in range(self.arms):
                chosen = placed == arm
                count = self._unit_cells.sum(chosen.astype(np.float64))
                inverse = self._unit_cells.sizes / np.maximum(count, 1.0)
                np.copyto(weight, self._unit_cells.spread(inverse), where=chosen)
        return weight

    def _others(self) -> list[int]:
        """List the arms that have an indicator, the compared one first."""
        rest = [k for k in range(self.arms) if k not in (self.arm, self.reference)]
        return [self.arm, *rest]

    @cached_property
    def _fit(self) -> UnitSums | _Passes:
        """What fits allocations: sums by stratum and arm, or passes over rows or units."""
        step = max(1, MEMORY // self._unit_cells.codes.size)
        if self.units is None:
            return _Passes(self._by_row(), self._weight, step)
        kernel = self._by_unit()
        if UnitSums.worth(kernel.moments_of, kernel.g, kernel.cells):
            known = kernel.moments_of, kernel.g, kernel.cells, kernel.arms
            return UnitSums(*known, self.arms, self.inverse_share)
        return _Passes(kernel, self._weight, step)

    def _by_row(self) -> RowKernel:
        order = self._unit_cells.order
        return RowKernel(
            self._outcomes[order].T,
            self._covariates[order].T,
            self.weights[order],
            self._unit_cells,
            self._others(),
        )

    def _by_unit(self) -> UnitKernel:
        assert self.units is not None
        columns = np.column_stack([np.ones(self.weights.size), self._covariates, self._outcomes])
        count = self._unit_cells.codes.size
        moments = np.zeros((count, columns.shape[1], columns.shape[1]))
        units = group_rows(self.units, "units")
        for a, left in enumerate(columns.T):
            weighted = self.weights * left
            for b in range(a + 1):
                moments[:, a, b] = moments[:, b, a] = units.sum(weighted * columns[:, b])
        return UnitKernel(
            moments[self._unit_cells.order],
            self._covariates.shape[1],
            self._unit_cells,
            self._others(),
        )


@dataclass(frozen=True)
class _Passes:
    """Fits that go over all rows or units for each allocation."""

    kernel: RowKernel | UnitKernel
    weight: Callable[[NDArray[np.int64]], Array]
    draws: int

    def moments(self, placed: NDArray[np.int64]) -> tuple[Array, Array]:
        """Fit each allocation."""
        return self.kernel.moments(placed, self.weight(placed))


def _covariates(fixed: Array, rows: Cells) -> Array:
    """Give an orthonormal basis of what columns hold beside the strata, shape (n, g)."""
    if not fixed.shape[1]:
        return fixed
    within = _centred(fixed, rows)
    length = np.sqrt(np.sum(fixed**2, axis=0))
    within = within / np.where(length > 0, length, 1.0)
    basis, triangle, _ = linalg.qr(within, mode="economic", pivoting=True)
    return np.asarray(basis[:, np.abs(np.diag(triangle)) > RANK])


def _beside_strata(fixed: Array, rows: Cells) -> Array:
    """Leave the indicators of strata out, where they come first, and see that they are there."""
    strata, n = rows.sizes.size, rows.codes.size
    lead = fixed[:, :strata]
    own = lead.shape[1] == strata and (lead[np.arange(n), rows.codes] == 1.0).all()
    if own and np.count_nonzero(lead) == n:
        return fixed[:, strata:]
    indicators = np.eye(strata)[rows.codes]
    left = indicators - fixed @ np.linalg.lstsq(fixed, indicators, rcond=None)[0]
    if np.abs(left).max() > 1e-6:
        raise EstimationError("The fixed columns must hold an indicator of every stratum.")
    return fixed


def _centred(columns: Array, rows: Cells) -> Array:
    """Take from columns (n, q) their stratum means."""
    placed = columns[rows.order].T
    centred = np.empty_like(columns)
    centred[rows.order] = (placed - rows.spread(rows.sum(placed) / rows.sizes)).T
    return centred
