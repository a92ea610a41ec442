"""Cross-products under a nested random structure, with their first and second derivatives.

Let K = Z'V^(-1)Z be the cross-products of the columns Z of one group of rows under their
covariance V, as a function of the variance components. Three steps give the likelihood of any
nested model: add K over the groups of a larger one; add a random effect of some of the columns
to V (Woodbury: K - K_z H K_z', with H = (G^(-1) + K_zz)^(-1)); and take fixed effects out, which
is the same with H = K_zz^(-1). Each step also carries what it does to log determinants. A `Jet`
holds K with its exact derivatives, so the likelihood's gradient, its Hessian and all that
Kenward and Roger's approximation needs come out of the same three steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.mixed_sums import Turn, square, summed_step

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Jet:
    """Cross-products of g groups and their derivatives by T variance components.

    Attributes
    ----------
    value
        K, shape (g, k, k).
    first
        dK / dv_t, shape (T, g, k, k); T is 0 where no derivatives were asked for.
    second
        d2K / dv_s dv_t, shape (T, T, g, k, k); None where they were not asked for.
    """

    value: Array
    first: Array
    second: Array | None

    def gathered(self, starts: Whole) -> Jet:
        """Sum over groups that stand together, from each of `starts` to the next."""
        second = self.second
        return Jet(
            np.add.reduceat(self.value, starts, axis=0),
            np.add.reduceat(self.first, starts, axis=1),
            None if second is None else np.add.reduceat(second, starts, axis=2),
        )


@dataclass(frozen=True)
class LogJet:
    """A sum of log determinants, its gradient (T,) and its Hessian (T, T)."""

    value: float
    first: Array
    second: Array

    def __add__(self, other: LogJet) -> LogJet:
        return LogJet(
            self.value + other.value, self.first + other.first, self.second + other.second
        )


def with_random_effect(
    jet: Jet,
    columns: list[int],
    covariance: Array,
    parts: Mapping[int, Array],
    starts: Whole | None = None,
) -> tuple[Jet, LogJet]:
    """Add a random effect to each group's covariance.

    Parameters
    ----------
    jet
        Cross-products without it.
    columns
        Positions of the q columns that have the effect.
    covariance
        G, shape (q, q) or one for each group (g, q, q); it may be singular.
    parts
        dG / dv_t by the numbers t of the components that are in G, shapes as G.
    starts
        Sum over groups that stand together, from each of these to the next; None does not.

    Returns
    -------
    tuple of Jet and LogJet
        With the effect, and log |I + G K_zz|, which log |V| gains, over all groups.
    """
    own = jet.value[:, columns][:, :, columns]
    inner = np.eye(len(columns)) + covariance @ own
    rest = np.asarray(np.linalg.inv(inner))
    held = rest @ covariance
    held = 0.5 * (held + held.transpose(0, 2, 1))
    log = float(np.linalg.slogdet(inner)[1].sum())
    return _step(jet, columns, held, rest, parts, log, starts)


def without_fixed_effects(
    jet: Jet, columns: list[int], starts: Whole | None = None
) -> tuple[Jet, LogJet]:
    """Take fixed effects of each group's own out of the cross-products; then sum as above.

    Returns
    -------
    tuple of Jet and LogJet
        Schur complements, in which the rows and columns taken out are zero, and log |K_zz|
        over all groups, which the restricted likelihood needs.
    """
    own = jet.value[:, columns][:, :, columns]
    log = float(np.linalg.slogdet(own)[1].sum())
    held = np.asarray(np.linalg.inv(own))
    return _step(jet, columns, held, np.zeros_like(held), {}, log, starts)


def _step(
    jet: Jet,
    z: list[int],
    held: Array,
    rest: Array,
    parts: Mapping[int, Array],
    log: float,
    starts: Whole | None,
) -> tuple[Jet, LogJet]:
    """Do K - K_z H K_z' and differentiate it.

    Columns z of it are K_z (I + G K_zz)^(-1), K_z times `rest`, without taking a difference.
    """
    if starts is not None:
        turn = Turn.of(jet.value, z, held, rest, parts)
        sums = summed_step(turn, jet.value, jet.first, jet.second, starts)
        return Jet(*sums[:3]), LogJet(log, *sums[3:])
    value, count = jet.value, jet.first.shape[0]
    down = value[:, :, z]
    across = held @ down.transpose(0, 2, 1)
    after = value - down @ across
    after = 0.5 * (after + after.transpose(0, 2, 1))
    after_z = down @ rest
    after[:, :, z] = after_z
    after[:, z] = after_z.transpose(0, 2, 1)
    if not count:
        return Jet(after, jet.first, None), LogJet(log, np.zeros(0), np.zeros((0, 0)))
    # B = K^(-1) K', in which only the rows z differ from the identity's.
    ratio = np.broadcast_to(np.eye(value.shape[1]), value.shape).copy()
    lines = -across
    lines[:, :, z] = rest
    ratio[:, z] = lines
    left = ratio.transpose(0, 2, 1)
    first = np.zeros_like(jet.first)
    log_first = np.einsum("gab,tgab->t", held, square(jet.first, z))
    moves = [bool(jet.first[t].any()) for t in range(count)]
    for t in range(count):
        if moves[t]:
            first[t] = left @ jet.first[t] @ ratio
        if t in parts:
            first[t] -= after_z @ parts[t] @ after_z.transpose(0, 2, 1)
            log_first[t] += np.sum(parts[t] * after_z[:, z])
    if jet.second is None:
        return Jet(after, first, None), LogJet(log, log_first, np.zeros((count, count)))
    second = np.zeros_like(jet.second)
    log_second = np.zeros((count, count))
    for s in range(count):
        # The derivatives of B's rows z and of H by component s.
        slope, turned = np.zeros_like(across), np.zeros_like(held)
        if moves[s]:
            slope -= held @ (jet.first[s][:, z] @ ratio)
            turned -= held @ square(jet.first[s], z) @ held
        if s in parts:
            slope -= rest @ parts[s] @ after_z.transpose(0, 2, 1)
            turned += rest @ parts[s] @ rest.transpose(0, 2, 1)
        for t in range(s + 1):
            cross = np.zeros_like(value)
            if moves[t]:
                cross += (left @ jet.first[t][:, :, z]) @ slope
                log_second[s, t] += np.sum(turned * square(jet.first[t], z))
            if t in parts:
                cross -= first[s][:, :, z] @ parts[t] @ after_z.transpose(0, 2, 1)
                log_second[s, t] += np.sum(parts[t] * square(first[s], z))
            second[s, t] = cross + cross.transpose(0, 2, 1)
            if jet.second[s, t].any():
                second[s, t] += left @ jet.second[s, t] @ ratio
                log_second[s, t] += np.sum(held * square(jet.second[s, t], z))
            second[t, s], log_second[t, s] = second[s, t], log_second[s, t]
    return Jet(after, first, second), LogJet(log, log_first, log_second)
