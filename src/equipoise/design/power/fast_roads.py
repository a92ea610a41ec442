"""Fast roads: all trials of a block at once, for the two models that most trials declare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.design.power.analysis import Analysis
from equipoise.design.power.drawn import Drawn
from equipoise.design.power.sites import Sites
from equipoise.design.power.worlds import World
from equipoise.statistics.estimation import fit_many_effects, fit_random_intercepts

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]

NEAR_EDGE = 0.1
"""Variance between clusters, over that of a cluster's mean within, under which a trial goes the
general road: the likelihood is so flat there that degrees of freedom show where a search stops, and
a simulation is to give what an analysis would."""


def intercepts_at_once(
    drawn: Drawn, sites: Sites, world: World, analysis: Analysis
) -> tuple[Array, Truth]:
    """Fit random intercepts of members to all trials of a block.

    Parameters
    ----------
    drawn
        A block of T trials whose outcome is of members, with their cross-products.
    sites
        The units and the J rows that are the same in every trial.
    world
        Holds the ratio of variances at which the search begins.
    analysis
        What is declared: a random intercept, REML.

    Returns
    -------
    tuple of ndarray
        Estimate, error and degrees of freedom, (T, 3), and where they are to be used, (T,).
    """
    assert drawn.within is not None and drawn.seen.rows is not None and analysis.fit is not None
    regressors = _regressors(drawn, sites, analysis)
    q, held = len(regressors) + 1, drawn.within.shape[1]
    within = np.zeros((drawn.within.shape[0], q, q))
    within[:, q - held :, q - held :] = drawn.within
    strata = _strata(sites, analysis)
    fits = fit_random_intercepts(
        drawn.seen.y,
        regressors,
        np.where(drawn.kept, drawn.seen.rows, 0.0),
        starts=np.flatnonzero(np.diff(strata, prepend=-1)),
        within=within,
        ratio=max(world.ratio, 0.001),
    )
    design = (fits.clusters - fits.strata - (len(analysis.arms) - 1)).astype(np.float64)
    method = fits.df if analysis.fit.freedom == "satterthwaite" else np.full(design.size, np.inf)
    df = np.where(fits.boundary, design, np.minimum(method, design))
    done = fits.converged & (design >= 1)
    rows = np.where(drawn.kept, drawn.seen.rows, 0.0).sum(axis=1) / np.maximum(fits.clusters, 1)
    done &= fits.boundary | (fits.intercept * rows >= NEAR_EDGE * fits.residual)
    return np.column_stack([fits.estimate, fits.se, df]), done


def effects_at_once(
    drawn: Drawn, sites: Sites, world: World, analysis: Analysis
) -> tuple[Array, Truth]:
    """Fit least squares of schools, each drawn by itself, to all trials of a block.

    Parameters
    ----------
    drawn, sites, analysis
        As for `intercepts_at_once`; the model is least squares with HC2 errors.
    world
        Not read: both roads are called alike.

    Returns
    -------
    tuple of ndarray
        As `intercepts_at_once`.
    """
    del world
    arm, spec = drawn.arm[:, sites.unit_of], analysis.linear
    regressors = _regressors(drawn, sites, analysis)
    strata = _strata(sites, analysis)
    starts = np.flatnonzero(np.diff(strata, prepend=-1))
    own_weight = sites.members if analysis.weight == "members" else np.ones_like(sites.members)
    weights: Array = drawn.kept * own_weight
    enough = np.ones(arm.shape[0], dtype=np.bool_)
    for k in range(len(analysis.arms)):
        own = drawn.kept & (arm == k)
        if k in (analysis.compared, analysis.reference):
            enough &= own.sum(axis=1) > 1
        if spec.inverse_share:
            share = _within(own, starts) / np.maximum(_within(drawn.kept, starts), 1.0)
            weights = np.where(own, weights / np.maximum(share[:, strata], 1e-300), weights)
    found = fit_many_effects(drawn.seen.y, regressors, weights, starts=starts)
    design = (found.rows - found.strata - len(regressors)).astype(np.float64)
    method = {"satterthwaite": found.df, "clusters": found.rows - 1.0}.get(spec.df, np.inf)
    df = np.minimum(method, design)
    return np.column_stack([found.estimate, found.se, df]), found.sound & enough & (design >= 1)


def _regressors(drawn: Drawn, sites: Sites, analysis: Analysis) -> list[Array]:
    """Indicators of the arms but the reference, and the baseline where the analysis has one."""
    arm = drawn.arm[:, sites.unit_of]
    regressors = [(arm == k).astype(np.float64) for k in analysis.indicated]
    return regressors if drawn.seen.x is None else [*regressors, drawn.seen.x]


def _strata(sites: Sites, analysis: Analysis) -> NDArray[np.int64]:
    """Give each row's stratum; all rows are of one where the analysis has none."""
    return sites.row_stratum if analysis.strata else np.zeros_like(sites.unit_of)


def _within(rows: Truth, starts: NDArray[np.int64]) -> Array:
    """Count rows of each stratum."""
    return np.asarray(np.add.reduceat(rows.astype(np.float64), starts, axis=1))
