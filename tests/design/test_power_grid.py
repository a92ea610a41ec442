"""Assumptions over a range: each cell is the size that the same declaration gives."""

from __future__ import annotations

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.power import Assumptions, assumptions_of, grid_of, read_varied, size
from equipoise.design.protocol import load_protocol, template


@pytest.fixture
def assumed(text: str) -> Assumptions:
    planned = text.replace("{icc: null,", "{units: 160,")
    return assumptions_of(load_protocol(planned.encode()))


def test_each_cell_is_the_size_of_that_declaration(text: str, assumed: Assumptions) -> None:
    grid = grid_of(assumed, read_varied("sd=8/14,r2=0/0.5"))
    assert [cell.values for cell in grid.cells] == [(8, 0), (8, 0.5), (14, 0), (14, 0.5)]
    declared = text.replace("{icc: null,", "{units: 160,").replace(
        "school_sd: 12.0, r2: 0.3, mean: 19.0", "school_sd: 14.0, r2: 0.5"
    )
    found = size(load_protocol(declared.encode()))
    assert grid.cells[3].mde == pytest.approx(found.mde, rel=1e-12)
    assert grid.cells[3].power == pytest.approx(found.power_at_margin, rel=1e-12)
    assert grid.cells[3].units_for_effect == found.units_for_margin
    assert grid.effect == found.margin


def test_schools_are_resized(assumed: Assumptions) -> None:
    grid = grid_of(assumed, read_varied("schools=80:320:4"), effect=3.0)
    assert [cell.units for cell in grid.cells] == [80, 160, 240, 320]
    effects = [cell.mde for cell in grid.cells]
    assert effects == sorted(effects, reverse=True)
    # The error falls with the root; degrees of freedom add a little.
    assert effects[0] / effects[3] == pytest.approx(2, rel=0.02)
    assert len({cell.units_for_effect for cell in grid.cells}) == 1


def test_a_correlation_of_a_rate_becomes_a_spread(assumed: Assumptions) -> None:
    """pi (1 - pi) (icc + (1 - icc) / n) in natural units, with rolls that vary."""
    grid = grid_of(assumed, read_varied("icc=0.002/0.01"))
    chance = sum(1 / n for n in assumed.members) / len(assumed.members)
    for cell, icc in zip(grid.cells, (0.002, 0.01), strict=True):
        sd = 1000 * (0.019 * 0.981 * (icc + (1 - icc) * chance)) ** 0.5
        same = grid_of(assumed, read_varied(f"sd={sd!r}")).cells[0]
        assert cell.mde == pytest.approx(same.mde, rel=1e-9)


def test_larger_schools_have_less_chance(assumed: Assumptions) -> None:
    grid = grid_of(assumed, read_varied("members=100/280/1000"))
    small, here, large = (cell.mde for cell in grid.cells)
    assert small > here > large
    assert here == pytest.approx(grid_of(assumed, read_varied("sd=12")).cells[0].mde, rel=1e-9)


def test_a_mean_keeps_the_variation_of_the_true_rates(assumed: Assumptions) -> None:
    grid = grid_of(assumed, read_varied("mean=19/38"))
    cv = grid_of(assumed, read_varied(f"cv={assumed.implied_cv()!r}"))
    assert grid.cells[0].mde == pytest.approx(cv.cells[0].mde, rel=1e-9)
    assert grid.cells[1].mde > grid.cells[0].mde


def test_a_two_level_design_varies_its_own_correlation() -> None:
    assumed = assumptions_of(load_protocol(template("own-outcomes")))
    grid = grid_of(assumed, read_varied("icc=0.1/0.2"))
    found = size(load_protocol(template("own-outcomes")))
    assert grid.cells[1].mde == pytest.approx(found.mde, rel=1e-12)
    assert grid.cells[0].mde < grid.cells[1].mde


def test_the_range_of_the_help_page(assumed: Assumptions) -> None:
    """Steps of a range of schools that fall between two are rounded."""
    grid = grid_of(assumed, read_varied("icc=0.01:0.1,schools=50:400"), effect=2.0)
    assert len(grid.cells) == 25
    assert [cell.units for cell in grid.cells[:5]] == [50, 138, 225, 312, 400]


def test_too_few_schools_leave_a_blank_and_not_a_number(text: str) -> None:
    assumed = assumptions_of(load_protocol(text.replace("{icc: null,", "{units: 9,").encode()))
    grid = grid_of(assumed, read_varied("schools=3/9"))
    assert grid.cells[0].mde is None
    assert grid.cells[1].mde is not None


def test_ranges_are_read() -> None:
    (alone,) = read_varied("schools=50:400")
    assert alone.values[0] == 50
    assert alone.values[-1] == 400
    assert len(alone.values) == 10
    assert all(value == round(value) for value in alone.values)
    first, second = read_varied("icc=0.01:0.1,schools=50/100")
    assert first.values == (0.01, 0.0325, 0.055, 0.0775, 0.1)
    assert second.values == (50, 100)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "one or two"),
        ("icc=0.1,r2=0.2,sd=4", "one or two"),
        ("sire=1", "one of schools"),
        ("icc=0.1:0.2:1", "a range"),
        ("icc=0.1:0.1", "a range"),
        ("icc=nan", "a range"),
        ("icc=a/b", "a range"),
        ("icc=1:2:3:4", "a range"),
        ("r2=0.1,r2=0.2", "each once"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_varied(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "given",
    ["share=1.5", "r2=1", "icc=-0.1", "schools=10.5", "sd=0", "power=0.2", "alpha=0.9",
     "mean=2000", "members=0", "cv=-1"],
)  # fmt: skip
def test_values_that_cannot_be_are_refused(assumed: Assumptions, given: str) -> None:
    with pytest.raises(ProblemsError):
        grid_of(assumed, read_varied(given))


@pytest.mark.parametrize("text", ["members=100", "mean=20", "icc=0.1", "cv=0.3"])
def test_what_changes_nothing_is_refused(text: str) -> None:
    """A size by a standard deviation alone knows nothing of rolls and correlations."""
    bare = template("bolton-pilot")
    assumed = assumptions_of(load_protocol(bare))
    with pytest.raises(ProblemsError):
        grid_of(assumed, read_varied(text))
