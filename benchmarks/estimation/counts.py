"""Random-intercept models of counts and proportions, and the beta-binomial model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.estimation.comparison import Answer, Effort, Job
from benchmarks.estimation.passes import over_schools
from benchmarks.estimation.rivals import Peer
from benchmarks.estimation.trial import Trial
from equipoise.statistics.estimation import (
    BetaBinomialFit,
    GeneralisedMixedFit,
    fit_beta_binomial,
    fit_generalised_mixed,
)


def last(fit: GeneralisedMixedFit | BetaBinomialFit) -> Answer:
    """Give the treatment's coefficient, the last of the design."""
    return Answer(float(fit.coefficients[-1]), float(fit.se[-1]))


def jobs(trial: Trial, effort: Effort) -> Iterator[Job]:
    """Yield the cells."""
    events, roll = trial.schools["events"], trial.schools["roll"]
    number = np.arange(trial.size.schools)
    design = trial.school_design("treated")
    once = over_schools(trial)

    def binomial(nodes: int) -> Answer:
        return last(
            fit_generalised_mixed(
                events, design, number, family="binomial", trials=roll, quadrature=nodes
            )
        )

    yield Job(
        "binomial (k of n), random intercept, Laplace",
        lambda: binomial(1),
        once,
        "0.1 s",
        (
            Peer("lme4_peer.R", "binomial"),
            Peer("glmmTMB_peer.R", "binomial"),
            Peer("gpboost_peer.py", "binomial"),
            Peer("glmm_peer.py", "binomial"),
            Peer("mixedlm_peer.py", "binomial"),
        ),
    )
    yield Job(
        "binomial (k of n), random intercept, adaptive quadrature with 9 nodes",
        lambda: binomial(9),
        once,
        peers=(Peer("lme4_peer.R", "binomial-9"), Peer("glmm_peer.py", "binomial-9")),
    )
    yield Job(
        "Poisson with log roll, random intercept, Laplace",
        lambda: last(
            fit_generalised_mixed(events, design, number, family="poisson", offset=np.log(roll))
        ),
        once,
        peers=(
            Peer("lme4_peer.R", "poisson"),
            Peer("glmmTMB_peer.R", "poisson"),
            Peer("gpboost_peer.py", "poisson"),
            Peer("glmm_peer.py", "poisson"),
        ),
    )
    of = trial.visits_school
    visits, long_design, log_roll = trial.visits, design[of], np.log(roll[of])
    yield Job(
        f"negative binomial, six counts a school ({visits.size:,} rows), random intercept",
        lambda: last(
            fit_generalised_mixed(
                visits, long_design, of, family="negative-binomial", offset=log_roll
            )
        ),
        lambda: (visits.sum(), np.bincount(of, visits)),
        peers=(Peer("glmmTMB_peer.R", "negbin"), Peer("glmm_peer.py", "negbin")),
    )
    yield Job(
        "beta-binomial (k of n)",
        lambda: last(fit_beta_binomial(events, design, number, trials=roll)),
        once,
        peers=(Peer("glmmTMB_peer.R", "betabinomial"),),
    )
