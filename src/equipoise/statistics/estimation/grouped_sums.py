"""Sums within clusters that moments are made of, and the checks on what they are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Centred:
    """Means (J, k), what their rounding left over (J, k), scatter (J, k, k) and weight (J,)."""

    mean: Array
    remainder: Array
    scatter: Array
    weight: Array


def centred_moments(
    grouping: Grouping,
    columns: list[Array],
    weight: Array | None,
    remainders: list[Array] | None = None,
) -> Centred:
    """Sum columns within groups in two passes.

    Deviations are first taken from one row's value, so that a column that is constant in a
    cluster has exactly that mean and exactly no scatter there. A mean of 10^8 has eight digits
    behind the point, too few for the scatter of what is pooled later about it: the rest of them
    is kept apart. `remainders` are those of columns that are means themselves.
    """
    j, k = grouping.rows.size, len(columns)
    total = grouping.rows.astype(np.float64) if weight is None else grouping.sum(weight)
    mean, remainder, scatter = np.empty((j, k)), np.zeros((j, k)), np.zeros((j, k, k))
    apart: dict[int, tuple[Array, Array]] = {}
    for a, values in enumerate(columns):
        base = grouping.first(values)
        mean[:, a] = base
        deviation = values - grouping.spread(base)
        if remainders is not None:
            deviation += remainders[a]
        if not deviation.any():
            continue
        shift = grouping.sum(deviation if weight is None else weight * deviation) / total
        mean[:, a], remainder[:, a] = two_sum(base, shift)
        deviation -= grouping.spread(shift)
        weighted = deviation if weight is None else weight * deviation
        apart[a] = (deviation, weighted)
        for b, (other, _) in apart.items():
            scatter[:, a, b] = scatter[:, b, a] = grouping.sum(weighted * other)
    return Centred(mean, remainder, scatter, total)


def moments_of_sums(
    sums: Mapping[str, ArrayLike],
    products: Mapping[tuple[str, str], ArrayLike],
    number: Array,
    shift: Mapping[str, float],
) -> Centred:
    """Centre raw sums of columns less `shift`; parameters as in `ClusterMoments.from_sums`."""
    if (number < 1).any() or (number != np.rint(number)).any():
        raise EstimationError("The numbers of rows must be whole and above zero.")
    names, m = tuple(sums), number.size
    columns = [finite_column(name, sums[name], m) for name in names]
    mean = np.column_stack(columns) / number[:, None]
    scatter = np.empty((m, len(names), len(names)))
    for a, first in enumerate(names):
        for b, second in enumerate(names[: a + 1]):
            found = products.get((first, second), products.get((second, first)))
            if found is None:
                raise EstimationError(f"The sum of products of {first} and {second} is absent.")
            raw = finite_column(f"{first} x {second}", found, m)
            scatter[:, a, b] = scatter[:, b, a] = raw - number * mean[:, a] * mean[:, b]
    own = np.einsum("jaa->ja", scatter)
    size = number[:, None] * mean**2
    if (own < -1e-9 * size - 1e-300).any():
        raise EstimationError("A sum of squares is smaller than the square of its sum allows.")
    own[np.abs(own) <= 1e-14 * size] = 0.0
    origin = np.asarray([shift.get(name, 0.0) for name in names])
    moved, lost = two_sum(np.broadcast_to(origin, mean.shape), mean)
    return Centred(moved, lost, scatter, number)


def two_sum(one: Array, other: Array) -> tuple[Array, Array]:
    """Add numbers, and give what rounding lost of the sum, exactly (Knuth's two-sum)."""
    total = one + other
    held = total - one
    return total, (one - (total - held)) + (other - held)
