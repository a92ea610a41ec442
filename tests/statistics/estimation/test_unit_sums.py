"""Sums by stratum and arm give the t of a pass over the units, and of least squares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import StudentisedEffect, fit_linear, unit_sums
from equipoise.statistics.estimation.unit_sums import UnitSums

RNG = np.random.default_rng(12)
UNITS, ARMS = 120, 3
UNIT = np.repeat(np.arange(UNITS), RNG.integers(1, 7, UNITS))
CELLS = (np.arange(UNITS) % 2)[UNIT]
X = RNG.normal(size=(UNIT.size, 2))
Y = np.column_stack([X @ [5.0, 2.0] + RNG.normal(size=UNIT.size), RNG.normal(size=UNIT.size)])
WEIGHTS = RNG.uniform(0.5, 2, UNIT.size)
DRAWS = RNG.integers(0, ARMS, (25, UNITS))


def _effect(covariates: int, arms: int, inverse: bool, absorbed: bool = True) -> StudentisedEffect:
    fixed = X[:, :covariates]
    if not absorbed:
        fixed = np.hstack([np.eye(2)[CELLS], fixed])
    return StudentisedEffect(
        Y, fixed, CELLS, WEIGHTS, arms, 1, 0, inverse, units=UNIT, absorbed=absorbed
    )


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("arms", [2, 3])
@pytest.mark.parametrize("covariates", [0, 1, 2])
def test_sums_are_the_pass_over_the_units(
    monkeypatch: Any, covariates: int, arms: int, inverse: bool
) -> None:
    draws = DRAWS % arms
    monkeypatch.setattr(unit_sums, "WIDE", 1000)
    effect = _effect(covariates, arms, inverse)
    assert isinstance(effect._fit, UnitSums)
    found = effect.moments(draws)
    monkeypatch.setattr(unit_sums, "WIDE", 0)
    slow = _effect(covariates, arms, inverse)
    assert not isinstance(slow._fit, UnitSums)
    for a, b in zip(found, slow.moments(draws), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


def test_blocks_of_draws_do_not_matter(monkeypatch: Any) -> None:
    want = _effect(1, 2, True).moments(DRAWS % 2)
    monkeypatch.setattr(unit_sums, "ROOM", 1)
    for a, b in zip(_effect(1, 2, True).moments(DRAWS % 2), want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_the_t_is_that_of_least_squares_with_its_cr0_error() -> None:
    arm = DRAWS[0] % 2
    design = np.column_stack([arm[UNIT], X[:, :1]])
    fit = fit_linear(
        Y[:, 0], design, weights=WEIGHTS, clusters=UNIT, strata=CELLS, error="cr0", df="z"
    )
    found = _effect(1, 2, False)(arm[None])
    assert found[0, 0] == pytest.approx(fit.t[0], rel=1e-10)


def test_indicators_of_strata_go_without_saying() -> None:
    found, want = _effect(1, 2, True)(DRAWS % 2), _effect(1, 2, True, absorbed=False)(DRAWS % 2)
    np.testing.assert_allclose(found, want, rtol=1e-12)
    shuffled = np.column_stack([X[:, 0], np.eye(2)[CELLS]])
    other = StudentisedEffect(Y, shuffled, CELLS, WEIGHTS, 2, 1, 0, True, units=UNIT)
    np.testing.assert_allclose(other(DRAWS % 2), want, rtol=1e-9)
