"""Tables of checks of the main analysis, and of what the programme did for those who took it up."""

from __future__ import annotations

from equipoise.reporting.tables.effects import SOURCE, unit
from equipoise.reporting.tables.fields import Parts
from equipoise.reporting.tables.formats import NONE, Writer
from equipoise.reporting.tables.views import Cell, TableView, capital, cell, table, words

KINDS = {
    "inversion": "differences that re-drawn allocations do not reject",
    "inversion-ratio": "ratios that re-drawn allocations do not reject",
    "wild-bootstrap": "restricted wild bootstrap of clusters",
    "multiple-imputation": "missing outcomes imputed many times within arm",
    "tipping-point": "imputed outcomes of the arm shifted until the conclusion changes",
    "worst-case": "missing outcomes at their worst and at their best",
    "lee-bounds": "bounds on those who would be observed in either arm",
}
"""Kind of a check to words."""

DOSES = {"any": "any", "intended": "the intended amount", "per unit": "each unit"}
"""Dose to words."""


def checks_table(writer: Writer) -> TableView | None:
    """Declared checks of main analyses."""
    keys = writer.fields.keys(SOURCE, "checks")
    if not keys:
        return None
    rows = []
    for key in keys:
        base = f"checks.{key}"
        kind = str(writer.fields.value(SOURCE, f"{base}.kind"))
        ratio = kind == "inversion-ratio"
        path = f"outcomes.{writer.fields.value(SOURCE, f'{base}.outcome')}"
        titled = writer.fields.has(SOURCE, f"{path}.title")
        title = (
            capital(writer.plain(SOURCE, f"{path}.title"))
            if titled
            else writer.plain(SOURCE, f"{base}.outcome")
        )
        rows.append(
            [
                cell(title, " (", writer.plain(SOURCE, f"{base}.arm"), ")"),
                cell(writer.choice(SOURCE, f"{base}.kind", KINDS.get(kind, kind))),
                cell(unit(writer, path)) if titled and not ratio else cell(NONE),
                _estimate(writer, base, ratio),
                Cell(_bounds(writer, base, ratio)),
                cell(writer.p(SOURCE, f"{base}.p")),
                cell(writer.people(SOURCE, f"{base}.missing")),
                cell(writer.rate(SOURCE, f"{base}.shift")),
                cell(writer.count(SOURCE, f"{base}.draws")),
            ]
        )
    return table(
        "checks",
        "Checks of the main analysis: other inference, and other views of what is missing",
        [
            "Outcome",
            "Check",
            "Unit",
            "Estimate, or bounds of the effect",
            words(writer.percent(SOURCE, "interval"), " interval"),
            "p",
            "Outcomes missing",
            "Shift at which the conclusion changes",
            "Draws",
        ],
        rows,
        numeric=range(3, 9),
        notes=[
            "They change neither what is estimated nor the class of the finding. An open end of an "
            "interval is a dash. A shift that is a dash: none of those looked at changes the "
            "conclusion.",
        ],
    )


def _estimate(writer: Writer, base: str, ratio: bool) -> Cell:
    if writer.fields.has(SOURCE, f"{base}.low"):
        return cell(writer.rate(SOURCE, f"{base}.low"), " to ", writer.rate(SOURCE, f"{base}.high"))
    return cell((writer.two if ratio else writer.rate)(SOURCE, f"{base}.estimate"))


def _bounds(writer: Writer, base: str, ratio: bool) -> Parts:
    write = writer.two if ratio else writer.rate
    return words(write(SOURCE, f"{base}.lower"), " to ", write(SOURCE, f"{base}.upper"))


def compliance_table(writer: Writer) -> TableView | None:
    """Effects on those whom assignment moved: any, the intended amount, per unit of dose."""
    if not writer.fields.has("compliance"):
        return None
    rows = []
    for arm in writer.fields.keys("compliance", "arms"):
        for key in writer.fields.keys("compliance", f"arms.{arm}.effects"):
            base = f"arms.{arm}.effects.{key}"
            dose = str(writer.fields.value("compliance", f"{base}.dose"))
            rows.append(
                [
                    cell(writer.plain("compliance", f"arms.{arm}.arm")),
                    cell(
                        writer.choice("compliance", f"{base}.dose", DOSES.get(dose, dose)),
                        *_level(writer, dose),
                    ),
                    cell(writer.rate("compliance", f"{base}.estimate")),
                    cell(
                        writer.rate("compliance", f"{base}.lower"),
                        " to ",
                        writer.rate("compliance", f"{base}.upper"),
                    ),
                    cell(writer.two("compliance", f"{base}.moved")),
                    cell(writer.rate("compliance", f"{base}.f")),
                    cell(writer.plain("compliance", f"{base}.set_words")),
                ]
            )
    if not rows:
        return None
    return table(
        "compliance",
        words(
            "What it did for those who took it up because they were offered it: ",
            writer.plain("compliance", "title"),
        ),
        [
            "Arm",
            "Dose",
            words("Effect, ", writer.plain("compliance", "unit_difference")),
            words(writer.percent("compliance", "interval"), " interval"),
            "How much the offer moved the dose",
            "F of that",
            "Effects that the offer does not reject, however little it moved",
        ],
        rows,
        numeric=range(2, 6),
        notes=[
            words(writer.plain("compliance", "assumption")),
            "No class of the finding rests on these effects alone.",
        ],
    )


def _level(writer: Writer, dose: str) -> Parts:
    """Return the level of a dose in its unit."""
    if dose == "per unit":
        return words(" (", writer.plain("compliance", "unit"), ")")
    name = "any_level" if dose == "any" else "intended_level"
    return words(
        " (",
        writer.plain("compliance", name),
        " ",
        writer.plain("compliance", "unit"),
        " or more)",
    )
