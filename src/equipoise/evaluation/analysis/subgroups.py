"""Subgroups: the effect in each, and whether it differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl
from scipy import stats

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol import Protocol, Subgroup
from equipoise.evaluation.analysis.models import Fitted, estimate
from equipoise.evaluation.analysis.types import SubgroupLevel, SubgroupResult
from equipoise.evaluation.analysis.variants import main_variant
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.statistics.estimation import t_interval

__all__ = ["subgroup_effects"]


def subgroup_effects(
    protocol: Protocol,
    subgroup: Subgroup,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    *,
    arm: str,
) -> SubgroupResult:
    """Estimate the effect in each level, and the interaction.

    The main model is fitted within each level, which is the model where every term interacts with
    the subgroup; its effects are independent, so the variance of their difference is the sum of
    theirs, with Satterthwaite's degrees of freedom. Within a level, strata that hold one arm only
    say nothing of the effect and are left out. No permutation test is made.

    Parameters
    ----------
    protocol, subgroup
        As declared. A number is cut at its median over randomised schools: low is up to it.
    data, allocation, arm
        As in `equipoise.evaluation.analysis.models.estimate`.

    Raises
    ------
    EstimationError
        A level in which the model cannot be fitted.
    ProblemsError
        A variable that the analysis set does not hold, or that has one level.
    """
    outcome = protocol.outcome(subgroup.outcome)
    frame = data.dsls if outcome.level == "dsl" else data.schools
    levels, cut = _levels(frame, subgroup)
    main = main_variant(protocol, outcome)
    variant = replace(main, id=f"subgroup {subgroup.id}")
    fits = [
        (label, estimate(protocol, outcome, _part(data, keys, allocation), variant, allocation,
                         arm=arm, roster=data.roster))
        for label, keys in levels
    ]  # fmt: skip
    alpha = round(1 - protocol.design.interval, 12)
    found = [
        SubgroupLevel(label, fit.rows, fit.estimate, fit.se, fit.df, fit.lower, fit.upper)
        for label, fit in fits
    ]
    head = SubgroupResult(
        id=subgroup.id,
        outcome=outcome.id,
        variable=subgroup.variable,
        arm=arm,
        cut=cut,
        interaction=None,
        se=None,
        df=_joint_df([fit for _, fit in fits]),
        lower=None,
        upper=None,
        p=1.0,
        levels=tuple(found),
    )
    if len(fits) > 2:
        return replace(head, p=_heterogeneity([fit for _, fit in fits], head.df))
    difference = fits[1][1].estimate - fits[0][1].estimate
    se = (fits[0][1].se ** 2 + fits[1][1].se ** 2) ** 0.5
    interval = t_interval(difference, se, head.df, alpha)
    return replace(
        head,
        interaction=difference,
        se=se,
        lower=interval.lower,
        upper=interval.upper,
        p=interval.p,
    )


def _joint_df(fits: list[Fitted]) -> float:
    """Satterthwaite's degrees of freedom of a sum of independent variances."""
    total = sum(fit.se**2 for fit in fits)
    return total**2 / sum(fit.se**4 / fit.df for fit in fits)


def _heterogeneity(fits: list[Fitted], df: float) -> float:
    """Test equality of several effects: weighted sum of squares over its degrees, as F."""
    weights = [1 / fit.se**2 for fit in fits]
    mean = sum(w * fit.estimate for w, fit in zip(weights, fits, strict=True)) / sum(weights)
    q = sum(w * (fit.estimate - mean) ** 2 for w, fit in zip(weights, fits, strict=True))
    return float(stats.f.sf(q / (len(fits) - 1), len(fits) - 1, df))


def _levels(
    frame: pl.DataFrame, subgroup: Subgroup
) -> tuple[list[tuple[str, list[str]]], float | None]:
    """Part the rows into levels: label and keys of each."""
    name = subgroup.variable
    if name not in frame.columns:
        raise _unusable(subgroup, "a column that the analysis set does not hold")
    held = frame.drop_nulls(name)
    cut = None
    if subgroup.cut == "median":
        if not held[name].dtype.is_numeric():
            raise _unusable(subgroup, "a category, which has no median")
        median = held[name].median()
        if not isinstance(median, (int, float)):
            raise _unusable(subgroup, "no value")
        cut = float(median)
        label = pl.when(pl.col(name) > cut).then(pl.lit("high")).otherwise(pl.lit("low"))
        order = ["low", "high"]
        held = held.with_columns(label.alias("level"))
    else:
        held = held.with_columns(pl.col(name).cast(pl.String).alias("level"))
        order = sorted(held["level"].unique().to_list())
    parts = [(level, held.filter(pl.col("level") == level)["key"].to_list()) for level in order]
    parts = [(level, keys) for level, keys in parts if keys]
    if len(parts) < 2:
        raise _unusable(subgroup, "the same value in every row")
    return parts, cut


def _part(data: AnalysisSet, keys: list[str], allocation: Mapping[str, str]) -> AnalysisSet:
    """Keep the rows of a level that lie in strata with more than one arm."""

    def kept(frame: pl.DataFrame) -> pl.DataFrame:
        rows = frame.filter(pl.col("key").is_in(keys)).with_columns(
            pl.col("unit").replace_strict(allocation, default=None).alias("_arm")
        )
        several = pl.col("_arm").n_unique().over("stage", "stratum") > 1
        return rows.filter(several).drop("_arm")

    schools, dsls = kept(data.schools), kept(data.dsls)
    units = set(schools["unit"].to_list()) | set(dsls["unit"].to_list())
    roster = data.roster.filter(pl.col("unit").is_in(sorted(units)))
    return AnalysisSet(schools, dsls, roster, data.summary)


def _unusable(subgroup: Subgroup, found: str) -> ProblemsError:
    return ProblemsError(
        [
            Problem(
                "trial.yaml",
                f"design.subgroups, subgroup {subgroup.id}",
                f"the variable {subgroup.variable}: {found}",
                "a variable of the analysis set with at least two levels",
                "correct the variable or its cut",
            )
        ]
    )
