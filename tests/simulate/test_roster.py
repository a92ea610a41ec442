"""The roster: as many eligible schools as asked for, among schools that are not."""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import median

import pytest

from equipoise.design.protocol import Protocol
from equipoise.simulate import Scenario, simulate_roster
from tests.simulate.conftest import Make, World
from tests.simulate.reading import rows


def roster(scenario: Scenario, protocol: Protocol) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    simulate_roster(scenario, protocol, files.__setitem__, lambda name, data: None)
    return files


def test_exactly_the_schools_asked_for_are_eligible(demo: World) -> None:
    assert len(demo.enrolment.schools) == 120
    assert {s.la_code for s in demo.enrolment.schools} == {"900", "901", "902", "903"}
    assert min(Counter(s.la_code for s in demo.enrolment.schools).values()) >= 20
    assert len(demo.registers.schools) > 120
    eligible = {r["urn"] for r in rows(demo.truth["roster.csv"]) if r["eligible"] == "true"}
    assert eligible == {s.urn for s in demo.enrolment.schools}


def test_other_schools_are_there_for_every_reason(demo: World) -> None:
    reasons = Counter(r["reason"] for r in rows(demo.truth["roster.csv"]))
    assert set(reasons) == {"", "phase", "small", "closed"}
    schools = {s.urn: s for s in demo.registers.schools}
    for row in rows(demo.truth["roster.csv"]):
        school = schools[row["urn"]]
        assert (school.status == "closed") == (row["reason"] == "closed")
        assert (school.closed is not None) == (row["reason"] == "closed")
        assert (school.phase != "primary") == (row["reason"] == "phase")
        assert (int(row["pupils"]) < 30) == (row["reason"] == "small")


def test_some_schools_share_a_lead_and_are_one_unit(demo: World) -> None:
    assert len(demo.enrolment.shared) >= 2
    assert len(demo.enrolment.units) == 120 - sum(
        len(unit.urns) - 1 for unit in demo.enrolment.units
    )
    assert any(len(unit.urns) == 2 for unit in demo.enrolment.units)


def test_urns_are_invented_and_names_unique_in_an_authority(demo: World) -> None:
    schools = demo.registers.schools
    assert all(900_000 <= int(s.urn) < 1_000_000 for s in schools)
    pairs = [(s.la_code, s.name.casefold()) for s in schools]
    assert len(set(pairs)) == len(pairs)
    names = Counter(name for _, name in pairs)
    assert sum(number > 1 for number in names.values()) >= 1, "no name stands in two authorities"


def test_sizes_are_those_of_primaries(demo: World) -> None:
    pupils = [s.pupils for s in demo.enrolment.schools]
    assert 200 <= median(pupils) <= 310
    assert min(pupils) >= 40
    assert max(pupils) <= 900


def test_a_closed_school_leads_to_its_successor(demo: World) -> None:
    schools = {s.urn: s for s in demo.registers.schools}
    assert demo.registers.links
    for link in demo.registers.links:
        assert schools[link.urn_from].status == "closed"
        assert schools[link.urn_to].status == "open"
        assert schools[link.urn_to].opened == link.on
    assert any(s.aliases for s in demo.registers.schools)


def test_nothing_is_dated_after_the_roll_but_terms(demo: World) -> None:
    assert max(r.date for r in demo.registers.rolls) == date(2021, 5, 20)
    assert len({r.date for r in demo.registers.rolls}) == 5
    assert all(d.start <= date(2021, 5, 20) for d in demo.registers.dsls)
    assert max(t.last_day for t in demo.registers.terms) >= date(2022, 7, 21)


@pytest.mark.parametrize("scenario", [Scenario(schools=20, authorities=1), Scenario(schools=90)])
def test_the_number_holds_at_any_size(make: Make, scenario: Scenario) -> None:
    assert len(make(scenario).enrolment.schools) == scenario.schools


def test_same_seed_same_bytes_other_seed_other_bytes(protocol: Protocol) -> None:
    first = roster(Scenario(schools=24, seed=3), protocol)
    assert first == roster(Scenario(schools=24, seed=3), protocol)
    other = roster(Scenario(schools=24, seed=4), protocol)
    assert all(first[name] != other[name] for name in ("design/register.csv", "design/dsls.csv"))
