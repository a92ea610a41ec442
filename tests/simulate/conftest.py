"""One small simulated trial, made once, and the means to make others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from equipoise.design.protocol import Protocol, load_protocol, template
from equipoise.design.registers import Enrolment, Registers, enrol, read_registers
from equipoise.simulate import Scenario, simulate_collect, simulate_roster
from equipoise.simulate.authorities import Over

Files = dict[str, bytes]


@dataclass
class World:
    """A simulated trial's files, in the three folders."""

    scenario: Scenario
    registers: Registers
    enrolment: Enrolment
    allocation: Mapping[str, str]
    trial: Files = field(default_factory=dict)
    delivery: Files = field(default_factory=dict)
    truth: Files = field(default_factory=dict)


Make = Callable[..., World]


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return load_protocol(template("dsl-primary"))


def _enrolled(protocol: Protocol, registers: Registers) -> Enrolment:
    population = protocol.design.population
    roll_date = protocol.design.periods.roll_date
    assert population is not None
    assert roll_date is not None
    return enrol(
        registers,
        phases=population.phases,
        statuses=population.statuses,
        min_pupils=population.min_pupils,
        roll_date=roll_date,
        shared_dsl=population.shared_dsl,
        on=roll_date,
    )


@pytest.fixture(scope="session")
def make(protocol: Protocol) -> Make:
    """Make a trial; every second unit is supervised, or with `swap` every other one."""
    default = protocol

    def build(
        scenario: Scenario,
        *,
        swap: bool = False,
        protocol: Protocol = default,
        register: bytes | None = None,
        over: Over = map,
    ) -> World:
        trial: Files = {}
        truth: Files = {}
        simulate_roster(scenario, protocol, trial.__setitem__, truth.__setitem__, register=register)
        registers = read_registers(trial.get)
        enrolment = _enrolled(protocol, registers)
        arms = ("supervision", "usual") if swap else ("usual", "supervision")
        allocation = {
            urn: arms[place % 2] for place, unit in enumerate(enrolment.units) for urn in unit.urns
        }
        world = World(scenario, registers, enrolment, allocation, trial, {}, truth)
        simulate_collect(
            scenario,
            protocol,
            registers,
            allocation,
            world.trial.__setitem__,
            world.delivery.__setitem__,
            world.truth.__setitem__,
            over=over,
        )
        return world

    return build


SMALL = Scenario(schools=32, authorities=4)


@pytest.fixture(scope="session")
def small(make: Make) -> World:
    return make(SMALL)


@pytest.fixture(scope="session")
def demo(make: Make) -> World:
    """The small trial of the demo: 120 schools in 4 authorities."""
    return make(Scenario())
