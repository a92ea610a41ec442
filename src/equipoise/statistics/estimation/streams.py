"""Random numbers by counter: the n-th number of a key, whatever was asked for before.

Imputations and bootstraps take their numbers here, on SplitMix64 (`numbers`), so that one seed
gives the same numbers on every machine and release, the first twenty imputations of fifty are
those of twenty, and no draw shifts because another was left out. Each number is one uniform,
turned by the inverse of its distribution function.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.numbers import GAMMA, further_numbers, splitmix64

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Stream:
    """The numbers of one key.

    Attributes
    ----------
    key
        A 64-bit number.
    """

    key: int

    @classmethod
    def of_seed(cls, seed: int) -> Stream:
        """Start a stream.

        Raises
        ------
        EstimationError
            A seed that is not a whole number of 0 or more, under 2**64.
        """
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 1 << 64:
            raise EstimationError("A seed must be a whole number from 0 to 2**64 - 1.")
        return cls(splitmix64(seed + GAMMA))

    def branch(self, *path: int) -> Stream:
        """Give the stream of a path of whole numbers, 0 or more, under this one.

        Examples
        --------
        >>> stream = Stream.of_seed(1)
        >>> stream.branch(3, 1) == stream.branch(3).branch(1) != stream.branch(1, 3)
        True
        """
        key = self.key
        for step in path:
            key = splitmix64(splitmix64(key) + (step + 1) * GAMMA)
        return Stream(key)

    def uniforms(self, counts: int | Counts) -> Array:
        """Give uniform numbers strictly between 0 and 1, of 53 bits.

        Parameters
        ----------
        counts
            How many, or which ones: whole numbers of 0 or more, any shape.

        Examples
        --------
        >>> stream = Stream.of_seed(1)
        >>> bool(stream.uniforms(3)[2] == stream.uniforms(np.array([2]))[0])
        True
        """
        which = np.arange(counts) if isinstance(counts, int) else counts
        numbers = further_numbers(
            np.array([self.key], dtype=np.uint64), which.astype(np.uint64) + np.uint64(1)
        )
        high = (numbers >> np.uint64(11)).astype(np.float64)
        return np.asarray((high + 0.5) * 2.0**-53).reshape(which.shape)

    def normals(self, counts: int | Counts) -> Array:
        """Give standard normal numbers; see `uniforms`."""
        return np.asarray(special.ndtri(self.uniforms(counts)))

    def chi_squared(self, df: float) -> float:
        """Give one chi-squared number with `df` degrees of freedom."""
        return float(2 * special.gammaincinv(df / 2, self.uniforms(1)[0]))
