"""Each planned model against a separate computation from its formula."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import scheme_of
from equipoise.evaluation.analysis import analyse, check_plan
from equipoise.evaluation.analysis.frames import model_frame
from equipoise.evaluation.analysis.models import estimate
from equipoise.evaluation.analysis.rows import specification_of
from equipoise.evaluation.analysis.variants import main_variant
from equipoise.evaluation.outcomes import outcome_table, outcome_values
from equipoise.statistics.models import fit


def by_hand(table: pl.DataFrame, arms, *, weight, baseline):
    """Weighted least squares with HC2, from the textbook formulas and dense matrices."""
    t = np.array([arms[u] == "supervision" for u in table["unit"]], float)
    strata = table["stratum"].to_list()
    labels = sorted(set(strata))
    dummies = np.array([[s == label for label in labels] for s in strata], float)
    share = np.array(
        [np.mean([a == b for b, s in zip(t, strata, strict=True) if s == own])
         for a, own in zip(t, strata, strict=True)]
    )  # fmt: skip
    w = weight / share
    w = w / w.mean()
    x = np.column_stack([t, dummies, *([table["baseline"].to_numpy()] if baseline else [])])
    y = table["value"].to_numpy()
    bread = np.linalg.inv(x.T @ np.diag(w) @ x)
    beta = bread @ x.T @ (w * y)
    hat = x @ bread @ x.T @ np.diag(w)
    residual = y - x @ beta
    centre = (np.eye(y.size) - hat) @ (np.eye(y.size) - hat).T
    influence = (bread @ x.T @ np.diag(w))[0]
    se = np.sqrt(np.sum(influence**2 * residual**2 / np.diag(centre)))
    # Bell and McCaffrey (2002): Satterthwaite under equal variances.
    g = (influence / np.sqrt(np.diag(centre)))[:, None] * (np.eye(y.size) - hat)
    gram = g @ g.T
    df = np.trace(gram) ** 2 / np.sum(gram**2)
    return beta[0], se, df, y, w, t


def test_primary_is_the_weighted_hc2_estimate(analysed):
    protocol, data, arms = analysed
    result = analyse(protocol, data, arms)
    primary = result.outcomes[0]
    table = outcome_values(protocol, protocol.primary, data)
    estimate, se, df, y, w, t = by_hand(
        table, arms, weight=table["pupils"].to_numpy().astype(float), baseline=True
    )
    assert primary.estimate == pytest.approx(estimate, rel=1e-9)
    assert primary.se == pytest.approx(se, rel=1e-9)
    assert primary.df_method_value == pytest.approx(df, rel=1e-8)
    assert primary.df_design == 48 - 4 - 1 - 1
    assert primary.df == min(primary.df_method_value, primary.df_design)
    reach = stats.t.ppf(0.975, primary.df) * se
    assert (primary.lower, primary.upper) == pytest.approx((estimate - reach, estimate + reach))
    assert primary.p == pytest.approx(2 * stats.t.sf(abs(estimate / se), primary.df))
    for arm, value in (("usual", 0), ("supervision", 1)):
        mean = next(m.mean for m in primary.means if m.arm == arm)
        assert mean == pytest.approx(np.average(y[t == value], weights=w[t == value]))


def test_variants_change_what_they_name_and_nothing_else(analysed):
    protocol, data, arms = analysed
    primary = analyse(protocol, data, arms).outcomes[0]
    table = outcome_values(protocol, protocol.primary, data)
    pupils = table["pupils"].to_numpy().astype(float)
    found = {v.id: v for v in (*primary.shown, *primary.sensitivity)}
    school = by_hand(table, arms, weight=np.ones(48), baseline=True)
    unadjusted = by_hand(table, arms, weight=pupils, baseline=False)
    assert found["school-average"].estimate == pytest.approx(school[0], rel=1e-9)
    assert found["unadjusted"].estimate == pytest.approx(unadjusted[0], rel=1e-9)
    other = data.schools.select(
        (pl.col("nfa_any_advice_outcome") * 1000 / pl.col("pupils")).alias("value"),
        (pl.col("nfa_any_advice_baseline") * 1000 / pl.col("pupils")).alias("baseline"),
        "unit", "stratum",
    )  # fmt: skip
    advice = by_hand(other, arms, weight=pupils, baseline=True)
    assert found["nfa_pupils_advice"].estimate == pytest.approx(advice[0], rel=1e-9)
    assert found["nfa_pupils_advice"].tier == 0
    every = data.schools.select(
        (pl.col("nfa_all_strict_outcome") * 1000 / pl.col("pupils")).alias("value"),
        (pl.col("nfa_all_strict_baseline") * 1000 / pl.col("pupils")).alias("baseline"),
        "unit",
        "stratum",
    )
    strict = by_hand(every, arms, weight=pupils, baseline=True)
    assert found["all-contacts-nfa"].estimate == pytest.approx(strict[0], rel=1e-9)
    assert found["all-contacts-nfa"].tier == 1
    planned = {name for name in found if "@" not in name}
    assert planned == {
        "nfa_pupils_advice", "nfa_pupils_early_help", "school-average", "unadjusted",
        "all-contacts-nfa", "first-contact-nfa",
    }  # fmt: skip


def test_share_is_sum_over_sum_with_the_inverse_share(analysed):
    protocol, data, arms = analysed
    share = next(o for o in analyse(protocol, data, arms).outcomes if o.outcome == "nfa_share")
    rows = data.schools
    ratios = {}
    for arm in ("usual", "supervision"):
        above = below = 0.0
        for stratum in rows["stratum"].unique():
            inside = rows.filter(pl.col("stratum") == stratum)
            mine = inside.filter(
                pl.col("unit").is_in([u for u, given in arms.items() if given == arm])
            )
            above += mine["nfa_contacts_strict_outcome"].sum() * inside.height / mine.height
            below += mine["contacts_outcome"].sum() * inside.height / mine.height
        ratios[arm] = 100 * above / below
    assert share.estimate == pytest.approx(ratios["supervision"] - ratios["usual"])
    assert {m.arm: m.mean for m in share.means} == pytest.approx(ratios)
    assert share.unit_difference == "percentage points"
    assert share.standardised is None
    assert share.df == share.df_method_value < share.df_design == 48 - 4 - 1
    assert share.p_permutation is not None


def test_schools_sharing_a_unit_are_clusters(dsl_primary, make_school_set, hand_trial):
    rows, arms = hand_trial
    protocol = dsl_primary({("plan", "models", "default", "permutations"): 0})
    pairs = {rows[0]["urn"]: rows[0]["urn"], rows[8]["urn"]: rows[0]["urn"]}
    shared = [row | {"unit": pairs.get(row["urn"], row["urn"])} for row in rows]
    data = make_school_set(protocol, shared, ())
    units = {u: a for u, a in arms.items() if u != "900009"}
    main = main_variant(protocol, protocol.primary)
    primary = estimate(protocol, protocol.primary, data, main, units, arm="supervision")
    assert primary.words.error == "cr2"
    assert primary.clusters == 47
    assert primary.rows == 48
    assert primary.means[0].schools + primary.means[1].schools == 48


def test_missing_baseline_has_a_mean_and_an_indicator(
    dsl_primary, make_school_set, hand_trial, make_wellbeing
):
    rows, arms = hand_trial
    protocol = dsl_primary()
    data = make_school_set(protocol, rows, make_wellbeing(rows))
    result = analyse(protocol, data, arms)
    well = next(o for o in result.outcomes if o.outcome == "wellbeing")
    assert well.model.covariates == ("baseline_missing",)
    assert well.model.clustered_by == "cluster"
    dropped = {(d.arm, d.reason): d.rows for d in well.dropped}
    missing = data.dsls.filter(pl.col("swemwbs_endline").is_null())["unit"].to_list()
    for arm in ("usual", "supervision"):
        assert dropped[arm, "outcome missing"] == sum(arms[u] == arm for u in missing)
    # The value put in for a missing baseline changes nothing: the indicator takes it up.
    table = outcome_values(protocol, protocol.outcome("wellbeing"), data).filter(pl.col("present"))
    y = table["value"].to_numpy()
    t = np.array([arms[u] == "supervision" for u in table["unit"]], float)
    strata = table["stratum"].to_list()
    dummies = np.array([[s == label for label in sorted(set(strata))] for s in strata], float)
    gone = table["baseline"].is_null().to_numpy().astype(float)
    base = table["baseline"].fill_null(-77.0).to_numpy()
    x = np.column_stack([t, dummies, base, gone])
    share = np.array([
        len({u for u, s, a in zip(table["unit"], strata, t, strict=True) if s == own and a == mine})
        / len({u for u, s in zip(table["unit"], strata, strict=True) if s == own})
        for own, mine in zip(strata, t, strict=True)
    ])  # fmt: skip
    w = np.sqrt(1 / share)
    beta = np.linalg.lstsq(x * w[:, None], y * w, rcond=None)[0]
    assert well.estimate == pytest.approx(beta[0], rel=1e-8)


def test_complete_cases_drop_rows_without_baseline_by_arm(
    dsl_primary, make_school_set, hand_trial, make_wellbeing
):
    rows, arms = hand_trial
    protocol = dsl_primary({("plan", "missing", "baseline"): "complete-cases"})
    data = make_school_set(protocol, rows, make_wellbeing(rows))
    well = next(o for o in analyse(protocol, data, arms).outcomes if o.outcome == "wellbeing")
    lost = data.dsls.filter(
        pl.col("swemwbs_endline").is_not_null() & pl.col("swemwbs_baseline").is_null()
    )["unit"].to_list()
    found = {d.arm: d.rows for d in well.dropped if d.reason == "baseline missing"}
    assert found == {a: sum(arms[u] == a for u in lost) for a in ("usual", "supervision")}


def test_an_authority_without_baseline_needs_no_indicator(
    dsl_primary, make_school_set, hand_trial, make_wellbeing
):
    rows, arms = hand_trial
    before, after = make_wellbeing(rows)
    here = {row["urn"] for row in rows if row["la"] == "900"}
    some = {(a.urn, a.person_id) for a in before.rows if a.urn in here}
    kept = replace(before, rows=tuple(a for a in before.rows if a.urn in here))
    ended = tuple(a for a in after.rows if a.urn not in here or (a.urn, a.person_id) in some)
    protocol = dsl_primary({("plan", "models", "dsl", "permutations"): 0})
    data = make_school_set(protocol, rows, (kept, replace(after, rows=ended)))
    well = next(o for o in analyse(protocol, data, arms).outcomes if o.outcome == "wellbeing")
    assert well.model.baseline == "baseline"
    assert well.model.covariates == ()


def test_units_without_a_respondent_stay_in_the_reference_set(
    dsl_primary, make_school_set, hand_trial, make_wellbeing
):
    rows, arms = hand_trial
    silent = {row["urn"] for row in rows[:12:3]}
    waves = [
        replace(wave, rows=tuple(a for a in wave.rows if a.urn not in silent))
        for wave in make_wellbeing(rows)
    ]
    protocol = dsl_primary({("plan", "models", "dsl", "permutations"): 2999})
    data = make_school_set(protocol, rows, waves)
    outcome = protocol.outcome("wellbeing")
    main = main_variant(protocol, outcome)
    found = estimate(protocol, outcome, data, main, arms, arm="supervision")
    frame = model_frame(protocol, outcome, data, main)
    spec = specification_of(protocol, outcome, main, frame, arm="supervision")
    places = {row["urn"]: (row["la"], row["stratum"]) for row in rows}
    absent = pl.DataFrame(
        [(u, u, *places[u], 1.0) for u in sorted(silent)],
        schema=["unit", "cluster", "stage", "stratum", "weight"],
        orient="row",
    )
    table = pl.concat([frame.table, absent], how="diagonal")
    table = table.with_columns(pl.col("unit").replace_strict(arms).alias("arm"))
    assert found.p_permutation == fit(table, spec, scheme_of(protocol)).p_permutation
    alone = table.filter(~pl.col("unit").is_in(sorted(silent)))
    assert found.p_permutation != fit(alone, spec, scheme_of(protocol)).p_permutation


def test_own_table_of_members_by_cluster(own_outcomes):
    rng = np.random.default_rng(4)
    lines, units = ["unit,stratum,arm,value"], {}
    for school in range(12):
        for k, arm in enumerate(("regular", "small", "regular")):
            unit = f"c{school:02d}{k}"
            units[unit] = arm
            level = rng.normal(0, 8)
            lines += [
                f"{unit},s{school:02d},{arm},{480 + level + 5 * (arm == 'small') + v:.3f}"
                for v in rng.normal(0, 20, rng.integers(8, 16))
            ]
    protocol = own_outcomes({("plan", "models", "default", "permutations"): 199})
    data, arms = outcome_table("\n".join(lines).encode() + b"\n", protocol)
    found = analyse(protocol, data, dict(arms)).outcomes[0]
    assert (found.clusters, found.rows) == (36, data.schools.height)
    table = data.schools
    y, unit = table["value"].to_numpy(), table["unit"].to_list()
    t = np.array([units[u] == "small" for u in unit], float)
    strata = table["stratum"].to_list()
    dummies = np.array([[s == label for label in sorted(set(strata))] for s in strata], float)
    w = np.sqrt(np.where(t == 1, 3.0, 1.5))
    beta = np.linalg.lstsq(np.column_stack([t, dummies]) * w[:, None], y * w, rcond=None)[0]
    assert found.estimate == pytest.approx(beta[0], rel=1e-9)
    assert found.df_design == 36 - 12 - 1
    assert found.standardised is not None
    assert found.standardised.sd_label == "total"
    # One-way analysis of variance over classes: total = between + within.
    groups = [y[[u == name for u in unit]] for name in sorted(units)]
    sizes = np.array([g.size for g in groups], float)
    within = sum(((g - g.mean()) ** 2).sum() for g in groups) / (y.size - 36)
    between = sum(g.size * (g.mean() - y.mean()) ** 2 for g in groups) / 35
    n0 = (y.size - (sizes**2).sum() / y.size) / 35
    assert found.standardised.sd == pytest.approx(np.sqrt((between - within) / n0 + within))
    assert 0 < found.p_permutation <= 1
    assert found.permutations == 199


def test_plans_beyond_this_version_are_refused_all_at_once(dsl_primary):
    protocol = dsl_primary(
        {
            ("plan", "models", "default", "interact_strata"): True,
            ("design", "outcomes", 0, "estimand", "summary"): "ratio",
            ("design", "outcomes", 6, "estimand", "average"): "precision-weighted",
            ("plan", "models", "dsl"): {"model": "lmm", "error": "reml", "df": "satterthwaite"},
        }
    )
    with pytest.raises(ProblemsError) as caught:
        check_plan(protocol)
    found = {p.found for p in caught.value.problems}
    assert found == {"interact_strata: true", "ratio"}
