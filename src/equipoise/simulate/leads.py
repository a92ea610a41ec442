"""Designated safeguarding leads and deputies: who holds the role where, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, pairwise

from equipoise.simulate.facts import TrialFacts
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.schools import RosterSchool
from equipoise.simulate.streams import Stream

_EARLIER = 0.3  # schools whose earlier lead is still in the list; assumed


def leads(
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
        if stream.chance(_EARLIER):
            yield _person(numbers), school.urn, "lead", begun - timedelta(days=900), begun
        yield lead, school.urn, "lead", begun + timedelta(days=1), None
        for _ in range(stream.poisson(_deputies(scenario, school.phase))):
            yield _person(numbers), school.urn, "deputy", _date_before(stream, begun, 900), None


def _deputies(scenario: Scenario, phase: str) -> float:
    return scenario.secondary_deputies if phase == "secondary" else scenario.deputies_mean


def _federations(
    stream: Stream, scenario: Scenario, schools: tuple[RosterSchool, ...]
) -> dict[str, str]:
    """Return each federated school's partner: eligible, of the same authority and phase."""
    eligible = [school for school in schools if not school.reason]
    pairs = round(len(eligible) * scenario.shared_dsl / 2)
    partners: dict[str, str] = {}
    mixed = sorted(stream.shuffled(eligible), key=lambda school: (school.la_code, school.phase))
    for first, second in stream.shuffled(list(_neighbours(mixed))):
        if len(partners) < 2 * pairs and first.urn not in partners and second.urn not in partners:
            partners[first.urn], partners[second.urn] = second.urn, first.urn
    return partners


def _neighbours(
    schools: list[RosterSchool],
) -> Iterator[tuple[RosterSchool, RosterSchool]]:
    """Yield pairs of schools that follow each other and lie in one authority and phase."""
    for first, second in pairwise(schools):
        if (first.la_code, first.phase) == (second.la_code, second.phase):
            yield first, second


def _person(numbers: Iterator[int]) -> str:
    return f"D{next(numbers):05d}"


def _date_before(stream: Stream, day: date, days: int) -> date:
    return day - timedelta(days=30 + stream.below(days))
