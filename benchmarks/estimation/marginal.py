"""Generalised estimating equations with errors corrected for few clusters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.estimation.comparison import Answer, Effort, Job
from benchmarks.estimation.passes import over_pupils, over_schools
from benchmarks.estimation.rivals import Peer
from benchmarks.estimation.trial import Trial, make
from equipoise.statistics.estimation import GeeError, fit_gee


def jobs(trial: Trial, effort: Effort) -> Iterator[Job]:
    """Yield the cells."""
    events, roll = trial.schools["events"], trial.schools["roll"]
    number, schools = np.arange(trial.size.schools), trial.school_design("treated")
    pupils = trial.pupil_design(trial.treated)
    small = make(trial.size.fewer())
    few = small.pupil_design(small.treated)

    def from_counts(error: GeeError) -> Answer:
        fit = fit_gee(events, schools, number, family="binomial", trials=roll, error=error)
        return Answer(float(fit.coefficients[-1]), float(fit.se[-1]))

    def from_few() -> Answer:
        fit = fit_gee(small.event, few, small.school, family="binomial")
        return Answer(float(fit.coefficients[-1]), float(fit.se[-1]))

    def from_rows(error: GeeError) -> Answer:
        fit = fit_gee(trial.event, pupils, trial.school, family="binomial", error=error)
        return Answer(float(fit.coefficients[-1]), float(fit.se[-1]))

    yield Job(
        "GEE, logit, exchangeable, robust error, from pupils' 0/1 rows",
        lambda: from_rows("robust"),
        over_pupils(trial),
        peers=(Peer("statsmodels_peer.py", "gee"),),
    )
    yield Job(
        f"GEE, logit, exchangeable, robust error, from {small.size.pupils:,} pupils' 0/1 rows",
        from_few,
        over_pupils(small),
        peers=(Peer("statsmodels_peer.py", "gee"), Peer("geepack_peer.R", "gee")),
        trial=small,
    )
    yield Job(
        "GEE with Mancl and DeRouen's error, from pupils' 0/1 rows",
        lambda: from_rows("md"),
        over_pupils(trial),
        peers=(Peer("statsmodels_peer.py", "gee-md"),),
    )
    yield Job(
        "GEE with Kauermann and Carroll's error, from pupils' 0/1 rows",
        lambda: from_rows("kc"),
        over_pupils(trial),
        no_rival="no installed peer has it",
    )
    yield Job(
        "GEE with Fay and Graubard's error, from pupils' 0/1 rows",
        lambda: from_rows("fg"),
        over_pupils(trial),
        no_rival="no installed peer has it",
    )
    yield Job(
        "GEE with Fay and Graubard's error, from k of n",
        lambda: from_counts("fg"),
        over_schools(trial),
        no_rival="no peer takes k of n as n correlated pupils",
    )
