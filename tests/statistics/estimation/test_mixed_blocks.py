"""Blocks of groups, and steps that sum as they go, give the likelihood of all groups at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import (
    ClusterMoments,
    MixedModel,
    RandomTerm,
    fit_mixed,
    mixed_blocks,
)
from equipoise.statistics.estimation.mixed_jets import (
    Jet,
    with_random_effect,
    without_fixed_effects,
)
from equipoise.statistics.estimation.mixed_layout import lay_out
from equipoise.statistics.estimation.mixed_likelihood import Likelihood
from equipoise.statistics.estimation.mixed_search import roots_of

SLOPE = RandomTerm(columns=("constant", "x"))
STRUCTURES: dict[str, dict[str, Any]] = {
    "slope": {"random": (SLOPE,)},
    "slope alone": {"random": (RandomTerm(), RandomTerm(columns=("x",)))},
    "slope and authority": {"random": (SLOPE, RandomTerm("la"))},
    "slope and strata": {"random": (SLOPE,), "strata": "la"},
    "authority's slope": {"random": (RandomTerm(), RandomTerm("la", ("constant", "arm")))},
    "strata": {"random": (RandomTerm(),), "strata": "la"},
    "arms": {"random": (RandomTerm(by="side"), RandomTerm("la")), "residual_by": "side"},
    "maximum likelihood": {"random": (SLOPE,), "method": "ml"},
}


def _moments() -> ClusterMoments:
    rng = np.random.default_rng(6)
    school = np.repeat(np.arange(90), rng.integers(2, 9, 90))
    n, arm, la = school.size, np.arange(90) % 2, np.arange(90) % 17
    x = rng.normal(size=n)
    y = 3 + arm[school] + (1 + rng.normal(0, 0.4, 90))[school] * x + rng.normal(size=90)[school]
    return ClusterMoments.from_rows(
        {"y": y + rng.normal(size=n), "arm": arm[school], "x": x},
        school,
        weights=rng.uniform(0.5, 2, n),
        levels={"la": la[school], "side": arm[school]},
    )


@pytest.mark.parametrize("structure", STRUCTURES)
def test_blocks_are_the_whole(monkeypatch: Any, structure: str) -> None:
    model = MixedModel("y", ("arm", "x"), **STRUCTURES[structure])
    layout = lay_out(_moments(), model)
    whole = Likelihood.of(layout, model.method)
    assert whole.blocks == ()
    monkeypatch.setattr(mixed_blocks, "GROUPS", 5)
    blocks = Likelihood.of(layout, model.method)
    assert bool(blocks.blocks) == bool(layout.stages)
    space = roots_of(whole)
    roots = np.random.default_rng(2).normal(size=space.size, scale=0.3) + 0.2
    for order in (0, 1, 2):
        found = blocks.deviance(space.components(roots), order)
        want = whole.deviance(space.components(roots), order)
        assert found.value == pytest.approx(want.value, rel=1e-13)
        for name in ("first", "second", "expected"):
            a, b = getattr(found, name), getattr(want, name)
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10 * np.abs(b).max(initial=0.0))


def test_a_fit_in_blocks_is_the_fit(monkeypatch: Any) -> None:
    model = MixedModel("y", ("arm", "x"), random=(SLOPE, RandomTerm("la")))
    want = fit_mixed(_moments(), model, df="kenward-roger")
    monkeypatch.setattr(mixed_blocks, "GROUPS", 7)
    found = fit_mixed(_moments(), model, df="kenward-roger")
    np.testing.assert_allclose(found.coefficients, want.coefficients, rtol=1e-10)
    np.testing.assert_allclose(found.vcov, want.vcov, rtol=1e-9)
    np.testing.assert_allclose(found.df, want.df, rtol=1e-8)


def _jet(moving: list[int], rng: Any) -> Jet:
    """Cross-products of 40 groups of 5 columns, of which some components move them."""
    root = rng.normal(size=(40, 8, 5))
    value = root.transpose(0, 2, 1) @ root
    first, second = np.zeros((3, 40, 5, 5)), np.zeros((3, 3, 40, 5, 5))
    for t in moving:
        bent = rng.normal(size=(40, 5, 5))
        first[t] = bent + bent.transpose(0, 2, 1)
        for s in moving:
            bent = rng.normal(size=(40, 5, 5))
            second[s, t] = second[t, s] = bent + bent.transpose(0, 2, 1)
    return Jet(value, first, second)


@pytest.mark.parametrize("moving", [[0], [0, 2], [0, 1, 2]])
@pytest.mark.parametrize("starts", [[0], [0, 3, 5, 20], list(range(0, 40, 2))])
@pytest.mark.parametrize("kind", ["random", "classes", "fixed"])
def test_a_step_that_sums_is_the_step_and_then_the_sum(
    kind: str, starts: list[int], moving: list[int]
) -> None:
    rng = np.random.default_rng(len(moving))
    jet, begin = _jet(moving, rng), np.asarray(starts)
    if kind == "fixed":
        whole, log = without_fixed_effects(jet, [1, 3])
        found, same = without_fixed_effects(jet, [1, 3], begin)
    else:
        columns, parts = [1, 3], {1: np.diag([1.0, 0.0]), 2: np.array([[0.0, 1.0], [1.0, 0.0]])}
        covariance = 0.7 * parts[1] + 0.2 * parts[2] + np.diag([0.0, 0.5])
        if kind == "classes":
            columns = [2]
            parts = {t: (np.arange(40) % 2 == t % 2)[:, None, None].astype(float) for t in (1, 2)}
            covariance = 0.7 * parts[1] + 0.3 * parts[2]
        whole, log = with_random_effect(jet, columns, covariance, parts)
        found, same = with_random_effect(jet, columns, covariance, parts, begin)
    want = whole.gathered(begin)
    for name in ("value", "first", "second"):
        a, b = getattr(found, name), getattr(want, name)
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10 * np.abs(b).max(), err_msg=name)
    assert same.value == log.value
    np.testing.assert_allclose(same.first, log.first, rtol=1e-10)
    np.testing.assert_allclose(same.second, log.second, rtol=1e-10, atol=1e-10)
