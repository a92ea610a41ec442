"""Several outcomes: the power to find one of them, or all, when their tests are adjusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from equipoise.statistics.estimation.designs import check_part, check_share
from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.power import Design, power

Array = NDArray[np.float64]
#: Outcomes whose joint power is reckoned: the sum over subsets doubles with each.
MOST_OUTCOMES = 10
_NODES = 96


@dataclass(frozen=True)
class FamilyPower:
    """Power of several tests together.

    Attributes
    ----------
    procedure
        ``none``, ``bonferroni`` or ``holm``.
    individual
        Power of each outcome at the level that it surely has: alpha, or alpha over their number.
    disjunctive
        Power to find at least one.
    conjunctive
        Power to find all.
    """

    procedure: str
    individual: tuple[float, ...]
    disjunctive: float
    conjunctive: float


def family_power(
    designs: Sequence[Design],
    effects: Sequence[float],
    *,
    correlation: float = 0.0,
    alpha: float = 0.05,
    procedure: Literal["none", "bonferroni", "holm"] = "holm",
) -> FamilyPower:
    """Reckon the power of several outcomes whose tests are adjusted for their number.

    Each outcome's chance of rejection at a level is that of the noncentral t. Chances are joined
    by a normal copula with one correlation, integrated over the common factor by Gauss-Hermite
    quadrature: no simulation, and no error of it.

    Parameters
    ----------
    designs, effects
        Of each outcome, in the unit of the design's error; at most 10.
    correlation
        Between any two outcomes' estimates, 0 to under 1.
    alpha
        Two-sided error rate of the family.
    procedure
        Bonferroni's alpha / m for each; Holm's steps alpha / m, alpha / (m - 1), ...; or none.

    Raises
    ------
    EstimationError
        No outcome or more than 10, a correlation out of range, or a design without df.

    Notes
    -----
    Holm's and Bonferroni's disjunctive powers are the same: Holm rejects anything exactly where
    the smallest p value is at most alpha / m.

    References
    ----------
    Holm, S. (1979). Scandinavian Journal of Statistics 6(2). Senn, S. and Bretz, F. (2007).
    Power and sample size when multiple endpoints are considered. Pharmaceutical Statistics 6(3).
    Porter, K. (2018). Statistical power in evaluations that investigate effects on multiple
    outcomes. Journal of Research on Educational Effectiveness 11(2).

    Examples
    --------
    >>> from equipoise.statistics.estimation import SchoolDesign
    >>> two = family_power([SchoolDesign.uniform(200)] * 2, [0.4, 0.4], procedure="bonferroni")
    >>> [round(one, 3) for one in (*two.individual, two.disjunctive, two.conjunctive)]
    [0.715, 0.715, 0.919, 0.512]
    """
    many = len(designs)
    if not 1 <= many <= MOST_OUTCOMES or len(effects) != many:
        raise EstimationError(f"One to {MOST_OUTCOMES} outcomes, an effect for each.")
    check_part("The correlation between outcomes", correlation)
    check_share(alpha)
    levels = {
        "none": [alpha] * many,
        "bonferroni": [alpha / many] * many,
        "holm": [alpha / (many - place) for place in range(many)],
    }[procedure]
    # chances[k, i]: outcome i rejected at the k-th level, by itself.
    chances = np.array(
        [
            [
                power(design, effect, alpha=level)
                for design, effect in zip(designs, effects, strict=True)
            ]
            for level in levels
        ]
    )
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    given = _given(chances, nodes, correlation)
    any_found = 1 - np.prod(1 - given[0], axis=0)
    all_found = _all_steps(given)
    return FamilyPower(
        procedure=procedure,
        individual=tuple(float(one) for one in chances[0]),
        disjunctive=float(weights @ any_found),
        conjunctive=float(weights @ all_found),
    )


def _given(chances: Array, nodes: Array, correlation: float) -> Array:
    """Return chances given the common factor, shape (levels, outcomes, nodes)."""
    cut = stats.norm.isf(np.clip(chances, 1e-300, 1 - 1e-16))[..., None]
    left = (cut - np.sqrt(correlation) * nodes) / np.sqrt(1 - correlation)
    return np.asarray(special.ndtr(-left))


def _all_steps(given: Array) -> Array:
    """Chance that the k-th smallest p value lies below the k-th level, for every k.

    Sums over the set of outcomes that lie below each level in turn: at the k-th it holds k at
    least, and at the last one it holds all.
    """
    levels, many, nodes = given.shape
    whole = (1 << many) - 1
    state = {0: np.ones(nodes)}
    below = np.zeros((many, nodes))
    for step in range(levels):
        here = given[step]
        # Chance to fall under this level, not having fallen under the one before.
        rest = 1 - below
        fresh = np.divide(here - below, rest, out=np.zeros_like(here), where=rest > 0)
        grown: dict[int, Array] = {}
        for held, chance in state.items():
            spread = {held: chance}
            for one in range(many):
                if held >> one & 1:
                    continue
                spread = _split(spread, one, fresh[one])
            for after, part in spread.items():
                if after.bit_count() >= step + 1:
                    grown[after] = grown.get(after, 0.0) + part
        state, below = grown, here
    return np.asarray(state.get(whole, np.zeros(nodes)))


def _split(spread: dict[int, Array], one: int, chance: Array) -> dict[int, Array]:
    """Part each set into those with an outcome and those without."""
    parts: dict[int, Array] = {}
    for held, whole in spread.items():
        parts[held] = whole * (1 - chance)
        parts[held | 1 << one] = whole * chance
    return parts
