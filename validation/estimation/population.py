"""The population of schools of a cell, and what the effects in it truly are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from validation.estimation.declared import (
    BY_CHANCE,
    BY_SHARE,
    BY_SIZE,
    CONSTANT,
    LEAST_ROLL,
    MEAN_ROLL,
    MOST_ROLL,
    STRATUM_SD,
    Cell,
)

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

REACH, NODES = 10.0, 801


@dataclass(frozen=True)
class Population:
    """Chances of the schools of a cell on the logit scale.

    Attributes
    ----------
    level, sd
        Of a school in the control arm, within its stratum.
    treated_level, treated_sd
        Of a school in the treated arm, effects of size and chance not counted.
    stratum_sd
        Between strata.
    log_mean, log_sd
        Of the logarithm of a roll.
    """

    level: float
    sd: float
    treated_level: float
    treated_sd: float
    stratum_sd: float
    log_mean: float
    log_sd: float


@dataclass(frozen=True)
class Truths:
    """The true effects of a cell: treated less control, rates per pupil.

    Attributes
    ----------
    school, pupil
        Differences of rates.
    log_ratio
        Of the pupil-averages.
    marginal
        Log odds ratio of the pupil-averages.
    conditional
        Log odds ratio of a school, where all schools have the same; else None.
    """

    school: float
    pupil: float
    log_ratio: float
    marginal: float
    conditional: float | None


def logit_normal(level: Array | float, sd: float) -> Array:
    """Give E expit(level + sd u), shape of `level`, by the trapezium rule."""
    nodes = np.linspace(-REACH, REACH, NODES)
    mass = np.exp(-0.5 * nodes**2)
    mass /= mass.sum()
    return np.asarray(special.expit(np.asarray(level)[..., None] + sd * nodes) @ mass)


def _second_moment(level: float, sd: float) -> float:
    nodes = np.linspace(-REACH, REACH, NODES)
    mass = np.exp(-0.5 * nodes**2)
    return float(special.expit(level + sd * nodes) ** 2 @ mass / mass.sum())


def _level(rate: float, sd: float) -> float:
    """Solve for the level whose mean chance is `rate`."""
    return float(
        optimize.brentq(lambda a: float(logit_normal(a, sd)) - rate, -30.0, 5.0, xtol=1e-13)
    )


def _sd(rate: float, icc: float) -> float:
    """Solve for the spread whose ICC on the 0/1 scale is `icc`."""
    if icc == 0:
        return 0.0

    def excess(sd: float) -> float:
        variance = _second_moment(_level(rate, sd), sd) - rate**2
        return variance / (rate * (1 - rate)) - icc

    return float(optimize.brentq(excess, 1e-3, 8.0, xtol=1e-12))


@cache
def population(cell: Cell) -> Population:
    """Solve a cell's rate and ICC for its population."""
    between = STRATUM_SD if cell.stratum else 0.0
    sd = _sd(cell.rate, cell.icc)
    level = _level(cell.rate, float(np.hypot(sd, between)))
    treated_level, treated_sd = level, sd
    if cell.treated_icc is not None:
        treated_sd = _sd(cell.rate, cell.treated_icc)
        treated_level = _level(cell.rate, float(np.hypot(treated_sd, between)))
    log_sd = float(np.sqrt(np.log1p(cell.size_cv**2)))
    log_mean = float(np.log(MEAN_ROLL) - 0.5 * log_sd**2)
    return Population(level, sd, treated_level, treated_sd, between, log_mean, log_sd)


def rolls_of(normal: Array, of: Population) -> Whole:
    """Turn standard normal numbers into rolls."""
    exact = np.exp(of.log_mean + of.log_sd * normal)
    return np.clip(np.rint(exact), LEAST_ROLL, MOST_ROLL).astype(np.int64)


def size_score(rolls: Whole, of: Population) -> Array:
    """Give z, the standardised log of rolls; zero where all rolls are alike."""
    if of.log_sd == 0:
        return np.zeros(rolls.shape)
    return np.asarray((np.log(rolls) - of.log_mean) / of.log_sd)


def strata_of(cell: Cell) -> Whole:
    """Give each school its stratum, shape (schools,)."""
    number = max(1, cell.schools // cell.stratum) if cell.stratum else 1
    sizes = [part.size for part in np.array_split(np.arange(cell.schools), number)]
    return np.repeat(np.arange(number), sizes)


def shift(cell: Cell, of: Population, rolls: Whole, strata: Whole) -> Array:
    """Give what treatment adds to the log odds of schools, but for chance, shape of `rolls`."""
    if cell.effect == "constant":
        return np.full(rolls.shape, CONSTANT)
    if cell.effect == "heterogeneous":
        return CONSTANT + BY_SIZE * size_score(rolls, of)
    if cell.effect == "by-share":
        return np.broadcast_to(np.where(strata % 2 == 0, BY_SHARE, 0.0), rolls.shape)
    return np.zeros(rolls.shape)


@cache
def truths(cell: Cell) -> Truths:
    """Reckon the true effects of a cell."""
    of = population(cell)
    rolls = np.arange(LEAST_ROLL, MOST_ROLL + 1)
    if of.log_sd == 0:
        mass = (rolls == MEAN_ROLL).astype(np.float64)
    else:
        below = special.ndtr((np.log(rolls[:-1] + 0.5) - of.log_mean) / of.log_sd)
        mass = np.diff(below, prepend=0.0, append=1.0)
    control = float(logit_normal(of.level, float(np.hypot(of.sd, of.stratum_sd))))
    spread = float(np.hypot(of.treated_sd, of.stratum_sd))
    if cell.effect == "heterogeneous":
        spread = float(np.hypot(spread, BY_CHANCE))
    strata = strata_of(cell)
    treated = np.zeros(rolls.size)
    for part in (0, 1):
        share = float(np.mean(strata % 2 == part))
        added = shift(cell, of, rolls, np.full(rolls.size, part))
        treated += share * logit_normal(of.treated_level + added, spread)
    school = float(mass @ treated) - control
    average = float((mass * rolls) @ treated / (mass @ rolls))
    if cell.null:
        return Truths(0.0, 0.0, 0.0, 0.0, 0.0 if cell.sharp else None)
    return Truths(
        school=school,
        pupil=average - control,
        log_ratio=float(np.log(average / control)),
        marginal=float(special.logit(average) - special.logit(control)),
        conditional=CONSTANT if cell.effect == "constant" else None,
    )
