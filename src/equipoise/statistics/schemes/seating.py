"""Seating: units in order of their keys, arms in order of their seats."""

from __future__ import annotations

from typing import Any

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


def seat_by_key(
    keys: NDArray[np.uint64], ascending: NDArray[np.uint64], seats: NDArray[np.int64]
) -> NDArray[np.signedinteger[Any]]:
    """Seat the units of one cell; equal to ordering them and calling `seat_units`, but faster.

    An arm's last seat has a key, and whoever has a greater key sits in a later arm. So sorted
    keys are enough, which are several times faster to have than the order. Only a draw in which
    two units of different arms have one key needs the order itself, to break the tie.

    Parameters
    ----------
    keys
        Shape (D, m), columns in ascending order of identifier.
    ascending
        The keys sorted within rows, shape (D, m).
    seats
        Seats of each arm, shape (D, K) or (1, K), rows summing to m.

    Returns
    -------
    ndarray of whole numbers
        Arm positions, shape (D, m).

    Examples
    --------
    >>> keys = np.array([[9, 2, 2]], dtype=np.uint64)
    >>> seat_by_key(keys, np.sort(keys, axis=1), np.array([[1, 2]])).tolist()
    [[1, 0, 1]]
    """
    draws, m = keys.shape
    ends = np.cumsum(seats, axis=1)[:, :-1]
    later: list[NDArray[np.bool_]] = []
    tied = np.zeros(draws, dtype=np.bool_)
    rows = np.arange(draws)
    for end in ends.T:
        last = ascending[rows, np.maximum(end, 1) - 1]
        beyond = keys > last[:, None]
        if (end == 0).any():
            beyond |= (end == 0)[:, None]
        later.append(beyond)
        tied |= (end > 0) & (end < m) & (ascending[rows, np.minimum(end, m - 1)] == last)
    # A byte holds the position of up to 127 arms.
    width = np.int8 if len(later) < 127 else np.int64
    placed: NDArray[np.signedinteger[Any]] = later[0].view(np.int8).astype(width, copy=False)
    for beyond in later[1:]:
        placed += beyond.view(np.int8)
    if tied.any():
        wanted = np.broadcast_to(seats, (draws, seats.shape[1]))[tied]
        placed[tied] = seat_units(order_by_key(keys[tied]), wanted)
    return placed


def place_among(u: NDArray[np.int64], ends: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Count the points u, u + A, u + 2A, ... in each of the pieces laid end to end from 0.

    Parameters
    ----------
    u
        Shape (D,), from 0 to A - 1.
    ends
        Ends of the pieces, the first being 0; shape (D, pieces + 1) or (1, pieces + 1).
    total
        A.

    Returns
    -------
    ndarray of int64
        Shape (D, pieces).

    Examples
    --------
    >>> place_among(np.array([1]), np.array([[0, 1, 3, 6]]), 3).tolist()
    [[0, 1, 1]]
    """
    # How many points lie below a bound: ceil((bound - u) / A).
    below = -((u[:, None] - ends) // total)
    return np.asarray(np.diff(below, axis=1))
