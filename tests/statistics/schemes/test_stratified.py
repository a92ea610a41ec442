"""The stratified draw: an outsider's twenty lines give the same, and the shares are exact."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from equipoise.statistics.schemes import (
    GAMMA,
    RealisedScheme,
    Roster,
    SchemeError,
    StratifiedScheme,
    enumerate_allocations,
    further_number,
    iterate_draws,
    uniform_keys,
)


def outsider(keys, units, strata, shares):
    """Repeat a draw from the rule in words, with the standard library alone."""
    mask, arm_of = 2**64 - 1, {}
    a = list(shares.values())
    total = sum(a)
    for stratum in set(strata):
        order = sorted((k, u) for k, u, s in zip(keys, units, strata, strict=True) if s == stratum)
        x, c = None, 0
        while x is None or x >= 2**64 - 2**64 % total:
            c += 1
            z = (order[0][0] + c * 0x9E3779B97F4A7C15) & mask
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
            x = z ^ (z >> 31)
        seated, start = [], 0
        for arm, share in shares.items():
            sure, rest = divmod(len(order) * share, total)
            extra = any(m % total == x % total for m in range(start, start + rest))
            start += rest
            seated += [arm] * (sure + extra)
        arm_of.update({unit: arm for (_, unit), arm in zip(order, seated, strict=True)})
    return [arm_of[unit] for unit in units]


def test_an_outsider_gets_the_same_arms_on_10000_rosters() -> None:
    chance = random.Random(4)
    for _ in range(10_000):
        n = chance.randint(1, 14)
        weights = [chance.randint(1, 7) for _ in range(chance.randint(2, 4))]
        scheme = StratifiedScheme.from_shares({f"arm {k}": w for k, w in enumerate(weights)})
        shares = dict(zip(scheme.arms, scheme.weights, strict=True))
        # Few bits in some rosters, so that keys tie.
        bits = chance.choice([2, 64])
        keys = [chance.getrandbits(bits) for _ in range(n)]
        units = [str(u) for u in chance.sample(range(900000, 900100), n)]
        strata = [chance.choice("xyz") for _ in range(n)]
        assert scheme.assign(keys, units, strata) == outsider(keys, units, strata, shares)


def test_many_draws_at_once_are_the_draws_one_by_one() -> None:
    scheme = StratifiedScheme.from_shares({"a": 3, "b": 4, "c": 5})
    units = [f"{i}" for i in range(50)]
    strata = [i % 7 for i in range(50)]
    keys = uniform_keys(11, range(200), 50)
    many = scheme.assign_many(Roster.build(units, strata), keys)
    for row, drawn in zip(keys, many, strict=True):
        single = scheme.assign([int(key) for key in row], units, strata)
        assert [scheme.arms[position] for position in drawn] == single


def _state_of(output: int) -> int:
    """Undo SplitMix64."""
    z = output
    for shift, factor in ((31, 0x94D049BB133111EB), (27, 0xBF58476D1CE4E5B9), (30, 1)):
        whole = z
        for _ in range(64 // shift):
            whole = z ^ (whole >> shift)
        z = whole * pow(factor, -1, 2**64) % 2**64
    return z


def test_a_number_that_would_bias_the_remainder_is_passed_over() -> None:
    # With three equal shares only 2**64 - 1 is refused; these keys lead to it, and beside it.
    scheme = StratifiedScheme.from_shares({"a": 1, "b": 1, "c": 1})
    units, strata = ["v", "w"], ["s", "s"]
    for number, refused in ((2**64 - 1, True), (2**64 - 2, False)):
        key = (_state_of(number) - GAMMA) % 2**64
        assert further_number(key, 1) == number
        other = 2**64 - 1
        used = further_number(key, 2 if refused else 1) % 3
        expected = scheme.seats(2, used)
        arms = scheme.assign([key, other], units, strata)
        assert tuple(arms.count(arm) for arm in scheme.arms) == expected
        assert arms == outsider([key, other], units, strata, {"a": 1, "b": 1, "c": 1})


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize("weights", [(1, 1), (2, 3), (1, 2, 3), (5, 1, 1), (13, 19)])
def test_expected_seats_are_the_exact_shares(size: int, weights: tuple[int, ...]) -> None:
    scheme = StratifiedScheme.from_shares({str(k): w for k, w in enumerate(weights)})
    every_u = [scheme.seats(size, u) for u in range(scheme.total)]
    assert all(sum(seats) == size for seats in every_u)
    for arm, share in enumerate(scheme.probabilities()):
        mean = Fraction(sum(seats[arm] for seats in every_u), scheme.total)
        assert mean == size * share
        spread = {seats[arm] for seats in every_u}
        assert max(spread) - min(spread) <= 1


def test_every_unit_has_its_share_by_enumeration() -> None:
    scheme = StratifiedScheme.from_shares({"a": 2, "b": 3})
    every = enumerate_allocations(scheme, Roster.build(list("stuvwxy"), ["p"] * 3 + ["q"] * 4))
    chance = every.chances @ (every.allocations == 0)
    np.testing.assert_allclose(chance, 0.4, rtol=1e-12)
    assert every.chances.sum() == pytest.approx(1, rel=1e-12)


def test_drawn_frequencies_are_the_enumerated_chances() -> None:
    scheme = StratifiedScheme.from_shares({"a": 1, "b": 2})
    roster = Roster.build(list("vwxyz"), ["p"] * 2 + ["q"] * 3)
    every = enumerate_allocations(scheme, roster)
    draws = np.concatenate(list(iterate_draws(scheme, roster, 3, 30_000)))
    seen = Counter(map(tuple, draws.tolist()))
    assert set(seen) == set(map(tuple, every.allocations.tolist()))
    for allocation, chance in zip(every.allocations.tolist(), every.chances, strict=True):
        error = (chance * (1 - chance) / 30_000) ** 0.5
        assert abs(seen[tuple(allocation)] / 30_000 - chance) < 4.5 * error


def test_draws_do_not_depend_on_batches() -> None:
    scheme = StratifiedScheme.from_shares({"a": 1, "b": 2})
    roster = Roster.build(list("vwxyz"), ["p"] * 5)
    whole = np.concatenate(list(iterate_draws(scheme, roster, 3, 40)))
    parts = np.concatenate(
        [
            *iterate_draws(scheme, roster, 3, 25, batch=7),
            *iterate_draws(scheme, roster, 3, 15, first=25),
        ]
    )
    np.testing.assert_array_equal(whole, parts)


def test_schools_that_share_a_dsl_stay_together() -> None:
    scheme = StratifiedScheme.from_shares({"a": 1, "b": 1})
    units = ["d", "b", "c", "a", "e"]
    groups = ["x", None, "x", None, "x"]
    strata = ["s", "s", "t", "s", "t"]
    roster = Roster.build(units, strata, groups=groups)
    for draw in iterate_draws(scheme, roster, 2, 50):
        assert (draw[:, 0] == draw[:, 2]).all()
        assert (draw[:, 0] == draw[:, 4]).all()


def test_a_group_is_drawn_by_its_first_school() -> None:
    scheme = StratifiedScheme.from_shares({"a": 1, "b": 1})
    keys = {"u1": 5, "u2": 9, "u3": 1, "u4": 7}
    # u2 and u3 are together: the group has the key and stratum of u2, so 9 comes last.
    arms = scheme.assign(list(keys.values()), list(keys), list("sszs"), groups=[1, 2, 2, 3])
    alone = scheme.assign([5, 9, 7], ["u1", "u2", "u4"], list("sss"))
    assert arms == [alone[0], alone[1], alone[1], alone[2]]


def test_stages_are_drawn_each_by_itself() -> None:
    scheme = StratifiedScheme.from_shares({"a": 1, "b": 2})
    keys = [int(key) for key in uniform_keys(1, [0], 20)[0]]
    units = [f"{i:02d}" for i in range(20)]
    strata, stages = [i % 2 for i in range(20)], ["one"] * 9 + ["two"] * 11
    both = scheme.assign(keys, units, strata, stages=stages)
    first = scheme.assign(keys[:9], units[:9], strata[:9])
    second = scheme.assign(keys[9:], units[9:], strata[9:])
    assert both == first + second


def test_realised_counts_are_held() -> None:
    roster = Roster.build([f"{i:02d}" for i in range(20)], [i % 3 for i in range(20)])
    given = np.array([0] * 6 + [1] * 14)
    scheme = RealisedScheme.of(roster, given, ["a", "b"])
    for draw in np.concatenate(list(iterate_draws(scheme, roster, 1, 30))):
        for stratum in range(3):
            assert draw[stratum::3].sum() == given[stratum::3].sum()
    assert len(np.unique(np.concatenate(list(iterate_draws(scheme, roster, 1, 30))), axis=0)) > 20


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (lambda: StratifiedScheme.from_shares({"a": 1}), "at least two arms"),
        (lambda: StratifiedScheme.from_shares({"a": 1, "b": 0}), "whole number above zero"),
        (lambda: StratifiedScheme.from_shares({"a": 1, "b": 0.5}), "whole number"),  # type: ignore[dict-item]
        (lambda: Roster.build([], []), "no unit"),
        (lambda: Roster.build(["a", "a"], [1, 1]), "more than once in the roster: a"),
        (lambda: Roster.build(["a"], [1, 1]), "same length"),
        (
            lambda: Roster.build(["a", "b"], [1, 1], stages=[1, 2], groups=["g", "g"]),
            "different stages",
        ),
        (
            lambda: enumerate_allocations(
                StratifiedScheme.from_shares({"a": 1, "b": 1}),
                Roster.build([str(i) for i in range(30)], [0] * 30),
            ),
            "155117520 allocations",
        ),
        (
            lambda: StratifiedScheme.from_shares({"a": 1, "b": 1}).assign([1], ["a", "b"], [1, 1]),
            "2 units needs 2 keys",
        ),
        (
            lambda: RealisedScheme.of(
                Roster.build(["a", "b"], [1, 1], groups=["g", "g"]), [0, 1], ["x", "y"]
            ),
            "drawn together are in different arms",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(refused: object, sentence: str) -> None:
    with pytest.raises(SchemeError, match=sentence):
        refused()  # type: ignore[operator]
