"""All six shapes against the simulation's own truth: two programs that share no map agree."""

import csv
import io
from itertools import cycle

import pytest

from equipoise.authority.pack import build_counts, pack_bytes, parse_pack
from equipoise.authority.readers import read_extract, read_profile
from equipoise.design.protocol import load_protocol, template
from equipoise.design.registers import read_registers
from equipoise.simulate import Scenario, simulate_collect, simulate_roster
from equipoise.workspace.folder.engine import DuckDBEngine
from equipoise.workspace.steps.declared import declared_definitions, definitions_of

SHAPES = {
    "local-columns", "standard-dataset", "tick-boxes", "next-actions", "vendor-codes",
    "yearly-sheets",
}  # fmt: skip
ALSO = b"""recontact_days: 90
    also:
      - {id: by-roll, school: attended}
"""
SCENARIO = Scenario(
    schools=48,
    authorities=6,
    seed=7,
    systems="six",
    border_share=0.05,
    missing_outcome=0.05,
    late_share=0.2,
    unmapped_label=0.05,
    ambiguous_source=0.02,
)


@pytest.fixture(scope="module")
def world():
    text = template("dsl-csa").replace(b"recontact_days: 90\n", ALSO, 1)
    assert ALSO in text
    protocol = load_protocol(text)
    trial, truth = {}, {}
    simulate_roster(SCENARIO, protocol, trial.__setitem__, truth.__setitem__)
    registers = read_registers(trial.get)
    arms = cycle(arm.id for arm in protocol.design.arms)
    allocation = {school.urn: next(arms) for school in registers.schools}
    simulate_collect(
        SCENARIO, protocol, registers, allocation, trial.__setitem__, {}.__setitem__,
        truth.__setitem__,
    )  # fmt: skip
    return protocol, registers, trial, truth


def authorities(trial):
    found = {}
    for name, data in trial.items():
        if name.startswith("authority/"):
            _, code, file = name.split("/")
            found.setdefault(code, {})[file] = data
    return found


@pytest.fixture(scope="module")
def packs(world):
    """Count every authority by the school that made the contact and by the one attended."""
    protocol, registers, trial, _ = world
    definitions, windows = definitions_of(protocol)
    others = [(one.name, one.definitions) for one in declared_definitions(protocol)[1:]]
    return [
        (files, *build_counts(
            files, registers.schools, definitions, windows, DuckDBEngine(), others=others
        ))
        for files in authorities(trial).values()
    ]  # fmt: skip


def test_every_count_of_every_school_is_that_of_the_truth(world, packs):
    protocol, _, _, truth = world
    assert "csa_any" in protocol.counts
    table = csv.DictReader(io.StringIO(truth["schools-as-recorded.csv"].decode("utf-8")))
    expected = {(row["urn"], row["window"]): row for row in table}
    shapes, asked = set(), 0
    for files, pack, _ in packs:
        profile = read_profile(files["profile.json"])
        name = profile.contacts_file
        shapes.add(read_extract(files[name], name, profile).shape)
        assert parse_pack(pack_bytes(pack, trial="t", simulated=True)) == pack
        for count in pack.counts:
            row = expected.get((count.urn, count.window), {})
            found = {name: getattr(count, name) for name in protocol.counts}
            assert found == {name: int(row.get(name, 0)) for name in protocol.counts}
            asked += count.csa_any
    assert shapes == SHAPES
    assert asked > 0


def test_every_count_by_the_school_attended_is_that_of_the_truth(world, packs):
    protocol, truth = world[0], world[3]
    table = csv.DictReader(io.StringIO(truth["schools-attended.csv"].decode("utf-8")))
    expected = {(row["urn"], row["window"]): row for row in table}
    differ, ways = 0, set()
    for _, pack, (by_roll,) in packs:
        assert by_roll.definitions.school == "attended"
        for made, count in zip(pack.counts, by_roll.counts, strict=True):
            row = expected.get((count.urn, count.window), {})
            found = {name: getattr(count, name) for name in protocol.counts}
            assert found == {name: int(row.get(name, 0)) for name in protocol.counts}
            differ += made != count
        ways |= {how for one in pack.quality.linkage for how in one.by}
    assert differ > 10
    assert ways >= {"upn", "former-upn", "no-upn", "invalid-upn"}
