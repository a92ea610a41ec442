"""One authority, from its schools' families to its files: a pure function of its task.

Authorities share nothing but their tasks, so they can be simulated in any order, in as many
processes as there are; the answers are the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from equipoise.simulate.callers import Caller
from equipoise.simulate.calls import Call, Caseload, calls_of, school_rates
from equipoise.simulate.changes import Change
from equipoise.simulate.events import Event, Ground, school_events
from equipoise.simulate.extracts import authority_files
from equipoise.simulate.facts import SchoolFacts, Span, TrialFacts
from equipoise.simulate.families import Pool, pool_of
from equipoise.simulate.others import other_events
from equipoise.simulate.planted import Planted
from equipoise.simulate.practices import practice_of
from equipoise.simulate.rolls import Rolls, roll_files, rolls_of
from equipoise.simulate.rows import write_rows
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import Days, Term
from equipoise.simulate.schools import authority_place
from equipoise.simulate.streams import tilt
from equipoise.simulate.systems import dialect_of
from equipoise.simulate.truth_files import AuthorityTruth, Expected, authority_truth

_BORDER_CHILDREN = 5_000_000  # numbers of children at schools beyond the border


@dataclass(frozen=True)
class AuthorityTask:
    """All that one authority's contacts depend on.

    Attributes
    ----------
    scenario, facts
        Parameters; the protocol's declarations.
    schools
        Its schools, by URN.
    neighbours
        Schools of one other authority, some of whose pupils live in this one.
    terms
        Its half terms.
    covers
        The days that its file covers.
    planted
        By URN, what supervision does; contacts depend on the arms through this alone.
    changes
        By URN, what happened to schools after the draw.
    """

    scenario: Scenario
    facts: TrialFacts
    schools: tuple[SchoolFacts, ...]
    neighbours: tuple[SchoolFacts, ...]
    terms: tuple[Term, ...]
    covers: Span
    planted: Mapping[str, Planted]
    changes: Mapping[str, Change]


@dataclass(frozen=True)
class AuthorityYield:
    """What came of it: files by path, and the truth."""

    files: Mapping[str, bytes]
    truth: AuthorityTruth
    expected: tuple[Expected, ...]


#: Does a function for every item, in order: the built-in `map`, or one with several processes.
Over = Callable[
    [Callable[[AuthorityTask], AuthorityYield], Iterable[AuthorityTask]], Iterable[AuthorityYield]
]


def simulate_authority(task: AuthorityTask) -> AuthorityYield:
    """Simulate one authority's contacts.

    Parameters
    ----------
    task
        What they depend on.

    Returns
    -------
    AuthorityYield
        Its files under ``authority/<la>/``, and what is true of them.
    """
    scenario, facts = task.scenario, task.facts
    first = task.schools[0]
    practice = practice_of(first.la_code, scenario)
    days = Days(task.covers.start, task.covers.end, task.terms, scenario.lockdown_depth)
    caseloads = _caseloads(task, days)
    events = _events(task, caseloads, days)
    dialect = dialect_of(authority_place(first.la_code), scenario.systems)
    caller = Caller(
        scenario.seed,
        first.la_code,
        task.schools,
        scenario.exact_name,
        scenario.unreviewed_name,
        task.changes,
        task.neighbours,
    )
    rows = write_rows(events, dialect, caller, scenario, facts)
    reasons = scenario.contact_reason == "always" or (
        scenario.contact_reason == "if-counted" and facts.counts_reasons
    )
    files = authority_files(first, dialect, rows, task.covers, facts, reasons=reasons)
    rolls: Rolls = {}
    if facts.counts_attended:
        own = [load.pool for load in caseloads if not load.beyond]
        named = (event.child for event in events)
        rolls = rolls_of(first.la_code, named, own, scenario.seed, task.covers)
        files |= roll_files(rolls)
    urns = [
        *(s.urn for s in task.schools),
        *(load.pool.school.urn for load in caseloads if load.beyond),
    ]
    return AuthorityYield(
        files={f"authority/{first.la_code}/{name}": data for name, data in files.items()},
        truth=authority_truth(rows, urns, practice, dialect.system, facts, rolls),
        expected=tuple(_expected(task, caseloads, days)),
    )


def _caseloads(task: AuthorityTask, days: Days) -> list[Caseload]:
    """Return the children about whom this authority may be called, school by school."""
    scenario, covers = task.scenario, task.covers
    here = practice_of(task.schools[0].la_code, scenario)
    found: list[Caseload] = []
    number = 0
    for school in task.schools:
        if school.pupils > 0 and (school.closed is None or school.closed > covers.start):
            pool = pool_of(school, number, scenario, covers)
            rates = school_rates(school, here, here.strict, scenario, days)
            found.append(Caseload(pool, rates, 1.0 - scenario.border_share, beyond=False))
        number += school.pupils
    number = _BORDER_CHILDREN
    for school in task.neighbours:
        pupils = round(school.pupils * scenario.border_share)
        if pupils > 0 and (school.closed is None or school.closed > covers.start):
            near = replace(school, pupils=pupils)
            pool = pool_of(near, number, scenario, covers, purpose="border families")
            home = practice_of(school.la_code, scenario)
            rates = school_rates(school, home, here.strict, scenario, days)
            found.append(Caseload(pool, rates, 1.0, beyond=True))
            number += pupils
    return found


def _events(task: AuthorityTask, caseloads: list[Caseload], days: Days) -> list[Event]:
    scenario, facts = task.scenario, task.facts
    practice = practice_of(task.schools[0].la_code, scenario)
    pools: list[Pool] = [load.pool for load in caseloads if not load.beyond]
    largest = Planted(
        nfa=max(1.0, math.exp(scenario.effect)),
        csa=max(1.0, math.exp(scenario.csa_effect)),
    )
    calls: list[Call] = []
    for load in caseloads:
        calls.extend(calls_of(load, pools, scenario, days))
        for extra, share in (
            ("nfa", (largest.nfa - 1.0) * tilt(scenario.nfa_share, load.rates.nfa_tilt)),
            ("csa", (largest.csa - 1.0) * scenario.csa_share),
        ):
            if share > 0.0:
                calls.extend(calls_of(load, pools, scenario, days, extra=extra, extra_share=share))
    rates = {load.pool.school.urn: load.rates for load in caseloads}
    ground = Ground(practice, rates, task.planted, largest, task.changes)
    events = list(school_events(calls, ground, scenario, facts))
    hoped = sum(
        load.expected(year, days.share_of_year(year)) / load.pool.mean_risk
        for load in caseloads
        if not load.beyond
        for year in load.rates.by_year
    )
    taken = {(child, call.day) for call in calls for child in call.family.children[: call.children]}
    events.extend(other_events(practice.la_code, hoped, pools, taken, scenario, task.covers))
    return events


def _expected(task: AuthorityTask, caseloads: list[Caseload], days: Days) -> Iterable[Expected]:
    """Yield how many calls each school is expected to make in each window."""
    for load in caseloads:
        urn = load.pool.school.urn
        change = task.changes.get(urn)
        ends = change.on if change and change.ends else None
        for window in task.facts.windows:
            parts = [(urn, window.start, window.end)]
            if change and ends and ends <= window.end:
                cut = max(ends, window.start)
                parts = [(urn, window.start, cut - timedelta(days=1))]
                if change.urn_to:
                    parts.append((change.urn_to, cut, window.end))
            for made, start, end in parts:
                calls = sum(
                    load.expected(year, days.share_between(year, start, end))
                    for year in load.rates.by_year
                )
                yield Expected(made, window.id, calls)
