"""The table of what was known before the start, by arm; only after unblinding."""

from __future__ import annotations

from equipoise.core.disclosure import suppress
from equipoise.reporting.tables.fields import Bound
from equipoise.reporting.tables.formats import WITHHELD, Writer
from equipoise.reporting.tables.views import TableView, capital, cell, table

SOURCE = "characteristics"


def characteristics_table(writer: Writer) -> TableView | None:
    """Mean, spread and standardised difference of every measure from before the start, by arm."""
    keys = writer.fields.keys(SOURCE, "rows") if writer.fields.has(SOURCE) else ()
    if not keys:
        return None
    rows = []
    for key in keys:
        base = f"rows.{key}"
        few = _few(writer, base)
        persons = writer.fields.value(SOURCE, f"{base}.of") == "persons"
        for arm in writer.fields.keys(SOURCE, f"{base}.arms"):
            here = f"{base}.arms.{arm}"
            missing = writer.people if persons else writer.count
            rows.append(
                [
                    cell(capital(writer.plain(SOURCE, f"{base}.title"))),
                    cell(writer.plain(SOURCE, f"{base}.unit", "")),
                    cell(writer.plain(SOURCE, f"{here}.title")),
                    cell(_shown(writer, f"{here}.mean", few)),
                    cell(_shown(writer, f"{here}.sd", few)),
                    cell(writer.two(SOURCE, f"{here}.difference")),
                    cell(missing(SOURCE, f"{here}.missing")),
                ]
            )
    return table(
        SOURCE,
        "The arms before the start",
        [
            "Measure",
            "Unit",
            "Arm",
            "Mean",
            "Standard deviation",
            "Difference from the reference in standard deviations",
            "Without it",
        ],
        rows,
        numeric=range(3, 7),
        notes=[
            "Over schools, or persons where a measure is of persons, weighted by the inverse "
            "chance of their arm. No test is made: who is in which arm is chance.",
        ],
    )


def _few(writer: Writer, base: str) -> bool:
    """Whether a mean would give a small count of children away."""
    arms = writer.fields.value(SOURCE, f"{base}.arms")
    counts = [arm.events for arm in arms]
    if any(count is None for count in counts):
        return False
    shown = suppress([[round(count) for count in counts]], smallest=writer.smallest)
    return any(one is None for one in shown.cells[0][:-1])


def _shown(writer: Writer, path: str, few: bool) -> Bound:
    if not few:
        return writer.two(SOURCE, path)
    base = path.rsplit(".arms.", 1)[0]
    arms = writer.fields.keys(SOURCE, f"{base}.arms")
    also = tuple(f"{SOURCE}:{base}.arms.{arm}.events" for arm in arms)
    return Bound(SOURCE, path, WITHHELD, None, also)
