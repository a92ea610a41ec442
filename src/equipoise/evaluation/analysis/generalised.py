"""Mixed models, models of counts and estimating equations, in the natural unit of the outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from equipoise.design.protocol import (
    OUT_OF_ROLL,
    Outcome,
    Protocol,
    fit_specification,
    freedom_of,
)
from equipoise.evaluation.analysis.frames import ModelFrame
from equipoise.evaluation.analysis.types import MarginalMeans
from equipoise.evaluation.analysis.variants import Variant
from equipoise.statistics.estimation import EstimationError, critical_t, hedges_g, t_interval
from equipoise.statistics.models import (
    Estimate,
    FitReport,
    FitSpecification,
    Marginal,
    ceiled_freedom,
    fit_table,
)

__all__ = ["Generalised", "fit_generalised"]

LINKS = {
    "gaussian": "identity",
    "binomial": "logit",
    "poisson": "log",
    "negative-binomial": "log",
}


@dataclass(frozen=True)
class Generalised:
    """A model beside its companion in least squares.

    Attributes
    ----------
    estimate
        The companion's with the model's effect, error, degrees of freedom, interval and p in
        the unit of the outcome. Arms, and p by re-drawing, stay those of the companion.
    means
        Both arms standardised.
    freedom
        Degrees of freedom of the method, by name.
    capped
        Whether the design's were used.
    notes
        Sentences.
    """

    estimate: Estimate
    means: MarginalMeans
    freedom: str
    capped: bool
    notes: tuple[str, ...]


def fit_generalised(
    protocol: Protocol,
    outcome: Outcome,
    variant: Variant,
    frame: ModelFrame,
    rows: pl.DataFrame,
    companion: Estimate,
    *,
    arm: str,
) -> Generalised:
    """Fit a planned model that is not least squares, and standardise its effect.

    Parameters
    ----------
    protocol, outcome, variant, frame
        As planned.
    rows
        The rows with their arms; those marked ``analysed`` are used.
    companion
        The studentised least-squares effect of the same rows.
    arm
        The arm that is compared with the reference.

    Raises
    ------
    EstimationError
        In one sentence, why there is no estimate: it did not converge, an arm without events,
        events that exceed the roll under a model of events out of it.
    """
    model = variant.model
    spec = fit_specification(
        protocol, outcome, model, arm=arm, covariates=frame.covariates, average=variant.average
    )
    table, notes = _in_both_arms(rows.filter(pl.col("analysed")), bool(spec.strata))
    if spec.trials is not None:
        _refuse_beyond_roll(table, spec)
    report = fit_table(table, spec)
    if report.marginal is None:
        raise EstimationError("The model gives no standardised means of the arms.")
    df, capped = ceiled_freedom(report.df, report.df_design, boundary=_at_boundary(report))
    per = float(outcome.measure.per or 1) if spec.trials is not None else 1.0
    difference = report.marginal.difference * per
    se = report.marginal.difference_se * per
    interval = t_interval(difference, se, df, spec.alpha)
    size = companion.effect_size
    if size is not None:
        rows_less_one = companion.n_rows - 1
        size = hedges_g(difference, se, df, size.sd, rows_less_one, alpha=spec.alpha)
    if companion.permutations:
        notes += (
            "p by re-drawing compares studentised least-squares effects, whatever the model: any "
            "statistic gives a valid test.",
        )
    if _at_boundary(report):
        notes += (
            "The variance between clusters is estimated as zero; the design's degrees of freedom "
            "are used.",
        )
    # What is said of degrees of freedom is for whoever chooses them at the command line.
    notes += tuple(words for words in report.warnings if "--df" not in words)
    return Generalised(
        estimate=replace(
            companion,
            estimate=difference,
            se=se,
            df=df,
            df_method=np.inf if report.df is None else report.df,
            df_design=report.df_design,
            lower=interval.lower,
            upper=interval.upper,
            p=interval.p,
            n_rows=report.n,
            n_units=report.clusters,
            effect_size=size,
            warnings=tuple(w for w in companion.warnings if not w.startswith("The degrees of")),
        ),
        means=_means(report, report.marginal, per, df),
        freedom=freedom_of(model),
        capped=capped,
        notes=notes,
    )


def _in_both_arms(rows: pl.DataFrame, strata: bool) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Leave out strata whose outcomes lie in one arm, which tell nothing of the effect."""
    if not strata:
        return rows, ()
    several = pl.col("arm").n_unique().over("stage", "stratum") > 1
    kept = rows.filter(several)
    if kept.height == rows.height:
        return rows, ()
    lost = rows.height - kept.height
    return kept, (f"{lost} rows in strata with outcomes in one arm only were left out.",)


def _refuse_beyond_roll(table: pl.DataFrame, spec: FitSpecification) -> None:
    """Refuse a model of events out of the roll where events exceed it (rules 4)."""
    if spec.model not in OUT_OF_ROLL and spec.family != "binomial":
        return
    beyond = table.filter(pl.col("numerator") > pl.col("denominator")).height
    if beyond:
        called = "a binomial gee" if spec.model == "gee" else f"the model {spec.model}"
        raise EstimationError(
            f"Events exceed the roll in {beyond} rows, so {called} is refused; declare poisson, "
            "which has the log of the roll as offset."
        )


def _at_boundary(report: FitReport) -> bool:
    return report.variance.get("cluster") == 0.0


def _means(report: FitReport, found: Marginal, per: float, df: float) -> MarginalMeans:
    """Give both arms and their ratio in the unit of the outcome."""
    ratio, bounds = found.ratio, found.ratio_ci
    if ratio is not None and bounds is not None:
        given = critical_t(np.inf if report.df is None else report.df, report.specification.alpha)
        error = float(np.log(bounds[1] / bounds[0])) / (2 * given)
        reach = critical_t(df, report.specification.alpha) * error
        bounds = (float(ratio * np.exp(-reach)), float(ratio * np.exp(reach)))
    return MarginalMeans(
        average=found.average,
        reference_mean=None if found.reference is None else found.reference * per,
        arm_mean=None if found.arm is None else found.arm * per,
        ratio=ratio,
        ratio_lower=None if bounds is None else bounds[0],
        ratio_upper=None if bounds is None else bounds[1],
        coefficient=report.estimate,
        link=LINKS[report.family],
        icc=report.icc,
        icc_scale=report.icc_scale,
    )
