"""One planned model, fitted: the place where arm meets outcome data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import polars as pl

from equipoise.design.protocol import Outcome, Protocol
from equipoise.evaluation.analysis.completed import with_imputation
from equipoise.evaluation.analysis.describe import arm_means, dropped_rows, member_effect_size
from equipoise.evaluation.analysis.drawing import drawing_scheme
from equipoise.evaluation.analysis.frames import ModelFrame
from equipoise.evaluation.analysis.generalised import Generalised, fit_generalised
from equipoise.evaluation.analysis.rows import analysed_value, planned_rows
from equipoise.evaluation.analysis.shares import fit_share
from equipoise.evaluation.analysis.types import (
    ArmMean,
    Dropped,
    EffectSize,
    MarginalMeans,
    ModelWords,
)
from equipoise.evaluation.analysis.variants import MAIN, Variant
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.statistics.models import Estimate, ModelSpecification, fit
from equipoise.statistics.schemes import Scheme

__all__ = ["Fitted", "estimate"]


@dataclass(frozen=True)
class Fitted:
    """A planned model with its numbers, in the natural units of the outcome.

    Attributes
    ----------
    estimate, se, lower, upper
        In ``unit_difference`` of the outcome.
    df, df_method, df_design
        Used, of the method (None for z), of the design.
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
    marginal
        Both arms as the model predicts them; None for least squares and shares.
    """

    estimate: float
    se: float
    lower: float
    upper: float
    df: float
    df_method: float | None
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
    marginal: MarginalMeans | None = None


def estimate(
    protocol: Protocol,
    outcome: Outcome,
    data: AnalysisSet,
    variant: Variant,
    allocation: Mapping[str, str],
    *,
    arm: str,
    roster: pl.DataFrame | None = None,
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
    roster
        All that was drawn, where `data` is a part of it; None where it is the whole.

    Raises
    ------
    EstimationError
        In one sentence, why the model gives no estimate.
    ProblemsError
        A column that the analysis set does not hold.
    """
    drawn = data.roster if roster is None else roster
    planned = planned_rows(protocol, outcome, data, variant, allocation, arm=arm, roster=drawn)
    frame, rows, spec = planned.frame, planned.rows, planned.spec
    scheme = drawing_scheme(protocol, drawn)
    if outcome.measure.type == "share":
        return _share(protocol, outcome, variant, frame, rows, spec, scheme)
    found = fit(planned.padded.with_columns(analysed_value()), spec, scheme)
    general: Generalised | None = None
    notes: list[str] = [*frame.notes]
    if not variant.model.is_linear:
        general = fit_generalised(protocol, outcome, variant, frame, rows, found, arm=arm)
        found = general.estimate
    elif protocol.plan.missing.outcome == "multiple-imputation":
        found, rows, said = with_imputation(protocol, outcome, planned, found)
        notes += said
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
    notes += [*found.warnings, *(general.notes if general is not None else ())]
    if general is None and not spec.inverse_share and spec.strata and _uneven(analysed):
        notes.append("Realised shares differ between strata, so strata count by n p (1 - p).")
    if variant.id == MAIN and variant.model.permutations and not variant.model.strata:
        notes.append("Without strata in the model no permutation test was made.")
    return Fitted(
        estimate=found.estimate,
        se=found.se,
        lower=found.lower,
        upper=found.upper,
        df=found.df,
        df_method=found.df_method if isfinite(found.df_method) else None,
        df_design=None if found.df_design is None else float(found.df_design),
        p=found.p,
        p_permutation=found.p_permutation,
        permutations=found.permutations,
        means=arm_means(protocol, analysed, _weighted(found)),
        standardised=standardised,
        words=_words(protocol, variant, frame, spec, found.df < found.df_method, general=general),
        rows=found.n_rows,
        clusters=found.n_units,
        dropped=dropped_rows(protocol, rows, frame.baseline),
        notes=tuple(notes),
        averages=general is None and _averages(spec, analysed, variant),
        marginal=None if general is None else general.means,
    )


def _share(
    protocol: Protocol,
    outcome: Outcome,
    variant: Variant,
    frame: ModelFrame,
    rows: pl.DataFrame,
    spec: ModelSpecification,
    scheme: Scheme | None,
) -> Fitted:
    arms = tuple(a.id for a in protocol.design.arms)
    found = fit_share(rows, spec, scheme, arms, per=outcome.measure.per or 1)
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


def _weighted(found: Estimate) -> dict[str, tuple[float | None, float | None]]:
    return {arm.arm: (arm.mean, arm.sd) for arm in found.arms}


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
    general: Generalised | None = None,
) -> ModelWords:
    weights = [name for name in (frame.weight,) if name is not None]
    if spec.inverse_share:
        weights.append("inverse-realised-share" if spec.chance is None else "inverse-chance")
    if general is not None:
        # The model is not weighted; the weights describe the arms and are the companion's.
        weights = []
    model = variant.model
    return ModelWords(
        model="ratio" if ratio else model.model,
        error="linearised" if ratio else spec.error if general is None else model.error,
        df_method="satterthwaite" if ratio else spec.df if general is None else general.freedom,
        df_used="design" if capped or (general is not None and general.capped) else "method",
        clustered_by="cluster" if spec.cluster is not None or general is not None else None,
        weights=" x ".join(weights) or "none",
        strata=bool(spec.strata),
        baseline=frame.baseline,
        covariates=tuple(name for name in frame.covariates if name != "baseline"),
        missing_outcome="complete-cases" if ratio else protocol.plan.missing.outcome,
        missing_baseline=protocol.plan.missing.baseline,
    )
