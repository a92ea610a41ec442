"""How likely a planned session is held: tuned to a share of schools at the intended level."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from equipoise.simulate.closures import sessions_left
from equipoise.simulate.facts import TrialFacts
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import next_weekday

_GRID = 400  # points at which the chance of a school is averaged over
_STEPS = 40
_MIDDLE = 10  # day of the month by which slots are counted


def slots(scenario: Scenario, facts: TrialFacts, day_of_month: int) -> list[date]:
    """Return one planned day in each month of the delivery, August left out."""
    days: list[date] = []
    first = facts.delivery.start
    for step in range(60):
        month = first.month - 1 + step
        day = next_weekday(date(first.year + month // 12, month % 12 + 1, day_of_month))
        if first <= day <= facts.delivery.end and day.month != 8:
            days.append(day)
    return days[: facts.sessions + scenario.slots_beyond]


def held_mean(scenario: Scenario, facts: TrialFacts) -> float:
    """Return the mean chance over schools that a planned session is held.

    With ``intended_share`` it is the one at which that share of the schools, those that never
    arrange any included, reach the intended level; 0.99 where none is high enough.
    """
    if not scenario.intended_share:
        return scenario.held_mean
    left = tuple(
        sessions_left(day, scenario.lockdown_depth) for day in slots(scenario, facts, _MIDDLE)
    )
    return _solved(
        scenario.intended_share / max(1.0 - scenario.never_share, 1e-9),
        scenario.held_concentration,
        left,
        facts.intended,
    )


@lru_cache(maxsize=64)
def _solved(share: float, concentration: float, left: tuple[float, ...], intended: int) -> float:
    low, high = 0.01, 0.99
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if reached(middle, concentration, left, intended) < share:
            low = middle
        else:
            high = middle
    return high


def reached(mean: float, concentration: float, left: tuple[float, ...], intended: int) -> float:
    """Return the share of schools at the intended level.

    Parameters
    ----------
    mean, concentration
        Of the beta distribution of the schools' chances.
    left
        What is left of the chance in each slot.
    intended
        Fewest sessions held.

    Examples
    --------
    >>> round(reached(0.5, 1e4, (1.0, 1.0), 2), 3)
    0.25
    """
    x = (np.arange(_GRID) + 0.5) / _GRID
    a, b = mean * concentration, (1.0 - mean) * concentration
    log_density = (a - 1.0) * np.log(x) + (b - 1.0) * np.log1p(-x)
    weight = np.exp(log_density - log_density.max())
    held: npt.NDArray[np.float64] = np.zeros((_GRID, len(left) + 1))
    held[:, 0] = 1.0
    for factor in left:
        chance = (x * factor)[:, None]
        held[:, 1:] = held[:, 1:] * (1.0 - chance) + held[:, :-1] * chance
        held[:, :1] *= 1.0 - chance
    return float(held[:, intended:].sum(axis=1) @ weight / weight.sum())
