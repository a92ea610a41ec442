"""Log-densities of counts as functions of the linear predictor, with their derivatives.

A family holds the counts of its cells and answers, for any linear predictor eta, with the
log-density l of every cell and what the estimators need of it: the score l', the weight -l'' and
the slope of the weight. All are log-concave in eta, so a cluster's mode is unique. Parts of the
log-density that hold no parameter are left to `constant`, so that cells may be sums of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from equipoise.statistics.estimation.rising import digamma_rising, log_rising

Array = NDArray[np.float64]


class Curve(NamedTuple):
    """l, l', -l'' and the derivative of -l'' in eta, each of eta's shape."""

    value: Array
    score: Array
    weight: Array
    slope: Array


class ShapeCurve(NamedTuple):
    """Derivatives of l, l' and -l'' in the logarithm of the shape, each of eta's shape."""

    value: Array
    score: Array
    weight: Array


class Family(Protocol):
    """Counts of cells, and their log-density along the linear predictor."""

    @property
    def events(self) -> Array:
        """Count of each cell, shape (cells,)."""

    def at(self, eta: Array) -> Curve:
        """Give the log-density at eta, shape (cells,) or (cells, nodes)."""

    def shape_at(self, eta: Array) -> ShapeCurve | None:
        """Give the derivatives in the log shape; None where the family has none."""

    def with_shape(self, log_shape: float) -> Family:
        """Give the same counts with another shape."""

    def with_events(self, events: Array) -> Family:
        """Give the same family with other counts, as a bootstrap needs."""

    def part(self, inside: slice) -> Family:
        """Give some of the cells."""

    def drawn(self, eta: Array, uniforms: Array) -> Array:
        """Draw counts at eta by inverting the distribution function."""


def _beside(values: Array, eta: Array) -> Array:
    """Line up one value per cell with eta of shape (cells,) or (cells, nodes)."""
    return values if eta.ndim == 1 else values[:, None]


@dataclass(frozen=True)
class Binomial:
    """Events out of trials, logit link.

    Attributes
    ----------
    events, trials
        Shape (cells,).
    """

    events: Array
    trials: Array

    def at(self, eta: Array) -> Curve:
        """Give k eta - n log(1 + exp eta) and its derivatives.

        Examples
        --------
        >>> curve = Binomial(np.array([1.0]), np.array([4.0])).at(np.zeros(1))
        >>> [float(part[0]) for part in (curve.score, curve.weight, curve.slope)]
        [-1.0, 1.0, 0.0]
        """
        k, n = _beside(self.events, eta), _beside(self.trials, eta)
        small = np.exp(-np.abs(eta))
        whole = 1.0 + small
        p = np.where(eta >= 0, 1.0, small) / whole
        weight = n * small / whole**2
        value = k * eta - n * (np.maximum(eta, 0.0) + np.log1p(small))
        return Curve(value, k - n * p, weight, weight * (1.0 - 2.0 * p))

    def shape_at(self, eta: Array) -> ShapeCurve | None:
        """Give None: there is no shape."""
        return None

    def with_shape(self, log_shape: float) -> Binomial:
        """Give itself: there is no shape."""
        return self

    def with_events(self, events: Array) -> Binomial:
        """Give the same trials with other events."""
        return replace(self, events=events)

    def part(self, inside: slice) -> Binomial:
        """Give some of the cells."""
        return Binomial(self.events[inside], self.trials[inside])

    def drawn(self, eta: Array, uniforms: Array) -> Array:
        """Draw events out of the trials."""
        return np.asarray(stats.binom.ppf(uniforms, self.trials, special.expit(eta)))


@dataclass(frozen=True)
class Poisson:
    """Counts, log link.

    Attributes
    ----------
    events
        Shape (cells,).
    """

    events: Array

    def at(self, eta: Array) -> Curve:
        """Give y eta - exp eta and its derivatives."""
        y, mean = _beside(self.events, eta), np.exp(np.minimum(eta, 700.0))
        return Curve(y * eta - mean, y - mean, mean, mean)

    def shape_at(self, eta: Array) -> ShapeCurve | None:
        """Give None: there is no shape."""
        return None

    def with_shape(self, log_shape: float) -> Poisson:
        """Give itself: there is no shape."""
        return self

    def with_events(self, events: Array) -> Poisson:
        """Give other counts."""
        return replace(self, events=events)

    def part(self, inside: slice) -> Poisson:
        """Give some of the cells."""
        return Poisson(self.events[inside])

    def drawn(self, eta: Array, uniforms: Array) -> Array:
        """Draw counts."""
        return np.asarray(stats.poisson.ppf(uniforms, np.exp(eta)))


@dataclass(frozen=True)
class NegativeBinomial:
    """Counts with variance mu + mu^2 / size, log link (R's ``nbinom2``, ``glmer.nb``).

    Attributes
    ----------
    events
        Shape (cells,).
    log_size
        Logarithm of the size; the Poisson family is the limit of a large one.
    copies
        Rows of that count that each cell stands for, shape (cells,); None means one.
    distinct
        The different counts, and the place of each cell's among them: functions of count and
        size, which are dear, are computed once for each. None has them looked for.
    """

    events: Array
    log_size: float = 0.0
    copies: Array | None = None
    distinct: tuple[Array, NDArray[np.int64]] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Look for the different counts."""
        if self.distinct is None:
            counts, places = np.unique(self.events, return_inverse=True)
            object.__setattr__(self, "distinct", (counts, places.reshape(-1)))

    @property
    def size(self) -> float:
        """The size, kept where its cube is a number: beyond, the density no longer changes."""
        return float(np.exp(np.clip(self.log_size, -30.0, 30.0)))

    def at(self, eta: Array) -> Curve:
        """Give the log-density without log y!, and its derivatives."""
        y, size = _beside(self.events, eta), self.size
        mean = np.exp(np.minimum(eta, 300.0))
        whole = size + mean
        rising = self._of_counts(log_rising, eta)
        value = rising - (size + y) * np.log1p(mean / size) + y * (eta - np.log(size))
        weight = (y + size) * size * mean / whole**2
        score, slope = size * (y - mean) / whole, weight * (size - mean) / whole
        if self.copies is None:
            return Curve(value, score, weight, slope)
        times = _beside(self.copies, eta)
        return Curve(times * value, times * score, times * weight, times * slope)

    def _of_counts(self, function: Callable[[float, Array], Array], eta: Array) -> Array:
        """Give a function of size and count for each cell."""
        assert self.distinct is not None
        counts, places = self.distinct
        return _beside(function(self.size, counts)[places], eta)

    def shape_at(self, eta: Array) -> ShapeCurve | None:
        """Give the derivatives in the logarithm of the size."""
        y, size = _beside(self.events, eta), self.size
        mean = np.exp(np.minimum(eta, 300.0))
        whole = size + mean
        rising = self._of_counts(digamma_rising, eta)
        value = size * (rising - np.log1p(mean / size) + (mean - y) / whole)
        score = size * (y - mean) * mean / whole**2
        weight = size * mean * ((y + 2 * size) / whole**2 - 2 * (y + size) * size / whole**3)
        if self.copies is None:
            return ShapeCurve(value, score, weight)
        times = _beside(self.copies, eta)
        return ShapeCurve(times * value, times * score, times * weight)

    def with_shape(self, log_shape: float) -> NegativeBinomial:
        """Give the same counts with another size."""
        return replace(self, log_size=log_shape)

    def with_events(self, events: Array) -> NegativeBinomial:
        """Give other counts with the same size."""
        return replace(self, events=events, distinct=None)

    def part(self, inside: slice) -> NegativeBinomial:
        """Give some of the cells."""
        copies = None if self.copies is None else self.copies[inside]
        return NegativeBinomial(self.events[inside], self.log_size, copies)

    def drawn(self, eta: Array, uniforms: Array) -> Array:
        """Draw counts."""
        size = self.size
        return np.asarray(stats.nbinom.ppf(uniforms, size, size / (size + np.exp(eta))))
