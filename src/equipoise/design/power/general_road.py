"""The general road: one simulated trial after another, by the estimators of a real one."""

from __future__ import annotations

from typing import cast

import numpy as np
import polars as pl

from equipoise.design.power.analysis import BASELINE, Analysis
from equipoise.design.power.drawn import Drawn
from equipoise.design.power.sites import Sites
from equipoise.design.power.worlds import World
from equipoise.statistics.estimation import (
    ClusterMoments,
    ConvergenceError,
    EstimationError,
    MixedDegreesOfFreedom,
    MixedModel,
    fit_linear_moments,
    fit_mixed,
    ratio_difference,
)
from equipoise.statistics.models import TrialArrays, ceiled_freedom, fit_table, specified_effect

Found = tuple[float, float, float]

MEAN = "value"
STRATUM = "stratum"


def general(drawn: Drawn, trial: int, sites: Sites, world: World, analysis: Analysis) -> Found:
    """Estimate the effect in one trial with the estimators that analyse a real one.

    Parameters
    ----------
    drawn
        A block of T trials.
    trial
        Which of them, from 0.
    sites, world, analysis
        As for `equipoise.design.power.drawn.drawn_block`.

    Returns
    -------
    tuple of float
        Estimate and error in the unit of the outcome, and degrees of freedom.

    Raises
    ------
    EstimationError
        As the estimators.
    """
    if analysis.share:
        return _share(_arrays(drawn, trial, sites, analysis), drawn, trial, analysis)
    if world.kind == "members":
        return _members(drawn, trial, sites, analysis)
    if analysis.fit is None:
        effect = specified_effect(_arrays(drawn, trial, sites, analysis), analysis.linear)
        return effect.estimate, effect.se, effect.df
    return _table(drawn, trial, sites, analysis)


def _arrays(drawn: Drawn, trial: int, sites: Sites, analysis: Analysis) -> TrialArrays:
    """Put the analysed rows of one trial together."""
    rows = np.flatnonzero(drawn.kept[trial])
    if rows.size == 0:
        raise EstimationError("No school has an outcome.")
    unit = sites.unit_of[rows]
    arm = drawn.arm[trial][unit]
    for k in (analysis.compared, analysis.reference):
        if np.unique(unit[arm == k]).size < 2:
            raise EstimationError("An arm has fewer than two units with an outcome.")
    cells = sites.row_stratum[rows] if analysis.strata else np.zeros_like(rows)
    weights = np.ones(rows.size)
    if analysis.weight == "members":
        weights = sites.members[rows]
    elif analysis.weight == "unit":
        weights = 1.0 / np.bincount(unit)[unit]
    x = drawn.seen.x
    return TrialArrays(
        y=drawn.seen.y[trial][rows],
        arm=arm,
        arms=len(analysis.arms),
        compared=analysis.compared,
        reference=analysis.reference,
        cells=np.unique(cells, return_inverse=True)[1].reshape(-1),
        covariates=np.empty((rows.size, 0)) if x is None else x[trial][rows, None],
        weights=weights,
        units=None if sites.single else np.unique(unit, return_inverse=True)[1].reshape(-1),
        chance=None if analysis.chance is None else analysis.chance[unit, arm],
    )


def _share(arrays: TrialArrays, drawn: Drawn, trial: int, analysis: Analysis) -> Found:
    """Compare sum over sum, units being what is counted in."""
    seen, rows = drawn.seen, np.flatnonzero(drawn.kept[trial])
    assert seen.events is not None and seen.trials is not None
    pair = np.isin(arrays.arm, [arrays.compared, arrays.reference])
    inverse = 1 / arrays.shares() if analysis.linear.inverse_share else np.ones(rows.size)
    found = ratio_difference(
        seen.events[trial][rows][pair],
        seen.trials[trial][rows][pair],
        (arrays.arm[pair] == arrays.compared).astype(np.int64),
        weights=inverse[pair],
        strata=arrays.cells[pair],
        clusters=None if arrays.units is None else arrays.units[pair],
    )
    units = arrays.unit_arms.size
    df, _ = ceiled_freedom(found.df, units - int(arrays.cells.max()) - arrays.arms)
    return found.estimate * analysis.per, found.se * analysis.per, df


def _members(drawn: Drawn, trial: int, sites: Sites, analysis: Analysis) -> Found:
    """Fit a model of members from their units' moments."""
    arrays = _arrays(drawn, trial, sites, analysis)
    moments, names = _moments(drawn, trial, arrays, analysis)
    strata = STRATUM if analysis.strata else None
    units = arrays.y.size
    design = units - int(arrays.cells.max()) - 1 - (arrays.arms - 1)
    if analysis.fit is None:
        spec = analysis.linear
        linear = fit_linear_moments(
            moments,
            MEAN,
            names,
            strata=None if strata is None else moments.levels[STRATUM],
            error=spec.error,
            df=spec.df,
            working=spec.working,
            df_columns=names[:1],
        )
        at = linear.position(names[0])
        df, _ = ceiled_freedom(float(linear.df[at]), design)
        return float(linear.coefficients[at]), float(linear.se[at]), df
    if analysis.fit.model != "lmm":
        raise EstimationError(
            f"A simulation has members' moments and no rows, which {analysis.fit.model} needs."
        )
    named = analysis.fit.freedom
    method = cast(MixedDegreesOfFreedom, "z" if named == "design" else named)
    fit = fit_mixed(moments, MixedModel(MEAN, names, strata=strata), df=method)
    if not fit.converged:
        raise ConvergenceError(" ".join(fit.messages))
    at = fit.position(names[0])
    zero = fit.variance("cluster") == 0.0
    df, _ = ceiled_freedom(float(fit.df[at]), design, boundary=zero)
    return float(fit.coefficients[at]), float(fit.se[at]), df


def _moments(
    drawn: Drawn, trial: int, arrays: TrialArrays, analysis: Analysis
) -> tuple[ClusterMoments, tuple[str, ...]]:
    """Give the moments of the analysed units, cross-products shared out by their members."""
    assert drawn.within is not None and drawn.seen.rows is not None
    n = drawn.seen.rows[trial][drawn.kept[trial]].astype(np.int64)
    indicators = [(arrays.arm == k).astype(np.float64) for k in analysis.indicated]
    names = tuple(f"arm {k}" for k in analysis.indicated)
    if analysis.baseline:
        names += (BASELINE,)
    mean = np.column_stack([*indicators, arrays.covariates, arrays.y])
    held = drawn.within.shape[1]
    scatter = np.zeros((n.size, mean.shape[1], mean.shape[1]))
    part = (n - 1) / max(int((n - 1).sum()), 1)
    scatter[:, -held:, -held:] = drawn.within[trial] * part[:, None, None]
    weight = np.ones(n.size)
    if analysis.fit is None:
        weight = weight / n if analysis.weight == "unit" else weight
        weight = weight / arrays.shares() if analysis.linear.inverse_share else weight
    return (
        ClusterMoments(
            clusters=np.arange(n.size),
            columns=(*names, MEAN),
            rows=n,
            weight=n * weight,
            log_weight=n * np.log(weight),
            lightest=weight,
            heaviest=weight,
            mean=mean,
            remainder=np.zeros_like(mean),
            scatter=scatter * weight[:, None, None],
            levels={STRATUM: arrays.cells},
        ),
        names,
    )


def _table(drawn: Drawn, trial: int, sites: Sites, analysis: Analysis) -> Found:
    """Fit a model of schools' counts or values to a table, as the analysis does."""
    assert analysis.fit is not None
    rows = np.flatnonzero(drawn.kept[trial])
    if rows.size == 0:
        raise EstimationError("No school has an outcome.")
    unit = sites.unit_of[rows]
    columns: dict[str, object] = {
        MEAN: drawn.seen.y[trial][rows],
        "arm": [analysis.arms[k] for k in drawn.arm[trial][unit]],
        "cluster": unit,
        "stage": ["all"] * rows.size,
        STRATUM: [f"{k:06d}" for k in sites.row_stratum[rows]],
    }
    if drawn.seen.events is not None and drawn.seen.trials is not None:
        columns["numerator"] = drawn.seen.events[trial][rows]
        columns["denominator"] = drawn.seen.trials[trial][rows]
    if drawn.seen.x is not None:
        columns[BASELINE] = drawn.seen.x[trial][rows]
    report = fit_table(pl.DataFrame(columns), analysis.fit)
    if report.marginal is None:
        raise EstimationError("The model gives no standardised means of the arms.")
    zero = report.variance.get("cluster") == 0.0
    df, _ = ceiled_freedom(report.df, report.df_design, boundary=zero)
    effect = report.marginal
    return effect.difference * analysis.per, effect.difference_se * analysis.per, df
