"""The measured shares at a fiftieth of the benchmark, on authorities that no number was set on."""

from pathlib import Path

import pytest

from benchmarks import schools as bench

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")


@pytest.fixture(scope="module")
def register():
    return bench.read(DATA / "schools-england-2023.csv")


@pytest.mark.slow
def test_names_as_typed_in_authorities_not_used_for_setting(register):
    names, left = bench.as_typed(register, "report", 10_000)
    some = names[::20]
    found = bench.score(some, bench.ours(bench.matcher_of(left), some))
    assert found.schools > 300
    assert found.precision >= 0.985
    assert found.recall >= 0.91
    assert found.accepted_share <= 0.01


@pytest.mark.slow
def test_names_of_years_ago(register):
    names = bench.renamed(register, bench.read(DATA / "school-names-2020.csv"))
    found = bench.score(names, bench.ours(bench.matcher_of(register), names))
    assert found.precision >= 0.998
    assert found.recall >= 0.99
