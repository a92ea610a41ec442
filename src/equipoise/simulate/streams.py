"""Streams of random numbers, each named by what it is for.

A stream is seeded by words, so that adding a draw in one place moves nothing anywhere else, and
so that one potential contact meets the same numbers whatever the arms of the schools are.
Only `random.Random.random` is used under it: of the whole module that method alone is promised
to give the same numbers in every later version of Python. Where a school needs hundreds of
numbers at once they come from NumPy's PCG64, seeded by the same words: the same for one lock
file (rules, 14).
"""

from __future__ import annotations

import hashlib
import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from statistics import NormalDist
from typing import TypeVar

import numpy as np

T = TypeVar("T")

_NORMAL = NormalDist()
_EDGE = 1e-12  # keeps the inverse normal away from 0 and 1


class Stream:
    """Independent random numbers for one purpose.

    Parameters
    ----------
    seed
        Seed of the scenario.
    words
        What the stream is for, for example ``"contacts", "900001"``.

    Examples
    --------
    >>> Stream(1, "dates").uniform() == Stream(1, "dates").uniform()
    True
    >>> Stream(1, "dates").uniform() == Stream(1, "names").uniform()
    False
    """

    def __init__(self, seed: int, *words: str) -> None:
        self.uniform = random.Random("\x1f".join((str(seed), *words))).random

    def chance(self, probability: float) -> bool:
        """Tell whether an event of this probability happens."""
        return self.uniform() < probability

    def below(self, count: int) -> int:
        """Return a whole number of 0 to ``count - 1``, each equally likely."""
        return min(int(self.uniform() * count), count - 1)

    def pick(self, values: Sequence[T]) -> T:
        """Return one of the values, each equally likely."""
        return values[self.below(len(values))]

    def weighted(self, values: Sequence[T], cumulative: Sequence[float]) -> T:
        """Return one of the values; `cumulative` holds the running sums of their weights."""
        place = bisect_right(cumulative, self.uniform() * cumulative[-1])
        return values[min(place, len(values) - 1)]

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        """Return a normal number, by the inverse of its distribution function."""
        u = min(max(self.uniform(), _EDGE), 1.0 - _EDGE)
        return mean + sd * _NORMAL.inv_cdf(u)

    def exponential(self, mean: float) -> float:
        """Return an exponential number with this mean."""
        return -mean * math.log(1.0 - self.uniform())

    def poisson(self, mean: float) -> int:
        """Return a Poisson count; large means are split, so that nothing underflows."""
        count = 0
        while mean > 30.0:
            count += self.poisson(30.0)
            mean -= 30.0
        left = math.exp(-mean)
        product = self.uniform()
        while product > left:
            count += 1
            product *= self.uniform()
        return count

    def gamma(self, shape: float) -> float:
        """Return a gamma number of mean `shape` (Marsaglia and Tsang 2000)."""
        if shape < 1.0:
            root = math.exp(math.log(max(self.uniform(), _EDGE)) / shape)
            return self.gamma(shape + 1.0) * root
        d = shape - 1.0 / 3.0
        c = 1.0 / math.sqrt(9.0 * d)
        while True:
            x = self.normal()
            v = (1.0 + c * x) ** 3
            if v > 0.0 and math.log(max(self.uniform(), _EDGE)) < (
                0.5 * x * x + d - d * v + d * math.log(v)
            ):
                return d * v

    def beta(self, mean: float, concentration: float) -> float:
        """Return a beta number with this mean; a larger concentration spreads less."""
        a = self.gamma(mean * concentration)
        b = self.gamma((1.0 - mean) * concentration)
        return a / (a + b)

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """Return the values in random order (Fisher and Yates)."""
        out = list(values)
        for last in range(len(out) - 1, 0, -1):
            other = self.below(last + 1)
            out[last], out[other] = out[other], out[last]
        return out


def generator(seed: int, *words: str) -> np.random.Generator:
    """Return a generator of arrays for one purpose, named by words like a stream.

    >>> float(generator(1, "risk").random()) == float(generator(1, "risk").random())
    True
    """
    digest = hashlib.sha256("\x1f".join((str(seed), *words)).encode("utf-8")).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def running(weights: Sequence[float]) -> tuple[float, ...]:
    """Return the running sums that `Stream.weighted` takes.

    >>> running((1.0, 2.0))
    (1.0, 3.0)
    """
    return tuple(accumulate(weights))


def tilt(probability: float, log_odds: float) -> float:
    """Return the probability moved by so much on the log-odds scale.

    >>> round(tilt(0.5, 0.0), 3)
    0.5
    """
    odds = probability / (1.0 - probability) * math.exp(log_odds)
    return odds / (1.0 + odds)
