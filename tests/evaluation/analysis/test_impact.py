"""The whole analysis: what happens when arms are swapped, units change, or safety fails."""

from dataclasses import replace

import polars as pl
import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.evaluation.analysis import analyse
from equipoise.evaluation.analysis.classes import class_of, safety_holds

SWAP = {"usual": "supervision", "supervision": "usual"}


def test_swapping_the_arms_flips_every_sign(analysed):
    protocol, data, arms = analysed
    one = analyse(protocol, data, arms)
    two = analyse(protocol, data, {u: SWAP[a] for u, a in arms.items()})
    for a, b in zip(one.outcomes, two.outcomes, strict=True):
        assert b.estimate == pytest.approx(-a.estimate, rel=1e-9, abs=1e-9)
        assert (b.lower, b.upper) == pytest.approx((-a.upper, -a.lower), rel=1e-9, abs=1e-9)
        assert (b.se, b.df, b.p) == pytest.approx((a.se, a.df, a.p), rel=1e-9)
        for x, y in zip((*a.shown, *a.sensitivity), (*b.shown, *b.sensitivity), strict=True):
            assert y.estimate == pytest.approx(-x.estimate, rel=1e-9, abs=1e-9)
    assert two.subgroups[0].interaction == pytest.approx(-one.subgroups[0].interaction)


def test_safety_outcomes_decide_what_benefit_is_called(analysed, dsl_primary):
    protocol, data, arms = analysed
    helped = data.schools.with_columns(
        pl.when(pl.col("unit").replace_strict(arms) == "supervision")
        .then(pl.col("nfa_any_strict_outcome") // 8)
        .otherwise(pl.col("nfa_any_strict_outcome"))
        .alias("nfa_any_strict_outcome")
    )
    result = analyse(protocol, replace(data, schools=helped), arms)
    assert result.safe is False
    assert result.outcomes[0].upper < 0
    assert result.outcomes[0].conclusion == "safety-not-shown"
    assert "referrals" in result.safety_failing
    quick = {("plan", "models", name, "permutations"): 0 for name in ("default", "dsl")}
    margins = {("design", "outcomes", i, "safety", "margin"): 99.0 for i in (3, 4, 5)}
    wide = dsl_primary({**quick, **margins})
    safe = analyse(wide, replace(data, schools=helped), arms)
    assert safe.safe is True
    assert safe.outcomes[0].conclusion in ("worthwhile-benefit", "benefit-size-unclear")


def test_scaling_the_measure_scales_every_number(analysed, dsl_primary):
    _, data, arms = analysed
    quick = {("plan", "models", name, "permutations"): 0 for name in ("default", "dsl")}
    tenth = dsl_primary({**quick, ("design", "outcomes", 0, "measure", "per"): 100})
    a = analyse(dsl_primary(quick), data, arms).outcomes[0]
    b = analyse(tenth, data, arms).outcomes[0]
    for name in ("estimate", "se", "lower", "upper"):
        assert getattr(b, name) == pytest.approx(getattr(a, name) / 10, rel=1e-9)
    assert (b.p, b.df) == pytest.approx((a.p, a.df), rel=1e-9)
    assert b.standardised.g == pytest.approx(a.standardised.g, rel=1e-9)
    assert a.unit == "pupils per 1,000 on the roll"
    assert b.unit == "per cent of pupils"
    assert b.unit_difference == "percentage points"


def test_permutation_p_is_near_t_and_repeats(analysed):
    protocol, data, arms = analysed
    one, two = analyse(protocol, data, arms), analyse(protocol, data, arms)
    assert one == two
    contacts = one.outcomes[1]
    assert contacts.p_permutation == pytest.approx(contacts.p, abs=0.15)
    assert (contacts.p_permutation * 100) == pytest.approx(round(contacts.p_permutation * 100))


def test_subgroup_effects_are_those_of_each_level_alone(analysed):
    protocol, data, arms = analysed
    found = analyse(protocol, data, arms).subgroups[0]
    assert found.cut == data.schools["pupils"].median()
    low, high = found.levels
    assert found.interaction == pytest.approx(high.estimate - low.estimate)
    assert found.se == pytest.approx((low.se**2 + high.se**2) ** 0.5)
    assert low.rows + high.rows == 48


def test_a_subgroup_leaves_out_strata_that_hold_one_arm(analysed):
    protocol, data, arms = analysed
    cut = data.schools["pupils"].median()
    lone = data.schools.filter((pl.col("stratum") == "900/large") & (pl.col("pupils") > cut))[
        "unit"
    ].to_list()
    moved = data.schools.with_columns(
        pl.when(pl.col("unit").is_in([u for u in lone if arms[u] == "usual"]))
        .then(30)
        .otherwise(pl.col("pupils"))
        .alias("pupils")
    )
    found = analyse(protocol, replace(data, schools=moved), arms).subgroups[0]
    high = moved.filter(pl.col("pupils") > moved["pupils"].median())
    both = {
        stratum
        for stratum in high["stratum"].unique()
        if len({arms[u] for u in high.filter(pl.col("stratum") == stratum)["unit"]}) == 2
    }
    assert "900/large" not in both
    kept = high.filter(pl.col("stratum").is_in(sorted(both))).height
    assert found.levels[1].rows == kept < high.height


def test_result_survives_its_file(analysed):
    protocol, data, arms = analysed
    result = analyse(protocol, data, arms)
    back = decode_result(encode_result(result, trial="t", simulated=True, inputs={}))
    assert back.data == result
    assert back.data.blind is False


def test_an_allocation_that_does_not_fit_is_refused_whole(analysed):
    protocol, data, arms = analysed
    bad = dict(arms)
    del bad["900001"]
    bad |= {"900002": "placebo", "999999": "usual"}
    with pytest.raises(ProblemsError) as caught:
        analyse(protocol, data, bad)
    assert [(p.place, p.found) for p in caught.value.problems] == [
        ("unit 900001", "no arm"),
        ("unit 900002", "arm placebo"),
        ("unit 999999", "a unit of no roster"),
    ]


def test_a_model_without_an_estimate_is_named(analysed):
    protocol, data, arms = analysed
    flat = replace(data, schools=data.schools.with_columns(pl.lit(0).alias("s47_first_outcome")))
    with pytest.raises(ProblemsError, match="outcome section47, analysis main"):
        analyse(protocol, flat, arms)


M, H = 2.0, 3.0
CLASSES = [
    (2.0, 5.0, "worthwhile-benefit"),
    (1.9, 2.0, "benefit-size-unclear"),
    (0.1, 1.9, "benefit-too-small"),
    (0.0, 1.9, "no-worthwhile-effect"),
    (-2.9, 0.0, "no-worthwhile-effect"),
    (-3.0, 1.0, "no-worthwhile-benefit-harm-not-ruled-out"),
    (-0.1, 2.0, "cannot-tell"),
    (-5.0, -3.0, "harm-that-matters"),
    (-3.0, -0.1, "harm-size-unclear"),
    (-2.9, -0.1, "harm-too-small"),
]


@pytest.mark.parametrize(("low", "high", "code"), CLASSES)
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_classes_mirror_with_the_direction(analysed, low, high, code, better):
    outcome = analysed[0].outcome("wellbeing")
    margin = outcome.margin.model_copy(update={"benefit": M, "harm": H})
    outcome = outcome.model_copy(update={"direction": better, "margin": margin})
    bounds = (low, high) if better == "higher" else (-high, -low)
    assert class_of(outcome, *bounds, safe=None) == code


@pytest.mark.parametrize(
    ("low", "high", "code"),
    [
        (-1.9, 1.9, "no-worthwhile-difference"),
        (0.1, 2.0, "higher"),
        (-2.0, -0.1, "lower"),
        (-2.0, 1.0, "cannot-tell"),
    ],
)
def test_classes_without_direction(analysed, low, high, code):
    outcome = analysed[0].outcome("wellbeing")
    margin = outcome.margin.model_copy(update={"benefit": M, "harm": H})
    outcome = outcome.model_copy(update={"direction": "none", "margin": margin})
    assert class_of(outcome, low, high, safe=False) == code


def test_safety_only_bars_claims_of_fewer_events(analysed):
    protocol = analysed[0]
    assert class_of(protocol.primary, -9.0, -3.0, safe=False) == "safety-not-shown"
    assert class_of(protocol.primary, -9.0, -3.0, safe=True) == "worthwhile-benefit"
    assert class_of(protocol.primary, 3.0, 9.0, safe=False) == "harm-that-matters"
    assert class_of(protocol.outcome("wellbeing"), 3.0, 9.0, safe=False) == "worthwhile-benefit"
    assert class_of(protocol.outcome("section47"), -9.0, -3.0, safe=False) == "worthwhile-benefit"


def test_safety_holds_where_the_interval_excludes_the_margin(analysed):
    protocol = analysed[0]
    referrals, section47 = protocol.outcome("referrals"), protocol.outcome("section47")
    assert safety_holds(referrals, -1.9, 50.0) is True
    assert safety_holds(referrals, -2.0, 0.0) is False
    assert safety_holds(section47, -50.0, 0.9) is True
    assert safety_holds(section47, -1.0, 1.0) is False
    assert safety_holds(protocol.primary, -1.0, 1.0) is None
