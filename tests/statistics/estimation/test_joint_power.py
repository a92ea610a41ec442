"""Several outcomes: joint power against the bivariate normal, closed forms and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation import EstimationError, SchoolDesign, family_power
from equipoise.statistics.estimation import power as power_of

MANY = SchoolDesign.uniform(400_000)


def _effects(*shifts: float) -> list[float]:
    return [shift * MANY.standard_error for shift in shifts]


def test_two_outcomes_as_the_bivariate_normal() -> None:
    """Both found and one found at least, from SciPy's own integral."""
    found = family_power([MANY, MANY], _effects(2.8, 3.3), correlation=0.6, procedure="bonferroni")
    cut = stats.norm.isf(0.0125)
    both = stats.multivariate_normal([-2.8, -3.3], [[1, 0.6], [0.6, 1]]).cdf([-cut, -cut])
    assert found.conjunctive == pytest.approx(float(both), abs=2e-5)
    one_at_least = found.individual[0] + found.individual[1] - both
    assert found.disjunctive == pytest.approx(float(one_at_least), abs=2e-5)


def test_independent_outcomes_multiply() -> None:
    design = SchoolDesign.uniform(90)
    found = family_power([design] * 4, [0.6] * 4, procedure="bonferroni")
    alone = power_of(design, 0.6, alpha=0.0125)
    assert found.conjunctive == pytest.approx(alone**4, rel=1e-9)
    assert found.disjunctive == pytest.approx(1 - (1 - alone) ** 4, rel=1e-9)


def test_holm_for_two_independent_outcomes() -> None:
    """All found: both under alpha, and one of them under alpha / 2."""
    found = family_power([MANY, MANY], _effects(2.5, 2.5))
    wide, narrow = (power_of(MANY, _effects(2.5)[0], alpha=level) for level in (0.05, 0.025))
    assert found.conjunctive == pytest.approx(wide**2 - (wide - narrow) ** 2, rel=1e-9)


def test_holm_finds_one_as_often_as_bonferroni_and_all_oftener() -> None:
    arguments = ([MANY] * 3, _effects(2.2, 2.8, 3.4))
    steps = family_power(*arguments, correlation=0.3)
    alone = family_power(*arguments, correlation=0.3, procedure="bonferroni")
    assert steps.disjunctive == alone.disjunctive
    assert steps.conjunctive > alone.conjunctive + 0.05


def test_three_outcomes_by_simulation() -> None:
    shifts, correlation, draws = np.array([2.2, 2.8, 3.4]), 0.4, 200_000
    found = family_power([MANY] * 3, _effects(*shifts), correlation=correlation)
    made = np.random.default_rng(11)
    common = np.sqrt(correlation) * made.standard_normal((draws, 1))
    z = common + np.sqrt(1 - correlation) * made.standard_normal((draws, 3)) + shifts
    p = np.sort(2 * stats.norm.sf(np.abs(z)), axis=1)
    rejected = p <= 0.05 / np.array([3, 2, 1])
    assert found.disjunctive == pytest.approx(rejected[:, 0].mean(), abs=0.004)
    assert found.conjunctive == pytest.approx(rejected.all(axis=1).mean(), abs=0.005)


def test_alike_outcomes_are_found_together() -> None:
    loose, close = (
        family_power([MANY] * 3, _effects(2.8, 2.8, 2.8), correlation=r) for r in (0.1, 0.9)
    )
    assert close.disjunctive < loose.disjunctive
    assert close.conjunctive > loose.conjunctive


def test_one_outcome_is_its_own_power() -> None:
    design = SchoolDesign.uniform(60)
    found = family_power([design], [0.7])
    alone = power_of(design, 0.7)
    assert (found.disjunctive, found.conjunctive) == pytest.approx((alone, alone), rel=1e-9)


@pytest.mark.parametrize(("many", "correlation"), [(0, 0.0), (11, 0.0), (2, 1.0), (2, -0.1)])
def test_what_is_no_family_is_refused(many: int, correlation: float) -> None:
    with pytest.raises(EstimationError):
        family_power([MANY] * many, [0.1] * many, correlation=correlation)
