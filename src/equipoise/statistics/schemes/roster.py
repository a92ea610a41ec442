"""The roster: which units a scheme draws, what they are drawn with and within what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class SchemeError(ValueError):
    """A roster or a scheme that cannot be drawn, in one sentence that says why."""


@dataclass(frozen=True)
class Roster:
    """Units in a declared order, gathered into randomisation units within cells.

    Schools that share a DSL may be kept together: they carry the same group label and are one
    randomisation unit, whose key, stratum and stage are those of its member with the smallest
    identifier. A school alone is its own group. A cell is a stratum of one stage: nothing is
    shared between cells, so a staged draw is the draw of each stage by itself.

    Attributes
    ----------
    units
        Identifiers as given, n of them.
    head
        For each randomisation unit, the position in `units` of its first member. Randomisation
        units are in order of that member's identifier.
    member_of
        For each unit, the position of its randomisation unit; shape (n,).
    cells
        For each cell, the positions of its randomisation units, in ascending order.
    """

    units: tuple[str, ...]
    head: NDArray[np.int64]
    member_of: NDArray[np.int64]
    cells: tuple[NDArray[np.int64], ...]

    @property
    def size(self) -> int:
        """Number of units (schools), n."""
        return len(self.units)

    @classmethod
    def build(
        cls,
        units: Sequence[str],
        strata: Sequence[Hashable],
        *,
        stages: Sequence[Hashable] | None = None,
        groups: Sequence[Hashable] | None = None,
    ) -> Roster:
        """Gather a roster.

        Parameters
        ----------
        units
            Unique identifiers (URNs), compared as text, character by character.
        strata
            One label per unit.
        stages
            One label per unit; None where all are drawn at once.
        groups
            One label per unit; units with equal labels are drawn together. None, as a whole
            or for one unit, means alone.

        Raises
        ------
        SchemeError
            An identifier twice, columns of different lengths, no unit, or a group that lies in
            two stages.

        Examples
        --------
        >>> roster = Roster.build(["b", "a", "c"], ["s", "t", "s"], groups=["g", "g", None])
        >>> [roster.units[i] for i in roster.head]
        ['a', 'c']
        """
        n = len(units)
        if n == 0:
            raise SchemeError("The roster has no unit.")
        if len(strata) != n or any(x is not None and len(x) != n for x in (stages, groups)):
            raise SchemeError("Units, strata, stages and groups must have the same length.")
        if len(set(units)) != n:
            twice = sorted(unit for unit, times in Counter(units).items() if times > 1)
            raise SchemeError(f"Units appear more than once in the roster: {', '.join(twice)}.")
        group_of: dict[Hashable, int] = {}
        head: list[int] = []
        member_of = np.empty(n, dtype=np.int64)
        for i in sorted(range(n), key=lambda i: units[i]):
            label = None if groups is None else groups[i]
            name: Hashable = ("unit", units[i]) if label is None else ("group", label)
            if name not in group_of:
                group_of[name] = len(head)
                head.append(i)
            member_of[i] = group_of[name]
            if stages is not None and stages[i] != stages[head[group_of[name]]]:
                raise SchemeError(
                    f"Unit {units[i]} and unit {units[head[group_of[name]]]} are drawn together "
                    "but belong to different stages."
                )
        cells: dict[Hashable, list[int]] = {}
        for position, i in enumerate(head):
            cells.setdefault((None if stages is None else stages[i], strata[i]), []).append(
                position
            )
        return cls(
            units=tuple(units),
            head=np.asarray(head, dtype=np.int64),
            member_of=member_of,
            cells=tuple(np.asarray(cell, dtype=np.int64) for cell in cells.values()),
        )


class Scheme(Protocol):
    """What a draw and its randomisation inference need of any scheme."""

    @property
    def arms(self) -> tuple[str, ...]:
        """Arm labels, in declared order."""
        ...

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Assign for each row of keys, shape (D, n): arm positions of the same shape."""
        ...
