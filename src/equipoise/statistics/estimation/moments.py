"""A cluster's moments: all that linear and mixed models need to know of its rows.

Kept are each cluster's weight, its mean and its cross-products about that mean, not the raw
X'X, X'y and y'y: these follow from them (`ClusterMoments.gram`), but the other way digits are
lost where the mean is large beside the spread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.grouped_sums import (
    centred_moments,
    finite_column,
    level_of_clusters,
    moments_of_sums,
    weight_ranges,
)
from equipoise.statistics.estimation.grouping import Grouping, group_rows

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ClusterMoments:
    """Weighted moments of named columns, cluster by cluster. Add two to pool their rows.

    Moments are enough for linear and mixed models whose working covariance is built from
    clusters, and for counts. They are not enough for CR2 or Satterthwaite degrees of freedom
    under weights that vary inside a cluster (`fit_linear` takes rows), nor for logistic or
    GEE models with covariates that vary inside a cluster.

    Attributes
    ----------
    clusters
        Their labels in ascending order, shape (J,).
    columns
        Names of the k columns, the outcome among them; the constant goes without saying.
    rows
        Rows, shape (J,).
    weight
        Sum of the weights, shape (J,); equal to `rows` without weights.
    log_weight
        Sum of the logarithms of the weights, shape (J,), which likelihoods need.
    lightest, heaviest
        Smallest and largest weight of a row, shape (J,).
    mean
        Weighted means, shape (J, k), in units of the columns.
    remainder
        What rounding left over of these means, shape (J, k): where a mean is large beside the
        spread, pooling needs its further digits (`about`).
    scatter
        Weighted cross-products about those means, shape (J, k, k).
    levels
        What clusters lie in (``authority``), by name: labels of shape (J,).
    """

    clusters: NDArray[Any]
    columns: tuple[str, ...]
    rows: Whole
    weight: Array
    log_weight: Array
    lightest: Array
    heaviest: Array
    mean: Array
    remainder: Array
    scatter: Array
    levels: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @classmethod
    def from_rows(
        cls,
        columns: Mapping[str, ArrayLike],
        clusters: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        levels: Mapping[str, ArrayLike] | None = None,
    ) -> ClusterMoments:
        """Build moments from rows in any order, in one vectorised pass per pair of columns.

        Parameters
        ----------
        columns
            Each of shape (n,), finite.
        clusters
            A label per row, shape (n,). Rows of a cluster that stand together are fastest.
        weights
            Above zero, shape (n,); None means one.
        levels
            Labels per row, shape (n,), each constant in clusters.

        Raises
        ------
        EstimationError
            Missing or infinite values, weights not above zero, lengths that differ, a level
            that varies inside a cluster.

        Examples
        --------
        >>> moments = ClusterMoments.from_rows({"y": [1.0, 3.0, 5.0]}, ["a", "a", "b"])
        >>> moments.weight.tolist(), moments.mean[:, 0].tolist(), moments.scatter[:, 0, 0].tolist()
        ([2.0, 1.0], [2.0, 5.0], [2.0, 0.0])
        """
        grouping = group_rows(clusters)
        n = int(grouping.rows.sum())
        weight = None if weights is None else finite_column("weights", weights, n)
        if weight is not None and not (weight > 0).all():
            raise EstimationError("Every weight must be above zero.")
        values = {name: finite_column(name, given, n) for name, given in columns.items()}
        made = centred_moments(grouping, list(values.values()), weight)
        lightest, heaviest, logs = weight_ranges(grouping, weight)
        return cls(
            clusters=grouping.labels,
            columns=tuple(values),
            rows=grouping.rows,
            weight=made.weight,
            log_weight=logs,
            lightest=lightest,
            heaviest=heaviest,
            mean=made.mean,
            remainder=made.remainder,
            scatter=made.scatter,
            levels={
                name: level_of_clusters(name, np.asarray(given), grouping)
                for name, given in (levels or {}).items()
            },
        )

    @classmethod
    def from_counts(
        cls,
        events: ArrayLike,
        trials: ArrayLike,
        clusters: ArrayLike,
        *,
        name: str = "y",
        levels: Mapping[str, ArrayLike] | None = None,
    ) -> ClusterMoments:
        """Build the moments of a 0/1 outcome from events out of trials.

        Several rows of one cluster are pooled. Rows without trials carry nothing and are left
        out.

        Raises
        ------
        EstimationError
            Counts that are negative, not whole, or more events than trials.

        Examples
        --------
        >>> moments = ClusterMoments.from_counts([1, 3], [4, 4], ["a", "b"])
        >>> moments.mean[:, 0].tolist(), moments.scatter[:, 0, 0].tolist()
        ([0.25, 0.75], [0.75, 0.75])
        """
        k = np.asarray(events, dtype=np.float64)
        n = finite_column("trials", trials, k.size)
        k = finite_column("events", k, n.size)
        if (k < 0).any() or (k > n).any() or (k != np.rint(k)).any() or (n != np.rint(n)).any():
            raise EstimationError("Events and trials must be whole, with 0 <= events <= trials.")
        kept = n > 0
        if not kept.any():
            raise EstimationError("There are no trials in any row.")
        rate = k[kept] / n[kept]
        return cls.from_sums(
            {name: rate * n[kept]},
            {(name, name): k[kept]},
            n[kept].astype(np.int64),
            np.asarray(clusters)[kept],
            levels={key: np.asarray(given)[kept] for key, given in (levels or {}).items()},
        )

    @classmethod
    def from_sums(
        cls,
        sums: Mapping[str, ArrayLike],
        products: Mapping[tuple[str, str], ArrayLike],
        rows: ArrayLike,
        clusters: ArrayLike,
        *,
        levels: Mapping[str, ArrayLike] | None = None,
        shift: Mapping[str, float] | None = None,
    ) -> ClusterMoments:
        """Build moments from raw sums and sums of products, as a group-by gives them.

        Parameters
        ----------
        sums
            Sum of each column, shape (m,).
        products
            Sum of the product of each pair of columns, in either order, shape (m,).
        rows
            Rows, shape (m,), above zero.
        clusters
            Labels, shape (m,); rows of one cluster are pooled.
        shift
            A number by column, declared before: sums and products are of the column less it.
            Where a mean is large beside the spread, sums of the column itself have lost their
            digits.

        Raises
        ------
        EstimationError
            A pair without its sum of products, or products that no data can have.

        Examples
        --------
        >>> moments = ClusterMoments.from_sums({"y": [4.0]}, {("y", "y"): [10.0]}, [2], ["a"])
        >>> moments.mean.tolist(), moments.scatter.tolist()
        ([[2.0]], [[[2.0]]])
        """
        number = finite_column("rows", rows, np.size(rows))
        made = moments_of_sums(sums, products, number, shift or {})
        labels = np.asarray(clusters)
        flat = cls(
            clusters=labels,
            columns=tuple(sums),
            rows=number.astype(np.int64),
            weight=number,
            log_weight=np.zeros_like(number),
            lightest=np.ones_like(number),
            heaviest=np.ones_like(number),
            mean=made.mean,
            remainder=made.remainder,
            scatter=made.scatter,
            levels={key: np.asarray(given) for key, given in (levels or {}).items()},
        )
        return _pooled(flat, group_rows(labels))

    @classmethod
    def pool(cls, parts: Iterable[ClusterMoments]) -> ClusterMoments:
        """Pool moments of different rows: chunks of a file, or files made in different places.

        Raises
        ------
        EstimationError
            No parts, or parts whose columns, levels or labels do not go together.

        Examples
        --------
        >>> one = ClusterMoments.from_rows({"y": [1.0, 3.0]}, [1, 1])
        >>> two = ClusterMoments.from_rows({"y": [5.0, 5.0]}, [1, 2])
        >>> (one + two).mean[:, 0].tolist()
        [3.0, 5.0]
        """
        every = list(parts)
        if not every:
            raise EstimationError("There are no moments to pool.")
        first = every[0]
        for other in every[1:]:
            if other.columns != first.columns or set(other.levels) != set(first.levels):
                raise EstimationError(
                    f"Moments of the columns {list(first.columns)} cannot be pooled with moments "
                    f"of {list(other.columns)}; both need the same columns and levels."
                )
            if (other.clusters.dtype.kind in "US") != (first.clusters.dtype.kind in "US"):
                raise EstimationError("Labels that are text cannot be pooled with numbers.")

        def joined(name: str) -> Any:
            return np.concatenate([getattr(part, name) for part in every])

        flat = cls(
            joined("clusters"),
            first.columns,
            joined("rows"),
            joined("weight"),
            joined("log_weight"),
            joined("lightest"),
            joined("heaviest"),
            joined("mean"),
            joined("remainder"),
            joined("scatter"),
            {name: np.concatenate([part.levels[name] for part in every]) for name in first.levels},
        )
        return _pooled(flat, group_rows(flat.clusters))

    def __add__(self, other: ClusterMoments) -> ClusterMoments:
        return ClusterMoments.pool([self, other])

    def merge(self, other: ClusterMoments) -> ClusterMoments:
        """Pool the rows of both; the same as ``+``."""
        return self + other

    def position(self, column: str) -> int:
        """Give the position of a column.

        Raises
        ------
        EstimationError
            There is no such column.
        """
        if column not in self.columns:
            raise EstimationError(f"The moments have no column {column}; they have {self.columns}.")
        return self.columns.index(column)

    def about(self, centre: Array) -> Array:
        """Give the means less `centre`, shape (k,), with all the digits there are: (J, k)."""
        return np.asarray((self.mean - centre) + self.remainder)

    def level(self, name: str) -> Grouping:
        """Group the clusters by a level.

        Raises
        ------
        EstimationError
            There is no such level.
        """
        if name not in self.levels:
            raise EstimationError(f"The moments have no level {name}; they have {[*self.levels]}.")
        return group_rows(self.levels[name], name)

    @property
    def gram(self) -> Array:
        """Raw cross-products of the constant and the columns: n, X'X, X'y, y'y, (J, 1+k, 1+k)."""
        ones = np.hstack([np.ones((self.weight.size, 1)), self.mean])
        raw = self.weight[:, None, None] * ones[:, :, None] * ones[:, None, :]
        raw[:, 1:, 1:] += self.scatter
        return np.asarray(raw)

    @property
    def varies(self) -> NDArray[np.bool_]:
        """Whether each column varies inside any cluster, shape (k,)."""
        return np.asarray(np.einsum("jaa->ja", self.scatter).any(axis=0))

    @property
    def weights_vary(self) -> bool:
        """Whether weights vary inside any cluster."""
        return bool((self.heaviest - self.lightest > 1e-12 * self.heaviest).any())

    def derived(
        self, name: str, column: str | None, scale: ArrayLike = 1.0, shift: ArrayLike = 0.0
    ) -> ClusterMoments:
        """Add a column that is scale x column + shift, both constant in clusters.

        Parameters
        ----------
        name
            Of the new column.
        column
            An old column, or None for a column that is `shift` alone (a value per cluster).
        scale, shift
            Numbers, or a value per cluster, shape (J,).

        Examples
        --------
        >>> moments = ClusterMoments.from_rows({"y": [1.0, 3.0, 5.0]}, [1, 1, 2])
        >>> moments.derived("arm", None, shift=[0.0, 1.0]).mean.tolist()
        [[2.0, 0.0], [5.0, 1.0]]
        """
        if name in self.columns:
            raise EstimationError(f"The moments already have a column {name}.")
        j, k = self.mean.shape
        factor = np.broadcast_to(np.asarray(scale, dtype=np.float64), (j,))
        added = np.broadcast_to(np.asarray(shift, dtype=np.float64), (j,))
        if not (np.isfinite(factor).all() and np.isfinite(added).all()):
            raise EstimationError(f"There are missing or infinite values in the column {name}.")
        mean = np.hstack([self.mean, added[:, None]])
        remainder = np.hstack([self.remainder, np.zeros((j, 1))])
        scatter = np.zeros((j, k + 1, k + 1))
        scatter[:, :k, :k] = self.scatter
        if column is not None:
            at = self.position(column)
            mean[:, k] += factor * self.mean[:, at]
            remainder[:, k] = factor * self.remainder[:, at]
            scatter[:, k, :k] = scatter[:, :k, k] = factor[:, None] * self.scatter[:, at]
            scatter[:, k, k] = factor**2 * self.scatter[:, at, at]
        return replace(
            self, columns=(*self.columns, name), mean=mean, remainder=remainder, scatter=scatter
        )

    def reweighted(self, factor: ArrayLike) -> ClusterMoments:
        """Multiply the weights by a factor above zero that is constant in clusters, shape (J,)."""
        by = finite_column("weights", factor, self.weight.size)
        if not (by > 0).all():
            raise EstimationError("Every weight must be above zero.")
        return replace(
            self,
            weight=self.weight * by,
            log_weight=self.log_weight + self.rows * np.log(by),
            lightest=self.lightest * by,
            heaviest=self.heaviest * by,
            scatter=self.scatter * by[:, None, None],
        )


def _pooled(flat: ClusterMoments, grouping: Grouping) -> ClusterMoments:
    """Pool entries of one label (Chan, Golub and LeVeque 1983, by groups)."""
    made = centred_moments(grouping, list(flat.mean.T), flat.weight, list(flat.remainder.T))
    j, k = made.mean.shape
    within = np.empty_like(made.scatter)
    for a in range(k):
        for b in range(a + 1):
            within[:, a, b] = within[:, b, a] = grouping.sum(flat.scatter[:, a, b])
    codes = grouping.number()
    lightest, heaviest = np.full(j, np.inf), np.zeros(j)
    np.minimum.at(lightest, codes, flat.lightest)
    np.maximum.at(heaviest, codes, flat.heaviest)
    rows = np.zeros(j, dtype=np.int64)
    np.add.at(rows, codes, flat.rows)
    return ClusterMoments(
        clusters=grouping.labels,
        columns=flat.columns,
        rows=rows,
        weight=made.weight,
        log_weight=grouping.sum(flat.log_weight),
        lightest=lightest,
        heaviest=heaviest,
        mean=made.mean,
        remainder=made.remainder,
        scatter=made.scatter + within,
        levels={
            name: level_of_clusters(name, given, grouping) for name, given in flat.levels.items()
        },
    )
