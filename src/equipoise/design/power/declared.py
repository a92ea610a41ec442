"""Declared: the assumptions as the protocol and the register give them."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from equipoise.design.power.assumptions import Assumptions
from equipoise.design.power.rolls import planned_rolls, planned_units
from equipoise.design.protocol import Outcome, Protocol, place_units
from equipoise.design.protocol.names import CONTACT_COUNTS
from equipoise.design.registers import Enrolment


def assumptions_of(protocol: Protocol, enrolment: Enrolment | None = None) -> Assumptions:
    """Read the assumptions of a protocol, and units and members from the register if there is one.

    Raises
    ------
    ProblemsError
        Without a register and planned units.
    """
    outcome, assumed = protocol.primary, protocol.design.power
    _, model = protocol.model_of(outcome)
    strata, members = _planned(protocol) if enrolment is None else _enrolled(protocol, enrolment)
    planned = protocol.design.planned
    return Assumptions(
        outcome=outcome.id,
        unit=unit_of(outcome),
        kind=_kind(outcome),
        per=float(outcome.measure.per or 1),
        enrolled=enrolment is not None,
        strata=strata,
        members=members,
        schools=None if enrolment is None else len(enrolment.schools),
        authorities=(
            (None if planned is None else planned.authorities)
            if enrolment is None
            else len({unit.la_code for unit in enrolment.units})
        ),
        share=_share(protocol),
        alpha=protocol.design.alpha,
        power=assumed.power,
        margin=outcome.margin.benefit,
        icc=assumed.icc,
        school_sd=assumed.school_sd,
        member_sd=assumed.member_sd,
        mean=assumed.mean,
        cv=assumed.cv,
        r2=assumed.r2,
        covariates=len(model.covariates) + (model.baseline and outcome.baseline is not None),
        averaged=model.inverse_share,
        by_members=outcome.estimand.average == "pupil-average" and model.model == "wls",
        authority_effect_sd=assumed.authority_effect_sd,
        group_size=assumed.group_size,
        group_icc=assumed.group_icc,
        size=None,
        source=assumed.source,
    )


def _kind(outcome: Outcome) -> Literal["rate", "count", "value"]:
    """Say whether members have an event or not, or events are counted, or neither."""
    measure = outcome.measure
    if measure.type != "rate":
        return "value"
    return "count" if measure.numerator in CONTACT_COUNTS else "rate"


def _enrolled(
    protocol: Protocol, enrolment: Enrolment
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Units of each stratum, and members of each unit, stratum by stratum."""
    staged = protocol.design.stages.by is not None
    sizes: Counter[tuple[str, str]] = Counter()
    rolls: dict[tuple[str, str], list[float]] = {}
    for stage in sorted({u.la_code for u in enrolment.units}) if staged else [""]:
        units = [u for u in enrolment.units if not staged or u.la_code == stage]
        labels = place_units(protocol, units, enrolment.covariates).strata
        for unit, label in zip(units, labels, strict=True):
            sizes[stage, label] += 1
            rolls.setdefault((stage, label), []).append(float(unit.pupils))
    order = sorted(sizes)
    return (
        tuple(sizes[place] for place in order),
        tuple(roll for place in order for roll in rolls[place]),
    )


def _planned(protocol: Protocol) -> tuple[tuple[int, ...], tuple[float, ...]]:
    assumed, units = protocol.design.power, planned_units(protocol)
    if assumed.members is None:
        return (units,), ()
    return (units,), planned_rolls(units, assumed.members, assumed.members_cv or 0)


def _share(protocol: Protocol) -> float:
    """Share of the first arm with the intervention among it and the reference."""
    reference, arm = protocol.design.arms[:2]
    return float(arm.share / (arm.share + reference.share))


def unit_of(outcome: Outcome) -> str:
    """Name the unit in which an outcome's effects are printed."""
    measure = outcome.measure
    if measure.unit is not None:
        return measure.unit
    if measure.type in ("score", "value"):
        return "points"
    below = "pupils on the roll" if measure.denominator == "pupils" else str(measure.denominator)
    return f"per {measure.per or 1:,} {below}"
