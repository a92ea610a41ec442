"""The (restricted) likelihood of a mixed model from clusters' moments, with its derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.mixed_blocks import GatheredJets, blocks_of
from equipoise.statistics.estimation.mixed_jets import (
    Jet,
    LogJet,
    with_random_effect,
    without_fixed_effects,
)
from equipoise.statistics.estimation.mixed_layout import Effect, Layout, Stage
from equipoise.statistics.estimation.mixed_model import MixedMethod
from equipoise.statistics.estimation.mixed_sums import LONG

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
    blocks
        Likelihoods of blocks of groups, of which only the first stage is asked, each with the
        number of the outer group that it begins in; empty where groups are few.
    """

    layout: Layout
    method: MixedMethod
    runs: Whole
    run_groups: Whole
    outer: Array
    within: Array
    blocks: tuple[tuple[Likelihood, int], ...] = ()

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
        outer = means[:, :, None] * means[:, None]
        blocks = tuple((cls.of(block.layout, method), block.outer) for block in blocks_of(layout))
        return cls(layout, method, runs, group[runs], outer, within, blocks)

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
        if self.blocks:
            jet, log, restricted = self._blockwise(components, order)
            stages = layout.stages[1:]
        else:
            jet, log = self._clusters(components, order)
            restricted = LogJet(0.0, np.zeros_like(log.first), np.zeros_like(log.second))
            stages = layout.stages
        for stage in stages:
            jet, gained, taken = _through(stage, jet, components)
            log += gained
            restricted += taken
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

    def _blockwise(self, components: Array, order: int) -> tuple[Jet, LogJet, LogJet]:
        """Go through the first stage block by block."""
        groups, columns = self.layout.stages[0].starts.size, self.outer.shape[1]
        count = components.size if order else 0
        log = restricted = LogJet(0.0, np.zeros(count), np.zeros((count, count)))
        sums = GatheredJets.zeros(groups, columns, components.size, order)
        for block, outer in self.blocks:
            jet, own = block._clusters(components, order)
            jet, gained, taken = _through(block.layout.stages[0], jet, components)
            log += own + gained
            restricted += taken
            sums.add(jet, outer)
        weights = LogJet(-self.layout.log_weight, np.zeros(count), np.zeros((count, count)))
        return sums.jet(), log + weights, restricted

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
        s2 = components[c][:, None, None]
        first = np.zeros((count, groups, k, k))
        second = np.zeros((count, count, groups, k, k)) if order == 2 else None
        value = self._by_group(self.within / s2 + sums[0])
        if order:
            by_noise, by_spread = sums[1] - self.within / s2**2, sums[2]
        if order == 2:
            twice = sums[3] + 2 * self.within / s2**3
        # Residual and intercept variances of the runs: one of each, or one for each class.
        for i in np.unique(c) if order else ():
            of_noise = c == i
            first[i] += self._by_group(by_noise, of_noise)
            if second is not None:
                second[i, i] += self._by_group(twice, of_noise)
            for t in np.unique(d[of_noise & (d >= 0)]):
                both = of_noise & (d == t)
                first[t] += self._by_group(by_spread, both)
                if second is not None:
                    crossed = self._by_group(sums[4], both)
                    second[i, t] += crossed
                    second[t, i] += crossed
                    second[t, t] += self._by_group(sums[5], both)
        return Jet(value, first, second), self._log(noise, v, count, order)

    def _by_group(self, runs: Array, some: NDArray[np.bool_] | None = None) -> Array:
        """Sum some of the runs, shape (runs, k, k), over their groups."""
        if some is not None and not some.all():
            runs = np.where(some[:, None, None], runs, 0.0)
        if self.runs.size == self.layout.starts.size:
            return runs
        return np.asarray(np.add.reduceat(runs, self._group_starts, axis=0))

    @cached_property
    def _group_starts(self) -> Whole:
        """First run of each group."""
        return np.flatnonzero(np.diff(self.run_groups, prepend=-1))

    def _weighted(self, weights: Array) -> Array:
        """Sum the products of means over runs with each of m weights: (m, runs, k, k)."""
        j, k = self.outer.shape[:2]
        if self.runs.size == j:
            return np.asarray(weights[:, :, None, None] * self.outer)
        flat = self.outer.reshape(j, k * k)
        if j < LONG * self.runs.size:
            sums = np.add.reduceat(weights[:, :, None] * flat, self.runs, axis=1)
            return np.asarray(sums.reshape(weights.shape[0], self.runs.size, k, k))
        ends = np.append(self.runs[1:], j)
        found = [weights[:, a:b] @ flat[a:b] for a, b in zip(self.runs, ends, strict=True)]
        return np.stack(found, axis=1).reshape(weights.shape[0], self.runs.size, k, k)

    def _log(self, noise: Array, v: Array, count: int, order: int) -> LogJet:
        """Give log |V| of the clusters: (rows - 1) log s2 + log v + log weight, less weights."""
        layout = self.layout
        value = float(np.sum((layout.rows - 1) * np.log(noise) + np.log(v * layout.weight)))
        first, second = np.zeros(count), np.zeros((count, count))
        c, d = layout.residuals, layout.intercepts
        by = 1 / (layout.weight * v)
        for i in np.unique(c) if order else ():
            own = c == i
            first[i] += np.sum(((layout.rows - 1) / noise + by)[own])
            if order == 2:
                second[i, i] += np.sum((-(layout.rows - 1) / noise**2 - by**2)[own])
            for t in np.unique(d[own & (d >= 0)]):
                both = own & (d == t)
                first[t] += np.sum(1 / v[both])
                if order == 2:
                    crossed = -np.sum((by / v)[both])
                    second[i, t] += crossed
                    second[t, i] += crossed
                    second[t, t] -= np.sum(1 / v[both] ** 2)
        return LogJet(value - layout.log_weight, first, second)


def _through(stage: Stage, jet: Jet, components: Array) -> tuple[Jet, LogJet, LogJet]:
    """Add a stage's effects, take its strata out, and gather its groups.

    Returns
    -------
    tuple of Jet, LogJet and LogJet
        What is left, and what log |V| and the restricted likelihood's determinant gain.
    """
    count = jet.first.shape[0]
    log = taken = LogJet(0.0, np.zeros(count), np.zeros((count, count)))
    last = len(stage.effects) - 1
    for number, effect in enumerate(stage.effects):
        covariance, parts = covariance_of(effect, components)
        ends = stage.starts if number == last and not stage.strata else None
        jet, gained = with_random_effect(jet, effect.columns, covariance, parts, ends)
        log += gained
    if stage.strata:
        jet, gained = without_fixed_effects(jet, [0], stage.starts)
        taken += gained
    return jet, log, taken


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
