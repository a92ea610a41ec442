"""Randomisation tests and bootstraps of the grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    StratifiedEffect,
    WildWeights,
    parametric_bootstrap,
    randomisation_test,
    wild_bootstrap,
)
from equipoise.statistics.models import TrialArrays
from equipoise.statistics.schemes import iterate_draws
from validation.estimation.declared import BOOTSTRAP_DRAWS, DRAWS, WILD_DRAWS, Cell
from validation.estimation.found import FoundInterval, FoundTest, Result, attempt
from validation.estimation.models import count_fit, design_of
from validation.estimation.trials import Trial, roster_of, scheme_of

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Statistic = Callable[[Whole], Array]
KINDS: tuple[tuple[str, WildWeights], ...] = (
    ("wild rademacher", "rademacher"),
    ("wild webb", "webb"),
)


def seed_of(cell: Cell, trial: Trial) -> int:
    """Give the seed of a trial's own draws."""
    return (cell.seed << 20) + trial.number


def permutation(cell: Cell, trial: Trial) -> Iterator[tuple[str, Result]]:
    """Test over draws of the trial's own scheme; arm 0 of the scheme is supervision."""
    roster, arm = roster_of(trial.strata), 1 - trial.treated
    draws = list(iterate_draws(scheme_of(cell.shares), roster, seed_of(cell, trial), DRAWS))
    effect = StratifiedEffect(trial.rates, trial.strata, arm=0, reference=1)
    pupils = TrialArrays(
        y=trial.rates,
        arm=arm,
        arms=2,
        compared=0,
        reference=1,
        cells=trial.strata,
        covariates=np.empty((arm.size, 0)),
        weights=trial.rolls.astype(np.float64),
    ).studentised(inverse_share=True)

    def raw(allocations: Whole) -> Array:
        return np.asarray(effect.moments(allocations)[0][:, 0])

    def test(statistic: Statistic) -> Result:
        return FoundTest(randomisation_test(arm, draws, statistic).p)

    for name, statistic in (
        ("permutation", effect),
        ("permutation pupils", pupils),
        ("permutation raw", raw),
    ):
        yield name, attempt(partial(test, statistic))


def wild(cell: Cell, trial: Trial) -> Iterator[tuple[str, Result]]:
    """Restricted wild bootstrap of the difference of school rates, with its interval."""
    for name, kind in KINDS:
        yield name, attempt(partial(_wild, cell, trial, kind))


def _wild(cell: Cell, trial: Trial, kind: WildWeights) -> FoundInterval:
    found = wild_bootstrap(
        trial.rates,
        design_of(trial),
        1,
        np.arange(trial.rolls.size),
        kind=kind,
        draws=WILD_DRAWS,
        seed=seed_of(cell, trial),
    )
    return FoundInterval(found.estimate, found.interval.lower, found.interval.upper)


def bootstrap(cell: Cell, trial: Trial) -> Iterator[tuple[str, Result]]:
    """Parametric bootstrap of the binomial random-intercept model, percentile interval."""
    yield "bootstrap", attempt(partial(_bootstrap, cell, trial))


def _bootstrap(cell: Cell, trial: Trial) -> FoundInterval:
    fit = count_fit(trial, "binomial")
    found = parametric_bootstrap(
        fit,
        trial.events,
        design_of(trial),
        np.arange(trial.rolls.size),
        column=1,
        replicates=BOOTSTRAP_DRAWS,
        seed=seed_of(cell, trial),
        trials=trial.rolls,
    )
    return FoundInterval(float(fit.coefficients[1]), found.lower, found.upper)
