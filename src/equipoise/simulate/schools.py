"""The schools of a simulated trial: which are eligible, which are not, and what they were."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

from equipoise.simulate.facts import TrialFacts
from equipoise.simulate.names import authority_names, school_name
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream, running
from equipoise.simulate.structure import Structure

FIRST_AUTHORITY = 900
_CODES = 100  # authorities whose codes begin with a nine
_CLOSED = 0.2  # of the schools that are not eligible, those that had closed; assumed
_OTHER_ROLLS = (120.0, 0.5, 20, 400)  # special, nursery and independent schools; assumed


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


def authority_code(place: int) -> str:
    """Return the code of the authority at a place of the country, from 0.

    There are three digits: 900 to 999, then 100 and on, which no real authority bears.

    >>> authority_code(0), authority_code(99), authority_code(100)
    ('900', '999', '100')
    """
    return str(FIRST_AUTHORITY + place if place < _CODES else place)


def authority_place(code: str) -> int:
    """Return the place that `authority_code` made the code from; 0 for codes of other origin.

    >>> authority_place("100"), authority_place("901")
    (100, 1)
    """
    if not code.isdigit():
        return 0
    return int(code) - FIRST_AUTHORITY if int(code) >= FIRST_AUTHORITY else int(code)


def build_schools(
    scenario: Scenario, facts: TrialFacts, structure: Structure | None = None
) -> tuple[RosterSchool, ...]:
    """Return the schools, ordered by URN.

    Exactly ``scenario.schools`` of them are eligible; where a real register gives the structure,
    as many as it has of the eligible phases.
    """
    stream = Stream(scenario.seed, "schools")
    plans = _plans(stream, scenario, facts, structure)
    first = scenario.first_authority - FIRST_AUTHORITY
    taken = structure.taken if structure else frozenset()
    names = authority_names(scenario.seed, first, len(plans), taken)
    urns = count(scenario.first_urn)
    schools: list[RosterSchool] = []
    twins: list[str] = []
    for number, plan in enumerate(plans):
        authority = _Authority(authority_code(first + number), names[number], set(), taken)
        own: list[str] = []
        for kind in stream.shuffled(plan):
            twin = twins.pop() if twins and kind == ("", facts.phases[0]) else ""
            school = _school(stream, scenario, facts, authority, kind, twin)
            schools.extend(_with_history(stream, scenario, facts, authority, school, urns))
            if kind == ("", facts.phases[0]) and not twin:
                own.append(school.name)
        twins = own[: scenario.twin_names] if number == 0 else []
    return tuple(schools)


Kind = tuple[str, str]  # why it is not eligible (blank if it is), and its phase


def _plans(
    stream: Stream, scenario: Scenario, facts: TrialFacts, structure: Structure | None
) -> list[list[Kind]]:
    """Return for each authority what its schools are."""
    if structure is None:
        return [_invented(stream, scenario, facts, size) for size in authority_sizes(scenario)]
    chosen = list(range(len(structure.authorities)))
    if scenario.authorities < len(chosen):
        chosen = sorted(stream.shuffled(chosen)[: scenario.authorities])
    plans: list[list[Kind]] = []
    for place in chosen:
        counts = structure.authorities[place]
        plan = [
            ("" if phase in facts.phases else "phase", phase)
            for phase, number in counts.items()
            for _ in range(number)
        ]
        eligible = sum(not reason for reason, _ in plan)
        closed = round(eligible * scenario.ineligible_share * _CLOSED)
        plan.extend(("closed", facts.phases[0]) for _ in range(closed))
        plans.append(plan)
    return plans


def _invented(stream: Stream, scenario: Scenario, facts: TrialFacts, size: int) -> list[Kind]:
    """Return an authority's schools without a register: eligible ones, and some for each reason."""
    both = "primary" in facts.phases and "secondary" in facts.phases
    secondary = round(size * scenario.secondary_share) if both else 0
    main = "primary" if both else facts.phases[0]
    plan: list[Kind] = [("", "secondary")] * secondary + [("", main)] * (size - secondary)
    other = "special" if both else "secondary" if main == "primary" else "primary"
    for reason in _reasons(stream, size, scenario.ineligible_share):
        plan.append((reason, other if reason == "phase" else main))
    return plan


@dataclass(frozen=True)
class _Authority:
    code: str
    name: str
    used: set[str]
    taken: frozenset[str]


def _school(
    stream: Stream,
    scenario: Scenario,
    facts: TrialFacts,
    authority: _Authority,
    kind: Kind,
    twin: str,
) -> RosterSchool:
    """Return one school without its URN; a twin takes a name of another authority."""
    reason, phase = kind
    name = twin or school_name(stream, phase, authority.used, authority.taken)
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
        pupils=_pupils(stream, scenario, facts, kind),
        reason=reason,
    )


def new_school(
    stream: Stream, scenario: Scenario, facts: TrialFacts, like: RosterSchool, used: set[str]
) -> RosterSchool:
    """Return another school, without its URN, of the authority and phase of one that there is."""
    authority = _Authority(like.la_code, like.la_name, used, frozenset())
    return _school(stream, scenario, facts, authority, ("", like.phase), "")


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
    earlier = school_name(stream, school.phase, authority.used, authority.taken)
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


def authority_sizes(scenario: Scenario) -> list[int]:
    """Return how many eligible schools each authority has; the first has most.

    >>> authority_sizes(Scenario(schools=10, authorities=2))
    [6, 4]
    """
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
    weights = running((1.0 - 2 * _CLOSED, _CLOSED, _CLOSED))
    return [stream.weighted(kinds, weights) for _ in range(round(size * share))]


def _pupils(stream: Stream, scenario: Scenario, facts: TrialFacts, kind: Kind) -> int:
    """Return a roll: lognormal and within bounds, or too small where that is the reason."""
    reason, phase = kind
    if reason == "small":
        return 8 + stream.below(max(facts.min_pupils - 10, 1))
    median, spread, low, high = {
        "primary": (
            scenario.median_pupils,
            scenario.pupils_log_sd,
            scenario.smallest_pupils,
            scenario.largest_pupils,
        ),
        "secondary": (
            scenario.secondary_median_pupils,
            scenario.secondary_log_sd,
            scenario.secondary_smallest,
            scenario.secondary_largest,
        ),
    }.get(phase, _OTHER_ROLLS)
    roll = median * math.exp(stream.normal(0.0, spread))
    return int(min(max(roll, low, 0 if reason else facts.min_pupils), high))
