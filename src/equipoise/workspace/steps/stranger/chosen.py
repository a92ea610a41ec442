"""Draws that look at covariates: minimisation, and candidates chosen for their balance.

A covariate is a list with one value per unit, units in order of identifier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor, isqrt, lcm
from typing import Any

from equipoise.workspace.steps.stranger.seats import (
    Arms,
    Keys,
    Weights,
    below,
    further,
    piece_of,
)

Values = list[Fraction | str]
Covariates = list[tuple[int, Values]]
Before = list[tuple[Values, int]]
Draw = Callable[[Keys], Arms]
Rule = Mapping[str, Any]
Score = Callable[[Arms], int]


def draw_minimised(
    keys: Keys, weights: Weights, factors: Covariates, rule: Rule, before: Before
) -> Arms:
    """Seat units one after the other where they even the arms out, with a biased coin.

    Pocock and Simon (1975); unequal shares as in Han, Enas and McEntegart (2009). `before` gives
    the values and the arm of each unit of earlier stages that are counted.
    """
    total, common, arms = sum(weights), lcm(*weights), range(len(weights))
    coin = (1 - Fraction(rule["chance"])) * total / (total - min(weights))
    place = {unit: i for i, unit in enumerate(sorted(keys))}
    counts: dict[tuple[int, Fraction | str], list[int]] = {}
    for values, arm in before:
        for level in enumerate(values):
            counts.setdefault(level, [0 for _ in arms])[arm] += common // weights[arm]
    drawn: Arms = {}
    for unit in sorted(keys, key=lambda unit: (keys[unit], unit)):
        levels = [(f, column[place[unit]]) for f, (_, column) in enumerate(factors)]
        scores = [0 for _ in arms]
        for level in levels:
            held = counts.setdefault(level, [0 for _ in arms])
            for k in arms:
                would = [c + (common // weights[a] if a == k else 0) for a, c in enumerate(held)]
                if rule["imbalance"] == "range":
                    spread = max(would) - min(would)
                else:
                    spread = len(would) * sum(c * c for c in would) - sum(would) ** 2
                scores[k] += factors[level[0]][0] * spread
        u, used = below(keys[unit], coin.denominator)
        among = [k for k in arms if u < coin.numerator or scores[k] == min(scores)]
        offered = tuple(weights[k] for k in among)
        drawn[unit] = among[piece_of(offered, below(keys[unit], sum(offered), used)[0])]
        for level in levels:
            counts[level][drawn[unit]] += common // weights[drawn[unit]]
    return drawn


def standardised(values: list[Fraction]) -> list[int]:
    """Return values in whole hundredths of their standard deviation."""
    common = lcm(*(value.denominator for value in values))
    whole = [int(value * common) for value in values]
    n, total = len(whole), sum(whole)
    spread = n * sum(x * x for x in whole) - total * total
    scores = []
    for x in whole:
        size = (isqrt(4 * 100**2 * (n * x - total) ** 2 // spread) + 1) // 2
        scores.append(size if n * x > total else -size)
    return scores


def columns_of(covariates: Covariates) -> tuple[list[list[int]], list[int]]:
    """Return standardised columns and their weights; text is 0/1, a column for each value."""
    columns, weights = [], []
    for weight, values in covariates:
        if isinstance(values[0], str):
            levels = sorted({str(value) for value in values})
            # With two values one column says all.
            kept = levels[:1] if len(levels) == 2 else levels
            made = [[Fraction(value == level) for value in values] for level in kept]
        else:
            made = [[Fraction(value) for value in values]]
        columns += [standardised(column) for column in made]
        weights += [weight] * len(made)
    return columns, weights


def scorer(covariates: Covariates, weights: Weights, metric: str) -> Score:
    """Return what scores the imbalance of an allocation, as a whole number."""
    columns, of_columns = columns_of(covariates)
    total, common, size = sum(weights), lcm(*weights), len(columns)
    matrix = [[of_columns[i] * (i == j) for j in range(size)] for i in range(size)]
    if metric == "mahalanobis":
        matrix = distance_matrix(columns)

    def score(arms: Arms) -> int:
        found, line = 0, [arms[unit] for unit in sorted(arms)]
        for k, share in enumerate(weights):
            beyond = []
            for column in columns:
                inside = sum(z for z, arm in zip(column, line, strict=True) if arm == k)
                beyond.append((total * inside - share * sum(column)) * common // share)
            if metric == "l1":
                found += sum(w * abs(d) for w, d in zip(of_columns, beyond, strict=True))
            else:
                pairs = ((i, j) for i in range(size) for j in range(size))
                found += sum(beyond[i] * matrix[i][j] * beyond[j] for i, j in pairs)
        return found

    return score


def distance_matrix(columns: list[list[int]]) -> list[list[int]]:
    """Return the inverse of the columns' correlations in thousandths (Gauss and Jordan)."""
    n, size = len(columns[0]), len(columns)
    centred = [[n * x - sum(column) for x in column] for column in columns]
    work = [
        [Fraction(sum(a * b for a, b in zip(x, y, strict=True)), n**3 * 100**2) for y in centred]
        + [Fraction(i == j) for j in range(size)]
        for i, x in enumerate(centred)
    ]
    for column in range(size):
        pivot = next(row for row in range(column, size) if work[row][column])
        work[column], work[pivot] = work[pivot], work[column]
        work[column] = [value / work[column][column] for value in work[column]]
        for row in range(size):
            if row != column:
                factor = work[row][column]
                work[row] = [a - factor * b for a, b in zip(work[row], work[column], strict=True)]
    return [[round(1000 * value) for value in row[size:]] for row in work]


def accepted(candidates: list[Arms], score: Score, share: Fraction) -> list[Arms]:
    """Return the candidates whose score is among the best of a share."""
    scores = [score(arms) for arms in candidates]
    limit = sorted(scores)[max(1, floor(share * len(scores))) - 1]
    return [arms for arms, found in zip(candidates, scores, strict=True) if found <= limit]


def draw_constrained(
    keys: Keys, base: Draw, every: Callable[[], list[Arms]], score: Score, rule: Rule
) -> Arms:
    """Take one of the best balanced candidates, by chance (Moulton 2004)."""
    number: int = rule["candidates"]
    candidates = [base(candidate_keys(keys, c)) for c in range(1, number + 1)] or every()
    kept = accepted(candidates, score, Fraction(rule["accept"]))
    return kept[below(min(keys.values()), len(kept), number)[0]]


def candidate_keys(keys: Keys, c: int) -> dict[str, int]:
    """Return the keys of candidate c: the c-th further number of each unit's key."""
    return {unit: further(key, c) for unit, key in keys.items()}


def draw_again(keys: Keys, base: Draw, score: Score, rule: Rule) -> Arms:
    """Take the first candidate that is balanced enough, else the best (Morgan and Rubin 2012)."""
    tried: list[tuple[int, int]] = []
    for c in range(1, rule["tries"] + 1):
        arms = base(candidate_keys(keys, c))
        tried.append((score(arms), c))
        if tried[-1][0] <= rule["threshold"]:
            return arms
    return base(candidate_keys(keys, min(tried)[1]))
