"""Differences of log-gamma and of digamma that keep their digits when the argument is large.

lgamma(a + y) - lgamma(a) loses all of them for a of a million and a y of one, which is where a
negative binomial turns into a Poisson, and a beta-binomial into a binomial distribution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

LARGE = 50.0
"""From here Stirling's series gives all digits."""

Array = NDArray[np.float64]


def log_rising(a: ArrayLike, y: ArrayLike) -> Array:
    """Give lgamma(a + y) - lgamma(a), for a above and y not below zero, broadcast.

    References
    ----------
    Abramowitz, M. and Stegun, I. A. (1972). Handbook of Mathematical Functions, 6.1.40.

    Examples
    --------
    >>> bool(abs(log_rising(1e12, 1.0) - np.log(1e12)) < 1e-14)
    True
    """
    start, step = np.broadcast_arrays(
        np.asarray(a, dtype=np.float64), np.asarray(y, dtype=np.float64)
    )
    x = np.maximum(start, LARGE)
    end = x + step
    series = (
        (x - 0.5) * np.log1p(step / x)
        + step * (np.log(end) - 1.0)
        + (1 / end - 1 / x) / 12
        - (end**-3 - x**-3) / 360
        + (end**-5 - x**-5) / 1260
    )
    plain = special.gammaln(start + step) - special.gammaln(start)
    return np.asarray(np.where(start < LARGE, plain, series))


def digamma_rising(a: ArrayLike, y: ArrayLike) -> Array:
    """Give digamma(a + y) - digamma(a), for a above and y not below zero, broadcast.

    References
    ----------
    Abramowitz and Stegun (1972), 6.3.18.

    Examples
    --------
    >>> bool(abs(digamma_rising(1e12, 1.0) * 1e12 - 1) < 1e-11)
    True
    """
    start, step = np.broadcast_arrays(
        np.asarray(a, dtype=np.float64), np.asarray(y, dtype=np.float64)
    )
    x = np.maximum(start, LARGE)
    end = x + step
    series = (
        np.log1p(step / x)
        - (1 / end - 1 / x) / 2
        - (end**-2 - x**-2) / 12
        + (end**-4 - x**-4) / 120
        - (end**-6 - x**-6) / 252
    )
    plain = special.digamma(start + step) - special.digamma(start)
    return np.asarray(np.where(start < LARGE, plain, series))
