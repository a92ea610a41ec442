"""From table to estimate: the parts agree with plain arrays, and every refusal is a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from equipoise.statistics.estimation import EstimationError, fit_linear
from equipoise.statistics.models import ModelSpecification, draw_blind, fit
from equipoise.statistics.schemes import StratifiedScheme

SCHEME = StratifiedScheme.from_shares({"supervision": 2, "usual": 3})
SPEC = ModelSpecification(
    "rate",
    "arm",
    "usual",
    strata=("la", "size"),
    covariates=("baseline",),
    unit="urn",
    estimand_weight="roll",
    permutations=199,
    seed=4,
)


def trial(seed: int = 1, schools: int = 80, effect: float = 0.0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    table = pl.DataFrame(
        {
            "urn": [900000 + i for i in range(schools)],
            "la": [f"LA {i % 4}" for i in range(schools)],
            "size": [["large", "small"][i // 4 % 2] for i in range(schools)],
            "roll": rng.integers(60, 600, size=schools),
            "baseline": rng.normal(20, 5, size=schools),
        }
    )
    drawn = draw_blind(table, SPEC, SCHEME, seed)
    arm = (drawn["arm"] == "supervision").cast(pl.Float64).to_numpy()
    noise = rng.normal(0, 4, size=schools)
    return drawn.with_columns(rate=pl.Series(table["baseline"].to_numpy() + effect * arm + noise))


def members(seed: int = 2) -> pl.DataFrame:
    table = trial(seed)
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.integers(0, table.height, size=240))
    rows = np.concatenate([np.arange(table.height), rows])
    out = table[rows]
    return out.with_columns(rate=out["rate"] + pl.Series(rng.normal(0, 3, size=out.height)))


MEMBERS = replace(SPEC, unit=None, cluster="urn", error="cr2", estimand_weight=None)


@pytest.mark.parametrize("weighted", [True, False])
def test_the_estimate_is_that_of_dummies_and_weights_made_by_hand(weighted: bool) -> None:
    table = trial()
    spec = replace(SPEC, inverse_share=weighted, permutations=0)
    found = fit(table, spec, SCHEME)
    share = pl.len().over("la", "size", "arm") / pl.len().over("la", "size")
    made = table.with_columns(w=pl.col("roll") / (share if weighted else pl.lit(1.0)))
    cells = made.select(pl.concat_str("la", "size")).to_series()
    columns = [(made["arm"] == "supervision"), *((cells == c) for c in sorted(set(cells)))]
    design = np.column_stack([c.cast(pl.Float64).to_numpy() for c in [*columns, made["baseline"]]])
    by_hand = fit_linear(made["rate"].to_numpy(), design, weights=made["w"].to_numpy())
    assert found.estimate == pytest.approx(by_hand.coefficients[0], rel=1e-10)
    assert found.se == pytest.approx(by_hand.se[0], rel=1e-10)
    assert found.df_method == pytest.approx(by_hand.df[0], rel=1e-9)


def test_df_are_the_smaller_of_method_and_design() -> None:
    found = fit(trial(), replace(SPEC, df="z", permutations=0), SCHEME)
    assert found.df_design == 80 - 8 - 1 - 1
    assert (found.df_method, found.df) == (np.inf, 70)
    assert any("exceed those of the design (70)" in warning for warning in found.warnings)


@pytest.mark.parametrize(("table", "spec"), [(trial(), SPEC), (members(), MEMBERS)])
def test_order_of_rows_does_not_matter(table: pl.DataFrame, spec: ModelSpecification) -> None:
    one = fit(table, spec, SCHEME)
    other = fit(table.sample(fraction=1.0, shuffle=True, seed=3), spec, SCHEME)
    assert other.estimate == pytest.approx(one.estimate, rel=1e-10)
    assert other.se == pytest.approx(one.se, rel=1e-10)
    assert other.p_permutation == one.p_permutation
    assert [arm.mean for arm in other.arms] == pytest.approx([arm.mean for arm in one.arms])


@pytest.mark.parametrize(("table", "spec"), [(trial(), SPEC), (members(), MEMBERS)])
def test_swapping_the_arms_turns_the_sign_alone(
    table: pl.DataFrame, spec: ModelSpecification
) -> None:
    one = fit(table, spec, SCHEME)
    other = fit(table, replace(spec, reference="supervision"), SCHEME)
    assert other.estimate == pytest.approx(-one.estimate, rel=1e-9)
    assert other.se == pytest.approx(one.se, rel=1e-9)
    assert other.p_permutation == one.p_permutation


def test_scaling_the_outcome_scales_the_estimate_alone() -> None:
    table = trial()
    one = fit(table, SPEC, SCHEME)
    other = fit(table.with_columns(pl.col("rate") * 1000), SPEC, SCHEME)
    assert other.estimate == pytest.approx(1000 * one.estimate, rel=1e-10)
    assert other.df == pytest.approx(one.df, rel=1e-10)
    assert other.p_permutation == one.p_permutation


def test_a_row_per_cluster_gives_hc2() -> None:
    table = trial()
    rows = fit(table, SPEC, SCHEME)
    clusters = fit(table, replace(SPEC, cluster="urn", error="cr2"), SCHEME)
    assert clusters.se == pytest.approx(rows.se, rel=1e-12)
    assert clusters.df == pytest.approx(rows.df, rel=1e-12)


def test_a_large_effect_is_found_and_no_effect_is_not_invented() -> None:
    strong = fit(trial(effect=8.0), SPEC, SCHEME)
    assert strong.p_permutation == 1 / 200
    assert strong.lower < 8.0 < strong.upper


def test_permutation_p_agrees_with_t_where_both_are_right() -> None:
    found = fit(trial(5), replace(SPEC, permutations=1999), SCHEME)
    assert found.p_permutation == pytest.approx(found.p, abs=0.05)


def test_missing_rows_are_left_out_and_counted_by_arm() -> None:
    table = trial().with_row_index("row")
    holed = table.with_columns(
        rate=pl.when(pl.col("row") < 3).then(None).otherwise(pl.col("rate")),
        baseline=pl.when(pl.col("row") == 5).then(None).otherwise(pl.col("baseline")),
    )
    found = fit(holed, SPEC, SCHEME)
    kept = fit(table.filter((pl.col("row") >= 3) & (pl.col("row") != 5)), SPEC, SCHEME)
    assert found.n_rows == 76
    assert found.estimate == pytest.approx(kept.estimate, rel=1e-12)
    assert sum(found.n_missing_by_arm.values()) == 3
    assert sum(arm.n_missing_covariate for arm in found.arms) == 1
    assert sum(arm.n_randomised for arm in found.arms) == 80
    assert any(
        warning.startswith("Rows without outcome were left out") for warning in found.warnings
    )


def test_a_stratum_that_lost_an_arm_is_said() -> None:
    table = trial()
    one = (table["la"] == "LA 0") & (table["size"] == "small") & (table["arm"] == "usual")
    holed = table.with_columns(rate=pl.when(one).then(None).otherwise(pl.col("rate")))
    found = fit(holed, replace(SPEC, permutations=19), SCHEME)
    assert any("'LA 0 / small' has outcomes in one arm only" in said for said in found.warnings)


def test_strata_of_one_arm_can_be_set_aside_and_are_counted() -> None:
    table = trial()
    inside = pl.col("la") == "LA 1"
    arm = pl.when(inside).then(pl.lit("usual")).otherwise(pl.col("arm"))
    found = fit(table.with_columns(arm=arm), replace(SPEC, one_arm_strata="set_aside"), SCHEME)
    without = fit(table.filter(~inside), SPEC, SCHEME)
    assert found.estimate == pytest.approx(without.estimate, rel=1e-12)
    assert sum(arm.n_set_aside for arm in found.arms) == 20
    assert any("was drawn into one arm and set aside: 20 rows" in said for said in found.warnings)


def test_labels_as_covariates_are_indicators() -> None:
    table = trial().with_columns(kind=pl.Series(["a", "b", "c", "b", "a"] * 16))
    words = fit(table, replace(SPEC, covariates=("kind",), permutations=0), SCHEME)
    made = table.with_columns(b=pl.col("kind") == "b", c=pl.col("kind") == "c")
    numbers = fit(made, replace(SPEC, covariates=("b", "c"), permutations=0), SCHEME)
    assert words.estimate == pytest.approx(numbers.estimate, rel=1e-12)
    assert words.df_design == numbers.df_design


def test_arm_means_are_probability_weighted() -> None:
    table = pl.DataFrame(
        {
            "arm": ["n", "u", "u", "u", "n", "n", "n", "u"],
            "la": ["x"] * 4 + ["y"] * 4,
            "rate": [1.0, 0.0, 1.0, 2.0, 5.0, 6.0, 7.0, 9.0],
        }
    )
    found = fit(table, ModelSpecification("rate", "arm", "u", strata=("la",)))
    means = {arm.arm: arm.mean for arm in found.arms}
    assert means == pytest.approx({"n": (1 + 6) / 2, "u": (1 + 9) / 2})


def test_three_arms_stay_in_the_model() -> None:
    scheme = StratifiedScheme.from_shares({"one": 1, "group": 1, "usual": 1})
    spec = replace(SPEC, arm="group", permutations=49)
    table = draw_blind(trial().drop("arm"), spec, scheme, 3)
    found = fit(table, spec, scheme)
    assert (found.arm, found.df_design) == ("group", 80 - 8 - 1 - 2)
    assert [arm.arm for arm in found.arms] == ["one", "group", "usual"]


def test_arms_within_clusters_are_a_blocked_design_without_a_ceiling() -> None:
    table = members().with_columns(arm=pl.Series(["usual", "supervision"] * 160))
    found = fit(table, MEMBERS, SCHEME)
    assert (found.df_design, found.p_permutation) == (None, None)
    assert found.df == found.df_method


def test_no_scheme_permutes_the_realised_counts_and_says_so() -> None:
    found = fit(trial(), SPEC)
    assert found.permutations == 199
    assert any("No scheme was declared" in warning for warning in found.warnings)


def test_the_blind_draw_neither_needs_nor_reads_the_arms() -> None:
    table = trial()
    blind = draw_blind(table.drop("arm"), SPEC, SCHEME, 9)
    swapped = table.with_columns(arm=pl.lit("usual"))
    assert draw_blind(swapped, SPEC, SCHEME, 9)["arm"].to_list() == blind["arm"].to_list()
    assert blind["arm"].to_list() != table["arm"].to_list()


def test_cr0_warns_in_small_strata() -> None:
    spec = replace(MEMBERS, error="cr0", strata=("la", "size"), permutations=0)
    found = fit(members().filter(pl.col("urn") < 900040), spec, SCHEME)
    assert any("rejects too often" in warning for warning in found.warnings)


REFUSALS: list[Any] = [
    (lambda t: t.with_columns(arm=pl.lit("usual")), {}, "All rows are in one arm, 'usual'"),
    (lambda t: t.drop("rate"), {}, "no column 'rate'"),
    (lambda t: t.head(0), {}, "no row"),
    (lambda t: t.with_columns(arm=pl.lit(None, dtype=pl.String)), {}, "missing in 80 rows"),
    (lambda t: t.with_columns(arm=pl.col("arm") + "!"), {}, "does not declare: 'supervision!'"),
    (lambda t: t, {"reference": "nothing"}, "Reference arm 'nothing' is not among"),
    (lambda t: t.with_columns(rate=pl.lit(3.0)), {}, "same value in every row"),
    (lambda t: t.with_columns(rate=pl.lit(None, dtype=pl.Float64)), {}, "No row has outcome"),
    (lambda t: t.with_columns(rate=pl.col("rate").cast(pl.String)), {}, "must be numeric"),
    (lambda t: t.with_columns(rate=pl.col("rate") / 0), {}, "80 values that are infinite or not"),
    (lambda t: t.with_columns(rate=pl.lit(float("nan"))), {}, "leave a value empty"),
    (lambda t: t.with_columns(roll=pl.col("roll") - 1000), {}, "'roll' is missing, zero or neg"),
    (lambda t: t.with_columns(roll=pl.lit(0)), {}, "'roll' is missing, zero or negative in 80"),
    (
        lambda t: t.with_columns(two=2 * pl.col("baseline") + 1),
        {"covariates": ("baseline", "two")},
        "In the model 'two' can be computed",
    ),
    (
        lambda t: t.with_columns(same=pl.col("arm") == "usual"),
        {"covariates": ("same",)},
        "In the model 'same' can be computed",
    ),
    (lambda t: t.with_columns(k=pl.lit("x")), {"covariates": ("k",)}, "Covariate 'k' has the same"),
    (lambda t: pl.concat([t, t.head(1)]), {}, "Units appear on more than one row"),
    (
        lambda t: t.with_columns(
            arm=pl.when(pl.col("la") == "LA 1").then(pl.lit("usual")).otherwise(pl.col("arm"))
        ),
        {},
        "All units of stratum 'LA 1 / large', 'LA 1 / small' are in one arm",
    ),
    (
        lambda t: t.with_columns(
            arm=pl.when(pl.col("urn") == 900000)
            .then(pl.lit("supervision"))
            .otherwise(pl.lit("usual"))
        ),
        {"strata": ()},
        "Arm 'supervision' has only one unit",
    ),
    (lambda t: t.head(12), {"covariates": ()}, "degrees of freedom|one arm|cannot carry"),
    (lambda t: t, {"arm": "other"}, "Arm 'other' is not among"),
]


@pytest.mark.parametrize(("spoil", "changes", "sentence"), REFUSALS)
def test_what_is_refused_is_said_in_a_sentence(spoil: Any, changes: Any, sentence: str) -> None:
    with pytest.raises(EstimationError, match=sentence):
        fit(spoil(trial()), replace(SPEC, **changes), SCHEME)


def test_a_unit_in_two_strata_is_refused() -> None:
    table = (
        members()
        .with_row_index("row")
        .with_columns(la=pl.when(pl.col("row") == 100).then(pl.lit("LA 9")).otherwise(pl.col("la")))
    )
    with pytest.raises(EstimationError, match="more than one stratum or stage"):
        fit(table, MEMBERS, SCHEME)


@pytest.mark.parametrize(
    "options",
    [
        {"cluster": "urn"},
        {"alpha": 0.0},
        {"permutations": -1},
        {"arm": "usual"},
        {"covariates": ("rate",)},
    ],
)
def test_options_that_contradict_each_other_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(EstimationError):
        replace(SPEC, **options)
