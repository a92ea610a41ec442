"""Enrolment: which schools can be drawn, and which of them only together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from equipoise.core.base import Problems
from equipoise.design.registers.covariates import Value, unit_covariates
from equipoise.design.registers.reading import ROLLS
from equipoise.design.registers.records import School
from equipoise.design.registers.registers import Registers


class Exclusion(NamedTuple):
    """A school that cannot be drawn, and why."""

    urn: str
    reason: str


@dataclass(frozen=True)
class EnrolledSchool:
    """A school that takes part; `unit` names what it is drawn with (itself where alone)."""

    urn: str
    unit: str
    name: str
    la_code: str
    la_name: str
    phase: str
    pupils: int


@dataclass(frozen=True)
class Unit:
    """What is drawn: a school, or schools that share a safeguarding lead.

    Its name, authority and phase are those of the school with the first URN, compared as text.
    """

    unit: str
    urns: tuple[str, ...]
    la_code: str
    phase: str
    pupils: int


@dataclass(frozen=True)
class SharedGroup:
    """Schools connected by safeguarding leads or deputies.

    Attributes
    ----------
    urns, people
        Schools, and the people who connect them.
    la_codes, phases
        Where they lie; more than one of either is worth a look before the draw.
    """

    urns: tuple[str, ...]
    people: tuple[str, ...]
    la_codes: tuple[str, ...]
    phases: tuple[str, ...]

    @property
    def across(self) -> bool:
        """Whether the group lies in several authorities or phases, and so across strata."""
        return len(self.la_codes) > 1 or len(self.phases) > 1


@dataclass(frozen=True)
class Enrolment:
    """The schools that take part, at one date.

    Attributes
    ----------
    units, schools
        What is drawn, in order of unit, and its schools, in order of URN.
    excluded
        Every other school of the register, with the reason.
    shared
        Groups of schools that share a lead or deputy.
    contaminated
        URNs of such schools where they are drawn apart.
    covariates
        What else is known of units: by name and then by unit.
    """

    units: tuple[Unit, ...]
    schools: tuple[EnrolledSchool, ...]
    excluded: tuple[Exclusion, ...]
    shared: tuple[SharedGroup, ...]
    contaminated: tuple[str, ...]
    covariates: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)


def enrol(
    registers: Registers,
    *,
    phases: Collection[str],
    statuses: Collection[str],
    min_pupils: int,
    roll_date: date,
    shared_dsl: Literal["together", "contamination"],
    on: date,
    authorities: Collection[str] | None = None,
    left_out: Mapping[str, str] | None = None,
) -> Enrolment:
    """Find who can be drawn.

    Parameters
    ----------
    registers
        The schools.
    phases, statuses
        Eligible ones, whatever their capitals.
    min_pupils
        Fewest pupils of an eligible school.
    roll_date
        The census that gives the rolls.
    shared_dsl
        Whether schools that share a lead are drawn together, or apart as contamination.
    on
        The day on which schools must be open and leads in post.
    authorities
        Codes of the taking-part authorities; None for all of the register.
    left_out
        From URN to reason: eligible schools that the enrolment desk leaves out. Whom they share a
        lead with is then of no account, and it is no error if nobody is left.

    Returns
    -------
    Enrolment
        Every school of the register is in `schools` or in `excluded`.

    Raises
    ------
    ProblemsError
        For every eligible school without pupils on the roll date, and where no school is left.
    """
    problems = Problems()
    left_out = left_out or {}
    wanted_phases = {phase.lower() for phase in phases}
    wanted_statuses = {status.lower() for status in statuses}
    excluded: list[Exclusion] = []
    kept: list[tuple[School, int]] = []
    for school in registers.schools:
        reason = _reason(school, wanted_phases, wanted_statuses, on, authorities)
        reason = reason or left_out.get(school.urn)
        pupils = registers.pupils_at(school.urn, roll_date)
        if reason is None and not pupils:
            problems.add(
                file=ROLLS,
                place=f"school {school.urn}",
                found="no roll" if pupils is None else "no pupils",
                expected=f"one pupil or more on {roll_date}",
                remedy="add the school's roll of that census, or correct its status",
            )
        elif reason is None and pupils is not None and pupils < min_pupils:
            reason = f"fewer than {min_pupils} pupils"
        if reason is not None:
            excluded.append(Exclusion(school.urn, reason))
        elif pupils:
            kept.append((school, pupils))
    if not kept and not left_out and not len(problems):
        problems.add(
            file="design/register.csv",
            place="whole file",
            found="no eligible school",
            expected="schools of the phases and statuses that the protocol declares",
            remedy="correct the register, or design.population",
        )
    problems.raise_if_any()
    return _gather(registers, kept, tuple(excluded), shared_dsl, on)


def _reason(
    school: School,
    phases: set[str],
    statuses: set[str],
    on: date,
    authorities: Collection[str] | None,
) -> str | None:
    """Say why a school is not eligible; None where it is."""
    if authorities is not None and school.la_code not in authorities:
        return "authority does not take part"
    if school.phase not in phases:
        return f"phase {school.phase}"
    if school.status not in statuses:
        return f"status {school.status}"
    if school.opened is not None and school.opened > on:
        return "not yet open"
    if school.closed is not None and school.closed <= on:
        return "closed"
    return None


def _gather(
    registers: Registers,
    kept: list[tuple[School, int]],
    excluded: tuple[Exclusion, ...],
    shared_dsl: str,
    on: date,
) -> Enrolment:
    schools = {school.urn: school for school, _ in kept}
    shared = _shared(registers, schools, on)
    unit_of = {urn: urn for urn in schools}
    if shared_dsl == "together":
        unit_of.update({urn: group.urns[0] for group in shared for urn in group.urns})
    enrolled = tuple(
        EnrolledSchool(s.urn, unit_of[s.urn], s.name, s.la_code, s.la_name, s.phase, pupils)
        for s, pupils in sorted(kept, key=lambda item: item[0].urn)
    )
    members: dict[str, list[EnrolledSchool]] = {}
    for school in enrolled:
        members.setdefault(school.unit, []).append(school)
    units = tuple(
        Unit(
            unit=name,
            urns=tuple(school.urn for school in group),
            la_code=group[0].la_code,
            phase=group[0].phase,
            pupils=sum(school.pupils for school in group),
        )
        for name, group in sorted(members.items())
    )
    apart = shared_dsl == "contamination"
    contaminated = tuple(sorted(u for group in shared for u in group.urns)) if apart else ()
    known = unit_covariates(registers.covariates, enrolled)
    return Enrolment(units, enrolled, excluded, shared, contaminated, known)


def _shared(registers: Registers, schools: dict[str, School], on: date) -> tuple[SharedGroup, ...]:
    """Find the connected components of schools and the people in post at them."""
    people: dict[str, list[str]] = {}
    for urn in sorted(schools):
        for dsl in registers.dsls_of(urn, on):
            people.setdefault(dsl.person_id, []).append(urn)
    top = {urn: urn for urn in schools}

    def find(urn: str) -> str:
        while top[urn] != urn:
            top[urn] = top[top[urn]]
            urn = top[urn]
        return urn

    for urns in people.values():
        for urn in urns[1:]:
            low, high = sorted((find(urns[0]), find(urn)))
            top[high] = low
    groups: dict[str, list[str]] = {}
    for urn in sorted(schools):
        groups.setdefault(find(urn), []).append(urn)
    links = {person: set(urns) for person, urns in people.items() if len(set(urns)) > 1}
    return tuple(
        SharedGroup(
            urns=tuple(urns),
            people=tuple(sorted(p for p, where in links.items() if where & set(urns))),
            la_codes=tuple(sorted({schools[u].la_code for u in urns})),
            phases=tuple(sorted({schools[u].phase for u in urns})),
        )
        for _, urns in sorted(groups.items())
        if len(urns) > 1
    )
