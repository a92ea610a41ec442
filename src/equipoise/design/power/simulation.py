"""Simulation: trials drawn by the declared scheme and analysed by the declared model.

Random numbers are by counter: a block of 50 trials takes its own from seed, scenario and its
number, and each trial its keys for the draw from its number, so that it does not matter how many
workers share the blocks, nor in what order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.power.analysis import Analysis, analysis_of
from equipoise.design.power.drawn import Drawn, drawn_block
from equipoise.design.power.losses import Losses
from equipoise.design.power.outcomes import observe
from equipoise.design.power.roads import Estimates, estimates
from equipoise.design.power.sites import Sites, sites_of
from equipoise.design.power.worlds import COMMAND, Facts, World, world_of
from equipoise.design.protocol import Protocol, scheme_of
from equipoise.design.registers import Enrolment
from equipoise.statistics.estimation import Stream
from equipoise.statistics.schemes import Scheme, uniform_keys

BLOCK = 50
"""Trials that share their random numbers' key; part of what a seed means."""

JOBS = 40
"""Parts into which the blocks of a scenario are handed out."""

KEYS, WORLD = 0, 1
"""Branches of a scenario's stream: the keys of the draws, and all else."""


@dataclass(frozen=True, eq=False)
class Experiment:
    """Everything that a trial is simulated from, in plain values.

    Attributes
    ----------
    sites, scheme, world, losses, analysis
        As declared.
    effect
        Of the intervention on those that it reaches, in the unit of the outcome, arm less
        reference.
    seed, scenario
        From which random numbers come.
    """

    sites: Sites
    scheme: Scheme
    world: World
    losses: Losses
    analysis: Analysis
    effect: float
    seed: int = 0
    scenario: int = 1

    @property
    def truth(self) -> float:
        """The effect of being drawn to the intervention: that on the reached, times their share."""
        return self.effect * self.losses.dose

    def without_effect(self) -> Experiment:
        """Give the same trials with an intervention that does nothing, on numbers of their own."""
        return replace(self, effect=0.0, scenario=0)

    def block(self, number: int) -> Drawn:
        """Draw and observe one block of trials.

        Parameters
        ----------
        number
            From 0.
        """
        stream = Stream.of_seed(self.seed).branch(self.scenario)
        numbers = np.random.Generator(np.random.Philox(key=stream.branch(WORLD, number).key))
        trials = range(number * BLOCK, (number + 1) * BLOCK)
        keys = uniform_keys(stream.branch(KEYS).key, trials, self.sites.units)
        arm = self.scheme.assign_many(self.sites.roster, keys)
        reached = np.asarray(self.analysis.treated)[arm]
        if self.losses.dose < 1:
            reached &= numbers.random(arm.shape) < self.losses.dose
        gain = self.effect * reached[:, self.sites.unit_of]
        if self.world.effect_sd and self.effect:
            differs = numbers.standard_normal((BLOCK, self.sites.authorities))
            of_row = self.sites.authority[self.sites.unit_of]
            gain += self.world.effect_sd * differs[:, of_row] * reached[:, self.sites.unit_of]
        seen = observe(self.world, self.losses, self.sites, gain, numbers)
        return drawn_block(arm, seen, self.sites, self.world, self.analysis, numbers)


@dataclass(frozen=True, eq=False)
class Job:
    """Blocks of an experiment, from `first` to before `stop`."""

    experiment: Experiment
    first: int
    stop: int


Spread = Callable[[Sequence[Job]], Iterable[Estimates]]
"""Runs jobs, in whatever processes, and hands out what they found in the order of the jobs."""


def experiment_of(
    protocol: Protocol,
    enrolment: Enrolment | None = None,
    *,
    effect: float | None = None,
    facts: Facts | None = None,
    losses: Losses | None = None,
    seed: int = 0,
) -> Experiment:
    """Translate a protocol into an experiment.

    Parameters
    ----------
    protocol, enrolment
        The trial, and who can be drawn; None for the numbers planned. No allocation is read.
    effect
        On the units that are reached, in the unit of the outcome, benefit above zero; None for
        the margin M.
    facts, losses
        What the protocol does not say; what is lost. None for nothing.
    seed
        A whole number from 0 to 2**64 - 1.

    Raises
    ------
    ProblemsError
        Everything that is missing or does not fit together, at once.
    """
    outcome = protocol.primary
    facts, losses = facts or Facts(), losses or Losses()
    sites = sites_of(protocol, enrolment)
    world = world_of(protocol, sites, facts, losses)
    benefit = outcome.margin.benefit if effect is None else effect
    signed = -benefit if outcome.direction == "lower" else benefit
    if world.kind == "counts" and not 0 <= world.base + signed <= world.per:
        raise ProblemsError(
            [
                Problem(
                    COMMAND,
                    "--effect",
                    f"{benefit:g}, which takes {world.base:g} to {world.base + signed:g}",
                    f"a mean between 0 and {world.per:g}",
                    "give a smaller effect, or another --base-rate",
                )
            ]
        )
    return Experiment(
        sites=sites,
        scheme=scheme_of(protocol),
        world=world,
        losses=losses,
        analysis=analysis_of(protocol, sites, world),
        effect=signed,
        seed=seed,
    )


def run_job(job: Job) -> Estimates:
    """Simulate and analyse the blocks of a job, wherever that is."""
    at = job.experiment
    return joined(
        estimates(at.block(number), at.sites, at.world, at.analysis)
        for number in range(job.first, job.stop)
    )


def jobs_of(experiment: Experiment, trials: int) -> tuple[Job, ...]:
    """Part so many trials into jobs of whole blocks, in order."""
    blocks = -(-trials // BLOCK)
    edges = sorted({blocks * k // JOBS for k in range(JOBS + 1)})
    return tuple(Job(experiment, a, b) for a, b in pairwise(edges))


def in_turn(jobs: Sequence[Job]) -> Iterable[Estimates]:
    """Run jobs one after the other in this process."""
    return map(run_job, jobs)


def simulated(experiment: Experiment, trials: int, spread: Spread = in_turn) -> Estimates:
    """Simulate trials.

    Parameters
    ----------
    experiment
        What is simulated.
    trials
        How many; the first thousand of ten thousand are the thousand.
    spread
        Who runs the jobs; the numbers do not depend on it.
    """
    found = joined(spread(jobs_of(experiment, trials)))
    return Estimates(
        found.estimate[:trials], found.se[:trials], found.df[:trials], found.rows[:trials],
        found.why,
    )  # fmt: skip


def joined(parts: Iterable[Estimates]) -> Estimates:
    """Put what jobs found together, in their order."""
    found = list(parts)
    why: Counter[str] = Counter()
    for part in found:
        why.update(part.why)
    return Estimates(
        np.concatenate([part.estimate for part in found]),
        np.concatenate([part.se for part in found]),
        np.concatenate([part.df for part in found]),
        np.concatenate([part.rows for part in found]),
        dict(why),
    )
