"""Rosters: the units of a stage as they will be drawn, and whether the scheme can draw them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from equipoise.core.base import Problem, ProblemsError, digest_value
from equipoise.design.protocol import (
    DeclaredScheme,
    Protocol,
    build_scheme,
    declared_scheme,
    place_units,
    scheme_problem,
)
from equipoise.design.registers import Enrolment, Unit

if TYPE_CHECKING:
    from equipoise.statistics.schemes import Roster

__all__ = [
    "WHOLE",
    "RosterUnit",
    "draw_problems",
    "lone_strata",
    "roster_digest",
    "roster_of",
    "scheme_roster",
    "settled_scheme",
    "staged_roster",
    "stages_of",
    "strata_of",
    "units_of",
]

#: The stage of a trial that is drawn at once.
WHOLE = "all"


@dataclass(frozen=True)
class RosterUnit:
    """A unit of the roster: its name (its first URN), schools, stratum and pupils.

    `covariates` are its values of what the scheme balances, in declared order, exact, as text.
    """

    unit: str
    urns: tuple[str, ...]
    stratum: str
    pupils: int
    covariates: tuple[str, ...] = ()


def roster_digest(roster: Sequence[RosterUnit]) -> str:
    """Return the SHA-256 of a roster's canonical JSON.

    It is a list of lists: unit, URNs, stratum, pupils, and, where there are any, covariates.
    """
    return digest_value([_plain(unit) for unit in roster])


def _plain(unit: RosterUnit) -> list[object]:
    known = [list(unit.covariates)] if unit.covariates else []
    return [unit.unit, list(unit.urns), unit.stratum, unit.pupils, *known]


def stages_of(protocol: Protocol, enrolment: Enrolment) -> tuple[str, ...]:
    """Return the stages of the draw: authorities in order of code, or the one called ``all``."""
    if protocol.design.stages.by is None:
        return (WHOLE,)
    return tuple(sorted({unit.la_code for unit in enrolment.units}))


def units_of(protocol: Protocol, enrolment: Enrolment, stage: str) -> tuple[Unit, ...]:
    """Return the units of a stage in order of name; `ProblemsError` where there is none."""
    staged = protocol.design.stages.by is not None
    units = tuple(u for u in enrolment.units if not staged or u.la_code == stage)
    if not units or (not staged and stage != WHOLE):
        known = ", ".join(stages_of(protocol, enrolment))
        raise ProblemsError(
            [
                Problem(
                    "design/register.csv",
                    f"stage {stage}",
                    "no unit to draw",
                    f"one of the stages {known}",
                    "correct the stage's name",
                )
            ]
        )
    return units


def strata_of(protocol: Protocol, enrolment: Enrolment, stage: str) -> dict[str, str]:
    """Return the stratum of each unit of a stage.

    Parameters
    ----------
    protocol
        Declares the strata.
    enrolment
        The units.
    stage
        An authority's code, or ``all``.

    Returns
    -------
    dict
        Unit to label, such as ``900/large``. Units are cut at the median of their own stage,
        those above it being large.
    """
    return {row.unit: row.stratum for row in roster_of(protocol, enrolment, stage)}


def roster_of(
    protocol: Protocol, enrolment: Enrolment, stage: str, units: Sequence[Unit] | None = None
) -> tuple[RosterUnit, ...]:
    """Return the units of a stage in order of name, each in its stratum.

    Parameters
    ----------
    protocol, enrolment, stage
        What is drawn.
    units
        Those of the stage, where they are not all units of its authority.

    Raises
    ------
    ProblemsError
        Where the stage has no units, or they cannot be placed (see `place_units`).
    """
    units = units_of(protocol, enrolment, stage) if units is None else units
    placed = place_units(protocol, units, enrolment.covariates)
    return tuple(
        RosterUnit(u.unit, u.urns, stratum, u.pupils, known)
        for u, stratum, known in zip(units, placed.strata, placed.covariates, strict=True)
    )


def settled_scheme(protocol: Protocol, roster: Sequence[RosterUnit], stage: str) -> DeclaredScheme:
    """Return the declared scheme, with its threshold where the stage's units decide that.

    The scheme draws once on keys that mean nothing, so that what it cannot draw is refused here.

    Raises
    ------
    ProblemsError
        Where the scheme cannot draw these units: a covariate with one value only, too many
        allocations to be listed, an imbalance that does not fit 64 bits.
    """
    from equipoise.statistics.schemes import AcceptedShareScheme, SchemeError, uniform_keys

    declared = declared_scheme(protocol)
    try:
        scheme = build_scheme(declared, protocol.whole_shares())
        units = scheme_roster(declared, roster, stage)
        if isinstance(scheme, AcceptedShareScheme):
            declared = replace(declared, threshold=scheme.threshold(units))
        scheme.assign_many(units, uniform_keys(0, [0], units.size))
    except SchemeError as error:
        raise scheme_problem(f"{str(error).rstrip('.')} (stage {stage})") from error
    return declared


def draw_problems(protocol: Protocol, enrolment: Enrolment) -> tuple[Problem, ...]:
    """Return why the declared scheme cannot draw the units that are enrolled, stage by stage."""
    found: list[Problem] = []
    for stage in stages_of(protocol, enrolment):
        try:
            settled_scheme(protocol, roster_of(protocol, enrolment, stage), stage)
        except ProblemsError as error:
            found += [problem for problem in error.problems if problem not in found]
    return tuple(found)


def lone_strata(protocol: Protocol, enrolment: Enrolment) -> tuple[str, ...]:
    """Return the strata of one unit, as ``stratum of stage``: they tell nothing of the effect."""
    found = []
    if protocol.design.scheme.strata:
        for stage in stages_of(protocol, enrolment):
            sizes = Counter(strata_of(protocol, enrolment, stage).values())
            found += [f"{label} of stage {stage}" for label, n in sorted(sizes.items()) if n == 1]
    return tuple(found)


def scheme_roster(declared: DeclaredScheme, roster: Sequence[RosterUnit], stage: str) -> Roster:
    """Return the roster of one stage as a scheme takes it."""
    return staged_roster(declared, {stage: roster})


def staged_roster(declared: DeclaredScheme, stages: Mapping[str, Sequence[RosterUnit]]) -> Roster:
    """Return the rosters of several stages, in the order in which they are drawn, as one."""
    from equipoise.statistics.schemes import Roster

    units = [unit for roster in stages.values() for unit in roster]
    return Roster.build(
        [unit.unit for unit in units],
        [unit.stratum for unit in units],
        stages=[stage for stage, roster in stages.items() for _ in roster],
        covariates=declared.values([unit.covariates for unit in units]),
        stage_order=list(stages),
    )
