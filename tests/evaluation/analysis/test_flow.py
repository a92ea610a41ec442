"""The flow: numbers worked by hand, and sums that are refused where they do not hold."""

from dataclasses import replace

import pytest

from equipoise.core.base import ProblemsError
from equipoise.evaluation.analysis import (
    Box,
    FlowEnrolment,
    FlowReason,
    Received,
    check_flow,
    flow,
)
from equipoise.evaluation.outcomes import outcome_table

ROWS = [{"urn": f"90000{i}", "la": "900", "stratum": "s", "pupils": 10 * i} for i in range(1, 9)]
ARMS = {f"90000{i}": ("usual", "supervision")[i % 2] for i in range(1, 9)}


@pytest.fixture
def small(dsl_primary, make_school_set):
    protocol = dsl_primary()
    rows = [
        row | {"no_data": row["urn"] in ("900003", "900004"), "nfa_any_strict_outcome": i}
        for i, row in enumerate(ROWS)
    ]
    return protocol, make_school_set(protocol, rows)


def test_boxes_hold_clusters_and_members(small):
    protocol, data = small
    got = Received(any=["900001", "900003", "900005", "900002"], intended=["900005"])
    found = flow(protocol, data, ARMS, excluded={"too small": 2, "closed": 1}, received=got)
    assert found.assessed == Box(None, 11, None)
    assert found.randomised == Box(8, 8, 360)
    usual, supervision = found.arms
    assert supervision.assigned == Box(4, 4, 10 + 30 + 50 + 70)
    assert supervision.received == Box(3, 3, 90)
    assert supervision.received_intended == Box(1, 1, 50)
    assert supervision.not_received == (FlowReason("no session held", Box(1, 1, 70)),)
    assert supervision.lost == (FlowReason("no outcome data", Box(1, 1, 30)),)
    assert supervision.analysed == Box(3, 3, 130)
    assert usual.received == Box(3, 3, 180)
    assert usual.not_received == (FlowReason("had supervision", Box(1, 1, 20)),)
    assert usual.received_intended is None
    assert found.analysed == Box(6, 6, 360 - 30 - 40)
    assert all(check.left == check.right for check in found.checks)
    assert len(found.checks) == 1 + 3 * (2 + 2 * 2)


def test_without_delivery_records_nothing_is_said_of_receipt(small):
    found = flow(*small, ARMS)
    assert [arm.received for arm in found.arms] == [None, None]
    assert found.excluded == ()


DESK = FlowEnrolment(
    approached=Box(None, 15, None),
    declined=(FlowReason("no answer", Box(None, 2, None)),),
    incomplete=(FlowReason("no baseline", Box(None, 1, None)),),
    not_drawn=(FlowReason("complete after the last draw", Box(None, 1, None)),),
    committed=Box(None, 8, None),
)


def test_the_upper_half_from_an_enrolment_desk(small):
    found = flow(*small, ARMS, excluded={"closing": 3}, enrolment=DESK)
    assert found.assessed == Box(None, 15, None)
    assert found.enrolment == DESK
    assert [(c.check, c.left, c.right) for c in found.checks[:2]] == [
        (
            "schools approached = not eligible + declined + incomplete + not drawn + committed",
            15,
            3 + 2 + 1 + 1 + 8,
        ),
        ("schools committed = randomised", 8, 8),
    ]


@pytest.mark.parametrize(
    ("part", "schools", "words"),
    [
        ("approached", 16, "schools approached = .*found 16 on the left and 15 on the right"),
        ("committed", 7, "schools committed = randomised: found 7 on the left and 8"),
    ],
)
def test_an_upper_half_that_does_not_add_up_is_refused(small, part, schools, words):
    wrong = replace(DESK, **{part: Box(None, schools, None)})
    with pytest.raises(ProblemsError, match=words):
        flow(*small, ARMS, excluded={"closing": 3}, enrolment=wrong)


@pytest.mark.parametrize("part", ["assigned", "received", "analysed"])
def test_a_sum_that_does_not_hold_is_named_with_both_numbers(small, part):
    found = flow(*small, ARMS, received=Received(["900001"], []))
    arm = found.arms[0]
    wrong = replace(getattr(arm, part), schools=getattr(arm, part).schools + 1)
    broken = replace(found, arms=(replace(arm, **{part: wrong}), found.arms[1]))
    with pytest.raises(ProblemsError, match="on the left and"):
        check_flow(broken)


def test_a_school_missing_from_the_set_breaks_the_sum(small):
    protocol, data = small
    short = replace(data, schools=data.schools.filter(data.schools["urn"] != "900008"))
    with pytest.raises(ProblemsError, match="units randomised = sum of arms: found 8 on the left"):
        flow(protocol, short, ARMS)


def test_members_of_an_own_table(own_outcomes):
    lines = b"unit,stratum,arm,value\na,s,small,1\na,s,small,\nb,s,regular,2\nc,s,regular,\n"
    protocol = own_outcomes()
    data, arms = outcome_table(lines, protocol)
    found = flow(protocol, data, dict(arms))
    regular, small = found.arms
    assert small.assigned == Box(1, 1, 2)
    assert small.lost == (FlowReason("no outcome data", Box(0, 0, 1)),)
    assert small.analysed == Box(1, 1, 1)
    assert regular.lost == (FlowReason("no outcome data", Box(1, 1, 1)),)


def test_schools_left_out_for_want_of_a_baseline_are_excluded_not_lost(own_outcomes):
    protocol = own_outcomes(
        {
            ("design", "table"): {"rows": "unit", "cluster": None, "covariates": ["before"]},
            ("design", "outcomes", 0, "level"): "cluster",
            ("design", "outcomes", 0, "baseline"): {"column": "before"},
            ("design", "outcomes", 0, "estimand", "average"): "unit-average",
            ("plan", "models", "default", "error"): "hc2",
            ("plan", "models", "default", "baseline"): True,
            ("plan", "missing", "baseline"): "complete-cases",
        }
    )
    lines = b"unit,stratum,arm,value,before\na,s,small,1,1\nb,s,small,2,\nc,s,small,,3\n"
    data, arms = outcome_table(lines + b"d,s,regular,2,2\ne,s,regular,1,4\n", protocol)
    small = flow(protocol, data, dict(arms)).arms[1]
    assert small.lost == (FlowReason("no outcome data", Box(1, 1, None)),)
    assert small.excluded == (FlowReason("baseline or covariate missing", Box(1, 1, None)),)
    assert small.analysed == Box(1, 1, None)
