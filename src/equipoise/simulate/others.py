"""Contacts of everybody but schools: police, health, families, and bodies taken for schools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from equipoise.simulate.events import Event, decision_day, outcome_of
from equipoise.simulate.facts import Span
from equipoise.simulate.families import Pool, child_id
from equipoise.simulate.reasons import reason_of
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream, running

# Source codes (data.md A.2) and how common each is among contacts not made by schools; assumed.
_SOURCES = (
    ("6", 0.36),
    ("3A", 0.05),
    ("3B", 0.04),
    ("3C", 0.02),
    ("3D", 0.03),
    ("3E", 0.07),
    ("3F", 0.05),
    ("1A", 0.08),
    ("1B", 0.02),
    ("1C", 0.02),
    ("1D", 0.02),
    ("2B", 0.04),
    ("4", 0.03),
    ("5A", 0.04),
    ("5B", 0.02),
    ("5C", 0.03),
    ("7", 0.02),
    ("8", 0.03),
    ("9", 0.02),
    ("10", 0.01),
)
# NFA, advice, early help, referral, section 47; the police send much that ends there: assumed.
_SHARES = (0.46, 0.12, 0.10, 0.24, 0.04)
_OPEN = 0.10  # contacts of others on an open case; assumed
_PUPIL = 0.45  # contacts of others about a child at one of the schools; assumed
_FIRST_OTHER = 6_000_000  # numbers of children who are at none of the schools
_OTHERS = 2_900_000


def other_events(
    la_code: str,
    expected_school: float,
    pools: Sequence[Pool],
    taken: set[tuple[str, date]],
    scenario: Scenario,
    period: Span,
) -> Iterator[Event]:
    """Yield the contacts that no school made.

    Parameters
    ----------
    la_code
        The authority.
    expected_school
        How many contacts its schools are expected to make, without any effect: the others'
        number follows from it, so that it cannot depend on the arms.
    pools
        The families of its schools.
    taken
        Children and days of potential school contacts: nobody else calls about them that day.
    scenario, period
        Shares; the days that the file covers.
    """
    stream = Stream(scenario.seed, "others", la_code)
    share = scenario.school_source_share
    mean = expected_school * (1.0 - share) / share * scenario.other_sources
    codes = [code for code, _ in _SOURCES]
    weights = running([weight for _, weight in _SOURCES])
    days = (period.end - period.start).days + 1
    for order in range(stream.poisson(mean)):
        yield from _one(
            stream, la_code, stream.weighted(codes, weights), order, pools, taken, scenario,
            period.start + timedelta(days=stream.below(days)), standin=False,
        )  # fmt: skip
    for order in range(stream.poisson(expected_school * scenario.not_school)):
        yield from _one(
            stream, la_code, stream.pick(("3B", "3F", "8")), 5_000_000 + order, pools, taken,
            scenario, period.start + timedelta(days=stream.below(days)), standin=True,
        )  # fmt: skip


def _one(
    stream: Stream,
    la_code: str,
    source: str,
    order: int,
    pools: Sequence[Pool],
    taken: set[tuple[str, date]],
    scenario: Scenario,
    day: date,
    *,
    standin: bool,
) -> Iterator[Event]:
    child = _child(stream, pools)
    is_open = stream.chance(_OPEN)
    outcome = outcome_of(stream.uniform(), _SHARES, 0.0)
    delay, name, label, entry = (stream.uniform() for _ in range(4))
    if (child, day) in taken:
        return
    taken.add((child, day))
    yield Event(
        la_code=la_code,
        made_by="",
        child=child,
        day=day,
        order=order,
        source=source,
        outcome="EXISTING" if is_open else outcome,
        open=is_open,
        repeat=False,
        decided_on=day if is_open else decision_day(day, delay, scenario),
        name=name,
        label=label,
        entry=entry,
        reason=reason_of((label * 41.3) % 1.0, scenario.csa_share),
        entered="EXISTING" if is_open else outcome,
        standin=standin,
    )


def _child(stream: Stream, pools: Sequence[Pool]) -> str:
    pupil, where, which = stream.chance(_PUPIL), stream.uniform(), stream.uniform()
    if not pupil or not pools:
        return child_id(_FIRST_OTHER + int(where * _OTHERS))
    pool = pools[min(int(where * len(pools)), len(pools) - 1)]
    return pool.family(min(int(which * pool.number), pool.number - 1)).children[0]
