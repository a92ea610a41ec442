"""The conclusion classes: the table of the rules, and that every interval has one class."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.statistics.estimation import ConclusionCode, EstimationError, conclude, oriented

M, H = 2.0, 1.0
TABLE = [
    (2.0, 3.0, "worthwhile_benefit"),
    (0.1, 2.0, "benefit_size_unclear"),
    (0.1, 1.9, "benefit_too_small"),
    (-0.9, 0.0, "no_worthwhile_effect"),
    (0.0, 1.9, "no_worthwhile_effect"),
    (-1.0, 0.0, "no_worthwhile_benefit_harm_not_ruled_out"),
    (0.0, 2.0, "cannot_tell"),
    (-9.0, 9.0, "cannot_tell"),
    (-3.0, -1.0, "harm_that_matters"),
    (-1.0, -0.1, "harm_size_unclear"),
    (-0.9, -0.1, "harm_too_small"),
]


@pytest.mark.parametrize(("lower", "upper", "code"), TABLE)
def test_the_table_of_the_rules(lower: float, upper: float, code: str) -> None:
    assert conclude(lower, upper, M, H).code == code


@pytest.mark.parametrize(
    ("lower", "upper", "code"),
    [
        (-1.9, 1.9, "no_worthwhile_difference"),
        (0.1, 2.0, "higher"),
        (-2.0, -0.1, "lower"),
        (-2.0, 0.0, "cannot_tell"),
        (0.0, 2.0, "cannot_tell"),
    ],
)
def test_the_table_without_direction(lower: float, upper: float, code: str) -> None:
    assert conclude(lower, upper, M, H, direction="none").code == code


CONDITIONS: dict[str, Any] = {
    "worthwhile_benefit": lambda lo, up, m, h: lo >= m,
    "benefit_size_unclear": lambda lo, up, m, h: 0 < lo < m <= up,
    "benefit_too_small": lambda lo, up, m, h: lo > 0 and up < m,
    "no_worthwhile_effect": lambda lo, up, m, h: lo <= 0 <= up < m and lo > -h,
    "no_worthwhile_benefit_harm_not_ruled_out": lambda lo, up, m, h: lo <= -h and 0 <= up < m,
    "cannot_tell": lambda lo, up, m, h: lo <= 0 and m <= up,
    "harm_that_matters": lambda lo, up, m, h: up <= -h,
    "harm_size_unclear": lambda lo, up, m, h: lo <= -h < up < 0,
    "harm_too_small": lambda lo, up, m, h: -h < lo and up < 0,
}
BOUND = st.one_of(
    st.floats(allow_nan=False), st.sampled_from([-2.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.0])
)
MARGIN = st.one_of(
    st.floats(min_value=0, exclude_min=True, allow_nan=False, allow_infinity=False),
    st.sampled_from([0.5, 1.0, 2.0]),
)
STATE = st.sampled_from([True, False, None])


@given(BOUND, BOUND, MARGIN, MARGIN)
def test_exactly_one_row_of_the_table_holds_and_it_is_the_class(
    one: float, other: float, margin: float, harm: float
) -> None:
    lower, upper = min(one, other), max(one, other)
    held = [code for code, holds in CONDITIONS.items() if holds(lower, upper, margin, harm)]
    assert held == [conclude(lower, upper, margin, harm).code]


@given(BOUND, BOUND, MARGIN, MARGIN, st.sampled_from(["benefit", "none"]), STATE, STATE)
def test_the_function_is_total_and_never_claims_what_it_may_not(
    one: float, other: float, margin: float, harm: float, direction: Any, safe: Any, records: Any
) -> None:
    lower, upper = min(one, other), max(one, other)
    found = conclude(
        lower, upper, margin, harm, direction=direction, safe=safe, records_hold=records
    )
    assert found.code in get_args(ConclusionCode)
    if direction == "benefit" and safe is False:
        assert found.code not in ("worthwhile_benefit", "benefit_size_unclear", "benefit_too_small")
    if 0 <= upper < margin:
        assert (found.code == "cannot_tell_records_incomplete") == (records is False)
        assert (found.records == "not_analysed") == (records is None)


def test_benefit_without_safety_reads_fewer_contacts() -> None:
    found = conclude(2.5, 3.0, M, H, safe=False)
    assert (found.code, found.interval_code) == (
        "fewer_contacts_safety_not_shown",
        "worthwhile_benefit",
    )


def test_harm_is_said_whatever_safety_and_records_say() -> None:
    assert conclude(-3, -2, M, H, safe=False, records_hold=False).code == "harm_that_matters"


def test_records_come_before_safety() -> None:
    found = conclude(0.1, 1.0, M, H, safe=False, records_hold=False)
    assert found.code == "cannot_tell_records_incomplete"


@pytest.mark.parametrize(
    ("lower", "upper", "margin", "harm"),
    [(1.0, 0.0, 1, 1), (float("nan"), 1.0, 1, 1), (0.0, 1.0, 0, 1), (0.0, 1.0, 1, -1)],
)
def test_no_class_for_what_is_no_interval(
    lower: float, upper: float, margin: float, harm: float
) -> None:
    with pytest.raises(EstimationError):
        conclude(lower, upper, margin, harm)


def test_orienting_twice_changes_nothing() -> None:
    once = oriented(-3.0, 1.0, higher_is_better=False)
    assert oriented(*once, higher_is_better=False) == (-3.0, 1.0)
