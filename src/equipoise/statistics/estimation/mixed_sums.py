"""A random or fixed effect's step, summed over groups as it is made.

What a step does to the cross-products of a group (`mixed_jets`) is made of products of matrices
with as few rows as the effect has columns. After the last step of a stage only sums over larger
groups are needed, and a sum of products of two such matrices is one product of two tall ones: the
k x k matrices of the small groups and their many second derivatives are never made.

In the notation of `mixed_jets`, B = K^(-1) K-after has rows of its own only for z: L. With M_t the
derivative of K by component t, C_t = B' M_t e_z and P_t the derivative of G:

    first_t   = B' M_t B - A P_t A',                            A = columns z of K-after
    second_st = B' M_st B + symmetric part, twice, of C_t S_s - F_s P_t A'
    S_s = -H C_s' - R P_s A',    F_s = C_s R - A P_s A_z'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

LONG = 8
"""Groups of about so many members are summed one after the other, shorter ones all at once."""


@dataclass(frozen=True)
class Sums:
    """Sums over groups that stand together, from each of `starts` to the next."""

    starts: Whole
    number: int

    def plain(self, values: Array) -> Array:
        """Sum matrices, shape (g, k, k): shape (G, k, k)."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))

    def products(self, left: Array, right: Array) -> Array:
        """Sum left' right, shapes (g, q, k): shape (G, k, k)."""
        if self.number < LONG * self.starts.size:
            return self.plain(left.transpose(0, 2, 1) @ right)
        k = left.shape[2]
        ends = [*self.starts[1:].tolist(), self.number]
        return np.stack(
            [
                left[a:b].reshape(-1, k).T @ right[a:b].reshape(-1, k)
                for a, b in zip(self.starts.tolist(), ends, strict=True)
            ]
        )


@dataclass(frozen=True)
class Turn:
    """What an effect turns the cross-products of every group by.

    Attributes
    ----------
    columns
        z, the positions of its q columns.
    held, rest
        H and R, shape (g, q, q).
    parts
        P_t by component.
    lines, after
        L and A', shape (g, q, k).
    """

    columns: list[int]
    held: Array
    rest: Array
    parts: Mapping[int, Array]
    lines: Array
    after: Array

    @classmethod
    def of(
        cls, value: Array, z: list[int], held: Array, rest: Array, parts: Mapping[int, Array]
    ) -> Turn:
        """Make it from the cross-products of the groups, shape (g, k, k)."""
        down = np.ascontiguousarray(value[:, z])
        lines = -(held @ down)
        lines[:, :, z] = rest
        return cls(z, held, rest, parts, lines, rest.transpose(0, 2, 1) @ down)

    def around(self, moved: Array, sums: Sums) -> Array:
        """Sum B' M B over groups, for symmetric M of shape (g, k, k)."""
        own = self._outside(moved)
        found = sums.plain(moved)
        found[:, self.columns] = found[:, :, self.columns] = 0.0
        crossed = sums.products(own, self.lines)
        found += crossed + crossed.transpose(0, 2, 1)
        return found + sums.products(self.lines, square(moved, self.columns) @ self.lines)

    def column(self, moved: Array) -> Array:
        """Give C' = e_z' M B, shape (g, q, k)."""
        return self._outside(moved) + square(moved, self.columns) @ self.lines

    def _outside(self, moved: Array) -> Array:
        """Give the rows z of M, without their columns z, which B replaces."""
        own = np.ascontiguousarray(moved[:, self.columns])
        own[:, :, self.columns] = 0.0
        return own


def square(values: Array, z: list[int]) -> Array:
    """Give the rows and columns z of the last two axes."""
    return values[..., z, :][..., z]


def summed_step(
    turn: Turn, value: Array, first: Array, second: Array | None, starts: Whole
) -> tuple[Array, Array, Array | None, Array, Array]:
    """Do a step and sum its results over larger groups.

    Parameters
    ----------
    turn
        The effect.
    value, first, second
        K with its derivatives, as in `Jet`.
    starts
        First group of each larger group.

    Returns
    -------
    tuple
        Sums of the three, as in `Jet`, and gradient and Hessian of what log |V| gains.
    """
    z, held, rest, parts = turn.columns, turn.held, turn.rest, turn.parts
    sums = Sums(starts, value.shape[0])
    count, down = first.shape[0], np.ascontiguousarray(value[:, z])
    total = sums.plain(value) - sums.products(down, held @ down)
    total = 0.5 * (total + total.transpose(0, 2, 1))
    kept = np.add.reduceat(turn.after, starts, axis=0)
    total[:, z] = kept
    total[:, :, z] = kept.transpose(0, 2, 1)
    sum_first = np.zeros((count, *total.shape))
    log_first = np.zeros(count)
    own = {t: square(first[t], z) for t in range(count) if first[t].any()}
    # P_t A' by component, and C_t' of those that K itself moves with.
    pushed = {t: part @ turn.after for t, part in parts.items()} if count else {}
    column = {t: turn.column(first[t]) for t in own} if second is not None else {}
    for t in range(count):
        if t in own:
            sum_first[t] = turn.around(first[t], sums)
            log_first[t] = np.sum(held * own[t])
        if t in parts:
            sum_first[t] -= sums.products(turn.after, pushed[t])
            log_first[t] += np.sum(parts[t] * turn.after[:, :, z])
    if second is None:
        return total, sum_first, None, log_first, np.zeros((count, count))
    sum_second = np.zeros((count, count, *total.shape))
    log_second = np.zeros((count, count))
    for s in range(count):
        slope, turned, fallen = np.zeros_like(down), np.zeros_like(held), np.zeros_like(down)
        if s in own:
            slope -= held @ column[s]
            turned -= held @ own[s] @ held
            fallen += rest.transpose(0, 2, 1) @ column[s]
        if s in parts:
            slope -= rest @ pushed[s]
            turned += rest @ parts[s] @ rest.transpose(0, 2, 1)
            fallen -= turn.after[:, :, z].transpose(0, 2, 1) @ pushed[s]
        for t in range(s + 1):
            cross = np.zeros_like(total)
            if t in own:
                cross += sums.products(column[t], slope)
                log_second[s, t] += np.sum(turned * own[t])
            if t in parts:
                cross -= sums.products(fallen, pushed[t])
                log_second[s, t] += np.sum(parts[t] * fallen[:, :, z])
            sum_second[s, t] = cross + cross.transpose(0, 2, 1)
            if second[s, t].any():
                sum_second[s, t] += turn.around(second[s, t], sums)
                log_second[s, t] += np.sum(held * square(second[s, t], z))
            sum_second[t, s], log_second[t, s] = sum_second[s, t], log_second[s, t]
    return total, sum_first, sum_second, log_first, log_second
