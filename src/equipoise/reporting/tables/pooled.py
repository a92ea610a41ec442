"""Tables of a common outcome: its rows, its pool on both scales, what was believed when."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.reporting.tables.fields import Bound, Part, Parts
from equipoise.reporting.tables.formats import NONE, Writer
from equipoise.reporting.tables.results import WITHHELD_NOTE, Badge
from equipoise.reporting.tables.together import (
    PROGRAMME,
    badge_or_dash,
    estimated,
    rate_of,
    rates_withheld,
    ratio_of,
    signed,
)
from equipoise.reporting.tables.views import Cell, TableView, capital, cell, table, words

Wording = Callable[[str], str]


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
            badge_or_dash(writer, f"{base}.conclusion", badge),
            "; ",
            badge_or_dash(writer, f"{base}.plain_conclusion", badge),
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
                cell(badge_or_dash(writer, f"{base}.conclusion", badge)),
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
                    badge_or_dash(writer, f"{base}.own_conclusion", badge),
                ),
                cell(worded(f"{base}.own_decision", decision)),
                cell(writer.count(PROGRAMME, f"{base}.trials")),
                Cell(estimated(writer, base))
                if writer.fields.has(PROGRAMME, f"{base}.estimate")
                else cell(writer.choice(PROGRAMME, f"{base}.estimate", NONE)),
                cell(worded(f"{base}.method", method)),
                cell(badge_or_dash(writer, f"{base}.conclusion", badge)),
                cell(worded(f"{base}.decision", decision)),
                cell(
                    writer.rate(PROGRAMME, f"{base}.fixed_estimate"),
                    " (",
                    *signed(writer, base, before="fixed_"),
                    "): ",
                    badge_or_dash(writer, f"{base}.fixed_conclusion", badge),
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
