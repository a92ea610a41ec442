"""Tables of the trials of a programme: how many, side by side, dose and views, cost by mode."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.reporting.tables.fields import Bound, Part, Parts, Words
from equipoise.reporting.tables.formats import NONE, Writer
from equipoise.reporting.tables.results import Badge
from equipoise.reporting.tables.together import (
    PROGRAMME,
    estimated,
    money_range,
    share_of,
    trial_paths,
)
from equipoise.reporting.tables.views import Cell, TableView, capital, cell, table, words

Wording = Callable[[str], str]
"""Code to words; handed in, for words lie to the right of tables."""


def listed(parts: list[Part], between: str = ", ") -> Parts:
    """Return parts with words between them."""
    joined: list[Part] = []
    for part in parts:
        joined.extend((Words(between), part) if joined else (part,))
    return tuple(joined)


def totals_table(writer: Writer) -> TableView:
    """Schools, authorities and supervisors, by declared group and over all trials."""
    rows = []
    for key in writer.fields.keys(PROGRAMME, "totals"):
        base = f"totals.{key}"
        counts = (
            "schools", "intervention", "reference", "schools_in_several", "authorities",
            "authorities_in_several", "supervisors",
        )  # fmt: skip
        rows.append(
            [
                cell(capital(writer.plain(PROGRAMME, f"{base}.title"))),
                cell(writer.entries(PROGRAMME, f"{base}.trials")),
                *(cell(writer.count(PROGRAMME, f"{base}.{name}")) for name in counts),
                cell(writer.people(PROGRAMME, f"{base}.pupils")),
            ]
        )
    return table(
        "numbers",
        "How large the trials were together",
        [
            "Trials together",
            "Trials",
            "Schools",
            "offered it",
            "not offered it",
            "in several trials",
            "Authorities",
            "in several trials",
            "Supervisors",
            "Pupils",
        ],
        rows,
        numeric=range(1, 10),
        notes=[
            "Schools are counted once for each trial that drew them; authorities once in all. "
            "A dash: not recorded in every trial.",
        ],
    )


def trials_table(writer: Writer, badge: Badge, mode: Wording, decision: Wording) -> TableView:
    """The trials side by side, in order of date."""
    rows = []
    for base in trial_paths(writer):
        primary = f"{base}.primary"
        code = f"{primary}.conclusion"
        rows.append(
            [
                cell(
                    writer.plain(PROGRAMME, f"{base}.title"),
                    " (",
                    writer.plain(PROGRAMME, f"{base}.stage"),
                    ")",
                ),
                cell(capital(_worded(writer, f"{base}.mode", mode))),
                Cell(_phases(writer, base)),
                cell(writer.entries(PROGRAMME, f"{base}.authorities")),
                cell(writer.count(PROGRAMME, f"{base}.supervisors")),
                Cell(_arms(writer, base)),
                Cell(_period(writer, base)),
                cell(
                    capital(writer.plain(PROGRAMME, f"{primary}.title")),
                    " (",
                    writer.plain(PROGRAMME, f"{primary}.unit_difference"),
                    ")",
                ),
                Cell(estimated(writer, primary)),
                cell(writer.choice(PROGRAMME, code, badge(writer.fields.value(PROGRAMME, code)))),
                cell(_worded(writer, f"{base}.decision", decision)),
            ]
        )
    return table(
        "trials",
        "The trials side by side, in order of date",
        [
            "Trial",
            "Mode",
            "Phases",
            "Authorities",
            "Supervisors",
            "Schools by arm",
            "Outcome period",
            "Main outcome (unit)",
            words("Difference and ", writer.percent(PROGRAMME, "interval"), " interval"),
            "Class",
            "Its own rule says",
        ],
        rows,
        numeric=(3, 4),
        notes=[
            "Main outcomes and their units are each trial's own; numbers in one column need not "
            "be comparable.",
        ],
    )


def _worded(writer: Writer, path: str, wording: Wording) -> Bound:
    return writer.choice(PROGRAMME, path, wording(writer.fields.value(PROGRAMME, path)))


def _phases(writer: Writer, base: str) -> Parts:
    keys = writer.fields.keys(PROGRAMME, f"{base}.phases")
    if not keys:
        return (writer.choice(PROGRAMME, f"{base}.phases", NONE),)
    return listed([writer.plain(PROGRAMME, f"{base}.phases.{key}") for key in keys])


def _arms(writer: Writer, base: str) -> Parts:
    parts: list[Part] = []
    for key in writer.fields.keys(PROGRAMME, f"{base}.arms"):
        if parts:
            parts.append(Words("; "))
        parts.extend(
            (
                writer.plain(PROGRAMME, f"{base}.arms.{key}.title"),
                Words(": "),
                writer.count(PROGRAMME, f"{base}.arms.{key}.schools"),
            )
        )
    return tuple(parts)


def _period(writer: Writer, base: str) -> Parts:
    if not writer.fields.has(PROGRAMME, f"{base}.window_start"):
        return (writer.choice(PROGRAMME, f"{base}.window_start", NONE),)
    return (
        writer.date(PROGRAMME, f"{base}.window_start"),
        Words(" to "),
        writer.date(PROGRAMME, f"{base}.window_end"),
    )


def panel_table(writer: Writer, key: str, badge: Badge) -> TableView:
    """One panel: an outcome trial by trial, each estimate as the trial made it; no sum."""
    base = f"panels.{key}"
    rows = []
    for place in writer.fields.keys(PROGRAMME, f"{base}.rows"):
        row = f"{base}.rows.{place}"
        code = f"{row}.conclusion"
        rows.append(
            [
                cell(writer.plain(PROGRAMME, f"{row}.title")),
                cell(
                    capital(writer.plain(PROGRAMME, f"{row}.outcome_title")),
                    " (",
                    writer.plain(PROGRAMME, f"{row}.role"),
                    ")",
                ),
                cell(writer.plain(PROGRAMME, f"{row}.unit_difference")),
                cell(writer.rate(PROGRAMME, f"{row}.estimate")),
                cell(
                    writer.rate(PROGRAMME, f"{row}.lower"),
                    " to ",
                    writer.rate(PROGRAMME, f"{row}.upper"),
                ),
                cell(writer.p(PROGRAMME, f"{row}.p")),
                cell(writer.choice(PROGRAMME, code, badge(writer.fields.value(PROGRAMME, code)))),
            ]
        )
    reason = (
        [words("Not put together: ", writer.plain(PROGRAMME, f"{base}.reason"), ".")]
        if writer.fields.has(PROGRAMME, f"{base}.reason")
        else ["What each trial estimated for itself; the pool is made again from school tables."]
    )
    return table(
        f"panel-{key}",
        words("Trial by trial: ", writer.plain(PROGRAMME, f"{base}.title")),
        [
            "Trial",
            "Outcome",
            "Unit",
            "Difference",
            words(writer.percent(PROGRAMME, "interval"), " interval"),
            "p",
            "Class",
        ],
        rows,
        numeric=(3, 4, 5),
        notes=reason,
    )


def modes_table(writer: Writer, mode: Wording) -> TableView | None:
    """Recurring cost of a school and year, by mode."""
    rows = []
    for key in writer.fields.keys(PROGRAMME, "costs"):
        base = f"costs.{key}"
        rows.append(
            [
                cell(capital(_worded(writer, f"{base}.mode", mode))),
                cell(_titles(writer, f"{base}.trials")),
                cell(writer.count(PROGRAMME, f"{base}.schools")),
                cell(writer.money(PROGRAMME, f"{base}.pence_per_school_year")),
                Cell(money_range(writer, base)),
                cell(*listed(_each(writer, f"{base}.price_years"))),
                cell(*listed(_each(writer, f"{base}.perspectives"))),
                cell(_titles(writer, f"{base}.not_split")),
                cell(_titles(writer, f"{base}.no_costs")),
            ]
        )
    if not rows:
        return None
    return table(
        "costs",
        "Recurring cost of a supervised school and year, by mode",
        [
            "Mode",
            "Trials",
            "Schools",
            "Cost",
            "Cheapest and dearest trial",
            "Prices of",
            "Borne by",
            "Not divided by mode",
            "Without costs",
        ],
        rows,
        numeric=(2, 3, 4),
        notes=[
            "Not divided by mode: the trial used this mode beside another, and its cost sheet does "
            "not say which line was for which. Starting up is not in these numbers. A dash under "
            "cost: price years or perspectives differ, and nothing is inflated here.",
        ],
    )


def _each(writer: Writer, path: str) -> list[Part]:
    return [writer.plain(PROGRAMME, f"{path}.{k}") for k in writer.fields.keys(PROGRAMME, path)]


def _titles(writer: Writer, path: str) -> Bound:
    """Return the titles of the trials whose ids a field lists."""
    ids = writer.fields.value(PROGRAMME, path)
    titles = [f"trials.{name}.title" for name in ids]
    text = "; ".join(writer.plain(PROGRAMME, title).text for title in titles) or NONE
    also = [f"{PROGRAMME}:{path}.{place}" for place, _ in enumerate(ids)]
    also.extend(f"{PROGRAMME}:{title}" for title in titles)
    return writer.choice(PROGRAMME, path, text, *also)


def views_table(writer: Writer, badge: Badge, gap: Wording) -> TableView:
    """Dose and views beside what was measured, trial by trial."""
    rows = []
    for base in trial_paths(writer):
        code = f"{base}.primary.conclusion"
        dose = f"{base}.dose"
        given = writer.fields.has(PROGRAMME, dose)
        asked = writer.fields.has(PROGRAMME, f"{base}.perceived")
        none = writer.choice(PROGRAMME, dose, NONE) if not given else None
        silent = writer.choice(PROGRAMME, f"{base}.perceived", NONE) if not asked else None
        rows.append(
            [
                cell(writer.plain(PROGRAMME, f"{base}.title")),
                cell(none or writer.percent(PROGRAMME, f"{dose}.share_any")),
                cell(none) if none else Cell(_intended(writer, dose)),
                cell(none or writer.rate(PROGRAMME, f"{dose}.mean_sessions")),
                cell(silent) if silent else Cell(_useful(writer, base)),
                cell(silent or writer.people(PROGRAMME, f"{base}.perceived.n")),
                cell(writer.choice(PROGRAMME, code, badge(writer.fields.value(PROGRAMME, code)))),
                cell(silent or capital(_worded(writer, f"{base}.perceived.gap", gap))),
            ]
        )
    return table(
        "views",
        "What was delivered and how it was seen, beside what was measured",
        [
            "Trial",
            "Schools with any",
            "with the intended amount",
            "Sessions for each school",
            "Found it useful",
            "Answers",
            "Measured",
            "Beside one another",
        ],
        rows,
        numeric=(1, 3, 5),
        notes=[
            "Found it useful: answers at the top two steps of the scale, with an interval that "
            "takes answers as independent. Schools that took more are not comparable with those "
            "that took less.",
        ],
    )


def _intended(writer: Writer, dose: str) -> Parts:
    return words(
        writer.percent(PROGRAMME, f"{dose}.share_intended"),
        " (",
        writer.plain(PROGRAMME, f"{dose}.intended_level"),
        " ",
        writer.plain(PROGRAMME, f"{dose}.unit"),
        " or more)",
    )


def _useful(writer: Writer, base: str) -> Parts:
    return words(
        share_of(writer, base),
        " (",
        share_of(writer, base, "lower"),
        " to ",
        share_of(writer, base, "upper"),
        ")",
    )
