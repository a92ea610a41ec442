"""Tests, bootstraps and instruments against R (oracles/inference.R)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import (
    StratifiedEffect,
    benjamini_hochberg,
    equivalence_test,
    fit_instrumental,
    hochberg,
    holm,
    romano_wolf,
    westfall_young,
    wild_bootstrap,
)

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE: dict[str, Any] = json.loads((FOLDER / "inference.json").read_text(encoding="utf-8"))


def test_difference_is_welchs_with_one_stratum() -> None:
    given = ORACLE["difference"]
    effect = StratifiedEffect(np.array(given["y"]), np.zeros(24, np.int64))
    t = effect(np.array([given["arm"]]))[0]
    assert t == pytest.approx(given["welch"], rel=1e-10)


def test_difference_is_the_paired_t_with_pairs() -> None:
    given = ORACLE["difference"]
    effect = StratifiedEffect(np.array(given["y"]), np.repeat(np.arange(12), 2))
    t = effect(np.array([[1, 0] * 12]))[0]
    assert t == pytest.approx(given["paired"], rel=1e-10)


def test_difference_over_strata_is_neymans() -> None:
    given = ORACLE["difference"]
    effect = StratifiedEffect(np.array(given["y"]), np.array(given["strata"]) - 1)
    assert effect(np.array([given["arms"]]))[0] == pytest.approx(given["neyman"], rel=1e-10)


@pytest.mark.parametrize(
    ("name", "adjust"),
    [("holm", holm), ("hochberg", hochberg), ("bh", benjamini_hochberg)],
)
def test_p_values_are_adjusted_as_in_r(name: str, adjust: Any) -> None:
    np.testing.assert_allclose(adjust(ORACLE["adjust"]["p"]), ORACLE["adjust"][name], rtol=1e-12)


@pytest.mark.parametrize("method", ["max_t", "min_p"])
def test_step_down_is_the_slow_one(method: Any) -> None:
    given = ORACLE["westfall_young"]
    found = westfall_young(given["observed"], given["draws"], method=method)
    np.testing.assert_allclose(found.step_down, given[method], rtol=1e-12)
    if method == "max_t":
        np.testing.assert_allclose(found.single_step, given["single"], rtol=1e-12)
        again = romano_wolf(given["observed"], given["draws"])
        np.testing.assert_array_equal(again.step_down, found.step_down)


@pytest.mark.parametrize("number", range(4))
def test_wild_bootstrap_is_the_refitted_one(number: int) -> None:
    given = ORACLE["wild"]
    case = given["cases"][number]
    found = wild_bootstrap(
        given["y"],
        given["X"],
        3,
        given["cluster"],
        weights=given["w"] if case["weighted"] else None,
        null=case["fit"]["null"],
        kind=case["kind"],
        given=given[case["kind"]],
    )
    assert found.t == pytest.approx(case["fit"]["t"], rel=1e-10)
    np.testing.assert_allclose(found.reference, case["fit"]["t_star"], rtol=1e-8)


def test_every_sign_vector_of_eight_schools() -> None:
    given = ORACLE["awards"]
    found = wild_bootstrap(given["y"], given["X"], 4, given["school"])
    assert found.exact
    assert found.draws == 256
    assert found.t == pytest.approx(given["t"], rel=1e-10)
    assert found.p == pytest.approx(given["p"], rel=1e-12)


@pytest.mark.parametrize("case", ORACLE["iv"], ids=["cigarettes", "schools", "weighted", "weak"])
def test_two_stage_least_squares_is_that_of_r(case: dict[str, Any]) -> None:
    fit = fit_instrumental(
        case["y"], case["d"], case["z"], case["C"], weights=case["w"], clusters=case["cluster"]
    )
    np.testing.assert_allclose(fit.coefficients, case["beta"], rtol=1e-8)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.vcov)), case["se"], rtol=1e-8)
    assert fit.df == pytest.approx(case["df"], rel=1e-6)
    first = (fit.first_stage, fit.first_stage_se, fit.first_stage_df)
    np.testing.assert_allclose(first, case["first"], rtol=1e-6)
    if "estimatr" in case:
        np.testing.assert_allclose(fit.se, case["estimatr"]["se"][0], rtol=1e-8)
        assert fit.df == pytest.approx(case["estimatr"]["df"], rel=1e-6)


@pytest.mark.parametrize("case", ORACLE["iv"], ids=["cigarettes", "schools", "weighted", "weak"])
def test_the_anderson_rubin_set_holds_what_a_grid_of_tests_does_not_reject(
    case: dict[str, Any],
) -> None:
    fit = fit_instrumental(
        case["y"], case["d"], case["z"], case["C"], weights=case["w"], clusters=case["cluster"]
    )
    kept = [fit.anderson_rubin.holds(effect) for effect in case["grid"]]
    assert kept == [p > 0.05 for p in case["ar_p"]]
    assert fit.anderson_rubin.holds(fit.estimate)


def test_a_weak_instrument_leaves_the_set_without_ends() -> None:
    case = ORACLE["iv"][3]
    fit = fit_instrumental(case["y"], case["d"], case["z"], case["C"], clusters=case["cluster"])
    assert fit.f < 10
    assert not fit.anderson_rubin.bounded


def test_two_one_sided_tests_are_those_of_t_test() -> None:
    given = ORACLE["tost"]
    y = np.array(given["y"])
    test = equivalence_test(
        y.mean(), y.std(ddof=1) / np.sqrt(y.size), y.size - 1, given["lower"], given["upper"]
    )
    assert test.p_lower == pytest.approx(given["p_lower"], rel=1e-10)
    assert test.p_upper == pytest.approx(given["p_upper"], rel=1e-10)


@pytest.mark.r
def test_r_still_gives_the_stored_answers(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed, so the stored answers of R are taken as they are")
    out = tmp_path / "inference.json"
    done = subprocess.run(
        [rscript, str(FOLDER / "inference.R"), str(out)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if "there is no package called" in done.stderr:
        pytest.skip(f"an R package is not installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    now = json.loads(out.read_text(encoding="utf-8"))
    for part in ("difference", "adjust", "westfall_young", "wild", "awards", "iv", "tost"):
        old, new = _numbers(ORACLE[part]), _numbers(now[part])
        np.testing.assert_allclose(new, old, rtol=1e-6, atol=1e-9)


def _numbers(value: Any) -> list[float]:
    """Flatten what a fixture holds."""
    if isinstance(value, dict):
        return [x for name in sorted(value) for x in _numbers(value[name])]
    if isinstance(value, list):
        return [x for item in value for x in _numbers(item)]
    return [float(value)] if isinstance(value, int | float) else []
