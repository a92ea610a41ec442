"""The grounds of the decision over several trials, as a table."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.reporting.tables.fields import Bound, Parts, bound_also
from equipoise.reporting.tables.formats import NONE, Writer
from equipoise.reporting.tables.results import Badge
from equipoise.reporting.tables.together import PROGRAMME, badge_or_dash, signed
from equipoise.reporting.tables.views import Cell, TableView, capital, cell, table


def grounds_table(writer: Writer, badge: Badge, ground: Callable[[str], str]) -> TableView:
    """The grounds of the decision, the deciding one first."""
    rows = []
    for key in writer.fields.keys(PROGRAMME, "decision.reasons"):
        base = f"decision.reasons.{key}"
        code = f"{base}.code"
        rows.append(
            [
                cell(
                    capital(
                        writer.choice(PROGRAMME, code, ground(writer.fields.value(PROGRAMME, code)))
                    )
                ),
                cell(_trial_title(writer, f"{base}.trial")),
                cell(_outcome_title(writer, base)),
                Cell(_compared(writer, base)),
                cell(writer.rate(PROGRAMME, f"{base}.bound")),
                cell(_unit(writer, f"{base}.unit")),
                cell(badge_or_dash(writer, f"{base}.conclusion", badge)),
            ]
        )
    return table(
        "grounds",
        "Grounds of the decision; the first decides, the others stand beside it",
        ["Ground", "Trial", "Outcome", "Interval", "Compared with", "Unit", "Class"],
        rows,
        numeric=(3, 4),
    )


LOGARITHM = "log rate ratio"
"""The unit of a pool on the scale of ratios; it is printed as the ratio itself."""


def _unit(writer: Writer, path: str) -> Bound:
    if writer.fields.value(PROGRAMME, path) == LOGARITHM:
        return writer.choice(PROGRAMME, path, "ratio")
    return writer.plain(PROGRAMME, path, missing=NONE)


def _compared(writer: Writer, base: str) -> Parts:
    """Return the interval of a ground in its unit; that of a ratio as ratios."""
    if not writer.fields.has(PROGRAMME, f"{base}.lower"):
        return (writer.choice(PROGRAMME, f"{base}.lower", NONE),)
    log = writer.fields.value(PROGRAMME, f"{base}.unit") == LOGARITHM
    return tuple(
        bound_also(part, f"{PROGRAMME}:{base}.unit") if isinstance(part, Bound) else part
        for part in signed(writer, base, log=log)
    )


def _trial_title(writer: Writer, path: str) -> Bound:
    trial = writer.fields.value(PROGRAMME, path)
    if trial is None:
        return writer.choice(PROGRAMME, path, "all")
    title = f"trials.{trial}.title"
    text = writer.plain(PROGRAMME, title).text
    return writer.choice(PROGRAMME, path, text, f"{PROGRAMME}:{title}")


def _outcome_title(writer: Writer, base: str) -> Bound:
    """Return the title of a ground's outcome: of its trial, of a panel, of a pool, or its name."""
    path = f"{base}.outcome"
    outcome = writer.fields.value(PROGRAMME, path)
    trial = writer.fields.value(PROGRAMME, f"{base}.trial")
    places = [(f"pools.{outcome}", "title")] if trial is None else []
    if trial is not None:
        places.append((f"trials.{trial}.primary", "title"))
    for panel in writer.fields.keys(PROGRAMME, "panels"):
        for row in writer.fields.keys(PROGRAMME, f"panels.{panel}.rows"):
            places.append((f"panels.{panel}.rows.{row}", "outcome_title"))
    for place, name in places:
        if not writer.fields.has(PROGRAMME, place):
            continue
        found = writer.fields.value(PROGRAMME, place)
        if found.outcome == outcome and (trial is None or getattr(found, "trial", trial) == trial):
            text = writer.plain(PROGRAMME, f"{place}.{name}").text
            return writer.choice(PROGRAMME, path, text, f"{PROGRAMME}:{place}.{name}")
    return writer.plain(PROGRAMME, path, missing=NONE)
