"""Exact chances from the rules in words: fractions, the standard library, the stranger's seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import permutations, product
from math import gcd, lcm

from equipoise.design.randomisation import RosterUnit
from equipoise.workspace.steps.stranger.chosen import accepted, scorer
from equipoise.workspace.steps.stranger.seats import (
    every_allocation,
    fixed_seats,
    points_in,
    systematic_seats,
)
from validation.draws.declared import Drawn

Single = dict[tuple[int, int], Fraction]
"""By unit and arm."""
Pair = dict[tuple[int, int, int, int], Fraction]
"""By two units, the first before the second, and their arms."""
Seats = dict[tuple[tuple[int, ...], ...], Fraction]
"""By the seats of each arm in each stratum, strata in order of their first unit."""
Every = dict[tuple[int, ...], Fraction]
"""By allocation."""


def weights_of(shares: Mapping[str, int]) -> tuple[int, ...]:
    """Give the shares without a common divisor."""
    return tuple(share // gcd(*shares.values()) for share in shares.values())


def cells_of(units: Sequence[RosterUnit]) -> list[list[int]]:
    """Give the positions of the units of each stratum."""
    cells: dict[str, list[int]] = {}
    for i, unit in enumerate(units):
        cells.setdefault(unit.stratum, []).append(i)
    return list(cells.values())


def chances(drawn: Drawn) -> tuple[Single, Pair] | None:
    """Give the chances of units and pairs that follow from the rule; None where only draws tell."""
    units = [unit for roster in drawn.stages.values() for unit in roster]
    weights = weights_of(drawn.shares)
    match drawn.scheme.type:
        case "minimisation":
            return of_allocations(minimised(drawn))
        case "rerandomisation":
            return of_allocations(balanced(drawn))
        case "constrained" if drawn.scheme.candidates == 0:
            return of_allocations(balanced(drawn))
        case "constrained":
            return None
        case "simple":
            share = [Fraction(weight, sum(weights)) for weight in weights]
            single = {(i, k): p for i in range(len(units)) for k, p in enumerate(share)}
            return single, _independent(single, [[i] for i in range(len(units))], len(weights))
        case "complete":
            cells = [list(range(len(units)))]
        case _:
            cells = cells_of(units)
    remainder = "systematic" if drawn.scheme.type == "pairs" else drawn.scheme.remainder
    return of_seats(
        cells, seats_of([len(cell) for cell in cells], weights, remainder), len(weights)
    )


def seats_of(sizes: Sequence[int], weights: tuple[int, ...], remainder: str) -> Seats:
    """Give how likely each division of all strata into seats is."""
    if remainder == "strata":
        return _over_strata(sizes, weights)
    found: list[Counter[tuple[int, ...]]] = []
    for size in sizes:
        if remainder == "fixed":
            found.append(Counter([tuple(fixed_seats(size, weights))]))
        else:
            starts = range(sum(weights))
            found.append(Counter(tuple(systematic_seats(size, weights, u)) for u in starts))
    seats: Seats = {}
    for choice in product(*(counter.items() for counter in found)):
        chance = Fraction(1)
        for (_, times), counter in zip(choice, found, strict=True):
            chance *= Fraction(times, sum(counter.values()))
        seats[tuple(division for division, _ in choice)] = chance
    return seats


def _over_strata(sizes: Sequence[int], weights: tuple[int, ...]) -> Seats:
    """Lay remainders end to end, strata in the order in which a random line of units names them."""
    seats: Seats = {}
    totals = [sum(weights[k:]) for k in range(len(weights) - 1)]
    for order in permutations(range(len(sizes))):
        chance, rest = Fraction(1), sum(sizes)
        for s in order:
            chance *= Fraction(sizes[s], rest)
            rest -= sizes[s]
        for starts in product(*(range(total) for total in totals)):
            left, given = list(sizes), [[0] * len(weights) for _ in sizes]
            for k, (u, total) in enumerate(zip(starts, totals, strict=True)):
                at = 0
                for s in order:
                    sure, piece = divmod(left[s] * weights[k], total)
                    given[s][k] = sure + points_in(at, at + piece, u, total)
                    at += piece
                    left[s] -= given[s][k]
            for s, size in enumerate(left):
                given[s][-1] = size
            name = tuple(tuple(row) for row in given)
            part = chance
            for total in totals:
                part /= total
            seats[name] = seats.get(name, Fraction(0)) + part
    return seats


def of_seats(cells: Sequence[Sequence[int]], seats: Seats, arms: int) -> tuple[Single, Pair]:
    """Give the chances of units and pairs from those of the seats: orders are equally likely."""
    place = {i: c for c, cell in enumerate(cells) for i in cell}
    single: Single = {}
    pair: Pair = {}
    for i, c in place.items():
        for k in range(arms):
            single[i, k] = sum(
                (chance * Fraction(given[c][k], len(cells[c])) for given, chance in seats.items()),
                Fraction(0),
            )
    for i, j in ((i, j) for i in sorted(place) for j in sorted(place) if i < j):
        a, b = place[i], place[j]
        for k, m in product(range(arms), repeat=2):
            total = Fraction(0)
            for given, chance in seats.items():
                if a == b:
                    ways = Fraction(given[a][k] * (given[a][m] - (k == m)))
                    total += chance * ways / (len(cells[a]) * (len(cells[a]) - 1))
                else:
                    ways = Fraction(given[a][k] * given[b][m])
                    total += chance * ways / (len(cells[a]) * len(cells[b]))
            pair[i, j, k, m] = total
    return single, pair


def _independent(single: Single, cells: Sequence[Sequence[int]], arms: int) -> Pair:
    names = [i for cell in cells for i in cell]
    return {
        (i, j, k, m): single[i, k] * single[j, m]
        for i in names
        for j in names
        if i < j
        for k in range(arms)
        for m in range(arms)
    }


def of_allocations(every: Every) -> tuple[Single, Pair]:
    """Give the chances of units and pairs from those of whole allocations."""
    arms = 1 + max(max(allocation) for allocation in every)
    size = len(next(iter(every)))
    single = {(i, k): Fraction(0) for i in range(size) for k in range(arms)}
    pair = {
        (i, j, k, m): Fraction(0)
        for i in range(size)
        for j in range(i + 1, size)
        for k in range(arms)
        for m in range(arms)
    }
    for allocation, chance in every.items():
        for i, k in enumerate(allocation):
            single[i, k] += chance
            for j in range(i + 1, size):
                pair[i, j, k, allocation[j]] += chance
    return single, pair


def balanced(drawn: Drawn) -> Every:
    """Give the allocations that are balanced enough: equally likely."""
    (roster,) = drawn.stages.values()
    weights, rule = weights_of(drawn.shares), drawn.scheme
    covariates = [
        (one.weight, [Fraction(unit.covariates[k]) for unit in roster])
        for k, one in enumerate(rule.covariates)
    ]
    score = scorer([(w, list(column)) for w, column in covariates], weights, rule.metric or "l2")
    listed = every_allocation({u.unit: u.stratum for u in roster}, weights, rule.remainder)
    if rule.type == "constrained":
        kept = accepted(listed, score, Fraction(rule.accept or 1))
    else:
        kept = [arms for arms in listed if score(arms) <= (rule.threshold or 0)]
    return {tuple(arms[u.unit] for u in roster): Fraction(1, len(kept)) for arms in kept}


def minimised(drawn: Drawn) -> Every:
    """Follow every order of units and every coin of a minimisation, stage by stage."""
    rosters = list(drawn.stages.values())
    units = [unit for roster in rosters for unit in roster]
    states: Every = {(-1,) * len(units): Fraction(1)}
    start = 0
    for roster in rosters:
        here = range(start, start + len(roster))
        counted = () if drawn.scheme.looks_back else range(start)
        for _ in roster:
            following: Every = {}
            for state, chance in states.items():
                free = [i for i in here if state[i] < 0]
                for unit in free:
                    for arm, part in _next_arm(drawn, units, state, unit, counted):
                        after = (*state[:unit], arm, *state[unit + 1 :])
                        more = chance * part / len(free)
                        following[after] = following.get(after, Fraction(0)) + more
            states = following
        start += len(roster)
    return states


def _next_arm(
    drawn: Drawn,
    units: Sequence[RosterUnit],
    state: tuple[int, ...],
    unit: int,
    passed_over: Sequence[int],
) -> Iterator[tuple[int, Fraction]]:
    """Give the chance of each arm for the next unit, given where the others are."""
    weights, rule = weights_of(drawn.shares), drawn.scheme
    total, common, arms = sum(weights), lcm(*weights), range(len(weights))
    scores = [0 for _ in arms]
    for f, factor in enumerate(rule.covariates):
        counts = [0 for _ in arms]
        for other, arm in enumerate(state):
            alike = units[other].covariates[f] == units[unit].covariates[f]
            if arm >= 0 and alike and other not in passed_over:
                counts[arm] += common // weights[arm]
        for arm in arms:
            would = list(counts)
            would[arm] += common // weights[arm]
            if rule.imbalance == "range":
                spread = max(would) - min(would)
            else:
                spread = len(would) * sum(c * c for c in would) - sum(would) ** 2
            scores[arm] += factor.weight * spread
    coin = (1 - Fraction(rule.chance or 1)) * total / (total - min(weights))
    best = [arm for arm in arms if scores[arm] == min(scores)]
    offered = sum(weights[arm] for arm in best)
    for arm in arms:
        part = coin * Fraction(weights[arm], total)
        if arm in best:
            part += (1 - coin) * Fraction(weights[arm], offered)
        yield arm, part
