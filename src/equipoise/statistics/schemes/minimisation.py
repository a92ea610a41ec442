"""Minimisation with chance: each unit goes, most likely, where it evens the arms out.

The rule, for an outsider
-------------------------
Arms have whole-number weights a_1 ... a_K with sum A and least common multiple L; factors have
whole-number weights w_f.

1. Stages in order; in a stage, units in ascending order of key (equal keys by identifier), one
   after the other. Each stage begins with empty arms, or, with ``carry``, with the arms as the
   stages before it left them.
2. For a unit and factor f let n_k be the units with its value of f that are already in arm k, and
   c_k = n_k L / a_k. If the unit went to arm k, c_k would grow by L / a_k; the imbalance is then
   max c - min c (``range``) or K sum c**2 - (sum c)**2 (``variance``). G_k is the sum over
   factors of w_f times the imbalance. The preferred arms are those with the smallest G_k.
3. Let p be the declared probability and l = (1 - p) A / (A - min a) = P / Q in lowest terms.
   Take x, the unit's first further number x = SplitMix64(key + c x 0x9E3779B97F4A7C15 mod 2**64),
   c = 1, 2, ..., below 2**64 - (2**64 mod Q). If x mod Q < P the unit draws among all arms,
   else among the preferred.
4. Among a set of arms of total weight T: take the next further number y below
   2**64 - (2**64 mod T); the unit is in the first arm of the set, in declared order, whose
   weight and those of the set's arms before it sum to more than y mod T.

So a preferred arm that stands alone has probability 1 - l + l a_k / A, which is p for the arm with
the smallest share: the biased-coin minimisation of Han, Enas and McEntegart (2009), which keeps
unequal shares; with equal shares it is Pocock and Simon's (1975) second rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.chance import below, rational
from equipoise.statistics.schemes.numbers import further_number
from equipoise.statistics.schemes.roster import Roster, SchemeError
from equipoise.statistics.schemes.seating import order_by_key
from equipoise.statistics.schemes.shares import whole_shares

Imbalance = Literal["range", "variance"]
STRATUM = "stratum"
"""The factor that stands for the roster's strata."""

FEW = 4
"""Draws that are made one by one in whole numbers: arrays pay only from about as many."""


@dataclass(frozen=True)
class MinimisationScheme:
    """Minimisation over factors, with a biased coin.

    Attributes
    ----------
    arms, weights
        Labels and whole-number shares.
    factors
        Positive whole-number weights by covariate of the roster; ``stratum`` names its strata.
        A covariate's values are categories.
    probability
        p, an exact fraction above the smallest share and below 1: a draw without chance can be
        foreseen.
    imbalance
        ``range`` or ``variance``.
    carry
        Whether later stages look back at earlier ones. They then need those stages' keys or
        recorded arms, and change nothing in them.

    References
    ----------
    Pocock, S. J. and Simon, R. (1975). Sequential treatment assignment with balancing for
    prognostic factors in the controlled clinical trial. Biometrics 31(1), 103-115. Han, B., Enas,
    N. H. and McEntegart, D. (2009). Randomization by minimization for unbalanced treatment
    allocation. Statistics in Medicine 28(27), 3329-3346.
    """

    arms: tuple[str, ...]
    weights: tuple[int, ...]
    factors: Mapping[str, int]
    probability: Fraction
    imbalance: Imbalance = "range"
    carry: bool = True

    @classmethod
    def from_shares(
        cls,
        shares: Mapping[str, int],
        factors: Mapping[str, int],
        probability: Fraction | str,
        *,
        imbalance: Imbalance = "range",
        carry: bool = True,
    ) -> MinimisationScheme:
        """Declare a scheme from whole-number shares and factor weights.

        Examples
        --------
        >>> MinimisationScheme.from_shares({"a": 1, "b": 1}, {"stratum": 1}, "4/5").coin
        Fraction(2, 5)
        """
        p = rational("The probability", probability)
        return cls(*whole_shares(shares), dict(factors), p, imbalance, carry)

    def __post_init__(self) -> None:
        """Refuse what is no minimisation with chance."""
        if not self.factors:
            raise SchemeError("Minimisation needs at least one factor.")
        for name, weight in self.factors.items():
            if isinstance(weight, bool) or not isinstance(weight, int) or weight < 1:
                raise SchemeError(f"The weight of {name!r} must be a whole number above zero.")
        if self.imbalance not in get_args(Imbalance):
            raise SchemeError(f"There is no measure {self.imbalance!r} of imbalance.")
        if not Fraction(min(self.weights), sum(self.weights)) <= self.probability < 1:
            raise SchemeError(
                "The probability of a preferred arm must be at least the smallest share and "
                "below 1."
            )

    @property
    def coin(self) -> Fraction:
        """Probability that a unit draws among all arms, l of step 3."""
        total = sum(self.weights)
        return (1 - self.probability) * total / (total - min(self.weights))

    def assign_many(
        self,
        roster: Roster,
        keys: NDArray[np.uint64],
        settled: NDArray[np.int64] | None = None,
    ) -> NDArray[np.int64]:
        """Draw once for each row of keys.

        Parameters
        ----------
        roster
            n units.
        keys
            Shape (D, n); those of units that are settled are not looked at.
        settled
            Recorded arm positions of stages that were drawn before, -1 for units to be drawn,
            shape (n,); None where every stage is drawn here.

        Returns
        -------
        ndarray of int64
            Arm positions, shape (D, n).

        Raises
        ------
        SchemeError
            A factor that the roster does not have, a key too few or too many, or a stage that is
            settled in part or after one that is not.

        Examples
        --------
        >>> scheme = MinimisationScheme.from_shares({"a": 1, "b": 1}, {"size": 1}, "9/10")
        >>> roster = Roster.build(
        ...     list("wxyz"), [0] * 4, covariates={"size": ["big", "big", "small", "small"]}
        ... )
        >>> scheme.assign_many(roster, np.array([[9, 2, 5, 7]], dtype=np.uint64)).shape
        (1, 4)
        """
        unit_keys = roster.unit_keys(keys)
        draws = unit_keys.shape[0]
        levels, number = self._levels(roster)
        state = np.zeros((draws, number, len(self.arms)), dtype=np.int64)
        drawn = np.empty(unit_keys.shape, dtype=np.int64)
        recorded = np.full(roster.size, -1) if settled is None else np.asarray(settled)
        fixed = recorded[roster.head]
        begun = False
        for stage in range(len(roster.stages)):
            if not self.carry:
                state[:] = 0
            units = np.sort(
                np.concatenate(
                    [
                        cell
                        for cell, s in zip(roster.cells, roster.cell_stages, strict=True)
                        if s == stage
                    ]
                )
            )
            known = fixed[units] >= 0
            if known.any() and (begun or not known.all()):
                raise SchemeError(
                    f"Stage {roster.stages[stage]!r} is settled in part, or after a stage that is "
                    "not; record whole stages in their order."
                )
            begun = begun or not known.all()
            if known.all():
                drawn[:, units] = fixed[units]
                self._count(levels[units], fixed[units], state)
            else:
                self._stage(units, unit_keys, levels, state, drawn)
        return drawn[:, roster.member_of]

    def _count(
        self, levels: NDArray[np.int64], arms: NDArray[np.int64], state: NDArray[np.int64]
    ) -> None:
        """Add units whose arms are recorded to `state`."""
        step = lcm(*self.weights) // np.asarray(self.weights, dtype=np.int64)
        added = np.zeros(state.shape[1:], dtype=np.int64)
        np.add.at(added, (levels, arms[:, None]), step[arms][:, None])
        state += added

    def _stage(
        self,
        units: NDArray[np.int64],
        keys: NDArray[np.uint64],
        levels: NDArray[np.int64],
        state: NDArray[np.int64],
        drawn: NDArray[np.int64],
    ) -> None:
        """Assign the units of one stage, all draws at once, writing to `state` and `drawn`."""
        if keys.shape[0] <= FEW:
            for d in range(keys.shape[0]):
                counts = state[d].tolist()
                drawn[d, units] = self._one(keys[d, units], levels[units].tolist(), counts)
                state[d] = counts
            return
        rows = np.arange(keys.shape[0])
        shares = np.asarray(self.weights, dtype=np.int64)
        step = lcm(*self.weights) // shares
        for column in order_by_key(keys[:, units]).T:
            unit = units[column]
            here = levels[unit]
            scores = self._scores(state[rows[:, None], here], step)
            preferred = scores == scores.min(axis=1, keepdims=True)
            arm = self._choose(keys[rows, unit], preferred, shares)
            drawn[rows, unit] = arm
            state[rows[:, None], here, arm[:, None]] += step[arm][:, None]

    def _one(
        self, keys: NDArray[np.uint64], levels: list[list[int]], counts: list[list[int]]
    ) -> list[int]:
        """Assign the units of one stage in one draw, adding to `counts`; the same arms."""
        coin, shares, common = self.coin, self.weights, lcm(*self.weights)
        among_all, used = (found.tolist() for found in below(keys, coin.denominator))
        whole = keys.tolist()
        drawn = [0] * len(whole)
        for unit in order_by_key(keys[None, :])[0].tolist():
            here = [counts[level] for level in levels[unit]]
            among: Sequence[int] = range(len(shares))
            if among_all[unit] >= coin.numerator:
                scores = [self._score(here, arm, common // shares[arm]) for arm in among]
                least = min(scores)
                among = [arm for arm, score in enumerate(scores) if score == least]
            arm = among[0]
            if len(among) > 1:
                arm = _first_beyond(among, shares, whole[unit], used[unit])
            drawn[unit] = arm
            for held in here:
                held[arm] += common // shares[arm]
        return drawn

    def _score(self, here: list[list[int]], arm: int, step: int) -> int:
        """Step 2 for one unit and arm: G_k."""
        score = 0
        for held, weight in zip(here, self.factors.values(), strict=True):
            held[arm] += step
            if self.imbalance == "range":
                score += weight * (max(held) - min(held))
            else:
                score += weight * (len(held) * sum(c * c for c in held) - sum(held) ** 2)
            held[arm] -= step
        return score

    def _scores(self, counts: NDArray[np.int64], step: NDArray[np.int64]) -> NDArray[np.int64]:
        """Step 2: G_k from counts of shape (D, factors, K); shape (D, K)."""
        # Axis 2 is the arm the unit would go to, axis 3 the arm that is counted.
        would = counts[:, :, None, :] + np.diag(step)
        if self.imbalance == "range":
            found = would.max(axis=3) - would.min(axis=3)
        else:
            found = step.size * (would**2).sum(axis=3) - would.sum(axis=3) ** 2
        weights = np.asarray(list(self.factors.values()), dtype=np.int64)
        return np.asarray((found * weights[None, :, None]).sum(axis=1))

    def _choose(
        self,
        keys: NDArray[np.uint64],
        preferred: NDArray[np.bool_],
        shares: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """Steps 3 and 4, shape (D,)."""
        coin = self.coin
        u, used = below(keys, coin.denominator)
        among = np.where((u < coin.numerator)[:, None], True, preferred) * shares
        ends = np.cumsum(among, axis=1)
        v, _ = below(keys, ends[:, -1], used)
        return np.asarray((v[:, None] >= ends).sum(axis=1))

    def _levels(self, roster: Roster) -> tuple[NDArray[np.int64], int]:
        """Number the levels of all factors, shape (randomisation units, factors)."""
        columns, start = [], 0
        for name in self.factors:
            if name == STRATUM and STRATUM not in roster.covariates:
                values = np.empty(roster.head.size, dtype=object)
                for cell, label in zip(roster.cells, roster.strata, strict=True):
                    values[cell] = [label] * cell.size
                column = list(values)
            else:
                column = list(roster.covariate(name))
            number: dict[object, int] = {}
            codes = [number.setdefault(value, len(number)) for value in column]
            columns.append(np.asarray(codes, dtype=np.int64) + start)
            start += len(number)
        return np.column_stack(columns), start


def _first_beyond(among: Sequence[int], shares: tuple[int, ...], key: int, used: int) -> int:
    """Step 4 for one unit: draw among some arms, after `used` further numbers of its key."""
    total = sum(shares[arm] for arm in among)
    last = (1 << 64) - (1 << 64) % total
    used += 1
    while (y := further_number(key, used)) >= last:
        used += 1
    left = y % total
    for arm in among:
        left -= shares[arm]
        if left < 0:
            return arm
    raise AssertionError("a number below the total lies in one of its parts")
