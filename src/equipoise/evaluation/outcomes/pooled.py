"""Pooled values of the primary outcome over all arms, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.design.protocol import Protocol
from equipoise.evaluation.outcomes.types import AnalysisSet
from equipoise.evaluation.outcomes.values import outcome_values

__all__ = ["PooledValues", "pooled_values"]


@dataclass(frozen=True)
class PooledValues:
    """The values of the primary outcome, or of its baseline, without arm.

    Attributes
    ----------
    outcome, what
        Its id, and whether these are its ``outcome`` or its ``baseline`` values.
    values
        Those that are not missing, shape (n,).
    missing
        Rows without one.
    strata, units
        Position of each row's stratum (all 0 where the model has none) and unit, shape (n,).
    covariates
        The baseline, missing ones at the mean of their stratum, and an indicator of these, shape
        (n, 2); None for baseline values, or where the model has no baseline.
    """

    outcome: str
    what: str
    values: NDArray[np.float64]
    missing: int
    strata: NDArray[np.int64]
    units: NDArray[np.int64]
    covariates: NDArray[np.float64] | None


def pooled_values(protocol: Protocol, data: AnalysisSet, *, baseline: bool = False) -> PooledValues:
    """Return the values of the primary outcome, or of its baseline, over all arms.

    Parameters
    ----------
    protocol, data
        The trial and its analysis set, which holds no arm.
    baseline
        Whether to look at the values before the draw.
    """
    outcome = protocol.primary
    frame = outcome_values(protocol, outcome, data)
    column = "baseline" if baseline else "value"
    present = frame.filter(pl.col(column).is_not_null())
    _, model = protocol.model_of(outcome)
    used = not baseline and model.baseline and outcome.baseline is not None
    strata = _places(present, ("stage", "stratum"))
    return PooledValues(
        outcome=outcome.id,
        what=column if baseline else "outcome",
        values=np.asarray(present[column].to_numpy(), dtype=np.float64),
        missing=frame.height - present.height,
        strata=strata if model.strata else np.zeros_like(strata),
        units=_places(present, ("unit",)),
        covariates=_covariates(present) if used else None,
    )


def _places(frame: pl.DataFrame, columns: tuple[str, ...]) -> NDArray[np.int64]:
    """Number the groups that columns make, from 0 in sorted order."""
    if not frame.height:
        return np.zeros(0, np.int64)
    ranks = frame.select(pl.struct(columns).rank("dense").alias("place"))["place"]
    return (ranks.to_numpy() - 1).astype(np.int64)


def _covariates(frame: pl.DataFrame) -> NDArray[np.float64]:
    missing = pl.col("baseline").is_null()
    filled = (
        pl.col("baseline")
        .fill_null(pl.col("baseline").mean().over("stage", "stratum"))
        .fill_null(pl.col("baseline").mean())
        .fill_null(0.0)
    )
    columns = frame.select(filled.alias("baseline"), missing.cast(pl.Float64).alias("missing"))
    return np.asarray(columns.to_numpy(), dtype=np.float64)
