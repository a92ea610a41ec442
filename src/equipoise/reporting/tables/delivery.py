"""Tables of the programme: dose, themes, feedback, surveys."""

from __future__ import annotations

from equipoise.core.disclosure import suppress
from equipoise.reporting.tables.fields import Bound
from equipoise.reporting.tables.formats import WITHHELD, Writer, count_text
from equipoise.reporting.tables.results import WITHHELD_NOTE
from equipoise.reporting.tables.views import TableView, capital, cell, table, words


def dose_table(writer: Writer) -> TableView | None:
    """Dose by authority and in all."""
    if not writer.fields.has("dose"):
        return None
    columns = (
        "schools", "schools_any", "schools_intended", "sessions_planned", "sessions_held",
    )  # fmt: skip
    rows = [
        [
            cell(writer.plain("dose", f"{base}.la_code")),
            *(cell(writer.count("dose", f"{base}.{name}")) for name in columns),
            cell(writer.rate("dose", f"{base}.mean_sessions")),
        ]
        for base in (f"authorities.{key}" for key in writer.fields.keys("dose", "authorities"))
    ]
    rows.append(
        [
            cell("All"),
            *(cell(writer.count("dose", name)) for name in columns),
            cell(writer.rate("dose", "mean_sessions")),
        ]
    )
    return table(
        "dose",
        "What was delivered, by authority",
        [
            "Authority",
            "Schools",
            "with any",
            "with the intended amount",
            "Sessions planned",
            "held",
            "held per school",
        ],
        rows,
        numeric=range(1, 7),
        notes=[
            words(
                "Any: at least ",
                writer.plain("dose", "any_level"),
                " ",
                writer.plain("dose", "unit"),
                "; intended: at least ",
                writer.plain("dose", "intended_level"),
                ". A session with several schools counts for each of them.",
            )
        ],
    )


def not_held_table(writer: Writer) -> TableView | None:
    """Why sessions were not held."""
    if not writer.fields.has("dose"):
        return None
    rows = [
        [
            cell(writer.plain("dose", f"reasons_not_held.{key}.code")),
            cell(writer.count("dose", f"reasons_not_held.{key}.count")),
            cell(writer.percent("dose", f"reasons_not_held.{key}.share")),
        ]
        for key in writer.fields.keys("dose", "reasons_not_held")
    ]
    if not rows:
        return None
    return table(
        "not-held",
        "Sessions that were planned and not held",
        ["Reason", "Sessions", "Share"],
        rows,
        numeric=(1, 2),
    )


STANCES = ("positive", "mixed", "negative")


def themes_table(writer: Writer) -> TableView | None:
    """Themes of the interviews by stance; small counts and their neighbours withheld."""
    if not writer.fields.has("themes"):
        return None
    keys = writer.fields.keys("themes", "themes")
    if not keys:
        return None
    counts = [
        [writer.fields.value("themes", f"themes.{key}.{stance}") for stance in STANCES]
        for key in keys
    ]
    rows = []
    for place, key in enumerate(keys):
        # A theme is a line of its own: themes do not add up to anything.
        shown = suppress([counts[place]], smallest=writer.smallest).cells[0]
        base = f"themes.{key}"
        names = [f"{base}.{name}" for name in (*STANCES, "interviews")]
        rows.append(
            [
                cell(capital(writer.plain("themes", f"{base}.title"))),
                *(
                    cell(
                        Bound(
                            "themes",
                            name,
                            WITHHELD if value is None else count_text(value),
                            value,
                            tuple(f"themes:{other}" for other in names if other != name),
                        )
                    )
                    for name, value in zip(names, shown, strict=True)
                ),
            ]
        )
    return table(
        "themes",
        words(
            "What people said in ",
            writer.people("themes", "interviews"),
            " interviews: interviews that mention a theme, by how it was spoken of",
        ),
        ["Theme", "Positive", "Mixed", "Negative", "In all"],
        rows,
        numeric=(1, 2, 3, 4),
        notes=[WITHHELD_NOTE, "Interviews show what people thought, not what the programme did."],
    )


def surveys_table(writer: Writer) -> TableView | None:
    """Response to the surveys over all arms together."""
    keys = writer.fields.keys("surveys", "waves") if writer.fields.has("surveys") else ()
    if not keys:
        return None
    rows = []
    for key in keys:
        base = f"waves.{key}"
        names = ["scored", "incomplete", "not_responded"]
        counts = [writer.fields.value("surveys", f"{base}.{name}") for name in names]
        shown = suppress([counts], smallest=writer.smallest).cells[0]
        paths = [f"{base}.{name}" for name in (*names, "invited")]
        rows.append(
            [
                cell(capital(writer.plain("surveys", f"{base}.wave"))),
                *(
                    cell(
                        Bound(
                            "surveys",
                            path,
                            WITHHELD if value is None else count_text(value),
                            value,
                            tuple(f"surveys:{other}" for other in paths if other != path),
                        )
                    )
                    for path, value in zip(paths, shown, strict=True)
                ),
                cell(writer.rate("surveys", f"{base}.mean")),
                cell(writer.rate("surveys", f"{base}.sd")),
                cell(writer.two("surveys", f"{base}.alpha")),
            ]
        )
    return table(
        "surveys",
        words("Response to the survey (", writer.plain("surveys", "title"), "), all arms together"),
        [
            "Wave",
            "Scored",
            "Answered in part",
            "Did not answer",
            "Asked",
            "Mean score",
            "Standard deviation",
            "Cronbach's alpha",
        ],
        rows,
        numeric=range(1, 8),
        notes=[WITHHELD_NOTE, words(writer.plain("surveys", "licence"))],
    )
