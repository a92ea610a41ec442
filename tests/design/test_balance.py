"""Balance: what is told, and what is not."""

from __future__ import annotations

import random
from dataclasses import asdict

import pytest

from equipoise.design.randomisation import AllocatedSchool, Allocation, Covariate, balance


def _stage(stage: str, arms: list[str], strata: list[str]) -> Allocation:
    rows = (
        AllocatedSchool(f"{stage}{i:03}", f"{stage}{i:03}", s, a)
        for i, (a, s) in enumerate(zip(arms, strata, strict=True))
    )
    return Allocation(stage, tuple(rows))


def test_worked_example() -> None:
    """Means 2 and 4, variances 1 and 1: two standard deviations apart."""
    stage = _stage("9", ["a", "a", "a", "b", "b", "b"], ["s"] * 6)
    values = dict(zip((r.urn for r in stage.rows), (1, 2, 3, 3, 4, 5), strict=True))
    result = balance([stage], [Covariate("pupils", "pupils on the roll", values)], "a")
    assert result.rows[0].difference == 2.0
    assert result.largest == 2.0
    assert (result.schools, result.units, result.strata, result.stages) == (6, 6, 1, 1)


def test_unequal_shares_are_weighted_back() -> None:
    """Strata of different size and share, the same values in both arms of each: no difference."""
    arms = ["a"] * 2 + ["b"] * 2 + ["a"] * 2 + ["b"] * 6
    stage = _stage("9", arms, ["small"] * 4 + ["large"] * 8)
    values = [1, 3] * 2 + [11, 13] * 4
    covariate = Covariate("x", "x", dict(zip((r.urn for r in stage.rows), values, strict=True)))
    assert balance([stage], [covariate], "a").rows[0].difference == 0.0


def test_a_swap_of_the_arms_shows_nowhere() -> None:
    """The table is the same when the arms swap their names."""
    rng = random.Random("swap")
    arms = [rng.choice("ab") for _ in range(41)]
    strata = [rng.choice("st") for _ in arms]
    values = [rng.gauss(0, 1) for _ in arms]
    swapped = [{"a": "b", "b": "a"}[arm] for arm in arms]
    results = []
    for given in (arms, swapped):
        stage = _stage("9", given, strata)
        covariate = Covariate("x", "x", dict(zip((r.urn for r in stage.rows), values, strict=True)))
        results.append(balance([stage], [covariate], "a"))
    assert results[0] == results[1]
    assert "arm" not in str(asdict(results[0])).replace("largest", "")


def test_gaps_are_counted_overall() -> None:
    """A school without a value is missing; an arm without two has no difference."""
    stage = _stage("9", ["a", "a", "b", "b"], ["s"] * 4)
    urns = [row.urn for row in stage.rows]
    result = balance(
        [stage], [Covariate("x", "x", {urns[0]: 1.0, urns[1]: 2.0, urns[2]: 3.0})], "a"
    )
    assert result.rows[0].missing == 1
    assert result.rows[0].difference is None
    assert result.largest is None


def test_several_arms_show_the_largest() -> None:
    """Three arms: the difference farthest from the reference."""
    stage = _stage("9", ["a", "a", "b", "b", "c", "c"], ["s"] * 6)
    values = dict(zip((r.urn for r in stage.rows), (0, 2, 1, 3, 4, 6), strict=True))
    result = balance([stage], [Covariate("x", "x", values)], "a")
    assert result.rows[0].difference == pytest.approx(round(4 / 2**0.5, 2))
