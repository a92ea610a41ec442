"""Tables of what was declared: estimands and models, size, balance, provenance."""

from __future__ import annotations

from equipoise.reporting.tables.effects import SOURCE, outcome_paths, unit
from equipoise.reporting.tables.fields import Bound, Part
from equipoise.reporting.tables.fitted import error_words, model_words
from equipoise.reporting.tables.formats import Writer
from equipoise.reporting.tables.nouns import drawn
from equipoise.reporting.tables.views import Cell, TableView, capital, cell, table, words


def estimands_table(writer: Writer) -> TableView:
    """What each outcome estimates: the whole estimand."""
    rows = []
    for path in outcome_paths(writer):
        base = f"{path}.estimand"
        events: list[Part | str] = []
        for key in writer.fields.keys(SOURCE, f"{base}.intercurrent"):
            if events:
                events.append("; ")
            here = f"{base}.intercurrent.{key}"
            events.extend(
                [
                    writer.plain(SOURCE, f"{here}.event"),
                    ": ",
                    writer.plain(SOURCE, f"{here}.strategy"),
                ]
            )
        rows.append(
            [
                cell(capital(writer.plain(SOURCE, f"{path}.title"))),
                cell(writer.plain(SOURCE, f"{base}.population")),
                cell(writer.plain(SOURCE, f"{base}.summary")),
                cell(
                    writer.plain(SOURCE, f"{base}.label"),
                    ", ",
                    writer.plain(SOURCE, f"{base}.conditional"),
                ),
                cell(*events) if events else cell("none declared"),
            ]
        )
    return table(
        "estimands",
        "What is estimated for each outcome",
        ["Outcome", "In whom", "Summary", "Averaged over", "Events after the draw"],
        rows,
    )


def models_table(writer: Writer) -> TableView:
    """How each outcome was analysed, and the margins of its class."""
    rows = []
    for path in outcome_paths(writer):
        base = f"{path}.model"
        baseline = writer.plain(SOURCE, f"{base}.baseline", missing="none")
        rows.append(
            [
                cell(capital(writer.plain(SOURCE, f"{path}.title"))),
                cell(
                    model_words(writer, f"{base}.model"),
                    ", weights: ",
                    writer.plain(SOURCE, f"{base}.weights"),
                    ", strata: ",
                    writer.plain(SOURCE, f"{base}.strata"),
                    ", baseline: ",
                    baseline,
                ),
                cell(error_words(writer, f"{base}.error")),
                cell(
                    writer.rate(SOURCE, f"{path}.df"),
                    " (",
                    writer.plain(SOURCE, f"{base}.df_method"),
                    ")",
                ),
                cell(writer.rate(SOURCE, f"{path}.se")),
                _standardised(writer, path),
                cell(
                    writer.rate(SOURCE, f"{path}.margin"),
                    "; ",
                    writer.rate(SOURCE, f"{path}.harm"),
                    " ",
                    unit(writer, path),
                    " (",
                    writer.plain(SOURCE, f"{path}.margin_reason"),
                    ")",
                ),
            ]
        )
    return table(
        "models",
        "How each outcome was analysed, and the margins of its class",
        [
            "Outcome",
            "Model",
            "Error",
            "Degrees of freedom",
            "Standard error",
            "In standard deviations",
            "Least benefit and least harm that matter",
        ],
        rows,
        numeric=(3, 4, 5),
    )


def _standardised(writer: Writer, path: str) -> Cell:
    if not writer.fields.has(SOURCE, f"{path}.standardised"):
        return cell(writer.choice(SOURCE, f"{path}.standardised", "not meant"))
    base = f"{path}.standardised"
    return cell(
        writer.two(SOURCE, f"{base}.g"),
        " (",
        writer.two(SOURCE, f"{base}.lower"),
        " to ",
        writer.two(SOURCE, f"{base}.upper"),
        "; ",
        writer.plain(SOURCE, f"{base}.sd_label"),
        ")",
    )


def provenance_table(writer: Writer) -> TableView:
    """Where the numbers come from."""
    rows: list[list[Cell | Part | str]] = [
        ["Protocol, digest of what was locked", writer.plain("provenance", "protocol_digest")],
        ["Ledger head", writer.plain("provenance", "ledger_head")],
        ["What can be verified of the draw", writer.plain("provenance", "draw")],
        ["Version of the programme", writer.plain("provenance", "code_version")],
        ["Registry", _registered(writer)],
    ]
    for key in writer.fields.keys("provenance", "inputs"):
        name = writer.plain("provenance", f"inputs.{key}.title")
        rows.append([cell(name), writer.plain("provenance", f"inputs.{key}.digest")])
    return table("provenance", "Where the numbers come from", ["What", "Which"], rows)


def _registered(writer: Writer) -> Bound:
    if writer.fields.has("protocol", "registration.identifier"):
        return writer.plain("protocol", "registration.identifier")
    return writer.choice("protocol", "registration.identifier", "not registered")


def deviations_table(writer: Writer) -> TableView | None:
    """Departures from the locked protocol, with dates and reasons."""
    keys = writer.fields.keys("provenance", "deviations")
    if not keys:
        return None
    rows = [
        [
            cell(writer.date("provenance", f"deviations.{key}.when")),
            cell(writer.plain("provenance", f"deviations.{key}.phase")),
            cell(writer.plain("provenance", f"deviations.{key}.what")),
            cell(writer.plain("provenance", f"deviations.{key}.why")),
        ]
        for key in keys
    ]
    heads = ["When", "Phase", "What", "Why"]
    return table("deviations", "Departures from the protocol", heads, rows)


def power_table(writer: Writer) -> TableView | None:
    """How large an effect the trial could find, and with what assumptions."""
    if not writer.fields.has("power"):
        return None
    w = writer
    rows: list[list[Cell | Part | str]] = [
        ["Outcome", w.plain("power", "title")],
        ["Unit", w.plain("power", "unit")],
        ["Units, strata", cell(w.count("power", "units"), ", ", w.count("power", "strata"))],
        [
            "Standard deviation",
            cell(w.rate("power", "sd"), " (", w.plain("power", "sd_label"), ")"),
        ],
        ["Variance explained by baseline and strata", w.percent("power", "r2")],
        ["Error rate, two-sided; power asked for",
         cell(w.percent("power", "alpha"), "; ", w.percent("power", "power"))],
        ["Smallest difference that it could find", w.rate("power", "mde")],
        ["The same in standard deviations", w.two("power", "mde_sd")],
        ["Least benefit worth having", w.rate("power", "margin")],
        ["Power to find that", w.percent("power", "power_at_margin")],
        ["Units needed to find that", w.count("power", "units_for_margin")],
        ["Where the assumptions come from", w.plain("power", "source")],
    ]  # fmt: skip
    return table("power", "How large a difference the trial could find", ["What", "Value"], rows)


def balance_table(writer: Writer) -> TableView | None:
    """Standardised differences before the start, over all stages."""
    keys = writer.fields.keys("balance", "rows") if writer.fields.has("balance") else ()
    if not keys:
        return None
    rows = [
        [
            cell(capital(writer.plain("balance", f"rows.{key}.title"))),
            cell(writer.two("balance", f"rows.{key}.difference")),
            cell(writer.count("balance", f"rows.{key}.missing")),
        ]
        for key in keys
    ]
    return table(
        "balance",
        "How alike the arms were before the start",
        [
            "Measure",
            "Difference in standard deviations, without sign",
            words(drawn(writer).heading(writer), " without it"),
        ],
        rows,
        numeric=(1, 2),
    )
