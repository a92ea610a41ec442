"""The figures of a programme: panels without a diamond, pools with one, what was believed when."""

from __future__ import annotations

import math
from collections.abc import Sequence

from equipoise.reporting.figures.charts import bars_chart, svg_of
from equipoise.reporting.figures.figure import Figure, finished
from equipoise.reporting.figures.forest import Forest, ForestRow, forest_chart, forests_chart
from equipoise.reporting.tables import (
    PROGRAMME,
    Part,
    Parts,
    Writer,
    between,
    change,
    money_range,
    pool_path,
    rates_withheld,
    text_of,
    words,
)

ENDS = {"lower": ("better", "worse"), "higher": ("worse", "better"), "none": ("lower", "higher")}
ARROW = " An arrow: the interval goes on beyond the picture."
DIFFERS = ("", "")


def _numbers(writer: Writer, base: str, *, log: bool = False, before: str = "") -> Parts:
    """Return "−1.2 (−2.6 to 0.2)" of an entry."""
    write = writer.ratio if log else writer.rate
    parts: list[Part | str] = []
    if not before.startswith("prediction"):
        parts.extend((write(PROGRAMME, f"{base}.{before}estimate"), " "))
    parts.extend(
        (
            "(",
            write(PROGRAMME, f"{base}.{before}lower"),
            " to ",
            write(PROGRAMME, f"{base}.{before}upper"),
            ")",
        )
    )
    return words(*parts)


def _row(writer: Writer, base: str, *, log: bool = False, weight: float = 0.5) -> ForestRow:
    title = writer.plain(PROGRAMME, f"{base}.title").text
    return ForestRow(
        f"{title}\n{text_of(_numbers(writer, base, log=log))}",
        *_values(writer, base, log=log),
        weight=weight,
    )


def _values(
    writer: Writer, base: str, *, log: bool = False, before: str = ""
) -> tuple[float, float, float]:
    found = [
        float(writer.fields.value(PROGRAMME, f"{base}.{before}{name}"))
        for name in ("estimate", "lower", "upper")
    ]
    estimate, lower, upper = (math.exp(one) if log else one for one in found)
    return estimate, lower, upper


def _band(writer: Writer, pool: str) -> tuple[float, float]:
    direction, margin, harm = (
        writer.fields.value(PROGRAMME, f"{pool}.{name}") for name in ("direction", "margin", "harm")
    )
    if direction == "none":
        return -margin, margin
    return (-margin, harm) if direction == "lower" else (-harm, margin)


def _pool_forest(writer: Writer, pool: str, scale: str, *, short: bool = False) -> Forest:
    log = scale == "ratio"
    base = f"{pool}.{scale}"
    rows = []
    for key in writer.fields.keys(PROGRAMME, f"{base}.rows"):
        row = f"{base}.rows.{key}"
        weight = float(writer.fields.value(PROGRAMME, f"{row}.weight"))
        rows.append(_row(writer, row, log=log, weight=weight))
    together = f"Together\n{text_of(_numbers(writer, base, log=log))}"
    rows.append(ForestRow(together, *_values(writer, base, log=log), kind="diamond"))
    if not short and writer.fields.has(PROGRAMME, f"{base}.prediction_lower"):
        low, high = (
            float(writer.fields.value(PROGRAMME, f"{base}.prediction_{end}"))
            for end in ("lower", "upper")
        )
        if log:
            low, high = math.exp(low), math.exp(high)
        label = text_of(_numbers(writer, base, log=log, before="prediction_"))
        rows.append(ForestRow(f"A further trial\n{label}", None, low, high, kind="prediction"))
    left, right = ENDS[writer.fields.value(PROGRAMME, f"{pool}.direction")]
    unit = "ratio of rates" if log else writer.plain(PROGRAMME, f"{pool}.unit_difference").text
    return Forest(
        unit,
        left,
        right,
        tuple(rows),
        none=1.0 if log else 0.0,
        band=None if log else _band(writer, pool),
        log=log,
    )


def _listed(writer: Writer, bases: Sequence[str], *, log: bool = False) -> Parts:
    parts: list[Part | str] = []
    for base in bases:
        parts.extend(
            [writer.plain(PROGRAMME, f"{base}.title"), ": ", *_numbers(writer, base, log=log), "; "]
        )
    return words(*parts)


def first_figure(writer: Writer, mark: str | None) -> Figure | None:
    """The small forest plot of the first page."""
    pool = pool_path(writer)
    if pool is None:
        return None
    base = f"{pool}.difference"
    alt = words(
        "Forest plot. ",
        *_listed(writer, _rows(writer, base)),
        "together: ",
        *change(writer, f"{base}.estimate", f"{pool}.unit_difference"),
        " (",
        *between(writer, base),
        ").",
    )
    caption = words(
        "Squares, trials, larger with more weight; diamond, together; lines, ",
        writer.percent(PROGRAMME, f"{base}.interval"),
        " intervals; grey, too small to matter.",
    )
    chart = forest_chart(_pool_forest(writer, pool, "difference", short=True), width=200, wrap=26)
    return Figure("first", caption, alt, finished("first", svg_of(chart, mark), alt))


def _rows(writer: Writer, base: str) -> list[str]:
    return [f"{base}.rows.{key}" for key in writer.fields.keys(PROGRAMME, f"{base}.rows")]


def pool_figure(writer: Writer, mark: str | None, pool: str) -> Figure:
    """A pool on both scales, with a diamond and the range of a further trial."""
    scales = ["difference"]
    if writer.fields.has(PROGRAMME, f"{pool}.ratio") and not rates_withheld(writer, pool):
        scales.append("ratio")
    alt_parts: list[Part | str] = ["Forest plots of the common outcome. "]
    for scale in scales:
        log = scale == "ratio"
        base = f"{pool}.{scale}"
        alt_parts.append("Ratio: " if log else "Difference: ")
        alt_parts.extend(_listed(writer, _rows(writer, base), log=log))
        alt_parts.extend(["together: ", *_numbers(writer, base, log=log), ". "])
    alt = words(*alt_parts)
    caption = words(
        "The common outcome, ",
        writer.plain(PROGRAMME, f"{pool}.title"),
        ": squares, trials, larger with more weight; diamond, all of them together; dashed line, "
        "where a further trial may lie; grey, too small to matter; dashes upright, no difference. "
        "The scale is natural, so fewer lies to the left." + ARROW,
    )
    chart = forests_chart([_pool_forest(writer, pool, scale) for scale in scales])
    name = f"pool-{pool.removeprefix('pools.')}"
    return Figure(name, caption, alt, finished(name, svg_of(chart, mark), alt))


def panel_figure(writer: Writer, mark: str | None, key: str) -> Figure:
    """A panel: each trial's own estimate, without a diamond; an axis for each unit."""
    base = f"panels.{key}"
    ends = ENDS.get(writer.fields.value(PROGRAMME, f"{base}.direction"), DIFFERS)
    units: dict[str, list[str]] = {}
    for row in _rows(writer, base):
        unit = writer.plain(PROGRAMME, f"{row}.unit_difference").text
        units.setdefault(unit, []).append(row)
    forests = [
        Forest(unit, *ends, tuple(_row(writer, row) for row in rows))
        for unit, rows in units.items()
    ]
    alt = words(
        "Estimates trial by trial, not put together: ",
        writer.plain(PROGRAMME, f"{base}.title"),
        ". ",
        *_listed(writer, _rows(writer, base)),
        "no sum is drawn.",
    )
    caption = words(
        "Trial by trial, not put together: ",
        writer.plain(PROGRAMME, f"{base}.title"),
        "; square, estimate; line, ",
        writer.percent(PROGRAMME, "interval"),
        " interval; an axis for each unit." + ARROW,
    )
    name = f"panel-{key}"
    return Figure(name, caption, alt, finished(name, svg_of(forests_chart(forests), mark), alt))


def cumulative_figure(writer: Writer, mark: str | None) -> Figure | None:
    """What would have been believed on the common outcome after each trial."""
    pool = pool_path(writer)
    if pool is None:
        return None
    rows, listed = [], []
    for key in writer.fields.keys(PROGRAMME, "cumulative"):
        base = f"cumulative.{key}"
        title = writer.plain(PROGRAMME, f"{base}.title")
        if not writer.fields.has(PROGRAMME, f"{base}.estimate"):
            rows.append(ForestRow(f"After {title.text}\nnothing yet", None, None, None))
            continue
        rows.append(
            ForestRow(
                f"After {title.text}\n{text_of(_numbers(writer, base))}", *_values(writer, base)
            )
        )
        listed.append(base)
    left, right = ENDS[writer.fields.value(PROGRAMME, f"{pool}.direction")]
    unit = writer.plain(PROGRAMME, f"{pool}.unit_difference")
    forest = Forest(unit.text, left, right, tuple(rows), band=_band(writer, pool))
    alt = words(
        "What would have been believed on the common outcome after each trial. ",
        *_listed(writer, listed),
        "all in ",
        unit,
        ".",
    )
    caption = words(
        "What would have been believed on the common outcome after each trial, those before it "
        "included: square, estimate; line, ",
        writer.percent(PROGRAMME, "interval"),
        " interval; grey, too small to matter." + ARROW,
    )
    svg = svg_of(forest_chart(forest), mark)
    return Figure("cumulative", caption, alt, finished("cumulative", svg, alt))


def modes_figure(writer: Writer, mark: str | None, names: dict[str, str]) -> Figure | None:
    """Cost of a school and year by mode.

    Parameters
    ----------
    names
        Mode to its words; handed in, for words lie to the right of figures.
    """
    values: list[tuple[str, float, str]] = []
    listed: list[Part | str] = []
    for key in writer.fields.keys(PROGRAMME, "costs"):
        base = f"costs.{key}"
        whole = writer.fields.has(PROGRAMME, f"{base}.pence_per_school_year")
        field = "pence_per_school_year" if whole else "highest"
        money = (
            (writer.money(PROGRAMME, f"{base}.{field}"),) if whole else money_range(writer, base)
        )
        code = writer.fields.value(PROGRAMME, f"{base}.mode")
        name = writer.choice(PROGRAMME, f"{base}.mode", names.get(code, code))
        pence = float(writer.fields.value(PROGRAMME, f"{base}.{field}"))
        values.append((name.text[:1].upper() + name.text[1:], pence, text_of(money)))
        listed.extend([name, ": ", *money, ". "])
    if not values:
        return None
    alt = words("Recurring cost of a school and year by mode of supervision. ", *listed)
    caption = words(
        "Recurring cost of a supervised school and year, by mode. Where trials are not added up, "
        "for their price years or perspectives differ, the bar is that of the dearest."
    )
    chart = bars_chart(values, x_title="recurring cost of a school and year", y_title="", width=380)
    return Figure("costs", caption, alt, finished("costs", svg_of(chart, mark), alt))
