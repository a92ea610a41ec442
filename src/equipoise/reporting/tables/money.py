"""Tables of cost: by category, and each unit cost with its arithmetic."""

from __future__ import annotations

from equipoise.reporting.tables.formats import Writer
from equipoise.reporting.tables.views import TableView, capital, cell, table, words


def categories_table(writer: Writer) -> TableView | None:
    """Cost by category, start-up apart."""
    if not writer.fields.has("costs"):
        return None
    rows = [
        [
            cell(capital(writer.plain("costs", f"{base}.category"))),
            cell(writer.money("costs", f"{base}.recurring_pence")),
            cell(writer.percent("costs", f"{base}.share_of_recurring")),
            cell(writer.money("costs", f"{base}.start_up_pence")),
        ]
        for base in (f"categories.{key}" for key in writer.fields.keys("costs", "categories"))
    ]
    rows.append(
        [
            cell("All"),
            cell(writer.money("costs", "recurring_pence")),
            cell(""),
            cell(writer.money("costs", "start_up_pence")),
        ]
    )
    return table(
        "costs",
        words(
            "What it cost by category, in prices of ",
            writer.plain("costs", "price_year"),
            ", as borne by the ",
            writer.plain("costs", "perspective"),
        ),
        ["Category", "Recurring", "Share", "Start-up"],
        rows,
        numeric=(1, 2, 3),
    )


def worked_table(writer: Writer) -> TableView | None:
    """Each unit cost with the sum that gives it."""
    if not writer.fields.has("costs"):
        return None
    rows = []
    for key in writer.fields.keys("costs", "worked"):
        base = f"worked.{key}"
        rows.append(
            [
                cell(capital(writer.plain("costs", f"{base}.unit"))),
                cell(writer.money("costs", f"{base}.pence")),
                cell(writer.count("costs", f"{base}.times")),
                cell(
                    writer.plain("costs", f"{base}.over_numerator"),
                    " / ",
                    writer.plain("costs", f"{base}.over_denominator"),
                ),
                cell(writer.count("costs", f"{base}.divided_by")),
                cell(writer.money("costs", f"{base}.result_pence")),
            ]
        )
    if not rows:
        return None
    return table(
        "worked",
        "How each unit cost is worked out",
        ["Unit", "Sum", "times (months of a year)", "over (months)", "shared by", "Result"],
        rows,
        numeric=(1, 2, 3, 4, 5),
        notes=["The result is rounded once, to the penny; large amounts are printed in pounds."],
    )
