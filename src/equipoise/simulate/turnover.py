"""Leads who leave after the draw, and who comes after them. It knows no arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.core.base import Sink, csv_bytes
from equipoise.simulate.facts import Person, TrialFacts
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream


@dataclass(frozen=True)
class Departure:
    """A lead who leaves: last day in the role, and the successor from the day after.

    `posts` are the schools, each with the first day in the role.
    """

    person: str
    posts: tuple[tuple[str, date], ...]
    last_day: date
    successor: str


def turnover(
    people: Sequence[Person], scenario: Scenario, facts: TrialFacts
) -> dict[str, Departure]:
    """Draw who leaves between the draw and the end of delivery, by person.

    Parameters
    ----------
    people
        Who holds the role at the roll date; deputies stay.
    scenario, facts
        How many leave; the delivery period.
    """
    posts: dict[str, list[tuple[str, date]]] = {}
    for person in people:
        if person.role == "lead":
            posts.setdefault(person.person, []).append((person.urn, person.start))
    start = facts.delivery.start
    length = (facts.delivery.end - start).days
    found: dict[str, Departure] = {}
    for key in sorted(posts):
        stream = Stream(scenario.seed, "leaving", key)
        if stream.chance(scenario.dsl_turnover):
            day = start + timedelta(days=stream.below(max(length, 1)))
            found[key] = Departure(key, tuple(posts[key]), day, f"{key}N")
    return found


def write_turnover(departures: Mapping[str, Departure], sink: Sink) -> None:
    """Write ``dsls-after.csv``: what changed in the list of leads after the draw.

    The columns are those of ``design/dsls.csv``; a lead who left stands there with the last day,
    the successor with the first.
    """
    rows: list[tuple[str, str, str, date, date | None]] = []
    for key in sorted(departures):
        gone = departures[key]
        for urn, start in gone.posts:
            rows.append((gone.person, urn, "lead", start, gone.last_day))
            rows.append((gone.successor, urn, "lead", gone.last_day + timedelta(days=1), None))
    sink("dsls-after.csv", csv_bytes(("person_id", "urn", "role", "from", "to"), rows))
