"""Size: the smallest effect that the trial can find, in natural units first."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.design.power.assumptions import Assumptions, Scaled
from equipoise.design.power.benchmarks import PowerWarning, warnings_of
from equipoise.design.power.declared import assumptions_of
from equipoise.design.power.refusing import refused
from equipoise.design.power.rolls import spread_of
from equipoise.design.protocol import Protocol
from equipoise.design.registers import Enrolment
from equipoise.statistics.estimation import (
    EstimationError,
    minimum_detectable_effect,
    units_needed,
)
from equipoise.statistics.estimation import power as power_of


@result("design.power", version=1)
@dataclass(frozen=True)
class PowerResult:
    """How large an effect the trial can find, and how many units its margin M would need.

    Attributes
    ----------
    outcome, title, unit
        The primary outcome, and the unit in which effects are given.
    enrolled
        Whether the numbers are those of the register (else those planned).
    units, schools, strata
        What is drawn, and in how many strata; `schools` is None without a register.
    members
        Mean number of members (pupils) of a unit; None where unknown.
    members_cv
        Coefficient of variation of that number (CONSORT 2012 cluster, 7a); None where unknown.
    share
        Share of the units in the arm with the intervention.
    alpha, power
        Two-sided error rate and power asked for.
    icc, r2
        Correlation within units where it was used, and variance explained.
    sd, sd_label
        Standard deviation in natural units, and whose it is.
    df, standard_error
        Degrees of freedom, and the error of the effect in natural units.
    mde, mde_sd
        Smallest detectable effect in natural units, and in standard deviations.
    margin, margin_sd, power_at_margin
        M in both units, and the power to find it.
    units_for_margin
        Units needed to find M with the power asked for; None where no number is enough.
    source
        Where the assumptions come from.
    warnings
        What is unusual in the field.
    """

    outcome: str
    title: str
    unit: str
    enrolled: bool
    units: int
    schools: int | None
    strata: int
    members: float | None
    members_cv: float | None
    share: float
    alpha: float
    power: float
    icc: float | None
    r2: float
    sd: float
    sd_label: str
    df: int
    standard_error: float
    mde: float
    mde_sd: float
    margin: float
    margin_sd: float
    power_at_margin: float
    units_for_margin: int | None
    source: str
    warnings: tuple[PowerWarning, ...]


def size(protocol: Protocol, enrolment: Enrolment | None = None) -> PowerResult:
    """Reckon the trial's size for its primary outcome.

    A standard deviation between units (`school_sd`) leads to one value per unit and the design
    of its strata; a correlation (`icc`, `member_sd`) to the two-level formula of Dong and
    Maynard (2013); a mean rate with the variation of the true ones (`mean`, `cv`) to the list of
    the rolls. All hold the strata as fixed.

    Parameters
    ----------
    protocol
        Outcome, margin, shares, strata, alpha and the assumptions under `design.power`.
    enrolment
        Who can be drawn; None to use the units planned in `design.power`.

    Returns
    -------
    PowerResult
        Natural units first.

    Raises
    ------
    ProblemsError
        Without a register and planned units, without a standard deviation, or where the units
        leave no degrees of freedom.
    """
    assumed = assumptions_of(protocol, enrolment)
    return size_of(assumed, title=protocol.primary.title)


def size_of(assumed: Assumptions, *, title: str) -> PowerResult:
    """Reckon the size from plain assumptions; errors as `size`."""
    scaled = assumed.scaled()
    design, sd = scaled.design, scaled.sd
    margin = assumed.margin
    try:
        mde_sd = minimum_detectable_effect(design, power=assumed.power, alpha=assumed.alpha)
        at_margin = power_of(design, margin / sd, alpha=assumed.alpha)
    except EstimationError as error:
        raise refused(
            "design.power",
            str(error),
            "more units than strata and covariates",
            "enrol more units, or declare fewer strata",
        ) from None
    members, cv = spread_of(assumed.members)
    units = design.size
    return PowerResult(
        outcome=assumed.outcome,
        title=title,
        unit=assumed.unit,
        enrolled=assumed.enrolled,
        units=units,
        schools=assumed.schools,
        strata=len(assumed.strata),
        members=members,
        members_cv=cv,
        share=assumed.share,
        alpha=assumed.alpha,
        power=assumed.power,
        icc=assumed.icc,
        r2=assumed.r2,
        sd=sd,
        sd_label=scaled.label,
        df=design.df,
        standard_error=design.standard_error * sd,
        mde=mde_sd * sd,
        mde_sd=mde_sd,
        margin=margin,
        margin_sd=margin / sd,
        power_at_margin=at_margin,
        units_for_margin=units_for(scaled, margin, power=assumed.power, alpha=assumed.alpha),
        source=assumed.source,
        warnings=warnings_of(
            icc=assumed.icc,
            margin_sd=margin / sd,
            mde_sd=mde_sd,
            units=units,
            single=sum(n == 1 for n in assumed.strata),
        ),
    )


def units_for(scaled: Scaled, effect: float, *, power: float, alpha: float) -> int | None:
    """Return the units that find an effect in natural units; None where no number is enough."""
    try:
        return units_needed(scaled.design, effect / scaled.sd, power=power, alpha=alpha).size
    except EstimationError:
        return None
