"""Delivery and money: a realistic dose, consistent records, a cost near the published one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from equipoise.design.protocol import Protocol
from equipoise.simulate import Scenario
from equipoise.simulate.facts import trial_facts
from equipoise.simulate.posts import school_hours
from tests.simulate.conftest import SMALL, Make, World
from tests.simulate.reading import rows

START, END = "2021-10-01", "2022-07-21"


def supervised(world: World) -> set[str]:
    return {urn for urn, arm in world.allocation.items() if arm == "supervision"}


def per_school(world: World, basis: str = "recurring", category: str | None = None) -> float:
    """Pounds a supervised school."""
    pence = sum(
        int(row["amount_pence"])
        for row in rows(world.delivery["costs.csv"])
        if row["basis"] == basis and category in (None, row["category"])
    )
    return pence / 100 / len(supervised(world))


def test_dose_is_realistic(make: Make) -> None:
    held: Counter[str] = Counter()
    schools = 0
    for seed in (1, 2, 3):
        world = make(Scenario(schools=80, seed=seed, other_sources=0.0))
        schools += len(supervised(world))
        held.update(
            f"{seed}/{row['urn']}"
            for row in rows(world.delivery["sessions.csv"])
            if row["status"] == "held"
        )
    assert 0.40 <= sum(number >= 6 for number in held.values()) / schools <= 0.70
    assert 0.85 <= len(held) / schools < 1.0


def test_only_supervised_schools_have_sessions(small: World) -> None:
    listed = {row["urn"] for row in rows(small.delivery["caseloads.csv"])}
    assert listed == supervised(small)
    assert {row["urn"] for row in rows(small.delivery["sessions.csv"])} == listed
    assert {row["urn"] for row in rows(small.delivery["feedback.csv"])} <= listed


def test_sessions_agree_with_caseloads_and_dates(demo: World) -> None:
    spells: dict[tuple[str, str], tuple[str, str]] = {
        (row["supervisor_id"], row["urn"]): (row["from"], row["to"])
        for row in rows(demo.delivery["caseloads.csv"])
    }
    sessions = rows(demo.delivery["sessions.csv"])
    assert len({row["session_id"] for row in sessions}) == len(sessions)
    for row in sessions:
        first, last = spells[row["supervisor_id"], row["urn"]]
        assert first <= row["planned_on"] <= last
        assert (row["held_on"] != "") == (row["status"] == "held")
        if row["held_on"]:
            assert START <= row["planned_on"] <= row["held_on"] <= min(last, END)
            assert date.fromisoformat(row["held_on"]).weekday() < 5
    assert {row["status"] for row in sessions} == {
        "held",
        "cancelled-by-school",
        "cancelled-by-supervisor",
        "not-arranged",
    }
    after = {row["person_id"] for row in rows(demo.delivery["dsls-after.csv"])}
    named = {dsl.person_id for dsl in demo.registers.dsls} | after
    assert {row["person_id"] for row in sessions} <= named


def test_a_school_s_sessions_do_not_depend_on_the_others(make: Make, small: World) -> None:
    def outcome(world: World) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for row in rows(world.delivery["sessions.csv"]):
            found.setdefault(row["urn"], []).append((row["planned_on"], row["status"]))
        return found

    one, other = outcome(small), outcome(make(replace(SMALL, schools_per_supervisor=2)))
    assert one == other


def test_each_authority_has_several_supervisors(demo: World) -> None:
    posts = Counter(row["la_code"] for row in rows(demo.delivery["supervisors.csv"]))
    assert set(posts) == {"900", "901", "902", "903"}
    assert min(posts.values()) >= 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cost_is_near_that_of_one_to_one_supervision(make: Make, seed: int) -> None:
    world = make(Scenario(schools=60, seed=seed, other_sources=0.0))
    assert per_school(world) == pytest.approx(850, rel=0.05)
    assert 20 < per_school(world, "start-up") < 150


def test_doubling_the_salary_moves_the_cost_by_the_worked_amount(
    make: Make, protocol: Protocol
) -> None:
    base = replace(SMALL, other_sources=0.0)
    one, two = make(base), make(replace(base, salary_pounds=2 * base.salary_pounds))
    hours = school_hours(base, trial_facts(protocol), "primary")
    assert hours == 4.0 + 6 * 2.75
    salary = hours / base.hours_per_year * base.salary_pounds
    worked = salary * (1 + base.on_costs) * (1 + base.management)
    assert per_school(two) - per_school(one) == pytest.approx(worked, rel=0.01)


def test_categories_are_the_protocol_s(small: World, protocol: Protocol) -> None:
    assert protocol.costs is not None
    found = {row["category"] for row in rows(small.delivery["costs.csv"])}
    assert found == set(protocol.costs.categories)


def test_it_was_well_received_and_time_was_the_barrier(demo: World, protocol: Protocol) -> None:
    assert protocol.process is not None
    values = [
        int(row["value"])
        for row in rows(demo.delivery["feedback.csv"])
        if row["item"] == protocol.process.perceived_item
    ]
    assert sum(value >= 4 for value in values) / len(values) > 0.65
    stances = Counter(
        (row["theme"], row["stance"]) for row in rows(demo.delivery["interviews.csv"])
    )
    assert stances["time", "negative"] > stances["time", "positive"]
    assert stances["reflection", "positive"] > stances["reflection", "negative"]
    assert {theme for theme, _ in stances} - {""} == {t.code for t in protocol.process.themes}
