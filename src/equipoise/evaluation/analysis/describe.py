"""Descriptions of arms: means, rows left out, completeness, and effect sizes of members."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from equipoise.design.protocol import Protocol
from equipoise.evaluation.analysis.types import ArmMean, ArmQuality, Dropped, EffectSize
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.statistics.estimation import hedges_g
from equipoise.statistics.models import Estimate

__all__ = ["arm_means", "dropped_rows", "member_effect_size", "quality_by_arm"]


def arm_means(
    protocol: Protocol,
    analysed: pl.DataFrame,
    means: Mapping[str, tuple[float | None, float | None]],
) -> tuple[ArmMean, ...]:
    """Describe every arm; mean and standard deviation come weighted from the model."""
    found = []
    for arm in protocol.design.arms:
        rows = analysed.filter(pl.col("arm") == arm.id)
        mean, sd = means.get(arm.id, (None, None))
        counted = rows["denominator"].drop_nulls().len() > 0
        found.append(
            ArmMean(
                arm=arm.id,
                title=arm.title,
                mean=mean,
                sd=sd,
                schools=rows["urn"].n_unique(),
                units=rows["unit"].n_unique(),
                rows=rows.height,
                members=float(rows["denominator"].sum()) if counted else None,
                events=float(rows["numerator"].sum()) if counted else None,
            )
        )
    return tuple(found)


_REASONS = (
    "outcome missing",
    "stratum without both arms",
    "baseline missing",
    "covariate missing",
)


def dropped_rows(
    protocol: Protocol, rows: pl.DataFrame, baseline: str | None
) -> tuple[Dropped, ...]:
    """Count the rows that were not analysed, by arm and reason."""
    no_baseline = pl.lit(False) if baseline is None else pl.col(baseline).is_null()
    reason = (
        pl.when(pl.col("analysed"))
        .then(None)
        .when(~pl.col("present"))
        .then(pl.lit("outcome missing"))
        .when(pl.col("lone"))
        .then(pl.lit("stratum without both arms"))
        .when(no_baseline)
        .then(pl.lit("baseline missing"))
        .otherwise(pl.lit("covariate missing"))
    )
    marked = rows.with_columns(
        reason.alias("reason"),
        pl.col("analysed").any().over("unit").alias("unit_kept"),
        pl.col("present").any().over("unit").alias("unit_present"),
    )
    found = []
    for arm in protocol.design.arms:
        for name in _REASONS:
            left = marked.filter((pl.col("arm") == arm.id) & (pl.col("reason") == name))
            if not left.height:
                continue
            lost = left.filter(~pl.col("unit_kept"))
            if name != "outcome missing":
                lost = lost.filter(pl.col("unit_present"))
            else:
                lost = lost.filter(~pl.col("unit_present"))
            found.append(Dropped(arm.id, name, left.height, lost["unit"].n_unique()))
    return tuple(found)


def member_effect_size(analysed: pl.DataFrame, found: Estimate, label: str) -> EffectSize | None:
    """Standardise by the total standard deviation of members in clusters, without regard to arm.

    The variance between and within clusters is that of the unconditional one-way model, by its mean
    squares: total = MSB / n0 + (1 - 1 / n0) MSW, whose degrees of freedom are Satterthwaite's.

    References
    ----------
    Searle, S. R., Casella, G. and McCulloch, C. E. (1992). Variance Components, section 3.6;
    Satterthwaite, F. E. (1946). Biometrics Bulletin 2(6), 110-114.
    """
    y = analysed["value"].to_numpy().astype(np.float64)
    _, cluster = np.unique(np.asarray(analysed["cluster"].to_list()), return_inverse=True)
    sizes = np.bincount(cluster.reshape(-1)).astype(np.float64)
    n, m = y.size, sizes.size
    if m < 2 or n - m < 1:
        return None
    means = np.bincount(cluster.reshape(-1), weights=y) / sizes
    between = float(np.sum(sizes * (means - y.mean()) ** 2)) / (m - 1)
    within = float(np.sum((y - means[cluster.reshape(-1)]) ** 2)) / (n - m)
    n0 = (n - float(np.sum(sizes**2)) / n) / (m - 1)
    parts = between / n0, (1 - 1 / n0) * within
    total = parts[0] + parts[1]
    spread = parts[0] ** 2 / (m - 1) + parts[1] ** 2 / (n - m)
    if not (total > 0 and spread > 0):
        return None
    df_sd = total**2 / spread
    if df_sd < 2:
        return None
    size = hedges_g(
        found.estimate, found.se, found.df, float(np.sqrt(total)), df_sd, alpha=found.alpha
    )
    return EffectSize(size.g, size.lower, size.upper, size.sd, label)


def quality_by_arm(
    protocol: Protocol, data: AnalysisSet, allocation: Mapping[str, str]
) -> tuple[ArmQuality, ...]:
    """Give completeness by arm; only ever called with the true allocation, after unblinding."""
    window = protocol.primary.measure.window
    contacts = f"contacts_{window}"
    waves = [wave.id for wave in protocol.design.periods.waves]
    scores = [c for c in data.dsls.columns if waves and c.endswith(f"_{waves[-1]}")]
    found = []
    for arm in protocol.design.arms:
        units = [unit for unit, given in allocation.items() if given == arm.id]
        rows = data.schools.filter(pl.col("unit").is_in(units))
        with_data = unmapped = pending = response = None
        if contacts in rows.columns and rows.height:
            with_data = rows[contacts].drop_nulls().len() / rows.height
            total = int(rows[contacts].sum())
            if total:
                unmapped = int(rows[f"unmapped_{window}"].sum()) / total
                pending = int(rows[f"pending_{window}"].sum()) / total
        if scores and units:
            answered = data.dsls.filter(
                pl.col("unit").is_in(units)
                & pl.any_horizontal(pl.col(name).is_not_null() for name in scores)
            )
            response = answered["unit"].n_unique() / len(units)
        found.append(
            ArmQuality(
                arm=arm.id,
                title=arm.title,
                schools=rows["urn"].n_unique(),
                with_data=with_data,
                response=response,
                unmapped=unmapped,
                pending=pending,
                unresolved=None,
            )
        )
    return tuple(found)
