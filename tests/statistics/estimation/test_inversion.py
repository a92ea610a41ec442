"""Inversion: an effect is in the interval where testing it directly does not reject it."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.statistics.estimation import (
    EstimationError,
    StratifiedEffect,
    StudentisedEffect,
    fit_linear,
    invert_randomisation,
    joint_randomisation_test,
    randomisation_test,
    wild_bootstrap,
)
from equipoise.statistics.schemes import (
    Roster,
    StratifiedScheme,
    enumerate_allocations,
    iterate_draws,
    uniform_keys,
)

CELLS = np.repeat([0, 1, 2], [12, 9, 9])
SCHEME = StratifiedScheme.from_shares({"usual": 1, "new": 1})
ROSTER = Roster.build([f"{i:02d}" for i in range(30)], CELLS.tolist())


def _trial(effect: float = 0.0):
    rng = np.random.default_rng(12)
    arms = SCHEME.assign_many(ROSTER, uniform_keys(5, [0], 30))[0]
    x = rng.normal(size=30)
    return arms, x, 20 + CELLS + x + rng.normal(size=30) * (1 + arms) + effect * arms


def _plain(y):
    return StratifiedEffect(y, CELLS)


def _adjusted(x):
    fixed = np.column_stack([np.eye(3)[CELLS], x])
    return lambda y: StudentisedEffect(y, fixed, CELLS, np.ones(30), 2, 1, 0, True)


def _draws(number=999):
    return list(iterate_draws(SCHEME, ROSTER, 3, number))


@pytest.mark.parametrize("adjusted", [False, True])
@pytest.mark.parametrize("kind", ["difference", "ratio"])
def test_ends_are_where_the_test_of_the_effect_turns(adjusted, kind) -> None:
    arms, x, y = _trial(4.0)
    make = _adjusted(x) if adjusted else _plain
    found = invert_randomisation(arms, _draws(), make, y, kind=kind)
    width = found.upper - found.lower

    def p(effect: float) -> float:
        changed = y - effect * arms if kind == "difference" else y / effect**arms
        return randomisation_test(arms, _draws(), make(changed)).p

    assert p(found.lower + 1e-4 * width) > 0.05 >= p(found.lower - 1e-4 * width)
    assert p(found.upper - 1e-4 * width) > 0.05 >= p(found.upper + 1e-4 * width)
    assert found.lower < found.estimate < found.upper
    none = 0.0 if kind == "difference" else 1.0
    assert found.p == p(none)


def test_adding_an_effect_moves_the_interval_by_it() -> None:
    arms, _, y = _trial()
    one = invert_randomisation(arms, _draws(), _plain, y)
    two = invert_randomisation(arms, _draws(), _plain, y + 3 * arms)
    np.testing.assert_allclose(
        [two.estimate, two.lower, two.upper],
        np.array([one.estimate, one.lower, one.upper]) + 3,
        atol=1e-7,
    )


def test_multiplying_a_rate_multiplies_the_ratio() -> None:
    arms, _, y = _trial()
    one = invert_randomisation(arms, _draws(), _plain, y, kind="ratio")
    two = invert_randomisation(arms, _draws(), _plain, y * 1.5**arms, kind="ratio")
    np.testing.assert_allclose(
        [two.estimate, two.lower, two.upper],
        1.5 * np.array([one.estimate, one.lower, one.upper]),
        rtol=1e-6,
    )


def test_over_every_allocation_the_interval_is_exact() -> None:
    roster = Roster.build(list("abcdefghij"), ["x"] * 4 + ["z"] * 6)
    every = enumerate_allocations(SCHEME, roster)
    cells = np.repeat([0, 1], [4, 6])
    rng = np.random.default_rng(2)
    y0 = rng.normal(size=10)
    held = [
        (lambda i: i.lower <= 1.5 <= i.upper)(
            invert_randomisation(
                arms,
                [every.allocations],
                lambda y: StratifiedEffect(y, cells),
                y0 + 1.5 * arms,
                alpha=0.1,
                exact=True,
            )
        )
        for arms in every.allocations
    ]
    assert np.mean(held) >= 0.9


def test_too_few_allocations_leave_the_interval_without_ends() -> None:
    every = enumerate_allocations(SCHEME, Roster.build(list("abcd"), ["x"] * 4))
    found = invert_randomisation(
        np.array([0, 0, 1, 1]),
        [every.allocations],
        lambda y: StratifiedEffect(y, np.zeros(4, np.int64)),
        np.array([1.0, 2.0, 4.0, 7.0]),
        exact=True,
    )
    assert (found.lower, found.upper) == (-np.inf, np.inf)


@pytest.mark.parametrize("covariate", [False, True])
def test_several_outcomes_at_once_are_each_by_itself(covariate) -> None:
    arms, x, y = _trial()
    both = np.column_stack([y, y**2])
    make = _adjusted(x) if covariate else _plain
    block = _draws(50)[0]
    np.testing.assert_allclose(
        make(both)(block), np.column_stack([make(y)(block), make(y**2)(block)]), rtol=1e-9
    )
    joint = joint_randomisation_test(arms, _draws(), [make(both)])
    alone = [randomisation_test(arms, _draws(), make(column)).p for column in both.T]
    np.testing.assert_array_equal(joint.p, alone)
    assert (joint.step_down >= joint.p).all()
    assert (joint.single_step >= joint.step_down).all()


def test_the_estimate_is_that_of_inverse_share_weights() -> None:
    arms, _, y = _trial()
    share = np.array([np.mean(arms[c == CELLS] == a) for c, a in zip(CELLS, arms, strict=True)])
    design = np.column_stack([np.eye(3)[CELLS], arms])
    fit = fit_linear(y, design, weights=1 / share)
    estimate, _ = _plain(y).moments(arms[None, :])
    assert estimate[0, 0] == pytest.approx(fit.coefficients[3], rel=1e-10)


def test_strata_without_both_arms_are_left_out() -> None:
    y = np.arange(8.0) ** 2
    cells = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    arms = np.array([[0, 0, 1, 1, 1, 1, 1, 1]])
    alone = StratifiedEffect(y[:4], cells[:4])(arms[:, :4])
    assert StratifiedEffect(y, cells)(arms)[0] == pytest.approx(alone[0])
    assert np.isinf(StratifiedEffect(y, cells)(np.ones((1, 8), np.int64))[0])


def test_a_wild_interval_ends_where_the_test_turns() -> None:
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(20), 4)
    arm = np.repeat(np.arange(20) % 2, 4).astype(float)
    y = arm + rng.normal(size=20)[cluster] + rng.normal(size=80)
    design = np.column_stack([np.ones(80), arm])
    found = wild_bootstrap(y, design, 1, cluster, draws=999, seed=1).interval
    width = found.upper - found.lower
    for end, inward in ((found.lower, 1), (found.upper, -1)):
        for step, inside in ((inward, True), (-inward, False)):
            null = end + step * 1e-4 * width
            p = wild_bootstrap(y, design, 1, cluster, draws=999, seed=1, null=null).p
            assert (p > 0.05) == inside


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "ratio", "y": -np.ones(30)}, "not below zero"),
        ({"effect": lambda y: StratifiedEffect(y, CELLS, arms=3)}, "compares two arms"),
        ({"draws": []}, "at least one draw"),
        ({"alpha": 1.5}, "Alpha"),
        ({"allocation": np.zeros(30, np.int64)}, "no effect that could be tested"),
        ({"effect": lambda y: StratifiedEffect(y, CELLS * 2)}, "without gaps"),
        ({"y": np.full(30, np.nan)}, "missing or infinite"),
    ],
)
def test_what_cannot_be_inverted_is_refused(change, sentence) -> None:
    arms, _, y = _trial()
    given = {"allocation": arms, "draws": _draws(99), "effect": _plain, "y": y, **change}
    with pytest.raises(EstimationError, match=sentence):
        invert_randomisation(
            given.pop("allocation"),
            given.pop("draws"),
            given.pop("effect"),
            given.pop("y"),
            **given,
        )
