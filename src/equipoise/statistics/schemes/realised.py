"""Permutation that holds what was realised: for trials drawn by others, whose rule is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.roster import Roster, SchemeError
from equipoise.statistics.schemes.seating import seat_by_key


@dataclass(frozen=True)
class RealisedScheme:
    """Every allocation with the realised number of units of each arm in each cell, equally likely.

    Attributes
    ----------
    arms
        Labels.
    seats
        For each cell of the roster, in its order, the seats of each arm.
    """

    arms: tuple[str, ...]
    seats: tuple[tuple[int, ...], ...]

    @classmethod
    def of(
        cls, roster: Roster, allocation: Sequence[int] | NDArray[np.int64], arms: Sequence[str]
    ) -> RealisedScheme:
        """Hold the counts of an allocation.

        Parameters
        ----------
        roster
            n units.
        allocation
            Positions in `arms`, one per unit.
        arms
            Labels.

        Raises
        ------
        SchemeError
            Units drawn together are in different arms.

        Examples
        --------
        >>> roster = Roster.build(["a", "b", "c"], ["s", "s", "t"])
        >>> RealisedScheme.of(roster, [0, 1, 1], ["supervision", "usual"]).seats
        ((1, 1), (0, 1))
        """
        given = np.asarray(allocation, dtype=np.int64)
        drawn = given[roster.head]
        if not np.array_equal(drawn[roster.member_of], given):
            raise SchemeError("Units that were drawn together are in different arms.")
        counts = (np.bincount(drawn[cell], minlength=len(arms)) for cell in roster.cells)
        return cls(tuple(arms), tuple(tuple(int(c) for c in count) for count in counts))

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Permute within cells for each row of keys, shape (D, n), as `StratifiedScheme` does.

        Raises
        ------
        SchemeError
            The roster is not the one whose counts are held.
        """
        if [cell.size for cell in roster.cells] != [sum(seats) for seats in self.seats]:
            raise SchemeError("The realised counts belong to another roster.")
        return roster.of_units(
            [
                seat_by_key(cell_keys, np.sort(cell_keys, axis=1), np.asarray([seats]))
                for cell_keys, seats in zip(roster.cell_keys(keys), self.seats, strict=True)
            ]
        )

    def cell_patterns(
        self, roster: Roster
    ) -> list[tuple[NDArray[np.int64], Counter[tuple[int, ...]]]]:
        """List the cells with the one division into seats that each has."""
        return [(cell, Counter([s])) for cell, s in zip(roster.cells, self.seats, strict=True)]
