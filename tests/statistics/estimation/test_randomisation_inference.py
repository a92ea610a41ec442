"""Randomisation inference: the fast kernel is the plain fit, and the p value is exact."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import (
    EstimationError,
    StratifiedEffect,
    StudentisedEffect,
    fit_linear,
    randomisation_p,
    randomisation_test,
)
from equipoise.statistics.schemes import (
    Balance,
    CompleteScheme,
    ConstrainedScheme,
    PairedScheme,
    Roster,
    SimpleScheme,
    StratifiedScheme,
    enumerate_allocations,
    iterate_draws,
)


def _schools(n: int = 40, arms: int = 2) -> dict[str, Any]:
    rng = np.random.default_rng(n + arms)
    cells = np.repeat(np.arange(4), n // 4)
    return {
        "y": rng.normal(size=n) + cells,
        "fixed": np.column_stack([np.eye(4)[cells], rng.normal(size=(n, 2))]),
        "cells": cells,
        "weights": rng.uniform(1, 5, size=n),
        "arms": arms,
        "arm": arms - 1,
        "reference": 0,
    }


def _draws(given: dict[str, Any], units: int, cells: Any, number: int = 6) -> Any:
    scheme = StratifiedScheme.from_shares({str(k): k + 1 for k in range(given["arms"])})
    roster = Roster.build([f"{i:03d}" for i in range(units)], [int(c) for c in cells])
    return next(iterate_draws(scheme, roster, 5, number))


def _plain(given: dict[str, Any], arm: Any, inverse_share: bool, **options: Any) -> float:
    """Refit one allocation with the public function, share by share."""
    unit = options.pop("unit", np.arange(arm.size))
    share = np.ones(arm.size)
    if inverse_share:
        for i in range(arm.size):
            inside = given["cells"] == given["cells"][i]
            same = inside & (arm == arm[i])
            share[i] = np.unique(unit[same]).size / np.unique(unit[inside]).size
    others = [given["arm"], *(k for k in range(1, given["arms"]) if k != given["arm"])]
    treated = np.column_stack([arm == k for k in others])
    fit = fit_linear(
        given["y"],
        np.hstack([treated, given["fixed"]]),
        weights=given["weights"] / share,
        **options,
    )
    return float(fit.t[0])


@pytest.mark.parametrize("inverse_share", [True, False])
@pytest.mark.parametrize("arms", [2, 3])
def test_the_statistic_is_the_hc2_t_of_the_refitted_model(inverse_share: bool, arms: int) -> None:
    given = _schools(arms=arms)
    draws = _draws(given, 40, given["cells"])
    fast = StudentisedEffect(**given, inverse_share=inverse_share)(draws)
    plain = [_plain(given, arm, inverse_share, error="hc2") for arm in draws]
    np.testing.assert_allclose(fast, plain, rtol=1e-9)


@pytest.mark.parametrize("inverse_share", [True, False])
@pytest.mark.parametrize("arms", [2, 3])
def test_with_members_it_is_the_cr0_t(inverse_share: bool, arms: int) -> None:
    rng = np.random.default_rng(8)
    unit = np.sort(np.concatenate([np.arange(40), rng.integers(0, 40, size=60)]))
    school = _schools(arms=arms)
    given: dict[str, Any] = {
        **school,
        "y": school["y"][unit] + rng.normal(size=100),
        "fixed": np.column_stack([school["fixed"][unit], rng.normal(size=100)]),
        "cells": school["cells"][unit],
        "weights": rng.uniform(1, 2, size=100),
    }
    draws = _draws(given, 40, school["cells"])
    order = rng.permutation(100)
    shuffled: dict[str, Any] = {
        name: value[order] if isinstance(value, np.ndarray) else value
        for name, value in given.items()
    }
    fast = StudentisedEffect(**shuffled, inverse_share=inverse_share, units=unit[order])(draws)
    plain = [
        _plain(given, arm[unit], inverse_share, unit=unit, clusters=unit, error="cr0")
        for arm in draws
    ]
    np.testing.assert_allclose(fast, plain, rtol=1e-9)


def test_a_draw_that_leaves_no_effect_counts_as_extreme() -> None:
    given = _schools()
    effect = StudentisedEffect(**given, inverse_share=False)
    nobody = np.zeros((1, 40), dtype=np.int64)
    assert np.isinf(effect(nobody)[0])


def test_swapping_the_arms_turns_the_sign_alone() -> None:
    given = _schools()
    draws = _draws(given, 40, given["cells"])
    one = StudentisedEffect(**given, inverse_share=True)(draws)
    swapped = {**given, "arm": 0, "reference": 1}
    np.testing.assert_allclose(StudentisedEffect(**swapped, inverse_share=True)(draws), -one)


def test_p_under_the_sharp_null_is_exact() -> None:
    # Over all allocations of a small trial, P(p <= k / N) can never exceed k / N.
    scheme = StratifiedScheme.from_shares({"usual": 1, "new": 1})
    roster = Roster.build(list("abcdefghij"), ["x"] * 4 + ["z"] * 6)
    every = enumerate_allocations(scheme, roster)
    rng = np.random.default_rng(9)
    cells = np.repeat([0, 1], [4, 6])
    effect = StudentisedEffect(
        rng.normal(size=10), np.eye(2)[cells], cells, np.ones(10), 2, 1, 0, True
    )
    p = np.array(
        [
            randomisation_test(one, [every.allocations], effect, exact=True).p
            for one in every.allocations
        ]
    )
    levels = np.arange(1, p.size + 1) / p.size
    assert all(np.mean(p <= level + 1e-12) <= level + 1e-12 for level in levels)
    assert p.min() == pytest.approx(2 / p.size)


@pytest.mark.parametrize(
    "scheme",
    [
        SimpleScheme.from_shares({"usual": 1, "new": 2}),
        PairedScheme(("usual", "new")),
        StratifiedScheme.from_shares({"usual": 2, "new": 1}),
        ConstrainedScheme(
            CompleteScheme.from_shares({"usual": 1, "new": 1}),
            Balance({"pupils": 1}),
            None,
            Fraction(1, 3),
        ),
    ],
    ids=lambda scheme: type(scheme).__name__,
)
def test_p_is_exact_over_any_scheme_that_can_be_listed(scheme: Any) -> None:
    pupils = [1, 2, 4, 8, 16, 40, 3, 9]
    roster = Roster.build(list("abcdefgh"), list("wwxxyyzz"), covariates={"pupils": pupils})
    every = enumerate_allocations(scheme, roster)
    effect = StratifiedEffect(np.random.default_rng(9).normal(size=8), np.zeros(8, np.int64))
    t = effect(every.allocations)
    # Allocations without one of the arms have no effect: the test is not made after them.
    p = np.array(
        [
            randomisation_p(one, t, exact=True, chances=every.chances).p if np.isfinite(one) else 1
            for one in t
        ]
    )
    for level in np.unique(p[p < 1]):
        assert every.chances[p <= level + 1e-12].sum() <= level + 1e-9


def test_p_with_unequal_chances_is_the_sum_of_chances() -> None:
    test = randomisation_p(2.0, [2.0, -2.5, 1.0], exact=True, chances=[0.5, 0.25, 0.25])
    assert test.p == 0.75


def test_ties_within_rounding_count() -> None:
    assert randomisation_p(2.0, [2.0 * (1 - 1e-12), 1.9]).extreme == 1


@pytest.mark.parametrize(
    ("observed", "reference", "exact", "sentence"),
    [
        (1.0, [], False, "at least one draw"),
        (1.0, [float("nan")], False, "not a number"),
        (3.0, [1.0, 2.0], True, "not one that the scheme can give"),
        (float("inf"), [1.0, 2.0], False, "not defined under the allocation that happened"),
    ],
)
def test_what_is_no_test_is_refused(
    observed: float, reference: list[float], exact: bool, sentence: str
) -> None:
    with pytest.raises(EstimationError, match=sentence):
        randomisation_p(observed, reference, exact=exact)
