"""The break-even effect beside the findings: where the interval lies, whatever an event costs."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from equipoise.core.results import decode_result, encode_result
from equipoise.design.protocol import Money
from equipoise.evaluation.analysis import analyse
from equipoise.evaluation.synthesis import break_even_beside_effect


@pytest.fixture(scope="module")
def found(analysed):
    protocol, data, arms = analysed
    return protocol, analyse(protocol, data, arms)


def paying(protocol, **costs):
    """Return the protocol with declared costs."""
    money = Money(prices="2024-25", source="made up", assumed=False, **costs)
    primary = protocol.primary
    outcomes = tuple(
        outcome.model_copy(update={"margin": outcome.margin.model_copy(update={"money": money})})
        if outcome.id == primary.id
        else outcome
        for outcome in protocol.design.outcomes
    )
    design = protocol.design.model_copy(update={"outcomes": outcomes})
    return protocol.model_copy(update={"design": design})


def between(impact, lower, upper):
    """Return the findings with another interval of the primary outcome, fewer being better."""
    primary = replace(impact.outcomes[0], lower=lower, upper=upper, direction="lower")
    return replace(impact, outcomes=(primary, *impact.outcomes[1:]))


def roll_of(impact):
    primary = impact.outcomes[0]
    arm = next(arm for arm in impact.arms if arm.arm == primary.arm)
    return arm.pupils / arm.schools


@pytest.mark.parametrize(
    ("lower", "upper", "verdict"),
    [(-9.9, 3.0, "ruled-out"), (-10.1, 3.0, "open"), (-30.0, -10.1, "reached"),
     (-30.0, -9.9, "open"), (1.0, 5.0, "ruled-out")],
)  # fmt: skip
def test_the_interval_is_held_against_it(found, lower, upper, verdict):
    """A break-even of 10 per 1,000: a benefit is a fall, so bounds change sign and place."""
    protocol, impact = found
    cost = 10 * 100.0 * roll_of(impact) / 1000
    result = break_even_beside_effect(
        paying(protocol, school_cost=cost, event_cost=100.0), between(impact, lower, upper)
    )
    assert result.effect == pytest.approx(10, rel=1e-12)
    assert result.verdict == verdict
    assert (result.benefit_lower, result.benefit_upper) == (-upper, -lower)
    assert result.firm


def test_a_range_of_costs_can_unsettle_it(found):
    protocol, impact = found
    cost = 10 * 100.0 * roll_of(impact) / 1000
    declared = paying(protocol, school_cost=cost, event_cost=100.0, lowest=50.0, highest=200.0)
    result = break_even_beside_effect(declared, between(impact, -7.0, 1.0))
    assert (result.lowest, result.highest) == pytest.approx((5.0, 20.0))
    assert (result.verdict_lowest, result.verdict, result.verdict_highest) == (
        "open", "ruled-out", "ruled-out",
    )  # fmt: skip
    assert not result.firm


def test_what_was_spent_stands_beside_what_was_declared(found):
    protocol, impact = found
    declared = paying(protocol, school_cost=500.0, event_cost=100.0)
    spent = SimpleNamespace(recurring_pence_per_school_year=100_000)
    result = break_even_beside_effect(declared, impact, spent)
    assert result.effect_as_spent == pytest.approx(2 * result.effect, rel=1e-12)
    assert break_even_beside_effect(declared, impact).effect_as_spent is None


def test_without_costs_direction_or_rolls_there_is_none(found):
    protocol, impact = found
    declared = paying(protocol, school_cost=500.0, event_cost=100.0)
    undirected = replace(
        impact, outcomes=(replace(impact.outcomes[0], direction="none"), *impact.outcomes[1:])
    )
    unknown = replace(impact, arms=tuple(replace(arm, pupils=None) for arm in impact.arms))
    assert break_even_beside_effect(declared, undirected) is None
    assert break_even_beside_effect(declared, unknown) is None
    without = paying(protocol, school_cost=1.0, event_cost=1.0)
    bare = without.primary.margin.model_copy(update={"money": None})
    outcomes = (without.primary.model_copy(update={"margin": bare}),)
    design = without.design.model_copy(update={"outcomes": outcomes})
    assert break_even_beside_effect(without.model_copy(update={"design": design}), impact) is None


def test_it_is_a_result(found):
    protocol, impact = found
    result = break_even_beside_effect(
        paying(protocol, school_cost=500.0, event_cost=100.0, lowest=50.0, highest=200.0), impact
    )
    data = encode_result(result, trial="t", simulated=False, inputs={})
    assert decode_result(data).data == result
