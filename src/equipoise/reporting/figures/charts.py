"""Charts as Vega-Lite specifications, drawn as SVG without a browser."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

from equipoise.reporting.figures.figure import (
    BAND,
    BLUE,
    EITHER,
    FAMILY,
    HARM,
    INK,
    MARK,
    SOFT,
    WORTH,
    fonts_folder,
)

LINE = 15
UNDIRECTED = "lower"
Chart = Any
"""A chart of Altair: its methods are not typed closely enough to say more."""


@dataclass(frozen=True)
class Row:
    """One interval of a chart, turned so that better lies to the right.

    Attributes
    ----------
    label
        What it is, and its numbers in words.
    estimate, lower, upper
        In the unit of the panel.
    harm, margin
        The band of what is too small to matter goes from ``-harm`` to ``margin``.
    """

    label: str
    estimate: float
    lower: float
    upper: float
    harm: float
    margin: float


@dataclass(frozen=True)
class Panel:
    """Intervals in one unit.

    Attributes
    ----------
    unit
        The unit.
    left, right
        What the two ends of the axis mean.
    rows
        Intervals, top to bottom.
    """

    unit: str
    left: str
    right: str
    rows: tuple[Row, ...]


def svg_of(chart: Chart, mark: str | None) -> str:
    """Draw a chart; the mark of simulated data goes into the picture."""
    if mark:
        title = alt.TitleParams(mark, color=MARK, anchor="start", fontSize=12, fontWeight="bold")
        chart = chart.properties(title=title)
    dressed = (
        chart.properties(padding=8, background="white")
        .configure(font=FAMILY)
        .configure_axis(labelColor=INK, titleColor=INK, labelFontSize=11, titleFontSize=11)
        .configure_axis(titleFontWeight="normal", domainColor=SOFT, tickColor=SOFT, grid=False)
        .configure_view(stroke=None)
    )
    vl_convert.register_font_directory(fonts_folder())
    return str(vl_convert.vegalite_to_svg(dressed.to_dict()))


def _data(values: Sequence[dict[str, Any]]) -> Any:
    """Return rows as data that are part of the specification."""
    rows: Any = alt.Data
    return rows(values=list(values))


def _wrapped(label: str, width: int) -> str:
    return "\n".join(
        line for part in label.split("\n") for line in textwrap.wrap(part, width) or [""]
    )


def _domain(rows: Sequence[Row]) -> list[float]:
    low = min(min(row.lower, -row.harm) for row in rows)
    high = max(max(row.upper, row.margin) for row in rows)
    room = 0.06 * (high - low)
    return [low - room, high + room]


def _x(name: str, domain: list[float], title: str | None) -> Any:
    axis = alt.Axis(title=title, tickCount=5, format="~f")
    return alt.X(name, type="quantitative", scale=alt.Scale(domain=domain, nice=False), axis=axis)


def _axis_title(panel: Panel) -> str:
    """Name the unit between what the two ends mean; hard spaces, for SVG folds the soft ones."""
    space = "\N{NO-BREAK SPACE}" * 4
    return f"‹ {panel.left}{space}{panel.unit}{space}{panel.right} ›"


def _padded(label: str, lines: int) -> str:
    """Return a label with empty lines above and below, so that all are equally high."""
    missing = lines - label.count("\n") - 1
    return "\n" * (missing // 2) + label + "\n" * (missing - missing // 2)


def panel_chart(panel: Panel, *, width: int = 330, wrap: int = 44) -> Chart:
    """Return one panel: per row a grey band, an interval and an estimate."""
    short = [_wrapped(row.label, wrap) for row in panel.rows]
    lines = max(label.count("\n") + 1 for label in short)
    labels = [_padded(label, lines) for label in short]
    step = lines * LINE + 12
    values = [
        {
            "label": label,
            "estimate": row.estimate,
            "lower": row.lower,
            "upper": row.upper,
            "worse": -row.harm,
            "better": row.margin,
        }
        for label, row in zip(labels, panel.rows, strict=True)
    ]
    domain = _domain(panel.rows)
    axis = alt.Axis(
        title=None,
        labelExpr="split(datum.label, '\\n')",
        labelLimit=400,
        labelLineHeight=LINE,
        labelPadding=10,
        labelOffset=-(lines - 1) * LINE / 2,
        ticks=False,
        domain=False,
    )
    y = alt.Y("label", type="nominal", sort=None, axis=axis)
    base = alt.Chart(_data(values)).encode(y=y)
    title = _axis_title(panel)
    x = _x("worse", domain, title)
    band = base.mark_bar(color=BAND, height=alt.RelativeBandSize(0.7)).encode(
        x=x, x2=alt.X2("better")
    )
    nought = alt.Chart(_data([{"nought": 0}])).mark_rule(color=SOFT, strokeDash=[3, 3])
    zero = nought.encode(x=_x("nought", domain, title))
    span = base.mark_rule(color=BLUE, strokeWidth=3).encode(
        x=_x("lower", domain, title), x2=alt.X2("upper")
    )
    point = base.mark_point(color=BLUE, filled=True, size=90, opacity=1).encode(
        x=_x("estimate", domain, title)
    )
    return alt.layer(band, zero, span, point).properties(width=width, height={"step": step})


def effects_chart(panels: Sequence[Panel]) -> Chart:
    """Return the intervals of every outcome, a panel for each unit and sense of direction."""
    return alt.vconcat(*(panel_chart(panel) for panel in panels), spacing=26).resolve_scale(
        x="independent", y="independent"
    )


def headline_chart(panel: Panel, *, width: int = 300) -> Chart:
    """Return one interval over three zones: harm, too small to matter, worth having."""
    row = panel.rows[0]
    domain = _domain(panel.rows)
    zones = [
        {"from": domain[0], "to": -row.harm, "zone": "harm"},
        {"from": -row.harm, "to": row.margin, "zone": "small"},
        {"from": row.margin, "to": domain[1], "zone": "worth"},
    ]
    title = _axis_title(panel)
    directed = panel.left != UNDIRECTED
    shades = [HARM, BAND, WORTH] if directed else [EITHER, BAND, EITHER]
    colours = alt.Scale(domain=["harm", "small", "worth"], range=shades)
    rect = (
        alt.Chart(_data(zones))
        .mark_rect()
        .encode(
            x=_x("from", domain, title),
            x2=alt.X2("to"),
            color=alt.Color("zone", type="nominal", scale=colours, legend=None),
        )
    )
    one = [{"estimate": row.estimate, "lower": row.lower, "upper": row.upper}]
    base = alt.Chart(_data(one))
    zero = (
        alt.Chart(_data([{"nought": 0}]))
        .mark_rule(color=SOFT, strokeDash=[3, 3])
        .encode(x=_x("nought", domain, title))
    )
    span = base.mark_rule(color=BLUE, strokeWidth=4).encode(
        x=_x("lower", domain, title), x2=alt.X2("upper"), y=alt.value(56)
    )
    point = base.mark_point(color=BLUE, filled=True, size=130, opacity=1).encode(
        x=_x("estimate", domain, title), y=alt.value(56)
    )
    left = "harm that matters" if directed else "a fall that matters"
    right = "benefit worth having" if directed else "a rise that matters"
    texts: list[tuple[float, float, Any, str]] = [
        (0, 14, "left", left),
        (width, 14, "right", right),
    ]
    labels = [
        alt.Chart(_data([{"text": text}]))
        .mark_text(align=align, fontSize=10.5, color=INK, dx=4 if align == "left" else -4)
        .encode(x=alt.value(x), y=alt.value(y), text=alt.Text("text", type="nominal"))
        for x, y, align, text in texts
    ]  # fmt: skip
    return alt.layer(rect, zero, span, point, *labels).properties(width=width, height=100)


def bars_chart(
    values: Sequence[tuple[str, float, str]], *, x_title: str, y_title: str, width: int = 460
) -> Chart:
    """Return horizontal bars, each with its name and its value in words."""
    rows = [{"name": name, "value": value, "text": text} for name, value, text in values]
    data = _data(rows)
    y = alt.Y("name", type="nominal", sort=None,
              axis=alt.Axis(title=y_title, labelLimit=220, ticks=False, domain=False))  # fmt: skip
    top = max([value for _, value, _ in values] or [1.0]) or 1.0
    x = alt.X("value", type="quantitative", scale=alt.Scale(domain=[0, top * 1.18], nice=False),
              axis=alt.Axis(title=x_title, labels=False, ticks=False))  # fmt: skip
    base = alt.Chart(data).encode(y=y, x=x)
    bars = base.mark_bar(color=BLUE, height=alt.RelativeBandSize(0.7))
    texts = base.mark_text(align="left", dx=5, color=INK, fontSize=11).encode(
        text=alt.Text("text", type="nominal")
    )
    return alt.layer(bars, texts).properties(width=width, height={"step": 26})


def columns_chart(
    values: Sequence[tuple[int, float]], *, intended: int, x_title: str, y_title: str
) -> Chart:
    """Return columns over whole numbers; those at the intended level are darker."""
    rows = [{"x": x, "y": y, "reached": "yes" if x >= intended else "no"} for x, y in values]
    colours = alt.Scale(domain=["yes", "no"], range=[BLUE, "#9db4d3"])
    x = alt.X("x", type="ordinal", axis=alt.Axis(title=x_title, labelAngle=0))
    top = max([y for _, y in values] or [1.0]) or 1.0
    y = alt.Y("y", type="quantitative", axis=alt.Axis(title=y_title, tickCount=5, format="d"),
              scale=alt.Scale(domain=[0, top * 1.12], nice=False))  # fmt: skip
    base = alt.Chart(_data(rows)).encode(x=x, y=y)
    bars = base.mark_bar().encode(
        color=alt.Color("reached", type="nominal", scale=colours, legend=None)
    )
    texts = base.mark_text(dy=-8, color=INK, fontSize=11).encode(
        text=alt.Text("y", type="quantitative", format=",")
    )
    return alt.layer(bars, texts).properties(width={"step": 30}, height=130)
