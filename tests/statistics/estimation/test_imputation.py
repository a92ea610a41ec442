"""Imputation: exact posteriors, known truth, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation import EstimationError, fit_linear
from equipoise.statistics.estimation.imputation import impute_members, impute_schools
from equipoise.statistics.estimation.random_intercept_posterior import InterceptPosterior
from equipoise.statistics.estimation.rubin import pool_imputations
from equipoise.statistics.estimation.streams import Stream


def _schools(seed: int, n: int = 30, gaps: int = 6) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    baseline = rng.normal(size=n)
    design = np.column_stack([np.ones(n), np.arange(n) % 3 == 0, baseline]).astype(float)
    y = 10 + 2 * baseline + rng.normal(size=n)
    y[rng.permutation(n)[:gaps]] = np.nan
    return y, design, np.zeros(n)


@pytest.mark.parametrize("weighted", [False, True])
def test_school_imputations_follow_the_posterior_predictive_t(weighted: bool) -> None:
    y, design, arm = _schools(1)
    weights = np.linspace(0.5, 3, y.size) if weighted else np.ones(y.size)
    made = impute_schools(y, design, arm, seed=5, imputations=3000, weights=weights)
    seen = ~np.isnan(y)
    x, w = design[seen], weights[seen]
    information = x.T @ (w[:, None] * x)
    b = np.linalg.solve(information, x.T @ (w * y[seen]))
    df = x.shape[0] - x.shape[1]
    s2 = np.sum(w * (y[seen] - x @ b) ** 2) / df
    for k, row in enumerate(made.missing):
        leverage = design[row] @ np.linalg.solve(information, design[row])
        scale = np.sqrt(s2 * (1 / weights[row] + leverage))
        law = stats.t(df, loc=design[row] @ b, scale=scale)
        assert stats.kstest(made.values[:, k], law.cdf).pvalue > 0.001


def _members(seed: int, sizes: list[int]) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(len(sizes)), sizes)
    x = np.column_stack([np.ones(school.size), rng.normal(size=school.size)])
    y = 500 + 3 * x[:, 1] + rng.normal(size=len(sizes))[school] + 2 * rng.normal(size=school.size)
    return y, x, school


def _dense(y: Any, x: Any, school: Any, icc: float) -> tuple[float, Any, Any, float]:
    """The log posterior of the correlation from full matrices, and what goes with it."""
    v = (1 - icc) * np.eye(y.size) + icc * (school[:, None] == school)
    precision = np.linalg.inv(v)
    information = x.T @ precision @ x
    b = np.linalg.solve(information, x.T @ precision @ y)
    squares = float((y - x @ b) @ precision @ (y - x @ b))
    log = -0.5 * (np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1])
    return log - 0.5 * (y.size - x.shape[1]) * np.log(squares), b, information, squares


def test_the_posterior_of_the_correlation_is_that_of_full_matrices() -> None:
    y, x, school = _members(2, [1, 4, 4, 7, 2, 9])
    posterior = InterceptPosterior.of_rows(y, x, school, schools=8)
    icc = np.array([1e-4, 0.05, 0.3, 0.8])
    found = posterior.log_density(icc)
    exact = np.array([_dense(y, x, school, r)[0] for r in icc])
    np.testing.assert_allclose(found - found[0], exact - exact[0], rtol=1e-9)


def test_draws_have_the_moments_of_the_exact_posterior() -> None:
    y, x, school = _members(3, [6, 8, 5, 9, 7, 8, 6, 10])
    posterior = InterceptPosterior.of_rows(y, x, school, schools=8)
    draws = [posterior.draw(Stream.of_seed(1).branch(i)) for i in range(4000)]
    grid = (np.arange(400) + 0.5) / 400
    parts = [_dense(y, x, school, r) for r in grid]
    weight = np.exp(np.array([p[0] for p in parts]) - max(p[0] for p in parts))
    weight /= weight.sum()
    df = y.size - 2
    means = np.array([p[1] for p in parts])
    spread = np.array([np.diag(np.linalg.inv(p[2])) * p[3] / (df - 2) for p in parts])
    exact = weight @ means
    sd = np.sqrt(weight @ spread + weight @ (means - exact) ** 2)
    b = np.array([d.coefficients for d in draws])
    np.testing.assert_allclose(b.mean(axis=0), exact, atol=4 * sd.max() / np.sqrt(4000))
    np.testing.assert_allclose(b.std(axis=0), sd, rtol=0.05)
    icc = np.array([d.icc for d in draws])
    assert icc.mean() == pytest.approx(weight @ grid, rel=0.05)
    total = np.array([d.total_variance for d in draws])
    assert total.mean() == pytest.approx(weight @ [p[3] / (df - 2) for p in parts], rel=0.05)
    # Of a school, mean and variance of the intercept given the correlation are those of a BLUP.
    r = 0.2
    v = (1 - r) * np.eye(y.size) + r * (school[:, None] == school)
    _, at, _, _ = _dense(y, x, school, r)
    blup = r * (school[:, None] == np.arange(8)).T @ np.linalg.solve(v, y - x @ at)
    near = [d.intercepts for d in draws if abs(d.icc - r) < 0.05]
    np.testing.assert_allclose(np.mean(near, axis=0), blup, atol=0.35)


def test_a_school_without_answers_varies_by_both_parts_of_the_variance() -> None:
    y, x, school = _members(4, [20] * 40)
    y[school == 3] = np.nan
    made = impute_members(y, x, np.zeros(y.size), school, seed=9, imputations=1500)
    left = made.values - x[made.missing] @ [500, 3]
    assert np.var(left.mean(axis=1)) == pytest.approx(1 + 4 / 20, rel=0.35)
    assert np.var(left - left.mean(axis=1, keepdims=True)) == pytest.approx(4 * 19 / 20, rel=0.1)


@pytest.mark.parametrize("members", [False, True])
def test_a_longer_run_begins_with_the_shorter_and_rows_keep_their_numbers(members: bool) -> None:
    y, design, arm = _schools(6)
    y[::7] = np.nan
    school = np.arange(y.size) // 3

    def made(outcome: Any, m: int) -> Any:
        if members:
            return impute_members(outcome, design, arm, school, seed=2, imputations=m).values
        return impute_schools(outcome, design, arm, seed=2, imputations=m).values

    short = made(y, 4)
    np.testing.assert_array_equal(made(y, 9)[:4], short)
    np.testing.assert_array_equal(made(y, 4), short)


def test_arms_are_imputed_apart() -> None:
    rng = np.random.default_rng(8)
    arm = np.repeat(["control", "treated"], 20)
    y = np.where(arm == "treated", 100.0, 0.0) + rng.normal(size=40)
    y[[0, 1, 20, 21]] = np.nan
    made = impute_schools(y, np.ones((40, 1)), arm, seed=1)
    assert made.values[:, :2].max() < 10 < 90 < made.values[:, 2:].min()
    other = y.copy()
    other[30] = 120.0
    again = impute_schools(other, np.ones((40, 1)), arm, seed=1)
    np.testing.assert_array_equal(again.values[:, :2], made.values[:, :2])


def test_interval_covers_where_missingness_depends_on_the_baseline() -> None:
    """Known truth: 160 trials of 60 schools, a third of the low-baseline schools missing."""
    covered, estimates, complete = 0, [], []
    for trial in range(160):
        rng = np.random.default_rng(trial)
        arm = np.arange(60) % 2
        baseline = rng.normal(size=60)
        y = 0.5 * arm + (1 + arm) * baseline + rng.normal(size=60)
        y[(baseline < 0) & (rng.random(60) < 0.6)] = np.nan
        complete.append(np.nanmean(y[arm == 1]) - np.nanmean(y[arm == 0]))
        design = np.column_stack([np.ones(60), baseline])
        made = impute_schools(y, design, arm, seed=trial, imputations=10)
        answers = [fit_linear(done, np.column_stack([np.ones(60), arm])) for done in made]
        pooled = pool_imputations(
            [fit.coefficients[1] for fit in answers], [fit.se[1] for fit in answers], df_complete=58
        )
        covered += pooled.lower <= 0.5 <= pooled.upper
        estimates.append(pooled.estimate)
    # 99.9 % Monte Carlo bounds of 160 trials; Rubin's variance is known to err on the wide side.
    assert covered >= 142
    assert np.mean(estimates) == pytest.approx(0.5, abs=3.3 * np.std(estimates) / np.sqrt(160))
    # The missingness matters: complete cases are off.
    assert np.mean(complete) > 0.7


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"y": np.full(6, np.inf)}, "infinite"),
        ({"design": np.full((6, 1), np.nan)}, "design has gaps"),
        ({"design": np.ones((5, 1))}, "same number of rows"),
        ({"arm": [0, 0, 0, 0, 0, 1]}, "no observed one"),
        ({"imputations": 1}, "two imputations"),
        ({"design": np.column_stack([np.ones(6), np.arange(6) == 5])}, "row 6.*merge"),
        ({"design": np.random.default_rng(0).normal(size=(6, 5))}, "too few"),
        ({"weights": np.zeros(6)}, "Weights"),
        ({"y": [5, 5, 5, 5, 5, np.nan]}, "do not vary"),
    ],
)
def test_what_cannot_be_imputed_is_refused(change: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {
        "y": [1, 2, 3, 4, 5, np.nan],
        "design": np.ones((6, 1)),
        "arm": np.zeros(6),
    }
    given.update(change)
    with pytest.raises(EstimationError, match=words):
        impute_schools(seed=1, **given)


@pytest.mark.parametrize(
    ("arm", "school", "words"),
    [
        ([0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], "fewer than two schools"),
        ([0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6], "two observed members"),
        ([0, 1, 0, 0, 0, 0], [1, 1, 2, 2, 3, 3], "varies within"),
        ([0, 0, 0, 0, 0, 0], [1, 1, 2], "one label per row"),
    ],
)
def test_members_that_cannot_be_imputed_are_refused(arm: Any, school: Any, words: str) -> None:
    y = [1, 2, 3, 4, 5, np.nan]
    with pytest.raises(EstimationError, match=words):
        impute_members(y, np.ones((6, 1)), arm, school, seed=1)


def test_members_without_variation_are_refused() -> None:
    y = [5.1, 5.1, 5.1, 5.1, 5.1, np.nan]
    with pytest.raises(EstimationError, match="do not vary"):
        impute_members(y, np.ones((6, 1)), np.zeros(6), [1, 1, 2, 2, 3, 3], seed=1)
