"""Views: the same trial reckoned with what the plain formula leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from equipoise.design.power.assumptions import Assumptions
from equipoise.statistics.estimation import (
    EstimationError,
    PartiallyNestedDesign,
    RandomBlocksDesign,
    Resizable,
    minimum_detectable_effect,
    units_needed,
)
from equipoise.statistics.estimation import power as power_of


@dataclass(frozen=True)
class PowerView:
    """What the trial can find when one more thing is reckoned with.

    Attributes
    ----------
    id
        ``rolls``: units count by their members, as the estimand says; ``authorities``: the effect
        differs between authorities, and they stand for others; ``groups``: units of the
        intervention arm share a supervisor.
    number
        What it depends on: the variation of the rolls, the effect's standard deviation between
        authorities, the correlation within groups.
    df, standard_error
        Of this view, the error in natural units.
    mde, power_at_margin
        Smallest detectable effect in natural units, and the power to find M; None where no
        degrees of freedom are left.
    units_for_margin
        Units needed to find M; None where no number is enough.
    """

    id: str
    number: float
    df: float
    standard_error: float
    mde: float | None
    power_at_margin: float | None
    units_for_margin: int | None


def views_of(assumed: Assumptions) -> tuple[PowerView, ...]:
    """Return every view for which something is declared or known.

    Raises
    ------
    ProblemsError
        Without a standard deviation, as `Assumptions.scaled`.
    """
    scaled = assumed.scaled()
    found = []
    rolls = assumed.members
    if assumed.by_members and len(rolls) == assumed.units and len(set(rolls)) > 1:
        listed = assumed.listed(assumed.value_variances(), by_members=True)
        design = listed if assumed.size is None else listed.resized(assumed.size)
        mean = sum(rolls) / len(rolls)
        spread = (sum((n - mean) ** 2 for n in rolls) / len(rolls)) ** 0.5
        found.append(_view("rolls", spread / mean, design, 1.0, assumed))
    if assumed.authority_effect_sd is not None and assumed.authorities is not None:
        blocked = RandomBlocksDesign(
            scaled.design, assumed.authorities, assumed.authority_effect_sd / scaled.sd
        )
        number = assumed.authority_effect_sd
        found.append(_view("authorities", number, blocked, scaled.sd, assumed))
    if assumed.group_size is not None and assumed.group_icc is not None:
        nested = PartiallyNestedDesign(
            scaled.design.size, assumed.group_size, assumed.group_icc, assumed.share, assumed.r2
        )
        # Within units' own spread: members are averaged already where the formula has them.
        sd = (
            scaled.sd if assumed.school_sd is not None or assumed.icc is None else _unit_sd(assumed)
        )
        found.append(_view("groups", assumed.group_icc, nested, sd, assumed))
    return tuple(found)


def _unit_sd(assumed: Assumptions) -> float:
    """Standard deviation of a unit's mean, in natural units, before covariates."""
    return sqrt(float(assumed.value_variances().mean()) / (1 - assumed.r2))


def _view(
    name: str, number: float, design: Resizable, sd: float, assumed: Assumptions
) -> PowerView:
    mde: float | None = None
    at_margin: float | None = None
    try:
        mde = minimum_detectable_effect(design, power=assumed.power, alpha=assumed.alpha) * sd
        at_margin = power_of(design, assumed.margin / sd, alpha=assumed.alpha)
    except EstimationError:
        mde = None
    return PowerView(
        id=name,
        number=number,
        df=design.df,
        standard_error=design.standard_error * sd,
        mde=mde,
        power_at_margin=at_margin,
        units_for_margin=_needed(design, sd, assumed),
    )


def _needed(design: Resizable, sd: float, assumed: Assumptions) -> int | None:
    try:
        found = units_needed(
            design, assumed.margin / sd, power=assumed.power, alpha=assumed.alpha, limit=100_000
        )
    except EstimationError:
        return None
    inner = found.within if isinstance(found, RandomBlocksDesign) else found
    size = getattr(inner, "size", None)
    return size if isinstance(size, int) else None
