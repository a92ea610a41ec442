"""Moments of other columns and larger clusters are those of the rows."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.statistics.estimation import (
    ClusterMoments,
    EstimationError,
    regrouped,
    with_columns,
)

RNG = np.random.default_rng(4)
SMALL = RNG.integers(0, 24, 300)
Y, X = 1e7 + RNG.normal(size=300), RNG.normal(size=300)


def test_clusters_pooled_into_larger_ones_are_those_of_the_rows() -> None:
    small = ClusterMoments.from_rows({"y": Y, "x": X}, SMALL)
    arm = np.arange(24) % 2
    cells = with_columns(small, {"arm": arm, "outcome": "y", "x": "x"})
    found = regrouped(cells, np.arange(24) // 4, {"side": np.arange(24) // 12})
    want = ClusterMoments.from_rows(
        {"arm": arm[SMALL], "outcome": Y, "x": X}, SMALL // 4, levels={"side": SMALL // 12}
    )
    assert found.columns == want.columns
    np.testing.assert_array_equal(found.levels["side"], want.levels["side"])
    for name in ("rows", "weight", "mean", "scatter"):
        np.testing.assert_allclose(getattr(found, name), getattr(want, name), rtol=1e-10)


def test_columns_that_are_not_there_and_values_that_are_not_finite() -> None:
    moments = ClusterMoments.from_rows({"y": Y}, SMALL)
    with pytest.raises(EstimationError, match="no column z"):
        with_columns(moments, {"z": "z"})
    with pytest.raises(EstimationError, match="missing or infinite"):
        with_columns(moments, {"z": np.full(24, np.nan)})
