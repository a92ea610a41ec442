"""The simulated enrolment desk: others were asked and did not join; nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.design.protocol import Protocol, load_protocol, template
from equipoise.design.registers import read_registers
from equipoise.design.registers.desk import desk_problems, read_desk
from equipoise.simulate import PRESETS, Scenario, preset, simulate_collect, simulate_roster
from tests.simulate.reading import rows

PLAIN = Scenario(schools=24, authorities=2, seed=3)
ASKED = replace(PLAIN, not_joining=0.5)


def roster(scenario: Scenario, protocol: Protocol) -> tuple[dict[str, bytes], dict[str, bytes]]:
    trial: dict[str, bytes] = {}
    truth: dict[str, bytes] = {}
    simulate_roster(scenario, protocol, trial.__setitem__, truth.__setitem__)
    return trial, truth


def collected(scenario: Scenario, protocol: Protocol) -> dict[str, bytes]:
    """Return all that is collected where every second eligible school is supervised."""
    files, truth = roster(scenario, protocol)
    eligible = [r["urn"] for r in rows(truth["roster.csv"]) if r["eligible"] == "true"]
    arms = {urn: ("usual", "supervision")[i % 2] for i, urn in enumerate(eligible)}
    found: dict[str, bytes] = {}

    def keep(name: str, data: bytes) -> None:
        found[name] = data

    registers = read_registers(files.get)
    simulate_collect(scenario, protocol, registers, arms, keep, keep, lambda name, data: None)
    return found


def test_without_others_there_is_no_desk(protocol: Protocol) -> None:
    assert "design/enrolment.csv" not in roster(PLAIN, protocol)[0]


def test_the_schools_that_join_are_the_same(protocol: Protocol) -> None:
    """Every line of the plain roster stands in the other; what is new is at its end."""
    (plain, _), (asked, truth) = roster(PLAIN, protocol), roster(ASKED, protocol)
    for name in plain:
        before, after = plain[name].splitlines(), asked[name].splitlines()
        assert after[: len(before)] == before, name
    reasons = [row["reason"] for row in rows(truth["roster.csv"])]
    assert reasons.count("") == 24
    assert reasons.count("declined") + reasons.count("incomplete") == 12


def test_what_is_collected_is_the_same(protocol: Protocol) -> None:
    assert collected(ASKED, protocol) == collected(PLAIN, protocol)


@pytest.mark.parametrize("name", ["bolton-pilot", "dsl-gmca", "dsl-secondary", "dsl-csa"])
def test_the_desk_of_every_trial_is_sound(name: str) -> None:
    """By the day of the commitment: all dates before it, no contradiction, all leads known."""
    protocol = load_protocol(template(name))
    small = preset(name, schools=40, authorities=2, not_joining=0.5)
    files, _ = roster(small, protocol)
    desk = read_desk(files.get)
    event = protocol.design.scheme.event
    assert name in PRESETS
    assert desk is not None
    assert event is not None
    problems = desk_problems(
        desk,
        read_registers(files.get),
        on=event.not_before,
        roll_date=protocol.roll_date,
        outside={},
        committed={},
        requires=protocol.design.enrolment.requires,
    )
    assert problems == ()
