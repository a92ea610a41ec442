"""Alpha and omega: against psych, factanal and lavaan, identities, and what is refused."""

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
from scipy import special

from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.estimation.reliability import (
    AGAINST,
    HEYWOOD,
    cronbach_alpha,
    mcdonald_omega,
)

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "reliability.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in ORACLE["reliability"]}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_alpha_and_feldts_interval_are_those_of_psych(case: dict[str, Any]) -> None:
    found = cronbach_alpha(case["items"])
    assert found.estimate == pytest.approx(case["alpha"], rel=1e-12)
    assert found.interval == pytest.approx(case["alpha_ci"], rel=1e-12)


def test_alpha_of_the_attitude_survey_is_the_published_one() -> None:
    # psych's manual: alpha(attitude), raw alpha 0.84.
    assert cronbach_alpha(CASES["attitude"]["items"]).estimate == pytest.approx(0.84, abs=0.005)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_omega_is_that_of_factanal(case: dict[str, Any]) -> None:
    found = mcdonald_omega(case["items"])
    assert found.estimate == pytest.approx(case["omega_factanal"], rel=1e-7)


@pytest.mark.parametrize(
    "case", [case for case in CASES.values() if case["name"] != "heywood"], ids=lambda c: c["name"]
)
def test_omegas_interval_is_the_delta_method_of_lavaan_on_the_logit(case: dict[str, Any]) -> None:
    found = mcdonald_omega(case["items"], alpha=0.1)
    omega = case["omega"]
    reach = special.ndtri(0.95) * case["omega_se"] / (omega * (1 - omega))
    expected = special.expit(special.logit(omega) + np.array([-reach, reach]))
    assert found.interval == pytest.approx(expected, rel=5e-6)


def test_a_heywood_case_is_said_and_has_no_interval() -> None:
    found = mcdonald_omega(CASES["heywood"]["items"])
    assert found.interval is None
    assert found.notes == (HEYWOOD,)


def test_omega_is_alpha_where_items_are_alike() -> None:
    """A covariance matrix with equal variances and covariances has one true value for both."""
    rng = np.random.default_rng(1)
    raw = rng.normal(size=(60, 4))
    raw -= raw.mean(axis=0)
    target = np.linalg.cholesky(0.5 * np.eye(4) + 0.5)
    items = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T)).T) @ target.T
    assert mcdonald_omega(items).estimate == pytest.approx(cronbach_alpha(items).estimate, rel=1e-7)
    assert cronbach_alpha(items).estimate == pytest.approx(4 * 0.5 / (1 + 3 * 0.5), rel=1e-12)


def test_units_of_the_items_change_alpha_but_not_the_fit_of_omega() -> None:
    items = np.asarray(CASES["attitude"]["items"], dtype=float)
    assert mcdonald_omega(10 * items + 3).estimate == pytest.approx(
        mcdonald_omega(items).estimate, rel=1e-9
    )


def test_an_item_to_be_reversed_is_said() -> None:
    items = np.asarray(CASES["bfi neuroticism"]["items"], dtype=float)
    items[:, 0] = 7 - items[:, 0]
    assert AGAINST in mcdonald_omega(items).notes


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([[1, 2]], "two people"),
        ([[1], [2], [3]], "two items"),
        ([[1, math.nan], [2, 1]], "missing or infinite"),
        ([[1, 3], [3, 1]], "same sum"),
    ],
)
def test_what_has_no_alpha_is_refused(items: Any, words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        cronbach_alpha(items)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (np.eye(2) + 1, "three items"),
        ([[1, 2, 3], [1, 3, 4], [1, 1, 1], [1, 0, 2]], "Item 1"),
        (np.random.default_rng(0).normal(size=(4, 4)), "more people than items"),
        (np.random.default_rng(0).normal(size=(9, 2)) @ [[1, 0, 1], [0, 1, 1]], "others make up"),
    ],
)
def test_what_has_no_omega_is_refused(items: Any, words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        mcdonald_omega(
            np.asarray(items) + np.arange(len(items))[:, None] * (words == "three items")
        )


@pytest.mark.r
def test_r_still_gives_the_stored_answers() -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed")
    done = subprocess.run(
        [rscript, str(FOLDER / "reliability.R")],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    again = json.loads(done.stdout)
    for case, stored in zip(again["reliability"], ORACLE["reliability"], strict=True):
        for name in ("alpha", "omega_factanal", "omega_se"):
            assert case[name] == pytest.approx(stored[name], rel=1e-6)
    for case, stored in zip(again["kappa"], ORACLE["kappa"], strict=True):
        assert case["linear"] == pytest.approx(stored["linear"], rel=1e-9)
