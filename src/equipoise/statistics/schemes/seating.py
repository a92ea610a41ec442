"""Seating: units in order of their keys, arms in order of their seats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def order_by_key(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Order the units of one cell for each draw.

    Parameters
    ----------
    keys
        Shape (D, m), columns in ascending order of identifier: a stable sort then breaks equal
        keys by identifier.

    Returns
    -------
    ndarray of int64
        Columns of `keys` in ascending order of key, shape (D, m).

    Examples
    --------
    >>> order_by_key(np.array([[9, 2, 2]], dtype=np.uint64)).tolist()
    [[1, 2, 0]]
    """
    return np.argsort(keys, axis=1, kind="stable").astype(np.int64, copy=False)


def seat_units(order: NDArray[np.int64], seats: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seat the units in order: the first arm's seats first, then the second arm's, and so on.

    Parameters
    ----------
    order
        From `order_by_key`, shape (D, m).
    seats
        Seats of each arm, shape (D, K) or (1, K), rows summing to m.

    Returns
    -------
    ndarray of int64
        Arm positions, shape (D, m), columns as in the keys that were ordered.

    Examples
    --------
    >>> seat_units(np.array([[1, 2, 0]]), np.array([[1, 2]])).tolist()
    [[1, 0, 1]]
    """
    places = np.arange(order.shape[1])
    ends = np.cumsum(seats, axis=1)[:, :-1]
    seated = (places[None, :, None] >= ends[:, None, :]).sum(axis=2).astype(np.int64)
    placed = np.empty(order.shape, dtype=np.int64)
    np.put_along_axis(placed, order, np.broadcast_to(seated, order.shape), axis=1)
    return placed
