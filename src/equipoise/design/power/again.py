"""Again: the size reckoned once more, from a spread that was seen without the arms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from equipoise.core.results import result
from equipoise.design.power.assumptions import Assumptions
from equipoise.design.power.size import size_of
from equipoise.statistics.estimation import blinded_icc, blinded_variance


@result("design.power-again", version=1)
@dataclass(frozen=True)
class PowerAgain:
    """The trial's size as planned, and with the spread that the pooled data show.

    Attributes
    ----------
    outcome, unit
        The primary outcome, and the unit of effects.
    what
        Whether the spread is that of the ``outcome`` or of its ``baseline``.
    schools, missing
        Rows with a value, and without.
    margin
        M, the effect that is planned for.
    sd_planned, r2_planned
        As declared.
    sd_left_planned
        What covariates leave of the declared standard deviation.
    sd_left
        Standard deviation within strata, given the baseline where the outcome was looked at, over
        all arms together.
    sd_left_adjusted
        The same, less what an effect of M would add to it.
    lower, upper
        95 % interval of `sd_left`.
    units
        Units of the trial.
    units_planned, units_again, units_adjusted, units_lower, units_upper
        Units that find M: as planned, with `sd_left`, with `sd_left_adjusted`, and at the ends of
        its interval; None where no number is enough.
    mde_planned, mde_again
        Smallest effect that the trial's units find.
    icc
        Correlation of rows that share a unit, over all arms; None where none do.
    """

    outcome: str
    unit: str
    what: str
    schools: int
    missing: int
    margin: float
    sd_planned: float
    r2_planned: float
    sd_left_planned: float
    sd_left: float
    sd_left_adjusted: float
    lower: float
    upper: float
    units: int
    units_planned: int | None
    units_again: int | None
    units_adjusted: int | None
    units_lower: int | None
    units_upper: int | None
    mde_planned: float
    mde_again: float
    icc: float | None


@dataclass(frozen=True)
class Seen:
    """What the pooled data show, as plain numbers.

    Attributes
    ----------
    what, schools, missing
        As in `PowerAgain`.
    sd_left, sd_left_adjusted, lower, upper
        Standard deviations; of baseline values before any covariate.
    explained
        Whether covariates have been taken off already.
    icc
        Correlation of rows that share a unit; None where none do.
    """

    what: str
    schools: int
    missing: int
    sd_left: float
    sd_left_adjusted: float
    lower: float
    upper: float
    explained: bool
    icc: float | None


def seen_of(
    values: ArrayLike,
    strata: ArrayLike,
    units: ArrayLike,
    covariates: ArrayLike | None,
    *,
    what: str,
    missing: int,
    effect: float,
    share: float,
) -> Seen:
    """Estimate the spread of pooled values.

    Rows that share a unit count as their mean: of m rows with correlation icc its variance is
    icc + (1 - icc) / m of theirs.

    Parameters
    ----------
    values, strata, units, covariates
        Of each row, as in `blinded_variance`; units as whole numbers from 0.
    what, missing
        As in `PowerAgain`.
    effect, share
        Difference that is planned for, and share of the units in the arm with the intervention.

    Raises
    ------
    EstimationError
        Too few values.
    """
    found = blinded_variance(values, strata, covariates, effect=effect, share=share)
    sizes = np.bincount(np.asarray(units, dtype=np.int64))
    icc, shrink = None, 1.0
    if sizes.max() > 1:
        icc = blinded_icc(values, units)
        shrink = icc + (1 - icc) * np.count_nonzero(sizes) / found.rows
    return Seen(
        what=what,
        schools=found.rows,
        missing=missing,
        sd_left=sqrt(found.variance * shrink),
        sd_left_adjusted=sqrt(found.adjusted * shrink),
        lower=sqrt(found.lower * shrink),
        upper=sqrt(found.upper * shrink),
        explained=what != "baseline",
        icc=icc,
    )


def size_again(assumed: Assumptions, seen: Seen, *, title: str) -> PowerAgain:
    """Reckon the units again with the spread that was seen.

    Everything but the spread is as declared: strata, shares, degrees of freedom, M. Where the
    values are those before the draw, the declared r2 says what they will explain.

    Raises
    ------
    ProblemsError
        As `size_of`.
    """
    planned = size_of(assumed, title=title)
    # A size by a correlation is brought to the unit's own scale: its error says how much.
    left = 1.0 if seen.explained else sqrt(1 - assumed.r2)
    sd_unit = (
        planned.sd if assumed.school_sd is not None else _unit_sd(planned.standard_error, assumed)
    )

    def units(sd: float) -> int | None:
        return size_of(_with_sd(assumed, sd * left), title=title).units_for_margin if sd > 0 else 2

    again = size_of(_with_sd(assumed, seen.sd_left * left), title=title)
    return PowerAgain(
        outcome=assumed.outcome,
        unit=assumed.unit,
        what=seen.what,
        schools=seen.schools,
        missing=seen.missing,
        margin=assumed.margin,
        sd_planned=sd_unit,
        r2_planned=assumed.r2,
        sd_left_planned=sd_unit * sqrt(1 - assumed.r2),
        sd_left=seen.sd_left * left,
        sd_left_adjusted=seen.sd_left_adjusted * left,
        lower=seen.lower * left,
        upper=seen.upper * left,
        units=planned.units,
        units_planned=planned.units_for_margin,
        units_again=again.units_for_margin,
        units_adjusted=units(seen.sd_left_adjusted),
        units_lower=units(seen.lower),
        units_upper=units(seen.upper),
        mde_planned=planned.mde,
        mde_again=again.mde,
        icc=seen.icc,
    )


def _with_sd(assumed: Assumptions, sd: float) -> Assumptions:
    """Return the assumptions with a spread between units from which nothing is left to explain."""
    return replace(assumed, school_sd=sd, icc=None, cv=None, r2=0.0)


def _unit_sd(standard_error: float, assumed: Assumptions) -> float:
    """Standard deviation of a unit's value that gives this error, before covariates."""
    plain = replace(assumed, school_sd=1.0, icc=None, cv=None, r2=0.0).scaled()
    return float(standard_error / plain.design.standard_error / sqrt(1 - assumed.r2))
