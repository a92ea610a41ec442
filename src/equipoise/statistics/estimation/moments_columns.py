"""Moments of other columns and of larger clusters, made from those at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.moments import ClusterMoments


def with_columns(moments: ClusterMoments, columns: Mapping[str, str | ArrayLike]) -> ClusterMoments:
    """Give moments of other columns.

    Parameters
    ----------
    moments
        Of J clusters.
    columns
        By new name: the name of an old column, or a value for each cluster, shape (J,), which
        all its rows have.

    Raises
    ------
    EstimationError
        An old column that is not there, or values that are not finite.

    Examples
    --------
    >>> moments = ClusterMoments.from_rows({"y": [1.0, 3.0, 5.0]}, [1, 1, 2])
    >>> with_columns(moments, {"arm": [0.0, 1.0], "outcome": "y"}).mean.tolist()
    [[0.0, 2.0], [1.0, 5.0]]
    """
    j = moments.weight.size
    mean, scatter = np.empty((j, len(columns))), np.zeros((j, len(columns), len(columns)))
    remainder = np.zeros((j, len(columns)))
    old: dict[int, int] = {}
    for k, (name, given) in enumerate(columns.items()):
        if isinstance(given, str):
            old[k] = moments.position(given)
            mean[:, k] = moments.mean[:, old[k]]
            remainder[:, k] = moments.remainder[:, old[k]]
        else:
            mean[:, k] = np.broadcast_to(np.asarray(given, dtype=np.float64), (j,))
            if not np.isfinite(mean[:, k]).all():
                raise EstimationError(f"There are missing or infinite values in the {name}.")
    for a, at in old.items():
        for b, other in old.items():
            scatter[:, a, b] = moments.scatter[:, at, other]
    return replace(moments, columns=tuple(columns), mean=mean, remainder=remainder, scatter=scatter)


def regrouped(
    moments: ClusterMoments,
    clusters: NDArray[Any],
    levels: Mapping[str, NDArray[Any]] | None = None,
) -> ClusterMoments:
    """Pool clusters into larger ones.

    Parameters
    ----------
    moments
        Of J clusters.
    clusters
        Label of the larger cluster that each lies in, shape (J,).
    levels
        Labels, shape (J,) each, that are constant in the larger clusters.

    Examples
    --------
    >>> moments = ClusterMoments.from_rows({"y": [1.0, 3.0, 5.0]}, [1, 1, 2])
    >>> regrouped(moments, np.array([7, 7])).mean.tolist()
    [[3.0]]
    """
    return ClusterMoments.pool([replace(moments, clusters=clusters, levels=dict(levels or {}))])
