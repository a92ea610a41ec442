"""Linear mixed models of a table, and their parametric bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    ClusterMoments,
    ConvergenceError,
    EstimationError,
    MixedDegreesOfFreedom,
    MixedFit,
    MixedModel,
    RandomTerm,
    Stream,
    fit_mixed,
    regrouped,
    with_columns,
)
from equipoise.statistics.models.fit_linear_models import linear_outcome
from equipoise.statistics.models.fit_report import Resampled
from equipoise.statistics.models.fit_rows import FitRows
from equipoise.statistics.models.fit_specification import FitSpecification
from equipoise.statistics.models.fitted import Fitted, identity_effect, named
from equipoise.statistics.models.least_squares import OUTCOME, STRATA, summed_regressors

Array = NDArray[np.float64]

FEWEST = 20
"""Draws under which a bootstrap has no interval."""


@dataclass(frozen=True)
class MixedParts:
    """A linear mixed model of the rows of a table.

    Attributes
    ----------
    names
        Of the regressors, as a reader knows them.
    regressors
        Treatment, covariates and, where strata vary in clusters, their indicators, (n, p).
    weights
        Precision weights, or None.
    levels
        Numbers of outer unit and stratum by name.
    model
        In terms of ``regressor 0`` and so on.
    summed
        Moments of rows that were summed, outcome included; `regressors` and `weights` are then
        their means and totals. None where each row is one.
    """

    names: tuple[str, ...]
    regressors: Array
    weights: Array | None
    levels: dict[str, NDArray[np.int64]]
    model: MixedModel
    summed: ClusterMoments | None = None

    def moments(self, y: Array, clusters: NDArray[np.int64]) -> ClusterMoments:
        """Give the moments of the regressors with an outcome, shape (n,)."""
        if self.summed is not None:
            return regrouped(self.summed, clusters, self.levels)
        columns = {OUTCOME: y, **dict(zip(self.model.regressors, self.regressors.T, strict=True))}
        return ClusterMoments.from_rows(columns, clusters, weights=self.weights, levels=self.levels)


def mixed_parts(rows: FitRows, spec: FitSpecification) -> MixedParts:
    """Put the rows of a table into the terms of a mixed model."""
    weights = rows.weights
    if spec.estimand == "pupil-average" and rows.trials is not None:
        weights = rows.trials if weights is None else weights * rows.trials
    names = [*rows.treatment.names, *rows.covariate_names]
    regressors = np.hstack([rows.treated, rows.covariates])
    levels: dict[str, NDArray[np.int64]] = {}
    strata, extra = None, 0
    if rows.level is not None and spec.level is not None:
        levels[spec.level] = rows.level
    if len(rows.strata) > 1:
        if rows.constant(rows.stratum[:, None].astype(np.float64)).all():
            strata = STRATA
            levels[strata] = rows.stratum
        else:
            extra = len(rows.strata) - 1
            regressors = np.hstack([regressors, rows.indicators()[:, 1:]])
            first, *others = rows.strata
            names += [f"stratum {label} less {first}" for label in others]
    outer = () if spec.level is None else (RandomTerm(spec.level),)
    model = MixedModel(
        OUTCOME,
        tuple(f"regressor {k}" for k in range(len(names))),
        random=(RandomTerm(), *outer),
        strata=strata,
        cluster=spec.cluster,
    )
    if rows.moments is None:
        return MixedParts(tuple(names), regressors, weights, levels, model)
    given = [*summed_regressors(rows), *regressors.T[len(names) - extra :]]
    columns = dict(zip(model.regressors, given, strict=True))
    summed = with_columns(rows.moments, {OUTCOME: rows.moments.columns[0], **columns})
    return MixedParts(tuple(names), regressors, rows.moments.weight, levels, model, summed)


def fit_lmm(rows: FitRows, spec: FitSpecification) -> tuple[Fitted, MixedFit]:
    """Fit random intercepts of clusters, and of the units that they lie in, by REML.

    Raises
    ------
    EstimationError
        As in `fit_mixed`; `ConvergenceError` where it did not converge.
    """
    parts = mixed_parts(rows, spec)
    freedom = cast(MixedDegreesOfFreedom, "z" if spec.freedom == "design" else spec.freedom)
    with named(parts.names):
        moments = parts.moments(linear_outcome(rows), rows.clusters)
        fit = fit_mixed(moments, parts.model, df=freedom)
    if not fit.converged:
        raise ConvergenceError(" ".join(fit.messages))
    keys = parts.model.regressors
    wanted = fit.position(keys[0])
    marginal = None
    if rows.arm is not None:
        treatment = rows.treatment
        step = treatment.high - treatment.low
        at_reference = np.nan
        if parts.model.strata is None:
            off = parts.regressors.copy()
            off[:, : rows.treated.shape[1]] = 0.0
            off[:, 0] = treatment.low
            predicted = fit.coefficients[0] + off @ fit.coefficients[1:]
            at_reference = float(np.average(predicted, weights=parts.weights))
        marginal = identity_effect(at_reference, fit.coefficients[wanted], fit.se[wanted], step)
    shown = dict(zip(keys, parts.names, strict=True))
    warnings = fit.messages
    if spec.estimand is not None:
        warnings += (
            f"A mixed model weights clusters by precision: its estimate is no {spec.estimand}. "
            "For one use ols.",
        )
    return Fitted(
        names=tuple(shown.get(column, column) for column in fit.columns),
        coefficients=fit.coefficients,
        se=fit.se,
        df=fit.df,
        wanted=wanted,
        error="kenward-roger" if freedom == "kenward-roger" else "model",
        family="gaussian",
        estimand="precision-weighted",
        marginal=marginal,
        marginal_average="precision-weighted",
        icc=None if not fit.icc else dict(fit.icc)[spec.cluster],
        icc_scale="response" if fit.icc else None,
        variance={part.name: part.value for part in fit.variances},
        dispersion=None,
        loglik=fit.loglik,
        n_trials=rows.n_trials,
        warnings=warnings,
    ), fit


def bootstrap_lmm(rows: FitRows, spec: FitSpecification, fit: MixedFit) -> Resampled:
    """Draw data from a fitted mixed model again and again, and refit the model to each.

    Estimates move with what the fixed effects add to the data and with nothing else, so noise
    alone is drawn and the fitted coefficient added to what is estimated from it. Draw b takes
    its normal numbers from branch b of the seed's `Stream`: one for each outer unit, then one
    for each cluster, then one for each row.

    Raises
    ------
    EstimationError
        Fewer than 20 draws, or more than a fifth of the refits did not converge.

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application, section
    3.8. R: lme4's ``bootMer(type = "parametric")``.
    """
    if spec.bootstrap < FEWEST:
        raise EstimationError(f"A parametric bootstrap takes at least {FEWEST} draws.")
    parts = mixed_parts(rows, spec)
    key = parts.model.regressors[0]
    centre = fit.coefficients[fit.position(key)]
    sd = {part.name: part.value**0.5 for part in fit.variances}
    outer = 0 if rows.level is None else int(rows.level.max()) + 1
    n, clusters = rows.y.size, rows.number
    root = np.ones(n) if parts.weights is None else parts.weights**-0.5
    found = []
    for draw in range(spec.bootstrap):
        normals = Stream.of_seed(spec.seed).branch(draw).normals(outer + clusters + n)
        of_level, of_cluster, of_row = np.split(normals, [outer, outer + clusters])
        y = sd[spec.cluster] * of_cluster[rows.clusters] + sd["residual"] * root * of_row
        if rows.level is not None and spec.level is not None:
            y = y + sd[spec.level] * of_level[rows.level]
        again = fit_mixed(parts.moments(y, rows.clusters), parts.model, df="z")
        if again.converged:
            found.append(centre + again.coefficients[again.position(key)])
    if len(found) < 0.8 * spec.bootstrap:
        raise EstimationError(
            f"Only {len(found)} of {spec.bootstrap} bootstrap refits converged; leave out a "
            "random term or a covariate."
        )
    low, high = np.quantile(found, [spec.alpha / 2, 1 - spec.alpha / 2])
    kind = "parametric bootstrap, percentile interval"
    spread = float(np.std(found, ddof=1))
    return Resampled(kind, len(found), False, None, (float(low), float(high)), spread)
