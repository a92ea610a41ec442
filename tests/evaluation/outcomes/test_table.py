"""A trial's own outcome table: arms taken off, every problem at once."""

import pytest

from equipoise.core.base import ProblemsError
from equipoise.evaluation.outcomes import outcome_table

GOOD = b"""unit,stratum,arm,value
c2,s1,small,12.5
c1,s1,regular,10
c2,s1,small,
c3,s2,regular,9
c4,s2,small,8
"""


def test_arms_are_taken_off_and_rows_sorted(own_outcomes):
    data, arms = outcome_table(GOOD, own_outcomes())
    assert arms == (("c1", "regular"), ("c2", "small"), ("c3", "regular"), ("c4", "small"))
    assert "arm" not in data.schools.columns
    assert data.schools["unit"].to_list() == ["c1", "c2", "c2", "c3", "c4"]
    assert data.schools["value"].to_list() == [10.0, 12.5, None, 9.0, 8.0]
    assert (data.summary.units, data.summary.rows, data.summary.strata) == (4, 5, 2)
    assert data.summary.outcomes[0].missing == 1
    assert data.summary.outcomes[0].mean == pytest.approx(39.5 / 4)


def test_sealed_arms_are_none(own_outcomes):
    sealed = b"unit,stratum,value\nc1,s1,10\nc2,s1,11\n"
    data, arms = outcome_table(sealed, own_outcomes())
    assert arms is None
    assert data.roster["unit"].to_list() == ["c1", "c2"]


def test_every_cell_problem_is_named_with_its_line(own_outcomes):
    bad = b"unit,stratum,arm,value,colour\nc1,s1,regular,10,red\n"
    with pytest.raises(ProblemsError, match="column that is not known"):
        outcome_table(bad, own_outcomes())
    cells = b"unit,stratum,arm,value\n,s1,regular,10\nc1,,regular,NaN\nc2,s1,large,3\n"
    with pytest.raises(ProblemsError) as caught:
        outcome_table(cells, own_outcomes())
    places = {problem.place for problem in caught.value.problems}
    assert places == {
        "line 2, column unit",
        "line 3, column stratum",
        "line 3, column value",
        "line 4, column arm",
    }


def test_a_unit_in_two_arms_and_two_strata_is_refused_once_each(own_outcomes):
    data = b"unit,stratum,arm,value\nc1,s1,regular,1\nc1,s2,small,2\nc2,s1,small,2\n"
    with pytest.raises(ProblemsError) as caught:
        outcome_table(data, own_outcomes())
    assert [p.place for p in caught.value.problems] == [
        "line 3, column stratum",
        "line 3, column arm",
    ]


RATE = {
    ("design", "table", "rows"): "unit",
    ("design", "outcomes", 0, "level"): "cluster",
    ("design", "outcomes", 0, "measure"): {
        "type": "rate", "numerator": "numerator", "denominator": "denominator", "per": 100,
    },
    ("design", "outcomes", 0, "estimand", "average"): "unit-average",
}  # fmt: skip


def test_units_twice_and_zero_denominators_are_refused(own_outcomes):
    data = (
        b"unit,stratum,arm,numerator,denominator\nc1,s1,regular,1,10\nc1,s1,regular,2,10\n"
        b"c2,s1,small,0,0\nc3,s1,small,-1,5\n"
    )
    with pytest.raises(ProblemsError, match="of 0 or more"):
        outcome_table(data, own_outcomes(RATE))
    with pytest.raises(ProblemsError) as caught:
        outcome_table(data.replace(b"-1", b"1"), own_outcomes(RATE))
    assert [(p.place, p.found) for p in caught.value.problems] == [
        ("line 3, column unit", "the unit of line 2 again"),
        ("line 4, column denominator", "a denominator of zero"),
    ]


def test_a_trial_with_authorities_has_no_own_table(dsl_primary):
    with pytest.raises(ProblemsError, match=r"Declare design\.table"):
        outcome_table(GOOD, dsl_primary())
