"""Rows that are told once with their number are the same as rows told again and again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import (
    EstimationError,
    fit_beta_binomial,
    fit_gee,
    fit_generalised_mixed,
)
from equipoise.statistics.estimation.count_cells import as_poisson, build_cells
from equipoise.statistics.estimation.count_checks import check_counts
from equipoise.statistics.estimation.laplace import Laplace

RNG = np.random.default_rng(8)
SCHOOL = np.repeat(np.arange(30), 40)
ARM = (SCHOOL % 2).astype(float)
SEX = RNG.integers(0, 2, SCHOOL.size).astype(float)
RATE = np.exp(-0.5 + 0.3 * ARM + 0.2 * SEX + RNG.normal(0, 0.5, 30)[SCHOOL])
DESIGN = np.column_stack([np.ones(SCHOOL.size), ARM, SEX])
COUNT = RNG.poisson(RATE * RNG.gamma(1.2, 1 / 1.2, SCHOOL.size)).astype(float)
EVENT = (RNG.random(SCHOOL.size) < RATE / (1 + RATE)).astype(float)
ROLL = RNG.integers(2, 4, SCHOOL.size).astype(float)
PART = RNG.binomial(ROLL.astype(int), RATE / (1 + RATE)).astype(float)


def _once(*columns: Any) -> tuple[list[Any], Any]:
    rows, copies = np.unique(np.column_stack(columns), axis=0, return_counts=True)
    return list(rows.T), copies


@pytest.mark.parametrize("quadrature", [1, 5])
@pytest.mark.parametrize("family", ["binomial", "poisson", "negative-binomial"])
@pytest.mark.parametrize("given", [False, True])
def test_models_of_counts(family: Any, quadrature: int, given: bool) -> None:
    y = {"binomial": PART if given else EVENT}.get(family, COUNT)
    of = {"trials" if family == "binomial" else "offset": ROLL if family == "binomial" else
          np.log(ROLL)} if given else {}  # fmt: skip
    want = fit_generalised_mixed(y, DESIGN, SCHOOL, family=family, quadrature=quadrature, **of)
    (school, y, roll, *design), copies = _once(SCHOOL, y, ROLL if given else EVENT * 0, *DESIGN.T)
    of = {name: roll if name == "trials" else np.log(roll) for name in of}
    found = fit_generalised_mixed(
        y,
        np.column_stack(design),
        school,
        family=family,
        quadrature=quadrature,
        copies=copies,
        **of,
    )
    np.testing.assert_allclose(found.coefficients, want.coefficients, rtol=1e-9)
    np.testing.assert_allclose(found.vcov, want.vcov, rtol=1e-7)
    assert found.cluster_sd == pytest.approx(want.cluster_sd, rel=1e-8)
    assert found.loglik == pytest.approx(want.loglik, abs=1e-9)
    assert (found.n, found.n_trials, found.clusters) == (want.n, want.n_trials, want.clusters)


def test_beta_binomial() -> None:
    want = fit_beta_binomial(PART, DESIGN[:, :2], SCHOOL, trials=ROLL)
    (school, y, roll, *design), copies = _once(SCHOOL, PART, ROLL, *DESIGN[:, :2].T)
    found = fit_beta_binomial(y, np.column_stack(design), school, trials=roll, copies=copies)
    np.testing.assert_allclose(found.coefficients, want.coefficients, rtol=1e-9)
    assert found.loglik == pytest.approx(want.loglik, abs=1e-9)
    assert (found.n, found.n_trials) == (want.n, want.n_trials)


@pytest.mark.parametrize("error", ["robust", "kc"])
@pytest.mark.parametrize(("family", "y"), [("binomial", EVENT), ("poisson", COUNT)])
def test_estimating_equations(family: Any, y: Any, error: Any) -> None:
    want = fit_gee(y, DESIGN, SCHOOL, family=family, error=error)
    (school, y, *design), copies = _once(SCHOOL, y, *DESIGN.T)
    design = np.column_stack(design)
    found = fit_gee(y, design, school, family=family, error=error, copies=copies)
    np.testing.assert_allclose(found.coefficients, want.coefficients, rtol=1e-10)
    np.testing.assert_allclose(found.vcov, want.vcov, rtol=1e-10)
    assert (found.n, found.icc) == (want.n, pytest.approx(want.icc, rel=1e-10))


def test_measurements_by_mean_and_sum_of_squares() -> None:
    y = np.log(RATE) + RNG.normal(size=SCHOOL.size)
    want = fit_gee(y, DESIGN, SCHOOL, family="gaussian", error="md")
    _, place = np.unique(np.column_stack([SCHOOL, DESIGN]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    first = np.unique(place, return_index=True)[1]
    copies = np.bincount(place)
    mean = np.bincount(place, y) / copies
    found = fit_gee(
        mean,
        DESIGN[first],
        SCHOOL[first],
        family="gaussian",
        error="md",
        copies=copies,
        spread=np.bincount(place, (y - mean[place]) ** 2),
    )
    np.testing.assert_allclose(found.coefficients, want.coefficients, rtol=1e-10)
    np.testing.assert_allclose(found.vcov, want.vcov, rtol=1e-10)
    assert found.dispersion == pytest.approx(want.dispersion, rel=1e-12)


def test_the_limit_of_the_negative_binomial_is_the_poisson_model_of_its_copies() -> None:
    (school, y, *design), copies = _once(SCHOOL, COUNT, *DESIGN.T)
    counts = check_counts(
        y, np.column_stack(design), school, "negative-binomial", None, None, copies
    )
    limit = as_poisson(build_cells(counts, "negative-binomial", None))
    rows = check_counts(COUNT, DESIGN, SCHOOL, "poisson", None, None)
    at = np.array([-0.4, 0.2, 0.1, 0.5])
    found, want = Laplace(limit)(at), Laplace(build_cells(rows, "poisson", None))(at)
    assert found[0] == pytest.approx(want[0], abs=1e-9)
    np.testing.assert_allclose(found[1], want[1], atol=1e-9)


@pytest.mark.parametrize("copies", [[1.0, 0.0, 2.0, 1.0], [1.5, 1, 1, 1], [1.0, 1.0]])
def test_copies_that_are_no_numbers_of_rows(copies: Any) -> None:
    design = np.ones((4, 1))
    with pytest.raises(EstimationError, match="Copies must be whole numbers"):
        fit_gee([0, 1, 0, 1], design, [0, 0, 1, 1], family="binomial", copies=copies)
    with pytest.raises(EstimationError, match="spread"):
        fit_gee([0, 1, 0, 1], design, [0, 0, 1, 1], family="binomial", spread=np.zeros(4))
    with pytest.raises(EstimationError, match="sum of squares"):
        fit_gee([0, 1, 0, 1], design, [0, 0, 1, 1], family="gaussian", spread=-np.ones(4))
