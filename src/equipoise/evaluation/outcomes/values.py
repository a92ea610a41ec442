"""One outcome as a table: the value of each row, what it is made of, and its baseline."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol import Outcome, Protocol
from equipoise.evaluation.outcomes.types import AnalysisSet

__all__ = ["Definition", "column_of", "outcome_values"]

KEYS = ("key", "urn", "unit", "cluster", "stage", "stratum", "la_code", "phase", "pupils")
"""Columns that identify a row, in order."""

MADE = ("numerator", "denominator", "value", "baseline", "present")
"""Columns that are made here; a covariate of that name is the same column of the table."""


@dataclass(frozen=True)
class Definition:
    """What may be put in the place of a declared measure, and nothing else.

    Attributes
    ----------
    numerator, denominator
        Other counts; None keeps the declared one.
    contact
        Id of another declared definition of a new contact (``design.contact.also``), under which
        outcome and baseline are counted; None keeps ``design.contact``.
    """

    numerator: str | None = None
    denominator: str | None = None
    contact: str | None = None


def column_of(count: str, window: str, contact: str | None = None) -> str:
    """Name the column of a count in a window.

    Parameters
    ----------
    count, window
        As declared.
    contact
        Id of another definition of a new contact; None for the trial's own.

    Examples
    --------
    >>> column_of("contacts", "outcome"), column_of("contacts", "outcome", "a-month-apart")
    ('contacts_outcome', 'contacts_outcome@a-month-apart')
    """
    # No id holds an @, so no column of another definition can be one of the trial's own.
    return f"{count}_{window}" + ("" if contact is None else f"@{contact}")


def outcome_values(
    protocol: Protocol,
    outcome: Outcome,
    data: AnalysisSet,
    definition: Definition | None = None,
) -> pl.DataFrame:
    """Make the table of one outcome, without arm.

    Parameters
    ----------
    protocol, outcome
        As declared.
    data
        The analysis set.
    definition
        Another numerator or denominator, or another definition of a new contact.

    Returns
    -------
    polars.DataFrame
        One row per school, person or row of an own table, sorted by ``key``: ``key, urn, unit,
        cluster, stage, stratum, la_code, phase, pupils, numerator, denominator`` (null for scores
        and values), ``value`` (in the unit of the outcome; null where missing, and for a share
        without a denominator), ``baseline`` (null where missing or not declared), ``present``
        (whether the row can be analysed), and the declared covariates.

    Raises
    ------
    ProblemsError
        A count, score or column that the analysis set does not hold.
    """
    change = definition or Definition()
    frame = data.dsls if outcome.level == "dsl" else data.schools
    measure = outcome.measure
    numerator: pl.Expr = pl.lit(None, dtype=pl.Float64)
    denominator: pl.Expr = pl.lit(None, dtype=pl.Float64)
    baseline: pl.Expr = pl.lit(None, dtype=pl.Float64)
    declared = outcome.baseline
    if measure.type in ("rate", "share"):
        above = change.numerator or measure.numerator
        below = change.denominator or measure.denominator
        numerator = _count(frame, outcome, above, measure.window, change.contact)
        denominator = _count(frame, outcome, below, measure.window, change.contact)
        value = _ratio(numerator, denominator, measure.per or 1)
        if declared is not None and declared.window is not None:
            baseline = _ratio(
                _count(frame, outcome, above, declared.window, change.contact),
                _count(frame, outcome, below, declared.window, change.contact),
                measure.per or 1,
            )
    elif measure.type == "score":
        value = _column(frame, outcome, f"{measure.instrument}_{measure.wave}")
        if declared is not None and declared.wave is not None:
            baseline = _column(frame, outcome, f"{measure.instrument}_{declared.wave}")
    else:
        value = _column(frame, outcome, measure.column)
    if declared is not None and declared.column is not None:
        baseline = _column(frame, outcome, declared.column)
    present = value.is_not_null()
    if measure.type == "share":
        # A school without contacts has no share, but stays in both sums.
        present = numerator.is_not_null() & denominator.is_not_null()
    covariates = _covariates(protocol, frame)
    return frame.select(
        *KEYS,
        numerator.alias("numerator"),
        denominator.alias("denominator"),
        value.alias("value"),
        baseline.alias("baseline"),
        present.alias("present"),
        *covariates,
    ).sort("key")


def _covariates(protocol: Protocol, frame: pl.DataFrame) -> list[str]:
    table = protocol.design.table
    named = () if table is None else table.covariates
    taken = (*KEYS, *MADE)
    return [name for name in named if name in frame.columns and name not in taken]


def _count(
    frame: pl.DataFrame,
    outcome: Outcome,
    name: str | None,
    window: str | None,
    contact: str | None,
) -> pl.Expr:
    """Give a count: the roll, a count of a window, or a column of an own table."""
    if name is None:
        raise _absent(outcome, "nothing", frame)
    windowed = column_of(name, str(window), contact)
    if name != "pupils" and window is not None and windowed in frame.columns:
        return pl.col(windowed).cast(pl.Float64)
    if name in frame.columns:
        return pl.col(name).cast(pl.Float64)
    raise _absent(outcome, windowed if window is not None else name, frame)


def _column(frame: pl.DataFrame, outcome: Outcome, name: str) -> pl.Expr:
    if name not in frame.columns:
        raise _absent(outcome, name, frame)
    return pl.col(name).cast(pl.Float64)


def _ratio(numerator: pl.Expr, denominator: pl.Expr, per: int) -> pl.Expr:
    return pl.when(denominator > 0).then(numerator * per / denominator).otherwise(None)


def _absent(outcome: Outcome, name: str, frame: pl.DataFrame) -> ProblemsError:
    held = ", ".join(c for c in frame.columns if c not in KEYS) or "none"
    return ProblemsError(
        [
            Problem(
                "trial.yaml",
                f"design.outcomes, outcome {outcome.id}",
                f"a measure that needs {name}",
                f"one of the columns of the analysis set: {held}",
                "correct the measure, or bring the data that it needs",
            )
        ]
    )
