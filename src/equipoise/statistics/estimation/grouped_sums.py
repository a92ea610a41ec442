"""Sums within clusters that moments are made of, and the checks on what they are made from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.grouping import Grouping

Array = NDArray[np.float64]


def finite_column(name: str, given: ArrayLike, n: int) -> Array:
    """Check one column of n finite numbers."""
    values = np.asarray(given, dtype=np.float64)
    if values.shape != (n,):
        raise EstimationError(f"The {name} must be one number per row: {n}, not {values.shape}.")
    if not np.isfinite(values).all():
        raise EstimationError(f"There are missing or infinite values in the {name}.")
    return values


def level_of_clusters(name: str, given: NDArray[Any], grouping: Grouping) -> NDArray[Any]:
    """Give a level's label of each cluster, and refuse one that varies inside a cluster."""
    if given.shape != (int(grouping.rows.sum()),):
        raise EstimationError(f"The level {name} must be one label per row.")
    if given.dtype.kind == "O":
        given = np.asarray([str(label) for label in given])
    found = np.empty(grouping.rows.size, dtype=given.dtype)
    if grouping.codes is None:
        found[grouping.order] = given[grouping.starts]
    else:
        found[grouping.codes] = given
    wrong = grouping.spread(found) != given
    if wrong.any():
        label = grouping.spread(grouping.labels)[int(np.argmax(wrong))]
        raise EstimationError(f"Cluster {label} lies in more than one {name}.")
    return found


def weight_ranges(grouping: Grouping, weight: Array | None) -> tuple[Array, Array, Array]:
    """Give the lightest and the heaviest weight and the sum of logarithms of each cluster."""
    j = grouping.rows.size
    if weight is None:
        return np.ones(j), np.ones(j), np.zeros(j)
    lightest = grouping.first(weight)
    logs = grouping.sum(np.log(weight))
    if (grouping.spread(lightest) == weight).all():
        return lightest, lightest.copy(), logs
    heaviest, codes = lightest.copy(), grouping.number()
    np.minimum.at(lightest, codes, weight)
    np.maximum.at(heaviest, codes, weight)
    return lightest, heaviest, logs


def centred_moments(
    grouping: Grouping, columns: list[Array], weight: Array | None
) -> tuple[Array, Array, Array]:
    """Give means (J, k), scatter (J, k, k) and weight (J,) in two passes.

    Deviations are first taken from one row's value, so that a column that is constant in a
    cluster has exactly that mean and exactly no scatter there.
    """
    j, k = grouping.rows.size, len(columns)
    total = grouping.rows.astype(np.float64) if weight is None else grouping.sum(weight)
    mean, scatter = np.empty((j, k)), np.zeros((j, k, k))
    apart: dict[int, tuple[Array, Array]] = {}
    for a, values in enumerate(columns):
        base = grouping.first(values)
        mean[:, a] = base
        deviation = values - grouping.spread(base)
        if not deviation.any():
            continue
        shift = grouping.sum(deviation if weight is None else weight * deviation) / total
        mean[:, a] += shift
        deviation -= grouping.spread(shift)
        weighted = deviation if weight is None else weight * deviation
        apart[a] = (deviation, weighted)
        for b, (other, _) in apart.items():
            scatter[:, a, b] = scatter[:, b, a] = grouping.sum(weighted * other)
    return mean, scatter, total
