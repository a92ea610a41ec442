"""Several trials together: what is added up, what is shown, what is decided, what is refused."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import SIMULATED_MARK, decode_result, encode_result
from equipoise.evaluation.synthesis import synthesise
from equipoise.evaluation.synthesis.programme_decision import Rule, decide_programme
from equipoise.programme.costs import CostLine, cost

CONTACT = ("design", "contact")


def sheet(amount, schools, *, year="2021-22"):
    """A cost sheet of one line over twelve months."""
    line = CostLine(
        line_id="1",
        la_code="",
        category="salary",
        basis="recurring",
        start=date(2021, 10, 1),
        end=date(2022, 9, 30),
        amount_pence=amount,
        source="made up",
    )
    return cost(
        [line],
        categories=("salary",),
        schools={"900": schools},
        pupils={"900": 100 * schools},
        sessions_held=10,
        start=date(2021, 10, 1),
        end=date(2022, 9, 30),
        price_year=year,
        perspective="authority",
    )


def dose_of(supervisors):
    return SimpleNamespace(
        schools=24, unit="sessions", any_level=1, intended_level=6, share_any=0.9,
        share_intended=0.4, mean_sessions=4.2, supervisors=("s",) * supervisors,
    )  # fmt: skip


@pytest.fixture(scope="module")
def trials(make_trial):
    """Trial three is the latest; two and three share an authority; one brings a sixth of cost."""
    one = make_trial("one", year=2019, authorities=("900", "901"))
    two = make_trial("two", seed=8, year=2020, authorities=("902", "903"), first_urn=910001)
    three = make_trial("three", seed=9, year=2021, authorities=("903", "904"), first_urn=920001)
    return (
        replace(one, costs=sheet(100_000, 10), dose=dose_of(2)),
        replace(two, costs=sheet(290_001, 20), dose=dose_of(3)),
        replace(three, dose=dose_of(4)),
    )


@pytest.fixture(scope="module")
def found(make_programme, trials):
    return synthesise(make_programme(), trials[::-1])


def test_trials_stand_side_by_side_in_order_of_date(found, trials):
    assert [t.trial for t in found.trials] == ["one", "two", "three"]
    first = found.trials[0]
    assert (first.title, first.stage, first.mode) == ("Trial one", "trial", "one-to-one")
    assert first.window_end == found.cumulative[0].on == "2020-07-21"
    assert [arm.schools for arm in first.arms] == [24, 24]
    assert first.primary.estimate == trials[0].primary.estimate
    assert (first.pence_per_school_year, first.dose.share_intended) == (10_000, 0.4)
    assert found.trials[2].pence_per_school_year is None


def test_totals_count_an_authority_once_and_a_school_by_trial(found):
    later, every = found.totals
    assert (later.group, later.trials) == ("later", ("two", "three"))
    assert (later.schools, later.intervention, later.reference) == (96, 48, 48)
    assert (later.authorities, later.authorities_in_several) == (3, 1)
    assert (every.group, every.schools, every.authorities) == ("all", 144, 5)
    assert (every.supervisors, every.schools_in_several) == (9, 0)


def test_schools_in_two_trials_are_said(make_programme, make_trial, trials):
    again = make_trial("three", seed=9, year=2021)
    found = synthesise(make_programme(), (*trials[:2], again))
    assert found.totals[-1].schools_in_several == 48
    assert found.totals[-1].supervisors is None
    assert any("Schools in more than one trial: 48" in said for said in found.warnings)


def test_the_cost_of_a_mode_is_a_sum_over_a_sum(found):
    """(100,000 + 290,001) / 30 = 13,000.03; not the mean of 10,000 and 14,500."""
    (mode,) = found.costs
    assert (mode.mode, mode.trials, mode.schools) == ("one-to-one", ("one", "two"), 30)
    assert mode.pence_per_school_year == 13_000
    assert (mode.lowest, mode.highest) == (10_000, 14_500)


def test_prices_of_two_years_are_not_added(make_programme, trials):
    other = replace(trials[1], costs=sheet(290_001, 20, year="2022-23"))
    found = synthesise(make_programme(), (trials[0], other, trials[2]))
    assert found.costs[0].pence_per_school_year is None
    assert found.costs[0].price_years == ("2021-22", "2022-23")


def test_a_sheet_of_two_modes_is_in_neither(make_programme, trials):
    protocol = trials[1].protocol
    costs = protocol.costs.model_copy(update={"modes": ("one-to-one", "group")})
    both = replace(trials[1], protocol=protocol.model_copy(update={"costs": costs}))
    programme = make_programme(costs=[{"mode": "one-to-one", "trials": ["one", "two", "three"]}])
    (mode,) = synthesise(programme, (trials[0], both, trials[2])).costs
    assert (mode.trials, mode.not_split, mode.no_costs) == (("one",), ("two",), ("three",))
    assert mode.pence_per_school_year == 10_000


def test_the_pool_is_of_re_derived_outcomes(found, trials):
    (pool,) = found.pools
    assert [row.trial for row in pool.difference.rows] == ["one", "two", "three"]
    assert pool.ratio.rows[0].title == "Trial one"
    own = [trial.primary.estimate for trial in trials]
    assert [row.estimate for row in pool.difference.rows] == pytest.approx(own, abs=1e-9)
    assert min(own) <= pool.difference.estimate <= max(own)
    assert pool.window_days == (294, 295)
    assert pool.unit_difference == "pupils per 1,000 on the roll"
    assert found.decision.conclusion == pool.difference.conclusion
    assert found.cumulative[-1].conclusion == pool.difference.conclusion
    assert found.cumulative[-1].upper == pytest.approx(pool.difference.upper, abs=1e-12)


def test_panels_have_rows_and_no_diamond(found, trials):
    contacts, own = found.panels
    assert (contacts.panel, contacts.kind, contacts.reason) == (
        "contacts", "declared", "stands beside",
    )  # fmt: skip
    assert [row.trial for row in contacts.rows] == ["one", "two"]
    second = next(o for o in trials[1].impact.outcomes if o.outcome == "contacts")
    assert contacts.rows[1].estimate == second.estimate
    assert (own.panel, own.kind, own.direction) == ("nfa_pupils", "own-estimates", "lower")
    assert [row.trial for row in own.rows] == ["one", "two", "three"]


def test_trials_that_cannot_be_pooled_stand_in_panels_only(make_programme, make_trial):
    trials = [
        make_trial("one", year=2019),
        make_trial("two", year=2020, changes={(*CONTACT, "school"): "attended"}),
        make_trial("three", year=2021, changes={(*CONTACT, "repeat_days"): 14}),
    ]
    found = synthesise(make_programme(), trials)
    assert found.pools == ()
    assert {(n.trial, n.part) for n in found.not_pooled} == {
        ("two", "contact-school"),
        ("three", "contact-repeats"),
    }
    assert [row.trial for row in found.panels[-1].rows] == ["one", "two", "three"]
    assert [point.trials for point in found.cumulative] == [1, 1, 1]
    assert (found.decision.rule, found.decision.conclusion) == ("all-trials", None)
    assert found.decision.reasons[0].code == "no-pool"
    assert any(said.startswith("Counted alike in 1 of 3 trials") for said in found.warnings)


def test_what_is_published_is_quoted_apart(found):
    cost_said = next(q for q in found.quoted if q.id == "cost-one-to-one")
    assert (cost_said.value, cost_said.mode) == (850, "one-to-one")
    assert "850" in cost_said.text
    assert cost_said.publisher and cost_said.source


def test_simulated_stays_on_every_copy(found):
    assert found.simulated
    data = encode_result(found, trial="p", simulated=found.simulated, inputs={})
    assert SIMULATED_MARK.encode() in data
    assert decode_result(data).data == found


def test_simulated_and_real_are_never_together(make_programme, make_trial, trials):
    real = make_trial("two", seed=8, changes={("trial", "simulated"): False})
    with pytest.raises(ProblemsError, match="trial two: found a real trial") as caught:
        synthesise(make_programme(), (trials[0], real, trials[2]))
    assert len(caught.value.problems) == 1


def test_missing_double_and_strange_trials_are_refused_at_once(make_programme, make_trial, trials):
    strange = make_trial("four")
    with pytest.raises(ProblemsError) as caught:
        synthesise(make_programme(), (trials[0], trials[0], strange, trials[2]))
    assert [(p.place, p.found) for p in caught.value.problems] == [
        ("trial one", "2 trials"),
        ("trial two", "no analysed trial"),
        ("trial four", "a trial that is not named"),
    ]


def test_a_panel_of_an_unknown_outcome_is_refused(make_programme, trials):
    member = {"trial": "one", "outcome": "csa_pupils"}
    panel = {"id": "x", "title": "X", "reason": "why", "members": [member]}
    with pytest.raises(ProblemsError, match="outcome csa_pupils of trial one"):
        synthesise(make_programme(panels=[panel]), trials)


RULE = Rule(("worthwhile-benefit",), ("no-worthwhile-effect",), "test-further")


@pytest.fixture(scope="module")
def pool_of(found):
    """Return a function: the pool, its difference changed."""
    (pool,) = found.pools
    return lambda **changes: replace(pool, difference=replace(pool.difference, **changes))


@pytest.mark.parametrize(
    ("conclusion", "decision"),
    [
        ("worthwhile-benefit", "continue"),
        ("no-worthwhile-effect", "stop"),
        ("safety-not-shown", "test-further"),
    ],
)
def test_the_pooled_class_decides(pool_of, trials, conclusion, decision):
    made = decide_programme(trials, pool_of(conclusion=conclusion), (), RULE)
    assert (made.rule, made.decision, made.conclusion) == ("pooled-class", decision, conclusion)
    assert made.reasons[0].code == "pooled-class"
    assert made.reasons[0].bound == 2.0
    own = [reason.trial for reason in made.reasons if reason.code == "trial-class"]
    assert own == ["one", "two", "three"]


def codes(made):
    return {reason.code for reason in made.reasons}


def test_grounds_beside_the_class_are_named(pool_of, trials, with_impact):
    left = pool_of().difference.leave_one_out
    pool = pool_of(
        conclusion="no-worthwhile-effect", lower=-1.0, upper=0.5,
        plain_conclusion="benefit-too-small", plain_lower=-0.9, plain_upper=-0.1,
        prediction_lower=-2.0, prediction_upper=1.9,
        leave_one_out=(replace(left[0], conclusion="cannot-tell"),
                       replace(left[1], conclusion="no-worthwhile-effect")),
    )  # fmt: skip
    ratio = replace(pool.ratio, lower=-0.2, upper=-0.1)
    one, *rest = (with_impact(trial, safe=True, safety_failing=()) for trial in trials)
    unsafe = [with_impact(one, safe=False, safety_failing=("recontact",)), *rest]
    made = decide_programme(unsafe, replace(pool, ratio=ratio), (), RULE)
    assert codes(made) == {
        "pooled-class", "plain-interval-disagrees", "leave-one-out-disagrees", "ratio-disagrees",
        "prediction-holds-benefit", "records-not-corrected", "safety-fails", "trial-class",
    }  # fmt: skip
    named = {reason.code: reason for reason in made.reasons}
    assert (named["safety-fails"].trial, named["safety-fails"].outcome) == ("one", "recontact")
    assert named["leave-one-out-disagrees"].trial == left[0].trial
    assert named["plain-interval-disagrees"].upper == -0.1


@pytest.mark.parametrize(
    ("direction", "lower", "upper", "expected"),
    [
        ("lower", -1.9, 1.9, set()),
        ("lower", -2.0, 1.9, {"prediction-holds-benefit"}),
        ("lower", -1.9, 2.0, {"prediction-holds-harm"}),
        ("higher", -1.9, 2.0, {"prediction-holds-benefit"}),
        ("none", -2.0, 1.0, {"prediction-holds-benefit"}),
    ],
)
def test_prediction_is_read_in_the_direction_of_benefit(
    pool_of, trials, direction, lower, upper, expected
):
    pool = pool_of(prediction_lower=lower, prediction_upper=upper)
    made = decide_programme(trials, replace(pool, direction=direction), (), RULE)
    assert {code for code in codes(made) if code.startswith("prediction")} == expected


@pytest.mark.parametrize(
    ("conclusions", "decision"),
    [
        (("no-worthwhile-effect",) * 3, "stop"),
        (("no-worthwhile-effect", "worthwhile-benefit", "no-worthwhile-effect"), "test-further"),
    ],
)
def test_without_a_pool_only_agreement_decides(trials, conclusions, decision):
    told = [
        replace(
            trial,
            impact=replace(
                trial.impact,
                outcomes=(replace(trial.primary, conclusion=c), *trial.impact.outcomes[1:]),
            ),
        )
        for trial, c in zip(trials, conclusions, strict=True)
    ]
    assert decide_programme(told, None, (), RULE).decision == decision
