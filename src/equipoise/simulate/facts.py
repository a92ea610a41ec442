"""What the simulation takes from the protocol and the registers, as plain values.

The one module that knows the shapes of `design`: everything after it works on these facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from equipoise.core.base import Problems
from equipoise.design.protocol import Protocol
from equipoise.design.registers import Registers
from equipoise.simulate.school_days import Term


@dataclass(frozen=True)
class Span:
    """A named period, both ends included."""

    id: str
    start: date
    end: date

    def holds(self, day: date) -> bool:
        """Tell whether the day lies in the period."""
        return self.start <= day <= self.end


@dataclass(frozen=True)
class TrialFacts:
    """The declarations of a protocol that shape its raw inputs."""

    phases: tuple[str, ...]
    status: str
    min_pupils: int
    roll_date: date
    delivery: Span
    windows: tuple[Span, ...]
    waves: tuple[Span, ...]
    cut_off: date
    settling_days: int
    repeat_days: int
    recontact_days: int
    open_set_aside: bool
    treated_arms: frozenset[str]
    arms: frozenset[str]
    sessions: int
    intended: int
    minutes: int
    mode: str
    instrument: str
    themes: tuple[str, ...]
    perceived_item: str
    cost_categories: tuple[str, ...]
    counts_reasons: bool
    counts_attended: bool = False

    @property
    def both_phases(self) -> bool:
        """Whether primary and secondary schools take part."""
        return {"primary", "secondary"} <= set(self.phases)

    @property
    def first_day(self) -> date:
        """First day of the first window."""
        return min(window.start for window in self.windows)

    @property
    def last_day(self) -> date:
        """Last day that an authority's file reaches: the cut-off for pending outcomes."""
        return max(self.cut_off, *(window.end for window in self.windows))


@dataclass(frozen=True)
class SchoolFacts:
    """A school as the registers have it; `pupils` are those on the roll at the roll date."""

    urn: str
    name: str
    la_code: str
    la_name: str
    phase: str
    status: str
    opened: date | None
    closed: date | None
    aliases: tuple[str, ...]
    pupils: int


@dataclass(frozen=True)
class Person:
    """A designated safeguarding lead or deputy, at one school."""

    person: str
    urn: str
    role: str
    start: date


def trial_facts(protocol: Protocol) -> TrialFacts:
    """Take from a protocol what the simulation needs.

    Raises
    ------
    ProblemsError
        If the protocol does not declare something that raw inputs are shaped by, such as the
        delivery period: a trial that brings its own outcome table cannot be simulated.
    """
    design, problems = protocol.design, Problems()
    population, periods = design.population, design.periods
    delivery = periods.delivery
    when = design.intervention.when
    for name, value in (
        ("design.population", population),
        ("design.contact", design.contact),
        ("design.periods.roll_date", periods.roll_date),
        ("design.periods.delivery", delivery),
        ("design.periods.windows", periods.windows or None),
        ("design.periods.pending_cut_off", periods.pending_cut_off),
        ("design.intervention.when.sessions", when.sessions if when else None),
    ):
        if value is None:
            problems.add(
                file="trial.yaml",
                place=name,
                found="nothing",
                expected="a value: raw inputs are shaped by it",
                remedy="declare it, or simulate a trial of another template",
            )
    problems.raise_if_any()
    assert population and design.contact and periods.roll_date and delivery
    assert periods.pending_cut_off and when and when.sessions
    instruments = [o.measure.instrument for o in design.outcomes if o.measure.instrument]
    process, costs = protocol.process, protocol.costs
    return TrialFacts(
        phases=tuple(str(phase).lower() for phase in population.phases),
        status=str(population.statuses[0]).lower(),
        min_pupils=population.min_pupils,
        roll_date=periods.roll_date,
        delivery=Span("delivery", delivery.start, delivery.end),
        windows=tuple(Span(w.id, w.start, w.end) for w in periods.windows),
        waves=tuple(Span(w.id, w.start, w.end) for w in periods.waves),
        cut_off=periods.pending_cut_off,
        settling_days=periods.settling_days,
        repeat_days=design.contact.repeat_days,
        recontact_days=design.contact.recontact_days,
        open_set_aside=design.contact.open_cases == "set-aside",
        treated_arms=frozenset(a.id for a in design.arms if a.intervention),
        arms=frozenset(a.id for a in design.arms),
        sessions=when.sessions,
        intended=_intended(protocol, when.sessions),
        minutes=when.minutes or 60,
        mode=str(design.intervention.how),
        instrument=str(instruments[0]) if instruments else "",
        themes=tuple(t.code for t in process.themes) if process else (),
        perceived_item=str(process.perceived_item or "") if process else "",
        cost_categories=tuple(costs.categories) if costs else (),
        counts_reasons=bool(design.contact.reasons),
        counts_attended="attended"
        in (design.contact.school, *(also.school for also in design.contact.also)),
    )


def _intended(protocol: Protocol, sessions: int) -> int:
    """Return the sessions of the intended level, where it is declared in sessions."""
    declared = protocol.design.compliance
    return declared.intended if declared and declared.unit == "sessions" else sessions


def school_facts(registers: Registers, trial: TrialFacts) -> tuple[SchoolFacts, ...]:
    """Take the schools from the registers, ordered by URN."""
    schools = (
        SchoolFacts(
            urn=school.urn,
            name=school.name,
            la_code=school.la_code,
            la_name=school.la_name,
            phase=str(school.phase),
            status=str(school.status),
            opened=school.opened,
            closed=school.closed,
            aliases=tuple(alias.name for alias in school.aliases),
            pupils=registers.pupils_on(school.urn, trial.roll_date) or 0,
        )
        for school in registers.schools
    )
    return tuple(sorted(schools, key=lambda school: school.urn))


def half_terms(registers: Registers, la_code: str) -> tuple[Term, ...]:
    """Return the half terms that the registers give for an authority; none if they give none."""
    return tuple(
        Term(term.term, term.first_day, term.last_day)
        for term in registers.terms
        if term.la_code == la_code
    )


def persons(registers: Registers, schools: tuple[SchoolFacts, ...], on: date) -> tuple[Person, ...]:
    """Take who holds the role at each school on a day, ordered by person and school."""
    found = {
        Person(dsl.person_id, school.urn, str(dsl.role), dsl.start)
        for school in schools
        for dsl in registers.dsls_of(school.urn, on)
    }
    return tuple(sorted(found, key=lambda p: (p.person, p.urn, p.role)))


def check_allocation(
    allocation: Mapping[str, str], schools: tuple[SchoolFacts, ...], trial: TrialFacts
) -> None:
    """Refuse an allocation that names unknown schools or arms."""
    known = {school.urn for school in schools}
    problems = Problems()
    for urn in sorted(allocation):
        if urn not in known:
            problems.add(
                file="allocation",
                place=f"school {urn}",
                found="a drawn school for which no data can be simulated",
                expected="schools that the simulated roster lets join",
                remedy="draw none that was simulated as asked in vain (--not-joining)",
            )
        if allocation[urn] not in trial.arms:
            problems.add(
                file="allocation",
                place=f"school {urn}",
                found=f"arm {allocation[urn]}",
                expected="one of " + ", ".join(sorted(trial.arms)),
                remedy="simulate with the protocol that was drawn from",
            )
    problems.raise_if_any()
