"""The ratio of sums: against R, against Welch, against a jackknife, and under relabelling."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.ratio import StudentisedRatio, ratio_difference

ORACLE = json.loads((Path(__file__).parent / "oracles" / "ratio.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("weighted", [False, True])
def test_ratios_and_variances_are_those_of_r_survey(weighted: bool) -> None:
    fit = ratio_difference(
        ORACLE["y"],
        ORACLE["x"],
        ORACLE["arm"],
        weights=ORACLE["w"] if weighted else None,
        strata=ORACLE["stratum"],
        clusters=ORACLE["unit"],
    )
    reference, arm = ORACLE["weighted" if weighted else "plain"]
    assert fit.ratios == pytest.approx((reference[0], arm[0]), rel=1e-12)
    assert fit.variances == pytest.approx((reference[1], arm[1]), rel=1e-12)
    assert fit.se == pytest.approx(np.sqrt(reference[1] + arm[1]), rel=1e-12)
    assert fit.units == (14, 16)
    assert fit.lonely == 1


def test_with_a_denominator_of_one_it_is_welch() -> None:
    rng = np.random.default_rng(3)
    low, high = rng.normal(0, 1, 9), rng.normal(1, 3, 14)
    fit = ratio_difference(np.r_[low, high], np.ones(23), np.r_[np.zeros(9), np.ones(14)])
    welch = stats.ttest_ind(high, low, equal_var=False)
    assert fit.estimate / fit.se == pytest.approx(welch.statistic, rel=1e-12)
    assert fit.df == pytest.approx(welch.df, rel=1e-12)


def test_error_agrees_with_a_delete_one_jackknife() -> None:
    rng = np.random.default_rng(11)
    x = rng.poisson(15, 400)
    y = rng.binomial(x, 0.45)
    arm, stratum = np.arange(400) % 2, np.arange(400) // 100
    fit = ratio_difference(y, x, arm, strata=stratum)
    variance = 0.0
    for a in (0, 1):
        for s in range(4):
            here = np.flatnonzero((arm == a) & (stratum == s))
            n = here.size
            left = []
            for i in here:
                w = (arm == a).astype(float)
                w[here] *= n / (n - 1)
                w[i] = 0
                left.append(np.sum(w * y) / np.sum(w * x))
            variance += (n - 1) / n * np.sum((left - np.mean(left)) ** 2)
    assert fit.se == pytest.approx(np.sqrt(variance), rel=5e-3)


def test_swapping_arms_flips_the_sign_alone() -> None:
    y, x, arm = np.array(ORACLE["y"]), np.array(ORACLE["x"]), np.array(ORACLE["arm"])
    one = ratio_difference(y, x, arm, strata=ORACLE["stratum"], clusters=ORACLE["unit"])
    two = ratio_difference(y, x, 1 - arm, strata=ORACLE["stratum"], clusters=ORACLE["unit"])
    assert two.estimate == pytest.approx(-one.estimate, rel=1e-12)
    assert (two.se, two.df) == pytest.approx((one.se, one.df), rel=1e-12)


def test_units_without_a_denominator_count_in_the_error() -> None:
    y, x, arm = [2, 3, 4, 8, 5, 6], [4, 8, 9, 9, 9, 9], [0, 0, 0, 1, 1, 1]
    fit = ratio_difference(y, x, arm)
    kept = ratio_difference([*y, 0], [*x, 0], [*arm, 1])
    assert kept.estimate == pytest.approx(fit.estimate)
    assert kept.units == (3, 4)
    # A score of zero adds no square: only n / (n - 1) changes, from 3/2 to 4/3.
    assert kept.variances[1] == pytest.approx(fit.variances[1] * (4 / 3) / (3 / 2))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"treated": [1, 1, 1, 1]}, "needs rows in the arm"),
        ({"denominator": [0, 0, 8, 8]}, "denominator of zero"),
        ({"strata": [1, 2, 1, 2]}, "no stratum with two units"),
        ({"clusters": [1, 2, 2, 3]}, "arm varies"),
        ({"clusters": [1, 1, 2, 3], "strata": [1, 2, 1, 1]}, "stratum varies"),
        ({"weights": [1, 1, 0, 1]}, "above zero"),
        ({"numerator": [1, float("nan"), 2, 3]}, "missing or infinite"),
    ],
)
def test_what_cannot_be_compared_is_refused(changes: dict[str, list[float]], words: str) -> None:
    given: dict[str, list[float]] = {
        "numerator": [1, 3, 4, 6],
        "denominator": [4, 4, 8, 8],
        "treated": [0, 0, 1, 1],
    }
    with pytest.raises(EstimationError, match=words):
        ratio_difference(**{**given, **changes})  # type: ignore[arg-type]


def test_many_allocations_at_once_give_the_t_of_each_alone() -> None:
    rng = np.random.default_rng(5)
    x = rng.poisson(9, 24).astype(float)
    y = rng.binomial(x.astype(int), 0.4).astype(float)
    cells = np.repeat([0, 1, 2], 8)
    block = np.array([rng.permutation(np.tile([0, 0, 1], 8)) for _ in range(6)])
    many = StudentisedRatio(y, x, cells, 2, 1, 0)(block)
    for allocation, t in zip(block, many, strict=True):
        share = np.array(
            [np.mean(allocation[cells == c] == a) for a, c in zip(allocation, cells, strict=True)]
        )
        fit = ratio_difference(y, x, allocation, weights=1 / share, strata=cells)
        assert t == pytest.approx(fit.estimate / fit.se, rel=1e-10)


def test_an_allocation_without_a_denominator_counts_as_extreme() -> None:
    effect = StudentisedRatio(
        np.array([0.0, 0.0, 1.0, 2.0]), np.array([0.0, 0.0, 4.0, 4.0]), np.zeros(4, int), 2, 1, 0
    )
    assert effect(np.array([[1, 1, 0, 0]]))[0] == np.inf
