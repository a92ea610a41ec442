"""Pooling: numbers worked by hand, the floor, the scale that differs less, beliefs in order."""

from math import exp, log, sqrt

import pytest

from equipoise.evaluation.synthesis.cumulative import beliefs
from equipoise.evaluation.synthesis.pooling import pool_common
from equipoise.evaluation.synthesis.programme_decision import Rule

T2 = 4.302652729911275
"""97.5 per cent point of t with 2 degrees of freedom."""
T1 = 12.706204736432095
RULE = Rule(("worthwhile-benefit",), ("no-worthwhile-effect",), "test-further")


def test_three_trials_worked_by_hand(make_rows):
    """Equal variances of 0.04: tau2 = sample variance 0.16 - 0.04, weights 1/3, q = 1."""
    effects = [((y, 0.2), (y / 10, 0.1)) for y in (0.1, 0.5, 0.9)]
    found = pool_common(make_rows(effects), alpha=0.05).difference
    assert found.trials == 3
    assert found.estimate == pytest.approx(0.5)
    assert found.tau2 == pytest.approx(0.12, rel=1e-8)
    assert found.i2 == pytest.approx(0.75, rel=1e-8)
    assert (found.q, found.q_df) == (pytest.approx(8.0), 2)
    se = sqrt(0.16 / 3)
    assert found.se == pytest.approx(se, rel=1e-8)
    assert found.lower == pytest.approx(0.5 - T2 * se, rel=1e-7)
    reach = T1 * sqrt(0.12 + se**2)
    assert found.prediction_upper == pytest.approx(0.5 + reach, rel=1e-7)
    assert [row.weight for row in found.rows] == pytest.approx([1 / 3] * 3)
    assert [left.estimate for left in found.leave_one_out] == pytest.approx([0.7, 0.5, 0.3])


def test_the_plain_interval_makes_a_finding_of_near_identical_nulls(make_rows):
    """Three nulls that agree by chance: plain Hartung-Knapp excludes 0, the floored one does not.

    Plain: variance 0.0004 / 3, so 0.5 +- 4.303 x 0.01155. Floored: variance 1 / 3.
    """
    effects = [((y, 1.0), None) for y in (-0.50, -0.52, -0.48)]
    found = pool_common(make_rows(effects), alpha=0.05).difference
    assert found.floored
    assert found.plain_upper == pytest.approx(-0.5 + T2 * sqrt(0.0004 / 3), rel=1e-6)
    assert found.plain_upper < 0 < found.upper
    assert found.plain_conclusion == "benefit-too-small"
    assert found.se == pytest.approx(1 / sqrt(3))
    assert found.conclusion == "cannot-tell"


def test_equal_estimates_have_no_plain_interval(make_rows):
    found = pool_common(make_rows([((-1.0, 1.0), None)] * 2), alpha=0.05).difference
    assert (found.plain_lower, found.plain_conclusion) == (None, None)
    assert found.floored
    assert found.upper == pytest.approx(-1 + T1 / sqrt(2))


def test_two_trials_predict_nothing_and_leave_none_out(make_rows):
    found = pool_common(make_rows([((-1.0, 0.5), None), ((1.0, 0.5), None)]), alpha=0.05)
    assert (found.difference.prediction_lower, found.difference.leave_one_out) == (None, ())
    assert (found.ratio, found.more_homogeneous) == (None, "no-ratio")


def test_one_trial_is_no_pool(make_rows):
    assert pool_common(make_rows([((-1.0, 0.5), None)]), alpha=0.05) is None


def constant_ratio(base):
    """A rate of 8 in 10 of the reference, whatever that is."""
    return (-0.2 * base, 0.5), (log(0.8), 0.05)


def constant_difference(base):
    return (-2.0, 0.5), (log((base - 2) / base), 0.02)


@pytest.mark.parametrize(
    ("made", "expected"), [(constant_ratio, "ratio"), (constant_difference, "difference")]
)
def test_the_more_homogeneous_scale_is_the_one_that_made_the_trials(make_rows, made, expected):
    found = pool_common(make_rows([made(base) for base in (10, 20, 40)]), alpha=0.05)
    assert found.more_homogeneous == expected
    measure = found.ratio if expected == "ratio" else found.difference
    assert measure.q == pytest.approx(0, abs=1e-9)


def test_scales_without_heterogeneity_are_alike(make_rows):
    effects = [((y, 1.0), (y / 20, 0.05)) for y in (-0.5, 0.0, 0.4)]
    assert pool_common(make_rows(effects), alpha=0.05).more_homogeneous == "alike"


def test_the_ratio_is_pooled_on_its_log(make_rows):
    effects = [((-1.0, 1.0), (log(r), 0.1)) for r in (0.8, 0.9)]
    found = pool_common(make_rows(effects), alpha=0.05).ratio
    assert exp(found.estimate) == pytest.approx(sqrt(0.8 * 0.9))
    assert found.conclusion is None


def test_unsafe_trials_make_a_benefit_unproven(make_rows):
    effects = [((y, 0.1), None) for y in (-5.0, -5.1, -4.9)]
    safe = pool_common(make_rows(effects), alpha=0.05)
    unsafe = pool_common(make_rows(effects, safe=False), alpha=0.05)
    undeclared = pool_common(make_rows(effects, safe=None), alpha=0.05)
    assert safe.difference.conclusion == undeclared.difference.conclusion == "worthwhile-benefit"
    assert (safe.safe, unsafe.safe, undeclared.safe) == (True, False, None)
    assert unsafe.difference.conclusion == "safety-not-shown"


def test_one_unsafe_trial_is_enough_until_it_is_left_out(make_rows):
    effects = [((y, 0.1), None) for y in (-5.0, -5.1, -4.9, -5.0)]
    found = pool_common(make_rows(effects, safe=[True, False, True, None]), alpha=0.05)
    assert (found.safe, found.difference.conclusion) == (False, "safety-not-shown")
    assert [left.conclusion for left in found.difference.leave_one_out] == [
        "safety-not-shown", "worthwhile-benefit", "safety-not-shown", "safety-not-shown",
    ]  # fmt: skip


class Told:
    """A trial as beliefs ask it."""

    def __init__(self, name, on, own):
        self.id, self.title, self.ends, self.primary = name, name, on, own

    def decision(self):
        return type("Decision", (), {"decision": "test-further"})


def test_beliefs_change_in_order_of_date(make_rows, one_trial):
    """A pilot that is not counted alike, one trial, then a second and a third that agree with it.

    One trial: -3 +- t(60) x 0.4 lies beyond M = 2. Two: t has one degree of freedom, so the floored
    interval is -3 +- 12.7 x 0.4 / sqrt 2, wider than that of one trial; the common-effect one is
    shown beside it. Three: -3 +- 4.30 x 0.4 / sqrt 3 = (-3.99, -2.01).
    """
    rows = make_rows([((-3.0, 0.4), None)] * 3)
    days = [one_trial.ends.replace(year=year) for year in (2020, 2021, 2022, 2023)]
    names = ["pilot", "t1", "t2", "t3"]
    told = [Told(n, d, one_trial.primary) for n, d in zip(names, days, strict=True)]
    points = beliefs(told, rows, RULE, alpha=0.05)
    assert [point.on[:4] for point in points] == ["2020", "2021", "2022", "2023"]
    assert [(p.common, p.trials, p.conclusion, p.decision) for p in points] == [
        (False, 0, None, None),
        (True, 1, "worthwhile-benefit", "continue"),
        (True, 2, "cannot-tell", "test-further"),
        (True, 3, "worthwhile-benefit", "continue"),
    ]
    assert [p.method for p in points[1:3]] == ["one-trial", "floored-hartung-knapp"]
    assert points[1].upper == pytest.approx(-3 + 2.000298 * 0.4, rel=1e-6)
    assert points[2].upper == pytest.approx(-3 + T1 * 0.4 / sqrt(2), rel=1e-6)
    assert points[3].upper == pytest.approx(-3 + T2 * 0.4 / sqrt(3), rel=1e-6)
    assert [p.fixed_conclusion for p in points] == [None, None] + ["worthwhile-benefit"] * 2
    assert points[2].fixed_upper == pytest.approx(-3 + 1.959964 * 0.4 / sqrt(2), rel=1e-6)
    assert points[0].own_conclusion == one_trial.primary.conclusion
