"""The figures of a report, each from typed results."""

from __future__ import annotations

from equipoise.reporting.figures.boxes import boxes_svg, flow_boxes
from equipoise.reporting.figures.charts import (
    UNDIRECTED,
    Panel,
    Row,
    bars_chart,
    columns_chart,
    effects_chart,
    headline_chart,
    svg_of,
)
from equipoise.reporting.figures.figure import Figure, finished
from equipoise.reporting.tables import (
    Part,
    Parts,
    Writer,
    before_title,
    box_nouns,
    capital,
    difference,
    drawn,
    oriented,
    outcome_paths,
    primary_path,
    text_of,
    within,
    words,
)

SOURCE = "impact"


def _row(writer: Writer, path: str) -> Row:
    fields = writer.fields.value(SOURCE, path)
    estimate, lower, upper = oriented(fields.direction, fields.estimate, fields.lower, fields.upper)
    harm = fields.margin if fields.direction == "none" else fields.harm
    label = (
        f"{capital(writer.plain(SOURCE, f'{path}.title')).text}\n"
        f"{text_of(difference(writer, path)).replace(fields.unit_difference, '').strip()}"
        f" ({text_of(within(writer, path))})"
    )
    return Row(" ".join(label.split(" ")), estimate, lower, upper, harm, fields.margin)


def _panel(writer: Writer, paths: tuple[str, ...]) -> Panel:
    first = writer.fields.value(SOURCE, paths[0])
    left, right = (UNDIRECTED, "higher") if first.direction == "none" else ("worse", "better")
    rows = tuple(_row(writer, path) for path in paths)
    return Panel(first.unit_difference, left, right, rows)


def _panels(writer: Writer) -> list[Panel]:
    groups: dict[tuple[str, bool], list[str]] = {}
    for path in outcome_paths(writer):
        outcome = writer.fields.value(SOURCE, path)
        key = (outcome.unit_difference, outcome.direction == "none")
        groups.setdefault(key, []).append(path)
    return [_panel(writer, tuple(paths)) for paths in groups.values()]


def _listed(writer: Writer, paths: tuple[str, ...]) -> Parts:
    parts: list[Part | str] = []
    for path in paths:
        parts.extend(
            [
                capital(writer.plain(SOURCE, f"{path}.title")),
                ": ",
                *difference(writer, path),
                " (",
                *within(writer, path),
                "). ",
            ]
        )
    return words(*parts)


def headline_figure(writer: Writer, mark: str | None) -> Figure:
    """The primary outcome's interval over the zones of harm, of too little, and of benefit."""
    path = primary_path(writer)
    alt = words(
        "An interval over three zones. ",
        *_listed(writer, (path,)),
        "The least benefit worth having is ",
        writer.size(SOURCE, f"{path}.margin"),
        ", the least harm worth worrying about is ",
        writer.size(SOURCE, f"{path}.harm"),
        ".",
    )
    caption = words(
        "The main finding: dot, best estimate; line, ",
        writer.percent(SOURCE, f"{path}.interval"),
        " interval; dashes, no difference; grey, too small to matter.",
    )
    svg = svg_of(headline_chart(_panel(writer, (path,))), mark)
    return Figure("headline", caption, alt, finished("headline", svg, alt))


def effects_figure(writer: Writer, mark: str | None) -> Figure:
    """The intervals of every outcome against the margins, a panel for each unit."""
    alt = words(
        "Intervals of every outcome, in panels by unit. ",
        *_listed(writer, outcome_paths(writer)),
    )
    caption = words(
        "Every outcome in its own unit: dot, best estimate; line, ",
        writer.percent(SOURCE, "interval"),
        " interval; grey, too small to matter; dashes, no difference. Better lies to the right, "
        "except where neither direction is better.",
    )
    svg = svg_of(effects_chart(_panels(writer)), mark)
    return Figure("effects", caption, alt, finished("effects", svg, alt))


def dose_figure(writer: Writer, mark: str | None) -> Figure | None:
    """Schools by the number of sessions held."""
    if not writer.fields.has("dose"):
        return None
    levels = writer.fields.value("dose", "distribution")
    if not levels:
        return None
    chart = columns_chart(
        [(level.sessions, level.schools) for level in levels],
        intended=writer.fields.value("dose", "intended_level"),
        x_title="sessions held",
        y_title="schools",
    )
    listed: list[Part | str] = []
    for key in writer.fields.keys("dose", "distribution"):
        base = f"distribution.{key}"
        listed.extend(
            [
                *writer.things("dose", f"{base}.sessions", "session", "sessions"),
                ": ",
                *writer.things("dose", f"{base}.schools", "school", "schools"),
                ". ",
            ]
        )
    alt = words("Schools by number of sessions held. ", *listed)
    caption = words(
        "Schools by number of sessions held; darker, the intended amount of ",
        writer.plain("dose", "intended_level"),
        " ",
        writer.plain("dose", "unit"),
        " or more.",
    )
    return Figure("dose", caption, alt, finished("dose", svg_of(chart, mark), alt))


def cost_figure(writer: Writer, mark: str | None) -> Figure | None:
    """Recurring cost by category."""
    if not writer.fields.has("costs"):
        return None
    bases = [f"categories.{key}" for key in writer.fields.keys("costs", "categories")]
    if not bases:
        return None
    values = []
    listed: list[Part | str] = []
    for base in bases:
        money = writer.money("costs", f"{base}.recurring_pence")
        name = capital(writer.plain("costs", f"{base}.category"))
        pence = writer.fields.value("costs", f"{base}.recurring_pence")
        values.append((name.text, float(pence), money.text))
        listed.extend([name, ": ", money, ". "])
    chart = bars_chart(values, x_title="recurring cost", y_title="")
    alt = words("Recurring cost by category. ", *listed)
    caption = words(
        "Recurring cost by category, in prices of ",
        writer.plain("costs", "price_year"),
        ".",
    )
    return Figure("costs", caption, alt, finished("costs", svg_of(chart, mark), alt))


def _listed_nouns(writer: Writer) -> Parts:
    parts: list[Part] = []
    for _, noun in box_nouns(writer):
        parts.append(noun.plural(writer, ", " if parts else ""))
    return tuple(parts)


def flow_figure(writer: Writer, mark: str | None) -> Figure:
    """The flow of units, schools and pupils from assessment to analysis."""
    boxes, arrows = flow_boxes(writer)
    noun = drawn(writer)
    alt = words(
        f"Flow diagram. {before_title(writer)}: ",
        *noun.counted(writer, "flow", "assessed.schools"),
        ". Randomised: ",
        *noun.counted(writer, "flow", "randomised.schools"),
        ". Analysed: ",
        *noun.counted(writer, "flow", "analysed.schools"),
        ". The table of the flow gives every box.",
    )
    caption = words("Flow through the trial: ", *_listed_nouns(writer), ".")
    return Figure("flow", caption, alt, finished("flow", boxes_svg(boxes, arrows, mark), alt))
