"""Readings: simulated estimates read as tests and intervals, with Monte Carlo errors."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.power.roads import Estimates

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Simulated:
    """A number found by simulation, and its Monte Carlo error."""

    value: float
    error: float


def share_of(happened: NDArray[np.bool_]) -> Simulated:
    """Give a share of trials with its binomial Monte Carlo error.

    Examples
    --------
    >>> share_of(np.array([True, False, False, False]))
    Simulated(value=0.25, error=0.21650635094610965)
    """
    return counted_share(int(happened.sum()), happened.size)


def counted_share(count: int, trials: int) -> Simulated:
    """Give the share of trials that were counted; not a number where there is no trial."""
    share = count / trials if trials else float("nan")
    return Simulated(share, sqrt(share * (1 - share) / max(trials, 1)))


@dataclass(frozen=True, eq=False)
class Reading:
    """Estimates read as intervals and tests.

    Attributes
    ----------
    found
        Of every simulated trial.
    truth
        What the estimates are about; zero where there is no effect.
    alpha, level
        Two-sided error rate of the tests, and level of the intervals.
    """

    found: Estimates
    truth: float
    alpha: float
    level: float

    def critical(self, alpha: float) -> Array:
        """Give the two-sided critical value of each trial's t."""
        df = self.found.df
        finite = np.where(np.isfinite(df), df, 1.0)
        normal = special.ndtri(1 - alpha / 2)
        return np.where(np.isinf(df), normal, special.stdtrit(finite, 1 - alpha / 2))

    @property
    def rejected(self) -> NDArray[np.bool_]:
        """Whether p is below alpha; never where there is no estimate."""
        reach = self.critical(self.alpha) * self.found.se
        return np.asarray(np.abs(self.found.estimate) > reach)

    @property
    def bounds(self) -> tuple[Array, Array]:
        """Lower and upper ends of the intervals."""
        reach = self.critical(1 - self.level) * self.found.se
        return self.found.estimate - reach, self.found.estimate + reach

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Whether intervals hold the truth."""
        lower, upper = self.bounds
        return np.asarray((lower <= self.truth) & (self.truth <= upper))

    def bias(self, sign: float) -> Simulated:
        """Give the mean of the estimates less the truth, benefit above zero."""
        off = sign * (self.found.estimate - self.truth)
        off = off[np.isfinite(off)]
        return Simulated(float(off.mean()), float(off.std(ddof=1) / sqrt(off.size)))

    def detectable(self, power: float, sign: float, recorded: float) -> Simulated | None:
        """Find the effect at which the share of rejections, all estimates moved, is the power.

        Parameters
        ----------
        power
            The share wanted.
        sign
            -1 where fewer is better.
        recorded
            Part of an effect that records keep; the estimates move by it.
        """
        if not recorded > 0:
            return None
        critical = self.critical(self.alpha) * self.found.se
        off = self.found.estimate - recorded * self.truth

        def found_at(effect: float) -> float:
            return float((np.abs(off + sign * recorded * effect) > critical).mean())

        spread = float(np.nanstd(off))
        low, high = 0.0, 4 * spread
        while found_at(high) < power:
            low, high = high, 2 * high
            if high > 1e6 * spread:
                return None
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if found_at(middle) >= power else (middle, high)
        step = 0.1 * spread
        slope = (found_at(high + step) - found_at(high - step)) / (2 * step)
        error = sqrt(power * (1 - power) / off.size) / slope if slope > 0 else float("inf")
        return Simulated(high, error)
