"""Rows of counts in the order of their clusters, summed over what they share.

Rows of one cluster with the same covariates carry the same linear predictor, so the likelihood
needs only their sums: events and trials for the binomial family, events and exposure for Poisson.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.statistics.estimation.count_checks import (
    CheckedCounts,
    CountFamily,
    refuse_collinear_columns,
)
from equipoise.statistics.estimation.count_families import (
    Binomial,
    Family,
    NegativeBinomial,
    Poisson,
)
from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.grouping import group_rows
from equipoise.statistics.estimation.rising import log_rising

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class CountCells:
    """Rows summed over what they share, in the order of their clusters.

    Attributes
    ----------
    family
        Counts of the cells.
    design
        Shape (cells, p).
    offset
        Shape (cells,).
    cluster
        Cluster number of each cell, ascending, 0 to G - 1 without gaps, shape (cells,).
    starts
        First cell of each cluster, shape (G,).
    level
        Outer unit of each cluster, shape (G,); None where there is one level.
    levels
        Outer units; 0 where there is one level.
    constant
        Part of the log-likelihood of the rows that holds no parameter.
    """

    family: Family
    design: Array
    offset: Array
    cluster: Whole
    starts: Whole
    level: Whole | None
    levels: int
    constant: float

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return int(self.starts.size)

    def with_family(self, family: Family) -> CountCells:
        """Give the same cells with other counts."""
        return replace(self, family=family)

    def by_cluster(self, values: Array) -> Array:
        """Sum values of cells, shape (cells, ...), within clusters."""
        if self.starts.size == self.cluster.size:
            return values
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))

    def of_cluster(self, values: Array) -> Array:
        """Give every cell the value of its cluster."""
        return values if self.starts.size == self.cluster.size else values[self.cluster]

    def by_level(self, values: Array) -> Array:
        """Sum values of clusters, shape (G,), within outer units."""
        if self.level is None:
            return np.zeros(0)
        sums = np.bincount(self.level, weights=values, minlength=self.levels)
        return np.asarray(sums, dtype=np.float64)

    def of_level(self, values: Array) -> Array:
        """Give every cluster the value of its outer unit; zero where there is none."""
        return np.zeros(self.clusters) if self.level is None else values[self.level]


def sort_rows(columns: list[Array], cluster: Whole) -> tuple[Whole, Whole]:
    """Put rows in the order of their clusters, equal rows of a cluster side by side.

    Parameters
    ----------
    columns
        What makes rows equal, each of shape (n,).
    cluster
        Shape (n,).

    Returns
    -------
    order
        Of the rows, shape (n,).
    starts
        Where, in that order, a run of equal rows of one cluster begins.

    Examples
    --------
    >>> order, starts = sort_rows([np.array([1.0, 2.0, 1.0])], np.array([0, 0, 0]))
    >>> order.tolist(), starts.tolist()
    ([0, 2, 1], [0, 2])
    """
    order = np.argsort(cluster, kind="stable")
    starts = _runs(columns, cluster, order)
    if starts.size == int(cluster.max()) + 1:
        return order, starts
    # One number per row that equal rows share; whether rows are equal is asked of the columns.
    key = np.zeros(cluster.size)
    for position, column in enumerate(columns):
        key += column * np.cos(1.0 + position)
    order = np.lexsort((key, cluster))
    return order, _runs(columns, cluster, order)


def _runs(columns: list[Array], cluster: Whole, order: Whole) -> Whole:
    ordered = cluster[order]
    new = np.ones(order.size, dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    for column in columns:
        values = column[order]
        new[1:] |= values[1:] != values[:-1]
    return np.flatnonzero(new)


def build_cells(
    counts: CheckedCounts, family: CountFamily, level: ArrayLike | None, *, apart: bool = False
) -> CountCells:
    """Sum rows into cells.

    Parameters
    ----------
    counts
        Checked.
    family
        Of the counts. Negative-binomial rows are never summed, but those that are equal in
        everything become one cell that counts as often.
    level
        A label of the outer unit per row, or None.
    apart
        Keep every negative-binomial row in a cell of its own, as drawing new counts needs.

    Raises
    ------
    EstimationError
        Clusters that lie in two outer units, one outer unit, outer units that are the clusters;
        `CollinearError`.
    """
    columns = list(counts.design.T)
    if family == "binomial":
        columns.append(counts.offset)
    if family == "negative-binomial" and apart:
        order = np.argsort(counts.cluster, kind="stable")
        first = np.arange(order.size)
    else:
        if family == "negative-binomial":
            columns += [counts.offset, counts.events]
        order, first = sort_rows(columns, counts.cluster)
    events, trials, offset, copies = (
        values[order] for values in (counts.events, counts.trials, counts.offset, counts.copies)
    )
    design, cluster = counts.design[order[first]], counts.cluster[order[first]]
    refuse_collinear_columns(design)
    total = np.add.reduceat(copies * events, first)
    made: Family
    if family == "binomial":
        constant = float(np.sum(copies * _log_choose(trials, events)))
        made, offset = Binomial(total, np.add.reduceat(copies * trials, first)), offset[first]
    elif family == "poisson":
        shift = np.log(np.add.reduceat(copies * np.exp(offset), first))
        # The family's eta holds the offset of the cell, which those of the rows must replace.
        constant = float(
            np.sum(copies * (events * offset - special.gammaln(events + 1))) - np.sum(total * shift)
        )
        made, offset = Poisson(total), shift
    else:
        constant = -float(np.sum(copies * special.gammaln(events + 1)))
        times = np.add.reduceat(copies, first)
        several = bool((times > 1).any())
        made, offset = (
            NegativeBinomial(events[first], copies=times if several else None),
            (offset[first]),
        )
    starts = np.searchsorted(cluster, np.arange(int(cluster.max()) + 1))
    outer, levels = (None, 0) if level is None else _outer(level, counts.cluster)
    return CountCells(made, design, offset, cluster, starts, outer, levels, constant)


def as_poisson(cells: CountCells) -> CountCells:
    """Give negative-binomial cells those of their limit, the Poisson model; others as they are."""
    family = cells.family
    if not isinstance(family, NegativeBinomial):
        return cells
    if family.copies is None:
        return cells.with_family(Poisson(family.events))
    total, shift = family.copies * family.events, np.log(family.copies)
    return replace(
        cells,
        family=Poisson(total),
        offset=cells.offset + shift,
        constant=cells.constant - float(total @ shift),
    )


def _outer(level: ArrayLike, cluster: Whole) -> tuple[Whole, int]:
    """Give the outer unit of each cluster, and their number."""
    labels = np.asarray(level)
    if labels.shape != cluster.shape:
        raise EstimationError("The level must be one label per row.")
    units = group_rows(labels, "level")
    codes = units.number()
    of_cluster = np.empty(int(cluster.max()) + 1, dtype=np.int64)
    of_cluster[cluster] = codes
    if (of_cluster[cluster] != codes).any():
        raise EstimationError("A cluster lies in two units of the outer level; it must lie in one.")
    if units.labels.size < 2:
        raise EstimationError("The outer level has one unit; a random effect needs at least two.")
    if units.labels.size == of_cluster.size:
        raise EstimationError(
            "Every unit of the outer level holds one cluster, so the two cannot be told apart."
        )
    return of_cluster, int(units.labels.size)


def _log_choose(n: Array, k: Array) -> Array:
    """Give the logarithm of the binomial coefficient, exactly zero where it is one.

    Differences of log-gamma of millions of trials would lose the eighth decimal.
    """
    fewer = np.minimum(k, n - k)
    return np.asarray(log_rising(n - fewer + 1, fewer) - special.gammaln(fewer + 1))
