"""The schools of a simulated trial: which are eligible, which are not, and what they were."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

from equipoise.simulate.facts import TrialFacts
from equipoise.simulate.names import authority_name, school_name
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream, running

FIRST_URN = 900_000
FIRST_AUTHORITY = 900


@dataclass(frozen=True)
class RosterSchool:
    """One school as simulated, with why it is not eligible (blank if it is)."""

    urn: str
    name: str
    la_code: str
    la_name: str
    phase: str
    status: str
    opened: date
    closed: date | None
    pupils: int
    reason: str = ""
    earlier_name: str = ""
    successor: str = ""


def build_schools(scenario: Scenario, facts: TrialFacts) -> tuple[RosterSchool, ...]:
    """Return the schools, ordered by URN: exactly ``scenario.schools`` of them are eligible."""
    stream = Stream(scenario.seed, "schools")
    places: set[str] = set()
    urns = count(FIRST_URN)
    schools: list[RosterSchool] = []
    twins: list[str] = []
    for number, size in enumerate(_sizes(scenario)):
        authority = _Authority(str(FIRST_AUTHORITY + number), authority_name(stream, places), set())
        reasons = [""] * size + _reasons(stream, size, scenario.ineligible_share)
        own: list[str] = []
        for reason in stream.shuffled(reasons):
            twin = twins.pop() if twins and not reason else ""
            school = _school(stream, scenario, facts, authority, reason, twin)
            schools.extend(_with_history(stream, scenario, facts, authority, school, urns))
            if not reason and not twin:
                own.append(school.name)
        twins = own[: scenario.twin_names] if number == 0 else []
    return tuple(schools)


@dataclass(frozen=True)
class _Authority:
    code: str
    name: str
    used: set[str]


def _school(
    stream: Stream,
    scenario: Scenario,
    facts: TrialFacts,
    authority: _Authority,
    reason: str,
    twin: str,
) -> RosterSchool:
    """Return one school without its URN; a twin takes a name of another authority."""
    phase = facts.phase
    if reason == "phase":
        phase = "secondary" if facts.phase == "primary" else "primary"
    name = twin or school_name(stream, phase, authority.used)
    authority.used.add(name.casefold())
    return RosterSchool(
        urn="",
        name=name,
        la_code=authority.code,
        la_name=authority.name,
        phase=phase,
        status="closed" if reason == "closed" else facts.status,
        opened=date(1950 + stream.below(60), 9, 1),
        closed=date(facts.roll_date.year - 1, 8, 31) if reason == "closed" else None,
        pupils=_pupils(stream, scenario, facts, reason),
        reason=reason,
    )


def _with_history(
    stream: Stream,
    scenario: Scenario,
    facts: TrialFacts,
    authority: _Authority,
    school: RosterSchool,
    urns: Iterator[int],
) -> tuple[RosterSchool, ...]:
    """Return the school with its URN, and before it the closed one that it replaced, if any."""
    u = stream.uniform()
    if school.reason or u >= scenario.academy_share + scenario.renamed_share:
        return (replace(school, urn=str(next(urns))),)
    earlier = school_name(stream, school.phase, authority.used)
    if u >= scenario.academy_share:
        return (replace(school, urn=str(next(urns)), earlier_name=earlier),)
    closed = date(facts.roll_date.year - 1, 8, 31)
    old, new = str(next(urns)), str(next(urns))
    return (
        replace(
            school,
            urn=old,
            name=earlier,
            status="closed",
            closed=closed,
            reason="closed",
            successor=new,
        ),
        replace(school, urn=new, opened=closed + timedelta(days=1)),
    )


def _sizes(scenario: Scenario) -> list[int]:
    """Return how many eligible schools each authority has; the first has most."""
    number = scenario.authorities
    weights = [1.3 - 0.6 * n / max(number - 1, 1) for n in range(number)]
    exact = [scenario.schools * weight / sum(weights) for weight in weights]
    sizes = [int(value) for value in exact]
    order = sorted(range(number), key=lambda n: (sizes[n] - exact[n], n))
    for n in order[: scenario.schools - sum(sizes)]:
        sizes[n] += 1
    return sizes


def _reasons(stream: Stream, size: int, share: float) -> list[str]:
    """Return a reason for each school that is there but not eligible."""
    kinds = ("phase", "small", "closed")
    weights = running((0.6, 0.2, 0.2))
    return [stream.weighted(kinds, weights) for _ in range(round(size * share))]


def _pupils(stream: Stream, scenario: Scenario, facts: TrialFacts, reason: str) -> int:
    """Return a roll: lognormal and within bounds, or too small where that is the reason."""
    if reason == "small":
        return 8 + stream.below(max(facts.min_pupils - 10, 1))
    low = max(scenario.smallest_pupils, facts.min_pupils)
    median = scenario.median_pupils * (3.0 if reason == "phase" else 1.0)
    roll = median * math.exp(stream.normal(0.0, scenario.pupils_log_sd))
    return int(min(max(roll, low), scenario.largest_pupils))
