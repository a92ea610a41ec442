"""Weights of the wild bootstrap: drawn by number, or all sign vectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.numbers import further_numbers

Array = NDArray[np.float64]
WildWeights = Literal["rademacher", "webb"]

WEBB = np.sqrt(np.array([1.5, 1.0, 0.5]))
"""Webb's six weights are plus and minus these."""


def wild_weights(
    numbers: range, clusters: int, *, kind: WildWeights = "rademacher", seed: int = 0
) -> Array:
    """Draw weights by number, from SplitMix64 alone.

    Draw d has the key D = SplitMix64(seed + (d + 1) GAMMA); its further numbers
    x_i = SplitMix64(D + i GAMMA), i = 1, 2, ..., give 64 signs each (the lowest bit first; a bit
    of 1 is +1), or two of Webb's weights each: the lower and then the upper 32 bits z give place
    floor(6 z / 2^32) among -sqrt(3/2), -1, -sqrt(1/2), sqrt(1/2), 1, sqrt(3/2).

    Parameters
    ----------
    numbers
        Numbers of the draws.
    clusters
        G.
    kind, seed
        As in `wild_bootstrap`.

    Returns
    -------
    ndarray of float64
        Shape (draws, G).

    Examples
    --------
    >>> wild_weights(range(2), 3, seed=1).shape
    (2, 3)
    """
    if kind not in get_args(WildWeights):
        raise EstimationError(f"There are no wild weights called {kind!r}.")
    steps = np.asarray([number + 1 for number in numbers], dtype=np.uint64)
    keys = further_numbers(np.asarray([seed % 2**64], dtype=np.uint64), steps)
    each = 64 if kind == "rademacher" else 2
    places = np.arange(1, -(-clusters // each) + 1, dtype=np.uint64)
    raw = further_numbers(keys[:, None], places[None, :]).astype("<u8")
    if kind == "rademacher":
        bits = np.unpackbits(raw.view(np.uint8), axis=1, bitorder="little")[:, :clusters]
        return np.asarray(bits * 2.0 - 1.0, dtype=np.float64)
    halves = raw.view("<u4")[:, :clusters].astype(np.uint64)
    values = np.concatenate([-WEBB, WEBB[::-1]])
    return np.asarray(values[((halves * np.uint64(6)) >> np.uint64(32)).astype(np.int64)])


def every_sign(clusters: int, batch: int) -> Iterator[Array]:
    """List all sign vectors, at most `batch` at once, shape (vectors, clusters)."""
    places = np.arange(clusters)
    for start in range(0, 2**clusters, batch):
        numbers = np.arange(start, min(start + batch, 2**clusters))
        bits = ((numbers[:, None] >> places) & 1).astype(np.float64)
        yield bits * 2.0 - 1.0
