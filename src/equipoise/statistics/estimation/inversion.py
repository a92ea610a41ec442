"""Intervals by inversion: the effects that a test by re-drawing would not reject.

A hypothesis about an effect theta takes the effect out of the outcome, y - theta x, where x is what
one unit of theta adds. Everything that the test computes from a draw is then linear in theta (the
estimate) or quadratic (its variance), so five numbers for each draw give its t for every theta:

    t(theta) = (b_y - theta b_x) / sqrt(v_yy - 2 theta v_yx + theta^2 v_xx).

The draws are made once. The same five numbers serve the wild cluster bootstrap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.randomisation_inference import TIE

Array = NDArray[np.float64]

DOUBLINGS = 60
"""How often the search for a rejected effect doubles its reach before it calls a bound infinite."""

GRID = 64
"""Effects looked at on each side, so that the bound is the outermost that is not rejected."""


@dataclass(frozen=True)
class TestFamily:
    """t of each draw as a function of the hypothesis.

    Attributes
    ----------
    estimate
        b_y and b_x, shape (B, 2).
    covariance
        v_yy, v_yx and v_xx, as matrices, shape (B, 2, 2).
    """

    __test__ = False

    estimate: Array
    covariance: Array

    def t(self, theta: float) -> Array:
        """Give t of each draw under one hypothesis, shape (B,); infinite where undefined.

        Examples
        --------
        >>> family = TestFamily(np.array([[2.0, 1.0]]), np.array([[[1.0, 0.0], [0.0, 0.0]]]))
        >>> family.t(0.5).tolist()
        [1.5]
        """
        b, v = self.estimate, self.covariance
        variance = v[:, 0, 0] - 2 * theta * v[:, 0, 1] + theta**2 * v[:, 1, 1]
        # Rounding of what cancels exactly, where a draw reproduces the observed arms.
        floor = 1e-13 * (v[:, 0, 0] + theta**2 * v[:, 1, 1])
        usable = np.isfinite(variance) & (variance > floor)
        top = b[:, 0] - theta * b[:, 1]
        return np.where(usable, top / np.sqrt(np.where(usable, variance, 1.0)), np.inf)


@dataclass(frozen=True)
class InvertedInterval:
    """The effects that are not rejected.

    Attributes
    ----------
    estimate
        The effect under which the observed statistic is zero.
    lower, upper
        The outermost effects not rejected; infinite where no effect on that side is.
    level
        1 - alpha.
    p
        p value of no effect.
    draws
        Draws compared with, B; all N where `exact`.
    exact
        Whether every draw was compared with.
    """

    estimate: float
    lower: float
    upper: float
    level: float
    p: float
    draws: int
    exact: bool


class Effect(Protocol):
    """A statistic of allocations with its variance: `StratifiedEffect`, `StudentisedEffect`."""

    @property
    def arms(self) -> int:
        """Number of arms."""
        ...

    def moments(self, allocations: NDArray[np.int64]) -> tuple[Array, Array]:
        """Give estimates (D, m) and covariance matrices (D, m, m)."""
        ...

    def indicator(self, allocation: NDArray[np.int64]) -> Array:
        """Give 1 for each row in the arm compared."""
        ...


def invert_randomisation(
    allocation: NDArray[np.int64],
    draws: Iterable[NDArray[np.int64]],
    effect: Callable[[Array], Effect],
    y: ArrayLike,
    *,
    kind: Literal["difference", "ratio"] = "difference",
    alpha: float = 0.05,
    exact: bool = False,
    chances: ArrayLike | None = None,
) -> InvertedInterval:
    """Find the constant effects that a randomisation test does not reject.

    Parameters
    ----------
    allocation
        Arm positions that happened, shape (units,); two arms.
    draws
        Blocks of other draws of the same scheme (or, `exact`, of all allocations), (D, units).
    effect
        Makes the statistic from outcomes of shape (n, m), such as
        ``lambda y: StratifiedEffect(y, cells)``.
    y
        Outcome, shape (n,); a rate or count not below zero for ``ratio``.
    kind
        ``difference``: each treated row has theta more than without treatment. ``ratio``: each has
        theta times as much, tested on the difference; the interval is of the ratio.
    alpha
        One minus the level.
    exact, chances
        As in `randomisation_p`.

    Returns
    -------
    InvertedInterval
        In the outcome's units, or as a ratio.

    Raises
    ------
    EstimationError
        More than two arms (what a unit would have had in a third arm is not known under the
        hypothesis), no draw, a negative outcome for a ratio, or no effect in the observed
        allocation.

    References
    ----------
    Rosenbaum, P. R. (2002). Observational Studies, 2nd ed., section 2.6; Ding, P. (2024). A First
    Course in Causal Inference, section 3.6. Rules 7 of this project.

    Examples
    --------
    >>> from itertools import combinations
    >>> from equipoise.statistics.estimation.stratified import StratifiedEffect
    >>> y = np.array([1.0, 2.0, 3.0, 4.0, 15.0, 16.0, 17.0, 18.0])
    >>> arms = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> rows = np.array([[int(i in c) for i in range(8)] for c in combinations(range(8), 4)])
    >>> one = np.zeros(8, np.int64)
    >>> interval = invert_randomisation(
    ...     arms, [rows], lambda y: StratifiedEffect(y, one), y, exact=True
    ... )
    >>> round(interval.estimate, 6), round(interval.lower, 3), round(interval.upper, 3)
    (14.0, 11.0, 17.0)
    """
    outcome = np.asarray(y, dtype=np.float64)
    if not 0 < alpha < 1:
        raise EstimationError("Alpha must lie between 0 and 1.")
    if kind == "ratio" and (outcome < 0).any():
        raise EstimationError("A ratio of rates needs outcomes that are not below zero.")
    one = effect(outcome[:, None])
    if one.arms != 2:
        raise EstimationError(
            "An interval by inversion compares two arms; with more, what a unit would have had in "
            "another arm is not known under the hypothesis. Permute within the two arms compared."
        )
    added = one.indicator(allocation)
    if kind == "ratio":
        added = added * outcome
    both = effect(np.column_stack([outcome, added]))
    blocks = [both.moments(block) for block in draws]
    if not blocks:
        raise EstimationError("A randomisation test needs at least one draw to compare with.")
    reference = TestFamily(
        np.concatenate([b for b, _ in blocks]), np.concatenate([v for _, v in blocks])
    )
    observed = TestFamily(*both.moments(np.asarray(allocation)[None, :]))
    weights = None if chances is None else np.asarray(chances, dtype=np.float64)
    if kind == "difference":
        return invert(observed, reference, alpha, exact=exact, chances=weights)
    # y = ratio x y0 in the arm: y0 = y - (1 - 1 / ratio) x y, so theta = 1 - 1 / ratio.
    found = invert(
        observed, reference, alpha, exact=exact, chances=weights, path=_of_log, back=_to_log
    )
    return InvertedInterval(
        float(np.exp(found.estimate)),
        float(np.exp(found.lower)),
        float(np.exp(found.upper)),
        found.level,
        found.p,
        found.draws,
        found.exact,
    )


def _of_log(log_ratio: float) -> float:
    return float(-np.expm1(-log_ratio))


def _to_log(theta: float) -> float:
    if theta >= 1:
        raise EstimationError("The reference arm has no events, so there is no ratio.")
    return float(-np.log1p(-theta))


def invert(
    observed: TestFamily,
    reference: TestFamily,
    alpha: float,
    *,
    exact: bool = False,
    chances: Array | None = None,
    path: Callable[[float], float] = float,
    back: Callable[[float], float] = float,
) -> InvertedInterval:
    """Search both sides of the estimate for the outermost effects that are not rejected.

    Parameters
    ----------
    observed
        The observed statistic, one row.
    reference
        The statistic of the draws.
    alpha
        Effects with p <= alpha are rejected.
    exact, chances
        As in `randomisation_p`.
    path, back
        The effect as a function of what is searched, and the inverse.

    Raises
    ------
    EstimationError
        The observed estimate does not depend on the effect.
    """
    b_y, b_x = (float(value) for value in observed.estimate[0])
    if not (np.isfinite(b_y) and np.isfinite(b_x) and b_x != 0):
        raise EstimationError("The observed allocation has no effect that could be tested.")
    centre = back(b_y / b_x)
    number = reference.estimate.shape[0]

    def p(place: float) -> float:
        theta = path(place)
        reached = np.abs(reference.t(theta)) >= abs(float(observed.t(theta)[0])) * (1 - TIE)
        if chances is not None:
            return float(min(1.0, chances[reached].sum()))
        extra = int(not exact)
        return float((extra + np.count_nonzero(reached)) / (extra + number))

    v = observed.covariance[0]
    theta = path(centre)
    width = float(np.sqrt(max(v[0, 0] - 2 * theta * v[0, 1] + theta**2 * v[1, 1], 0.0)) / abs(b_x))
    # The error on the scale that is searched.
    slope = abs(path(centre + 1e-4) - path(centre - 1e-4)) / 2e-4
    step = width / slope if width > 0 and slope > 0 else max(abs(centre), 1.0) * 1e-3
    return InvertedInterval(
        estimate=centre,
        lower=_bound(p, centre, -step, alpha),
        upper=_bound(p, centre, step, alpha),
        level=1 - alpha,
        p=p(back(0.0)),
        draws=number,
        exact=exact,
    )


def _bound(p: Callable[[float], float], centre: float, step: float, alpha: float) -> float:
    """Find the outermost place on one side at which p > alpha."""
    reach = step
    for _ in range(DOUBLINGS):
        if p(centre + reach) <= alpha:
            break
        reach *= 2
    else:
        return float(np.inf if step > 0 else -np.inf)
    # p need not fall evenly: look beyond the first rejection too.
    places = centre + reach * np.linspace(0.0, 2.0, GRID + 1)
    kept = [place for place in places if p(float(place)) > alpha]
    inside = float(kept[-1]) if kept else centre
    outside = inside + 2 * reach / GRID
    for _ in range(60):
        middle = 0.5 * (inside + outside)
        if middle in (inside, outside):
            break
        if p(middle) > alpha:
            inside = middle
        else:
            outside = middle
        if abs(outside - inside) <= 1e-10 * abs(step):
            break
    return inside
