"""Roads from simulated trials to estimates: one for every declared model, and two fast ones.

The general road hands one trial after another to the estimators that analyse a real one. Random
intercepts of members, and least squares of schools with HC2, have a fast road too, which takes all
trials of a block at once; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.power.analysis import Analysis
from equipoise.design.power.drawn import Drawn
from equipoise.design.power.fast_roads import effects_at_once, intercepts_at_once
from equipoise.design.power.general_road import general
from equipoise.design.power.sites import Sites
from equipoise.design.power.worlds import World
from equipoise.statistics.estimation import EstimationError

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Estimates:
    """The effect in each of T trials, in the unit of the outcome; NaN where there is none.

    Attributes
    ----------
    estimate, se, df
        Shape (T,); df is under the ceiling of the design's (rules 6).
    rows
        Analysed, shape (T,).
    why
        Why there is no estimate, once for each reason, with how often.
    """

    estimate: Array
    se: Array
    df: Array
    rows: Whole
    why: dict[str, int]


def is_fast(analysis: Analysis, sites: Sites, world: World) -> bool:
    """Say whether the declared model has a fast road."""
    if analysis.share:
        return False
    if analysis.fit is None:
        spec = analysis.linear
        plain = spec.error == "hc2" and spec.working == "identity" and analysis.chance is None
        return plain and sites.single and world.kind != "members"
    known = analysis.fit.freedom in ("satterthwaite", "design", "z")
    return known and analysis.fit.model == "lmm" and world.kind == "members"


def estimates(drawn: Drawn, sites: Sites, world: World, analysis: Analysis) -> Estimates:
    """Estimate the effect in every trial of a block by the fastest road there is."""
    count = drawn.arm.shape[0]
    found = np.full((count, 3), np.nan)
    left = np.arange(count)
    if is_fast(analysis, sites, world):
        road = effects_at_once if analysis.fit is None else intercepts_at_once
        found, done = road(drawn, sites, world, analysis)
        left = np.flatnonzero(~done)
    why: dict[str, int] = {}
    for trial in left:
        try:
            found[trial] = general(drawn, int(trial), sites, world, analysis)
        except EstimationError as error:
            found[trial] = np.nan
            why[str(error)] = why.get(str(error), 0) + 1
    rows = drawn.kept.sum(axis=1)
    return Estimates(found[:, 0], found[:, 1], found[:, 2], rows, why)
