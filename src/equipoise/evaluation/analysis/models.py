"""One planned model, fitted: the place where arm meets outcome data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from equipoise.core.base import sha256_hex
from equipoise.design.protocol import Outcome, Protocol, scheme_of
from equipoise.evaluation.analysis.describe import arm_means, dropped_rows, member_effect_size
from equipoise.evaluation.analysis.frames import ModelFrame, model_frame
from equipoise.evaluation.analysis.shares import fit_share
from equipoise.evaluation.analysis.types import ArmMean, Dropped, EffectSize, ModelWords
from equipoise.evaluation.analysis.variants import MAIN, Variant
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.statistics.models import Estimate, ModelSpecification, fit

__all__ = [
    "Fitted",
    "analysed_value",
    "estimate",
    "every_unit",
    "specification_of",
    "with_arms",
]

WITH_CLUSTERS = {"hc2": "cr2", "hc3": "cr3"}
"""The same error where several rows share a randomised unit."""


@dataclass(frozen=True)
class Fitted:
    """A planned model with its numbers, in the natural units of the outcome.

    Attributes
    ----------
    estimate, se, lower, upper
        In ``unit_difference`` of the outcome.
    df, df_method, df_design
        Used, of the method, of the design.
    p, p_permutation, permutations
        As in `OutcomeResult`.
    means
        Every arm.
    standardised
        Effect size; None for shares.
    words
        The model.
    rows, clusters
        Analysed.
    dropped
        Rows left out, by arm.
    notes
        Sentences.
    averages
        Whether the estimate may be called the declared average (rules 5).
    """

    estimate: float
    se: float
    lower: float
    upper: float
    df: float
    df_method: float
    df_design: float | None
    p: float
    p_permutation: float | None
    permutations: int
    means: tuple[ArmMean, ...]
    standardised: EffectSize | None
    words: ModelWords
    rows: int
    clusters: int
    dropped: tuple[Dropped, ...]
    notes: tuple[str, ...]
    averages: bool


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
) -> ModelSpecification:
    """Translate a planned model into a specification of the statistics floor.

    Parameters
    ----------
    protocol, outcome, variant
        As planned.
    frame
        Its rows; whether they share clusters decides between HC2 and CR2, HC3 and CR3.
    arm
        The arm that is compared with the reference.
    """
    model = variant.model
    error = str(model.error)
    if frame.clustered:
        error = WITH_CLUSTERS.get(error, error)
    precision = variant.average == "precision-weighted"
    permute = variant.id == MAIN and model.strata
    return ModelSpecification(
        outcome="value",
        treatment="arm",
        reference=protocol.reference.id,
        arm=arm,
        strata=("stage", "stratum") if model.strata else (),
        stage="stage",
        covariates=frame.covariates,
        unit=None if frame.clustered else "cluster",
        cluster="cluster" if frame.clustered else None,
        estimand_weight=None if frame.weight is None else "weight",
        inverse_share=model.inverse_share and not precision,
        error=error,  # type: ignore[arg-type]
        df="clusters" if model.df == "clusters" else "z" if model.df == "z" else "satterthwaite",
        alpha=round(1 - protocol.design.interval, 12),
        permutations=model.permutations if permute else 0,
        seed=permutation_seed(protocol, outcome),
        one_arm_strata="set_aside",
    )


def estimate(
    protocol: Protocol,
    outcome: Outcome,
    data: AnalysisSet,
    variant: Variant,
    allocation: Mapping[str, str],
    *,
    arm: str,
) -> Fitted:
    """Fit a planned model: one arm against the reference, all arms in the model.

    Parameters
    ----------
    protocol, outcome, variant
        As planned.
    data
        The analysis set.
    allocation
        The arm of every randomised unit.
    arm
        The arm that is compared.

    Raises
    ------
    EstimationError
        In one sentence, why the model gives no estimate.
    ProblemsError
        A column that the analysis set does not hold.
    """
    frame = model_frame(protocol, outcome, data, variant)
    lone = lone_units(data.roster, allocation) if variant.model.strata else frozenset()
    rows = settled(with_arms(frame.table, allocation), lone)
    spec = specification_of(protocol, outcome, variant, frame, arm=arm)
    scheme = None if protocol.design.scheme.draw == "external" else scheme_of(protocol)
    if outcome.measure.type == "share":
        return _share(protocol, outcome, variant, frame, rows, spec, scheme)
    padded = every_unit(rows, data.roster, allocation)
    found = fit(padded.with_columns(analysed_value()), spec, scheme)
    analysed = rows.filter(pl.col("analysed"))
    level = outcome.level
    standardised = None
    if found.effect_size is not None:
        size = found.effect_size
        label = "between schools" if level == "school" else "between units"
        standardised = EffectSize(size.g, size.lower, size.upper, size.sd, label)
    else:
        label = "between schools" if level == "school" else "total"
        standardised = member_effect_size(analysed, found, label)
    notes = [*frame.notes, *found.warnings]
    if not spec.inverse_share and spec.strata and _uneven(analysed):
        notes.append("Realised shares differ between strata, so strata count by n p (1 - p).")
    if variant.id == MAIN and variant.model.permutations and not variant.model.strata:
        notes.append("Without strata in the model no permutation test was made.")
    return Fitted(
        estimate=found.estimate,
        se=found.se,
        lower=found.lower,
        upper=found.upper,
        df=found.df,
        df_method=found.df_method,
        df_design=None if found.df_design is None else float(found.df_design),
        p=found.p,
        p_permutation=found.p_permutation,
        permutations=found.permutations,
        means=arm_means(protocol, analysed, _weighted(found)),
        standardised=standardised,
        words=_words(protocol, variant, frame, spec, found.df < found.df_method),
        rows=found.n_rows,
        clusters=found.n_units,
        dropped=dropped_rows(protocol, rows, frame.baseline),
        notes=tuple(notes),
        averages=_averages(spec, analysed, variant),
    )


def _share(
    protocol: Protocol,
    outcome: Outcome,
    variant: Variant,
    frame: ModelFrame,
    rows: pl.DataFrame,
    spec: ModelSpecification,
    scheme: object,
) -> Fitted:
    arms = tuple(a.id for a in protocol.design.arms)
    found = fit_share(rows, spec, scheme, arms, per=outcome.measure.per or 1)  # type: ignore[arg-type]
    analysed = rows.filter(pl.col("analysed"))
    capped = found.df < found.df_method
    return Fitted(
        estimate=found.estimate,
        se=found.se,
        lower=found.lower,
        upper=found.upper,
        df=found.df,
        df_method=found.df_method,
        df_design=found.df_design,
        p=found.p,
        p_permutation=found.p_permutation,
        permutations=found.permutations,
        means=arm_means(protocol, analysed, {a: (m, None) for a, m in found.means.items()}),
        standardised=None,
        words=_words(protocol, variant, frame, spec, capped, ratio=True),
        rows=analysed.height,
        clusters=found.clusters,
        dropped=dropped_rows(protocol, rows, None),
        notes=(*frame.notes, *found.notes),
        averages=_averages(spec, analysed, variant),
    )


def analysed_value() -> pl.Expr:
    """Give the value where the row can be analysed, else nothing."""
    return pl.when(pl.col("present")).then(pl.col("value")).otherwise(None).alias("value")


def _weighted(found: Estimate) -> dict[str, tuple[float | None, float | None]]:
    return {arm.arm: (arm.mean, arm.sd) for arm in found.arms}


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


def _uneven(rows: pl.DataFrame) -> bool:
    """Whether the realised share of arms differs between strata."""
    units = rows.unique(["stage", "stratum", "unit", "arm"])
    shares: set[tuple[tuple[str, float], ...]] = set()
    for _, part in units.group_by(["stage", "stratum"]):
        counts = part["arm"].value_counts().sort("arm")
        total = part.height
        shares.add(tuple((str(arm), n / total) for arm, n in counts.iter_rows()))
    return len(shares) > 1


def _averages(spec: ModelSpecification, rows: pl.DataFrame, variant: Variant) -> bool:
    return variant.average != "precision-weighted" and (spec.inverse_share or not _uneven(rows))


def _words(
    protocol: Protocol,
    variant: Variant,
    frame: ModelFrame,
    spec: ModelSpecification,
    capped: bool,
    *,
    ratio: bool = False,
) -> ModelWords:
    weights = [name for name in (frame.weight,) if name is not None]
    if spec.inverse_share:
        weights.append("inverse-realised-share")
    return ModelWords(
        model="ratio" if ratio else variant.model.model,
        error="linearised" if ratio else spec.error,
        df_method="satterthwaite" if ratio else spec.df,
        df_used="design" if capped else "method",
        clustered_by="cluster" if spec.cluster is not None else None,
        weights=" x ".join(weights) or "none",
        strata=bool(spec.strata),
        baseline=frame.baseline,
        covariates=tuple(name for name in frame.covariates if name != "baseline"),
        missing_outcome=protocol.plan.missing.outcome,
        missing_baseline=protocol.plan.missing.baseline,
    )
