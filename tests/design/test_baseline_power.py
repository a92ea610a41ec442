"""What a trial could find from a baseline's spread: by hand, and where schools are too few."""

import pytest
from scipy.stats import t

from equipoise.core.base import ProblemsError
from equipoise.design.power import power_from_baseline


def test_the_smallest_effect_and_what_is_ruled_out_are_those_of_two_halves():
    """Forty schools in halves, SD 20: SE = 20 x sqrt(4 / 40) = 6.3246 on 38 df."""
    found = power_from_baseline(40, sd=20.0)
    error = 20 * (4 / 40) ** 0.5
    assert found.ruled_out == pytest.approx(t.ppf(0.975, 38) * error)
    assert found.mde == pytest.approx((t.ppf(0.975, 38) + t.ppf(0.8, 38)) * error)


def test_a_baseline_value_makes_it_smaller_and_half_of_it_needs_four_times_the_schools():
    plain, explained = power_from_baseline(40, sd=20.0), power_from_baseline(40, sd=20.0, r2=0.5)
    assert explained.mde == pytest.approx(plain.mde * 0.5**0.5)
    assert 145 <= plain.schools_for_half <= 162


def test_so_few_schools_that_nothing_is_left_are_refused():
    with pytest.raises(ProblemsError, match="schools"):
        power_from_baseline(2, sd=20.0)
