"""Separation: found where it is, and only there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation.separation import separated_columns


def _found(x: list[float], k: list[int], n: int = 1, *, bounded: bool = True) -> Any:
    events = np.array(k)
    design = np.column_stack([np.ones(len(x)), x])
    all_ = (events == n) if bounded else np.zeros(events.size, dtype=bool)
    return separated_columns(design, events == 0, all_).tolist()


@pytest.mark.parametrize(
    ("x", "k", "columns"),
    [
        pytest.param([1, 2, 3, 4], [0, 0, 1, 1], [0, 1], id="complete"),
        pytest.param([1, 2, 2, 4], [0, 0, 1, 1], [0, 1], id="quasi-complete"),
        pytest.param([1, 2, 3, 4], [0, 1, 0, 1], [], id="overlap"),
        pytest.param([0, 0, 1, 1], [0, 1, 1, 1], [1], id="an arm of events"),
    ],
)
def test_rows_of_0_and_1(x: list[float], k: list[int], columns: list[int]) -> None:
    assert _found(x, k) == columns


def test_a_cell_with_both_ties_its_predictor_down() -> None:
    assert _found([1, 2, 3, 4], [0, 0, 3, 3], 3) == [0, 1]
    assert _found([1, 2, 3, 4], [0, 1, 2, 3], 3) == []


def test_counts_have_no_upper_bound() -> None:
    assert _found([0, 0, 1, 1], [3, 1, 0, 0], bounded=False) == [1]
    assert _found([0, 0, 1, 1], [3, 0, 0, 2], bounded=False) == []
