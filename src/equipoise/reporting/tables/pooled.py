"""Tables of a common outcome: its rows, its pool on both scales, what was believed when."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.reporting.tables.fields import Bound, Part, Parts, bound_also
from equipoise.reporting.tables.formats import NONE, Writer
from equipoise.reporting.tables.results import WITHHELD_NOTE, Badge
from equipoise.reporting.tables.together import (
    PROGRAMME,
    estimated,
    rate_of,
    rates_withheld,
    ratio_of,
    signed,
)
from equipoise.reporting.tables.views import Cell, TableView, capital, cell, table, words

Wording = Callable[[str], str]


def _badge(writer: Writer, path: str, badge: Badge) -> Bound:
    code = writer.fields.value(PROGRAMME, path)
    return writer.choice(PROGRAMME, path, NONE if code is None else badge(code))


def pool_rows_table(writer: Writer, pool: str) -> TableView:
    """Each trial on the common outcome: rates, difference, ratio, weights."""
    rows = []
    ratio = writer.fields.has(PROGRAMME, f"{pool}.ratio")
    for key in writer.fields.keys(PROGRAMME, f"{pool}.difference.rows"):
        row, other = f"{pool}.difference.rows.{key}", f"{pool}.ratio.rows.{key}"
        rows.append(
            [
                cell(writer.plain(PROGRAMME, f"{row}.title")),
                cell(writer.count(PROGRAMME, f"{row}.schools")),
                cell(rate_of(writer, pool, row, "reference_rate")),
                cell(rate_of(writer, pool, row, "intervention_rate")),
                Cell(estimated(writer, row)),
                cell(writer.percent(PROGRAMME, f"{row}.weight")),
                Cell(ratio_of(writer, pool, other)) if ratio else cell(NONE),
                cell(writer.percent(PROGRAMME, f"{other}.weight")) if ratio else cell(NONE),
            ]
        )
    notes: list[Parts | str] = [
        words(
            "Rates and difference: ",
            writer.plain(PROGRAMME, f"{pool}.unit"),
            "; made again from each trial's frozen table of schools, adjusted as the trial's own "
            "model adjusts.",
        )
    ]
    if rates_withheld(writer, pool):
        notes.append(WITHHELD_NOTE)
    return table(
        f"pool-{pool.removeprefix('pools.')}",
        words("The common outcome, trial by trial: ", writer.plain(PROGRAMME, f"{pool}.title")),
        [
            "Trial",
            "Schools",
            "Rate without",
            "Rate with",
            "Difference (interval)",
            "Weight",
            "Ratio (interval)",
            "Weight",
        ],
        rows,
        numeric=range(1, 8),
        notes=notes,
    )


def pooled_table(writer: Writer, pool: str, badge: Badge) -> TableView:
    """The pool on both scales: floored, plain beside, prediction, how far trials differ."""
    scales = [
        (name, log)
        for name, log in (("difference", False), ("ratio", True))
        if writer.fields.has(PROGRAMME, f"{pool}.{name}")
    ]
    rows: list[list[Cell | Part | str]] = []

    def line(label: Parts | str, said: Callable[[str, bool], Cell]) -> None:
        head = Cell(label) if isinstance(label, tuple) else cell(label)
        rows.append([head, *(said(f"{pool}.{name}", log) for name, log in scales)])

    percent = writer.percent(PROGRAMME, "interval")
    line("Trials", lambda base, log: cell(writer.count(PROGRAMME, f"{base}.trials")))
    line(
        words("Pooled estimate, floored ", percent, " interval"),
        lambda base, log: Cell(estimated(writer, base, log=log)),
    )
    line(
        words("Plain ", percent, " interval, for comparison"),
        lambda base, log: Cell(signed(writer, base, before="plain_", log=log)),
    )
    line("The floor made a difference", lambda base, log: _plain(writer, f"{base}.floored"))
    line(
        "p, floored; p, plain",
        lambda base, log: cell(
            writer.p(PROGRAMME, f"{base}.p"), "; ", writer.p(PROGRAMME, f"{base}.plain_p")
        ),
    )
    line("Degrees of freedom", lambda base, log: cell(writer.rate(PROGRAMME, f"{base}.df")))
    line(
        words("Where a further trial may lie (", percent, " prediction interval)"),
        lambda base, log: _prediction(writer, base, log),
    )
    line(
        "Class, floored; class, plain",
        lambda base, log: cell(
            _badge(writer, f"{base}.conclusion", badge),
            "; ",
            _badge(writer, f"{base}.plain_conclusion", badge),
        ),
    )
    line(
        "Variance between trials and its interval",
        lambda base, log: cell(
            writer.three(PROGRAMME, f"{base}.tau2"),
            " (",
            writer.three(PROGRAMME, f"{base}.tau2_lower"),
            " to ",
            writer.three(PROGRAMME, f"{base}.tau2_upper"),
            "; ",
            writer.plain(PROGRAMME, f"{base}.estimator"),
            ")",
        ),
    )
    line(
        "Share of the variance that lies between trials",
        lambda base, log: cell(writer.percent(PROGRAMME, f"{base}.i2")),
    )
    line(
        "Cochran's Q, its degrees of freedom, p",
        lambda base, log: cell(
            writer.rate(PROGRAMME, f"{base}.q"),
            ", ",
            writer.count(PROGRAMME, f"{base}.q_df"),
            ", ",
            writer.p(PROGRAMME, f"{base}.q_p"),
        ),
    )
    heads: list[Parts | str] = ["What"]
    heads.extend(
        words("Ratio") if log else words("Difference, ", writer.plain(PROGRAMME, f"{pool}.unit"))
        for _, log in scales
    )
    return table(
        f"pooled-{pool.removeprefix('pools.')}",
        words("The pool of: ", writer.plain(PROGRAMME, f"{pool}.title")),
        heads,
        rows,
        notes=[
            "Random effects after Hartung and Knapp with a floor: the interval is never shorter "
            "than the trials' own errors allow. The variance of the ratio is that of its "
            "logarithm; no class is declared for a ratio.",
        ],
    )


def _plain(writer: Writer, path: str) -> Cell:
    return cell(writer.plain(PROGRAMME, path))


def _prediction(writer: Writer, base: str, log: bool) -> Cell:
    if not writer.fields.has(PROGRAMME, f"{base}.prediction_lower"):
        path = f"{base}.prediction_lower"
        return cell(writer.choice(PROGRAMME, path, "none: too few trials"))
    return Cell(signed(writer, base, before="prediction_", log=log))


def left_out_table(writer: Writer, pool: str, badge: Badge) -> TableView | None:
    """The pool without each trial in turn."""
    keys = writer.fields.keys(PROGRAMME, f"{pool}.difference.leave_one_out")
    if not keys:
        return None
    rows = []
    for key in keys:
        base = f"{pool}.difference.leave_one_out.{key}"
        rows.append(
            [
                cell(writer.plain(PROGRAMME, f"{base}.title")),
                cell(writer.rate(PROGRAMME, f"{base}.estimate")),
                Cell(signed(writer, base)),
                cell(writer.three(PROGRAMME, f"{base}.tau2")),
                cell(_badge(writer, f"{base}.conclusion", badge)),
            ]
        )
    return table(
        f"left-out-{pool.removeprefix('pools.')}",
        "The pooled difference without each trial in turn",
        ["Without", "Difference", "Interval", "Variance between trials", "Class"],
        rows,
        numeric=(1, 2, 3),
    )


def not_pooled_table(writer: Writer, part: Callable[[str], str]) -> TableView | None:
    """Why a trial is in no pool: one row for each part of its definition that differs."""
    rows = []
    for key in writer.fields.keys(PROGRAMME, "not_pooled"):
        base = f"not_pooled.{key}"
        code = f"{base}.part"
        rows.append(
            [
                cell(writer.plain(PROGRAMME, f"{base}.title")),
                cell(_pool_title(writer, f"{base}.outcome")),
                cell(
                    capital(
                        writer.choice(PROGRAMME, code, part(writer.fields.value(PROGRAMME, code)))
                    )
                ),
                cell(writer.plain(PROGRAMME, f"{base}.found")),
                cell(writer.plain(PROGRAMME, f"{base}.expected")),
            ]
        )
    if not rows:
        return None
    return table(
        "not-pooled",
        "Trials that do not count the common outcome alike",
        ["Trial", "Outcome", "What differs", "This trial", "The others"],
        rows,
    )


def _pool_title(writer: Writer, path: str) -> Bound:
    """Return the title of the pool of an outcome, or the outcome's name where there is no pool."""
    pool = f"pools.{writer.fields.value(PROGRAMME, path)}.title"
    if writer.fields.has(PROGRAMME, pool):
        text = writer.plain(PROGRAMME, pool).text
        return writer.choice(PROGRAMME, path, text, f"{PROGRAMME}:{pool}")
    return writer.plain(PROGRAMME, path)


def cumulative_table(
    writer: Writer, badge: Badge, decision: Callable[[str], str], method: Callable[[str], str]
) -> TableView:
    """What would have been believed after each trial."""
    rows = []

    def worded(path: str, wording: Callable[[str], str]) -> Bound:
        code = writer.fields.value(PROGRAMME, path)
        return writer.choice(PROGRAMME, path, NONE if code is None else wording(code))

    for key in writer.fields.keys(PROGRAMME, "cumulative"):
        base = f"cumulative.{key}"
        rows.append(
            [
                cell(writer.plain(PROGRAMME, f"{base}.title")),
                cell(writer.date(PROGRAMME, f"{base}.on")),
                cell(
                    writer.rate(PROGRAMME, f"{base}.own_estimate"),
                    " (",
                    *signed(writer, base, before="own_"),
                    ") ",
                    writer.plain(PROGRAMME, f"{base}.own_unit"),
                    ": ",
                    _badge(writer, f"{base}.own_conclusion", badge),
                ),
                cell(worded(f"{base}.own_decision", decision)),
                cell(writer.count(PROGRAMME, f"{base}.trials")),
                Cell(estimated(writer, base))
                if writer.fields.has(PROGRAMME, f"{base}.estimate")
                else cell(writer.choice(PROGRAMME, f"{base}.estimate", NONE)),
                cell(worded(f"{base}.method", method)),
                cell(_badge(writer, f"{base}.conclusion", badge)),
                cell(worded(f"{base}.decision", decision)),
                cell(
                    writer.rate(PROGRAMME, f"{base}.fixed_estimate"),
                    " (",
                    *signed(writer, base, before="fixed_"),
                    "): ",
                    _badge(writer, f"{base}.fixed_conclusion", badge),
                )
                if writer.fields.has(PROGRAMME, f"{base}.fixed_estimate")
                else cell(writer.choice(PROGRAMME, f"{base}.fixed_estimate", NONE)),
            ]
        )
    return table(
        "cumulative",
        "What would have been believed after each trial",
        [
            "After",
            "Known by",
            "What it said by itself",
            "Its own rule",
            "Trials pooled",
            "Common outcome, pooled so far",
            "How",
            "Class",
            "The programme's rule",
            "If the effect were one in all trials",
        ],
        rows,
        numeric=(4,),
        notes=[
            "A pool of two trials has one degree of freedom for the difference between them, so "
            "its interval is very long; what one would say if the effect were one and the same "
            "in all trials stands beside it.",
        ],
    )


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
                cell(_badge(writer, f"{base}.conclusion", badge)),
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
