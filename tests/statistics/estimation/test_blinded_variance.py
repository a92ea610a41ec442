"""Variance without arms: what an effect adds, what is taken off, and the error rate after."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation import EstimationError, blinded_icc, blinded_variance


def test_it_is_the_residual_variance_of_strata_and_covariates() -> None:
    draws = np.random.default_rng(1)
    strata = np.repeat([0, 1, 2], 20)
    x = draws.normal(size=(60, 2))
    y = strata * 3.0 + x @ [1.0, -2.0] + draws.normal(size=60)
    design = np.column_stack([np.eye(3)[strata], x])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    found = blinded_variance(y, strata, x)
    assert found.df == 55
    assert found.variance == pytest.approx(left @ left / 55, rel=1e-12)
    assert found.r2 > 0.5


def test_an_effect_adds_its_share_and_is_taken_off() -> None:
    """Within arms the variance is 4; together it is 4 + 0.24 x 9."""
    draws = np.random.default_rng(2)
    arm = np.repeat([0, 1], [60_000, 40_000])
    y = draws.normal(scale=2.0, size=arm.size) + 3.0 * arm
    found = blinded_variance(y, effect=3.0, share=0.4)
    assert found.variance == pytest.approx(4 + 0.24 * 9, rel=0.02)
    assert found.adjusted == pytest.approx(4, rel=0.03)
    assert blinded_variance(y, effect=30.0, share=0.4).adjusted == 0


def test_the_interval_covers() -> None:
    draws = np.random.default_rng(4)
    held = 0
    for _ in range(2000):
        found = blinded_variance(draws.normal(size=25), np.arange(25) % 5)
        held += found.lower <= 1 <= found.upper
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


def test_re_estimation_keeps_the_error_rate() -> None:
    """Kieser and Friede (2003): sized by the pooled variance, t at 5 % rejects 5 % under none."""
    draws, rejected, repeats = np.random.default_rng(5), 0, 3000
    for _ in range(repeats):
        pilot = draws.normal(size=40)
        variance = blinded_variance(pilot).variance
        wanted = int(np.ceil(4 * variance * (2.8 / 0.6) ** 2))
        whole = max(40, 2 * (wanted // 2))
        y = np.concatenate([pilot, draws.normal(size=whole - 40)])
        arm = np.arange(whole) % 2
        one, other = y[arm == 1], y[arm == 0]
        pooled = (one.var(ddof=1) + other.var(ddof=1)) / 2
        t = (one.mean() - other.mean()) / np.sqrt(pooled * 4 / whole)
        rejected += abs(t) > stats.t.ppf(0.975, whole - 2)
    # 99.9 % of such experiments lie within 3.3 standard errors.
    assert abs(rejected / repeats - 0.05) < 3.3 * sqrt(0.05 * 0.95 / repeats) + 0.002


def test_a_correlation_without_arms() -> None:
    draws = np.random.default_rng(6)
    clusters = np.repeat(np.arange(3000), draws.integers(2, 8, 3000))
    y = draws.normal(scale=sqrt(0.3), size=3000)[clusters] + draws.normal(
        scale=sqrt(0.7), size=clusters.size
    )
    assert blinded_icc(y, clusters) == pytest.approx(0.3, abs=0.02)
    assert blinded_icc([1.0, -1.0, 1.0, -1.0], [0, 0, 1, 1]) == 0


@pytest.mark.parametrize(
    "refused",
    [
        lambda: blinded_variance([1.0]),
        lambda: blinded_variance([1.0, 2.0], [0, 1]),
        lambda: blinded_variance([1.0, 2.0], [0]),
        lambda: blinded_icc([1.0, 2.0], [0, 1]),
        lambda: blinded_icc([1.0, 2.0], [0, 0]),
    ],
)
def test_too_little_is_refused(refused) -> None:
    with pytest.raises(EstimationError):
        refused()
