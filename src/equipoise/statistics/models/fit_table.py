"""From any table and a specification to a report."""

from __future__ import annotations

import numpy as np
import polars as pl

from equipoise.statistics.estimation import EstimationError, critical_t, t_interval
from equipoise.statistics.models.fit_count_models import (
    fit_counts,
    fit_estimating_equations,
    fit_proportions,
)
from equipoise.statistics.models.fit_linear_models import fit_ols
from equipoise.statistics.models.fit_mixed_models import bootstrap_lmm, fit_lmm
from equipoise.statistics.models.fit_report import Coefficient, FitReport, Marginal
from equipoise.statistics.models.fit_resampling import bootstrap, permute
from equipoise.statistics.models.fit_rows import FitRows, read_rows
from equipoise.statistics.models.fit_specification import FitSpecification
from equipoise.statistics.models.fitted import Fitted

ROUNDING = 1e-6
"""Degrees of freedom that exceed others by less than this share are equal to them."""


def fit_table(
    table: pl.DataFrame, spec: FitSpecification, *, notes: tuple[str, ...] = ()
) -> FitReport:
    """Fit one model to a table, as rules 6 say.

    Parameters
    ----------
    table
        A row per cluster, or several; missing values empty.
    spec
        Columns, model and options.
    notes
        Sentences that go into the report.

    Returns
    -------
    FitReport
        Of a fit that converged.

    Raises
    ------
    EstimationError
        In one sentence, what cannot be fitted; `ConvergenceError` where it did not converge.

    Examples
    --------
    >>> table = pl.DataFrame(
    ...     {
    ...         "school": ["a", "b", "c", "d", "e", "f"],
    ...         "arm": ["new", "usual", "new", "usual", "new", "usual"],
    ...         "rate": [2.0, 1.0, 4.0, 2.0, 6.0, 4.0],
    ...     }
    ... )
    >>> spec = FitSpecification("rate", "arm", "school", "ols", reference="usual")
    >>> report = fit_table(table, spec)
    >>> round(report.estimate, 6), report.error, report.df_design
    (1.666667, 'hc2', 4)
    """
    return fit_rows(read_rows(table, spec), spec, notes)


def fit_rows(rows: FitRows, spec: FitSpecification, notes: tuple[str, ...] = ()) -> FitReport:
    """Fit one model to rows that were read; `notes` go into the report."""
    counts = mixed = None
    if spec.model == "ols":
        fitted = fit_ols(rows, spec)
    elif spec.model == "lmm":
        fitted, mixed = fit_lmm(rows, spec)
    elif spec.model == "betabinomial":
        fitted = fit_proportions(rows, spec)
    elif spec.model == "gee":
        fitted = fit_estimating_equations(rows, spec)
    else:
        fitted, counts = fit_counts(rows, spec)
    df_design = rows.design_df()
    df, said = _freedom(fitted, spec, df_design)
    permutation = permute(rows, spec) if spec.permutations else None
    resampled = None
    if spec.bootstrap:
        resampled = (
            bootstrap(rows, spec, counts) if mixed is None else bootstrap_lmm(rows, spec, mixed)
        )
    coefficients = tuple(
        _coefficient(fitted, k, float(df[k]), spec.alpha) for k in range(len(fitted.names))
    )
    wanted = coefficients[fitted.wanted]
    treatment = rows.treatment
    return FitReport(
        specification=spec,
        error=fitted.error,
        df_method=spec.freedom if np.isfinite(df[fitted.wanted]) else "z",
        family=fitted.family,
        arm=None if rows.arm is None else treatment.arms[treatment.compared],
        reference=None if rows.arm is None else treatment.arms[treatment.reference],
        estimate=wanted.estimate,
        se=wanted.se,
        df=wanted.df,
        lower=wanted.lower,
        upper=wanted.upper,
        p=wanted.p,
        estimand=fitted.estimand,
        marginal=_marginal(fitted, float(df[fitted.wanted]), spec.alpha),
        df_design=df_design,
        icc=fitted.icc,
        icc_scale=fitted.icc_scale,
        variance=fitted.variance,
        dispersion=fitted.dispersion,
        loglik=fitted.loglik,
        n=rows.analysed,
        n_trials=fitted.n_trials,
        clusters=rows.number,
        strata=len(rows.strata),
        rows_read=rows.rows_read,
        missing=rows.missing,
        coefficients=coefficients,
        permutation=permutation,
        bootstrap=resampled,
        converged=True,
        notes=(treatment.note, *notes),
        warnings=(*rows.words, *fitted.warnings, *said, *_lonely(rows)),
    )


def _freedom(
    fitted: Fitted, spec: FitSpecification, df_design: int | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Give the degrees of freedom that were asked for, and warn where the design has fewer."""
    if spec.freedom == "design":
        if df_design is None:
            varies = (
                "The treatment varies within clusters, so the design has no degrees of freedom "
                "of its own"
            )
            if spec.df == "design":
                raise EstimationError(f"{varies}; name another --df.")
            return fitted.df, (f"{varies}: z was used.",)
        if df_design < 1:
            raise EstimationError(
                f"The design has {df_design} degrees of freedom: there are too few clusters for "
                "its strata, arms and cluster-level covariates."
            )
        return np.full(fitted.df.size, float(df_design)), ()
    df = float(fitted.df[fitted.wanted])
    if df_design is None or df <= df_design * (1 + ROUNDING):
        return fitted.df, ()
    shown = "z (infinite)" if np.isinf(df) else f"{df:.1f}"
    return fitted.df, (
        f"The degrees of freedom used, {shown}, exceed those of the design, {df_design}; "
        "--df design would use these.",
    )


def _coefficient(fitted: Fitted, k: int, df: float, alpha: float) -> Coefficient:
    estimate, se = float(fitted.coefficients[k]), float(fitted.se[k])
    interval = t_interval(estimate, se, df, alpha)
    shown = None if np.isinf(df) else df
    return Coefficient(
        fitted.names[k], estimate, se, shown, interval.lower, interval.upper, interval.p
    )


def _marginal(fitted: Fitted, df: float, alpha: float) -> Marginal | None:
    """Give the standardised arms with intervals on the model's degrees of freedom."""
    found = fitted.marginal
    if found is None:
        return None
    reach = critical_t(df, alpha)
    ratio = ratio_ci = None
    if np.isfinite(found.log_ratio_se):
        ratio = found.ratio
        width = reach * found.log_ratio_se
        ratio_ci = (
            float(np.exp(found.log_ratio - width)),
            float(np.exp(found.log_ratio + width)),
        )
    if fitted.family == "gaussian":
        ratio = ratio_ci = None
    width = reach * found.difference_se
    return Marginal(
        average=fitted.marginal_average,
        reference=found.reference if np.isfinite(found.reference) else None,
        arm=found.arm if np.isfinite(found.arm) else None,
        difference=found.difference,
        difference_se=found.difference_se,
        difference_ci=(found.difference - width, found.difference + width),
        ratio=ratio,
        ratio_ci=ratio_ci,
    )


def _lonely(rows: FitRows) -> tuple[str, ...]:
    """Name strata that are left with one arm after rows with missing values went."""
    if rows.arm is None or len(rows.strata) == 1:
        return ()
    held = np.zeros((len(rows.strata), len(rows.treatment.arms)), dtype=np.bool_)
    held[rows.stratum, rows.arm] = True
    alone = [rows.strata[s] for s in np.flatnonzero(held.sum(axis=1) == 1)]
    if not alone:
        return ()
    return (
        f"Stratum {', '.join(map(repr, alone))} has complete rows in one arm only and tells "
        "nothing of the effect.",
    )
