"""Draws beside chances: exact binomial bounds, corrected for the number of comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from equipoise.design.protocol import build_scheme
from equipoise.design.randomisation import staged_roster, unit_key
from validation.draws.declared import SECRET, TRIAL, Drawn
from validation.draws.exact import chances

AT_ONCE = 4096


@dataclass(frozen=True)
class Compared:
    """What was found of a scheme.

    Attributes
    ----------
    name, units
        The scheme and how many units it drew.
    single, pair
        The lowest and the highest frequency, over units of the first arm that is not the
        reference, and over pairs of one arm for both.
    declared
        That arm's share.
    tied
        Pairs that were in one arm in every draw, and in none.
    comparisons
        Frequencies that were held against a chance.
    least
        The smallest two-sided exact binomial p among them; 1 where there are none.
    against
        What the chances follow from.
    """

    name: str
    units: int
    single: tuple[float, float]
    pair: tuple[float, float]
    declared: float
    tied: tuple[int, int]
    comparisons: int
    least: float
    against: str


def unit_keys(draws: int, units: list[str]) -> NDArray[np.uint64]:
    """Make the keys as a trial does: HMAC of each unit under the secret and the draw's event."""
    return np.asarray(
        [[unit_key(SECRET, f"draw {d}", TRIAL, "all", u) for u in units] for d in range(draws)],
        dtype=np.uint64,
    )


def compared(drawn: Drawn, keys: NDArray[np.uint64]) -> Compared:
    """Draw once for each row of keys and hold what comes up against what was declared.

    Parameters
    ----------
    drawn
        Scheme and units.
    keys
        Shape (draws, at least as many columns as units).
    """
    roster = staged_roster(drawn.scheme, drawn.stages)
    scheme = build_scheme(drawn.scheme, drawn.shares)
    arms, size, draws = len(drawn.shares), roster.size, keys.shape[0]
    one = np.zeros((size, arms), dtype=np.int64)
    both = np.zeros((arms, arms, size, size), dtype=np.int64)
    for start in range(0, draws, AT_ONCE):
        found = scheme.assign_many(roster, keys[start : start + AT_ONCE, :size])
        inside = [(found == k).astype(np.int64) for k in range(arms)]
        one += np.stack([rows.sum(axis=0) for rows in inside], axis=1)
        for k, m in product(range(arms), repeat=2):
            both[k, m] += inside[k].T @ inside[m]
    p, against = list(_p_values(drawn, one, both, draws)), _against(drawn)
    upper = np.triu_indices(size, 1)
    together = sum(both[k, k][upper] for k in range(arms)) / draws
    return Compared(
        name=drawn.name,
        units=size,
        single=(float(one[:, 1].min()) / draws, float(one[:, 1].max()) / draws),
        pair=(float(together.min()), float(together.max())),
        declared=list(drawn.shares.values())[1] / sum(drawn.shares.values()),
        tied=(int((together == 1).sum()), int((together == 0).sum())),
        comparisons=len(p),
        least=min(p, default=1.0),
        against=against,
    )


def _p_values(
    drawn: Drawn, one: NDArray[np.int64], both: NDArray[np.int64], draws: int
) -> Iterator[float]:
    """Yield the exact binomial p of every frequency of units and of pairs."""
    known = chances(drawn)
    if known is None:
        # The arms have equal shares: exchanging their names changes nothing.
        yield from _p(one.ravel(), np.full(one.size, 1 / one.shape[1]), draws)
        return
    single, pair = known
    yield from _p(
        np.asarray([one[i, k] for i, k in single]),
        np.asarray([*map(float, single.values())]),
        draws,
    )
    yield from _p(
        np.asarray([both[k, m, i, j] for i, j, k, m in pair]),
        np.asarray([*map(float, pair.values())]),
        draws,
    )


def _p(counts: NDArray[np.int64], chance: NDArray[np.float64], draws: int) -> list[float]:
    """Give two-sided exact binomial p values; chances of 0 and 1 allow one count only."""
    lower, upper = binom.cdf(counts, draws, chance), binom.sf(counts - 1, draws, chance)
    return np.minimum(1.0, 2 * np.minimum(lower, upper)).tolist()


def _against(drawn: Drawn) -> str:
    match drawn.scheme.type:
        case "minimisation":
            return "every order and coin"
        case "constrained" if drawn.scheme.candidates:
            return "symmetry of the arms, units alone"
        case "constrained" | "rerandomisation":
            return "the balanced allocations"
        case _:
            return "the declared shares"
