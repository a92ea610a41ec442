"""Every estimator keeps to R's numbers on public data, and the table says where one does not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from validation import numbers
from validation.numbers import Comparison
from validation.numbers.comparison import ORACLES
from validation.numbers.fits import cases, compare, words
from validation.numbers.further import FURTHER
from validation.numbers.page import section

EVERY = 12
"""The test reruns so many-th of R's fits; the script without a number reruns all."""

ONE = Comparison("package set", "ols y on a", "error", 1.0, 1.00005, "R f", 1e-4, 1.0)


def failures(found: Any) -> list[tuple[str, float, float]]:
    return [(one.quantity, one.ours, one.theirs) for one in found if not one.passed]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['table']} {words(case)}")
def test_a_fit_is_rs(case: dict[str, Any]) -> None:
    found = compare(case)
    assert len(found) >= 4
    assert failures(found) == []


@pytest.mark.parametrize("estimator", FURTHER, ids=lambda estimator: estimator.__name__)
def test_an_estimator_beside_fit_is_rs(estimator: Any) -> None:
    found = list(estimator())
    assert found
    assert failures(found) == []


def test_a_number_that_differs_fails_the_part() -> None:
    good, ok = section([ONE])
    bad, not_ok = section([ONE, replace(ONE, quantity="df", ours=1.1)])
    assert (ok, not_ok) == (True, False)
    assert "1 comparisons of 1 fits to 1 data sets: all pass." in good
    assert "1 do not pass" in bad
    assert "| **fails** |" in bad
    assert "**fails**" not in good


@pytest.mark.parametrize(
    ("ours", "theirs", "passed"),
    [(-10.0, -11.0, True), (-10.0, -10.0, True), (-10.0 - 1e-7, -10.0, False)],
)
def test_a_log_likelihood_may_be_higher_and_not_lower(
    ours: float, theirs: float, passed: bool
) -> None:
    found = Comparison("d", "m", "loglik", ours, theirs, "R", 1e-8, one_sided=True)
    assert found.passed is passed


def test_what_is_no_number_does_not_pass() -> None:
    assert not replace(ONE, ours=float("nan")).passed
    assert not replace(ONE, ours=float("nan"), one_sided=True).passed


def test_the_page_names_data_model_function_and_version() -> None:
    page, passed = numbers.part(0.05)
    assert passed
    assert "### AER STAR" in page
    assert "clubSandwich 0.5.8 lm, vcovCR(CR0), coef_test" in page
    assert numbers.part(0.05)[0] == page


@pytest.mark.r
@pytest.mark.slow
def test_r_still_gives_the_stored_answers(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed, so the stored answers of R are taken as they are")
    out = tmp_path / "public.json"
    done = subprocess.run(
        [rscript, str(ORACLES / "public.R"), str(out), str(EVERY)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if "there is no package called" in done.stderr:
        pytest.skip(f"an R package is not installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    now, old = json.loads(out.read_text(encoding="utf-8")), cases()[::EVERY]
    assert [case["options"] for case in now["cases"]] == [case["options"] for case in old]
    for one, other in zip(now["cases"], old, strict=True):
        for new, kept in zip(one["answers"], other["answers"], strict=True):
            for quantity in ("beta", "se", "df", "loglik"):
                if quantity in kept:
                    np.testing.assert_allclose(
                        new[quantity], kept[quantity], rtol=1e-4, atol=1e-6, err_msg=words(other)
                    )
