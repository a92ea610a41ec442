"""Size: the smallest effect that the trial can find, in natural units first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from equipoise.core.base import Problem, ProblemsError
from equipoise.core.results import result
from equipoise.design.power.benchmarks import PowerWarning, warnings_of
from equipoise.design.protocol import Outcome, Protocol, place_units
from equipoise.design.registers import Enrolment
from equipoise.statistics.estimation import (
    ClusterDesign,
    EstimationError,
    SchoolDesign,
    StratumSize,
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


@dataclass(frozen=True)
class _Numbers:
    """Units of each stratum, and members of each unit."""

    strata: tuple[int, ...]
    members: tuple[int, ...]
    schools: int | None


def size(protocol: Protocol, enrolment: Enrolment | None = None) -> PowerResult:
    """Reckon the trial's size for its primary outcome.

    A standard deviation between units (`school_sd`) leads to one value per unit and the design
    of its strata; a correlation (`icc`, `member_sd`) to the two-level formula of Dong and
    Maynard (2013). Both hold the strata as fixed.

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
    outcome, assumed = protocol.primary, protocol.design.power
    numbers = _planned(protocol) if enrolment is None else _enrolled(protocol, enrolment)
    share = _share(protocol)
    design, sd, label = _design(protocol, outcome, numbers, share)
    alpha = protocol.design.alpha
    margin = outcome.margin.benefit
    try:
        mde_sd = minimum_detectable_effect(design, power=assumed.power, alpha=alpha)
        at_margin = power_of(design, margin / sd, alpha=alpha)
    except EstimationError as error:
        raise _refused(
            "design.power",
            str(error),
            "more units than strata and covariates",
            "enrol more units, or declare fewer strata",
        ) from None
    members, cv = _spread(numbers.members)
    units = sum(numbers.strata)
    return PowerResult(
        outcome=outcome.id,
        title=outcome.title,
        unit=_unit(outcome),
        enrolled=enrolment is not None,
        units=units,
        schools=numbers.schools,
        strata=len(numbers.strata),
        members=members,
        members_cv=cv,
        share=share,
        alpha=alpha,
        power=assumed.power,
        icc=assumed.icc,
        r2=assumed.r2,
        sd=sd,
        sd_label=label,
        df=design.df,
        standard_error=design.standard_error * sd,
        mde=mde_sd * sd,
        mde_sd=mde_sd,
        margin=margin,
        margin_sd=margin / sd,
        power_at_margin=at_margin,
        units_for_margin=_needed(design, margin / sd, assumed.power, alpha),
        source=assumed.source,
        warnings=warnings_of(
            icc=assumed.icc,
            margin_sd=margin / sd,
            mde_sd=mde_sd,
            units=units,
            single=sum(n == 1 for n in numbers.strata),
        ),
    )


def _enrolled(protocol: Protocol, enrolment: Enrolment) -> _Numbers:
    staged = protocol.design.stages.by is not None
    sizes: Counter[tuple[str, str]] = Counter()
    for stage in sorted({u.la_code for u in enrolment.units}) if staged else [""]:
        units = [u for u in enrolment.units if not staged or u.la_code == stage]
        labels = place_units(protocol, units, enrolment.covariates).strata
        sizes.update((stage, label) for label in labels)
    return _Numbers(
        tuple(count for _, count in sorted(sizes.items())),
        tuple(unit.pupils for unit in enrolment.units),
        len(enrolment.schools),
    )


def _planned(protocol: Protocol) -> _Numbers:
    assumed = protocol.design.power
    if assumed.units is None:
        raise _refused(
            "design.power.units",
            "nothing",
            "the number of units planned",
            "add units to design.power, or the register to the design folder",
        )
    members = () if assumed.members is None else (assumed.members,) * assumed.units
    return _Numbers((assumed.units,), members, None)


def _share(protocol: Protocol) -> float:
    """Share of the first arm with the intervention among it and the reference."""
    reference, arm = protocol.design.arms[:2]
    return float(arm.share / (arm.share + reference.share))


def _design(
    protocol: Protocol, outcome: Outcome, numbers: _Numbers, share: float
) -> tuple[SchoolDesign | ClusterDesign, float, str]:
    assumed = protocol.design.power
    _, model = protocol.model_of(outcome)
    covariates = len(model.covariates) + (model.baseline and outcome.baseline is not None)
    if assumed.school_sd is not None:
        strata = tuple(StratumSize(count, share) for count in numbers.strata)
        weighting = "average" if model.inverse_share else "precision"
        school = SchoolDesign(strata, assumed.r2, covariates, weighting)  # type: ignore[arg-type]
        return school, assumed.school_sd, "between units"
    if assumed.icc is None or assumed.member_sd is None or not numbers.members:
        raise _refused(
            "design.power",
            "no standard deviation to reckon with",
            "school_sd, or icc with member_sd and members",
            "add them with their source",
        )
    harmonic = len(numbers.members) / sum(Fraction(1, n) for n in numbers.members)
    cluster = ClusterDesign(
        clusters=sum(numbers.strata),
        cluster_size=float(harmonic),
        icc=assumed.icc,
        share=share,
        r2_cluster=assumed.r2,
        r2_individual=assumed.r2,
        covariates=covariates + len(numbers.strata) - 1,
    )
    return cluster, assumed.member_sd, "over all members"


def _needed(
    design: SchoolDesign | ClusterDesign, effect: float, power: float, alpha: float
) -> int | None:
    try:
        if isinstance(design, SchoolDesign):
            return units_needed(design, effect, power=power, alpha=alpha).schools
        return units_needed(design, effect, power=power, alpha=alpha).clusters
    except EstimationError:
        return None


def _spread(members: tuple[int, ...]) -> tuple[float | None, float | None]:
    if not members:
        return None, None
    mean = sum(members) / len(members)
    if len(members) < 2:
        return mean, None
    variance = sum((n - mean) ** 2 for n in members) / (len(members) - 1)
    return mean, sqrt(variance) / mean


def _unit(outcome: Outcome) -> str:
    measure = outcome.measure
    if measure.unit is not None:
        return measure.unit
    if measure.type in ("score", "value"):
        return "points"
    below = "pupils on the roll" if measure.denominator == "pupils" else str(measure.denominator)
    return f"per {measure.per or 1:,} {below}"


def _refused(place: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem("trial.yaml", place, found, expected, remedy)])
