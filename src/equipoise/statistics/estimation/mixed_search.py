"""The search for the variance components: Newton's method on roots of the covariances.

Residual variances are searched by their logarithm and covariance matrices by their Cholesky
factors. A variance of zero is then an ordinary point, at which the likelihood is even in the root,
so that fits at the boundary need no bounds.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.mixed_likelihood import Deviance, Likelihood

Array = NDArray[np.float64]

STEPS = 100
"""Newton steps before a search is given up."""

SETTLED = 1e-8
"""A search has converged when a Newton step would gain less in -2 log-likelihood."""

FLAT = 1e-8
"""Part of the roots' own curvatures below which a direction counts as flat."""

ALONE = (0.003, 0.02, 0.08, 0.25, 0.8, 3.0)
TOGETHER = (0.02, 0.3)
"""Ratios of random to residual variance from which the best start is chosen."""


@dataclass(frozen=True)
class Roots:
    """Roots of the components: logarithms of residual variances, then Cholesky factors by rows.

    Attributes
    ----------
    blocks
        Numbers of the components of each covariance matrix; residual variances first.
    residuals
        Number of residual variances.
    """

    blocks: tuple[tuple[int, ...], ...]
    residuals: int

    @property
    def size(self) -> int:
        """Number of components, and of roots."""
        return sum(len(block) for block in self.blocks)

    def entries(self, block: tuple[int, ...]) -> list[tuple[int, int, int]]:
        """Give number, row and column of each entry of a lower triangle."""
        q = int((np.sqrt(8 * len(block) + 1) - 1) / 2)
        pairs = [(a, b) for a in range(q) for b in range(a + 1)]
        return [(t, a, b) for t, (a, b) in zip(block, pairs, strict=True)]

    def components(self, roots: Array) -> Array:
        """Give variances and covariances."""
        found = np.exp(roots)
        for block in self.blocks[self.residuals :]:
            lower = self._lower(block, roots)
            square = lower @ lower.T
            for t, a, b in self.entries(block):
                found[t] = square[a, b]
        return np.asarray(found)

    def of(self, components: Array) -> Array:
        """Give roots of components whose covariance matrices are positive definite."""
        found = np.log(np.maximum(components, np.finfo(float).tiny))
        for block in self.blocks[self.residuals :]:
            entries = self.entries(block)
            square = np.zeros((entries[-1][1] + 1,) * 2)
            for t, a, b in entries:
                square[a, b] = square[b, a] = components[t]
            lower = np.linalg.cholesky(square)
            for t, a, b in entries:
                found[t] = lower[a, b]
        return np.asarray(found)

    def jacobian(self, roots: Array) -> Array:
        """Give the derivatives of components (rows) by roots (columns), shape (T, T)."""
        found = np.diag(np.exp(roots))
        for block in self.blocks[self.residuals :]:
            lower, entries = self._lower(block, roots), self.entries(block)
            for t, a, b in entries:
                for s, c, d in entries:
                    found[t, s] = (a == c) * lower[b, d] + (b == c) * lower[a, d]
        return found

    def curvature(self, roots: Array, gradient: Array) -> Array:
        """Give the second derivatives of components by roots, weighted by a gradient (T,)."""
        found = np.diag(gradient * np.exp(roots))
        for block in self.blocks[self.residuals :]:
            entries = self.entries(block)
            for s, c, d in entries:
                for u, e, f in entries:
                    found[s, u] = sum(
                        gradient[t] * ((a == c) * (b == e) + (b == c) * (a == e)) * (d == f)
                        for t, a, b in entries
                    )
        return found

    def scaled(self, roots: Array, by: float) -> Array:
        """Multiply all components by a factor."""
        found = roots * np.sqrt(by)
        found[: self.residuals] = roots[: self.residuals] + np.log(by)
        return np.asarray(found)

    def _lower(self, block: tuple[int, ...], roots: Array) -> Array:
        entries = self.entries(block)
        lower = np.zeros((entries[-1][1] + 1,) * 2)
        for t, a, b in entries:
            lower[a, b] = roots[t]
        return lower


@dataclass(frozen=True)
class Found:
    """Where a search ended.

    Attributes
    ----------
    roots, components
        Shape (T,).
    deviance
        There, with derivatives by components.
    gradient, curvature
        By roots, shapes (T,) and (T, T).
    decrement
        What one more Newton step would gain.
    converged
        Whether that is nothing and the curvature is that of a minimum.
    """

    roots: Array
    components: Array
    deviance: Deviance
    gradient: Array
    curvature: Array
    decrement: float
    converged: bool


def roots_of(likelihood: Likelihood) -> Roots:
    """Give the roots that belong to a likelihood's components."""
    return Roots(likelihood.layout.blocks, likelihood.layout.residual_variances)


def search(
    likelihood: Likelihood, start: Array | None = None, held: frozenset[int] = frozenset()
) -> Found:
    """Minimise -2 log-likelihood.

    Parameters
    ----------
    likelihood
        Of a model.
    start
        Roots to start from; None looks for a good start.
    held
        Numbers of roots that stay where they start.

    Raises
    ------
    EstimationError
        No variation is left over, so that the likelihood has no maximum.
    """
    space = roots_of(likelihood)
    roots = _start(likelihood, space) if start is None else start
    free = [t for t in range(space.size) if t not in held]
    here = _look(likelihood, space, roots, free)
    for _ in range(STEPS):
        if here.converged:
            break
        after = _step(likelihood, space, here, free)
        if after is None:
            break
        here = after
    # One step more is free and squares what is left of the error.
    last = _step(likelihood, space, here, free) if here.converged else None
    return here if last is None or not last.converged else last


def _look(likelihood: Likelihood, space: Roots, roots: Array, free: list[int]) -> Found:
    """Evaluate a point: derivatives by roots, and what a Newton step would gain."""
    components = space.components(roots)
    deviance = likelihood.deviance(components)
    jacobian = space.jacobian(roots)
    gradient = jacobian.T @ deviance.first
    curvature = jacobian.T @ deviance.second @ jacobian
    curvature += space.curvature(roots, deviance.first)
    values, vectors = _directions(curvature, free)
    along = vectors.T @ gradient[free]
    decrement = float(np.sum(along**2 / np.maximum(np.abs(values), FLAT)))
    minimum = bool(values.min(initial=0.0) > -FLAT) and bool(np.isfinite(deviance.value))
    settled = decrement < SETTLED
    return Found(roots, components, deviance, gradient, curvature, decrement, settled and minimum)


def _step(likelihood: Likelihood, space: Roots, here: Found, free: list[int]) -> Found | None:
    """Take a Newton step, shortened until it does not climb; None if none can be found."""
    values, vectors = _directions(here.curvature, free)
    size = np.maximum(np.abs(values), FLAT)
    move = np.zeros(space.size)
    move[free] = -vectors @ ((vectors.T @ here.gradient[free]) / size)
    longest = float(np.abs(move).max(initial=0.0))
    if longest > 1.0:
        move /= longest
    noise = 1e-13 * (1.0 + abs(here.deviance.value))
    for _ in range(40):
        if not np.isfinite(move).all():
            return None
        after = _look(likelihood, space, here.roots + move, free)
        if after.deviance.value <= here.deviance.value + noise:
            return after
        move /= 2
    return None


def _directions(curvature: Array, free: list[int]) -> tuple[Array, Array]:
    """Give curvatures along directions of roots in units of their own curvature.

    Roots may be of very different sizes, and what is flat must not depend on that.
    """
    square = curvature[np.ix_(free, free)]
    own = np.abs(np.diag(square))
    unit = 1.0 / np.sqrt(np.maximum(own, 1e-12 * own.max(initial=1e-300)))
    values, vectors = np.linalg.eigh(unit[:, None] * square * unit)
    return values, unit[:, None] * vectors


def _start(likelihood: Likelihood, space: Roots) -> Array:
    """Choose the best of a few ratios of variances, each at its best scale."""
    layout = likelihood.layout
    matrices = space.blocks[space.residuals :]
    n = layout.n - (layout.parameters if likelihood.method == "reml" else 0)
    best, least = None, np.inf
    ratios = ALONE if len(matrices) == 1 else TOGETHER
    for choice in itertools.product(ratios, repeat=len(matrices)):
        roots = np.zeros(space.size)
        for block, ratio in zip(matrices, choice, strict=True):
            for t, a, b in space.entries(block):
                roots[t] = np.sqrt(ratio) if a == b else 0.0
        at = likelihood.deviance(space.components(roots), order=0)
        if not at.squares > 1e-20 * n:
            raise EstimationError("The model leaves no variation over, so it cannot be fitted.")
        scale = at.squares / n
        value = at.value + n * np.log(scale) - at.squares + n
        if value < least:
            least, best = value, space.scaled(roots, scale)
    if best is None:
        raise EstimationError("The likelihood of the mixed model cannot be computed.")
    return best
