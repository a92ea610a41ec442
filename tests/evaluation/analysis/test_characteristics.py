"""The arms before the start: means and differences worked by hand, after unblinding only."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from equipoise.core.base import ProblemsError
from equipoise.evaluation.analysis import characteristics

ROWS = [
    {
        "urn": f"90000{i}",
        "la": "900",
        "stratum": "s" if i <= 4 else "t",
        "pupils": 100 * i,
        "nfa_any_strict_baseline": i,
        "contacts_baseline": 2 * i,
    }
    for i in range(1, 9)
]
#: Two of four, and one of four schools have supervision.
ARMS = {f"90000{i}": "supervision" if i in (1, 3, 8) else "usual" for i in range(1, 9)}


@dataclass(frozen=True)
class Known:
    id: str
    title: str
    values: dict[str, float] = field(default_factory=dict)


@pytest.fixture
def trial(dsl_primary, make_school_set):
    protocol = dsl_primary()
    return protocol, make_school_set(protocol, ROWS)


def test_means_and_differences_are_weighted_by_the_inverse_share(trial) -> None:
    values = {row["urn"]: float(n) for n, row in enumerate(ROWS, start=1)}
    found = characteristics(*trial, ARMS, [Known("number", "a number", values)])
    (row, *_) = found.rows
    usual, supervision = row.arms
    assert (row.id, row.unit, row.of) == ("number", "", "schools")
    # Usual: 2 and 4 weigh 2 each; 5, 6 and 7 weigh 4/3 each.
    assert usual.mean == pytest.approx((2 * 2 + 2 * 4 + 4 / 3 * (5 + 6 + 7)) / 8)
    # Supervision: 1 and 3 weigh 2 each, 8 weighs 4.
    assert supervision.mean == pytest.approx((2 + 6 + 32) / 8)
    square = (2 * (1 - 5) ** 2 + 2 * (3 - 5) ** 2 + 4 * (8 - 5) ** 2) / 8 * 3 / 2
    assert supervision.sd == pytest.approx(square**0.5)
    spread = ((square + usual.sd**2) / 2) ** 0.5
    assert supervision.difference == pytest.approx((5 - usual.mean) / spread)
    assert usual.difference is None
    assert (supervision.rows, supervision.missing, supervision.events) == (3, 0, None)


def test_baselines_stand_in_the_unit_of_the_outcome_with_their_events(trial) -> None:
    found = {row.id: row for row in characteristics(*trial, ARMS).rows}
    usual, supervision = found["baseline-nfa_pupils"].arms
    # One pupil per hundred in every school: nothing varies, so there is no difference.
    assert usual.mean == supervision.mean == pytest.approx(10.0)
    assert (supervision.events, usual.events) == (1 + 3 + 8, 2 + 4 + 5 + 6 + 7)
    assert supervision.difference is None


def test_a_school_without_a_value_is_counted_in_its_arm(trial) -> None:
    few = {"900001": 1.0, "900002": 2.0}
    (row, *_) = characteristics(*trial, ARMS, [Known("x", "x", few)]).rows
    assert [(arm.rows, arm.missing) for arm in row.arms] == [(1, 4), (1, 2)]
    assert row.arms[1].sd is None and row.arms[1].difference is None


def test_it_needs_the_whole_allocation(trial) -> None:
    short = {urn: arm for urn, arm in ARMS.items() if urn != "900001"}
    with pytest.raises(ProblemsError, match="unit 900001: found no arm"):
        characteristics(*trial, short)
