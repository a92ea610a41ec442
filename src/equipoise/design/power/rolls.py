"""Rolls: how many units there are and how unequal, from the register or as planned."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log1p, sqrt
from statistics import NormalDist

from equipoise.design.power.refusing import refused
from equipoise.design.protocol import Protocol


def planned_units(protocol: Protocol) -> int:
    """Return the number of units planned.

    Raises
    ------
    ProblemsError
        Where the protocol does not say it.
    """
    units = protocol.design.power.units
    if units is None:
        raise refused(
            "design.power.units",
            "nothing",
            "the number of units planned",
            "add units to design.power, or the register to the design folder",
        )
    return units


def planned_rolls(units: int, mean: float, cv: float) -> tuple[float, ...]:
    """Return so many rolls with this mean and coefficient of variation, at the quantiles.

    Log-normal at its quantiles, then stretched about the mean so that both are exact; with the
    variation divided by the number of units. No roll falls below 1.

    Parameters
    ----------
    units
        How many.
    mean
        Pupils a unit.
    cv
        Coefficient of variation, 0 or more.

    Examples
    --------
    >>> rolls = planned_rolls(4, 100, 0.5)
    >>> [round(one) for one in rolls], round(sum(rolls) / 4)
    ([41, 74, 110, 176], 100)
    """
    if cv == 0 or units < 2:
        return (float(mean),) * units
    sigma, normal = sqrt(log1p(cv**2)), NormalDist()
    raw = [exp(sigma * normal.inv_cdf((place + 0.5) / units)) for place in range(units)]
    centre = sum(raw) / units
    spread = sqrt(sum((one - centre) ** 2 for one in raw) / units)
    return tuple(max(1.0, mean * (1 + cv * (one - centre) / spread)) for one in raw)


def spread_of(members: Sequence[float]) -> tuple[float | None, float | None]:
    """Return mean and coefficient of variation (divided by units less one) of the rolls."""
    if not members:
        return None, None
    mean = sum(members) / len(members)
    if len(members) < 2:
        return mean, None
    variance = sum((n - mean) ** 2 for n in members) / (len(members) - 1)
    return mean, sqrt(variance) / mean


def share_of_chance(members: Sequence[float]) -> float:
    """Mean of 1 / roll: the part of one member's variance that a unit's value keeps."""
    return sum(1 / n for n in members) / len(members)
