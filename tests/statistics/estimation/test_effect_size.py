"""Interval and effect size: closed forms and limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation import EstimationError, hedges_g, t_interval


def test_the_interval_excludes_zero_just_when_p_is_below_alpha() -> None:
    edge = float(stats.t.ppf(0.975, 12))
    assert t_interval(edge * 1.0001, 1.0, 12).lower > 0 > t_interval(edge * 0.9999, 1.0, 12).lower
    assert t_interval(edge, 1.0, 12).p == pytest.approx(0.05, rel=1e-9)


def test_infinite_df_is_the_normal_interval() -> None:
    assert t_interval(0.0, 1.0, math.inf).upper == pytest.approx(1.959963985, rel=1e-9)


@pytest.mark.parametrize(("se", "df", "alpha"), [(0.0, 5, 0.05), (1.0, 0.0, 0.05), (1.0, 5, 1.5)])
def test_no_interval_without_error_or_df(se: float, df: float, alpha: float) -> None:
    with pytest.raises(EstimationError):
        t_interval(1.0, se, df, alpha)


def test_g_is_near_d_with_many_schools_and_its_interval_is_that_of_the_effect() -> None:
    size = hedges_g(3.0, 1.0, math.inf, 6.0, 10**9)
    assert size.g == pytest.approx(0.5, rel=1e-8)
    assert size.upper - size.g == pytest.approx(1.959963985 / 6, rel=1e-6)


def test_the_uncertainty_of_the_sd_widens_the_interval_of_g() -> None:
    size = hedges_g(3.0, 1.0, 30, 6.0, 31)
    assert size.g < 0.5
    assert size.upper - size.g > size.g / 3.0 * float(stats.t.ppf(0.975, 30))


def test_scale_free() -> None:
    one, other = hedges_g(3.0, 1.0, 30, 6.0, 31), hedges_g(30.0, 10.0, 30, 60.0, 31)
    np.testing.assert_allclose([other.g, other.lower], [one.g, one.lower], rtol=1e-12)


def test_no_g_without_variation() -> None:
    with pytest.raises(EstimationError):
        hedges_g(1.0, 1.0, 10, 0.0, 11)
