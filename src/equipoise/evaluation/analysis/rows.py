"""The rows of a planned model with their arms, and what the statistics floor is asked of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from equipoise.core.base import sha256_hex
from equipoise.design.protocol import Outcome, Protocol, linear_specification
from equipoise.evaluation.analysis.drawing import unit_chances
from equipoise.evaluation.analysis.frames import ModelFrame, model_frame
from equipoise.evaluation.analysis.variants import MAIN, Variant, main_variant
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.statistics.models import ModelSpecification, Prepared, prepare

__all__ = [
    "PlannedRows",
    "analysed_value",
    "every_unit",
    "lone_units",
    "main_rows",
    "planned_rows",
    "settled",
    "specification_of",
    "with_arms",
]

CHANCE = "chance"
"""Column of the probability with which a row's unit came into its arm."""


@dataclass(frozen=True)
class PlannedRows:
    """The rows of a planned model.

    Attributes
    ----------
    frame
        As planned, without arms.
    rows
        With the columns ``arm``, ``lone`` and, where units had unequal chances, ``chance``.
    padded
        The same with an empty row for each randomised unit without any.
    spec
        The model, or its companion in least squares.
    arms
        Ids of all arms, in declared order.
    """

    frame: ModelFrame
    rows: pl.DataFrame
    padded: pl.DataFrame
    spec: ModelSpecification
    arms: tuple[str, ...]

    def ready(self) -> Prepared:
        """Return the rows that are analysed as arrays."""
        return prepare(self.padded.with_columns(analysed_value()), self.spec, self.arms)


def planned_rows(
    protocol: Protocol,
    outcome: Outcome,
    data: AnalysisSet,
    variant: Variant,
    allocation: Mapping[str, str],
    *,
    arm: str,
    roster: pl.DataFrame | None = None,
) -> PlannedRows:
    """Put the rows of a planned model together.

    The arguments are those of `equipoise.evaluation.analysis.models.estimate`.
    """
    frame = model_frame(protocol, outcome, data, variant)
    lone = lone_units(data.roster, allocation) if variant.model.strata else frozenset()
    rows = settled(with_arms(frame.table, allocation), lone)
    rows = with_chances(protocol, rows, data.roster if roster is None else roster)
    chance = CHANCE if CHANCE in rows.columns else None
    spec = specification_of(protocol, outcome, variant, frame, arm=arm, chance=chance)
    padded = every_unit(rows, data.roster, allocation)
    return PlannedRows(frame, rows, padded, spec, tuple(one.id for one in protocol.design.arms))


def main_rows(
    protocol: Protocol,
    outcome: Outcome,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    *,
    arm: str,
) -> PlannedRows:
    """Put the rows of an outcome's main model together."""
    main = main_variant(protocol, outcome)
    return planned_rows(protocol, outcome, data, main, allocation, arm=arm)


def with_arms(table: pl.DataFrame, allocation: Mapping[str, str]) -> pl.DataFrame:
    """Add the column ``arm``: that of the row's randomised unit."""
    arms = [allocation[unit] for unit in table["unit"].to_list()]
    return table.with_columns(pl.Series("arm", arms, dtype=pl.String))


def lone_units(roster: pl.DataFrame, allocation: Mapping[str, str]) -> frozenset[str]:
    """Give the units of strata that were drawn into one arm: they tell nothing of the effect."""
    drawn = with_arms(roster.select("unit", "stage", "stratum"), allocation)
    arms = pl.col("arm").n_unique().over("stage", "stratum")
    return frozenset(drawn.filter(arms < 2)["unit"].to_list())


def settled(rows: pl.DataFrame, lone: Collection[str]) -> pl.DataFrame:
    """Set aside the rows of lone units, in a column ``lone`` of their own, counted and said."""
    alone = pl.col("unit").is_in(sorted(lone))
    return rows.with_columns(alone.alias("lone"), (pl.col("analysed") & ~alone).alias("analysed"))


def with_chances(protocol: Protocol, rows: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """Add the column ``chance`` where units of a stratum came into their arms unequally often."""
    chances = unit_chances(protocol, roster)
    if chances is None:
        return rows
    position = {arm.id: k for k, arm in enumerate(protocol.design.arms)}
    pairs = zip(rows["unit"].to_list(), rows["arm"].to_list(), strict=True)
    found = [chances[unit][position[arm]] for unit, arm in pairs]
    return rows.with_columns(pl.Series(CHANCE, found, dtype=pl.Float64))


def permutation_seed(protocol: Protocol, outcome: Outcome) -> int:
    """Derive the seed of an outcome's permutations from what `lock` fixed."""
    text = protocol.meaning("design") + f"\npermutations {outcome.id}".encode()
    return int(sha256_hex(text)[:16], 16)


def specification_of(
    protocol: Protocol,
    outcome: Outcome,
    variant: Variant,
    frame: ModelFrame,
    *,
    arm: str,
    chance: str | None = None,
) -> ModelSpecification:
    """Translate a planned model, or its companion in least squares, with what its rows are like.

    Parameters
    ----------
    protocol, outcome, variant
        As planned.
    frame
        Its rows; whether they share clusters decides between HC2 and CR2, HC3 and CR3.
    arm
        The arm that is compared with the reference.
    chance
        Column of the probability of a row's own arm, where it differs between units.
    """
    model = variant.model
    permute = variant.id == MAIN and model.strata
    return linear_specification(
        protocol,
        model,
        arm=arm,
        covariates=frame.covariates,
        clustered=frame.clustered,
        weighted=frame.weight is not None,
        averaged=variant.average != "precision-weighted" or not model.is_linear,
        permutations=model.permutations if permute else 0,
        seed=permutation_seed(protocol, outcome),
        chance=chance,
    )


def analysed_value() -> pl.Expr:
    """Give the value where the row can be analysed, else nothing."""
    return pl.when(pl.col("present")).then(pl.col("value")).otherwise(None).alias("value")


def every_unit(
    rows: pl.DataFrame, roster: pl.DataFrame, allocation: Mapping[str, str]
) -> pl.DataFrame:
    """Add an empty row for each randomised unit without any: the draw was made with it."""
    absent = roster.filter(~pl.col("unit").is_in(rows["unit"].unique().to_list()))
    if not absent.height:
        return rows
    empty = with_arms(absent.select("unit", "stage", "stratum"), allocation).with_columns(
        pl.col("unit").alias("cluster"),
        pl.lit(1.0).alias("weight"),
        pl.lit(False).alias("present"),
        pl.lit(False).alias("analysed"),
    )
    return pl.concat([rows, empty], how="diagonal")
