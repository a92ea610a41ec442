"""Columns in order of their stratum, so that sums by stratum are sums of neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Strata of n items.

    Attributes
    ----------
    codes
        Stratum number of each item, 0 to S - 1 without gaps, shape (n,).
    order
        Items in order of their stratum, shape (n,).
    sizes
        Items in each stratum, shape (S,).
    """

    codes: NDArray[np.int64]
    order: NDArray[np.int64] = field(init=False)
    sizes: NDArray[np.int64] = field(init=False)
    _starts: NDArray[np.int64] = field(init=False, repr=False)
    _sorted: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort once."""
        sizes = np.bincount(self.codes)
        if (sizes == 0).any():
            raise EstimationError("Strata must be numbered from 0 without gaps.")
        order = np.argsort(self.codes, kind="stable")
        object.__setattr__(self, "order", order)
        object.__setattr__(self, "sizes", sizes)
        object.__setattr__(self, "_starts", np.concatenate([[0], np.cumsum(sizes)[:-1]]))
        object.__setattr__(self, "_sorted", self.codes[order])

    def sum(self, values: Array) -> Array:
        """Sum the last axis, in stratum order, within strata: shape (..., n) to (..., S)."""
        return np.asarray(np.add.reduceat(values, self._starts, axis=-1))

    def spread(self, values: Array) -> Array:
        """Repeat for each item, in stratum order, its stratum's value: (..., S) to (..., n)."""
        return values.take(self._sorted, axis=-1)

    def parts(self) -> list[slice]:
        """Give the places of each stratum's items, in stratum order."""
        return [
            slice(int(start), int(start + size))
            for start, size in zip(self._starts, self.sizes, strict=True)
        ]
