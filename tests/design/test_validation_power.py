"""The validation of power by simulation at one hundredth: nothing contradicts what is declared."""

import pytest

from validation.power.declared import CELLS
from validation.power.run import COVERAGE, EQUAL, REACH, TYPE_ONE, run, section


@pytest.fixture(scope="module")
def judged():
    return {cell.name: run(cell, 0.01) for cell in CELLS}


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_a_hundredth_of_the_cell_does_not_contradict_the_rules(cell, judged):
    one = judged[cell.name]
    found = one.found
    assert found.trials == max(20, cell.trials // 100)
    assert abs(found.bias.value - one.expected_bias) <= 4 * found.bias.error
    assert found.type_one.value <= TYPE_ONE[1] + REACH * 0.25 / found.trials**0.5
    if cell.kept == 1:
        assert found.coverage.value >= COVERAGE[0] - REACH * 0.25 / found.trials**0.5
    assert one.roads is None or one.roads <= EQUAL


def test_the_section_has_a_line_for_each_cell(judged):
    text = section(list(judged.values()))
    assert all(f"\n| {cell.name} | " in text for cell in CELLS)
    assert "written before the results" in text
