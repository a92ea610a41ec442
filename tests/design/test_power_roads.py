"""The roads from simulated trials to estimates: the fast one is the general one, and both are
the analysis of a real trial."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from equipoise.design.power import Facts, Losses, experiment_of
from equipoise.design.power.general_road import general
from equipoise.design.power.roads import estimates, is_fast
from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.models import fit, fit_table
from validation.power.protocols import of_members, of_schools
from validation.power.rows import pupils_of


def by_both_roads(experiment, trials=8):
    drawn = experiment.block(0)
    at = experiment.sites, experiment.world, experiment.analysis
    assert is_fast(experiment.analysis, experiment.sites, experiment.world)
    fast = estimates(drawn, *at)
    found = np.column_stack([fast.estimate, fast.se, fast.df])[:trials]
    slow = np.array([one_by_one(drawn, trial, *at) for trial in range(len(found))])
    return found, slow


def one_by_one(*given):
    try:
        return general(*given)
    except EstimationError:
        return np.nan, np.nan, np.nan


@pytest.mark.parametrize(
    ("options", "losses"),
    [
        ({}, {}),
        ({"baseline": False}, {"dose": 0.5}),
        ({"strata": False}, {"attrition": 0.2}),
        ({"icc": 0.0}, {"withdraw": 1}),
        ({"units": 24, "authorities": 3}, {"attrition": 0.3, "linkage": 0.8}),
        ({"model": "lmm, error: reml, df: z"}, {}),
        ({"model": "lmm, error: reml, df: design"}, {}),
    ],
)
def test_the_fast_road_gives_the_numbers_of_the_general_one(options, losses):
    experiment = experiment_of(of_members(**options), losses=Losses(**losses))
    fast, slow = by_both_roads(experiment)
    assert fast == pytest.approx(slow, rel=1e-8)


@pytest.mark.parametrize(
    ("options", "losses"),
    [
        ({}, {}),
        ({"members": 300}, {"attrition": 0.2}),
        ({"members": 300, "mean": 19.0, "shares": (2, 3)}, {"dose": 0.4, "withdraw": 1}),
        ({"units": 12, "authorities": 2}, {"attrition": 0.3}),
        ({"model": "ols, error: hc2, df: z, strata: false, inverse_share: false"}, {}),
        ({"model": "wls, error: hc2, df: clusters, baseline: false"}, {"attrition": 0.1}),
    ],
)
def test_least_squares_at_once_is_least_squares_one_by_one(options, losses):
    experiment = experiment_of(of_schools(**{"units": 40, **options}), losses=Losses(**losses))
    fast, slow = by_both_roads(experiment, trials=None)
    assert fast == pytest.approx(slow, rel=1e-8, nan_ok=True)
    assert np.isfinite(fast).all(axis=1).mean() > 0.5


def test_kenward_roger_goes_the_general_road():
    protocol = of_members("lmm, error: reml, df: kenward-roger", units=20, authorities=2)
    experiment = experiment_of(protocol)
    assert not is_fast(experiment.analysis, experiment.sites, experiment.world)
    found = estimates(experiment.block(0), experiment.sites, experiment.world, experiment.analysis)
    like = replace(experiment.analysis.fit, df="satterthwaite")
    plain = replace(experiment, analysis=replace(experiment.analysis, fit=like))
    other = estimates(plain.block(0), plain.sites, plain.world, plain.analysis)
    assert found.estimate == pytest.approx(other.estimate, rel=1e-8)
    assert (found.se >= other.se * (1 - 1e-9)).all() and (found.se > other.se).any()


def pupils(experiment, drawn, trial):
    """Give the table of the pupils of a simulated trial."""
    rows = pupils_of(experiment, drawn, trial)
    return pl.DataFrame(
        {
            "value": rows.value,
            "baseline": rows.baseline,
            "arm": [experiment.analysis.arms[k] for k in rows.arm],
            "cluster": [f"{unit:04d}" for unit in rows.unit],
            "stage": ["all"] * rows.unit.size,
            "stratum": [f"{s:03d}" for s in rows.stratum],
            "weight": np.ones(rows.unit.size),
        }
    )


def test_the_random_intercept_model_is_that_of_the_pupils_rows():
    experiment = experiment_of(of_members(units=20, authorities=2))
    drawn = experiment.block(0)
    found = estimates(drawn, experiment.sites, experiment.world, experiment.analysis)
    for trial in range(3):
        report = fit_table(pupils(experiment, drawn, trial), experiment.analysis.fit)
        ours = (found.estimate[trial], found.se[trial])
        assert ours == pytest.approx((report.estimate, report.se), rel=1e-8)
        assert found.df[trial] == pytest.approx(min(report.df, report.df_design), rel=1e-7)


def test_least_squares_of_members_is_that_of_the_pupils_rows():
    experiment = experiment_of(of_members("wls, error: cr2", units=20, authorities=2))
    drawn = experiment.block(0)
    found = estimates(drawn, experiment.sites, experiment.world, experiment.analysis)
    for trial in range(3):
        whole = fit(pupils(experiment, drawn, trial), experiment.analysis.linear)
        ours = (found.estimate[trial], found.se[trial], found.df[trial])
        assert ours == pytest.approx((whole.estimate, whole.se, whole.df), rel=1e-8)


def schools(experiment, drawn, trial):
    """Give the table of a simulated trial as an analysis has it."""
    sites = experiment.sites
    columns = {
        "cluster": [f"{unit:04d}" for unit in sites.unit_of],
        "arm": [experiment.analysis.arms[k] for k in drawn.arm[trial][sites.unit_of]],
        "stage": ["all"] * sites.unit_of.size,
        "stratum": [f"{s:03d}" for s in sites.row_stratum],
        "value": np.where(drawn.seen.present[trial], drawn.seen.y[trial], np.nan),
        "baseline": drawn.seen.x[trial],
        "weight": sites.members,
    }
    return pl.DataFrame(columns).with_columns(pl.col("value").fill_nan(None))


@pytest.mark.parametrize("members", [None, 300])
def test_least_squares_of_schools_is_that_of_the_analysis(members):
    losses = Losses(attrition=0.2)
    experiment = experiment_of(of_schools(units=40, members=members), losses=losses)
    drawn = experiment.block(0)
    found = estimates(drawn, experiment.sites, experiment.world, experiment.analysis)
    assert experiment.analysis.weight == ("one" if members is None else "members")
    for trial in range(5):
        whole = fit(schools(experiment, drawn, trial), experiment.analysis.linear)
        ours = (found.estimate[trial], found.se[trial], found.df[trial])
        assert ours == pytest.approx((whole.estimate, whole.se, whole.df), rel=1e-9)
        assert found.rows[trial] == whole.n_rows


@pytest.mark.parametrize(
    "model",
    [
        "poisson, error: hessian",
        "negbin, error: hessian",
        "binomial, error: hessian",
        "betabinomial, error: hessian",
        "gee, error: kc",
    ],
)
def test_models_of_counts_find_a_large_effect_without_bias(model):
    protocol = of_schools(model, units=60, members=300, authorities=2)
    experiment = experiment_of(protocol, effect=6.0, facts=Facts(base_rate=19.0, school_cv=0.3))
    drawn = experiment.block(0)
    at = experiment.sites, experiment.world, experiment.analysis
    found = np.array([general(drawn, trial, *at) for trial in range(6)])
    error = found[:, 0].std(ddof=1) / np.sqrt(6)
    assert found[:, 0].mean() == pytest.approx(-6.0, abs=4 * error + 0.1)
    assert (found[:, 1] > 0.3).all() and (found[:, 1] < 3).all()


def test_a_trial_that_cannot_be_analysed_has_no_estimate_and_its_reason():
    protocol = of_schools(units=6, authorities=1)
    experiment = experiment_of(protocol, losses=Losses(attrition=0.6))
    found = estimates(experiment.block(0), experiment.sites, experiment.world, experiment.analysis)
    lost = np.isnan(found.estimate)
    assert 0 < lost.sum() < lost.size
    assert sum(found.why.values()) == lost.sum()
