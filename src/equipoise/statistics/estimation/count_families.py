"""Log-densities of counts as functions of the linear predictor, with their derivatives.

A family holds the counts of its cells and answers, for any linear predictor eta, with the
log-density l of every cell and what the estimators need of it: the score l', the weight -l'' and
the slope of the weight. All are log-concave in eta, so a cluster's mode is unique. Parts of the
log-density that hold no parameter are left to `constant`, so that cells may be sums of rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """

    events: Array
    log_size: float = 0.0

    @property
    def size(self) -> float:
        """The size, kept where its cube is a number: beyond, the density no longer changes."""
        return float(np.exp(np.clip(self.log_size, -30.0, 30.0)))

    def at(self, eta: Array) -> Curve:
        """Give the log-density without log y!, and its derivatives."""
        y, size = _beside(self.events, eta), self.size
        mean = np.exp(np.minimum(eta, 300.0))
        whole = size + mean
        value = log_rising(size, y) - size * np.log1p(mean / size) + y * (eta - np.log(whole))
        weight = (y + size) * size * mean / whole**2
        return Curve(value, size * (y - mean) / whole, weight, weight * (size - mean) / whole)

    def shape_at(self, eta: Array) -> ShapeCurve | None:
        """Give the derivatives in the logarithm of the size."""
        y, size = _beside(self.events, eta), self.size
        mean = np.exp(np.minimum(eta, 300.0))
        whole = size + mean
        value = size * (digamma_rising(size, y) - np.log1p(mean / size) + (mean - y) / whole)
        score = size * (y - mean) * mean / whole**2
        weight = size * mean * ((y + 2 * size) / whole**2 - 2 * (y + size) * size / whole**3)
        return ShapeCurve(value, score, weight)

    def with_shape(self, log_shape: float) -> NegativeBinomial:
        """Give the same counts with another size."""
        return replace(self, log_size=log_shape)

    def with_events(self, events: Array) -> NegativeBinomial:
        """Give other counts with the same size."""
        return replace(self, events=events)

    def drawn(self, eta: Array, uniforms: Array) -> Array:
        """Draw counts."""
        size = self.size
        return np.asarray(stats.nbinom.ppf(uniforms, size, size / (size + np.exp(eta))))
