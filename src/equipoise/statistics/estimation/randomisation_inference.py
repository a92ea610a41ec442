"""The p value of a draw under the sharp null hypothesis, from draws of the same scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError

TIE = 1e-9
"""Statistics within this part of the observed one tie with it, so that rounding, which differs
between platforms, cannot change a count."""


@dataclass(frozen=True)
class RandomisationTest:
    """A randomisation test.

    Attributes
    ----------
    p
        Two-sided p value.
    observed
        The observed statistic.
    extreme
        Draws whose statistic is at least as far from zero as the observed one, b.
    draws
        Draws compared with, B; all N allocations where `exact`.
    exact
        Whether all allocations were compared with, the observed one among them.
    """

    p: float
    observed: float
    extreme: int
    draws: int
    exact: bool


def randomisation_p(
    observed: float,
    reference: ArrayLike,
    *,
    exact: bool = False,
    chances: ArrayLike | None = None,
) -> RandomisationTest:
    """Place an observed statistic among those of other draws, by distance from zero.

    Parameters
    ----------
    observed
        The statistic under the allocation that happened.
    reference
        The statistic under other draws, shape (B,); under every allocation where `exact`.
    exact
        Every allocation, the observed one among them: p = b / N. Otherwise
        p = (1 + b) / (1 + B).
    chances
        Probabilities of the allocations, shape (N,), where they are not equal; exact only.

    Raises
    ------
    EstimationError
        No draw, a statistic that is not a number, an observed one that is infinite, or an exact
        test in which no allocation reaches the observed statistic (so the observed one is not
        among them).

    References
    ----------
    Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical
    Applications in Genetics and Molecular Biology 9(1), 39.

    Examples
    --------
    >>> randomisation_p(2.0, [0.5, -2.0, 1.0]).p
    0.5
    >>> randomisation_p(2.0, [2.0, -2.0, 1.0, 0.0], exact=True).p
    0.5
    """
    statistics = np.asarray(reference, dtype=np.float64)
    if statistics.ndim != 1 or statistics.size == 0:
        raise EstimationError("A randomisation test needs at least one draw to compare with.")
    if np.isnan(observed) or np.isnan(statistics).any():
        raise EstimationError("The test statistic of some draw is not a number.")
    if np.isinf(observed):
        raise EstimationError(
            "The effect or its error is not defined under the allocation that happened."
        )
    reached = np.abs(statistics) >= abs(observed) * (1 - TIE)
    extreme = int(reached.sum())
    if not exact:
        p = (1 + extreme) / (1 + statistics.size)
    elif extreme == 0:
        raise EstimationError("The allocation that happened is not one that the scheme can give.")
    elif chances is None:
        p = extreme / statistics.size
    else:
        p = float(min(1.0, np.sum(np.asarray(chances, dtype=np.float64)[reached])))
    return RandomisationTest(p, float(observed), extreme, int(statistics.size), exact)


def randomisation_test(
    allocation: NDArray[np.int64],
    draws: Iterable[NDArray[np.int64]],
    statistic: Callable[[NDArray[np.int64]], NDArray[np.float64]],
    *,
    exact: bool = False,
    chances: ArrayLike | None = None,
) -> RandomisationTest:
    """Test the sharp null hypothesis that no unit's outcome depends on the arms.

    Parameters
    ----------
    allocation
        Arm positions that happened, shape (units,).
    draws
        Blocks of other draws (or, `exact`, of all allocations), each of shape (D, units).
    statistic
        Gives a statistic for each row of a block, shape (D,).
    exact, chances
        As in `randomisation_p`.

    Raises
    ------
    EstimationError
        As in `randomisation_p`.

    Examples
    --------
    >>> y = np.array([3.0, 1.0, 2.0])
    >>> def difference(block):
    ...     return (block * 3 - 1) @ y
    >>> every = np.eye(3, dtype=np.int64)
    >>> randomisation_test(every[0], [every], difference, exact=True).extreme
    2
    """
    reference = [statistic(block) for block in draws]
    if not reference:
        raise EstimationError("A randomisation test needs at least one draw to compare with.")
    observed = float(statistic(allocation[None, :])[0])
    return randomisation_p(observed, np.concatenate(reference), exact=exact, chances=chances)
