"""Presets: the sizes of the sources, costs near the published ones, a dose like Bolton's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from equipoise.design.protocol import Protocol, load_protocol, template
from equipoise.design.registers import Enrolment, Registers, enrol, read_registers
from equipoise.simulate import PRESETS, Scenario, preset, simulate_roster
from equipoise.simulate.engagement import reached
from equipoise.simulate.facts import TrialFacts, persons, school_facts, trial_facts
from equipoise.simulate.money import cost_lines
from equipoise.simulate.posts import school_hours
from equipoise.simulate.sessions import Delivery, deliver
from equipoise.simulate.turnover import turnover

THREE = ("dsl-gmca", "dsl-secondary", "dsl-primary")
TRIALS = ("bolton-pilot", *THREE, "dsl-csa")


@dataclass
class Trial:
    """A preset's schools, and what was delivered to those drawn by turns."""

    scenario: Scenario
    facts: TrialFacts
    registers: Registers
    enrolment: Enrolment
    supervised: int
    delivery: Delivery


def built(name: str, scenario: Scenario) -> Trial:
    protocol = load_protocol(template(name))
    files: dict[str, bytes] = {}
    simulate_roster(scenario, protocol, files.__setitem__, lambda name, data: None)
    registers, facts = read_registers(files.get), trial_facts(protocol)
    enrolment = _enrolled(protocol, registers, facts)
    chosen: set[str] = set()
    share, sum_ = _share(protocol), Fraction(0)
    for unit in enrolment.units:
        sum_ += share * len(unit.urns)
        if sum_ >= 1:
            chosen.update(unit.urns)
            sum_ -= len(unit.urns)
    drawn = {s.urn for s in enrolment.schools}
    schools = school_facts(registers, facts)
    people = persons(registers, tuple(s for s in schools if s.urn in drawn), facts.roll_date)
    treated = [school for school in schools if school.urn in chosen]
    left = turnover(people, scenario, facts)
    delivery = deliver(scenario, facts, treated, people, left, {})
    return Trial(scenario, facts, registers, enrolment, len(treated), delivery)


def _enrolled(protocol: Protocol, registers: Registers, facts: TrialFacts) -> Enrolment:
    return enrol(
        registers,
        phases=facts.phases,
        statuses=(facts.status,),
        min_pupils=facts.min_pupils,
        roll_date=facts.roll_date,
        shared_dsl="together",
        on=facts.roll_date,
    )


def _share(protocol: Protocol) -> Fraction:
    shares = {arm.intervention: Fraction(str(arm.share)) for arm in protocol.design.arms}
    return shares[True] / sum(shares.values())


@pytest.fixture(scope="module")
def trials() -> dict[str, Trial]:
    return {name: built(name, preset(name)) for name in TRIALS}


def per_school(trial: Trial, scenario: Scenario | None = None) -> float:
    lines = cost_lines(scenario or trial.scenario, trial.facts, trial.delivery)
    return sum(x.pence for x in lines if x.basis == "recurring") / 100 / trial.supervised


def test_every_template_of_the_programme_has_a_preset() -> None:
    assert set(TRIALS) | {"england"} == set(PRESETS)


def test_sizes_are_those_of_the_sources(trials: dict[str, Trial]) -> None:
    schools = {name: len(trial.enrolment.schools) for name, trial in trials.items()}
    assert sum(schools[name] for name in THREE) == 1678
    assert schools["bolton-pilot"] == 94
    assert schools["dsl-csa"] >= 720
    codes = {n: {s.la_code for s in t.enrolment.schools} for n, t in trials.items()}
    assert len(set().union(*(codes[name] for name in THREE))) == 26
    assert len(codes["dsl-primary"] & codes["dsl-secondary"]) == 4
    assert len(codes["dsl-csa"]) == 9
    posts = {n: {s.id for s in t.delivery.supervisors} for n, t in trials.items()}
    assert sum(len(posts[name]) for name in THREE) == 34


def test_no_school_stands_in_two_trials(trials: dict[str, Trial]) -> None:
    urns = [s.urn for trial in trials.values() for s in trial.registers.schools]
    assert len(set(urns)) == len(urns)
    names = {(s.la_code, s.la_name) for t in trials.values() for s in t.registers.schools}
    assert len({code for code, _ in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "pounds"), [("dsl-primary", 850), ("dsl-secondary", 1900), ("dsl-gmca", 4500)]
)
def test_costs_are_near_the_published_ones(
    trials: dict[str, Trial], name: str, pounds: float
) -> None:
    assert per_school(trials[name]) == pytest.approx(pounds, rel=0.04)


@pytest.mark.parametrize("name", ["dsl-gmca", "dsl-secondary"])
def test_doubling_the_salary_moves_the_cost_by_the_worked_amount(
    trials: dict[str, Trial], name: str
) -> None:
    trial = trials[name]
    base = trial.scenario
    more = per_school(trial, replace(base, salary_pounds=2 * base.salary_pounds))
    hours = trial.supervised * school_hours(base, trial.facts, "secondary")
    hours += len(trial.delivery.supervisors) * base.hours_per_supervisor
    pay = hours / base.hours_per_year * base.salary_pounds
    worked = pay * (1 + base.on_costs) * (1 + base.management) / trial.supervised
    assert more - per_school(trial) == pytest.approx(worked, rel=0.005)


def test_bolton_reaches_the_intended_level_in_four_of_ten_schools() -> None:
    shares = []
    for seed in range(1, 7):
        trial = built("bolton-pilot", preset("bolton-pilot", seed=seed))
        held = trial.delivery.held().values()
        shares.append(sum(n >= trial.facts.intended for n in held) / trial.supervised)
    assert sum(shares) / len(shares) == pytest.approx(0.40, abs=4 * (0.24 / (6 * 47)) ** 0.5)


def test_the_share_reached_is_the_binomial_s() -> None:
    # A nearly fixed chance of 0.7 in five slots, four of them held at least.
    assert reached(0.7, 1e5, (1.0,) * 5, 4) == pytest.approx(0.52822, abs=2e-3)


def test_groups_are_several_people_of_several_schools(trials: dict[str, Trial]) -> None:
    trial = trials["dsl-secondary"]
    assert {s.mode for s in trial.delivery.sessions} == {"group"}
    together: dict[str, list[tuple[str, str]]] = {}
    days: dict[str, set[object]] = {}
    for session in trial.delivery.sessions:
        together.setdefault(session.id, []).append((session.urn, session.person))
        days.setdefault(session.id, set()).add((session.supervisor, session.planned_on))
    assert all(len(found) == len(set(found)) for found in together.values())
    assert all(len(found) == 1 for found in days.values())
    sizes = [len({urn for urn, _ in found}) for found in together.values()]
    assert 3 <= sum(sizes) / len(sizes) <= 5
    assert max(len(found) for found in together.values()) > 5, "several people of a school"


def test_mixed_is_one_to_one_first_and_groups_later(trials: dict[str, Trial]) -> None:
    sessions = trials["dsl-gmca"].delivery.sessions
    grouped = [s.planned_on for s in sessions if s.mode == "group"]
    alone = {s.urn: s.planned_on for s in sessions if s.mode == "one-to-one"}
    assert grouped
    assert min(grouped) > min(alone.values())
    assert len({s.urn for s in sessions if s.mode == "group"}) < len(alone)


def test_with_both_phases_secondaries_have_groups(trials: dict[str, Trial]) -> None:
    trial = trials["dsl-csa"]
    phase = {s.urn: s.phase for s in trial.enrolment.schools}
    modes = {(phase[s.urn], s.mode) for s in trial.delivery.sessions}
    assert modes == {("primary", "one-to-one"), ("secondary", "group")}


def test_secondaries_are_larger_and_have_more_leads(trials: dict[str, Trial]) -> None:
    def of(name: str) -> tuple[float, float]:
        trial = trials[name]
        schools = trial.enrolment.schools
        on = trial.facts.roll_date
        leads = sum(len(trial.registers.dsls_of(s.urn, on)) for s in schools)
        return sum(s.pupils for s in schools) / len(schools), leads / len(schools)

    assert 800 < of("dsl-secondary")[0] < 1300
    assert 200 < of("dsl-primary")[0] < 400
    assert of("dsl-secondary")[1] > of("dsl-primary")[1] + 1
