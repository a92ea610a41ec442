"""Draws by number: the keys of the d-th draw, the same on every platform and in any order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.numbers import further_numbers
from equipoise.statistics.schemes.roster import Roster, Scheme

BATCH = 256
"""Draws handed out at once: enough to vectorise, few enough for the processor's cache."""

KEYS = 1 << 19
"""Keys held at once (4 MiB), so that memory stays flat for any number of units."""

_U64 = (1 << 64) - 1


def uniform_keys(
    seed: int, draw_indices: Sequence[int] | NDArray[np.uint64], n: int
) -> NDArray[np.uint64]:
    """Make independent uniform 64-bit keys for numbered draws.

    Draw d has the key D = SplitMix64(seed + (d + 1) GAMMA); its unit i has the key
    SplitMix64(D + (i + 1) GAMMA). A draw depends on its number alone, so it does not matter
    how many workers share the draws.

    Parameters
    ----------
    seed
        Any integer, taken modulo 2**64.
    draw_indices
        Numbers of the draws, 0 to 2**64 - 2; shape (D,).
    n
        Units in a draw.

    Returns
    -------
    ndarray of uint64
        Shape (D, n).

    Examples
    --------
    >>> both = uniform_keys(7, [0, 1], 3)
    >>> bool((uniform_keys(7, [1], 3) == both[1:]).all())
    True
    """
    steps = np.asarray([(int(d) + 1) & _U64 for d in draw_indices], dtype=np.uint64)
    draw_keys = further_numbers(np.asarray([seed & _U64], dtype=np.uint64), steps)
    units = np.arange(1, n + 1, dtype=np.uint64)
    return further_numbers(draw_keys[:, None], units[None, :])


def iterate_draws(
    scheme: Scheme,
    roster: Roster,
    seed: int,
    draws: int,
    *,
    first: int = 0,
    batch: int | None = None,
) -> Iterator[NDArray[np.int64]]:
    """Hand out draws `first` to `first + draws - 1` of a scheme, a batch at a time.

    Parameters
    ----------
    scheme
        Makes an assignment from keys; the same function that makes the trial's own draw.
    roster
        The n units.
    seed, draws, first
        Seed, number and first number, as in `uniform_keys`.
    batch
        Draws handed out at once; it changes memory only, never a value.

    Yields
    ------
    ndarray of int64
        Arm positions, shape (at most `batch`, n).

    Examples
    --------
    >>> from equipoise.statistics.schemes.roster import Roster
    >>> from equipoise.statistics.schemes.stratified import StratifiedScheme
    >>> scheme = StratifiedScheme.from_shares({"supervision": 1, "usual": 1})
    >>> roster = Roster.build(["a", "b"], ["s", "s"])
    >>> sum(block.shape[0] for block in iterate_draws(scheme, roster, 1, 600))
    600
    """
    step = max(1, min(BATCH, KEYS // roster.size)) if batch is None else batch
    for start in range(first, first + draws, step):
        stop = min(start + step, first + draws)
        yield scheme.assign_many(roster, uniform_keys(seed, range(start, stop), roster.size))
