"""The analysis set as corrected: rows leave or are added up, the roster and the rest stay."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from equipoise.evaluation.analysis import Box, FlowReason, flow
from equipoise.evaluation.analysis.models import estimate
from equipoise.evaluation.analysis.variants import main_variant
from equipoise.evaluation.outcomes import corrected, set_aside_by

ROWS = [
    {
        "urn": f"90000{i}",
        "la": "900",
        "stratum": "s",
        "pupils": 100 * i,
        "contacts_outcome": 5 * i,
        "children_outcome": 4 * i,
        "nfa_any_strict_outcome": i + i % 3,
        "nfa_contacts_strict_outcome": i + i % 3,
        "nfa_any_strict_baseline": i % 4,
        "children_baseline": 4,
        "contacts_baseline": 5,
    }
    for i in range(1, 9)
]
ARMS = {f"90000{i}": ("usual", "supervision")[i % 2] for i in range(1, 9)}


@dataclass(frozen=True)
class Signed:
    kind: str
    set_aside: tuple[str, ...] = ()
    into: str | None = None


WITHDRAWN = Signed("withdrawn")
ASIDE = Signed("ineligible", ("900003",))
JOINED = Signed("merged", ("900001",), "900002")


@pytest.fixture
def trial(dsl_primary, make_school_set):
    protocol = dsl_primary()
    return protocol, make_school_set(protocol, ROWS)


def column(data, name: str) -> dict[str, int | None]:
    return dict(data.schools.select("urn", name).iter_rows())


def test_corrections_that_keep_everyone_give_the_very_same_set(trial):
    _, data = trial
    assert corrected(data, [WITHDRAWN]) is data


def test_a_school_set_aside_leaves_the_rows_and_not_the_roster(trial):
    _, data = trial
    found = corrected(data, [WITHDRAWN, ASIDE])
    assert sorted(set(data.schools["urn"]) - set(found.schools["urn"])) == ["900003"]
    assert found.roster.equals(data.roster)
    assert found.summary == data.summary


def test_joined_schools_are_one_row_with_rolls_and_counts_added(trial):
    _, data = trial
    found = corrected(data, [JOINED])
    assert "900001" not in found.schools["urn"].to_list()
    for name in ("pupils", "contacts_outcome", "nfa_any_strict_outcome", "children_baseline"):
        before, after = column(data, name), column(found, name)
        assert after["900002"] == before["900001"] + before["900002"], name
        assert {u: after[u] for u in after if u != "900002"} == {
            u: before[u] for u in before if u not in ("900001", "900002")
        }
    assert found.schools.schema == data.schools.schema


def test_a_chain_of_mergers_ends_in_one_row(trial):
    _, data = trial
    second = Signed("merged", ("900002",), "900003")
    found = corrected(data, [JOINED, second])
    assert column(found, "pupils")["900003"] == 100 + 200 + 300
    assert found.schools.height == data.schools.height - 2


def test_without_one_schools_data_the_joint_school_has_none(dsl_primary, make_school_set):
    rows = [row | {"no_data": row["urn"] == "900001"} for row in ROWS]
    data = make_school_set(dsl_primary(), rows)
    found = corrected(data, [JOINED])
    assert column(found, "contacts_outcome")["900002"] is None
    assert column(found, "pupils")["900002"] == 300


def test_people_of_a_joined_school_answer_for_themselves():
    assert set_aside_by([JOINED, ASIDE]) == {"900001": "merged", "900003": "ineligible"}
    assert set_aside_by([JOINED, ASIDE], people=True) == {"900003": "ineligible"}


def test_the_flow_counts_who_was_set_aside_in_the_arm_of_the_draw(trial):
    protocol, data = trial
    found = flow(protocol, data, ARMS, corrections=[JOINED, ASIDE])
    assert found.randomised == Box(8, 8, 3600)
    usual, supervision = found.arms
    assert supervision.assigned == Box(4, 4, 100 + 300 + 500 + 700)
    assert supervision.excluded == (
        FlowReason("merged with another school", Box(1, 1, 100)),
        FlowReason("found not to have been eligible", Box(1, 1, 300)),
    )
    assert supervision.analysed == Box(2, 2, 1200)
    assert usual.excluded == () and usual.analysed == usual.assigned
    assert found.analysed == Box(6, 6, 3200)


def fitted(protocol, data):
    main = main_variant(protocol, protocol.primary)
    return estimate(protocol, protocol.primary, data, main, ARMS, arm="supervision")


def test_a_school_set_aside_is_analysed_as_one_without_data(make_school_set, trial):
    """The same estimate, error and p by re-drawing: in both, eight units are drawn again."""
    protocol, data = trial
    missing = [row | {"no_data": row["urn"] == "900003"} for row in ROWS]
    found = fitted(protocol, corrected(data, [ASIDE]))
    assert found == replace(fitted(protocol, make_school_set(protocol, missing)), dropped=())
    assert found.rows == 7 and found.estimate != fitted(protocol, data).estimate


def test_joined_schools_are_analysed_as_one_school_of_their_sums(make_school_set, trial):
    protocol, data = trial
    one, two, *rest = ROWS
    sums = {name: one[name] + two[name] for name in two if isinstance(two[name], int)}
    rows = [one | {"no_data": True}, two | sums, *rest]
    found = fitted(protocol, corrected(data, [JOINED]))
    assert found == replace(fitted(protocol, make_school_set(protocol, rows)), dropped=())
    assert found.rows == 7
