"""Lee bounds: by hand, known truth, the bootstrap's variance, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.estimation.lee import lee_bounds

NAN = np.nan


def _of(y: Any, arm: Any, **options: Any) -> Any:
    return lee_bounds(y, arm, np.arange(len(y)), seed=1, draws=99, **options)


def test_by_hand_where_the_arm_answers_more() -> None:
    # 4 of 5 against 2 of 5: half of the arm's answers are cut.
    found = _of([1, 2, NAN, NAN, NAN, 1, 2, 3, 4, NAN], np.repeat([0, 1], 5))
    assert (found.lower, found.upper) == pytest.approx((1.5 - 1.5, 3.5 - 1.5))
    assert (found.trimmed, found.trimmed_arm) == (pytest.approx(0.5), 1)


def test_by_hand_where_the_reference_answers_more_and_the_cut_splits_a_value() -> None:
    # 2 of 4 against 3 of 4: a third of the reference's three is one whole value.
    found = _of([1, 2, 6, NAN, 1, 3, NAN, NAN], np.repeat([0, 1], 4))
    assert (found.lower, found.upper) == pytest.approx((2 - 4, 2 - 1.5))
    assert found.trimmed_arm == 0
    # 3 of 4 against 4 of 4, weights 1: a quarter; with ties the cut value counts in part.
    tied = _of([1, 1, 5, NAN, 2, 2, 2, 8], np.repeat([0, 1], 4))
    assert (tied.lower, tied.upper) == pytest.approx((2 - 7 / 3, 4 - 7 / 3))


def test_equal_answering_is_the_plain_difference() -> None:
    found = _of([1, 2, 3, NAN, 3, 5, 7, NAN], np.repeat([0, 1], 4))
    assert found.lower == found.upper == pytest.approx(5 - 2)
    assert (found.trimmed, found.trimmed_arm) == (0.0, None)


def test_a_weight_of_two_is_a_row_twice() -> None:
    y, arm = [1, 2, 5, NAN, 2, 4, 9, 9], np.repeat([0, 1], 4)
    weights = [1, 2, 1, 1, 2, 1, 1, 1]
    found = _of(y, arm, weights=weights)
    twice = _of(np.repeat(y, weights), np.repeat(arm, weights))
    assert (found.lower, found.upper) == pytest.approx((twice.lower, twice.upper))


def test_the_bootstrap_error_without_gaps_is_that_of_stratified_means() -> None:
    rng = np.random.default_rng(4)
    arm, stratum = np.arange(24) % 2, np.arange(24) // 8
    y = rng.normal(size=24) + 5 * stratum
    found = lee_bounds(y, arm, np.arange(24), strata=stratum, seed=3, draws=4000)
    variance = sum(
        np.var(y[(arm == a) & (stratum == s)], ddof=1) / 4 / 9 for a in (0, 1) for s in range(3)
    )
    assert found.se_lower == pytest.approx(np.sqrt(variance), rel=0.05)
    assert found.usable_draws == 4000


def test_known_truth_lies_between_the_bounds_and_in_the_interval() -> None:
    """Those always answering have an effect of 0.4; those answering only if treated score low."""
    rng = np.random.default_rng(10)
    school = np.repeat(np.arange(400), 20)
    arm = school % 2
    marginal = rng.random(8000) < 0.2
    y = rng.normal(size=8000) + 0.3 * rng.normal(size=400)[school] + 0.4 * arm - 1.0 * marginal
    y[(marginal & (arm == 0)) | (rng.random(8000) < 0.1)] = NAN
    found = lee_bounds(y, arm, school, seed=1, draws=199)
    assert found.lower < 0.4 < found.upper
    assert found.interval[0] < found.lower < found.upper < found.interval[1]
    assert found.trimmed == pytest.approx(0.2, abs=0.03)


def test_the_seed_decides_and_lonely_clusters_are_counted() -> None:
    rng = np.random.default_rng(5)
    y, arm = rng.normal(size=40), np.arange(40) % 2
    stratum = np.where(np.arange(40) < 2, 1, 0)
    one = lee_bounds(y, arm, np.arange(40), strata=stratum, seed=1, draws=60)
    assert one == lee_bounds(y, arm, np.arange(40), strata=stratum, seed=1, draws=60)
    assert one.se_lower != lee_bounds(y, arm, np.arange(40), seed=2, draws=60).se_lower
    assert (one.lonely, one.clusters) == (2, (20, 20))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"y": [1, 2, NAN, NAN]}, "no observed outcome"),
        ({"y": [1, 2, 3, np.inf]}, "finite or NaN"),
        ({"y": [3, 3, NAN, 3]}, "same value"),
        ({"treated": [0, 0, 1, 2]}, "1 in the arm"),
        ({"treated": [0, 0, 0, 1]}, "two clusters"),
        ({"clusters": [1, 2, 2, 3]}, "arm varies"),
        ({"clusters": [1, 1, 2, 3], "strata": [1, 2, 1, 1]}, "stratum varies"),
        ({"weights": [1, 1, 1, 0]}, "above zero"),
        ({"weights": [1, 1]}, "per row"),
        ({"draws": 10}, "50 draws"),
        ({"y": [1, NAN, NAN, 2]}, "Too few clusters"),
    ],
)
def test_what_has_no_bounds_is_refused(change: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {
        "y": [1, 2, 3, 4],
        "treated": [0, 0, 1, 1],
        "clusters": [1, 2, 3, 4],
        "seed": 1,
    }
    with pytest.raises(EstimationError, match=words):
        lee_bounds(**{**given, **change})
