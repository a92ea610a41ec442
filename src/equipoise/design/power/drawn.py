"""Drawn trials: who is in which arm, what is seen of them, and which rows are analysed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.power.analysis import Analysis
from equipoise.design.power.outcomes import Observed, inside
from equipoise.design.power.sites import Sites
from equipoise.design.power.worlds import World

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Drawn:
    """A block of T trials, drawn and observed.

    Attributes
    ----------
    arm
        Position of each unit's arm, shape (T, U).
    seen
        What is seen of them.
    kept
        Rows that are analysed, (T, J): with an outcome, and in strata that tell of the effect.
    within
        Cross-products of members, baseline before outcome, (T, q, q); None elsewhere.
    """

    arm: Whole
    seen: Observed
    kept: Truth
    within: Array | None


def drawn_block(
    arm: Whole, seen: Observed, sites: Sites, world: World, analysis: Analysis,
    numbers: np.random.Generator,
) -> Drawn:  # fmt: skip
    """Say which rows are analysed, and draw what members' models need of them.

    Parameters
    ----------
    arm
        Position of each unit's arm, shape (T, U).
    seen
        What is seen of the J rows of T trials.
    sites, world, analysis
        What is the same in every trial: rows, sizes of things, the declared model.
    numbers
        The stream of this block.
    """
    kept = seen.present
    if analysis.strata:
        rows = arm[:, sites.unit_of]
        # Least squares sets aside what was drawn into one arm, other models what is seen in one.
        held = np.ones_like(kept) if analysis.fit is None else kept
        kept = kept & _telling(rows, held, sites, len(analysis.arms))
    if world.kind != "members" or seen.rows is None:
        return Drawn(arm, seen, kept, None)
    freedom = np.where(kept, seen.rows - 1.0, 0.0).sum(axis=1)
    return Drawn(arm, seen, kept, inside(world, freedom, numbers))


def _telling(arm: Whole, held: Truth, sites: Sites, arms: int) -> Truth:
    """Find the rows of strata with two arms or more, shape (T, J)."""
    starts = np.flatnonzero(np.diff(sites.row_stratum, prepend=-1))
    several = np.zeros((arm.shape[0], starts.size), dtype=np.int64)
    for k in range(arms):
        several += np.logical_or.reduceat(held & (arm == k), starts, axis=1)
    return np.asarray((several > 1)[:, sites.row_stratum])
