"""Baseline: what a trial could find, and rule out at best, from one baseline's spread."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.base import Problem, ProblemsError
from equipoise.core.results import result
from equipoise.statistics.estimation import (
    EstimationError,
    SchoolDesign,
    minimum_detectable_effect,
    units_needed,
)


@result("design.baseline-power", version=1)
@dataclass(frozen=True)
class BaselinePower:
    """What a trial with schools like those of a baseline could find.

    Attributes
    ----------
    schools
        Schools drawn, half of them to the intervention.
    alpha, power
        Two-sided error rate, and power asked for.
    sd
        Standard deviation of schools' values that it was reckoned with.
    r2
        Variance explained by a baseline value, as assumed.
    mde
        Smallest difference found with that power, in the unit of `sd`.
    ruled_out
        Where no difference at all is estimated: larger ones than this lie outside the interval.
    schools_for_half
        Schools needed to find half of `mde`; None where no number is enough.
    """

    schools: int
    alpha: float
    power: float
    sd: float
    r2: float
    mde: float
    ruled_out: float
    schools_for_half: int | None


def power_from_baseline(
    schools: int, sd: float, *, r2: float = 0.0, alpha: float = 0.05, power: float = 0.8
) -> BaselinePower:
    """Reckon what a trial could find where schools' values have a standard deviation.

    One value per school and one stratum, half of the schools with the intervention: the smallest
    that the declared design can do better is what strata and a baseline explain.

    Parameters
    ----------
    schools
        How many are drawn.
    sd
        Standard deviation of schools' values, chance within schools included.
    r2
        Variance explained by a baseline value, 0 to 1.
    alpha, power
        Two-sided error rate, and power.

    Raises
    ------
    ProblemsError
        Where so few schools leave no degrees of freedom.

    Examples
    --------
    >>> found = power_from_baseline(40, sd=20.0)
    >>> round(found.mde, 1), round(found.ruled_out, 1)
    (18.2, 12.8)
    """
    from scipy.stats import t

    design = SchoolDesign.uniform(schools=schools, r2=r2)
    try:
        mde = minimum_detectable_effect(design, power=power, alpha=alpha)
    except EstimationError as error:
        raise ProblemsError(
            [Problem("--schools", str(schools), str(error), "at least 4 schools", "give more")]
        ) from None
    try:
        needed = units_needed(design, mde / 2, power=power, alpha=alpha).schools
    except EstimationError:
        needed = None
    width = float(t.ppf(1 - alpha / 2, design.df)) * design.standard_error
    return BaselinePower(schools, alpha, power, sd, r2, mde * sd, width * sd, needed)
