"""The (restricted) likelihood of a mixed model from clusters' moments, with its derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.mixed_jets import (
    Jet,
    LogJet,
    with_random_effect,
    without_fixed_effects,
)
from equipoise.statistics.estimation.mixed_layout import Effect, Layout
from equipoise.statistics.estimation.mixed_model import MixedMethod

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Deviance:
    """-2 log-likelihood at given variance components, in scaled units.

    Attributes
    ----------
    value
        In the outcome's own units, with all constants.
    first, second
        Gradient (T,) and Hessian (T, T) by the components; empty where not asked for.
    squares
        Generalised residual sum of squares, r' V^(-1) r: with all components times s it is
        divided by s.
    information
        X'V^(-1)X and X'V^(-1)y of the fixed columns that remain, with derivatives; the outcome
        is last.
    expected
        Hessian of log |V| + log |X'V^(-1)X|, whose half, turned in sign, is the expected
        information of the restricted likelihood.
    """

    value: float
    first: Array
    second: Array
    squares: float
    information: Jet
    expected: Array


@dataclass(frozen=True)
class Likelihood:
    """A likelihood as a function of variance components.

    Attributes
    ----------
    layout
        The model laid over moments.
    method
        ``reml`` or ``ml``.
    runs
        First cluster of each run of one group and one pair of residual and intercept variance.
    run_groups
        Group of the first stage of each run.
    outer
        Products of the constant and the means, shape (J, k, k).
    within
        Scatter of each run, shape (runs, k, k).
    """

    layout: Layout
    method: MixedMethod
    runs: Whole
    run_groups: Whole
    outer: Array
    within: Array

    @classmethod
    def of(cls, layout: Layout, method: MixedMethod) -> Likelihood:
        """Prepare what does not depend on the variance components."""
        j = layout.weight.size
        group = np.zeros(j, dtype=np.int64)
        group[layout.starts[1:]] = 1
        group = np.cumsum(group)
        changes = (np.diff(group) != 0) | (np.diff(layout.residuals) != 0)
        changes |= np.diff(layout.intercepts) != 0
        runs = np.concatenate([[0], np.flatnonzero(changes) + 1])
        means = layout.columns.means
        within = np.add.reduceat(layout.columns.scatter, runs, axis=0)
        return cls(layout, method, runs, group[runs], means[:, :, None] * means[:, None], within)

    def deviance(self, components: Array, order: int = 2) -> Deviance:
        """Evaluate -2 log-likelihood.

        Parameters
        ----------
        components
            Variances and covariances in scaled units, shape (T,).
        order
            Of the derivatives: 0, 1 or 2.
        """
        layout = self.layout
        jet, log = self._clusters(components, order)
        restricted = LogJet(0.0, np.zeros_like(log.first), np.zeros_like(log.second))
        for stage in layout.stages:
            for effect in stage.effects:
                covariance, parts = covariance_of(effect, components)
                jet, gained = with_random_effect(jet, effect.columns, covariance, parts)
                log += gained
            if stage.strata:
                jet, gained = without_fixed_effects(jet, [0])
                restricted += gained
            jet = jet.gathered(stage.starts)
        kept = [*layout.fixed, layout.columns.outcome]
        jet = Jet(
            jet.value[:, kept][:, :, kept],
            jet.first[:, :, kept][:, :, :, kept],
            None if jet.second is None else jet.second[:, :, :, kept][:, :, :, :, kept],
        )
        last, gained = jet, restricted
        if layout.fixed:
            last, gained = without_fixed_effects(jet, list(range(len(layout.fixed))))
            restricted += gained
        squares = float(last.value[0, -1, -1])
        unit = float(np.log(layout.columns.scale[layout.columns.outcome]))
        n = layout.n
        value = log.value + squares
        if self.method == "reml":
            n -= layout.parameters
            value += restricted.value + 2 * float(np.log(layout.columns.scale[layout.fixed]).sum())
        value += n * (np.log(2 * np.pi) + 2 * unit)
        first = log.first + last.first[:, 0, -1, -1]
        second, expected = log.second, log.second
        if jet.second is not None and last.second is not None:
            second = log.second + last.second[:, :, 0, -1, -1]
            expected = log.second + restricted.second
        if self.method == "reml":
            first = first + restricted.first
            second = second + restricted.second
        return Deviance(value, first, second, squares, jet, expected)

    def _clusters(self, components: Array, order: int) -> tuple[Jet, LogJet]:
        """Sum the clusters' cross-products over the groups of the first stage.

        A random intercept shrinks a cluster's mean: with v = s2 / weight + tau2 the mean counts
        1 / v and the scatter about it 1 / s2.
        """
        layout = self.layout
        count = components.size if order else 0
        noise = components[layout.residuals]
        spread = np.where(layout.intercepts >= 0, components[layout.intercepts], 0.0)
        v = noise / layout.weight + spread
        weights = [1.0 / v]
        if order:
            weights += [-(weights[0] ** 2) / layout.weight, -(weights[0] ** 2)]
        if order == 2:
            cube = 2 * weights[0] ** 3
            weights += [cube / layout.weight**2, cube / layout.weight, cube]
        sums = self._weighted(np.asarray(weights))
        c, d = layout.residuals[self.runs], layout.intercepts[self.runs]
        groups, k = layout.starts.size, self.outer.shape[1]
        here, has = self.run_groups, d >= 0
        s2 = components[c][:, None, None]
        value = np.zeros((groups, k, k))
        np.add.at(value, here, self.within / s2 + sums[0])
        first = np.zeros((count, groups, k, k))
        second = np.zeros((count, count, groups, k, k)) if order == 2 else None
        if order:
            np.add.at(first, (c, here), sums[1] - self.within / s2**2)
            np.add.at(first, (d[has], here[has]), sums[2][has])
        if second is not None:
            np.add.at(second, (c, c, here), sums[3] + 2 * self.within / s2**3)
            np.add.at(second, (c[has], d[has], here[has]), sums[4][has])
            np.add.at(second, (d[has], c[has], here[has]), sums[4][has])
            np.add.at(second, (d[has], d[has], here[has]), sums[5][has])
        return Jet(value, first, second), self._log(noise, v, count, order)

    def _weighted(self, weights: Array) -> Array:
        """Sum the products of means over runs with each of m weights: (m, runs, k, k)."""
        j, k = self.outer.shape[:2]
        if self.runs.size == j:
            return np.asarray(weights[:, :, None, None] * self.outer)
        flat = self.outer.reshape(j, k * k)
        ends = np.append(self.runs[1:], j)
        found = [weights[:, a:b] @ flat[a:b] for a, b in zip(self.runs, ends, strict=True)]
        return np.stack(found, axis=1).reshape(weights.shape[0], self.runs.size, k, k)

    def _log(self, noise: Array, v: Array, count: int, order: int) -> LogJet:
        """Give log |V| of the clusters: (rows - 1) log s2 + log v + log weight, less weights."""
        layout = self.layout
        value = float(np.sum((layout.rows - 1) * np.log(noise) + np.log(v * layout.weight)))
        first, second = np.zeros(count), np.zeros((count, count))
        c, d = layout.residuals, layout.intercepts
        has = d >= 0
        if order:
            np.add.at(first, c, (layout.rows - 1) / noise + 1 / (layout.weight * v))
            np.add.at(first, d[has], 1 / v[has])
        if order == 2:
            by = 1 / (layout.weight * v)
            np.add.at(second, (c, c), -(layout.rows - 1) / noise**2 - by**2)
            np.add.at(second, (c[has], d[has]), -(by / v)[has])
            np.add.at(second, (d[has], c[has]), -(by / v)[has])
            np.add.at(second, (d[has], d[has]), -1 / v[has] ** 2)
        return LogJet(value - layout.log_weight, first, second)


def covariance_of(effect: Effect, components: Array) -> tuple[Array, dict[int, Array]]:
    """Give an effect's covariance G and its derivatives by its components."""
    if effect.classes is not None:
        member = [effect.classes == c for c in range(len(effect.components))]
        parts = {
            t: inside.astype(np.float64)[:, None, None]
            for t, inside in zip(effect.components, member, strict=True)
        }
        return sum((components[t] * part for t, part in parts.items()), np.zeros(1)), parts
    q = len(effect.columns)
    entries = [(a, b) for a in range(q) for b in range(a + 1)]
    covariance, parts = np.zeros((q, q)), {}
    for t, (a, b) in zip(effect.components, entries, strict=True):
        part = np.zeros((q, q))
        part[a, b] = part[b, a] = 1.0
        parts[t] = part
        covariance += components[t] * part
    return covariance, parts
