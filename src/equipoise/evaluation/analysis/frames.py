"""The table of one planned model: weights, baseline and covariates in place, still without arm."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol import Outcome, Protocol, counts_events
from equipoise.evaluation.analysis.variants import Variant
from equipoise.evaluation.outcomes import AnalysisSet, outcome_values

__all__ = ["OF_UNIT", "ModelFrame", "model_frame"]

INDICATOR = "baseline_missing"
OF_UNIT = "inverse number of rows of the unit"
"""The weight of a row under a unit-average."""


@dataclass(frozen=True)
class ModelFrame:
    """The rows of one planned model.

    Attributes
    ----------
    table
        One row per school, person or row of an own table: the columns of `outcome_values`, with
        ``weight`` (estimand weight, above zero) and ``analysed`` (whether the row has all that
        the model needs).
    covariates
        Columns of the model beside arm and strata, the baseline first.
    baseline
        Column of the baseline; None where it is not adjusted for.
    weight
        What ``weight`` is, in words; None where every row counts as one.
    clustered
        Whether rows share the clusters of column ``cluster``.
    notes
        Sentences about what was done.
    """

    table: pl.DataFrame
    covariates: tuple[str, ...]
    baseline: str | None
    weight: str | None
    clustered: bool
    notes: tuple[str, ...]


def model_frame(
    protocol: Protocol, outcome: Outcome, data: AnalysisSet, variant: Variant
) -> ModelFrame:
    """Make the table of a planned model.

    Parameters
    ----------
    protocol, outcome, variant
        As planned.
    data
        The analysis set.

    Raises
    ------
    ProblemsError
        A column that the analysis set does not hold, or a weight without values.
    """
    table = outcome_values(protocol, outcome, data, variant.definition)
    notes: list[str] = []
    covariates: list[str] = []
    baseline: str | None = None
    if outcome.measure.type == "share":
        if variant.baseline:
            notes.append("A share is compared as sum over sum; its baseline is not adjusted for.")
    elif variant.baseline:
        table, covariates = _with_baseline(table, protocol.plan.missing.baseline, notes)
        baseline = "baseline" if covariates else None
    if outcome.measure.type != "share":
        own = None if baseline is None or outcome.baseline is None else outcome.baseline.column
        further = tuple(name for name in variant.model.covariates if name != own)
        _require(table, further, outcome)
        covariates += further
    table, weight = _with_weight(protocol, outcome, table, variant)
    complete = pl.col("present")
    for name in covariates:
        complete = complete & pl.col(name).is_not_null()
    table = table.with_columns(complete.alias("analysed"))
    clustered = bool(table["cluster"].is_duplicated().any())
    return ModelFrame(table, tuple(covariates), baseline, weight, clustered, tuple(notes))


def _with_baseline(
    table: pl.DataFrame, handling: str, notes: list[str]
) -> tuple[pl.DataFrame, list[str]]:
    """Put the baseline in order as planned: table and columns for the model."""
    rows = table.filter(pl.col("present"))
    missing = rows["baseline"].null_count()
    if rows.height == missing:
        notes.append("No row has a baseline, so it is not adjusted for.")
        return table, []
    if not _varies(rows.drop_nulls("baseline"), "baseline"):
        notes.append("The baseline does not vary within strata, so it is not adjusted for.")
        return table, []
    if not missing or handling == "complete-cases":
        return table, ["baseline"]
    if handling == "unadjusted":
        notes.append(f"{missing} rows have no baseline, so it is not adjusted for, as planned.")
        return table, []
    mean = rows["baseline"].mean()
    table = table.with_columns(
        pl.col("baseline").is_null().cast(pl.Float64).alias(INDICATOR),
        pl.col("baseline").fill_null(mean),
    )
    notes.append(f"{missing} rows without baseline have its mean and an indicator.")
    # Where whole strata lack the baseline, their own indicators say it already.
    if not _varies(table.filter(pl.col("present")), INDICATOR):
        return table, ["baseline"]
    return table, ["baseline", INDICATOR]


def _varies(rows: pl.DataFrame, column: str) -> bool:
    spread = rows.group_by("stage", "stratum").agg(
        (pl.col(column).max() - pl.col(column).min()).alias("spread")
    )
    return bool((spread["spread"] > 0).any())


def _require(table: pl.DataFrame, names: tuple[str, ...], outcome: Outcome) -> None:
    absent = [name for name in names if name not in table.columns]
    if absent:
        raise ProblemsError(
            [
                Problem(
                    "trial.yaml",
                    f"plan.models, outcome {outcome.id}",
                    f"the covariate {name}",
                    "pupils, la_code, phase or a covariate of the trial's own table",
                    "correct the name, or bring the column",
                )
                for name in absent
            ]
        )


def _with_weight(
    protocol: Protocol, outcome: Outcome, table: pl.DataFrame, variant: Variant
) -> tuple[pl.DataFrame, str | None]:
    """Weigh rows for the declared average."""
    one = pl.lit(1.0)
    declared = protocol.design.table
    members = declared is not None and declared.rows == "member"
    weight, words = one, None
    if outcome.measure.type == "share":
        pass
    elif variant.average == "unit-average":
        held = pl.col("present").cast(pl.Float64).sum().over("unit")
        weight = pl.when(held > 0).then(one / held).otherwise(one)
        words = OF_UNIT
    elif counts_events(variant.model, outcome) and variant.average == "precision-weighted":
        # The model itself is not weighted; its arms are described by pupils.
        weight = pl.col("denominator")
        words = str(variant.definition.denominator or outcome.measure.denominator)
    elif variant.average in ("pupil-average", "contact-average"):
        if outcome.measure.denominator is not None and outcome.measure.type == "rate":
            weight = pl.col("denominator")
            words = str(variant.definition.denominator or outcome.measure.denominator)
        elif not members and outcome.level not in ("pupil", "dsl"):
            weight, words = pl.col("pupils").cast(pl.Float64), "pupils"
    table = table.with_columns(
        pl.when(pl.col("present")).then(weight).otherwise(one).alias("weight")
    )
    wrong = table.filter(pl.col("weight").is_null() | (pl.col("weight") <= 0)).height
    if wrong:
        raise ProblemsError(
            [
                Problem(
                    "outcomes/outcomes.csv" if declared is not None else "the analysis set",
                    f"weights of outcome {outcome.id}",
                    f"{wrong} rows without {words}",
                    "a number above zero in every row with an outcome",
                    f"bring the column {words}, or declare another average",
                )
            ]
        )
    return table, words
