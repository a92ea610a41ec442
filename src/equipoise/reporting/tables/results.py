"""Tables of the findings: every outcome, every definition, every declared analysis."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.core.disclosure import suppress
from equipoise.reporting.tables.effects import SOURCE, bounds, outcome_paths, unit
from equipoise.reporting.tables.fields import Bound, Parts, Words
from equipoise.reporting.tables.formats import NONE, WITHHELD, Writer, count_text, rate_text
from equipoise.reporting.tables.nouns import drawn
from equipoise.reporting.tables.views import Cell, TableView, capital, cell, table, words

Badge = Callable[[str], str]
"""Class code to its badge; handed in, for words lie to the right of tables."""

WITHHELD_NOTE = (
    "“withheld”: a count of children or staff that is small enough to point at somebody, or from "
    "which such a count could be worked out, and the mean that would give it away."
)


def badge_of(writer: Writer, path: str, badge: Badge) -> Bound:
    """Return the badge of the class that a field holds."""
    return writer.choice(SOURCE, path, badge(writer.fields.value(SOURCE, path)))


def hidden_arms(writer: Writer, outcome: str) -> frozenset[str]:
    """Return the arms whose events or members may not be shown, nor the mean made of them."""
    means = writer.fields.value(SOURCE, f"{outcome}.means")
    hidden: set[str] = set()
    for name in ("events", "members"):
        counts = [getattr(mean, name) for mean in means]
        if any(count is None for count in counts):
            continue
        published = suppress([[round(count) for count in counts]], smallest=writer.smallest)
        hidden.update(
            mean.arm
            for mean, shown in zip(means, published.cells[0][:-1], strict=True)
            if shown is None
        )
    return frozenset(hidden)


def _also(outcome: str, arms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{SOURCE}:{outcome}.means.{arm}.events" for arm in arms) + tuple(
        f"{SOURCE}:{outcome}.means.{arm}.members" for arm in arms
    )


def arm_mean(writer: Writer, outcome: str, arm: str) -> Bound:
    """Return one arm's mean, withheld where it would give a small count away."""
    arms = writer.fields.keys(SOURCE, f"{outcome}.means")
    path = f"{outcome}.means.{arm}.mean"
    if arm in hidden_arms(writer, outcome):
        return Bound(SOURCE, path, WITHHELD, None, _also(outcome, arms))
    value = writer.fields.value(SOURCE, path)
    text = NONE if value is None else rate_text(value)
    return writer.choice(SOURCE, path, text, *_also(outcome, arms))


def arm_count(writer: Writer, outcome: str, arm: str, name: str) -> Bound:
    """Return one arm's events or members, withheld where small."""
    arms = writer.fields.keys(SOURCE, f"{outcome}.means")
    path = f"{outcome}.means.{arm}.{name}"
    if arm in hidden_arms(writer, outcome):
        return Bound(SOURCE, path, WITHHELD, None, _also(outcome, arms))
    value = writer.fields.value(SOURCE, path)
    text = NONE if value is None else count_text(value)
    return writer.choice(SOURCE, path, text, *_also(outcome, arms))


def _interval_heading(writer: Writer) -> Parts:
    return words(writer.percent(SOURCE, "interval"), " interval")


def _arm_titles(writer: Writer) -> tuple[tuple[str, Bound], ...]:
    return tuple(
        (arm, capital(writer.plain(SOURCE, f"arms.{arm}.title")))
        for arm in writer.fields.keys(SOURCE, "arms")
    )


def results_table(writer: Writer, badge: Badge) -> TableView:
    """Every outcome: means by arm, difference, interval, both p values, class."""
    arms = _arm_titles(writer)
    several = any(writer.fields.has(SOURCE, f"{p}.p_adjusted") for p in outcome_paths(writer))
    rows = []
    for path in outcome_paths(writer):
        rows.append(
            [
                cell(
                    capital(writer.plain(SOURCE, f"{path}.title")),
                    " (",
                    writer.plain(SOURCE, f"{path}.role"),
                    "; ",
                    writer.plain(SOURCE, f"{path}.unit"),
                    ")",
                ),
                *(cell(arm_mean(writer, path, arm)) for arm, _ in arms),
                cell(writer.rate(SOURCE, f"{path}.estimate")),
                Cell(bounds(writer, path)),
                cell(writer.p(SOURCE, f"{path}.p")),
                cell(writer.p(SOURCE, f"{path}.p_permutation")),
                *([cell(writer.p(SOURCE, f"{path}.p_adjusted"))] if several else []),
                cell(badge_of(writer, f"{path}.conclusion", badge)),
            ]
        )
    count = len(arms)
    return table(
        "results",
        "All outcomes: means by arm, adjusted difference and what it allows one to say",
        [
            "Outcome",
            *(words(title, ", mean") for _, title in arms),
            "Difference",
            _interval_heading(writer),
            "p",
            "p by re-drawing",
            *(["p adjusted for several outcomes"] if several else []),
            "Class",
        ],
        rows,
        numeric=range(1, count + 5 + several),
        notes=[
            "Means are weighted as the estimand says and are not adjusted; the difference is "
            "adjusted, so it need not be the difference of the means.",
            "p by re-drawing compares the finding with allocations that the same draw could have "
            "given.",
            WITHHELD_NOTE,
        ],
    )


def numbers_table(writer: Writer) -> TableView:
    """The counts behind each mean."""
    arms = _arm_titles(writer)
    columns: list[str | Parts] = ["Outcome"]
    for _, title in arms:
        columns.extend(
            [
                words(title, ", ", drawn(writer).plural(writer)),
                words(title, ", events"),
                words(title, ", out of"),
            ]
        )
    rows = []
    for path in outcome_paths(writer):
        row: list[Cell] = [cell(capital(writer.plain(SOURCE, f"{path}.title")))]
        for arm, _ in arms:
            row.append(cell(writer.count(SOURCE, f"{path}.means.{arm}.schools")))
            row.extend(cell(arm_count(writer, path, arm, name)) for name in ("events", "members"))
        rows.append(row)
    return table(
        "numbers",
        "Numbers behind the means",
        columns,
        rows,
        numeric=range(1, len(columns)),
        notes=[
            "Events are what is counted above the line, “out of” what stands below it; scores "
            "and values have neither.",
            WITHHELD_NOTE,
        ],
    )


def _variants(
    writer: Writer, name: str, caption: str, groups: list[tuple[str, str]], badge: Badge
) -> TableView | None:
    rows = []
    for path, kind in groups:
        keys = writer.fields.keys(SOURCE, f"{path}.{kind}")
        if not keys:
            continue
        rows.append(
            [
                cell(capital(writer.plain(SOURCE, f"{path}.title")), ": as declared"),
                cell(unit(writer, path)),
                cell(writer.rate(SOURCE, f"{path}.estimate")),
                Cell(bounds(writer, path)),
                cell(writer.p(SOURCE, f"{path}.p")),
                cell(badge_of(writer, f"{path}.conclusion", badge)),
            ]
        )
        for key in keys:
            base = f"{path}.{kind}.{key}"
            rows.append(
                [
                    cell(capital(writer.plain(SOURCE, f"{base}.title"))),
                    cell(unit(writer, path)),
                    cell(writer.rate(SOURCE, f"{base}.estimate")),
                    Cell(bounds(writer, base)),
                    cell(writer.p(SOURCE, f"{base}.p")),
                    cell(badge_of(writer, f"{base}.conclusion", badge)),
                ]
            )
    if not rows:
        return None
    return table(
        name,
        caption,
        ["Definition or analysis", "Unit", "Difference", _interval_heading(writer), "p", "Class"],
        rows,
        numeric=(2, 3, 4),
    )


def definitions_table(writer: Writer, badge: Badge) -> TableView | None:
    """Definitions that are always shown together: strict, with advice, with early help."""
    groups = [(path, "shown") for path in outcome_paths(writer)]
    caption = "The same outcome under the definitions that are always shown together"
    return _variants(writer, "definitions", caption, groups, badge)


def sensitivity_table(writer: Writer, badge: Badge) -> TableView | None:
    """Declared sensitivity analyses."""
    groups = [(path, "sensitivity") for path in outcome_paths(writer)]
    caption = "Declared sensitivity analyses beside the main analysis"
    return _variants(writer, "sensitivity", caption, groups, badge)


def safety_table(writer: Writer) -> TableView | None:
    """Outcomes that watch over safety, with their margins."""
    paths = [
        path
        for path in outcome_paths(writer)
        if writer.fields.value(SOURCE, f"{path}.safety_margin") is not None
    ]
    if not paths:
        return None
    rows = []
    for path in paths:
        holds = writer.fields.value(SOURCE, f"{path}.safety_holds")
        verdict = {True: "kept within its margin", False: "not shown to keep within its margin"}
        rows.append(
            [
                cell(capital(writer.plain(SOURCE, f"{path}.title"))),
                cell(unit(writer, path)),
                cell(writer.rate(SOURCE, f"{path}.estimate")),
                Cell(bounds(writer, path)),
                cell(writer.plain(SOURCE, f"{path}.safety_worse")),
                cell(writer.rate(SOURCE, f"{path}.safety_margin")),
                cell(
                    writer.choice(
                        SOURCE, f"{path}.safety_holds", verdict.get(holds, "not analysed")
                    )
                ),
            ]
        )
    return table(
        "safety",
        "Outcomes that watch over safety",
        [
            "Outcome",
            "Unit",
            "Difference",
            _interval_heading(writer),
            "Worse is",
            "Margin",
            "Verdict",
        ],
        rows,
        numeric=(2, 3, 5),
    )


def subgroups_table(writer: Writer) -> TableView | None:
    """Declared subgroups: the effect in each level, and whether the levels differ."""
    keys = writer.fields.keys(SOURCE, "subgroups")
    rows = []
    for key in keys:
        base = f"subgroups.{key}"
        name = words(
            writer.plain(SOURCE, f"{base}.variable"), " (", writer.plain(SOURCE, f"{base}.outcome"),
            "): ",
        )  # fmt: skip
        for level in writer.fields.keys(SOURCE, f"{base}.levels"):
            here = f"{base}.levels.{level}"
            rows.append(
                [
                    Cell((*name, writer.plain(SOURCE, f"{here}.label"))),
                    cell(writer.count(SOURCE, f"{here}.rows")),
                    cell(writer.rate(SOURCE, f"{here}.estimate")),
                    Cell(bounds(writer, here)),
                    cell(NONE),
                ]
            )
        rows.append(
            [
                Cell((*name, Words("difference between the levels"))),
                cell(NONE),
                cell(writer.rate(SOURCE, f"{base}.interaction")),
                Cell(bounds(writer, base)),
                cell(writer.p(SOURCE, f"{base}.p")),
            ]
        )
    if not rows:
        return None
    return table(
        "subgroups",
        "Declared subgroups",
        ["Subgroup", "Rows", "Difference", _interval_heading(writer), "p"],
        rows,
        numeric=(1, 2, 3, 4),
        notes=["Only the difference between the levels is a test; the levels alone are not."],
    )
