"""Checks of the main analysis, imputation, several tests: by identities and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.core.base import ProblemsError, csv_bytes
from equipoise.core.results import decode_result, encode_result
from equipoise.evaluation.analysis import analyse, analyse_blind
from equipoise.evaluation.analysis.checks import run_check
from equipoise.evaluation.analysis.completed import imputed, open_rows
from equipoise.evaluation.analysis.rows import main_rows
from equipoise.evaluation.outcomes import outcome_table
from equipoise.statistics.estimation import EstimationError, pool_imputations

UNITS, STRATA = 40, 4


def table(shift: float = 0.0, missing: int = 6, effect: float = 2.0) -> bytes:
    """Make classes in four schools, a baseline, and some outcomes missing."""
    rng = np.random.default_rng(12)
    rows = []
    for unit in range(UNITS):
        small = (unit // STRATA) % 2
        before = rng.normal(50, 8)
        value = 20 + 0.6 * before + effect * small + rng.normal(0, 4) + shift * small
        gone = unit % 7 == 3 and sum(r[3] is None for r in rows) < missing
        name, school = f"c{unit:02d}", f"s{unit % STRATA}"
        arm = "small" if small else "regular"
        rows.append([name, school, arm, None if gone else round(value, 6), round(before, 6)])
    return csv_bytes(["unit", "stratum", "arm", "value", "before"], rows)


def planned(*checks: dict, changes: dict | None = None) -> dict:
    return {
        ("design", "table", "rows"): "unit",
        ("design", "table", "covariates"): ["before"],
        ("design", "outcomes", 0, "level"): "cluster",
        ("design", "outcomes", 0, "estimand", "average"): "unit-average",
        ("design", "outcomes", 0, "baseline"): {"column": "before"},
        ("plan", "models", "default"): {
            "model": "wls", "error": "hc2", "df": "satterthwaite", "permutations": 99,
        },
        ("plan", "checks"): [
            {"id": one["kind"], "outcome": "reading", **one} for one in checks
        ],
        **(changes or {}),
    }  # fmt: skip


def found(own_outcomes, data: bytes, **check):
    protocol = own_outcomes(planned(check))
    made, arms = outcome_table(data, protocol)
    return run_check(protocol, protocol.plan.checks[0], made, dict(arms), arm="small")


def by_hand(y, rows) -> float:
    """Weighted least squares with inverse realised shares, by numpy."""
    arrays = rows.arrays
    x = np.column_stack([arrays.arm == arrays.compared, rows.design()])
    w = np.sqrt(arrays.weights / arrays.shares())
    return float(np.linalg.lstsq(x * w[:, None], y * w, rcond=None)[0][0])


def opened(own_outcomes, data: bytes):
    protocol = own_outcomes(planned())
    made, arms = outcome_table(data, protocol)
    main = main_rows(protocol, protocol.primary, made, dict(arms), arm="small")
    return protocol, main, open_rows(main)


@pytest.mark.parametrize("kind", ["inversion", "wild-bootstrap"])
def test_an_effect_that_is_added_moves_the_interval_by_as_much(own_outcomes, kind):
    """The same draws, since only outcomes differ."""
    one = found(own_outcomes, table(), kind=kind, draws=199)
    two = found(own_outcomes, table(shift=5.0), kind=kind, draws=199)
    assert two.estimate == pytest.approx(one.estimate + 5, abs=1e-6)
    assert two.lower == pytest.approx(one.lower + 5, abs=1e-3)
    assert two.upper == pytest.approx(one.upper + 5, abs=1e-3)
    assert one.lower < one.estimate < one.upper
    assert (one.draws, one.missing, one.low) == (199, 0, None)
    # A test and its inversion agree on whether there is nothing.
    assert (two.p < 0.05) is (two.lower > 0)


def test_an_interval_by_inversion_of_a_rate_is_given_as_a_ratio_too(dsl_primary, make_school_set,
                                                                   hand_trial):  # fmt: skip
    rows, arms = hand_trial
    protocol = dsl_primary({
        ("plan", "models", "default", "permutations"): 0,
        ("plan", "checks"): [{"id": "ratio", "outcome": "nfa_pupils", "kind": "inversion-ratio",
                              "draws": 199}],
    })  # fmt: skip
    data = make_school_set(protocol, rows)
    found = run_check(protocol, protocol.plan.checks[0], data, arms, arm="supervision")
    assert 0 < found.lower < found.estimate < found.upper
    assert (found.p < 0.05) is not (found.lower < 1 < found.upper)


def test_imputations_are_pooled_by_rubin_s_rules(own_outcomes):
    check = found(own_outcomes, table(), kind="multiple-imputation")
    protocol, main, rows = opened(own_outcomes, table())
    assert rows.gap.sum() == check.missing == 6
    completed = list(imputed(protocol, protocol.primary, rows))
    effects = [rows.effect(y, main.spec) for y in completed]
    assert [e[0] for e in effects] == pytest.approx([by_hand(y, rows) for y in completed])
    pooled = pool_imputations(
        [e[0] for e in effects], [e[1] for e in effects], df_complete=effects[0][2]
    )
    assert check.estimate == pytest.approx(np.mean([e[0] for e in effects]))
    assert (check.lower, check.upper, check.draws) == (pooled.lower, pooled.upper, 20)
    observed = ~rows.gap
    assert all((y[observed] == rows.arrays.y[observed]).all() for y in completed)


def test_the_main_analysis_can_be_that_of_imputed_outcomes(own_outcomes):
    changes = {("plan", "missing", "outcome"): "multiple-imputation"}
    protocol = own_outcomes(planned({"kind": "multiple-imputation"}, changes=changes))
    data, arms = outcome_table(table(), protocol)
    result = analyse(protocol, data, dict(arms))
    main, check = result.outcomes[0], result.checks[0]
    assert (main.estimate, main.lower, main.upper) == (check.estimate, check.lower, check.upper)
    assert main.rows == UNITS and main.dropped == ()
    assert main.model.missing_outcome == "multiple-imputation"
    assert main.df < main.df_design
    assert "6 outcomes that are missing were imputed 20 times" in main.warnings[0]
    assert "p by re-drawing is that of the complete cases." in main.warnings
    again = decode_result(encode_result(result, trial="t", simulated=True, inputs={})).data
    assert again == result
    complete = own_outcomes(planned())
    plain = analyse(complete, data, dict(arms)).outcomes[0]
    assert plain.p_permutation == main.p_permutation
    assert plain.rows == UNITS - 6 and plain.dropped[0].reason == "outcome missing"


def test_without_gaps_imputation_changes_nothing(own_outcomes):
    changes = {("plan", "missing", "outcome"): "multiple-imputation"}
    data = table(missing=0)
    one = own_outcomes(planned(changes=changes))
    made, arms = outcome_table(data, one)
    imputed_one = analyse(one, made, dict(arms)).outcomes[0]
    plain = analyse(own_outcomes(planned()), made, dict(arms)).outcomes[0]
    assert (imputed_one.estimate, imputed_one.df) == (plain.estimate, plain.df)


def test_the_tipping_point_is_where_the_bound_reaches_nothing(own_outcomes):
    data = table(effect=4.0)
    check = found(own_outcomes, data, kind="tipping-point", shifts=[-60.0, 20.0])
    assert check.lower > 0 and check.shift < 0
    protocol, main, rows = opened(own_outcomes, data)
    made = imputed(protocol, protocol.primary, rows)
    shifted = [made.completed(i, check.shift * rows.treated) for i in range(len(made))]
    effects = [rows.effect(y, main.spec) for y in shifted]
    df = rows.effect(made.completed(0), main.spec)[2]
    pooled = pool_imputations([e[0] for e in effects], [e[1] for e in effects], df_complete=df)
    assert pooled.lower == pytest.approx(0, abs=1e-6)
    near = found(own_outcomes, data, kind="tipping-point", shifts=[-0.01, 0.01])
    assert near.shift is None


def test_worst_cases_by_hand(own_outcomes):
    check = found(own_outcomes, table(), kind="worst-case", range=[0.0, 100.0])
    _, _, rows = opened(own_outcomes, table())
    for bound, arm, reference in ((check.low, 0.0, 100.0), (check.high, 100.0, 0.0)):
        y = np.where(rows.gap, np.where(rows.treated == 1, arm, reference), rows.arrays.y)
        assert bound == pytest.approx(by_hand(y, rows))
    assert check.lower < check.low < check.high < check.upper
    assert check.estimate is None
    with pytest.raises(EstimationError, match="outside 0 to 50, within which missing ones"):
        found(own_outcomes, table(), kind="worst-case", range=[0.0, 50.0])


def test_bounds_on_those_always_observed_enclose_what_is_seen(own_outcomes):
    check = found(own_outcomes, table(), kind="lee-bounds", draws=99)
    _, _, rows = opened(own_outcomes, table())
    seen = ~rows.gap
    w = rows.weights(main_spec(own_outcomes))
    means = [np.average(rows.arrays.y[seen & (rows.treated == k)],
                        weights=w[seen & (rows.treated == k)]) for k in (0, 1)]  # fmt: skip
    assert check.low - 1e-9 <= means[1] - means[0] <= check.high + 1e-9
    assert check.lower < check.low <= check.high < check.upper


def main_spec(own_outcomes):
    return opened(own_outcomes, table())[1].spec


@pytest.mark.parametrize("kind", ["multiple-imputation", "worst-case", "lee-bounds"])
def test_where_nothing_is_missing_a_check_of_it_says_so(own_outcomes, kind):
    range_ = {"range": [0.0, 100.0]} if kind == "worst-case" else {}
    with pytest.raises(EstimationError, match="No outcome is missing"):
        found(own_outcomes, table(missing=0), kind=kind, **range_)
    protocol = own_outcomes(planned({"kind": kind, **range_}))
    data, arms = outcome_table(table(missing=0), protocol)
    with pytest.raises(ProblemsError, match="No outcome is missing"):
        analyse(protocol, data, dict(arms))
    models = analyse_blind(protocol, data).outcomes[0].models
    assert [(m.id, m.ran) for m in models] == [("main", True), (f"check {kind}", False)]


def test_the_blind_run_runs_every_check(own_outcomes):
    protocol = own_outcomes(planned({"kind": "inversion", "draws": 99}, {"kind": "lee-bounds"}))
    data, _ = outcome_table(table(), protocol)
    blind = analyse_blind(protocol, data)
    assert [m.id for m in blind.outcomes[0].models] == [
        "main", "check inversion", "check lee-bounds",
    ]  # fmt: skip
    assert blind.ran == blind.models == 3
    # Bounds of a check stand in no blind result: what is kept is an estimate on made-up arms.
    assert blind.outcomes[0].models[1].pseudo_se is None


@pytest.mark.parametrize("rule", ["holm-secondary", "hochberg-secondary"])
def test_p_values_of_secondary_outcomes_are_adjusted(analysed, dsl_primary, rule):
    _, data, arms = analysed
    protocol = dsl_primary({
        ("design", "multiplicity"): rule,
        ("plan", "models", "default", "permutations"): 0,
        ("plan", "models", "dsl", "permutations"): 0,
    })  # fmt: skip
    outcomes = analyse(protocol, data, arms).outcomes
    secondary = [o for o in outcomes if o.role == "secondary"]
    assert all(o.p_adjusted is None for o in outcomes if o.role != "secondary")
    m, p = len(secondary), sorted(o.p for o in secondary)
    if rule == "holm-secondary":
        steps = [max(min(1, (m - j) * p[j]) for j in range(k + 1)) for k in range(m)]
    else:
        steps = [min((m - j) * p[j] for j in range(k, m)) for k in range(m)]
    by_p = dict(zip(p, steps, strict=True))
    assert [o.p_adjusted for o in secondary] == pytest.approx([by_p[o.p] for o in secondary])


def test_max_t_takes_rates_shares_and_scores_over_the_same_draws(analysed, dsl_primary):
    _, data, arms = analysed
    protocol = dsl_primary({
        ("design", "multiplicity"): "max-t-secondary",
        ("plan", "models", "default", "permutations"): 199,
        ("plan", "models", "dsl", "permutations"): 199,
    })  # fmt: skip
    result = analyse(protocol, data, arms)
    secondary = {o.outcome: o for o in result.outcomes if o.role == "secondary"}
    assert set(secondary) == {"contacts", "nfa_share", "wellbeing"}
    for one in secondary.values():
        # Both are Monte Carlo estimates over 199 draws of their own: 4 errors of one apart.
        slack = 4 * (2 * one.p_permutation * (1 - one.p_permutation) / 199) ** 0.5
        assert one.p_permutation - slack <= one.p_adjusted <= 1
    strongest = min(secondary.values(), key=lambda o: o.p_permutation)
    assert strongest.p_adjusted == min(o.p_adjusted for o in secondary.values())
    assert analyse(protocol, data, arms) == result
