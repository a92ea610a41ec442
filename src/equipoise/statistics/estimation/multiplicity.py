"""Several outcomes: p values adjusted for how many there are, and for how alike they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.randomisation_inference import TIE

Array = NDArray[np.float64]


def holm(p: ArrayLike) -> Array:
    """Adjust p values to hold the chance of any false rejection, whatever their dependence.

    Parameters
    ----------
    p
        Shape (m,).

    Returns
    -------
    ndarray of float64
        In the order of `p`.

    Raises
    ------
    EstimationError
        No p value, or one outside 0 to 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
    Journal of Statistics 6(2). R: ``p.adjust(method = "holm")``.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    given, order = _ordered(p)
    steps = given.size - np.arange(given.size)
    return _back(np.maximum.accumulate(steps * given[order]), order)


def hochberg(p: ArrayLike) -> Array:
    """Adjust p values to hold the chance of any false rejection, for independent or alike tests.

    References
    ----------
    Hochberg, Y. (1988). A sharper Bonferroni procedure for multiple tests of significance.
    Biometrika 75(4). Arguments and errors as `holm`. R: ``p.adjust(method = "hochberg")``.

    Examples
    --------
    >>> hochberg([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    given, order = _ordered(p)
    steps = given.size - np.arange(given.size)
    return _back(np.minimum.accumulate((steps * given[order])[::-1])[::-1], order)


def benjamini_hochberg(p: ArrayLike) -> Array:
    """Adjust p values to hold the expected part of false ones among the rejections.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57(1). Arguments and errors as `holm`. R:
    ``p.adjust(method = "BH")``.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    given, order = _ordered(p)
    steps = given.size / np.arange(1, given.size + 1)
    return _back(np.minimum.accumulate((steps * given[order])[::-1])[::-1], order)


@dataclass(frozen=True)
class JointTest:
    """Several outcomes tested over the same draws.

    Attributes
    ----------
    observed
        The statistics, shape (m,).
    p
        Each by itself, shape (m,).
    single_step
        Against the largest of all m statistics of a draw: adjusted p values that come with
        simultaneous intervals, shape (m,).
    step_down
        Against the largest of those not yet rejected: never larger, shape (m,).
    draws
        Draws compared with; all where `exact`.
    exact
        Whether every allocation was compared with.
    """

    observed: Array
    p: Array
    single_step: Array
    step_down: Array
    draws: int
    exact: bool


def westfall_young(
    observed: ArrayLike,
    reference: ArrayLike,
    *,
    method: Literal["max_t", "min_p"] = "max_t",
    exact: bool = False,
    chances: ArrayLike | None = None,
) -> JointTest:
    """Adjust for several outcomes by their joint distribution over draws.

    Parameters
    ----------
    observed
        Statistics, compared by distance from zero, shape (m,).
    reference
        The same statistics under other draws of the scheme, all m from each draw, shape (B, m);
        under every allocation where `exact`.
    method
        ``max_t`` compares statistics, ``min_p`` their p values among the draws: for statistics
        whose distributions differ.
    exact, chances
        As in `randomisation_p`.

    Returns
    -------
    JointTest

    Raises
    ------
    EstimationError
        Shapes that differ, no draw, statistics that are not numbers, an observed one that is
        infinite, or an exact test in which no allocation reaches an observed statistic.

    References
    ----------
    Westfall, P. H. and Young, S. S. (1993). Resampling-Based Multiple Testing, algorithms 4.1
    (step-down max T) and 2.8 (step-down min P).

    Examples
    --------
    >>> test = westfall_young([3.0, 1.0], [[1.0, 2.0], [0.5, 0.1], [2.0, 3.5]])
    >>> test.p.tolist(), test.single_step.tolist(), test.step_down.tolist()
    ([0.25, 0.75], [0.5, 0.75], [0.5, 0.75])
    """
    t = np.abs(np.asarray(observed, dtype=np.float64))
    drawn = np.abs(np.asarray(reference, dtype=np.float64))
    if t.ndim != 1 or t.size == 0 or drawn.ndim != 2 or drawn.shape[1] != t.size:
        raise EstimationError("Every draw needs one statistic for each outcome.")
    if drawn.shape[0] == 0:
        raise EstimationError("A joint test needs at least one draw to compare with.")
    if np.isnan(t).any() or np.isnan(drawn).any():
        raise EstimationError("The test statistic of some draw is not a number.")
    if np.isinf(t).any():
        raise EstimationError(
            "The effect or its error is not defined under the allocation that happened."
        )
    weights = None if chances is None else np.asarray(chances, dtype=np.float64)

    def part(reached: NDArray[np.bool_]) -> Array:
        """Give the p value of each column, shape (m,)."""
        if weights is not None:
            return np.minimum(1.0, weights @ reached)
        extra = int(not exact)
        return np.asarray((extra + reached.sum(axis=0)) / (extra + reached.shape[0]))

    own = part(drawn >= t * (1 - TIE))
    if exact and (own == 0).any():
        raise EstimationError("The allocation that happened is not one that the scheme can give.")
    if method == "min_p":
        # The smaller the p value, the larger minus its p value.
        everyone = drawn if exact else np.vstack([drawn, t])
        drawn = -_p_among(everyone, drawn, weights)
        t = -_p_among(everyone, t[None, :], weights)[0]
    slack = TIE * np.abs(t)
    order = np.argsort(-t, kind="stable")
    largest = np.maximum.accumulate(drawn[:, order[::-1]], axis=1)[:, ::-1]
    single = part(largest[:, :1] >= (t - slack)[None, :])
    down = np.maximum.accumulate(part(largest >= (t - slack)[order]))
    step_down = np.empty_like(down)
    step_down[order] = down
    return JointTest(
        np.asarray(observed, dtype=np.float64), own, single, step_down, drawn.shape[0], exact
    )


def romano_wolf(observed: ArrayLike, reference: ArrayLike) -> JointTest:
    """Adjust for several outcomes by bootstrap draws in which each null hypothesis is imposed.

    The step-down p values of Romano and Wolf (2016) are those of `westfall_young` with
    ``max_t``; what differs is where the draws come from. `wild_bootstrap` with one seed and one
    set of clusters turns all outcomes by the same weights, so that their ``reference`` columns
    belong together.

    Parameters
    ----------
    observed
        t of each outcome, shape (m,).
    reference
        t* of the same draws, shape (B, m).

    References
    ----------
    Romano, J. P. and Wolf, M. (2016). Efficient computation of adjusted p-values for
    resampling-based stepdown multiple testing. Statistics & Probability Letters 113, 38-40.

    Examples
    --------
    >>> romano_wolf([3.0, 1.0], [[1.0, 2.0], [0.5, 0.1], [2.0, 3.5]]).step_down.tolist()
    [0.5, 0.75]
    """
    return westfall_young(observed, reference)


def joint_randomisation_test(
    allocation: NDArray[np.int64],
    draws: Iterable[NDArray[np.int64]],
    statistics: Sequence[Callable[[NDArray[np.int64]], Array]],
    *,
    method: Literal["max_t", "min_p"] = "max_t",
    exact: bool = False,
    chances: ArrayLike | None = None,
) -> JointTest:
    """Test several outcomes over the same draws of a scheme.

    Parameters
    ----------
    allocation, draws, exact, chances
        As in `randomisation_test`.
    statistics
        For each outcome (or set of outcomes) what gives its statistic for each row of a block,
        shape (D,) or (D, m).
    method
        As in `westfall_young`.

    Examples
    --------
    >>> y = np.array([[3.0, 1.0], [1.0, 5.0], [2.0, 2.0]])
    >>> every = np.eye(3, dtype=np.int64)
    >>> joint_randomisation_test(
    ...     every[0], [every], [lambda block: (block * 3 - 1) @ y], exact=True
    ... ).draws
    3
    """

    def joined(block: NDArray[np.int64]) -> Array:
        found = [np.asarray(statistic(block)) for statistic in statistics]
        return np.hstack([f.reshape(f.shape[0], -1) for f in found])

    reference = [joined(block) for block in draws]
    if not reference:
        raise EstimationError("A joint test needs at least one draw to compare with.")
    observed = joined(np.asarray(allocation)[None, :])[0]
    return westfall_young(
        observed, np.concatenate(reference), method=method, exact=exact, chances=chances
    )


def _ordered(p: ArrayLike) -> tuple[Array, NDArray[np.int64]]:
    given = np.asarray(p, dtype=np.float64)
    if given.ndim != 1 or given.size == 0 or not ((given >= 0) & (given <= 1)).all():
        raise EstimationError("P values must be a list of numbers from 0 to 1.")
    return given, np.argsort(given, kind="stable").astype(np.int64)


def _back(adjusted: Array, order: NDArray[np.int64]) -> Array:
    found = np.empty_like(adjusted)
    found[order] = np.minimum(adjusted, 1.0)
    return found


def _p_among(everyone: Array, values: Array, weights: Array | None) -> Array:
    """Give the part of everyone at or above each value, column by column."""
    found = np.empty_like(values)
    for j in range(values.shape[1]):
        order = np.argsort(everyone[:, j])
        ascending = everyone[order, j]
        mass = np.full(ascending.size, 1 / ascending.size) if weights is None else weights[order]
        above = np.concatenate([np.cumsum(mass[::-1])[::-1], [0.0]])
        place = np.searchsorted(ascending, values[:, j] * (1 - TIE), side="left")
        found[:, j] = above[place]
    return found
