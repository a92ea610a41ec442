"""The rows of a main analysis with their gaps: outcomes that are missing and could be completed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.core.base import sha256_hex
from equipoise.design.protocol import Outcome, Protocol
from equipoise.evaluation.analysis.frames import OF_UNIT
from equipoise.evaluation.analysis.rows import PlannedRows
from equipoise.statistics.estimation import (
    EstimationError,
    Imputations,
    PooledImputations,
    hedges_g,
    impute_members,
    impute_schools,
    pool_imputations,
)
from equipoise.statistics.models import (
    Estimate,
    ModelSpecification,
    Prepared,
    TrialArrays,
    prepare,
    specified_effect,
)

__all__ = ["OpenRows", "imputed", "open_rows", "pooled_over_imputations", "with_imputation"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OpenRows:
    """Rows that have all but perhaps the outcome.

    Attributes
    ----------
    ready
        Prepared as for the main analysis, the gaps holding a placeholder.
    gap
        Whether the outcome of a row is missing, shape (n,).
    keys
        Of the rows with a gap.
    """

    ready: Prepared
    gap: NDArray[np.bool_]
    keys: frozenset[str]

    @property
    def arrays(self) -> TrialArrays:
        """The rows."""
        return self.ready.arrays

    @property
    def treated(self) -> NDArray[np.int64]:
        """1 in the compared arm, 0 elsewhere, shape (n,)."""
        return np.asarray(self.arrays.arm == self.arrays.compared, dtype=np.int64)

    @property
    def clusters(self) -> NDArray[np.int64]:
        """Number of the randomised unit of each row."""
        units = self.arrays.units
        return np.arange(self.gap.size, dtype=np.int64) if units is None else units

    def observed(self) -> Array:
        """Give the outcome, NaN where it is missing."""
        return np.where(self.gap, np.nan, self.arrays.y)

    def weights(self, spec: ModelSpecification) -> Array:
        """Give the weights of the analysis."""
        shares = self.arrays.shares() if spec.inverse_share else 1.0
        return np.asarray(self.arrays.weights / shares)

    def design(self) -> Array:
        """Give stratum indicators and covariates, without the arm."""
        return np.hstack([self.arrays.indicators(), self.arrays.covariates])

    def analyse(self, y: Array, spec: ModelSpecification) -> tuple[float, float]:
        """Give effect and error of a completed outcome by the planned analysis."""
        effect = self.effect(y, spec)
        return effect[0], effect[1]

    def effect(self, y: Array, spec: ModelSpecification) -> tuple[float, float, float]:
        """Give effect, error and degrees of freedom of a completed outcome."""
        found = specified_effect(replace(self.arrays, y=y), spec)
        return found.estimate, found.se, found.df


def open_rows(planned: PlannedRows) -> OpenRows:
    """Prepare the rows of an analysis, those without an outcome among them.

    A row without an outcome is kept where it has every covariate and, if rows are weighted, a
    weight: its roll.

    Parameters
    ----------
    planned
        The rows of a planned model in least squares.
    """
    missing = ~pl.col("present") & pl.col("key").is_not_null()
    for name in planned.frame.covariates:
        missing = missing & pl.col(name).is_not_null()
    weight = pl.col("weight")
    if planned.frame.weight == OF_UNIT:
        weight = 1 / (pl.col("present") | missing).cast(pl.Float64).sum().over("unit").clip(1.0)
    elif planned.frame.weight is not None:
        roll = pl.coalesce([pl.col("denominator"), pl.col("pupils").cast(pl.Float64)])
        missing = missing & roll.is_not_null() & (roll > 0)
        weight = pl.when(missing).then(roll).otherwise(weight)
    table = planned.padded.with_columns(missing.alias("gap"), weight.alias("weight"))
    value = pl.when(pl.col("present")).then(pl.col("value")).otherwise(None)
    table = table.with_columns(pl.when(pl.col("gap")).then(0.0).otherwise(value).alias("value"))
    ready = prepare(table, planned.spec, planned.arms)
    kept = ~(ready.set_aside | ready.no_outcome | ready.no_covariate)
    gaps = table.filter(pl.Series(kept) & pl.col("gap"))["key"].to_list()
    return OpenRows(ready, table["gap"].to_numpy()[kept], frozenset(gaps))


def with_imputation(
    protocol: Protocol, outcome: Outcome, planned: PlannedRows, complete: Estimate
) -> tuple[Estimate, pl.DataFrame, list[str]]:
    """Replace an estimate from complete cases by one from imputed outcomes.

    Parameters
    ----------
    protocol, outcome, planned
        As planned.
    complete
        From complete cases; its arms, and its p by re-drawing, stay.

    Returns
    -------
    Estimate, polars.DataFrame, list of str
        The rows with those imputed marked as analysed, and what was done in sentences.
    """
    rows = open_rows(planned)
    if not rows.gap.any():
        return complete, planned.rows, []
    pooled, df = pooled_over_imputations(protocol, outcome, rows, planned.spec)
    size = complete.effect_size
    if size is not None:
        n = complete.n_rows - 1
        size = hedges_g(pooled.estimate, pooled.se, pooled.df, size.sd, n, alpha=planned.spec.alpha)
    found = replace(
        complete,
        estimate=pooled.estimate,
        se=pooled.se,
        df=pooled.df,
        df_method=df,
        lower=pooled.lower,
        upper=pooled.upper,
        p=pooled.p,
        n_rows=int(rows.gap.size),
        n_units=int(np.unique(rows.clusters).size),
        effect_size=size,
    )
    marked = planned.rows.with_columns(
        (pl.col("analysed") | pl.col("key").is_in(sorted(rows.keys))).alias("analysed")
    )
    said = [
        f"{int(rows.gap.sum())} outcomes that are missing were imputed {pooled.imputations} times "
        "within arm, from strata and baseline."
    ]
    if complete.permutations:
        said.append("p by re-drawing is that of the complete cases.")
    return found, marked, said


def imputed(protocol: Protocol, outcome: Outcome, rows: OpenRows) -> Imputations:
    """Complete the outcome within each arm, from strata, baseline and covariates.

    The numbers follow from what `lock` fixed, from the outcome and from nothing else.
    """
    digest = sha256_hex(protocol.meaning("design") + f"\nimputations {outcome.id}".encode())
    seed, number = int(digest[:15], 16), protocol.plan.missing.imputations
    arrays = rows.arrays
    if arrays.units is None:
        return impute_schools(
            rows.observed(),
            rows.design(),
            arrays.arm,
            seed=seed,
            imputations=number,
            weights=arrays.weights,
        )
    return impute_members(
        rows.observed(),
        rows.design(),
        arrays.arm,
        arrays.units,
        seed=seed,
        imputations=number,
    )


def pooled_over_imputations(
    protocol: Protocol, outcome: Outcome, rows: OpenRows, spec: ModelSpecification
) -> tuple[PooledImputations, float]:
    """Analyse every completed outcome as planned, and pool by the rules of Rubin (1987).

    Returns
    -------
    PooledImputations, float
        And the degrees of freedom with nothing missing: the smaller of method and design.

    Raises
    ------
    EstimationError
        Nothing is missing, or an arm tells nothing of a missing row.
    """
    if not rows.gap.any():
        raise EstimationError("No outcome is missing, so there is nothing to impute.")
    completed = imputed(protocol, outcome, rows)
    found = [rows.effect(y, spec) for y in completed]
    complete = found[0][2]
    pooled = pool_imputations(
        [effect for effect, _, _ in found],
        [error for _, error, _ in found],
        df_complete=complete,
        alpha=spec.alpha,
    )
    return pooled, complete
