"""Surveys of designated safeguarding leads: true wellbeing, answers, and gaps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.core.base import Sink, csv_bytes
from equipoise.simulate.facts import Person, Span, TrialFacts
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream
from equipoise.simulate.turnover import Departure

_NOISE = 0.72  # SD of one answer around the person's level, on the scale of an item; assumed


@dataclass(frozen=True)
class Scale:
    """Shape of an instrument: number of items and the range of an answer."""

    items: int
    lowest: int
    highest: int


# The simulation's own list; the scoring tables are the surveys room's.
SCALES = {"swemwbs": Scale(7, 1, 5), "who5": Scale(5, 0, 5)}


@dataclass(frozen=True)
class Answer:
    """One person at one wave: true level of an item, and the answers if there are any."""

    person: str
    urn: str
    wave: str
    level: float
    in_post: bool
    completed_on: date | None
    items: tuple[int | None, ...]


def answers(
    scenario: Scenario,
    facts: TrialFacts,
    people: Sequence[Person],
    dose: Mapping[str, float],
    treated: frozenset[str],
    left: Mapping[str, Departure],
) -> tuple[Answer, ...]:
    """Simulate every wave for everybody in post.

    Parameters
    ----------
    scenario, facts
        Spread, response; waves and instrument.
    people
        Who holds the role at the roll date. A person at two schools answers once.
    dose
        Share of the intended sessions held, by URN: scales the planted effect.
    treated
        URNs of the schools with supervision: for the difference in response.
    left
        Leads who left, by person: they do not answer any more.
    """
    scale = SCALES.get(facts.instrument, SCALES["swemwbs"])
    first = {person.person: person for person in reversed(people)}
    return tuple(
        answer
        for key in sorted(first)
        for answer in _person(scenario, facts, scale, first[key], dose, treated, left)
    )


def write_surveys(found: Sequence[Answer], facts: TrialFacts, sink: Sink) -> None:
    """Write one file a wave: those who answered, in the order of their ids."""
    scale = SCALES.get(facts.instrument, SCALES["swemwbs"])
    header = ("person_id", "completed_on", *(f"item_{n}" for n in range(1, scale.items + 1)))
    for wave in facts.waves if facts.instrument else ():
        sink(
            f"outcomes/surveys/{wave.id}.csv",
            csv_bytes(
                header,
                (
                    (answer.person, answer.completed_on, *answer.items)
                    for answer in found
                    if answer.wave == wave.id and answer.completed_on is not None
                ),
            ),
        )


def _person(
    scenario: Scenario,
    facts: TrialFacts,
    scale: Scale,
    person: Person,
    dose: Mapping[str, float],
    treated: frozenset[str],
    left: Mapping[str, Departure],
) -> Iterator[Answer]:
    icc, stable = scenario.wellbeing_icc, scenario.wellbeing_stability
    school = Stream(scenario.seed, "wellbeing of a school", person.urn).normal()
    stream = Stream(scenario.seed, "wellbeing", person.person)
    lasting = stream.normal()
    gone = left.get(person.person)
    for wave in facts.waves:
        after = wave.start > facts.delivery.start
        z = math.sqrt(icc) * school + math.sqrt(1.0 - icc) * (
            math.sqrt(stable) * lasting + math.sqrt(1.0 - stable) * stream.normal()
        )
        middle = (scenario.wellbeing_mean - 1.0) / 4.0 * (scale.highest - scale.lowest)
        level = scale.lowest + middle + scenario.wellbeing_sd * z
        if after:
            level += scenario.wellbeing_effect / scale.items * dose.get(person.urn, 0.0)
        in_post = gone is None or wave.start <= gone.last_day
        yield _answer(stream, scenario, scale, person, wave, level, after, in_post, treated)


def _answer(
    stream: Stream,
    scenario: Scenario,
    scale: Scale,
    person: Person,
    wave: Span,
    level: float,
    after: bool,
    in_post: bool,
    treated: frozenset[str],
) -> Answer:
    u, when = stream.uniform(), stream.uniform()
    response = scenario.response_endline if after else scenario.response_baseline
    if after and person.urn in treated:
        response += scenario.response_gap
    items = tuple(_item(stream, scenario, scale, level) for _ in range(scale.items))
    day = wave.start + timedelta(days=int(when * ((wave.end - wave.start).days + 1)))
    answered = in_post and u < response
    return Answer(
        person=person.person,
        urn=person.urn,
        wave=wave.id,
        level=level,
        in_post=in_post,
        completed_on=day if answered else None,
        items=items if answered else (None,) * scale.items,
    )


def _item(stream: Stream, scenario: Scenario, scale: Scale, level: float) -> int | None:
    value = math.floor(level + stream.normal(0.0, _NOISE) + 0.5)
    missing = stream.chance(scenario.missing_item)
    return None if missing else min(max(value, scale.lowest), scale.highest)
