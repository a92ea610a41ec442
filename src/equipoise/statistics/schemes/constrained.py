"""Draws chosen for balance: covariate-constrained, and re-randomised.

Candidates, for an outsider: in each stage by itself, candidate c is the draw of the base scheme
in which each unit's key is the c-th further number of its own key, SplitMix64(key + c x
0x9E3779B97F4A7C15 mod 2**64), c = 1, 2, .... Every candidate has a balance score (see
`Balance`), a whole number, smaller being better.

Constrained: of C candidates, m = max(1, floor(q C)). The cut-off is the m-th smallest score;
candidates at or below it are accepted, say M of them, in order of c. Let x be the first further
number with c > C, of the unit with the smallest key (equal keys by identifier), that is below
2**64 - (2**64 mod M); accepted candidate number x mod M, counted from 0, is the draw.
Where all allocations are candidates (``candidates=None``) they are put in ascending order as
lists of arm positions, units in ascending order of identifier, and c > 0.

Re-randomised: the candidate with the smallest c whose score is at most the threshold; if none of
the declared number of tries has one, the try with the smallest score, the smaller c where equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.balance import Balance
from equipoise.statistics.schemes.chance import below, rational
from equipoise.statistics.schemes.draws import iterate_draws
from equipoise.statistics.schemes.enumeration import AllocationSet, enumerate_allocations
from equipoise.statistics.schemes.numbers import further_numbers
from equipoise.statistics.schemes.roster import Roster, Scheme, SchemeError

TRIES_AT_ONCE = 64
LISTED = 100_000
"""The largest number of allocations that are all listed."""


class SharedScheme(Scheme, Protocol):
    """A scheme with shares: what a constrained draw takes its candidates from."""

    @property
    def weights(self) -> tuple[int, ...]:
        """Whole-number shares of the arms."""
        ...


@dataclass(frozen=True)
class ConstrainedScheme:
    """One of the best balanced of many candidate draws, by chance.

    Attributes
    ----------
    base
        Simple, complete, stratified or paired scheme that makes the candidates.
    balance
        Scores them.
    candidates
        C; None means every allocation of the base scheme, for small trials: the accepted set
        is then known, and with it every probability, exactly.
    share
        q, the accepted part of the candidates, an exact fraction above 0 and at most 1.

    References
    ----------
    Moulton, L. H. (2004). Covariate-based constrained randomization of group-randomized trials.
    Clinical Trials 1(3), 297-305. Li, F. and others (2016), Statistics in Medicine 35(10).
    """

    base: SharedScheme
    balance: Balance
    candidates: int | None
    share: Fraction

    def __post_init__(self) -> None:
        """Refuse what leaves no choice."""
        object.__setattr__(self, "share", rational("The accepted share", self.share))
        if not 0 < self.share <= 1:
            raise SchemeError("The accepted share of the candidates must be above 0, at most 1.")
        if self.candidates is not None and self.candidates < 2:
            raise SchemeError("A constrained draw needs at least two candidates.")

    @property
    def arms(self) -> tuple[str, ...]:
        """Arm labels, in declared order."""
        return self.base.arms

    @property
    def weights(self) -> tuple[int, ...]:
        """Whole-number shares of the arms."""
        return self.base.weights

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Draw once for each row of keys, shape (D, n): arm positions of the same shape.

        Examples
        --------
        >>> from equipoise.statistics.schemes.simple import CompleteScheme
        >>> base = CompleteScheme.from_shares({"new": 1, "usual": 1})
        >>> scheme = ConstrainedScheme(base, Balance({"x": 1}), 20, Fraction(1, 10))
        >>> roster = Roster.build(list("abcd"), [0] * 4, covariates={"x": [1, 2, 3, 4]})
        >>> keys = np.array([[9, 2, 5, 7]], dtype=np.uint64)
        >>> scheme.assign_many(roster, keys).tolist() in ([[0, 1, 1, 0]], [[1, 0, 0, 1]])
        True
        """
        roster.unit_keys(keys)
        drawn = np.empty(keys.shape, dtype=np.int64)
        for part, where in roster.by_stage():
            if self.candidates is None:
                drawn[:, where] = self._of_all(part, keys[:, where])
            else:
                drawn[:, where] = self._of_candidates(part, keys[:, where], self.candidates)
        return drawn

    def accepted(self, roster: Roster) -> AllocationSet:
        """List the accepted allocations of one stage, where every allocation is a candidate.

        Raises
        ------
        SchemeError
            There are too many, or they are not equally likely under the base scheme.
        """
        every = enumerate_allocations(self.base, roster, limit=LISTED)
        if np.ptp(every.chances) > 1e-12 * every.chances.max():
            raise SchemeError(
                "The allocations of the base scheme are not equally likely; declare a number of "
                "candidates instead of all."
            )
        by_identifier = sorted(range(roster.size), key=lambda i: roster.units[i])
        order = np.lexsort(every.allocations[:, by_identifier[::-1]].T)
        allocations = every.allocations[order]
        kept = _accept(self.balance.scores(roster, allocations, self.weights), self.share)
        return AllocationSet(allocations[kept], np.full(kept.size, 1 / kept.size))

    def every_allocation(self, roster: Roster, limit: int) -> AllocationSet:
        """List the allocations with their chances, as `enumerate_allocations`."""
        if self.candidates is not None:
            raise SchemeError(
                "A constrained draw from some candidates cannot be listed; simulate draws instead."
            )
        parts = [(self.accepted(part), where) for part, where in roster.by_stage()]
        number = int(np.prod([part.chances.size for part, _ in parts], dtype=object))
        if number > limit:
            raise SchemeError(f"The draw has {number} allocations, more than the limit of {limit}.")
        grid = np.indices([part.chances.size for part, _ in parts]).reshape(len(parts), -1)
        allocations = np.empty((number, roster.size), dtype=np.int64)
        for (part, where), rows in zip(parts, grid, strict=True):
            allocations[:, where] = part.allocations[rows]
        return AllocationSet(allocations, np.full(number, 1 / number))

    def _of_all(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        every = self.accepted(roster)
        chosen, _ = below(_first(roster, keys), every.chances.size)
        return every.allocations[chosen]

    def _of_candidates(
        self, roster: Roster, keys: NDArray[np.uint64], candidates: int
    ) -> NDArray[np.int64]:
        counts = np.arange(1, candidates + 1, dtype=np.uint64)[:, None]
        score = self.balance.scorer(roster, self.weights)
        drawn = np.empty(keys.shape, dtype=np.int64)
        for d, first in enumerate(_first(roster, keys)):
            allocations = self.base.assign_many(roster, further_numbers(keys[d], counts))
            kept = _accept(score(allocations), self.share)
            chosen, _ = below(first[None], kept.size, candidates)
            drawn[d] = allocations[kept[chosen[0]]]
        return drawn


@dataclass(frozen=True)
class ReRandomisedScheme:
    """The first candidate draw that is balanced enough.

    Attributes
    ----------
    base, balance
        As in `ConstrainedScheme`.
    threshold
        The largest score that is accepted, a whole number (see `balance_threshold`).
    tries
        How many candidates are looked at; then the best of them is taken.

    References
    ----------
    Morgan, K. L. and Rubin, D. B. (2012). Rerandomization to improve covariate balance in
    experiments. Annals of Statistics 40(2), 1263-1282.
    """

    base: SharedScheme
    balance: Balance
    threshold: int
    tries: int = 10_000

    def __post_init__(self) -> None:
        """Refuse what cannot be met."""
        if isinstance(self.threshold, float) or self.threshold < 0 or self.tries < 1:
            raise SchemeError("Threshold and tries must be whole numbers, the latter above zero.")

    @property
    def arms(self) -> tuple[str, ...]:
        """Arm labels, in declared order."""
        return self.base.arms

    @property
    def weights(self) -> tuple[int, ...]:
        """Whole-number shares of the arms."""
        return self.base.weights

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Draw once for each row of keys, shape (D, n): arm positions of the same shape.

        Examples
        --------
        >>> from equipoise.statistics.schemes.simple import CompleteScheme
        >>> base = CompleteScheme.from_shares({"new": 1, "usual": 1})
        >>> scheme = ReRandomisedScheme(base, Balance({"x": 1}), threshold=0)
        >>> roster = Roster.build(list("abcd"), [0] * 4, covariates={"x": [1, 2, 3, 4]})
        >>> keys = np.array([[9, 2, 5, 7]], dtype=np.uint64)
        >>> scheme.assign_many(roster, keys).tolist() in ([[0, 1, 1, 0]], [[1, 0, 0, 1]])
        True
        """
        roster.unit_keys(keys)
        drawn = np.empty(keys.shape, dtype=np.int64)
        for part, where in roster.by_stage():
            score = self.balance.scorer(part, self.weights)
            for d in range(keys.shape[0]):
                drawn[d, where] = self._one(part, keys[d, where], score)
        return drawn

    def _one(
        self,
        roster: Roster,
        keys: NDArray[np.uint64],
        score: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    ) -> NDArray[np.int64]:
        best, lowest = None, 0
        for start in range(0, self.tries, TRIES_AT_ONCE):
            stop = min(start + TRIES_AT_ONCE, self.tries)
            counts = np.arange(start + 1, stop + 1, dtype=np.uint64)[:, None]
            allocations = self.base.assign_many(roster, further_numbers(keys, counts))
            scores = score(allocations)
            passed = np.flatnonzero(scores <= self.threshold)
            if passed.size:
                return np.asarray(allocations[passed[0]])
            least = int(scores.argmin())
            if best is None or scores[least] < lowest:
                best, lowest = allocations[least], int(scores[least])
        assert best is not None
        return np.asarray(best)


def balance_threshold(
    base: SharedScheme,
    balance: Balance,
    roster: Roster,
    share: Fraction | str,
    *,
    draws: int = 10_000,
    seed: int = 0,
) -> int:
    """Find the score that a given share of the base scheme's draws keeps within.

    Parameters
    ----------
    base, balance, roster
        What is drawn, in one stage.
    share
        Accepted part, an exact fraction above 0 and at most 1.
    draws, seed
        Draws that are looked at; the seed is declared, so that anyone finds the same threshold.

    Returns
    -------
    int
        To be declared with `ReRandomisedScheme`.
    """
    part = rational("The accepted share", share)
    score = balance.scorer(roster, base.weights)
    scores = np.concatenate([score(block) for block in iterate_draws(base, roster, seed, draws)])
    return int(np.sort(scores)[max(1, floor(part * draws)) - 1])


def _accept(scores: NDArray[np.int64], share: Fraction) -> NDArray[np.int64]:
    """Give the positions of the accepted candidates."""
    place = max(1, floor(share * scores.size)) - 1
    return np.flatnonzero(scores <= np.partition(scores, place)[place])


def _first(roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Give the smallest key of the randomisation units for each draw, shape (D,)."""
    return np.asarray(keys[:, roster.head].min(axis=1))
