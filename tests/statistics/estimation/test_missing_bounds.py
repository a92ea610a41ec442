"""Worst-case and Imbens-Manski bounds: by hand, in the limits, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation import EstimationError, fit_linear
from equipoise.statistics.estimation.missing_bounds import (
    imbens_manski,
    possible_rates,
    worst_case_bounds,
)

ARM = np.array([0, 0, 0, 0, 1, 1, 1, 1])


def _difference(y: np.ndarray) -> tuple[float, float]:
    fit = fit_linear(y, np.column_stack([np.ones(y.size), ARM]))
    return float(fit.coefficients[1]), float(fit.se[1])


def test_a_binary_outcome_by_hand() -> None:
    y = np.array([0, 1, 0, np.nan, 1, 1, 0, np.nan])
    low, high = np.nan_to_num(y, nan=0.0), np.nan_to_num(y, nan=1.0)
    found = worst_case_bounds(low, high, ARM, _difference, df=6)
    assert (found.lower, found.upper) == pytest.approx((2 / 4 - 2 / 4, 3 / 4 - 1 / 4))
    assert found.unknown == (1, 1)
    reach = stats.t.ppf(0.975, 6)
    assert found.interval == pytest.approx(
        (found.lower - reach * found.se_lower, found.upper + reach * found.se_upper)
    )
    assert found.interval[0] < found.effect_interval[0] < found.lower


def test_with_nothing_missing_the_bounds_meet() -> None:
    low, high = possible_rates([1, 2, 3, 2, 5, 6, 4, 5], [10] * 8, [10] * 8)
    found = worst_case_bounds(low, high, ARM, _difference)
    assert found.lower == found.upper == _difference(low)[0]
    assert found.effect_interval == pytest.approx(found.interval)


def test_no_completion_lies_outside_the_bounds() -> None:
    rng = np.random.default_rng(1)
    events, observed, members = rng.integers(0, 5, 8), np.full(8, 6), np.full(8, 10)
    low, high = possible_rates(events, observed, members)
    found = worst_case_bounds(low, high, ARM, _difference)
    for _ in range(200):
        estimate = _difference((events + rng.integers(0, 5, 8)) / members)[0]
        assert found.lower - 1e-12 <= estimate <= found.upper + 1e-12


@pytest.mark.parametrize("apart", [0.0, 0.3, 1.0, 4.0])
def test_the_factor_solves_its_equation(apart: float) -> None:
    lower, upper = imbens_manski(0.0, apart, 1.0, 0.5, alpha=0.1)
    c = -lower
    assert (upper - apart) == pytest.approx(0.5 * c)
    assert stats.norm.cdf(c + apart) - stats.norm.cdf(-c) == pytest.approx(0.9, abs=1e-12)
    assert stats.norm.ppf(0.9) <= c <= stats.norm.ppf(0.95) + 1e-12


@pytest.mark.parametrize(
    ("low", "high", "arm", "words"),
    [
        ([0.0] * 7, [1.0] * 8, ARM, "one number per row"),
        ([2.0] * 8, [1.0] * 8, ARM, "not above its highest"),
        ([np.nan] * 8, [1.0] * 8, ARM, "not above its highest"),
        ([0.0] * 8, [1.0] * 8, ARM + 1, "1 in the arm and 0"),
        ([0.0] * 8, [1.0] * 8, 1 - ARM, "falls where"),
    ],
)
def test_what_has_no_bounds_is_refused(low: Any, high: Any, arm: Any, words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        worst_case_bounds(low, high, arm, lambda y: (float(y[4:].mean() - y[:4].mean()), 1.0))


@pytest.mark.parametrize(
    "counts", [([3], [2], [10]), ([1], [11], [10]), ([-1], [2], [10]), ([0], [0], [0])]
)
def test_impossible_counts_are_refused(counts: Any) -> None:
    with pytest.raises(EstimationError, match="0 <= events"):
        possible_rates(*counts)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ((1.0, 0.0, 1.0, 1.0, 0.05), "above the upper"),
        ((0.0, 1.0, 0.0, 1.0, 0.05), "errors of the bounds"),
        ((0.0, 1.0, 1.0, 1.0, 1.0), "Alpha"),
    ],
)
def test_impossible_bounds_are_refused(bounds: tuple[float, ...], words: str) -> None:
    *numbers, alpha = bounds
    with pytest.raises(EstimationError, match=words):
        imbens_manski(*numbers, alpha=alpha)
