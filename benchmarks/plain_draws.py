"""Plain NumPy draws to measure ours beside: as a careful analyst writes them in an afternoon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEED = 7
Arms = NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """The schools as columns: authority, pupils, free meals, faith, and whether large."""

    authority: NDArray[np.int64]
    pupils: NDArray[np.float64]
    meals: NDArray[np.float64]
    faith: NDArray[np.int64]
    large: NDArray[np.int64]


def columns(
    authority: Sequence[int], pupils: Sequence[float], meals: Sequence[float], faith: Sequence[bool]
) -> Columns:
    """Lay the schools out, cut at the median of their authority."""
    codes, rolls = np.asarray(authority), np.asarray(pupils, dtype=np.float64)
    large = np.zeros(codes.size, dtype=np.int64)
    for code in np.unique(codes):
        here = codes == code
        large[here] = rolls[here] > np.median(rolls[here])
    return Columns(codes, rolls, np.asarray(meals), np.asarray(faith, dtype=np.int64), large)


def _cells(*labels: NDArray[Any]) -> Iterator[NDArray[np.int64]]:
    _, cell = np.unique(np.column_stack(labels), axis=0, return_inverse=True)
    for label in range(int(cell.max()) + 1):
        yield np.flatnonzero(cell == label)


def _half(rng: np.random.Generator, size: int) -> Arms:
    return rng.permutation((np.arange(size) + rng.integers(2)) % 2)


def stratified(given: Columns) -> Arms:
    """Permute half of each stratum into each arm."""
    rng, arms = np.random.default_rng(SEED), np.zeros(given.authority.size, dtype=np.int64)
    for cell in _cells(given.authority, given.large):
        arms[cell] = _half(rng, cell.size)
    return arms


def minimised(given: Columns) -> Arms:
    """Minimise size and faith in each authority, school by school, with a coin of four fifths."""
    rng, arms = np.random.default_rng(SEED), np.zeros(given.authority.size, dtype=np.int64)
    for cell in _cells(given.authority):
        counts = np.zeros((2, 2, 2), dtype=np.int64)
        for i in rng.permutation(cell):
            here = counts[[0, 1], [given.large[i], given.faith[i]]]
            apart = (here[:, 0] - here[:, 1]).sum()
            arm = rng.integers(2)
            if apart:
                better = int(apart > 0)
                arm = better if rng.random() < 0.8 else 1 - better
            arms[i] = arm
            counts[[0, 1], [given.large[i], given.faith[i]], arm] += 1
    return arms


def paired(given: Columns) -> Arms:
    """Join the two nearest that are free, again and again, and part each pair by a coin."""
    rng, arms = np.random.default_rng(SEED), np.zeros(given.authority.size, dtype=np.int64)
    for cell in _cells(given.authority):
        x = np.column_stack([given.pupils[cell], given.meals[cell]])
        x = (x - x.mean(axis=0)) / x.std(axis=0)
        apart = ((x[:, None, :] - x[None, :, :]) ** 2).sum(axis=2)
        apart[np.tril_indices(cell.size)] = np.inf
        while np.isfinite(apart).any():
            i, j = np.unravel_index(int(apart.argmin()), apart.shape)
            arms[cell[[i, j]]] = rng.permutation(2)
            apart[[i, j], :] = np.inf
            apart[:, [i, j]] = np.inf
    return arms


def constrained(given: Columns) -> Arms:
    """Take one of the best tenth of 1,000 stratified draws of each authority."""
    rng, arms = np.random.default_rng(SEED), np.zeros(given.authority.size, dtype=np.int64)
    for cell in _cells(given.authority):
        x = np.column_stack([given.pupils[cell], given.meals[cell]])
        x = (x - x.mean(axis=0)) / x.std(axis=0)
        large, candidates = given.large[cell], np.zeros((1000, cell.size), dtype=np.int64)
        for row in candidates:
            for level in (0, 1):
                row[large == level] = _half(rng, int((large == level).sum()))
        scores = ((candidates @ x - (1 - candidates) @ x) ** 2).sum(axis=1)
        best = np.flatnonzero(scores <= np.quantile(scores, 0.1))
        arms[cell] = candidates[rng.choice(best)]
    return arms
