"""Departures of several trials from their locked protocols, in one table."""

from __future__ import annotations

from equipoise.reporting.tables.formats import Writer
from equipoise.reporting.tables.together import PROGRAMME, trial_paths
from equipoise.reporting.tables.views import TableView, cell, table


def departures_table(writer: Writer) -> TableView | None:
    """Every amendment and correction of every trial; None where there was none."""
    rows = [
        [
            cell(writer.plain(PROGRAMME, f"{base}.title")),
            cell(writer.date(PROGRAMME, f"{base}.departures.{key}.when")),
            cell(writer.plain(PROGRAMME, f"{base}.departures.{key}.phase")),
            cell(writer.plain(PROGRAMME, f"{base}.departures.{key}.what")),
            cell(writer.plain(PROGRAMME, f"{base}.departures.{key}.why")),
        ]
        for base in trial_paths(writer)
        for key in writer.fields.keys(PROGRAMME, f"{base}.departures")
    ]
    if not rows:
        return None
    heads = ["Trial", "When", "Phase", "What", "Why"]
    return table("departures", "Departures from the protocols", heads, rows)
