"""The schools of a simulated trial: register, rolls, leads, links and terms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count, pairwise

from equipoise.core.base import Sink, canonical, csv_bytes
from equipoise.design.protocol import Protocol
from equipoise.simulate.facts import TrialFacts, trial_facts
from equipoise.simulate.names import authority_name, school_name
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import Term, census_days, terms
from equipoise.simulate.streams import Stream, running

FIRST_URN = 900_000
FIRST_AUTHORITY = 900
_CENSUSES = 5


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


def simulate_roster(scenario: Scenario, protocol: Protocol, trial: Sink, truth: Sink) -> None:
    """Write the design files of a simulated trial.

    Parameters
    ----------
    scenario
        Size, seed and shapes.
    protocol
        Its population, roll date and windows decide who is eligible and which terms are listed.
    trial
        Receives ``design/register.csv``, ``rolls.csv``, ``dsls.csv``, ``school-links.csv``,
        ``school-names.csv`` and ``term-dates.csv``.
    truth
        Receives ``roster.csv`` (which schools are eligible, and why not) and
        ``parameters.json``.
    """
    facts = trial_facts(protocol)
    schools = build_schools(scenario, facts)
    trial(
        "design/register.csv",
        csv_bytes(
            ("urn", "school_name", "la_code", "la_name", "phase", "status", "opened", "closed"),
            (
                (s.urn, s.name, s.la_code, s.la_name, s.phase, s.status, s.opened, s.closed)
                for s in schools
            ),
        ),
    )
    trial(
        "design/rolls.csv", csv_bytes(("urn", "date", "pupils"), _rolls(scenario, facts, schools))
    )
    trial(
        "design/dsls.csv",
        csv_bytes(("person_id", "urn", "role", "from", "to"), _leads(scenario, facts, schools)),
    )
    trial(
        "design/school-links.csv",
        csv_bytes(
            ("urn_from", "urn_to", "on", "kind"),
            (
                (s.urn, s.successor, s.closed + timedelta(days=1), "successor")
                for s in schools
                if s.successor and s.closed
            ),
        ),
    )
    trial(
        "design/school-names.csv",
        csv_bytes(
            ("urn", "name", "from", "to"),
            (
                (s.urn, s.earlier_name, s.opened, date(facts.roll_date.year - 1, 8, 31))
                for s in schools
                if s.earlier_name
            ),
        ),
    )
    codes = sorted({s.la_code for s in schools})
    trial(
        "design/term-dates.csv",
        csv_bytes(
            ("la_code", "term", "first_day", "last_day"),
            (
                (code, term.name, term.first_day, term.last_day)
                for code in codes
                for term in authority_terms(code, facts)
            ),
        ),
    )
    truth(
        "roster.csv",
        csv_bytes(
            ("urn", "la_code", "pupils", "eligible", "reason"),
            ((s.urn, s.la_code, s.pupils, not s.reason, s.reason) for s in schools),
        ),
    )
    truth("parameters.json", canonical(scenario.parameters()) + b"\n")


def authority_terms(code: str, facts: TrialFacts) -> tuple[Term, ...]:
    """Return an authority's half terms; every third authority's lie a week later."""
    shift = 7 if int(code) % 3 == 1 else 0
    return terms(facts.first_day - timedelta(days=40), facts.last_day, shift)


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


def _rolls(
    scenario: Scenario, facts: TrialFacts, schools: tuple[RosterSchool, ...]
) -> Iterator[tuple[str, date, int]]:
    """Yield the roll of each school at each census of its life; exact at the roll date."""
    for school in schools:
        stream = Stream(scenario.seed, "rolls", school.urn)
        for day in census_days(facts.roll_date, _CENSUSES):
            drift = stream.normal(0.0, 0.02)
            if day < school.opened or (school.closed is not None and day > school.closed):
                continue
            exact = day == facts.roll_date
            yield school.urn, day, school.pupils if exact else round(school.pupils * (1 + drift))


def _leads(
    scenario: Scenario, facts: TrialFacts, schools: tuple[RosterSchool, ...]
) -> Iterator[tuple[str, str, str, date, date | None]]:
    """Yield who held the role where; in a federation one lead serves two schools."""
    stream = Stream(scenario.seed, "leads")
    numbers = count(1)
    shared = _federations(stream, scenario, schools)
    lead_of: dict[str, str] = {}
    for school in schools:
        if school.status == "closed":
            continue
        partner = shared.get(school.urn)
        lead = lead_of.get(partner, "") if partner else ""
        lead = lead or _person(numbers)
        lead_of[school.urn] = lead
        begun = _date_before(stream, facts.roll_date, 2500)
        if stream.chance(0.3):  # an earlier lead is still in the list; assumed
            yield _person(numbers), school.urn, "lead", begun - timedelta(days=900), begun
        yield lead, school.urn, "lead", begun + timedelta(days=1), None
        for _ in range(stream.poisson(scenario.deputies_mean)):
            yield _person(numbers), school.urn, "deputy", _date_before(stream, begun, 900), None


def _federations(
    stream: Stream, scenario: Scenario, schools: tuple[RosterSchool, ...]
) -> dict[str, str]:
    """Return each federated school's partner: pairs of eligible schools of one authority."""
    eligible = [school for school in schools if not school.reason]
    pairs = round(len(eligible) * scenario.shared_dsl / 2)
    partners: dict[str, str] = {}
    for first, second in _neighbours(stream.shuffled(eligible)):
        if len(partners) < 2 * pairs and first.urn not in partners and second.urn not in partners:
            partners[first.urn], partners[second.urn] = second.urn, first.urn
    return partners


def _neighbours(
    schools: list[RosterSchool],
) -> Iterator[tuple[RosterSchool, RosterSchool]]:
    """Yield pairs of schools that follow each other and lie in one authority."""
    for first, second in pairwise(schools):
        if first.la_code == second.la_code:
            yield first, second


def _person(numbers: Iterator[int]) -> str:
    return f"D{next(numbers):05d}"


def _date_before(stream: Stream, day: date, days: int) -> date:
    return day - timedelta(days=30 + stream.below(days))
