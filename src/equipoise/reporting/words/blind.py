"""The blind page: overall only. Nothing in it can tell one arm from another."""

from __future__ import annotations

from equipoise.reporting.tables import (
    TableView,
    Writer,
    capital,
    cell,
    drawn,
    own_table,
    table,
)
from equipoise.reporting.words.sentence import Sentence, filled, say

Group = tuple[Sentence, ...]


def blind_sentences(writer: Writer) -> Group:
    """Return the sentences of the blind page."""
    noun = drawn(writer)
    sentences = [
        say("blind.title", "{title}", title=writer.plain("protocol", "trial.title")),
        say(
            "blind.kind",
            "Blind report: everything here is over all arms together, and nobody who reads it "
            "learns who was offered what.",
        ),
        say(
            "blind.size",
            "{drawn}; {strata} over {stages} of the draw.",
            drawn=noun.counted(writer, "summary", "schools")
            if own_table(writer)
            else (
                *noun.counted(writer, "summary", "schools"),
                *filled(
                    " in {units}",
                    units=writer.things("summary", "units", "randomised unit", "randomised units"),
                ),
            ),
            strata=writer.things("summary", "strata", "stratum", "strata"),
            stages=writer.things("summary", "stages", "stage", "stages"),
        ),
        say(
            "blind.data",
            "Without data: {without}{zero}.",
            without=noun.counted(writer, "summary", "schools_without_data"),
            zero=()
            if own_table(writer)
            else filled(
                "; with data but without a contact, and kept: {zero}",
                zero=writer.count("summary", "schools_zero_contacts"),
            ),
        ),
    ]
    if writer.fields.has("blind"):
        sentences.append(
            say(
                "blind.models",
                "Of {models} planned analyses {ran} ran on made-up arms drawn afresh from the "
                "declared scheme; their estimates mean nothing and are not printed.",
                models=writer.count("blind", "models"),
                ran=writer.count("blind", "ran"),
            )
        )
    return tuple(sentences)


def pooled_table(writer: Writer) -> TableView:
    """Each outcome over all arms together."""
    rows = []
    for key in writer.fields.keys("summary", "outcomes"):
        base = f"outcomes.{key}"
        rows.append(
            [
                cell(
                    capital(writer.plain("summary", f"{base}.title")),
                    " (",
                    writer.plain("summary", f"{base}.unit"),
                    ")",
                ),
                cell(writer.people("summary", f"{base}.rows")),
                cell(writer.people("summary", f"{base}.missing")),
                cell(writer.people("summary", f"{base}.missing_baseline")),
                cell(writer.people("summary", f"{base}.events")),
                cell(writer.people("summary", f"{base}.members")),
                cell(writer.rate("summary", f"{base}.mean")),
                cell(writer.rate("summary", f"{base}.sd")),
            ]
        )
    return table(
        "pooled",
        "Each outcome over all arms together",
        [
            "Outcome",
            "Rows",
            "Missing",
            "Baseline missing",
            "Events",
            "Out of",
            "Mean",
            "Standard deviation",
        ],
        rows,
        numeric=range(1, 8),
    )


def models_run_table(writer: Writer) -> TableView | None:
    """Which planned analyses ran on made-up arms; no estimate is printed."""
    if not writer.fields.has("blind"):
        return None
    rows = []
    for outcome in writer.fields.keys("blind", "outcomes"):
        for key in writer.fields.keys("blind", f"outcomes.{outcome}.models"):
            base = f"outcomes.{outcome}.models.{key}"
            rows.append(
                [
                    cell(capital(writer.plain("blind", f"outcomes.{outcome}.title"))),
                    cell(writer.plain("blind", f"{base}.id")),
                    cell(writer.plain("blind", f"{base}.ran")),
                    cell(writer.plain("blind", f"{base}.problem", missing="none")),
                    cell(writer.people("blind", f"{base}.rows")),
                    cell(writer.rate("blind", f"{base}.df")),
                ]
            )
    return table(
        "models-run",
        "Planned analyses, run on made-up arms",
        ["Outcome", "Analysis", "Ran", "Problem", "Rows", "Degrees of freedom"],
        rows,
        numeric=(4, 5),
    )
