"""Rubin's rules: against mice, the limits, and what is refused."""

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

from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.estimation.rubin import PooledImputations, pool_imputations

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "rubin.json").read_text(encoding="utf-8"))
SHARED = ("df", "increase", "missing_information")


def _pool(q: Any, u: Any, df: float) -> PooledImputations:
    return pool_imputations(q, np.sqrt(u), df_complete=df)


@pytest.mark.parametrize("case", ORACLE["scalars"])
def test_stored_estimates_pool_as_in_mice(case: dict[str, Any]) -> None:
    found = _pool(case["q"], case["u"], case["df_complete"])
    for name in ("estimate", "within", "between", *SHARED):
        assert getattr(found, name) == pytest.approx(case[name], rel=1e-12, abs=1e-12), name
    assert found.se**2 == pytest.approx(case["variance"], rel=1e-12)


def test_a_regression_on_imputed_nhanes_pools_as_in_mice() -> None:
    case = ORACLE["nhanes"]
    for j, (q, u) in enumerate(zip(case["q"], case["u"], strict=True)):
        found = _pool(q, u, case["df_complete"])
        assert found.estimate == pytest.approx(case["estimate"][j], rel=1e-12)
        for name in SHARED:
            assert getattr(found, name) == pytest.approx(case[name][j], rel=1e-10), name


def test_with_nothing_missing_it_is_nearly_the_complete_analysis() -> None:
    found = pool_imputations([2.0, 2.0], [0.5, 0.5], df_complete=1000)
    assert (found.estimate, found.se, found.between) == (2.0, 0.5, 0.0)
    assert found.df == pytest.approx(1001 / 1003 * 1000)
    assert pool_imputations([2.0, 2.0], [0.5, 0.5], df_complete=math.inf).df == math.inf


def test_degrees_of_freedom_never_exceed_those_of_complete_data() -> None:
    for spread in (0.0, 0.1, 1.0, 10.0):
        found = pool_imputations([0.0, spread, -spread], [1.0] * 3, df_complete=17)
        assert found.df < 17


@pytest.mark.parametrize(
    ("q", "se", "df", "words"),
    [
        ([1.0], [1.0], 5, "two data sets"),
        ([1.0, 2.0], [1.0], 5, "two data sets"),
        ([1.0, math.nan], [1.0, 1.0], 5, "finite"),
        ([1.0, 2.0], [1.0, 0.0], 5, "above zero"),
        ([1.0, 2.0], [1.0, 1.0], 0, "degrees of freedom"),
        ([1.0, 2.0], [1.0, 1.0], math.nan, "degrees of freedom"),
    ],
)
def test_what_cannot_be_pooled_is_refused(q: Any, se: Any, df: float, words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        pool_imputations(q, se, df_complete=df)


@pytest.mark.r
def test_r_still_gives_the_stored_answers() -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed")
    done = subprocess.run(
        [rscript, str(FOLDER / "rubin.R")],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    again = json.loads(done.stdout)
    for case, stored in zip(again["scalars"], ORACLE["scalars"], strict=True):
        assert case["df"] == pytest.approx(stored["df"], rel=1e-10)
    assert again["nhanes"]["df"] == pytest.approx(ORACLE["nhanes"]["df"], rel=1e-8)
