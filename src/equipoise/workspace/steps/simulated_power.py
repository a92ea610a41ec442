"""Power by simulation of a trial folder: no allocation is read, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.power import (
    Facts,
    Losses,
    SimulatedPower,
    experiment_of,
    simulate_power,
)
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.crews import Crew
from equipoise.workspace.steps.powering import enrolment_for_size

FEWEST = 100
"""Trials under which shares say next to nothing."""


@dataclass(frozen=True)
class AskedTrials:
    """What is to be simulated.

    Attributes
    ----------
    trials
        With the effect, and as many without.
    effect
        In the unit of the outcome, benefit above zero; None for the margin M.
    facts, losses
        Beside the protocol.
    seed
        Of the random numbers.
    crew
        Who runs it.
    """

    trials: int
    effect: float | None = None
    facts: Facts = field(default_factory=Facts)
    losses: Losses = field(default_factory=Losses)
    seed: int = 0
    crew: Crew = field(default_factory=Crew)


def simulated_power(
    folder: TrialFolder, asked: AskedTrials, tell: Callable[[str], object] = str
) -> SimulatedPower:
    """Simulate trials from the protocol, and from the register where there is one.

    Parameters
    ----------
    folder
        The trial.
    asked
        What is to be simulated.
    tell
        Is told of the progress.

    Raises
    ------
    ProblemsError
        Everything that is missing or cannot be meant.
    """
    if asked.trials < FEWEST:
        raise ProblemsError(
            [
                Problem(
                    "the command line",
                    "--simulate",
                    str(asked.trials),
                    f"{FEWEST} trials or more",
                    "simulate more: 10,000 give a share to half a point in a hundred",
                )
            ]
        )
    enrolment = enrolment_for_size(folder)
    experiment = experiment_of(
        folder.protocol,
        enrolment,
        effect=asked.effect,
        facts=asked.facts,
        losses=asked.losses,
        seed=asked.seed,
    )
    return simulate_power(
        folder.protocol,
        enrolment,
        experiment,
        asked.trials,
        spread=asked.crew.spread(tell),
        tell=tell,
    )
