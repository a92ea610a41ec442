"""Small strata in full: every order of keys, and every number that chance can give, is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from equipoise.design.protocol import DeclaredScheme, build_scheme
from equipoise.design.randomisation import scheme_roster
from equipoise.workspace.steps.stranger.seats import below
from validation.draws.declared import EQUAL, THREE, UNEQUAL, Drawn, units
from validation.draws.exact import Pair, Single, chances, weights_of

KEYS = 1 << 62
LARGEST = 6


def small_strata() -> Iterator[Drawn]:
    """Yield strata of one to six units under every rule for the rest, pairs, several strata."""
    for size in range(1, LARGEST + 1):
        for shares in (EQUAL, UNEQUAL, THREE):
            for remainder in ("systematic", "fixed"):
                scheme = DeclaredScheme(remainder=remainder)
                yield Drawn(f"{size} units", scheme, shares, {"all": units("s" * size)})
    for size in (2, 3):
        yield Drawn("a pair", DeclaredScheme("pairs"), EQUAL, {"all": units("p" * size)})
    for strata in ("pqq", "ppqqq", "pqqqq", "ppqrr"):
        for shares in (EQUAL, UNEQUAL, THREE):
            scheme = DeclaredScheme(remainder="strata")
            yield Drawn("several strata", scheme, shares, {"all": units(strata)})


def enumerated(drawn: Drawn) -> tuple[Single, Pair]:
    """Draw with every order of keys and every start of the systematic samples, and count."""
    (roster,) = drawn.stages.values()
    scheme = build_scheme(drawn.scheme, drawn.shares)
    keys = np.concatenate(list(_all_keys(drawn)))
    found = scheme.assign_many(scheme_roster(drawn.scheme, roster, "all"), keys)
    return counted(found, len(drawn.shares))


def counted(found: NDArray[np.int64], arms: int) -> tuple[Single, Pair]:
    """Turn allocations that are all equally likely into exact chances."""
    draws, size = found.shape
    single: Single = {}
    pair: Pair = {}
    inside = [(found == k).astype(np.int64) for k in range(arms)]
    for k in range(arms):
        for i, number in enumerate(inside[k].sum(axis=0).tolist()):
            single[i, k] = Fraction(number, draws)
    for k, m in product(range(arms), repeat=2):
        both = (inside[k].T @ inside[m]).tolist()
        for i in range(size):
            for j in range(i + 1, size):
                pair[i, j, k, m] = Fraction(both[i][j], draws)
    return single, pair


def _all_keys(drawn: Drawn) -> Iterator[NDArray[np.uint64]]:
    """Yield keys: every order of the units, and for each every start that the rule can take.

    A stratum's start comes from its smallest key (over strata: from the smallest of all), so that
    key is chosen to give the start, and the others only put the units in order. Strata that are
    drawn by themselves are enumerated alone.
    """
    (roster,) = drawn.stages.values()
    weights = weights_of(drawn.shares)
    totals = [sum(weights)]
    if drawn.scheme.remainder == "strata":
        totals = [sum(weights[k:]) for k in range(len(weights) - 1)]
    size = len(roster)
    orders = np.asarray(list(permutations(range(size))), dtype=np.int64)
    later = np.asarray([KEYS + i for i in range(size - 1)], dtype=np.uint64)
    for first in _first_keys(totals):
        line = np.concatenate([np.asarray([first], dtype=np.uint64), later])
        yield line[orders]


def _first_keys(totals: Sequence[int]) -> list[int]:
    """Find a small key for each series of starts."""
    wanted = set(product(*(range(total) for total in totals)))
    found, key = [], 0
    while wanted:
        series, used = [], 0
        for total in totals:
            u, used = below(key, total, used)
            series.append(u)
        if tuple(series) in wanted:
            wanted.remove(tuple(series))
            found.append(key)
        key += 1
    return found


def minimised(drawn: Drawn) -> tuple[Single, Pair]:
    """Draw a small minimisation with every order of units and every fall of every coin."""
    (roster,) = drawn.stages.values()
    weights, size = weights_of(drawn.shares), len(roster)
    coin = (1 - Fraction(drawn.scheme.chance or 1)) * sum(weights)
    coin /= sum(weights) - min(weights)
    classes = list(product(range(coin.denominator), range(sum(weights))))
    ranked = np.asarray(
        [
            [_key_of(rank, c, coin.denominator, sum(weights)) for c in classes]
            for rank in range(size)
        ],
        dtype=np.uint64,
    )
    picks = np.asarray(list(product(range(len(classes)), repeat=size)), dtype=np.int64)
    lines = np.column_stack([ranked[rank][picks[:, rank]] for rank in range(size)])
    orders = permutations(range(size))
    keys = np.concatenate([lines[:, list(order)] for order in orders])
    scheme = build_scheme(drawn.scheme, drawn.shares)
    found = scheme.assign_many(scheme_roster(drawn.scheme, roster, "all"), keys)
    return counted(found, len(weights))


def _key_of(rank: int, wanted: tuple[int, int], coins: int, total: int) -> int:
    """Find a key of a rank whose coin and whose choice among all arms fall as wanted."""
    key = rank << 60
    while True:
        u, used = below(key, coins)
        if (u, below(key, total, used)[0]) == wanted:
            return key
        key += 1


def tiny_minimisations() -> Iterator[Drawn]:
    """Yield minimisations of three units whose every coin can be followed.

    A choice among preferred arms alone takes the same number modulo another total, so the shares
    are equal: an arm that is alone needs no choice.
    """
    from validation.draws.declared import FAITH, SIZE

    for chance in ("4/5", "2/3"):
        for imbalance in ("range", "variance"):
            scheme = DeclaredScheme(
                "minimisation", covariates=(SIZE, FAITH), chance=chance, imbalance=imbalance
            )
            yield Drawn(
                f"minimisation, {chance}", scheme, EQUAL, {"all": units("sss", (SIZE, FAITH))}
            )


def differing(fraction: float) -> tuple[int, list[str]]:
    """Enumerate everything, or the first part of it: how many, and which are not as declared."""
    strata, tiny = list(small_strata()), list(tiny_minimisations())
    kept = strata[: max(3, round(fraction * len(strata)))]
    few = tiny[: max(1, round(fraction * len(tiny)))]
    wrong = [_name(one) for one in kept if enumerated(one) != chances(one)]
    wrong += [_name(one) for one in few if minimised(one) != chances(one)]
    return len(kept) + len(few), wrong


def _name(drawn: Drawn) -> str:
    shares = ":".join(map(str, drawn.shares.values()))
    return f"{drawn.name}, {shares}, {drawn.scheme.type} {drawn.scheme.remainder}"
