"""Ratios of sums, and what is done where outcomes are missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.estimation.comparison import Answer, Effort, Job
from benchmarks.estimation.passes import over_pupils, over_schools
from benchmarks.estimation.rivals import Peer
from benchmarks.estimation.trial import Trial
from equipoise.statistics.estimation import impute_members, lee_bounds, ratio_difference


def jobs(trial: Trial, effort: Effort) -> Iterator[Job]:
    """Yield the cells."""
    schools, strata = trial.schools, trial.strata
    rng = np.random.default_rng(4)
    gone = rng.random(trial.size.pupils) < np.where(trial.treated == 1, 0.10, 0.14)
    score = np.where(gone, np.nan, trial.score)
    design = trial.pupil_design(trial.baseline)
    draws = max(99, effort.draws(199))

    def ratio() -> Answer:
        found = ratio_difference(
            schools["events"], schools["roll"], schools["treated"], strata=strata
        )
        return Answer(found.estimate, found.se)

    def lee() -> Answer:
        found = lee_bounds(
            score, trial.treated, trial.school, seed=1, strata=trial.authority, draws=draws
        )
        return Answer(found.lower)

    def imputed() -> Answer:
        made = impute_members(score, design, trial.treated, trial.school, seed=1, imputations=20)
        return Answer(float(made.values.mean()))

    yield Job(
        "difference of two ratios of sums, linearised error",
        ratio,
        over_schools(trial),
        peers=(Peer("survey_peer.R", "ratio", "without df"),),
    )
    yield Job(
        f"Lee bounds, {draws:,} cluster bootstrap draws, 12 % of pupils missing",
        lee,
        over_pupils(trial),
        no_rival="no installed peer resamples clusters",
    )
    yield Job(
        "20 multilevel imputations within arm, 12 % of pupils missing",
        imputed,
        over_pupils(trial),
        no_rival="mice's 2l.pan is a chain, whose length no rule sets",
    )
