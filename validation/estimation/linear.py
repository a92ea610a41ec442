"""The linear estimators of the grid: the product's functions on a row per school."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    DegreesOfFreedom,
    ErrorKind,
    RatioDifference,
    fit_linear,
    interacted,
    inverse_shares,
    rate_ratio,
    ratio_difference,
)
from equipoise.statistics.models import TrialArrays, estimate_effect
from validation.estimation.found import RARELY, TOLERANCE, Failed, Found, Result, attempt
from validation.estimation.trials import Trial

Array = NDArray[np.float64]

VARIANTS: tuple[tuple[str, ErrorKind, DegreesOfFreedom], ...] = (
    ("hc2", "cr2", "satterthwaite"),
    ("hc3", "cr3", "satterthwaite"),
    ("cr1", "cr1", "clusters"),
)
"""Where each row is its own cluster CR2 and CR3 are HC2 and HC3."""


def _fit(
    trial: Trial,
    columns: Array,
    weights: Array | None,
    error: ErrorKind,
    freedom: DegreesOfFreedom,
    *,
    stratified: bool = True,
) -> Found:
    """Fit school rates on columns of which the first is the treatment."""
    absorbed = stratified and trial.layers > 1
    lead = 0 if absorbed else 1
    design = columns if absorbed else np.column_stack([np.ones(trial.rolls.size), columns])
    fit = fit_linear(
        trial.rates,
        design,
        weights=weights,
        strata=trial.strata if absorbed else None,
        error=error,
        df=freedom,
        df_columns=[lead],
    )
    of_design = trial.rolls.size - columns.shape[1] - (trial.layers if absorbed else 1)
    df = float(fit.df[lead])
    if freedom == "satterthwaite":
        df = min(df, float(of_design))
    return Found(float(fit.coefficients[lead]), float(fit.se[lead]), df)


def inverse(trial: Trial) -> Array | None:
    """Give inverse realised shares; None without strata, where they change nothing."""
    return inverse_shares(trial.treated, trial.strata) if trial.layers > 1 else None


def linear(trial: Trial) -> Iterator[tuple[str, Result]]:
    """School- and pupil-averages: strata absorbed, inverse shares, four kinds of error."""
    treated, shares = trial.treated[:, None].astype(np.float64), inverse(trial)
    pupils: Array = trial.rolls.astype(np.float64)
    if shares is not None:
        pupils = pupils * shares
    for average, weights in (("school", shares), ("pupil", pupils)):
        for name, error, freedom in VARIANTS:
            label = f"{average} {name}"
            if average == "pupil":
                label = label.replace("hc", "cr")
            found = attempt(partial(_fit, trial, treated, weights, error, freedom))
            if error == "cr2" and trial.number % RARELY == 0:
                _check(trial, average == "pupil", found)
            yield label, found
    yield "pupil cr0 z", attempt(partial(_without_correction, trial, treated, pupils, found))
    yield from sums(trial, shares)


def _without_correction(trial: Trial, treated: Array, pupils: Array, corrected: Result) -> Result:
    """Give CR0 with z from CR1, whose square is G / (G - 1) of it; held against a fit at times."""
    if not isinstance(corrected, Found):
        return corrected
    n = trial.rolls.size
    found = Found(corrected.estimate, corrected.se * float(np.sqrt((n - 1) / n)), np.inf)
    if trial.number % RARELY == 0:
        fit = _fit(trial, treated, pupils, "cr0", "z")
        if not np.allclose((found.estimate, found.se), (fit.estimate, fit.se), rtol=TOLERANCE):
            raise RuntimeError(f"{found} is not what fit_linear gives, {fit}.")
    return found


def sums(trial: Trial, shares: Array | None) -> Iterator[tuple[str, Result]]:
    """Sum over sum, and its ratio."""
    fits: list[RatioDifference] = []

    def difference() -> Result:
        fit = ratio_difference(
            trial.events, trial.rolls, trial.treated, weights=shares, strata=trial.strata
        )
        fits.append(fit)
        return Found(fit.estimate, fit.se, fit.df)

    def ratio() -> Result:
        fit = rate_ratio(fits[0])
        return Found(float(np.log(fit.ratio)), fit.log_se, fit.df)

    found = attempt(difference)
    yield "sums", found
    yield "sums ratio", attempt(ratio) if fits else found


def strata(trial: Trial) -> Iterator[tuple[str, Result]]:
    """What strata are worth, and what comes of forgetting the shares."""
    treated = trial.treated[:, None].astype(np.float64)
    plain = partial(_fit, trial, treated, None, "cr2", "satterthwaite")
    yield "dummies hc2", attempt(plain)
    yield "pooled hc2", attempt(partial(plain, stratified=False))


def baseline(trial: Trial) -> Iterator[tuple[str, Result]]:
    """The year before as covariate, and Lin's adjustment."""
    assert trial.before is not None
    before, treated = trial.before[:, None], trial.treated.astype(np.float64)
    columns = np.column_stack([treated, before])
    yield (
        "ancova hc2",
        attempt(partial(_fit, trial, columns, inverse(trial), "cr2", "satterthwaite")),
    )
    layers = np.eye(trial.layers)[trial.strata][:, 1:]
    columns = interacted(treated, np.hstack([layers, before]))
    yield (
        "lin hc2",
        attempt(partial(_fit, trial, columns, None, "cr2", "satterthwaite", stratified=False)),
    )


def _check(trial: Trial, pupils: bool, found: Result) -> None:
    """Hold a default against the product's whole path from a trial's arrays."""
    if isinstance(found, Failed):
        return
    arrays = TrialArrays(
        y=trial.rates,
        arm=trial.treated,
        arms=2,
        compared=1,
        reference=0,
        cells=trial.strata,
        covariates=np.empty((trial.rolls.size, 0)),
        weights=trial.rolls.astype(np.float64) if pupils else np.ones(trial.rolls.size),
    )
    effect = estimate_effect(arrays, absorb=True)
    ours = (found.estimate, found.se, found.df) if isinstance(found, Found) else ()
    theirs = (effect.estimate, effect.se, effect.df)
    if not np.allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE * effect.se):
        raise RuntimeError(f"{ours} is not what estimate_effect gives, {theirs}.")
