"""Size over a range: the smallest effect that a trial could find, as one assumption varies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from equipoise.design.power import GridCell, PowerGrid
from equipoise.reporting.figures.charts import Chart, svg_of
from equipoise.reporting.figures.figure import BLUE, INK, SOFT, Figure, finished
from equipoise.reporting.tables import Bound, Part, Parts, words

#: From the darkest: told apart without colour, and each line is named at its end.
_SHADES = (BLUE, "#3f77bf", "#6d9fd8", "#8c6d2f", "#b8964f", "#5a6270", "#8b93a0", "#1b1f24")
_NAMES = {
    "schools": "schools or units drawn",
    "units": "units drawn",
    "icc": "correlation within schools",
    "cv": "coefficient of variation of the schools' rates",
    "sd": "standard deviation between units",
    "r2": "share of the variance that baseline and strata explain",
    "mean": "mean of the outcome",
    "members": "members of a unit",
    "share": "share in the arm with the intervention",
    "power": "power asked for",
    "alpha": "two-sided error rate",
}


def grid_figure(grid: PowerGrid, mark: str | None) -> Figure | None:
    """Draw the smallest detectable effect over one or two assumptions.

    Parameters
    ----------
    grid
        What was reckoned.
    mark
        The mark of simulated data, or None.

    Returns
    -------
    Figure or None
        None where no cell has an effect.
    """
    cells = [cell for cell in grid.cells if cell.mde is not None]
    if not cells:
        return None
    across = _across(grid)
    other = 1 - across if len(grid.names) == 2 else None
    text = _said(grid, cells)
    chart = _chart(grid, cells, across, other)
    caption = words(
        "Smallest effect that the trial could find, by what is assumed; dashed, the effect that "
        "is looked for."
    )
    return Figure("power", caption, text, finished("power", svg_of(chart, mark), text))


def _across(grid: PowerGrid) -> int:
    """Position of the parameter along the axis: the schools, else the one with most values."""
    for name in ("schools", "units"):
        if name in grid.names:
            return grid.names.index(name)
    counts = [len({cell.values[i] for cell in grid.cells}) for i in range(len(grid.names))]
    return counts.index(max(counts))


def _bound(path: str, value: float) -> Bound:
    return Bound("grid", path, f"{value:.4g}", value)


def _said(grid: PowerGrid, cells: Sequence[GridCell]) -> Parts:
    """Say the picture: the effect at the first and the last set of values."""
    parts: list[Part | str] = ["Lines of the smallest effect that could be found, in "]
    parts.append(Bound("grid", "unit", grid.unit, grid.unit))
    for where, cell in ((0, cells[0]), (len(cells) - 1, cells[-1])):
        parts.append("; with ")
        for name, value in zip(grid.names, cell.values, strict=True):
            parts.extend([f"{name} ", _bound(f"cells.{where}.{name}", value), ", "])
        parts.append(_bound(f"cells.{where}.mde", cell.mde or 0.0))
    parts.extend(["; looked for, ", _bound("effect", grid.effect), "."])
    return words(*parts)


def _chart(grid: PowerGrid, cells: Sequence[GridCell], across: int, other: int | None) -> Chart:
    series = sorted({cell.values[other] for cell in cells}) if other is not None else [0.0]
    names = [""] if other is None else _line_names(grid.names[other], series)
    rows: list[dict[str, Any]] = [
        {
            "x": float(cell.units) if grid.names[across] in ("schools", "units")
            else cell.values[across],
            "y": cell.mde,
            "series": "" if other is None else names[series.index(cell.values[other])],
        }
        for cell in cells
    ]  # fmt: skip
    shades = [_SHADES[i % len(_SHADES)] for i in range(len(names))]
    top = max([row["y"] for row in rows] + [grid.effect]) * 1.08
    low, high = min(row["x"] for row in rows), max(row["x"] for row in rows)
    data: Any = alt.Data
    x = alt.X("x", type="quantitative", scale=alt.Scale(domain=[low, high], nice=False),
              axis=alt.Axis(title=_NAMES[grid.names[across]], tickCount=6))  # fmt: skip
    y = alt.Y("y", type="quantitative", scale=alt.Scale(domain=[0, top], nice=False),
              axis=alt.Axis(title=f"smallest effect found, {grid.unit}", tickCount=5))  # fmt: skip
    colour = alt.Color(
        "series", type="nominal", scale=alt.Scale(domain=names, range=shades), legend=None
    )
    base = alt.Chart(data(values=rows)).encode(x=x, y=y, color=colour)
    lines = base.mark_line(strokeWidth=2.5)
    points = base.mark_point(filled=True, size=28, opacity=1)
    ends = [max((r for r in rows if r["series"] == name), key=lambda r: r["x"]) for name in names]
    labels = (
        alt.Chart(data(values=ends))
        .mark_text(align="left", dx=6, fontSize=11, color=INK)
        .encode(x=x, y=y, text=alt.Text("series", type="nominal"))
    )
    wanted = [{"y": grid.effect, "text": f"looked for: {grid.effect:g}"}]
    rule = alt.Chart(data(values=wanted)).mark_rule(color=SOFT, strokeDash=[5, 4]).encode(y=y)
    said = (
        alt.Chart(data(values=wanted))
        .mark_text(align="left", dx=4, dy=-6, fontSize=11, color=SOFT)
        .encode(x=alt.value(0), y=y, text=alt.Text("text", type="nominal"))
    )
    return alt.layer(rule, said, lines, points, labels).properties(width=430, height=260)


def _line_names(name: str, values: Sequence[float]) -> list[str]:
    """Name a line by its value: three digits, more where two would be called alike."""
    short = [f"{name} {value:.3g}" for value in values]
    return short if len(set(short)) == len(short) else [f"{name} {value:.12g}" for value in values]
