"""What comes back from a trial: authorities' files, surveys, delivery, and the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from equipoise.core.base import Sink
from equipoise.design.protocol import Protocol
from equipoise.design.registers import Registers
from equipoise.simulate.asked import without_not_joining
from equipoise.simulate.authorities import AuthorityTask, Over, simulate_authority
from equipoise.simulate.changes import Change, changes_of, write_changes
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
from equipoise.simulate.money import cost_lines, write_costs
from equipoise.simulate.planted import Planted, planted
from equipoise.simulate.roster import authority_terms
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.sessions import deliver, write_delivery
from equipoise.simulate.surveys import answers, write_surveys
from equipoise.simulate.truth_files import AuthorityTruth, Expected, write_truth
from equipoise.simulate.turnover import turnover, write_turnover
from equipoise.simulate.voices import write_voices

T = TypeVar("T")

_LEAD_IN = 30  # days before the first window that the extracts reach back


def simulate_collect(
    scenario: Scenario,
    protocol: Protocol,
    registers: Registers,
    allocation: Mapping[str, str],
    trial: Sink,
    delivery: Sink,
    truth: Sink,
    *,
    over: Over = map,
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
        Arm by URN. Schools without one are not in the trial; they still make contacts, but for
        those that were invented to have been asked and not to have joined.
    trial
        Receives ``authority/<la>/...``, ``outcomes/surveys/<wave>.csv`` and, where schools
        changed after the draw, ``outcomes/school-changes.csv``.
    delivery
        The unblinded team's folder: supervisors, caseloads, sessions, costs, interviews,
        feedback, and ``dsls-after.csv``: who came after the leads who left.
    truth
        Lies outside the trial: true counts, events, dose, wellbeing, parameters.
    over
        Simulates the authorities: `map`, or a function like it that uses several processes and
        keeps the order. The bytes are the same.

    Raises
    ------
    ProblemsError
        If the allocation names schools or arms that do not exist.

    Notes
    -----
    Contacts depend on the allocation through what is planted alone: potential calls are drawn
    without it and thinned (common random numbers). With no effect, displacement, shift of
    recording or difference in response, the trial's folder is the same whatever the arms.
    """
    facts = trial_facts(protocol)
    registers = without_not_joining(registers, scenario)
    schools = school_facts(registers, facts)
    check_allocation(allocation, schools, facts)
    treated = [s for s in schools if allocation.get(s.urn) in facts.treated_arms]
    drawn = tuple(school for school in schools if school.urn in allocation)
    people = persons(registers, drawn, facts.roll_date)
    left = turnover(people, scenario, facts)
    by_authority = _by_authority(schools)
    changes: dict[str, Change] = {}
    for own in by_authority.values():
        changes.update(changes_of(own, scenario, facts))
    write_changes(changes.values(), trial, "outcomes/school-changes.csv")

    done = deliver(scenario, facts, treated, people, left, changes)
    write_delivery(done, delivery)
    write_turnover(left, delivery)
    write_costs(cost_lines(scenario, facts, done), delivery)
    held = done.held()
    write_voices(scenario, facts, treated, done.leads, held, delivery)

    dose = {urn: min(n / facts.intended, 1.0) for urn, n in held.items()}
    found = answers(scenario, facts, people, dose, frozenset(s.urn for s in treated), left)
    write_surveys(found, facts, trial)

    effects = planted(scenario, dose)
    truths: list[AuthorityTruth] = []
    expected: list[Expected] = []
    for one in over(
        simulate_authority, _tasks(scenario, facts, registers, by_authority, effects, changes)
    ):
        for name, data in one.files.items():
            trial(name, data)
        truths.append(one.truth)
        expected.extend(one.expected)
    write_truth(scenario, truths, _summed(expected), found, held, effects, truth)


def _by_authority(schools: Iterable[SchoolFacts]) -> dict[str, tuple[SchoolFacts, ...]]:
    groups: dict[str, list[SchoolFacts]] = defaultdict(list)
    for school in schools:
        groups[school.la_code].append(school)
    return {code: tuple(groups[code]) for code in sorted(groups)}


def _tasks(
    scenario: Scenario,
    facts: TrialFacts,
    registers: Registers,
    by_authority: Mapping[str, tuple[SchoolFacts, ...]],
    effects: Mapping[str, Planted],
    changes: Mapping[str, Change],
) -> Iterable[AuthorityTask]:
    """Yield the tasks; each authority borders on the one before it, the first on the last."""
    covers = Span("extract", facts.first_day - timedelta(days=_LEAD_IN), facts.last_day)
    codes = list(by_authority)
    bordering = scenario.border_share > 0.0 and len(codes) > 1
    for place, code in enumerate(codes):
        own = by_authority[code]
        beyond = by_authority[codes[place - 1]] if bordering else ()
        urns = [school.urn for school in (*own, *beyond)]
        yield AuthorityTask(
            scenario=scenario,
            facts=facts,
            schools=own,
            neighbours=beyond,
            terms=half_terms(registers, code) or authority_terms(code, facts),
            covers=covers,
            planted=_of(effects, urns),
            changes=_of(changes, urns),
        )


def _of(values: Mapping[str, T], urns: Sequence[str]) -> dict[str, T]:
    return {urn: values[urn] for urn in urns if urn in values}


def _summed(expected: Iterable[Expected]) -> list[Expected]:
    """Return one line for each school and window: its calls may go to several authorities."""
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for one in expected:
        totals[one.urn, one.window] += one.calls
    return [Expected(urn, window, calls) for (urn, window), calls in totals.items()]
