"""Rows in groups: labels to numbers, and sums within groups in one vectorised pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

TABLE = 4
"""Whole-number labels are looked up in a table of at most this many entries per row."""


@dataclass(frozen=True, eq=False)
class Grouping:
    """Rows in groups.

    Attributes
    ----------
    labels
        Distinct labels in ascending order, shape (g,).
    rows
        Rows in each group, shape (g,).
    codes
        Group number of each row, shape (n,); None where the rows of each group stand together.
    order
        Groups in the order of their rows, shape (g,), where they stand together.
    starts
        First row of each group in that order, shape (g,).
    """

    labels: NDArray[Any]
    rows: Whole
    codes: Whole | None
    order: Whole
    starts: Whole

    def sum(self, values: Array) -> Array:
        """Sum rows, shape (n,) or (n, k), within groups: shape (g,) or (g, k)."""
        total = np.empty((self.rows.size, *values.shape[1:]))
        if self.codes is None:
            total[self.order] = np.add.reduceat(values, self.starts, axis=0)
        elif values.ndim == 1:
            total[:] = np.bincount(self.codes, values, self.rows.size)
        else:
            for column in range(values.shape[1]):
                total[:, column] = np.bincount(self.codes, values[:, column], self.rows.size)
        return total

    def first(self, values: Array) -> Array:
        """Give one row's value of each group, shape (g,)."""
        found = np.empty(self.rows.size)
        if self.codes is None:
            found[self.order] = values[self.starts]
        else:
            found[self.codes] = values
        return found

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give each row its group's value: shape (g, ...) to shape (n, ...)."""
        if self.codes is not None:
            return np.asarray(values[self.codes])
        return np.repeat(values[self.order], self.rows[self.order], axis=0)

    def number(self) -> Whole:
        """Give each row its group's number, shape (n,)."""
        return np.asarray(self.spread(np.arange(self.rows.size, dtype=np.int64)))


def group_rows(labels: ArrayLike, name: str = "clusters") -> Grouping:
    """Group rows by a label.

    Parameters
    ----------
    labels
        One per row, shape (n,): whole numbers, text or booleans.
    name
        What the labels are of, for messages.

    Raises
    ------
    EstimationError
        No rows, missing labels, or labels that are not one per row.

    Examples
    --------
    >>> grouping = group_rows(["b", "b", "a"])
    >>> grouping.labels.tolist(), grouping.sum(np.array([1.0, 2.0, 4.0])).tolist()
    (['a', 'b'], [4.0, 3.0])
    """
    given = np.asarray(labels)
    if given.ndim != 1 or not given.size:
        raise EstimationError(f"The {name} must be one label per row, and there must be rows.")
    if given.dtype.kind == "O":
        if any(label is None or label != label for label in given):
            raise EstimationError(f"There are missing labels in the {name}.")
        given = np.asarray([str(label) for label in given])
    if given.dtype.kind == "f" and np.isnan(given).any():
        raise EstimationError(f"There are missing labels in the {name}.")
    starts = np.concatenate([[0], np.flatnonzero(given[1:] != given[:-1]) + 1])
    heads = given[starts]
    distinct, numbers = _numbered(heads, given.size)
    if distinct.size == heads.size:
        rows = np.empty(heads.size, dtype=np.int64)
        rows[numbers] = np.diff(starts, append=given.size)
        return Grouping(distinct, rows, None, numbers, starts)
    codes = np.repeat(numbers, np.diff(starts, append=given.size))
    rows = np.bincount(codes, minlength=distinct.size).astype(np.int64)
    return Grouping(distinct, rows, codes, numbers, starts)


def _numbered(heads: NDArray[Any], n: int) -> tuple[NDArray[Any], Whole]:
    """Number labels in ascending order, by a table where they are whole and dense enough."""
    if heads.dtype.kind in "iub" and heads.size > 1:
        whole = heads.astype(np.int64)
        lowest = int(whole.min())
        width = int(whole.max()) - lowest + 1
        if width <= TABLE * n:
            offset = whole - lowest
            present = np.zeros(width, dtype=np.int64)
            present[offset] = 1
            distinct = (np.flatnonzero(present) + lowest).astype(heads.dtype)
            return distinct, (np.cumsum(present) - 1)[offset]
    distinct, numbers = np.unique(heads, return_inverse=True)
    return distinct, numbers.reshape(-1).astype(np.int64)
