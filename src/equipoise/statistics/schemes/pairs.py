"""Matched pairs: strata of as many units as there are arms, one unit to each arm.

The draw, for an outsider: put the units of a pair in ascending order of key (equal keys by
identifier); the first is in the arm declared first, the second in the second. With K arms,
strata of K units. A stratum of up to 2 K - 1 units takes in units that had no match: their seats
follow the stratified rule with equal shares (see `StratifiedScheme`).

Forming pairs: `form_pairs` standardises each covariate to a whole number (see `standardise`) and
joins, again and again, the two units not yet joined that are nearest (smallest sum of weight x
squared difference), ties by the two identifiers in ascending order. In each set within which
pairs are formed, a unit left over joins the pair that holds its nearest unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.balance import standardise
from equipoise.statistics.schemes.roster import Roster, SchemeError
from equipoise.statistics.schemes.stratified import StratifiedScheme


@dataclass(frozen=True)
class PairedScheme:
    """One unit of each pair to each of two arms; with K arms, of each set of K.

    Attributes
    ----------
    arms
        Labels in declared order.
    """

    arms: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse fewer than two arms."""
        if len(set(self.arms)) < 2 or len(set(self.arms)) < len(self.arms):
            raise SchemeError("A scheme needs at least two arms, each named once.")

    @property
    def weights(self) -> tuple[int, ...]:
        """Equal shares."""
        return (1,) * len(self.arms)

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Draw once for each row of keys, shape (D, n): arm positions of the same shape.

        Raises
        ------
        SchemeError
            A stratum that is no pair (nor a pair with a unit that had no match).

        Examples
        --------
        >>> keys = np.array([[9, 2, 5, 7]], dtype=np.uint64)
        >>> roster = Roster.build(list("wxyz"), ["p", "p", "q", "q"])
        >>> PairedScheme(("new", "usual")).assign_many(roster, keys).tolist()
        [[1, 0, 0, 1]]
        """
        return self._rule(roster).assign_many(roster, keys)

    def cell_patterns(
        self, roster: Roster
    ) -> list[tuple[NDArray[np.int64], Counter[tuple[int, ...]]]]:
        """List the pairs as cells."""
        return self._rule(roster).cell_patterns(roster)

    def _rule(self, roster: Roster) -> StratifiedScheme:
        k = len(self.arms)
        for cell, label in zip(roster.cells, roster.strata, strict=True):
            if not k <= cell.size < 2 * k:
                raise SchemeError(
                    f"Stratum {label!r} holds {cell.size} units; matched sets for {k} arms hold "
                    f"{k}, or up to {2 * k - 1} where units had no match."
                )
        return StratifiedScheme(self.arms, self.weights)


def form_pairs(
    units: Sequence[str],
    covariates: Mapping[str, Sequence[int | Fraction]],
    *,
    weights: Mapping[str, int] | None = None,
    within: Sequence[Hashable] | None = None,
) -> tuple[str, ...]:
    """Pair the units that are most alike, in whole numbers, so that an outsider gets the same.

    Parameters
    ----------
    units
        Unique identifiers, n of them.
    covariates
        By name, a whole number or exact fraction per unit.
    weights
        Positive whole numbers by covariate; None means 1.
    within
        A label per unit; pairs are formed within equal labels (an authority). None means over
        all.

    Returns
    -------
    tuple of str
        A label per unit: the smallest identifier of its pair. In a set of odd number one pair
        has three units.

    Raises
    ------
    SchemeError
        A set of one unit, columns of different lengths, or values that are not exact.

    Examples
    --------
    >>> form_pairs(["a", "b", "c", "d"], {"pupils": [100, 410, 400, 120]})
    ('a', 'b', 'b', 'a')
    """
    n = len(units)
    if any(len(column) != n for column in covariates.values()) or not covariates:
        raise SchemeError("Pairs need covariates with one value per unit.")
    scores = np.column_stack([standardise(column) for column in covariates.values()])
    weight = [1 if weights is None else weights.get(name, 1) for name in covariates]
    sets: dict[Hashable, list[int]] = {}
    for i in sorted(range(n), key=lambda i: units[i]):
        sets.setdefault(None if within is None else within[i], []).append(i)
    label = [""] * n
    for name, members in sets.items():
        if len(members) < 2:
            raise SchemeError(f"Only one unit lies in {name!r}, so it has no match there.")
        apart = _distances(scores[members], weight)
        pairs, alone = _nearest_first(apart)
        for i, j in pairs:
            label[members[i]] = label[members[j]] = units[members[i]]
        if alone is not None:
            # Members are in order of identifier, so of equal distances the first one counts.
            apart[alone, alone] = np.iinfo(np.int64).max
            nearest = label[members[int(apart[alone].argmin())]]
            joined = min(nearest, units[members[alone]])
            for i in members:
                if label[i] in (nearest, ""):
                    label[i] = joined
    return tuple(label)


def _distances(scores: NDArray[np.int64], weight: Sequence[int]) -> NDArray[np.int64]:
    """Give the sum of weight x squared difference of every two members, shape (m, m)."""
    found = np.zeros((scores.shape[0],) * 2, dtype=np.int64)
    for column, times in zip(scores.T, weight, strict=True):
        found += times * (column[:, None] - column[None, :]) ** 2
    return found


def _nearest_first(apart: NDArray[np.int64]) -> tuple[list[tuple[int, int]], int | None]:
    """Join again and again the two nearest that are free; the one left over, or None."""
    rows, columns = np.triu_indices(apart.shape[0], 1)
    order = np.argsort(apart[rows, columns], kind="stable")
    free, pairs = set(range(apart.shape[0])), []
    for i, j in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if i in free and j in free:
            free -= {i, j}
            pairs.append((i, j))
            if len(free) < 2:
                break
    return pairs, next(iter(free), None)
