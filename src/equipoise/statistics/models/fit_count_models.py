"""Models of counts and proportions of a table, and generalised estimating equations."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    CountFamily,
    EstimationError,
    GeeError,
    GeeFamily,
    GeneralisedMixedFit,
    Link,
    MarginalEffect,
    fit_beta_binomial,
    fit_gee,
    fit_generalised_mixed,
    marginal_effect,
)
from equipoise.statistics.models.fit_linear_models import linear_outcome
from equipoise.statistics.models.fit_rows import FitRows
from equipoise.statistics.models.fit_specification import FitSpecification
from equipoise.statistics.models.fitted import Fitted, named

Array = NDArray[np.float64]

FAMILIES: dict[str, CountFamily] = {
    "binomial": "binomial",
    "poisson": "poisson",
    "negbin": "negative-binomial",
}


def trials_and_offset(rows: FitRows, family: str) -> tuple[Array | None, Array | None]:
    """Give trials to the binomial family, and their logarithm as offset to counts."""
    if rows.trials is None:
        return None, None
    return (rows.trials, None) if family == "binomial" else (None, np.log(rows.trials))


def refuse_arm_of_one_outcome(rows: FitRows, family: str) -> None:
    """Refuse an arm without any event, or with nothing else, by its label.

    Raises
    ------
    EstimationError
        Its effect would have no finite estimate.
    """
    if rows.arm is None or not rows.y.any():
        return
    for k, label in enumerate(rows.treatment.arms):
        inside = rows.arm == k
        if not rows.y[inside].any():
            raise EstimationError(
                f"There is not one event in arm {label!r} (separation), so the effect on the link "
                "scale has no finite estimate; compare rates with ols."
            )
        out_of = np.ones(rows.y.size) if rows.trials is None else rows.trials
        if family == "binomial" and (rows.y == out_of)[inside].all():
            raise EstimationError(
                f"Every trial in arm {label!r} is an event (separation), so the effect on the "
                "link scale has no finite estimate; compare rates with ols."
            )


def fit_counts(rows: FitRows, spec: FitSpecification) -> tuple[Fitted, GeneralisedMixedFit]:
    """Fit random intercepts by maximum likelihood; also what a bootstrap draws from."""
    family = FAMILIES[spec.model]
    refuse_arm_of_one_outcome(rows, family)
    trials, offset = trials_and_offset(rows, family)
    design = rows.design()
    with named(rows.names()):
        fit = fit_generalised_mixed(
            rows.y,
            design,
            rows.clusters,
            family=family,
            trials=trials,
            offset=offset,
            level=rows.level,
            quadrature=spec.quadrature,
            copies=rows.copies,
        )
    variance: dict[str, float | None] = {spec.cluster: fit.cluster_sd**2}
    if spec.level is not None and fit.level_sd is not None:
        variance[spec.level] = fit.level_sd**2
    variance["residual"] = None
    link: Link = "logit" if family == "binomial" else "log"
    marginal, average = _standardised(rows, spec, design, fit.parameters, fit.covariance, link)
    return Fitted(
        names=tuple(rows.names()),
        coefficients=fit.coefficients,
        se=fit.se,
        df=np.full(fit.se.size, np.inf),
        wanted=len(rows.strata),
        error="model",
        family=family,
        estimand="conditional on the cluster, precision-weighted",
        marginal=marginal,
        marginal_average=average,
        icc=fit.icc,
        icc_scale=fit.icc_scale,
        variance=variance,
        dispersion=_finite(fit.size),
        loglik=fit.loglik,
        n_trials=_n_trials(rows, fit.n_trials),
        warnings=fit.warnings,
    ), fit


def fit_proportions(rows: FitRows, spec: FitSpecification) -> Fitted:
    """Fit a beta-binomial regression."""
    refuse_arm_of_one_outcome(rows, "binomial")
    design = rows.design()
    with named(rows.names()):
        fit = fit_beta_binomial(
            rows.y, design, rows.clusters, trials=rows.trials, copies=rows.copies
        )
    marginal, average = _standardised(rows, spec, design, fit.parameters, fit.covariance, "logit")
    return Fitted(
        names=tuple(rows.names()),
        coefficients=fit.coefficients,
        se=fit.se,
        df=np.full(fit.se.size, np.inf),
        wanted=len(rows.strata),
        error="model",
        family="binomial",
        estimand="marginal, precision-weighted",
        marginal=marginal,
        marginal_average=average,
        icc=fit.icc,
        icc_scale=fit.icc_scale,
        variance={spec.cluster: None, "residual": None},
        dispersion=_finite(fit.precision),
        loglik=fit.loglik,
        n_trials=fit.n_trials,
        warnings=fit.warnings,
    )


def fit_estimating_equations(rows: FitRows, spec: FitSpecification) -> Fitted:
    """Fit a marginal model with an exchangeable working correlation."""
    family = cast(GeeFamily, spec.family or _gee_family(rows))
    trials, offset = trials_and_offset(rows, family)
    y, weights = rows.y, rows.weights
    if family == "gaussian":
        y, trials, offset = linear_outcome(rows), None, None
        if spec.estimand == "pupil-average" and rows.trials is not None:
            weights = rows.trials if weights is None else weights * rows.trials
    else:
        refuse_arm_of_one_outcome(rows, family)
    design = rows.design()
    error = spec.error or "robust"
    with named(rows.names()):
        fit = fit_gee(
            y,
            design,
            rows.clusters,
            family=family,
            trials=trials,
            offset=offset,
            weights=weights,
            error=cast(GeeError, error),
            copies=rows.copies,
            spread=None if rows.moments is None else rows.moments.scatter[:, 0, 0],
        )
    link = cast(Link, {"binomial": "logit", "poisson": "log", "gaussian": "identity"}[family])
    marginal, average = _standardised(rows, spec, design, fit.parameters, fit.covariance, link)
    g_p = spec.freedom == "g-p"
    if g_p and fit.df < 1:
        raise EstimationError(
            f"{fit.clusters} clusters cannot carry {fit.coefficients.size} coefficients: no "
            "degrees of freedom are left."
        )
    return Fitted(
        names=tuple(rows.names()),
        coefficients=fit.coefficients,
        se=fit.se,
        df=np.full(fit.se.size, float(fit.df) if g_p else np.inf),
        wanted=len(rows.strata),
        error=error,
        family=family,
        estimand="marginal, precision-weighted",
        marginal=marginal,
        marginal_average=average,
        icc=fit.icc,
        icc_scale=fit.icc_scale,
        variance={
            spec.cluster: None,
            "residual": fit.dispersion if family == "gaussian" else None,
        },
        dispersion=fit.dispersion,
        loglik=None,
        n_trials=_n_trials(rows, fit.n_trials),
        warnings=fit.warnings,
    )


def _gee_family(rows: FitRows) -> str:
    """Take binomial with trials or for an outcome of 0 and 1, else gaussian."""
    two = bool(((rows.y == 0) | (rows.y == 1)).all())
    return "binomial" if rows.trials is not None or two else "gaussian"


def _n_trials(rows: FitRows, of_fit: int | None) -> int | None:
    return rows.n_trials if of_fit is None else of_fit


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else value


def _standardised(
    rows: FitRows,
    spec: FitSpecification,
    design: Array,
    parameters: Array,
    covariance: Array,
    link: Link,
) -> tuple[MarginalEffect | None, str]:
    """Standardise over pupils, or over schools where that is asked for."""
    if rows.arm is None:
        return None, ""
    weights = rows.each if rows.trials is None else rows.each * rows.trials
    average = "pupil-average"
    if spec.estimand == "school-average":
        weights = weights / np.bincount(rows.clusters, weights=weights)[rows.clusters]
        average = "school-average"
    elif rows.trials is None and rows.row_per_cluster:
        average = "school-average"
    first, last = len(rows.strata), len(rows.strata) + rows.treated.shape[1]
    if rows.covariates.shape[1] == 0:
        # Rows of a stratum are then predicted alike.
        off = np.eye(first, design.shape[1])
        weights = np.bincount(rows.stratum, weights=weights).astype(np.float64)
    else:
        off = design.copy()
    off[:, first:last] = 0.0
    off[:, first] = rows.treatment.low
    on = off.copy()
    on[:, first] = rows.treatment.high
    return marginal_effect(on, off, parameters, covariance, link=link, weights=weights), average
