"""Meta-analysis: against metafor, an exact integral, identities, and what it refuses."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import EstimationError, meta
from equipoise.statistics.estimation.heterogeneity import generalised_q, restricted_loglik
from equipoise.statistics.estimation.meta import meta_analysis
from equipoise.statistics.estimation.meta_series import cumulative_meta_analysis, leave_one_out
from equipoise.statistics.estimation.shrinkage import Mixture, shrink

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))
METHODS = {"REML": "reml", "PM": "pm", "DL": "dl", "EE": "fixed"}
TESTS = {"z": "z", "knha": "hksj", "adhoc": "hksj-floored"}
CASES = {case["name"]: case for case in ORACLE["cases"]}
FITS = [
    pytest.param(case, fit, id=f"{case['name']}-{fit['method']}-{fit['test']}")
    for case in CASES.values()
    for fit in case["fits"]
]


def _pool(case: dict[str, Any], fit: dict[str, Any]) -> meta.MetaResult:
    return meta_analysis(
        case["y"],
        case["v"],
        method=METHODS[fit["method"]],  # type: ignore[arg-type]
        test=TESTS[fit["test"]],  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(("case", "fit"), FITS)
def test_the_pooled_effect_is_that_of_metafor(case: dict[str, Any], fit: dict[str, Any]) -> None:
    found = _pool(case, fit)
    for name in ("estimate", "se", "lower", "upper", "p", "tau2", "i2", "h2", "q", "q_p"):
        assert getattr(found, name) == pytest.approx(fit[name], rel=1e-8, abs=1e-9), name
    np.testing.assert_allclose(found.weights, fit["weights"], rtol=1e-8)
    assert found.k == len(case["y"])


@pytest.mark.parametrize(("case", "fit"), [p for p in FITS if "interval" in p.values[1]])  # type: ignore[operator]
def test_intervals_of_heterogeneity_are_those_of_metafor(
    case: dict[str, Any], fit: dict[str, Any]
) -> None:
    found = _pool(case, fit)
    for name, interval in fit["interval"].items():
        np.testing.assert_allclose(
            getattr(found, f"{name}_interval"), interval, rtol=1e-7, atol=1e-9, err_msg=name
        )


@pytest.mark.parametrize(("case", "fit"), [p for p in FITS if "prediction" in p.values[1]])  # type: ignore[operator]
def test_prediction_with_k_less_two_df_is_that_of_metafor(
    case: dict[str, Any], fit: dict[str, Any]
) -> None:
    prediction = _pool(case, fit).prediction
    assert prediction is not None
    np.testing.assert_allclose(prediction, fit["prediction"], rtol=1e-7)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_restricted_likelihood_is_no_lower_than_metafors(case: dict[str, Any]) -> None:
    theirs = next(fit for fit in case["fits"] if fit["method"] == "REML")
    y, v = np.asarray(case["y"]), np.asarray(case["v"])
    tau2 = meta_analysis(y, v).tau2
    assert tau2 is not None
    assert restricted_loglik(y, v, np.array([tau2]))[0] >= theirs["loglik"] - 1e-8
    assert restricted_loglik(y, v, np.array([theirs["tau2"]]))[0] == pytest.approx(theirs["loglik"])


def test_leave_one_out_is_that_of_metafor() -> None:
    case = CASES["bcg"]
    found = leave_one_out(case["y"], case["v"], test="hksj")
    for name, answer in ORACLE["leave_one_out"].items():
        np.testing.assert_allclose([getattr(r, name) for r in found], answer, rtol=1e-7, atol=1e-9)


def test_cumulative_by_year_is_that_of_metafor() -> None:
    case = CASES["bcg"]
    found = cumulative_meta_analysis(case["y"], case["v"], order=ORACLE["order"], test="hksj")
    for name, answer in ORACLE["cumulative"].items():
        step = [getattr(r, name) for r in found[1:]]
        np.testing.assert_allclose(step, answer, rtol=1e-7, atol=1e-9)
    first = ORACLE["order"][0]
    assert (found[0].estimate, found[0].tau2) == (case["y"][first], None)


def test_near_identical_nulls_make_no_finding_when_floored() -> None:
    case = CASES["near_nulls"]
    plain = meta_analysis(case["y"], case["v"], test="hksj")
    floored = meta_analysis(case["y"], case["v"])
    assert plain.p < 0.05 < floored.p
    assert meta.SHRUNK in plain.notes
    assert {meta.FLOORED, meta.EMPTY} <= set(floored.notes)
    assert floored.se == meta_analysis(case["y"], case["v"], test="z").se


def test_one_study_is_itself() -> None:
    found = meta_analysis([0.3], [0.04])
    assert (found.estimate, found.se, found.df) == (0.3, 0.2, math.inf)
    assert found.lower == pytest.approx(0.3 - 0.2 * 1.959963985)
    nothing = (found.tau2, found.tau2_interval, found.i2, found.h2, found.q, found.prediction)
    assert set(nothing) == {None}
    assert found.notes == (meta.ONE_STUDY,)


def test_two_studies_have_no_prediction() -> None:
    found = meta_analysis([0.1, 0.3], [0.04, 0.04])
    assert found.prediction is None
    assert meta.NO_PREDICTION in found.notes


def test_paule_mandel_puts_q_at_its_expectation() -> None:
    y, v = (np.asarray(CASES["bcg"][name]) for name in ("y", "v"))
    tau2 = meta_analysis(y, v, method="pm").tau2
    assert tau2 is not None
    assert generalised_q(y, v, tau2) == pytest.approx(y.size - 1, rel=1e-12)


@pytest.mark.parametrize("method", ["reml", "pm", "dl"])
def test_with_equal_variances_every_tau2_is_the_one_of_moments(method: Any) -> None:
    y = np.array([0.2, 0.9, -0.4, 1.4])
    found = meta_analysis(y, np.full(4, 0.1), method=method)
    assert found.tau2 == pytest.approx(np.var(y, ddof=1) - 0.1, rel=1e-12)


def test_units_of_the_estimates_do_not_matter() -> None:
    y, v = (np.asarray(CASES["bcg"][name]) for name in ("y", "v"))
    one, other = meta_analysis(y, v), meta_analysis(1e6 * y, 1e12 * v)
    assert other.estimate == pytest.approx(1e6 * one.estimate, rel=1e-9)
    assert other.i2 == pytest.approx(one.i2, rel=1e-8)
    assert other.i2_interval == pytest.approx(one.i2_interval, rel=1e-8)  # type: ignore[unreachable, comparison-overlap, unused-ignore]


@pytest.mark.parametrize(
    ("y", "v", "options", "words"),
    [
        ([], [], {}, "no studies"),
        ([1.0, 2.0], [1.0], {}, "one variance per study"),
        ([1.0, math.nan], [1.0, 1.0], {}, "estimate of study 2 is missing"),
        ([1.0, 2.0], [math.inf, 1.0], {}, "variance of study 1 is missing or infinite"),
        ([1.0, 2.0], [1.0, 0.0], {}, "variance of study 2 is 0"),
        ([1.0, 2.0], [-1.0, 1.0], {}, "variance of study 1 is -1"),
        ([1.0, 2.0], [1.0, 1.0], {"method": "ml"}, "method must be one of"),
        ([1.0, 2.0], [1.0, 1.0], {"test": "t"}, "test must be one of"),
        ([1.0, 2.0], [1.0, 1.0], {"alpha": 0.0}, "Alpha"),
        ([1.0, 1.0], [1.0, 2.0], {"test": "hksj"}, "equal estimates"),
    ],
)
def test_what_cannot_be_pooled_is_refused(
    y: list[float], v: list[float], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(EstimationError, match=words):
        meta_analysis(y, v, **options)


def test_one_study_cannot_be_left_out() -> None:
    with pytest.raises(EstimationError, match="only one study"):
        leave_one_out([1.0], [1.0])


def test_an_order_names_each_study_once() -> None:
    with pytest.raises(EstimationError, match="each of the 2 studies once"):
        cumulative_meta_analysis([1.0, 2.0], [1.0, 1.0], order=[0, 0])


@pytest.mark.parametrize("case", ORACLE["bayes"], ids=["bcg three", "eight schools", "wide prior"])
def test_the_posterior_is_the_exact_integral(case: dict[str, Any]) -> None:
    found = shrink(case["y"], case["v"], tau_scale=case["scale"])
    mu, new = found.mean_effect, found.new_effect
    np.testing.assert_allclose([mu.mean, mu.sd], case["mu"], rtol=1e-8)
    np.testing.assert_allclose(mu.interval(), case["mu_quantiles"], rtol=1e-7)
    np.testing.assert_allclose([new.mean, new.sd], case["new"], rtol=1e-8)
    np.testing.assert_allclose(new.interval(), case["new_quantiles"], rtol=1e-7)
    assert mu.above(0.0) == pytest.approx(case["above_zero"], rel=1e-8)
    assert found.tau_mean == pytest.approx(case["tau_mean"], rel=1e-8)
    assert found.tau_quantile(0.5) == pytest.approx(case["tau_median"], rel=1e-8)
    np.testing.assert_allclose([[e.mean, e.sd] for e in found.effects], case["effects"], rtol=1e-8)


def test_a_narrow_prior_pools_wholly_and_a_wide_one_leaves_alone() -> None:
    y, v = np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.2, 0.1])
    narrow, wide = shrink(y, v, tau_scale=1e-6), shrink(y, 1e-6 * v, tau_scale=100.0)
    fixed = meta_analysis(y, v, method="fixed")
    assert [effect.mean for effect in narrow.effects] == pytest.approx([fixed.estimate] * 3)
    assert narrow.mean_effect.sd == pytest.approx(math.sqrt(1 / np.sum(1 / v)))
    assert [effect.mean for effect in wide.effects] == pytest.approx(y, abs=1e-5)


def test_a_sharp_prior_of_the_mean_is_kept() -> None:
    found = shrink([1.0, 2.0], [1.0, 1.0], tau_scale=0.5, mean=-3.0, mean_sd=1e-6)
    assert found.mean_effect.mean == pytest.approx(-3.0, abs=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tau_scale": 0.0}, "prior on tau"),
        ({"tau_scale": math.inf}, "prior on tau"),
        ({"tau_scale": 1.0, "mean_sd": 0.0}, "prior of the mean"),
    ],
)
def test_what_is_no_prior_is_refused(options: dict[str, float], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        shrink([1.0, 2.0], [1.0, 1.0], **options)


def test_no_quantile_at_zero() -> None:
    with pytest.raises(EstimationError, match="between 0 and 1"):
        Mixture(np.ones(1), np.zeros(1), np.ones(1)).quantile(0.0)


@pytest.mark.r
def test_r_still_gives_the_stored_answers() -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed")
    done = subprocess.run(
        [rscript, str(FOLDER / "meta.R")],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    again = json.loads(done.stdout)
    assert [case["name"] for case in again["cases"]] == list(CASES)
    for case in again["cases"]:
        for fit, stored in zip(case["fits"], CASES[case["name"]]["fits"], strict=True):
            assert fit["estimate"] == pytest.approx(stored["estimate"], rel=1e-9)
            assert fit["se"] == pytest.approx(stored["se"], rel=1e-9)
