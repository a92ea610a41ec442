"""The linear model: against clubSandwich and estimatr, identities, and what it refuses."""

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

from equipoise.statistics.estimation import CollinearError, EstimationError, fit_linear

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "linear.json").read_text(encoding="utf-8"))
FITS = [
    pytest.param(case, working, answer, id=f"{case['name']}-{working}-{answer['type']}")
    for case in ORACLE["cases"]
    for working in ("identity", "inverse_weights")
    for answer in case[working] or []
]


def _fit(case: dict[str, Any], error: str, working: str = "identity") -> Any:
    return fit_linear(
        case["y"],
        np.asarray(case["design"], dtype=float),
        weights=case["weights"],
        clusters=case["clusters"],
        error=error,  # type: ignore[arg-type]
        working=working,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(("case", "working", "answer"), FITS)
def test_coefficients_errors_and_df_are_those_of_clubsandwich(
    case: dict[str, Any], working: str, answer: dict[str, Any]
) -> None:
    fit = _fit(case, answer["type"].lower(), working)
    np.testing.assert_allclose(fit.coefficients, answer["beta"], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(fit.se, answer["se"], rtol=1e-8)
    np.testing.assert_allclose(fit.df, answer["df"], rtol=1e-7)
    np.testing.assert_allclose(fit.vcov, answer["vcov"], rtol=1e-6, atol=1e-9)


def test_cr2_of_clustered_rows_is_that_of_estimatr() -> None:
    case = next(case for case in ORACLE["cases"] if case["name"] == "dsls")
    fit = _fit(case, "cr2")
    np.testing.assert_allclose(fit.se, case["estimatr"]["se"], rtol=1e-8)
    np.testing.assert_allclose(fit.df, case["estimatr"]["df"], rtol=1e-6)


@pytest.mark.r
def test_r_still_gives_the_stored_answers(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed, so the stored answers of R are taken as they are")
    out = tmp_path / "linear.json"
    done = subprocess.run(
        [rscript, str(FOLDER / "linear.R"), str(out)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if "there is no package called" in done.stderr:
        pytest.skip(f"an R package is not installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    now = json.loads(out.read_text(encoding="utf-8"))
    for old, new in zip(ORACLE["cases"], now["cases"], strict=True):
        for working in ("identity", "inverse_weights"):
            for a, b in zip(old[working] or [], new[working] or [], strict=True):
                for quantity in ("beta", "se", "df"):
                    np.testing.assert_allclose(b[quantity], a[quantity], rtol=1e-7, atol=1e-9)


def _trial(seed: int, clusters: int = 24, size: int = 5) -> tuple[Any, Any, Any, Any]:
    rng = np.random.default_rng(seed)
    n = clusters * size
    label = np.repeat(np.arange(clusters), size)
    arm = (label % 2).astype(float)
    covariate = rng.normal(size=n)
    y = 3 + arm + covariate + rng.normal(size=clusters)[label] + rng.normal(size=n)
    weights = rng.uniform(1, 4, size=n)
    return y, np.column_stack([np.ones(n), arm, covariate]), weights, label


@pytest.mark.parametrize(("hc", "cr"), [("hc2", "cr2"), ("hc3", "cr3")])
def test_hc_is_cr_with_each_row_its_own_cluster(hc: Any, cr: Any) -> None:
    y, design, weights, _ = _trial(1)
    alone = fit_linear(y, design, weights=weights, error=hc)
    labelled = fit_linear(y, design, weights=weights, clusters=np.arange(y.size), error=cr)
    np.testing.assert_array_equal(alone.vcov, labelled.vcov)
    np.testing.assert_array_equal(alone.df, labelled.df)


def test_unweighted_hc2_of_two_groups_is_welch() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=7), rng.normal(size=12, scale=3)
    design = np.column_stack([np.ones(19), np.repeat([0.0, 1.0], [7, 12])])
    fit = fit_linear(np.concatenate([a, b]), design)
    assert fit.se[1] == pytest.approx(math.sqrt(a.var(ddof=1) / 7 + b.var(ddof=1) / 12), rel=1e-12)


def test_unweighted_df_of_two_groups_is_the_closed_form() -> None:
    # Imbens and Kolesar (2016), section 2.2: Welch's formula at equal variances.
    a, b = 7, 12
    design = np.column_stack([np.ones(19), np.repeat([0.0, 1.0], [a, b])])
    fit = fit_linear(np.random.default_rng(3).normal(size=19), design)
    closed = (a + b) ** 2 * (a - 1) * (b - 1) / (a**2 * (a - 1) + b**2 * (b - 1))
    assert fit.df[1] == pytest.approx(closed, rel=1e-10)


def test_equal_clusters_of_one_arm_each_give_the_test_of_cluster_means() -> None:
    y, _, _, label = _trial(4)
    arm = (label % 2).astype(float)
    rows = fit_linear(y, np.column_stack([np.ones(y.size), arm]), clusters=label, error="cr2")
    means = np.array([y[label == j].mean() for j in range(24)])
    schools = fit_linear(means, np.column_stack([np.ones(24), np.arange(24) % 2]))
    np.testing.assert_allclose(rows.se, schools.se, rtol=1e-10)
    np.testing.assert_allclose(rows.df, schools.df, rtol=1e-10)


@pytest.mark.parametrize("error", ["cr0", "cr1", "cr1s", "cr2", "cr3"])
@pytest.mark.parametrize("working", ["identity", "inverse_weights"])
def test_only_ratios_of_weights_matter(error: Any, working: Any) -> None:
    y, design, weights, label = _trial(5)
    options: Any = {"clusters": label, "error": error, "working": working}
    one = fit_linear(y, design, weights=weights, **options)
    other = fit_linear(y, design, weights=weights * 1e4, **options)
    np.testing.assert_allclose(other.se, one.se, rtol=1e-11)
    np.testing.assert_allclose(other.df, one.df, rtol=1e-11)


@pytest.mark.parametrize("error", ["cr0", "cr2", "cr3"])
def test_order_of_rows_and_names_of_clusters_do_not_matter(error: Any) -> None:
    y, design, weights, label = _trial(6)
    order = np.random.default_rng(6).permutation(y.size)
    names = np.array([f"school {30 - j}" for j in label])
    one = fit_linear(y, design, weights=weights, clusters=label, error=error)
    other = fit_linear(
        y[order], design[order], weights=weights[order], clusters=names[order], error=error
    )
    np.testing.assert_allclose(other.vcov, one.vcov, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(other.df, one.df, rtol=1e-10)


def test_scaling_the_outcome_scales_estimate_and_error_alone() -> None:
    y, design, weights, label = _trial(7)
    one = fit_linear(y, design, weights=weights, clusters=label, error="cr2")
    other = fit_linear(1024 * y, design, weights=weights, clusters=label, error="cr2")
    np.testing.assert_allclose(other.coefficients, 1024 * one.coefficients, rtol=1e-13)
    np.testing.assert_allclose(other.se, 1024 * one.se, rtol=1e-13)
    np.testing.assert_array_equal(other.df, one.df)


def test_unweighted_cr2_has_no_bias_under_its_working_model() -> None:
    _, design, _, label = _trial(8)
    expected = np.zeros((3, 3))
    for row in np.eye(design.shape[0]):
        expected += fit_linear(row, design, clusters=label, error="cr2", df="z").vcov
    # The estimator is quadratic in y, so its mean under independent unit variances is exactly
    # the sum of its values at the unit vectors.
    np.testing.assert_allclose(expected, np.linalg.inv(design.T @ design), rtol=1e-9, atol=1e-12)


def test_leverage_sums_to_the_number_of_columns() -> None:
    y, design, weights, _ = _trial(9)
    assert fit_linear(y, design, weights=weights).leverage.sum() == pytest.approx(3, rel=1e-12)


def test_df_can_be_clusters_less_one_or_infinite() -> None:
    y, design, _, label = _trial(10)
    assert fit_linear(y, design, clusters=label, error="cr1", df="clusters").df.tolist() == [23] * 3
    assert np.isinf(fit_linear(y, design, clusters=label, error="cr1", df="z").df).all()


def test_collinear_columns_are_named() -> None:
    y, design, _, _ = _trial(11)
    with pytest.raises(CollinearError, match="Design columns 3") as caught:
        fit_linear(y, np.column_stack([design, design[:, 1] + 2 * design[:, 2]]))
    assert caught.value.columns == (3,)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"y": [1.0, 2.0, math.nan, 4.0]}, "missing or infinite values in the outcome"),
        ({"weights": [1, 1, math.inf, 1]}, "missing or infinite values in the weights"),
        ({"weights": [1, 0, 1, 1]}, "Every weight must be above zero"),
        ({"weights": [1, -2, 1, 1]}, "Every weight must be above zero"),
        ({"weights": [1, 1]}, "one number per row"),
        ({"y": [2.0, 2.0, 2.0, 2.0]}, "the same value in every row"),
        ({"y": [1.0, 2.0]}, "same number of rows"),
        ({"clusters": ["a"] * 4, "error": "cr2"}, "only one cluster"),
        ({"clusters": ["a", "b"], "error": "cr2"}, "one label per row"),
        ({"clusters": ["a", "a", "b", "b"], "error": "hc2"}, "with clusters use cr2 or cr3"),
        ({"design": np.eye(4)}, "4 rows cannot carry a model of 4 columns"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    given: dict[str, Any] = {
        "y": [1.0, 2.0, 3.0, 5.0],
        "design": np.column_stack([np.ones(4), [0, 0, 1, 1]]),
    }
    with pytest.raises(EstimationError, match=sentence):
        fit_linear(**{**given, **change})


def test_cr3_says_when_a_cluster_alone_determines_a_coefficient() -> None:
    design = np.column_stack([np.ones(6), [0, 0, 0, 0, 1, 1]])
    with pytest.raises(EstimationError, match="use hc2 or cr2"):
        fit_linear(np.arange(6.0), design, clusters=[1, 1, 2, 2, 3, 3], error="cr3")
