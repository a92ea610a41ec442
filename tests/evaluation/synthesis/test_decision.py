"""The rule, perception beside measurement, money beside effect."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from equipoise.core.results import decode_result, encode_result
from equipoise.evaluation.analysis import analyse
from equipoise.evaluation.synthesis import decide


@pytest.fixture(scope="module")
def found(analysed):
    protocol, data, arms = analysed
    return protocol, analyse(protocol, data, arms)


def with_primary(impact, **changes):
    return replace(impact, outcomes=(replace(impact.outcomes[0], **changes), *impact.outcomes[1:]))


@pytest.mark.parametrize(
    ("conclusion", "decision"),
    [
        ("worthwhile-benefit", "continue"),
        ("benefit-size-unclear", "continue"),
        ("no-worthwhile-effect", "stop"),
        ("harm-too-small", "stop"),
        ("cannot-tell", "test-further"),
        ("safety-not-shown", "test-further"),
    ],
)
def test_the_class_decides(found, conclusion, decision):
    protocol, impact = found
    result = decide(protocol, with_primary(impact, conclusion=conclusion))
    assert (result.decision, result.conclusion) == (decision, conclusion)
    first = result.reasons[0]
    primary = impact.outcomes[0]
    assert first.code == "primary-class"
    assert (first.lower, first.upper, first.bound) == (primary.lower, primary.upper, 2.0)


def test_grounds_beside_are_named(found):
    protocol, impact = found
    primary = impact.outcomes[0]
    other = replace(primary.shown[0], conclusion="worthwhile-benefit")
    impact = with_primary(
        impact, conclusion="no-worthwhile-effect", p=0.2, p_permutation=0.01, shown=(other,),
        sensitivity=(replace(primary.sensitivity[0], conclusion="no-worthwhile-effect"),),
    )  # fmt: skip
    codes = [(r.code, r.analysis) for r in decide(protocol, impact).reasons]
    assert codes[0] == ("primary-class", None)
    assert ("permutation-disagrees", None) in codes
    assert ("definition-disagrees", "nfa_pupils_advice") in codes
    assert ("records-not-corrected", None) in codes
    assert not any(code == "sensitivity-disagrees" for code, _ in codes)
    safety = [r for r in decide(protocol, impact).reasons if r.code.startswith("safety")]
    assert [r.outcome for r in safety] == ["referrals", "section47", "recontact"]


@pytest.mark.parametrize(
    ("lower", "upper", "conclusion", "gap"),
    [
        (0.7, 0.9, "no-worthwhile-effect", "liked-not-shown"),
        (0.7, 0.9, "worthwhile-benefit", "liked-and-worked"),
        (0.7, 0.9, "harm-too-small", "liked-harm"),
        (0.4, 0.6, "worthwhile-benefit", "split"),
        (0.1, 0.3, "worthwhile-benefit", "not-liked-worked"),
        (0.1, 0.3, "cannot-tell", "not-liked-not-shown"),
    ],
)
def test_perceived_stands_beside_measured(found, lower, upper, conclusion, gap):
    protocol, impact = found
    item = SimpleNamespace(
        item="useful", n=50, high=40, share_high=0.8, lower=lower, upper=upper, level=0.95, mean=4.1
    )
    impact = with_primary(impact, conclusion=conclusion)
    seen = decide(protocol, impact, SimpleNamespace(perceived=item)).perceived
    assert (seen.n, seen.useful, seen.share, seen.measured) == (50, 40, 0.8, conclusion)
    assert seen.gap == gap
    assert decide(protocol, impact, SimpleNamespace(perceived=None)).perceived is None


COSTS = SimpleNamespace(recurring_pence_per_school_year=85_000, recurring_pence_per_pupil_year=340)


def test_cost_per_event_by_hand(found):
    protocol, impact = found
    arms = tuple(replace(a, schools=10, pupils=2500) for a in impact.arms)
    impact = replace(with_primary(impact, estimate=-4.0, lower=-6.0, upper=-2.0), arms=arms)
    cost = decide(protocol, impact, None, COSTS).cost
    # 250 pupils a school: four fewer in a thousand is one pupil a school.
    assert cost.shown is True
    assert (cost.averted_per_school, cost.averted_lower, cost.averted_upper) == pytest.approx(
        (1.0, 0.5, 1.5)
    )
    assert (cost.pence_per_event, cost.pence_lower, cost.pence_upper) == pytest.approx(
        (85_000, 85_000 / 1.5, 170_000)
    )
    assert cost.event == "pupils"


@pytest.mark.parametrize(
    ("changes", "costs", "reason"),
    [
        ({"lower": -3.0, "upper": 0.5}, COSTS, "interval-includes-no-effect"),
        ({"lower": 1.0, "upper": 3.0, "estimate": 2.0}, COSTS, "effect-is-harm"),
        ({"lower": -3.0, "upper": -1.0}, None, "no-costs"),
        ({"direction": "none"}, COSTS, "no-direction"),
        ({"measure_type": "share", "lower": -3.0, "upper": -1.0}, COSTS, "not-a-count"),
    ],
)
def test_cost_per_event_is_not_shown_without_an_effect(found, changes, costs, reason):
    protocol, impact = found
    cost = decide(protocol, with_primary(impact, **changes), None, costs).cost
    assert (cost.shown, cost.reason, cost.pence_per_event) == (False, reason, None)


def test_result_survives_its_file(found):
    protocol, impact = found
    result = decide(protocol, impact, None, COSTS)
    back = decode_result(encode_result(result, trial="t", simulated=True, inputs={}))
    assert back.data == result
