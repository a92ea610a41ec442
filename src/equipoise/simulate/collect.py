"""What comes back from a trial: authorities' files, surveys, delivery, and the truth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from equipoise.core.base import Sink
from equipoise.design.protocol import Protocol
from equipoise.design.registers import Registers
from equipoise.simulate.callers import Caller
from equipoise.simulate.calls import Call, Rates, calls_of, school_rates
from equipoise.simulate.dialects import dialect_of
from equipoise.simulate.events import Event, school_events
from equipoise.simulate.extracts import write_authority
from equipoise.simulate.facts import (
    SchoolFacts,
    Span,
    TrialFacts,
    check_allocation,
    half_terms,
    persons,
    school_facts,
    trial_facts,
)
from equipoise.simulate.families import Pool, pool_of
from equipoise.simulate.money import cost_lines, write_costs
from equipoise.simulate.others import other_events
from equipoise.simulate.roster import authority_terms
from equipoise.simulate.rows import Row, write_rows
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import Days
from equipoise.simulate.sessions import deliver, write_delivery
from equipoise.simulate.streams import Stream, tilt
from equipoise.simulate.surveys import answers, write_surveys
from equipoise.simulate.truth_files import Expected, write_truth
from equipoise.simulate.voices import write_voices

_LEAD_IN = 30  # days before the first window that the extracts reach back


def simulate_collect(
    scenario: Scenario,
    protocol: Protocol,
    registers: Registers,
    allocation: Mapping[str, str],
    trial: Sink,
    delivery: Sink,
    truth: Sink,
) -> None:
    """Write all that a trial collects, and what is true.

    Parameters
    ----------
    scenario
        Parameters; the seed decides every byte.
    protocol
        Dates, rules of counting, arms, sessions, themes.
    registers
        The schools and leads, as read from the design files.
    allocation
        Arm by URN. Schools without one are not in the trial; they still make contacts.
    trial
        Receives ``authority/<la>/...`` and ``outcomes/surveys/<wave>.csv``.
    delivery
        The unblinded team's folder: supervisors, caseloads, sessions, costs, interviews,
        feedback.
    truth
        Lies outside the trial: true counts, events, dose, wellbeing, parameters.

    Raises
    ------
    ProblemsError
        If the allocation names schools or arms that do not exist.

    Notes
    -----
    Contacts depend on the allocation through the planted effect alone: potential calls are
    drawn without it and thinned (common random numbers). With ``effect=0``,
    ``wellbeing_effect=0`` and ``response_gap=0`` the trial's folder is the same whatever the
    arms.
    """
    facts = trial_facts(protocol)
    schools = school_facts(registers, facts)
    check_allocation(allocation, schools, facts)
    treated = [s for s in schools if allocation.get(s.urn) in facts.treated_arms]
    drawn = tuple(school for school in schools if school.urn in allocation)
    people = persons(registers, drawn, facts.roll_date)
    leads = {p.urn: p.person for p in reversed(people) if p.role == "lead"}

    done = deliver(scenario, facts, treated, leads)
    write_delivery(done, delivery)
    write_costs(cost_lines(scenario, facts, done), delivery)
    held = done.held()
    write_voices(scenario, facts, treated, leads, held, delivery)

    dose = {urn: min(n / facts.sessions, 1.0) for urn, n in held.items()}
    found = answers(scenario, facts, people, dose, frozenset(s.urn for s in treated))
    write_surveys(found, facts, trial)

    ratio = planted_ratios(scenario, dose)
    covers = Span("extract", facts.first_day - timedelta(days=_LEAD_IN), facts.last_day)
    rows: list[Row] = []
    expected: list[Expected] = []
    codes = sorted({school.la_code for school in schools})
    for index, code in enumerate(codes):
        own = [school for school in schools if school.la_code == code]
        terms = half_terms(registers, code) or authority_terms(code, facts)
        days = Days(covers.start, covers.end, terms)
        events, hoped = _authority_events(scenario, facts, own, days, ratio)
        expected.extend(hoped)
        dialect = dialect_of(index)
        caller = Caller(scenario.seed, code, own, scenario.exact_name, scenario.unreviewed_name)
        written = write_rows(events, dialect, caller, scenario, facts)
        write_authority(own[0], dialect, written, covers, facts, trial)
        rows.extend(written)
    write_truth(scenario, facts, schools, rows, expected, found, held, ratio, truth)


def planted_ratios(scenario: Scenario, dose: Mapping[str, float]) -> dict[str, float]:
    """Return the planted rate ratio of NFA of each supervised school, by URN.

    >>> planted_ratios(Scenario(effect=0.0), {"900000": 0.5})
    {'900000': 1.0}
    """
    by_dose = scenario.effect_by == "dose"
    return {
        urn: math.exp(scenario.effect * (share if by_dose else 1.0)) for urn, share in dose.items()
    }


@dataclass(frozen=True)
class _Authority:
    """What is drawn once for an authority, before any call."""

    pools: tuple[Pool, ...]
    rates: Mapping[str, Rates]
    days: Days


def _authority_events(
    scenario: Scenario,
    facts: TrialFacts,
    schools: Sequence[SchoolFacts],
    days: Days,
    ratio: Mapping[str, float],
) -> tuple[list[Event], list[Expected]]:
    code = schools[0].la_code
    ground = _ground(scenario, schools, days)
    calls: list[Call] = []
    for pool in ground.pools:
        rates = ground.rates[pool.school.urn]
        calls.extend(calls_of(pool, ground.pools, rates, scenario, ground.days))
    largest = max(1.0, math.exp(scenario.effect))
    if largest > 1.0:
        for pool in ground.pools:
            rates = ground.rates[pool.school.urn]
            share = (largest - 1.0) * tilt(scenario.nfa_share, rates.nfa_tilt)
            calls.extend(
                calls_of(pool, ground.pools, rates, scenario, ground.days, extra_share=share)
            )
    events = list(school_events(code, calls, ground.rates, ratio, largest, scenario, facts))
    expected = [
        Expected(
            pool.school.urn,
            window.id,
            sum(
                math.exp(rate) * pool.school.pupils * pool.mean_risk
                * ground.days.share_between(year, window.start, window.end)
                for year, rate in ground.rates[pool.school.urn].by_year.items()
            ),
        )
        for pool in ground.pools
        for window in facts.windows
    ]  # fmt: skip
    hoped = sum(
        math.exp(rate) * pool.school.pupils * ground.days.share_of_year(year)
        for pool in ground.pools
        for year, rate in ground.rates[pool.school.urn].by_year.items()
    )
    taken = {(child, call.day) for call in calls for child in call.family.children[: call.children]}
    covers = Span("extract", days.days[0], days.days[-1])
    events.extend(other_events(code, hoped, ground.pools, taken, scenario, covers))
    return events, expected


def _ground(scenario: Scenario, schools: Sequence[SchoolFacts], days: Days) -> _Authority:
    code = schools[0].la_code
    stream = Stream(scenario.seed, "authority", code)
    sd = scenario.authority_log_sd
    busy = stream.normal(-sd * sd / 2.0, sd)
    strict = stream.normal(0.0, scenario.authority_outcome_sd)
    covers = Span("extract", days.days[0], days.days[-1])
    live = [s for s in schools if s.pupils > 0 and (s.closed is None or s.closed > covers.start)]
    places = {school.urn: place for place, school in enumerate(schools)}
    pools = tuple(pool_of(school, places[school.urn], scenario, covers) for school in live)
    rates = {school.urn: school_rates(school, busy, strict, scenario, days) for school in live}
    return _Authority(pools, rates, days)
