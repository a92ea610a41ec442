"""Rows of pupils with just the moments of a simulated trial, for estimators that need rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.power import Experiment
from equipoise.design.power.drawn import Drawn


@dataclass(frozen=True)
class Pupils:
    """A row for each pupil of the analysed units: unit, its stratum, its arm, the two values."""

    unit: NDArray[np.int64]
    stratum: NDArray[np.int64]
    arm: NDArray[np.int64]
    baseline: NDArray[np.float64]
    value: NDArray[np.float64]


def pupils_of(experiment: Experiment, drawn: Drawn, trial: int) -> Pupils:
    """Make rows with their units' means, and with units' parts of the trial's cross-products.

    Parameters
    ----------
    experiment, drawn, trial
        Of members with a baseline, three of them or more in each unit.
    """
    seen = drawn.seen
    assert seen.rows is not None and seen.x is not None and drawn.within is not None
    kept = np.flatnonzero(drawn.kept[trial])
    n = seen.rows[trial][kept].astype(int)
    of_unit = np.repeat(np.arange(kept.size), n)
    raw = np.random.default_rng(trial).standard_normal((n.sum(), 2))
    starts = np.cumsum(n) - n
    raw -= (np.add.reduceat(raw, starts) / n[:, None])[of_unit]
    # Any centred rows are turned into those that have their unit's part of the cross-products.
    has = np.add.reduceat(raw[:, :, None] * raw[:, None, :], starts)
    part = np.sqrt((n - 1) / (n - 1).sum())
    wanted = np.linalg.cholesky(drawn.within[trial]) * part[:, None, None]
    turn = wanted @ np.linalg.inv(np.linalg.cholesky(has))
    own = np.einsum("nab,nb->na", turn[of_unit], raw)
    unit = experiment.sites.unit_of[kept]
    return Pupils(
        unit=unit[of_unit],
        stratum=experiment.sites.stratum[unit][of_unit],
        arm=drawn.arm[trial][unit][of_unit],
        baseline=seen.x[trial][kept][of_unit] + own[:, 0],
        value=seen.y[trial][kept][of_unit] + own[:, 1],
    )
