"""What simulated trials show: power, errors, bias, coverage and the chance of each conclusion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np

from equipoise.core.base import ProblemsError
from equipoise.core.results import result
from equipoise.design.power.declared import unit_of
from equipoise.design.power.losses import Losses
from equipoise.design.power.readings import Reading, Simulated, counted_share, share_of
from equipoise.design.power.refusing import refused
from equipoise.design.power.roads import Estimates
from equipoise.design.power.simulation import Experiment, Spread, in_turn, simulated
from equipoise.design.power.size import size
from equipoise.design.protocol import Protocol, class_of
from equipoise.design.protocol.fixed import Conclusion
from equipoise.design.registers import Enrolment


@dataclass(frozen=True)
class ClassChance:
    """How often trials end with a conclusion.

    Attributes
    ----------
    conclusion
        The class, as the protocol spells it.
    with_effect, without_effect
        Share of trials with the effect, and of trials without any.
    """

    conclusion: str
    with_effect: Simulated
    without_effect: Simulated


@result("design.simulated-power", version=1)
@dataclass(frozen=True)
class SimulatedPower:
    """What trials like this one would find, by simulation.

    Attributes
    ----------
    outcome, title, unit
        The primary outcome, and the unit of effects.
    trials, seed
        Simulated with the effect, and as many without; and the seed of all.
    units, schools, strata, authorities
        What was drawn and observed in each.
    model, world
        The analysis in words, and what was simulated: ``values``, ``members`` or ``counts``.
    alpha, interval
        Two-sided error rate, and level of the intervals.
    effect
        On the units that the intervention reaches, benefit above zero.
    assigned_effect
        Of being drawn to it: `effect` times the share reached. Bias and coverage are about it.
    margin, harm
        M and H.
    losses
        What was lost.
    power, wrong_way
        Share of trials with p below alpha, and of those the ones on the wrong side of zero.
    type_one
        The same share where there is no effect.
    bias
        Mean estimate less `assigned_effect`.
    coverage, coverage_without_effect
        Share of intervals that hold the truth.
    mde
        Smallest effect of being drawn to the intervention that is found with the power asked
        for: the simulated estimates moved until it is reached. None where no effect is enough.
    power_wanted
        The power asked for.
    standard_error, spread
        Mean error of the trials, and standard deviation of their estimates.
    analysed
        Mean number of rows that are analysed.
    conclusions
        Every class that occurred, in the order of the protocol's format.
    failed
        Share of trials (with effect) without an estimate; they count as not finding anything.
    why_failed
        The most frequent reason; None where all have an estimate.
    closed_form
        Power by the formulas at the same effect; None where losses or counts are simulated.
    notes
        Sentences.
    """

    outcome: str
    title: str
    unit: str
    trials: int
    seed: int
    units: int
    schools: int
    strata: int
    authorities: int
    model: str
    world: str
    alpha: float
    interval: float
    effect: float
    assigned_effect: float
    margin: float
    harm: float
    losses: Losses
    power: Simulated
    wrong_way: Simulated
    type_one: Simulated
    bias: Simulated
    coverage: Simulated
    coverage_without_effect: Simulated
    mde: Simulated | None
    power_wanted: float
    standard_error: float
    spread: float
    analysed: float
    conclusions: tuple[ClassChance, ...]
    failed: Simulated
    why_failed: str | None
    closed_form: float | None
    notes: tuple[str, ...]


def simulate_power(
    protocol: Protocol,
    enrolment: Enrolment | None,
    experiment: Experiment,
    trials: int,
    *,
    spread: Spread = in_turn,
    tell: Callable[[str], object] = str,
) -> SimulatedPower:
    """Simulate trials with the effect and as many without, and say what they find.

    Parameters
    ----------
    protocol, enrolment
        As given to `experiment_of`.
    experiment
        Made from them.
    trials
        How many of either kind, 100 or more.
    spread
        Who runs the jobs; the numbers do not depend on it.
    tell
        Is told of the progress.

    Raises
    ------
    ProblemsError
        Where no trial, or nearly none, has an estimate.
    """
    if experiment.effect:
        tell("simulating trials with the effect")
        found = simulated(experiment, trials, spread)
    tell("simulating trials without an effect")
    nothing = simulated(experiment.without_effect(), trials, spread)
    if not experiment.effect:
        found = nothing
    _refuse_without_estimates(found)
    outcome, design = protocol.primary, protocol.design
    here = Reading(found, experiment.truth, design.alpha, design.interval)
    null = Reading(nothing, 0.0, design.alpha, design.interval)
    sign = -1.0 if outcome.direction == "lower" else 1.0
    failed = ~np.isfinite(found.estimate)
    sites, wrong = experiment.sites, here.rejected & (found.estimate * experiment.truth < 0)
    return SimulatedPower(
        outcome=outcome.id,
        title=outcome.title,
        unit=unit_of(outcome),
        trials=trials,
        seed=experiment.seed,
        units=sites.units,
        schools=int(sites.unit_of.size),
        strata=sites.strata,
        authorities=sites.authorities,
        model=experiment.analysis.words,
        world=experiment.world.kind,
        alpha=design.alpha,
        interval=design.interval,
        effect=sign * experiment.effect,
        assigned_effect=sign * experiment.truth,
        margin=outcome.margin.benefit,
        harm=outcome.margin.harm,
        losses=experiment.losses,
        power=share_of(here.rejected),
        wrong_way=share_of(wrong),
        type_one=share_of(null.rejected),
        bias=here.bias(sign),
        coverage=share_of(here.covered[~failed]),
        coverage_without_effect=share_of(null.covered[np.isfinite(nothing.estimate)]),
        mde=here.detectable(design.power.power, sign, _recorded(experiment, here, null)),
        power_wanted=design.power.power,
        standard_error=float(np.nanmean(found.se)),
        spread=float(np.nanstd(found.estimate, ddof=1)),
        analysed=float(found.rows.mean()),
        conclusions=_conclusions(protocol, here, null),
        failed=share_of(failed),
        why_failed=max(found.why, key=lambda why: found.why[why]) if found.why else None,
        closed_form=_closed_form(protocol, enrolment, experiment, sign),
        notes=experiment.world.notes,
    )


def _recorded(experiment: Experiment, here: Reading, null: Reading) -> float:
    """Say what part of an effect is recorded: all, unless records are lost or wrong."""
    losses = experiment.losses
    if not (losses.misrecords or losses.linkage < 1) or experiment.world.kind == "members":
        return 1.0
    if not experiment.truth:
        return 0.0
    moved = np.nanmean(here.found.estimate) - np.nanmean(null.found.estimate)
    return float(moved / experiment.truth)


def _conclusions(protocol: Protocol, here: Reading, null: Reading) -> tuple[ClassChance, ...]:
    """Count the classes of rules 9, safety outcomes taken to hold."""
    counted = [_classes(protocol, reading) for reading in (here, null)]
    trials = here.found.estimate.size
    order = {name: k for k, name in enumerate(get_args(Conclusion))}
    names = sorted(set().union(*counted), key=lambda name: (order.get(name, 99), name))
    return tuple(
        ClassChance(name, *(counted_share(one[name], trials) for one in counted)) for name in names
    )


def _classes(protocol: Protocol, reading: Reading) -> Counter[str]:
    lower, upper = reading.bounds
    return Counter(
        class_of(protocol.primary, float(low), float(high), safe=None)
        if np.isfinite(low)
        else "no-estimate"
        for low, high in zip(lower, upper, strict=True)
    )


def _closed_form(
    protocol: Protocol, enrolment: Enrolment | None, experiment: Experiment, sign: float
) -> float | None:
    """Give the power by formula, where it speaks of the same trial and effect."""
    same = experiment.losses == Losses() and experiment.world.kind != "counts"
    same &= sign * experiment.effect == protocol.primary.margin.benefit
    if not same or experiment.world.notes:
        return None
    try:
        return size(protocol, enrolment).power_at_margin
    except ProblemsError:
        return None


def _refuse_without_estimates(found: Estimates) -> None:
    """Refuse where next to no trial can be analysed, with the most frequent reason."""
    if np.isfinite(found.estimate).sum() >= 2:
        return
    why = max(found.why, key=lambda one: found.why[one]) if found.why else "no reason was given"
    raise refused(
        "plan.models",
        f"a model that gives no estimate in simulated trials: {why}",
        "a model that can analyse the trial as declared",
        "declare another model, or fewer losses",
    )
