"""One pass over the data, which no estimator can beat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.estimation.trial import Trial

BLOCK = 256


def over_pupils(trial: Trial) -> Callable[[], object]:
    """Sum an outcome, and sum it by school."""
    return lambda: (trial.score.sum(), np.bincount(trial.school, trial.score))


def over_schools(trial: Trial) -> Callable[[], object]:
    """Sum the schools' events and rolls."""
    events, roll = trial.schools["events"], trial.schools["roll"]
    return lambda: (events.sum(), roll.sum())


def over_keys(trial: Trial, draws: int) -> Callable[[], object]:
    """Sum as many 64-bit numbers as the draws have keys, a block at a time."""
    block = np.arange(BLOCK * trial.size.schools, dtype=np.uint64)
    return lambda: [block.sum() for _ in range(-(-draws // BLOCK))]
