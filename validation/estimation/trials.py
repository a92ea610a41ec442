"""Trials drawn from a cell's population, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.statistics.schemes import Roster, StratifiedScheme, uniform_keys
from validation.estimation.declared import BASELINE, BY_CHANCE, LARGE, LARGE_SEED, Cell
from validation.estimation.population import (
    Population,
    population,
    rolls_of,
    shift,
    strata_of,
)

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

BLOCK = 500
"""Trials made at once. A block depends on its number alone, so workers may share them."""


@dataclass(frozen=True)
class Trial:
    """One trial, a row per school.

    Attributes
    ----------
    number
        Its number in the cell, from 0.
    rolls, events
        Pupils, and those with the event, shape (n,).
    treated
        1 for supervision, shape (n,).
    strata
        Stratum number, shape (n,).
    before
        Rate of the year before, shape (n,); None without a baseline.
    """

    number: int
    rolls: Whole
    events: Whole
    treated: Whole
    strata: Whole
    before: Array | None

    @property
    def rates(self) -> Array:
        """Events per pupil."""
        return np.asarray(self.events / self.rolls)

    @property
    def layers(self) -> int:
        """Number of strata."""
        return int(self.strata.max()) + 1

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the design, without covariates: schools - strata - 1."""
        return self.rolls.size - self.layers - 1


def scheme_of(shares: tuple[int, int]) -> StratifiedScheme:
    """Declare the scheme of a cell; arm 0 is supervision."""
    return StratifiedScheme.from_shares({"supervision": shares[0], "usual": shares[1]})


def roster_of(strata: Whole) -> Roster:
    """Put schools on a roster."""
    return Roster.build([str(900_000 + i) for i in range(strata.size)], strata.tolist())


def draw_arms(cell: Cell, strata: Whole, trials: range) -> Whole:
    """Draw the arms of trials, shape (trials, n): 1 for supervision."""
    keys = uniform_keys(cell.seed, trials, strata.size)
    if cell.effect != "by-share":
        return 1 - scheme_of(cell.shares).assign_many(roster_of(strata), keys)
    drawn = np.empty(keys.shape, dtype=np.int64)
    for part, shares in ((0, (1, 1)), (1, (1, 3))):
        inside = np.flatnonzero(strata % 2 == part)
        drawn[:, inside] = scheme_of(shares).assign_many(roster_of(strata[inside]), keys[:, inside])
    return 1 - drawn


def block(cell: Cell, number: int) -> Iterator[Trial]:
    """Make the trials of a block, each from numbers that depend on cell and block alone."""
    strata = strata_of(cell)
    first = number * BLOCK
    rng = np.random.default_rng([cell.seed, number])
    treated = draw_arms(cell, strata, range(first, first + BLOCK))
    rolls, events, before = _schools(cell, strata, treated, rng)
    for row in range(BLOCK):
        yield Trial(
            first + row,
            rolls[row],
            events[row],
            treated[row],
            strata,
            None if before is None else before[row],
        )


def large_trial(cell: Cell) -> Trial:
    """Make the one trial whose estimates stand for the limits of models without an estimand."""
    strata = np.zeros(LARGE, dtype=np.int64)
    rng = np.random.default_rng([cell.seed + LARGE_SEED])
    supervised, usual = cell.shares
    treated = (np.arange(LARGE) % (supervised + usual) < supervised).astype(np.int64)
    rolls, events, _ = _schools(cell, strata, treated[None], rng)
    return Trial(0, rolls[0], events[0], treated, strata, None)


def _schools(
    cell: Cell, strata: Whole, treated: Whole, rng: np.random.Generator
) -> tuple[Whole, Whole, Array | None]:
    """Draw rolls, events and baseline rates of trials, shape (trials, n)."""
    of, shape = population(cell), treated.shape
    rolls = rolls_of(rng.standard_normal(shape), of)
    of_stratum = of.stratum_sd * rng.standard_normal((shape[0], int(strata.max()) + 1))
    own = rng.standard_normal(shape)
    chance = _chances(cell, of, rolls, strata, treated, own, rng) + of_stratum[:, strata]
    events = rng.binomial(rolls, special.expit(chance))
    if not cell.baseline:
        return rolls, events, None
    earlier = BASELINE[0] * own + BASELINE[1] * rng.standard_normal(shape)
    level = of.level + of_stratum[:, strata] + of.sd * earlier
    return rolls, events, rng.binomial(rolls, special.expit(level)) / rolls


def _chances(
    cell: Cell,
    of: Population,
    rolls: Whole,
    strata: Whole,
    treated: Whole,
    own: Array,
    rng: np.random.Generator,
) -> Array:
    """Give the log odds of schools without what their strata add."""
    control = of.level + of.sd * own
    supervised = of.treated_level + of.treated_sd * own + shift(cell, of, rolls, strata)
    if cell.effect == "heterogeneous":
        supervised = supervised + BY_CHANCE * rng.standard_normal(own.shape)
    return np.where(treated == 1, supervised, control)
