"""All six shapes against the simulation's own truth: two programs that share no map agree."""

import csv
import io
from itertools import cycle

import pytest

from equipoise.authority.pack import build_pack, pack_bytes, parse_pack
from equipoise.authority.readers import read_extract, read_profile
from equipoise.design.protocol import load_protocol, template
from equipoise.design.registers import read_registers
from equipoise.simulate import Scenario, simulate_collect, simulate_roster
from equipoise.workspace.folder.engine import DuckDBEngine
from equipoise.workspace.steps.declared import definitions_of

SHAPES = {
    "local-columns", "standard-dataset", "tick-boxes", "next-actions", "vendor-codes",
    "yearly-sheets",
}  # fmt: skip
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
    protocol = load_protocol(template("dsl-csa"))
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


def test_every_count_of_every_school_is_that_of_the_truth(world):
    protocol, registers, trial, truth = world
    definitions, windows = definitions_of(protocol)
    assert "csa_any" in protocol.counts
    table = csv.DictReader(io.StringIO(truth["schools-as-recorded.csv"].decode("utf-8")))
    expected = {(row["urn"], row["window"]): row for row in table}
    shapes, asked = set(), 0
    for files in authorities(trial).values():
        profile = read_profile(files["profile.json"])
        name = profile.contacts_file
        shapes.add(read_extract(files[name], name, profile).shape)
        pack = build_pack(files, registers.schools, definitions, windows, DuckDBEngine())
        assert parse_pack(pack_bytes(pack, trial="t", simulated=True)) == pack
        for count in pack.counts:
            row = expected.get((count.urn, count.window), {})
            found = {name: getattr(count, name) for name in protocol.counts}
            assert found == {name: int(row.get(name, 0)) for name in protocol.counts}
            asked += count.csa_any
    assert shapes == SHAPES
    assert asked > 0
