"""The iterative estimators of the grid: mixed models, models of counts, and GEE."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    BetaBinomialFit,
    ClusterMoments,
    CountFamily,
    GeeError,
    GeneralisedMixedFit,
    MixedDegreesOfFreedom,
    MixedModel,
    fit_beta_binomial,
    fit_gee,
    fit_generalised_mixed,
    fit_mixed,
)
from validation.estimation.found import Failed, Found, Result, attempt
from validation.estimation.trials import Trial

Array = NDArray[np.float64]
GEE_ERRORS: tuple[tuple[str, GeeError], ...] = (
    ("gee robust z", "robust"),
    ("gee md", "md"),
    ("gee kc", "kc"),
    ("gee fg", "fg"),
)
FREEDOMS: tuple[tuple[str, MixedDegreesOfFreedom], ...] = (
    ("lmm satterthwaite", "satterthwaite"),
    ("lmm kr", "kenward-roger"),
)


def design_of(trial: Trial) -> Array:
    """Give constant and treatment, shape (n, 2)."""
    return np.column_stack([np.ones(trial.rolls.size), trial.treated])


def moments_of(trial: Trial) -> ClusterMoments:
    """Give the moments of the pupils' 0/1 outcomes and of their arm."""
    inside = trial.rolls * trial.treated
    return ClusterMoments.from_sums(
        {"event": trial.events, "treated": inside},
        {
            ("event", "event"): trial.events,
            ("event", "treated"): trial.events * trial.treated,
            ("treated", "treated"): inside,
        },
        trial.rolls,
        np.arange(trial.rolls.size),
        levels={"stratum": trial.strata},
    )


def mixed(trial: Trial) -> Iterator[tuple[str, Result]]:
    """Random intercepts of schools by REML, with df as `fit` and as `analyse` reports them."""
    moments = moments_of(trial)
    strata = "stratum" if trial.layers > 1 else None
    model = MixedModel("event", ("treated",), strata=strata)
    for name, freedom in FREEDOMS:
        capped: list[Result] = []

        def both(freedom: MixedDegreesOfFreedom = freedom, into: list[Result] = capped) -> Result:
            fit = fit_mixed(moments, model, df=freedom)
            if not fit.converged:
                return Failed("ConvergenceError")
            at = fit.position("treated")
            estimate, se, df = (float(values[at]) for values in (fit.coefficients, fit.se, fit.df))
            edge = any(part.boundary for part in fit.variances)
            design = float(trial.freedom)
            into.append(Found(estimate, se, design if edge else min(df, design)))
            return Found(estimate, se, df)

        found = attempt(both)
        of_design = capped[0] if capped else found
        yield name, found
        yield f"{name} capped", of_design
        if freedom == "satterthwaite":
            yield "lmm as average", of_design


def counts(trial: Trial) -> Iterator[tuple[str, Result]]:
    """Binomial and Poisson random intercepts and the beta-binomial model, t and z."""
    for name, fit in (
        ("binomial", partial(count_fit, trial, "binomial")),
        ("poisson", partial(count_fit, trial, "poisson")),
        ("betabinomial", partial(beta_binomial, trial)),
    ):
        found = attempt(partial(_treatment, fit, float(trial.freedom)))
        yield f"{name} t", found
        if isinstance(found, Found):
            yield f"{name} z", Found(found.estimate, found.se, np.inf)
        else:
            yield f"{name} z", found


def negative_binomial(trial: Trial) -> Iterator[tuple[str, Result]]:
    """Negative-binomial random intercepts, t on the design's degrees of freedom."""
    fit = partial(count_fit, trial, "negative-binomial")
    yield "negative binomial t", attempt(partial(_treatment, fit, float(trial.freedom)))


def count_fit(trial: Trial, family: CountFamily) -> GeneralisedMixedFit:
    """Fit a random-intercept model of counts by Laplace's approximation."""
    binomial = family == "binomial"
    return fit_generalised_mixed(
        trial.events,
        design_of(trial),
        np.arange(trial.rolls.size),
        family=family,
        trials=trial.rolls if binomial else None,
        offset=None if binomial else np.log(trial.rolls),
    )


def beta_binomial(trial: Trial) -> BetaBinomialFit:
    """Fit a beta-binomial model."""
    clusters = np.arange(trial.rolls.size)
    return fit_beta_binomial(trial.events, design_of(trial), clusters, trials=trial.rolls)


def _treatment(fit: Callable[[], GeneralisedMixedFit | BetaBinomialFit], df: float) -> Found:
    fitted = fit()
    return Found(float(fitted.coefficients[1]), float(fitted.se[1]), df)


def gee(trial: Trial) -> Iterator[tuple[str, Result]]:
    """Exchangeable logistic GEE with the published error and its three corrections."""
    for name, error in GEE_ERRORS:
        yield name, attempt(partial(_gee, trial, error))


def _gee(trial: Trial, error: GeeError) -> Found:
    fit = fit_gee(
        trial.events,
        design_of(trial),
        np.arange(trial.rolls.size),
        family="binomial",
        trials=trial.rolls,
        error=error,
    )
    df = np.inf if error == "robust" else float(fit.df)
    return Found(float(fit.coefficients[1]), float(fit.se[1]), df)
