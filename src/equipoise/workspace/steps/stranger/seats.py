"""Drawing by seats: each unit by itself, or shares kept in every stratum.

Units are named by identifier; arms are positions in the declared order. `keys` gives each unit's
64-bit key, `strata` its stratum, `weights` the arms' whole-number shares without common divisor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, product

Arms = dict[str, int]
Keys = Mapping[str, int]
Strata = Mapping[str, str]
Weights = tuple[int, ...]


def further(key: int, c: int) -> int:
    """Return the c-th further number of a key: SplitMix64 (Steele, Lea and Flood 2014)."""
    mask = 2**64 - 1
    z = (key + c * 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


def below(key: int, total: int, used: int = 0) -> tuple[int, int]:
    """Return a number from 0 to total - 1 without bias, and how many further numbers it used."""
    used += 1
    while further(key, used) >= 2**64 - 2**64 % total:
        used += 1
    return further(key, used) % total, used


def piece_of(weights: Weights, u: int) -> int:
    """Return the first arm with u below its weight and those of the arms before it."""
    return next(k for k in range(len(weights)) if u < sum(weights[: k + 1]))


def draw_simple(keys: Keys, weights: Weights) -> Arms:
    """Draw each unit by itself."""
    return {unit: piece_of(weights, below(key, sum(weights))[0]) for unit, key in keys.items()}


def cells_of(strata: Strata) -> dict[str, list[str]]:
    """Gather the units of each stratum in order of identifier, strata by their smallest one."""
    cells: dict[str, list[str]] = {}
    for unit in sorted(strata):
        cells.setdefault(strata[unit], []).append(unit)
    return cells


def systematic_seats(size: int, weights: Weights, u: int) -> list[int]:
    """Divide seats, what is left over by systematic sampling from the start u (Madow 1949)."""
    total, start, seats = sum(weights), 0, []
    for weight in weights:
        sure, rest = divmod(size * weight, total)
        seats.append(sure + points_in(start, start + rest, u, total))
        start += rest
    return seats


def points_in(start: int, stop: int, u: int, total: int) -> int:
    """Count u, u + total, u + 2 total, ... from start up to but not including stop."""
    return (u - start) // total - (u - stop) // total


def fixed_seats(size: int, weights: Weights) -> list[int]:
    """Divide seats, what is left over to the largest remainders, else as declared."""
    total = sum(weights)
    seats = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda k: -(size * weights[k] % total))
    for k in by_remainder[: size - sum(seats)]:
        seats[k] += 1
    return seats


def seats_over_strata(
    cells: Mapping[str, list[str]], keys: Keys, weights: Weights
) -> dict[str, list[int]]:
    """Divide the seats of all strata so that they add up over the strata too."""
    first = {label: min(keys[unit] for unit in units) for label, units in cells.items()}
    order = sorted(cells, key=lambda label: (first[label], cells[label][0]))
    left = {label: len(units) for label, units in cells.items()}
    seats: dict[str, list[int]] = {label: [] for label in cells}
    used = 0
    for k, weight in enumerate(weights[:-1]):
        total = sum(weights[k:])
        u, used = below(min(keys.values()), total, used)
        start = 0
        for label in order:
            sure, rest = divmod(left[label] * weight, total)
            number = sure + points_in(start, start + rest, u, total)
            start += rest
            seats[label].append(number)
            left[label] -= number
    return {label: [*given, left[label]] for label, given in seats.items()}


def draw_stratified(keys: Keys, strata: Strata, weights: Weights, remainder: str) -> Arms:
    """Draw with shares kept in every stratum; `remainder` says who gets what is left over."""
    cells = cells_of(strata)
    over = seats_over_strata(cells, keys, weights) if remainder == "strata" else {}
    arms: Arms = {}
    for label, units in cells.items():
        line = sorted(units, key=lambda unit: (keys[unit], unit))
        if remainder == "systematic":
            seats = systematic_seats(len(line), weights, below(keys[line[0]], sum(weights))[0])
        elif remainder == "fixed":
            seats = fixed_seats(len(line), weights)
        else:
            seats = over[label]
        seated = (k for k, number in enumerate(seats) for _ in range(number))
        arms.update(zip(line, seated, strict=True))
    return arms


def every_allocation(strata: Strata, weights: Weights, remainder: str) -> list[Arms]:
    """List all allocations in order of arm positions, units in order of identifier."""
    cells, listed = cells_of(strata), []
    for units in cells.values():
        divisions = {tuple(fixed_seats(len(units), weights))}
        if remainder == "systematic":
            starts = range(sum(weights))
            divisions = {tuple(systematic_seats(len(units), weights, u)) for u in starts}
        listed.append([order for seats in divisions for order in orders_of(seats)])
    names = [unit for units in cells.values() for unit in units]
    found = [dict(zip(names, chain(*choice), strict=True)) for choice in product(*listed)]
    return sorted(found, key=lambda arms: [arms[unit] for unit in sorted(names)])


def orders_of(seats: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """List the distinct orders in which the seats of a stratum can be taken."""
    if not sum(seats):
        yield ()
    for arm, left in enumerate(seats):
        if left:
            for rest in orders_of((*seats[:arm], left - 1, *seats[arm + 1 :])):
                yield (arm, *rest)
