"""Differences of log-gamma and digamma: exact sums over whole steps, at any size."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.statistics.estimation.rising import digamma_rising, log_rising


@pytest.mark.parametrize("a", [1e-3, 0.7, 12.0, 49.9, 50.1, 3e3, 1e8, 1e15])
@pytest.mark.parametrize("y", [0, 1, 2, 37])
def test_they_are_sums_over_whole_steps(a: float, y: int) -> None:
    logs = math.fsum(math.log(a + i) for i in range(y))
    shares = math.fsum(1 / (a + i) for i in range(y))
    assert log_rising(a, y) == pytest.approx(logs, rel=1e-13, abs=1e-14)
    assert digamma_rising(a, y) == pytest.approx(shares, rel=1e-12, abs=1e-300)


def test_they_broadcast() -> None:
    assert log_rising(np.ones((3, 1)), np.ones(2)).shape == (3, 2)
