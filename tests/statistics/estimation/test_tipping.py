"""The tipping point: closed form, grid, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation import EstimationError, fit_linear
from equipoise.statistics.estimation.imputation import Imputations, impute_schools
from equipoise.statistics.estimation.tipping import tipping_point

RNG = np.random.default_rng(12)
ARM = np.arange(40) % 2
Y = 2.0 * ARM + RNG.normal(size=40)
Y[[1, 3, 5, 7, 8]] = np.nan
MADE = impute_schools(Y, np.ones((40, 1)), ARM, seed=4)


def _difference(y: np.ndarray) -> tuple[float, float]:
    fit = fit_linear(y, np.column_stack([np.ones(40), ARM]))
    return float(fit.coefficients[1]), float(fit.se[1])


def test_at_the_tipping_point_the_bound_is_at_its_threshold() -> None:
    found = tipping_point(
        MADE, _difference, ARM, np.linspace(-10, 0, 6).tolist(), bound="lower", df_complete=38
    )
    assert found.delta is not None and -10 < found.delta < 0
    again = tipping_point(MADE, _difference, ARM, [found.delta], bound="lower", df_complete=38)
    assert again.steps[0].pooled.lower == pytest.approx(0.0, abs=1e-8)
    assert [step.delta for step in found.steps] == pytest.approx([-10, -8, -6, -4, -2, 0])


def test_with_a_fixed_error_it_is_the_closed_form() -> None:
    y = np.array([0.0, 0.0, 3.0, np.nan])
    made = Imputations(y, np.array([3]), np.array([[3.0], [5.0]]), 0)

    def analyse(outcome: np.ndarray) -> tuple[float, float]:
        return float(outcome[2:].mean()), 1.0

    found = tipping_point(
        made, analyse, [0, 0, 1, 1], [-50.0, 50.0], bound="upper", threshold=1.0, df_complete=np.inf
    )
    # Means 3 and 4: between 1/2, total 1.75, df 1 / (0.75 / 1.75)^2; the estimate 3.5 + delta / 2.
    reach = stats.t.ppf(0.975, (1.75 / 0.75) ** 2) * np.sqrt(1.75)
    assert found.delta == pytest.approx(2 * (1.0 - reach - 3.5), rel=1e-9)


def test_no_tipping_point_within_the_grid_is_said() -> None:
    found = tipping_point(MADE, _difference, ARM, [-0.1, 0.1], bound="lower", df_complete=38)
    assert found.delta is None


def test_the_root_nearest_zero_is_taken() -> None:
    made = Imputations(np.array([0.0, np.nan]), np.array([1]), np.array([[1.0], [1.0]]), 0)

    def analyse(outcome: np.ndarray) -> tuple[float, float]:
        return float(outcome[1] ** 2) - 4.0, 1e-9

    found = tipping_point(made, analyse, [0, 1], [-10, 10], bound="lower", df_complete=38)
    assert found.delta == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("direction", "deltas", "words"),
    [
        (np.ones(39), [1.0], "one number per row"),
        (ARM, [np.inf], "finite"),
        (np.zeros(40), [1.0], "No missing outcome is shifted"),
    ],
)
def test_what_has_no_tipping_point_is_refused(
    direction: np.ndarray, deltas: list[float], words: str
) -> None:
    with pytest.raises(EstimationError, match=words):
        tipping_point(MADE, _difference, direction, deltas, bound="lower", df_complete=38)
