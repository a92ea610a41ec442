"""CR0 of a fit for each of many allocations, from sums over the units of each stratum and arm.

A unit's score is bilinear in what one allocation makes of its stratum and arm, and in the unit's
own moments. So its square is a quadratic form in these, and the sum of squares needs no more of
the units than sums of products of their moments by stratum and arm: one product of matrices for
each stratum, in place of a pass over all units for every term.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.cells import Cells
from equipoise.statistics.estimation.kernels import inverses

Array = NDArray[np.float64]

WIDE = 120
"""With more products than this the pass over the units is as fast."""

FEW = 50
"""Units in a stratum, on average, from which a product of matrices is worth it."""

ROOM = 1 << 21
"""Numbers that the sums of a block of allocations may take."""


@dataclass(frozen=True)
class UnitSums:
    """The fit of one effect from sums by stratum and arm.

    Attributes
    ----------
    moments_of, g, cells, arms
        As in `UnitKernel`.
    number
        Arms in all.
    inverse_share
        Whether a unit is weighted by the inverse realised share of its arm in its stratum.
    """

    moments_of: Array
    g: int
    cells: Cells
    arms: list[int]
    number: int
    inverse_share: bool
    _products: Array = field(init=False, repr=False)
    _pairs: tuple[NDArray[np.intp], NDArray[np.intp]] = field(init=False, repr=False)

    @classmethod
    def worth(cls, moments_of: Array, g: int, cells: Cells) -> bool:
        """Say whether sums are less work than a pass over the units."""
        features = (1 + g) * moments_of.shape[1]
        return features * (features + 3) // 2 <= WIDE and cells.codes.size >= FEW * cells.sizes.size

    def __post_init__(self) -> None:
        """Multiply the moments of each unit once."""
        features = self.moments_of[:, : 1 + self.g].reshape(self.moments_of.shape[0], -1)
        pairs = np.triu_indices(features.shape[1])
        products = np.hstack([features, features[:, pairs[0]] * features[:, pairs[1]]])
        object.__setattr__(self, "_products", products)
        object.__setattr__(self, "_pairs", pairs)

    @property
    def draws(self) -> int:
        """Allocations to take at a time."""
        features = (1 + self.g) * self.moments_of.shape[1]
        each = self.cells.sizes.size * self.number * features**2
        return int(max(1, ROOM // each))

    def moments(self, placed: NDArray[np.int64]) -> tuple[Array, Array]:
        """Fit each allocation, (D, units), units in stratum order.

        Returns
        -------
        tuple of ndarray
            Effects, shape (D, m), and their covariances, shape (D, m, m).
        """
        sums, share = self._sums(placed)
        draws, strata, number = share.shape
        a, g, size = len(self.arms), self.g, self.moments_of.shape[1]
        k = (1 + g) * size
        features = sums[..., :k].reshape(draws, strata, number, 1 + g, size)
        weighted = share[..., None, None] * features
        # Strata's weights, and weighted means of the arms, covariates and outcomes.
        total = weighted[:, :, :, 0, 0].sum(axis=2)
        chosen = weighted[:, :, self.arms]
        means = (
            np.concatenate([chosen[..., 0, 0], weighted[..., 0, 1:].sum(axis=2)], axis=2)
            / total[:, :, None]
        )
        p = a + g
        gram = np.zeros((draws, p, p + size - 1 - g))
        for i in range(a):
            gram[:, i, i] = chosen[:, :, i, 0, 0].sum(axis=1)
            gram[:, i, a:] = chosen[:, :, i, 0, 1:].sum(axis=1)
            gram[:, a:p, i] = gram[:, i, a:p]
        gram[:, a:, a:] = weighted[..., 1:, 1:].sum(axis=(1, 2))
        gram -= np.einsum("dsp,ds,dsq->dpq", means[..., :p], total, means)
        inverse = inverses(gram[:, :, :p])
        coefficients = np.matmul(inverse, gram[:, :, p:])
        row = inverse[:, 0]
        # What a unit of a stratum and arm is multiplied by: its constant, and its covariates.
        by = np.zeros((draws, strata, number, 1 + g))
        by[..., 0] = -np.einsum("dp,dsp->ds", row, means[..., :p])[:, :, None]
        by[..., 1:] = row[:, None, None, a:]
        for i, arm in enumerate(self.arms):
            by[:, :, arm, 0] += row[:, None, i]
        m = size - 1 - g
        scores = []
        for j in range(m):
            beta = coefficients[:, :, j]
            level = means[..., p + j] - np.einsum("dp,dsp->ds", beta, means[..., :p])
            left = np.zeros((draws, strata, number, size))
            left[..., 0] = -level[:, :, None]
            for i, arm in enumerate(self.arms):
                left[:, :, arm, 0] -= beta[:, None, i]
            left[..., 1 : 1 + g] = -beta[:, None, None, a:]
            left[..., 1 + g + j] = 1.0
            score = by[..., :, None] * left[..., None, :]
            scores.append(score.reshape(draws, strata, number, k) * share[..., None])
        square = np.empty((draws, strata, number, k, k))
        square[..., self._pairs[0], self._pairs[1]] = sums[..., k:]
        square[..., self._pairs[1], self._pairs[0]] = sums[..., k:]
        turned = [(square @ score[..., None])[..., 0] for score in scores]
        covariance = np.empty((draws, m, m))
        for i in range(m):
            for j in range(m):
                covariance[:, i, j] = np.einsum("dsak,dsak->d", scores[i], turned[j])
        return coefficients[:, 0], covariance

    def _sums(self, placed: NDArray[np.int64]) -> tuple[Array, Array]:
        """Sum products by stratum and arm, (D, S, arms, products), with weights (D, S, arms)."""
        shape = (placed.shape[0], self.cells.sizes.size, self.number)
        sums = np.empty((*shape, self._products.shape[1]))
        counts = np.empty(shape)
        for s, part in enumerate(self.cells.parts()):
            own, products = placed[:, part], self._products[part]
            left, others = products.sum(axis=0), float(products.shape[0])
            for arm in range(self.number):
                if arm == self.number - 1:
                    sums[:, s, arm] = left - sums[:, s, :arm].sum(axis=1)
                    counts[:, s, arm] = others - counts[:, s, :arm].sum(axis=1)
                else:
                    inside = (own == arm).astype(np.float64)
                    sums[:, s, arm] = inside @ products
                    counts[:, s, arm] = inside.sum(axis=1)
        if not self.inverse_share:
            return sums, np.ones(shape)
        return sums, self.cells.sizes[:, None] / np.maximum(counts, 1.0)
