"""Forest plots as Vega-Lite specifications: trials under one another, a diamond only for a pool."""

from __future__ import annotations

import json
import math
import statistics
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from equipoise.reporting.figures.charts import Chart
from equipoise.reporting.figures.figure import BAND, BLUE, INK, SOFT

STEP = 40
"""Height of a row, in pixels: room for three lines of text."""
FAR = 3.0
"""An interval so many times as long as the middle one is cut at the edge, with an arrow."""
SPACE = "\N{NO-BREAK SPACE}" * 3
HARD = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class ForestRow:
    """One line of a forest plot, on its natural scale.

    Attributes
    ----------
    label
        What it is, and its numbers in words; lines are parted by a new line.
    estimate, lower, upper
        On the scale of the axis (of a ratio: the ratio, not its logarithm). None: an empty line.
    weight
        Share of the pool, 0 to 1, which sets the size of the dot.
    kind
        ``trial``, ``diamond`` (a pool) or ``prediction`` (a dashed line without a dot).
    """

    label: str
    estimate: float | None
    lower: float | None
    upper: float | None
    weight: float = 0.5
    kind: str = "trial"


@dataclass(frozen=True)
class Forest:
    """Lines in one unit.

    Attributes
    ----------
    unit
        Title of the axis.
    left, right
        What its two ends mean; empty where nothing is said.
    rows
        From the top.
    none
        Where no difference lies: nought, or one on the scale of ratios.
    band
        Between these values a difference is too small to matter; None where nothing is declared.
    log
        Whether the axis is logarithmic.
    """

    unit: str
    left: str
    right: str
    rows: tuple[ForestRow, ...]
    none: float = 0.0
    band: tuple[float, float] | None = None
    log: bool = False


def domain_of(forest: Forest) -> tuple[float, float]:
    """Return the ends of the axis: intervals that are far longer than the others do not set it.

    Examples
    --------
    >>> rows = tuple(ForestRow("t", 0.0, -1.0, 1.0) for _ in range(3))
    >>> low, high = domain_of(Forest("u", "", "", (*rows, ForestRow("t", 0.0, -99.0, 99.0))))
    >>> -4 < low < -1 and 1 < high < 4
    True
    """
    scale = math.log if forest.log else float
    spans = [
        (scale(row.lower), scale(row.upper))
        for row in forest.rows
        if row.lower is not None and row.upper is not None
    ]
    ends = [scale(forest.none)]
    ends.extend(scale(end) for end in forest.band or ())
    ends.extend(scale(row.estimate) for row in forest.rows if row.estimate is not None)
    if spans:
        middle = statistics.median(high - low for low, high in spans)
        kept = [span for span in spans if span[1] - span[0] <= FAR * middle]
        ends.extend(end for span in kept for end in span)
    low, high = min(ends), max(ends)
    room = 0.06 * ((high - low) or 1.0)
    low, high = low - room, high + room
    return (math.exp(low), math.exp(high)) if forest.log else (low, high)


def _data(values: Sequence[dict[str, Any]]) -> Any:
    rows: Any = alt.Data
    return rows(values=list(values))


def _wrapped(label: str, width: int) -> str:
    lines = [line for part in label.split("\n") for line in textwrap.wrap(part, width) or [""]]
    return "\n".join(lines[:4])


def forest_chart(forest: Forest, *, width: int = 330, wrap: int = 46, step: int = STEP) -> Chart:
    """Return a forest plot: dots sized by weight, intervals, diamonds for pools.

    An arrow stands where an interval goes on beyond the axis.
    """
    low, high = domain_of(forest)
    labels = [_wrapped(row.label, wrap) for row in forest.rows]
    lines = max(label.count("\n") + 1 for label in labels)
    step = max(step, 14 * lines + 10)
    count = len(forest.rows)
    sense = f"{forest.unit}"
    if forest.left or forest.right:
        sense = f"‹ {forest.left}{SPACE}{forest.unit}{SPACE}{forest.right} ›".replace(" ", HARD)
    x_axis = alt.Axis(title=sense, tickCount=5, format="~f")
    kind: Any = {"type": "log"} if forest.log else {}
    scale = alt.Scale(domain=[low, high], nice=False, **kind)
    if forest.log:
        x_axis = alt.Axis(title=sense, values=_ticks(low, high), format="~f")

    def x(name: str) -> Any:
        return alt.X(name, type="quantitative", scale=scale, axis=x_axis)

    y_axis = alt.Axis(
        title=None,
        values=list(range(count)),
        labelExpr=f"split({json.dumps(labels, ensure_ascii=False)}[datum.value], '\\n')",
        labelLimit=420,
        labelLineHeight=14,
        labelPadding=10,
        labelOffset=-(lines - 1) * 7,
        ticks=False,
        domain=False,
        labelBaseline="middle",
    )
    y = alt.Y(
        "y",
        type="quantitative",
        scale=alt.Scale(domain=[count - 0.5, -0.5], nice=False, zero=False),
        axis=y_axis,
    )

    def ruled(values: Sequence[dict[str, Any]], **mark: Any) -> Any:
        return alt.Chart(_data(values)).mark_rule(**mark).encode(x=x("from"), x2="to", y=y)

    spans: dict[str, list[dict[str, Any]]] = {"trial": [], "prediction": []}
    dots, arrows, diamonds = [], [], []
    for place, row in enumerate(forest.rows):
        if row.lower is None or row.upper is None:
            continue
        start, end = max(row.lower, low), min(row.upper, high)
        if row.kind == "diamond" and row.estimate is not None:
            diamonds.append((place, start, row.estimate, end))
        else:
            spans["prediction" if row.kind == "prediction" else "trial"].append(
                {"y": place, "from": start, "to": end}
            )
        if row.lower < low:
            arrows.append({"y": place, "x": low, "shape": "left"})
        if row.upper > high:
            arrows.append({"y": place, "x": high, "shape": "right"})
        if row.kind == "trial" and row.estimate is not None:
            dots.append({"y": place, "x": row.estimate, "size": 40 + 160 * row.weight})
    layers = []
    if forest.band is not None:
        band = [{"from": max(forest.band[0], low), "to": min(forest.band[1], high)}]
        layers.append(alt.Chart(_data(band)).mark_rect(color=BAND).encode(x=x("from"), x2="to"))
    layers.append(
        alt.Chart(_data([{"none": forest.none}]))
        .mark_rule(color=SOFT, strokeDash=[3, 3])
        .encode(x=x("none"))
    )
    empty = [{"y": place, "x": forest.none} for place in range(count)]
    layers.append(alt.Chart(_data(empty)).mark_point(opacity=0).encode(x=x("x"), y=y))
    if spans["trial"]:
        layers.append(ruled(spans["trial"], color=BLUE, strokeWidth=2.4))
    if spans["prediction"]:
        layers.append(ruled(spans["prediction"], color=INK, strokeWidth=1.6, strokeDash=[5, 3]))
    if dots:
        size = alt.Size("size", type="quantitative", scale=None, legend=None)
        layers.append(
            alt.Chart(_data(dots))
            .mark_point(shape="square", color=BLUE, filled=True, opacity=1)
            .encode(x=x("x"), y=y, size=size)
        )
    for place, start, middle, end in diamonds:
        shape = [
            {"x": start, "y": place, "y2": place},
            {"x": middle, "y": place - 0.24, "y2": place + 0.24},
            {"x": end, "y": place, "y2": place},
        ]
        layers.append(alt.Chart(_data(shape)).mark_area(color=INK).encode(x=x("x"), y=y, y2="y2"))
    for side in ("left", "right"):
        heads = [arrow for arrow in arrows if arrow["shape"] == side]
        if heads:
            layers.append(
                alt.Chart(_data(heads))
                .mark_point(shape=f"triangle-{side}", color=BLUE, filled=True, size=60, opacity=1)
                .encode(x=x("x"), y=y)
            )
    return alt.layer(*layers).properties(width=width, height=step * count)


def _ticks(low: float, high: float) -> list[float]:
    """Return round ratios inside an interval."""
    round_ones = [0.1, 0.2, 0.25, 0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 4.0, 5.0, 10.0]
    return [tick for tick in round_ones if low <= tick <= high]


def forests_chart(forests: Sequence[Forest], *, width: int = 330) -> Chart:
    """Return forest plots under one another, each with an axis of its own."""
    return alt.vconcat(*(forest_chart(one, width=width) for one in forests), spacing=22)
