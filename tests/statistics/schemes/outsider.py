"""What an outsider writes from the rules in words, with the standard library alone.

Nothing is taken from the package. Keys, identifiers and strata are lists; arms come back as
positions.
"""

from __future__ import annotations

from itertools import permutations
from math import isqrt, lcm

MASK = 2**64 - 1


def further(key, c):
    z = (key + c * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def below(key, total, after=0):
    c = after + 1
    while further(key, c) >= 2**64 - 2**64 % total:
        c += 1
    return further(key, c) % total, c


def simple(keys, weights):
    found = []
    for key in keys:
        u, _ = below(key, sum(weights))
        found.append(min(k for k in range(len(weights)) if u < sum(weights[: k + 1])))
    return found


def systematic(n, weights, u):
    total, start, seats = sum(weights), 0, []
    for weight in weights:
        sure, rest = divmod(n * weight, total)
        seats.append(sure + sum(m % total == u for m in range(start, start + rest)))
        start += rest
    return seats


def seat(members, keys, units, seats, arms):
    line = [k for k, number in enumerate(seats) for _ in range(number)]
    for i, arm in zip(sorted(members, key=lambda i: (keys[i], units[i])), line, strict=True):
        arms[i] = arm


def groups(labels):
    found: dict[object, list[int]] = {}
    for i, label in enumerate(labels):
        found.setdefault(label, []).append(i)
    return found


def stratified(keys, units, strata, weights, rule="systematic"):
    arms = [None] * len(keys)
    total = sum(weights)
    cells = groups(strata)
    if rule == "strata":
        seats = over_strata(keys, units, cells, weights)
    for label, members in cells.items():
        n = len(members)
        if rule == "systematic":
            here = systematic(n, weights, below(min(keys[i] for i in members), total)[0])
        elif rule == "fixed":
            here = [n * w // total for w in weights]
            best = sorted(range(len(weights)), key=lambda k: (-(n * weights[k] % total), k))
            for k in best[: n - sum(here)]:
                here[k] += 1
        else:
            here = seats[label]
        seat(members, keys, units, here, arms)
    return arms


def over_strata(keys, units, cells, weights):
    line = sorted(
        cells, key=lambda s: (min(keys[i] for i in cells[s]), min(units[i] for i in cells[s]))
    )
    lowest = min(keys[i] for members in cells.values() for i in members)
    left, used = {s: len(cells[s]) for s in line}, 0
    seats: dict[object, list[int]] = {s: [] for s in line}
    for k, weight in enumerate(weights[:-1]):
        total = sum(weights[k:])
        u, used = below(lowest, total, used)
        start = 0
        for s in line:
            sure, rest = divmod(left[s] * weight, total)
            number = sure + any(m % total == u for m in range(start, start + rest))
            start += rest
            seats[s].append(number)
            left[s] -= number
    for s in line:
        seats[s].append(left[s])
    return seats


def minimise(keys, units, stages, levels, factor_weights, weights, coin, imbalance, carry):
    """`levels`: for each unit a value of each factor; `coin`: l as a fraction."""
    common = lcm(*weights)
    arms: list[int | None] = [None] * len(keys)
    done: list[int] = []
    for stage in sorted(set(stages)):
        if not carry:
            done = []
        members = [i for i in range(len(keys)) if stages[i] == stage]
        for i in sorted(members, key=lambda i: (keys[i], units[i])):
            scores = []
            for k in range(len(weights)):
                score = 0
                for f, factor in enumerate(factor_weights):
                    c = [
                        sum(arms[j] == a and levels[j][f] == levels[i][f] for j in done)
                        * common
                        // weights[a]
                        for a in range(len(weights))
                    ]
                    c[k] += common // weights[k]
                    if imbalance == "range":
                        score += factor * (max(c) - min(c))
                    else:
                        score += factor * (len(c) * sum(x * x for x in c) - sum(c) ** 2)
                scores.append(score)
            u, used = below(keys[i], coin.denominator)
            among = [
                k for k in range(len(weights)) if u < coin.numerator or scores[k] == min(scores)
            ]
            v, _ = below(keys[i], sum(weights[k] for k in among), used)
            for place, k in enumerate(among):
                if v < sum(weights[m] for m in among[: place + 1]):
                    arms[i] = k
                    break
            done.append(i)
    return arms


def standard(values):
    n, total = len(values), sum(values)
    spread = n * sum(x * x for x in values) - total**2
    scores = []
    for x in values:
        d = n * x - total
        z = (isqrt(4 * 100**2 * d * d // spread) + 1) // 2
        scores.append(z if d > 0 else -z)
    return scores


def imbalance(arms, columns, column_weights, weights, metric):
    total, common, score = sum(weights), lcm(*weights), 0
    for k, share in enumerate(weights):
        for column, w in zip(columns, column_weights, strict=True):
            inside = sum(z for z, arm in zip(column, arms, strict=True) if arm == k)
            d = (total * inside - share * sum(column)) * common // share
            score += w * (d * d if metric == "l2" else abs(d))
    return score


def constrained(keys, units, draw, score, candidates, share):
    """`draw` makes arms from keys, `score` scores them."""
    drawn = [draw([further(key, c) for key in keys]) for c in range(1, candidates + 1)]
    scores = [score(arms) for arms in drawn]
    place = max(1, int(share * candidates)) - 1
    accepted = [a for a, s in zip(drawn, scores, strict=True) if s <= sorted(scores)[place]]
    return accepted[below(min(keys), len(accepted), candidates)[0]]


def constrained_of_all(keys, units, n_first, score, share):
    """Every allocation of n_first units to the first of two arms, in one stratum."""
    line = sorted(range(len(units)), key=lambda i: units[i])
    every = sorted(set(permutations([0] * n_first + [1] * (len(units) - n_first))))
    by_unit = [[arms[line.index(i)] for i in range(len(units))] for arms in every]
    scores = [score(arms) for arms in by_unit]
    place = max(1, int(share * len(every))) - 1
    accepted = [a for a, s in zip(by_unit, scores, strict=True) if s <= sorted(scores)[place]]
    return accepted[below(min(keys), len(accepted))[0]]


def rerandomised(keys, draw, score, threshold, tries):
    best, lowest = None, None
    for c in range(1, tries + 1):
        arms = draw([further(key, c) for key in keys])
        s = score(arms)
        if s <= threshold:
            return arms
        if lowest is None or s < lowest:
            best, lowest = arms, s
    return best
