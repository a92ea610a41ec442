"""Plan: the trial's size with all that stands beside it."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.design.power.assumptions import Assumptions
from equipoise.design.power.benchmarks import PowerWarning, correlation_warnings
from equipoise.design.power.break_even import BreakEven, break_even_of
from equipoise.design.power.declared import assumptions_of
from equipoise.design.power.size import PowerResult, size_of, units_for
from equipoise.design.power.views import PowerView, views_of
from equipoise.design.protocol import Protocol
from equipoise.design.registers import Enrolment
from equipoise.statistics.estimation import FamilyPower, family_power
from equipoise.statistics.estimation import power as power_of


@dataclass(frozen=True)
class EffectPower:
    """The power at an effect that was asked for.

    Attributes
    ----------
    effect, effect_sd
        In natural units, and in standard deviations.
    power
        Chance to find it.
    units
        Units that find it with the power asked for; None where no number is enough.
    """

    effect: float
    effect_sd: float
    power: float
    units: int | None


@dataclass(frozen=True)
class Family:
    """Several outcomes as large in standard deviations as the effect, tested together.

    Attributes
    ----------
    outcomes, correlation
        How many, and how alike.
    bonferroni, holm
        Their power under each procedure.
    """

    outcomes: int
    correlation: float
    bonferroni: FamilyPower
    holm: FamilyPower


@result("design.power-plan", version=1)
@dataclass(frozen=True)
class PowerPlan:
    """The trial's size, and what stands beside it.

    Attributes
    ----------
    size
        By the plain formula, as it is kept among the results.
    views
        The same with what that leaves out.
    implied_icc, implied_cv
        Correlation, and variation of the true rates, that school_sd and mean imply; None
        without them.
    chance_only
        Whether chance within units alone gives more than school_sd.
    asked
        The power at an effect that was asked for; None where none was.
    family
        Power of several outcomes; None where it was not asked for.
    break_even
        The effect that pays for the intervention; None where no costs are declared.
    warnings
        What is unusual in the field, those of `size` among them.
    """

    size: PowerResult
    views: tuple[PowerView, ...]
    implied_icc: float | None
    implied_cv: float | None
    chance_only: bool
    asked: EffectPower | None
    family: Family | None
    break_even: BreakEven | None
    warnings: tuple[PowerWarning, ...]


def plan_of(
    protocol: Protocol,
    enrolment: Enrolment | None = None,
    *,
    effect: float | None = None,
    outcomes: int = 1,
    correlation: float = 0.0,
) -> PowerPlan:
    """Reckon the trial's size, and what stands beside it.

    Parameters
    ----------
    protocol, enrolment
        As for `size`.
    effect
        In natural units, above zero; its power is wanted.
    outcomes, correlation
        More than one: several outcomes tested together, and the correlation of any two.

    Raises
    ------
    ProblemsError
        As `size`.
    EstimationError
        Outcomes or a correlation out of range.
    """
    assumed = assumptions_of(protocol, enrolment)
    size = size_of(assumed, title=protocol.primary.title)
    implied, varied = assumed.implied(), assumed.implied_cv()
    asked = None if effect is None else _asked(assumed, effect)
    return PowerPlan(
        size=size,
        views=views_of(assumed),
        implied_icc=implied,
        implied_cv=varied,
        chance_only=assumed.counted and assumed.school_sd is not None and varied is None,
        asked=asked,
        family=_family(assumed, effect, outcomes, correlation) if outcomes > 1 else None,
        break_even=break_even_of(protocol, assumed),
        warnings=(*size.warnings, *correlation_warnings(implied)),
    )


def _asked(assumed: Assumptions, effect: float) -> EffectPower:
    scaled = assumed.scaled()
    return EffectPower(
        effect=effect,
        effect_sd=effect / scaled.sd,
        power=power_of(scaled.design, effect / scaled.sd, alpha=assumed.alpha),
        units=units_for(scaled, effect, power=assumed.power, alpha=assumed.alpha),
    )


def _family(
    assumed: Assumptions, effect: float | None, outcomes: int, correlation: float
) -> Family:
    scaled = assumed.scaled()
    wanted = (assumed.margin if effect is None else effect) / scaled.sd
    designs, effects = [scaled.design] * outcomes, [wanted] * outcomes
    bonferroni, holm = (
        family_power(
            designs, effects, correlation=correlation, alpha=assumed.alpha, procedure=procedure
        )
        for procedure in ("bonferroni", "holm")
    )
    return Family(outcomes, correlation, bonferroni, holm)
