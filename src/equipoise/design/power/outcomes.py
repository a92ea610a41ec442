"""Outcomes of simulated trials: schools' values, moments or counts, and never a pupil's row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.power.losses import Losses
from equipoise.design.power.sites import Sites
from equipoise.design.power.worlds import World

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]
Numbers = np.random.Generator


@dataclass(frozen=True, eq=False)
class Observed:
    """What is seen of T trials of J rows.

    Attributes
    ----------
    y
        Value, mean or rate of each row in the unit of the outcome, shape (T, J).
    x
        Its baseline, (T, J); None where the analysis has none.
    present
        Whether a row has an outcome, (T, J).
    events, trials
        Counts and what they are out of, (T, J); None for values.
    rows
        Members of each row, (T, J); None where rows are schools.
    """

    y: Array
    x: Array | None
    present: Truth
    events: Array | None = None
    trials: Array | None = None
    rows: Array | None = None


def observe(world: World, losses: Losses, sites: Sites, gain: Array, numbers: Numbers) -> Observed:
    """Let outcomes come about in T trials, and lose what is lost.

    Parameters
    ----------
    world, losses, sites
        As declared.
    gain
        What the intervention adds to each row, in the unit of the outcome, shape (T, J).
    numbers
        Random numbers of this block.
    """
    present = _present(losses, sites, gain.shape, numbers)
    level = world.authority_sd * numbers.standard_normal((gain.shape[0], sites.authorities))
    of_row = sites.authority[sites.unit_of]
    if world.kind == "counts":
        return _counts(world, losses, sites, gain, level[:, of_row], present, numbers)
    return _values(world, losses, sites, gain + level[:, of_row], present, numbers)


def inside(world: World, freedom: Array, numbers: Numbers) -> Array:
    """Draw cross-products of members about their units' means, summed over units.

    Parameters
    ----------
    world
        Of members.
    freedom
        Members less units of each trial, shape (T,).
    numbers
        Random numbers of this block.

    Returns
    -------
    ndarray
        Of baseline and outcome, shape (T, 2, 2), or of the outcome alone, (T, 1, 1): Wishart,
        by Bartlett's decomposition.
    """
    count = freedom.size
    free = np.maximum(freedom, 1.0)
    first = numbers.chisquare(free)
    crossed = numbers.standard_normal(count)
    second = numbers.chisquare(np.maximum(free - 1.0, 1.0))
    variance = (1 - world.icc) * world.sd**2
    if not world.baseline:
        return np.asarray((variance * (1 - world.r2) * first)[:, None, None])
    # The baseline in standard deviations; the outcome is its slope times it and an error.
    error = np.sqrt(first) * crossed
    slope, left = np.sqrt(world.r2) * world.sd, np.sqrt(1 - world.r2) * world.sd
    found = np.empty((count, 2, 2))
    found[:, 0, 0] = first
    found[:, 0, 1] = found[:, 1, 0] = slope * first + left * error
    found[:, 1, 1] = slope**2 * first + 2 * slope * left * error
    found[:, 1, 1] += left**2 * (crossed**2 + second)
    return np.asarray((1 - world.icc) * found)


def _present(losses: Losses, sites: Sites, shape: tuple[int, ...], numbers: Numbers) -> Truth:
    present = np.ones(shape, dtype=np.bool_)
    if losses.attrition:
        present &= numbers.random(shape) >= losses.attrition
    if losses.withdraw:
        order = numbers.random((shape[0], sites.authorities)).argsort(axis=1)
        gone = np.zeros(order.shape, dtype=np.bool_)
        np.put_along_axis(gone, order[:, : losses.withdraw], True, axis=1)
        present &= ~gone[:, sites.authority[sites.unit_of]]
    return present


def _values(
    world: World, losses: Losses, sites: Sites, shift: Array, present: Truth, numbers: Numbers
) -> Observed:
    """Draw normal values, or means of members."""
    rows = None
    sizes: Array = np.broadcast_to(sites.members, shift.shape)
    if world.kind == "members":
        if losses.linkage < 1:
            linked = numbers.binomial(sizes.astype(np.int64), losses.linkage)
            sizes = linked.astype(np.float64)
        rows = np.where(present, sizes, 0.0)
        present = rows > 0
    root: Array = np.ones((1, 1))
    if world.sized:
        root = np.sqrt(world.icc + (1 - world.icc) / np.maximum(sizes, 1.0))
    own = root * numbers.standard_normal(shift.shape)
    y = shift + np.sqrt(1 - world.r2) * world.sd * own
    explained = np.sqrt(world.r2) * world.sd
    if world.baseline:
        x = root * numbers.standard_normal(shift.shape)
        return Observed(y + explained * x, x, present, rows=rows)
    # What no baseline explains lies between the strata.
    of_strata = explained * numbers.standard_normal((shift.shape[0], sites.strata))
    if world.kind == "members":
        of_strata *= np.sqrt(world.icc)
    return Observed(y + of_strata[:, sites.row_stratum], None, present, rows=rows)


def _counts(
    world: World,
    losses: Losses,
    sites: Sites,
    gain: Array,
    level: Array,
    present: Truth,
    numbers: Numbers,
) -> Observed:
    """Draw events of schools, and record them as well or badly as is declared."""
    if world.contacts:
        return _shares(world, losses, sites, gain, level, present, numbers)
    roll: Array = np.broadcast_to(sites.members, gain.shape)
    of_authority = np.exp(_spread(level, world))
    z = numbers.standard_normal(gain.shape)
    rate = world.base * of_authority * _frailty(z, world.spread)
    events = _recorded(world, losses, rate * (1 + gain / world.base), rate, roll, numbers)
    x = None
    if world.baseline:
        before = world.kept * z + np.sqrt(1 - world.kept**2) * numbers.standard_normal(gain.shape)
        earlier = world.base * of_authority * _frailty(before, world.spread)
        x = world.per * _recorded(world, losses, earlier, earlier, roll, numbers) / roll
    return Observed(world.per * events / roll, x, present, events, roll)


def _spread(level: Array, world: World) -> Array:
    """Give the logarithms of authorities' factors, of mean one and the declared spread."""
    if not world.authority_sd:
        return level
    sigma = np.sqrt(np.log1p((world.authority_sd / world.base) ** 2))
    return np.asarray(sigma * level / world.authority_sd - sigma**2 / 2)


def _frailty(z: Array, spread: float) -> Array:
    """Give factors of mean one."""
    return np.asarray(np.exp(spread * z - spread**2 / 2))


def _recorded(
    world: World, losses: Losses, rate: Array, usual: Array, roll: Array, numbers: Numbers
) -> Array:
    """Draw events and record them: unlinked ones are lost, and some are taken for others.

    Other contacts are as many as schools' rates under usual practice would have them.
    """
    events = _drawn(world, rate, roll, numbers)
    if losses.linkage < 1:
        events = numbers.binomial(events, losses.linkage)
    if losses.misrecords:
        events = numbers.binomial(events, losses.sensitivity)
    if losses.specificity < 1:
        taken = world.others * losses.linkage * (1 - losses.specificity)
        wrong = numbers.poisson(roll * taken / world.per * (usual / world.base))
        events = events + wrong
        if world.distinct:
            events = np.minimum(events, roll.astype(np.int64))
    return np.asarray(events, dtype=np.float64)


def _drawn(world: World, rate: Array, roll: Array, numbers: Numbers) -> Whole:
    mean = np.maximum(rate, 0.0) / world.per
    if not world.distinct:
        return np.asarray(numbers.poisson(roll * mean))
    return np.asarray(numbers.binomial(roll.astype(np.int64), np.minimum(mean, 1.0)))


def _shares(
    world: World,
    losses: Losses,
    sites: Sites,
    gain: Array,
    level: Array,
    present: Truth,
    numbers: Numbers,
) -> Observed:
    """Draw contacts of schools, and how many of them had the outcome."""
    roll: Array = np.broadcast_to(sites.members, gain.shape)
    contacts = numbers.poisson(roll * world.contacts / 1000 * losses.linkage)
    mean = world.base / world.per
    variance = np.expm1(world.spread**2) * mean**2
    own = np.full(gain.shape, mean)
    if variance > 0:
        size = max(mean * (1 - mean) / variance - 1, 1e-6)
        own = numbers.beta(mean * size, (1 - mean) * size, gain.shape)
    part = np.clip(own + (gain + level) / world.per, 0.0, 1.0)
    part = losses.sensitivity * part + (1 - losses.specificity) * (1 - part)
    events = numbers.binomial(contacts, part).astype(np.float64)
    held = contacts.astype(np.float64)
    y = world.per * events / np.maximum(held, 1.0)
    return Observed(y, None, present, events, held)
