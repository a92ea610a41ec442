"""Randomisation inference, intervals by inversion and the wild cluster bootstrap."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.estimation.comparison import Answer, Effort, Job
from benchmarks.estimation.passes import over_keys, over_pupils
from benchmarks.estimation.rivals import Peer
from benchmarks.estimation.trial import Array, Trial
from equipoise.statistics.estimation import (
    StratifiedEffect,
    StudentisedEffect,
    invert_randomisation,
    randomisation_test,
    wild_bootstrap,
)
from equipoise.statistics.schemes import iterate_draws


def stratified_p(trial: Trial, draws: int) -> Answer:
    """Keys, assignment, difference and stratified t of each draw, without covariates.

    Of the baseline, which the treatment cannot move: p values near zero would agree anyway.
    """
    effect = StratifiedEffect(trial.schools["baseline"], trial.strata)
    made = iterate_draws(trial.scheme, trial.roster, 1, draws)
    return Answer(randomisation_test(trial.arms, made, effect).p)


def refitted_p(trial: Trial, draws: int) -> Answer:
    """The same with a baseline that is refitted for each draw."""
    effect = StudentisedEffect(
        trial.schools["score"],
        trial.school_design("baseline"),
        trial.strata,
        np.ones(trial.size.schools),
        arms=2,
        arm=1,
        reference=0,
        inverse_share=True,
    )
    made = iterate_draws(trial.scheme, trial.roster, 1, draws)
    return Answer(randomisation_test(trial.arms, made, effect).p)


def inverted(trial: Trial, draws: int) -> Answer:
    """The interval of the effects that the stratified test does not reject."""
    made = iterate_draws(trial.scheme, trial.roster, 1, draws)
    strata = trial.strata
    found = invert_randomisation(
        trial.arms, made, lambda y: StratifiedEffect(y, strata), trial.schools["score"]
    )
    return Answer(found.estimate)


def wild_p(trial: Trial, design: Array, draws: int) -> Answer:
    """The restricted wild cluster bootstrap on pupils' rows, with its interval."""
    column = design.shape[1] - 1
    found = wild_bootstrap(trial.score, design, column, trial.school, draws=draws, seed=1)
    return Answer(found.p)


def jobs(trial: Trial, effort: Effort) -> Iterator[Job]:
    """Yield the cells."""
    ten, some, many = (effort.draws(full) for full in (10_000, 999, 99_999))
    keys = over_keys(trial, ten)
    pupils = trial.pupil_design(trial.baseline, trial.treated)
    yield Job(
        f"{ten:,} stratified draws: keys, assignment, difference and t",
        lambda: stratified_p(trial, ten),
        keys,
        "0.6 s",
        (
            Peer("coin_peer.R", "draws", "not studentised", draws=ten),
            Peer("ritest_peer.py", "draws", "not studentised", draws=ten),
        ),
        draws=ten,
    )
    yield Job(
        f"{ten:,} stratified draws, a covariate refitted for each",
        lambda: refitted_p(trial, ten),
        keys,
        peers=(
            Peer("ritest_peer.py", "draws-covariate", "not studentised", draws=ten),
            Peer("pyfixest_peer.py", "draws-covariate", "no strata, not studentised", draws=ten),
        ),
        draws=ten,
    )
    yield Job(
        f"interval by inversion, {ten - 1:,} stratified draws",
        lambda: inverted(trial, ten - 1),
        keys,
        "5 s",
        no_rival="no installed peer inverts a stratified draw",
    )
    yield Job(
        f"wild cluster bootstrap, {some:,} draws, with interval, from pupils' rows",
        lambda: wild_p(trial, pupils, some),
        over_pupils(trial),
        peers=(Peer("wildboottest_peer.py", "wild", "no interval", draws=some),),
        draws=some,
    )
    yield Job(
        f"wild cluster bootstrap, {many:,} draws, with interval, from pupils' rows",
        lambda: wild_p(trial, pupils, many),
        over_pupils(trial),
        "5 s",
        no_rival="theirs grows with draws x schools x schools: see above",
    )
