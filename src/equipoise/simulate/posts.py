"""Supervisors' posts: how many there are, which schools they look after, how long it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from equipoise.simulate.facts import SchoolFacts, TrialFacts
from equipoise.simulate.names import person_name
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream


@dataclass(frozen=True)
class Supervisor:
    """A supervising social worker's post, part of a full-time one, and when it was held."""

    id: str
    la_code: str
    name: str
    wte: float
    start: date
    end: date


@dataclass(frozen=True)
class Case:
    """A school on a supervisor's list."""

    supervisor: str
    urn: str
    start: date
    end: date


@dataclass(frozen=True)
class Desk:
    """A post with its schools and whoever holds it, one after another."""

    id: str
    schools: tuple[SchoolFacts, ...]
    holders: tuple[Supervisor, ...]

    def holder_on(self, day: date) -> Supervisor:
        """Return who holds the post on a day of the delivery."""
        return next(one for one in self.holders if one.start <= day <= one.end)

    def cases(self) -> tuple[Case, ...]:
        """Return the schools on each holder's list."""
        return tuple(
            Case(one.id, school.urn, one.start, one.end)
            for one in self.holders
            for school in self.schools
        )


def desks(
    scenario: Scenario, facts: TrialFacts, by_authority: Mapping[str, Sequence[SchoolFacts]]
) -> tuple[Desk, ...]:
    """Share the supervised schools of each authority out over its posts.

    A post's part of a full-time one follows from the hours that its schools take.
    """
    numbers = _numbers(scenario, {code: len(own) for code, own in by_authority.items()})
    found: list[Desk] = []
    for code in sorted(by_authority):
        found.extend(_desks(scenario, facts, code, by_authority[code], numbers[code]))
    return tuple(found)


def school_hours(scenario: Scenario, facts: TrialFacts, phase: str) -> float:
    """Return the hours that one school takes in a year.

    Its own sessions with the road to them, or its share of a group's, and what is arranged. In
    mixed mode secondary schools have groups and primary schools do not; where there are
    secondary schools alone, some go over to groups half-way.
    """
    alone = scenario.hours_per_session + scenario.travel_hours
    together = (scenario.hours_per_group_session + scenario.travel_hours) / scenario.group_schools
    grouped = {"group": 1.0, "mixed": scenario.later_group / 2.0}.get(facts.mode, 0.0)
    if facts.mode == "mixed" and facts.both_phases:
        grouped = 1.0 if phase == "secondary" else 0.0
    session = grouped * together + (1.0 - grouped) * alone
    return scenario.hours_per_school + facts.sessions * session


def wte_of_post(scenario: Scenario, facts: TrialFacts, phases: Iterable[str]) -> float:
    """Return the part of a full-time post that schools of these phases take."""
    hours = sum(school_hours(scenario, facts, phase) for phase in phases)
    return (scenario.hours_per_supervisor + hours) / scenario.hours_per_year


def _numbers(scenario: Scenario, schools: Mapping[str, int]) -> dict[str, int]:
    """Return the posts of each authority: one at least, the rest where caseloads are largest."""
    if not scenario.supervisors:
        each = scenario.schools_per_supervisor
        return {code: max(ceil(n / each), min(2, n)) for code, n in schools.items()}
    posts = dict.fromkeys(schools, 1)
    for _ in range(scenario.supervisors - len(posts)):
        posts[max(sorted(posts), key=lambda code: schools[code] / posts[code])] += 1
    return posts


def _desks(
    scenario: Scenario,
    facts: TrialFacts,
    la_code: str,
    schools: Sequence[SchoolFacts],
    number: int,
) -> list[Desk]:
    """Make the posts of one authority, some of which change hands."""
    stream = Stream(scenario.seed, "supervisors", la_code)
    start, end = facts.delivery.start, facts.delivery.end
    found: list[Desk] = []
    serial = 0
    for place in range(number):
        own = tuple(schools[place::number])
        wte = round(wte_of_post(scenario, facts, [school.phase for school in own]), 3)
        leaves = stream.chance(scenario.supervisor_turnover)
        middle = start + (end - start) // 2
        spells = [(start, middle), (middle + timedelta(days=1), end)] if leaves else [(start, end)]
        holders: list[Supervisor] = []
        for begin, finish in spells:
            serial += 1
            key = f"S{la_code}-{serial}"
            holders.append(Supervisor(key, la_code, person_name(stream), wte, begin, finish))
        found.append(Desk(f"{la_code}-{place + 1}", own, tuple(holders)))
    return found
