"""The figure of a size over a range: its mark, its words, its lines."""

from __future__ import annotations

from equipoise.design.power import GridCell, PowerGrid
from equipoise.reporting.figures import grid_figure
from equipoise.reporting.tables import text_of

UNIT = "per 1,000 pupils on the roll"


def grid(*names: str) -> PowerGrid:
    cells = [GridCell((0.01, 100.0), 100, 6.0, 0.2, 700),
             GridCell((0.01, 400.0), 400, 3.0, 0.5, 700),
             GridCell((0.05, 100.0), 100, 9.0, 0.1, 1500),
             GridCell((0.05, 400.0), 400, 4.5, 0.3, 1500)]  # fmt: skip
    if names == ("schools",):
        cells = [GridCell(c.values[1:], c.units, c.mde, c.power, 700) for c in cells[:2]]
    return PowerGrid("nfa", UNIT, names, 2.5, 0.05, 0.8, tuple(cells))


def test_it_carries_the_mark_and_says_what_it_shows() -> None:
    figure = grid_figure(grid("icc", "schools"), "SIMULATED DATA, NOT FINDINGS")
    assert figure is not None
    assert "SIMULATED DATA, NOT FINDINGS" in figure.svg
    told = text_of(figure.alt)
    assert told.startswith("Lines of the smallest effect")
    for part in ("icc 0.01", "schools 100", "; looked for, 2.5"):
        assert part in told
    assert told.split(".")[0] in figure.svg


def test_a_line_for_each_value_of_the_other_parameter() -> None:
    figure = grid_figure(grid("icc", "schools"), None)
    assert figure is not None
    assert "SIMULATED" not in figure.svg
    for name in ("icc 0.01", "icc 0.05", "looked for: 2.5", "schools or units drawn"):
        assert name in figure.svg


def test_the_same_grid_gives_the_same_bytes() -> None:
    once, again = (grid_figure(grid("schools"), None) for _ in range(2))
    assert once is not None
    assert once == again


def test_without_a_number_there_is_no_picture() -> None:
    empty = PowerGrid("nfa", UNIT, ("schools",), 2.5, 0.05, 0.8,
                      (GridCell((4.0,), 4, None, None, None),))  # fmt: skip
    assert grid_figure(empty, None) is None
