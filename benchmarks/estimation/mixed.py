"""Linear mixed models: from pupils' rows and from schools' moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.estimation.comparison import Answer, Effort, Job
from benchmarks.estimation.passes import over_pupils, over_schools
from benchmarks.estimation.rivals import Peer
from benchmarks.estimation.trial import Trial
from equipoise.statistics.estimation import (
    ClusterMoments,
    MixedDegreesOfFreedom,
    MixedMethod,
    MixedModel,
    fit_mixed,
)


def moments_of(trial: Trial) -> ClusterMoments:
    """Sum pupils' rows to schools' moments."""
    return ClusterMoments.from_rows(
        {"score": trial.score, "treated": trial.treated, "baseline": trial.baseline},
        trial.school,
        levels={"authority": trial.authority},
    )


def fitted(
    moments: ClusterMoments,
    method: MixedMethod = "reml",
    df: MixedDegreesOfFreedom = "satterthwaite",
) -> Answer:
    """Fit treatment and baseline, authorities fixed, an intercept for each school."""
    model = MixedModel("score", ("treated", "baseline"), strata="authority", method=method)
    fit = fit_mixed(moments, model, df=df)
    at = fit.position("treated")
    return Answer(float(fit.coefficients[at]), float(fit.se[at]), float(fit.df[at]))


def jobs(trial: Trial, effort: Effort) -> Iterator[Job]:
    """Yield the cells."""
    moments = moments_of(trial)
    anywhere = np.random.default_rng(3).permutation(trial.size.pupils)
    shuffled = replace(
        trial,
        score=trial.score[anywhere],
        treated=trial.treated[anywhere],
        baseline=trial.baseline[anywhere],
        school=trial.school[anywhere],
        authority=trial.authority[anywhere],
    )
    yield Job(
        "REML, random intercept, Satterthwaite df, from pupils' rows",
        lambda: fitted(moments_of(trial)),
        over_pupils(trial),
        "0.3 s",
        (
            Peer("lme4_peer.R", "reml", "without df", wanted=50),
            Peer("lmerTest_peer.R", "reml"),
            Peer("statsmodels_peer.py", "reml", "without df"),
            Peer("glmm_peer.py", "reml"),
            Peer("mixedlm_peer.py", "reml"),
        ),
    )
    yield Job(
        "REML, random intercept, Satterthwaite df, from pupils' rows in random order",
        lambda: fitted(moments_of(shuffled)),
        over_pupils(trial),
        "0.3 s",
        no_rival="theirs as above",
    )
    yield Job(
        "full maximum likelihood, random intercept, from pupils' rows",
        lambda: fitted(moments_of(trial), "ml", "z"),
        over_pupils(trial),
        peers=(
            Peer("gpboost_peer.py", "ml", "without df"),
            Peer("glmm_peer.py", "ml"),
        ),
    )
    yield Job(
        "REML, random intercept, Satterthwaite df, from moments",
        lambda: fitted(moments),
        over_schools(trial),
        "0.02 s",
        no_rival="no peer takes moments",
    )
    yield Job(
        "REML, random intercept, Kenward-Roger df, from moments",
        lambda: fitted(moments, df="kenward-roger"),
        over_schools(trial),
        no_rival="pbkrtest makes matrices of pupils by pupils",
    )
