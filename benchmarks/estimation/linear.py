"""Least squares on pupils' rows with errors that are right for schools."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.estimation.comparison import Answer, Effort, Job
from benchmarks.estimation.mixed import moments_of
from benchmarks.estimation.passes import over_pupils
from benchmarks.estimation.rivals import Peer
from benchmarks.estimation.trial import Trial, make
from equipoise.statistics.estimation import DegreesOfFreedom, ErrorKind, fit_linear_moments


def fitted(
    trial: Trial, error: ErrorKind, df: DegreesOfFreedom = "satterthwaite", *, baseline: bool = True
) -> Answer:
    """Sum rows to moments and fit; authorities absorbed, df of the treatment."""
    moments = moments_of(trial)
    columns = ("treated", "baseline") if baseline else ("treated",)
    fit = fit_linear_moments(
        moments,
        "score",
        columns,
        strata=moments.levels["authority"],
        error=error,
        df=df,
        df_columns=("treated",),
    )
    at = fit.position("treated")
    return Answer(float(fit.coefficients[at]), float(fit.se[at]), float(fit.df[at]))


def jobs(trial: Trial, effort: Effort) -> Iterator[Job]:
    """Yield the cells."""
    once = over_pupils(trial)
    small = make(trial.size.fewer())
    few = f"from {small.size.pupils:,} pupils' rows"
    means = "means of schools weighted by roll"
    yield Job(
        "CR1, from pupils' rows",
        lambda: fitted(trial, "cr1", "clusters"),
        once,
        peers=(Peer("pyfixest_peer.py", "cr1"),),
    )
    yield Job(
        "CR2 with Satterthwaite df, from pupils' rows",
        lambda: fitted(trial, "cr2"),
        once,
        "0.5 s",
        no_rival="theirs make matrices of pupils by pupils; see fewer pupils below",
    )
    yield Job(
        "CR2 with Satterthwaite df, no pupil covariate, from pupils' rows",
        lambda: fitted(trial, "cr2", baseline=False),
        once,
        "0.5 s",
        (Peer("clubSandwich_peer.R", "cr2-schools", means),),
    )
    yield Job(
        "CR3 with Satterthwaite df, from pupils' rows",
        lambda: fitted(trial, "cr3"),
        once,
        "0.2 s",
        (Peer("pyfixest_peer.py", "cr3", "without df"),),
    )
    yield Job(
        "CR3 with Satterthwaite df, no pupil covariate, from pupils' rows",
        lambda: fitted(trial, "cr3", baseline=False),
        once,
        "0.2 s",
        (Peer("clubSandwich_peer.R", "cr3-schools", means),),
    )
    rows = (Peer("estimatr_peer.R", "cr2"), Peer("clubSandwich_peer.R", "cr2"))
    yield Job(
        f"CR2 with Satterthwaite df, {few}",
        lambda: fitted(small, "cr2"),
        over_pupils(small),
        peers=rows,
        trial=small,
    )
    yield Job(
        f"CR3 with Satterthwaite df, {few}",
        lambda: fitted(small, "cr3"),
        over_pupils(small),
        peers=(Peer("clubSandwich_peer.R", "cr3"),),
        trial=small,
    )
