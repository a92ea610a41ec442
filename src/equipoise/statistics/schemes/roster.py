"""The roster: which units a scheme draws, what they are drawn with and within what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class SchemeError(ValueError):
    """A roster or a scheme that cannot be drawn, in one sentence that says why."""


@dataclass(frozen=True)
class Roster:
    """Units in a declared order, gathered into randomisation units within cells.

    Schools that share a DSL may be kept together: they carry the same group label and are one
    randomisation unit, whose key, stratum, stage and covariates are those of its member with the
    smallest identifier. A school alone is its own group. A cell is a stratum of one stage; a
    staged draw is the draw of each stage by itself, save where a scheme says that later stages
    look back.

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
    strata
        Stratum label of each cell.
    stages
        Stage labels in the order in which they are drawn.
    cell_stages
        Position in `stages` of each cell.
    covariates
        By name, the value of each randomisation unit.
    """

    units: tuple[str, ...]
    head: NDArray[np.int64]
    member_of: NDArray[np.int64]
    cells: tuple[NDArray[np.int64], ...]
    strata: tuple[Hashable, ...] = ()
    stages: tuple[Hashable, ...] = (None,)
    cell_stages: tuple[int, ...] = ()
    covariates: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

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
        covariates: Mapping[str, Sequence[Any]] | None = None,
        stage_order: Sequence[Hashable] | None = None,
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
        covariates
            By name, one value per unit: what minimisation and constrained draws balance.
        stage_order
            The stages in the order in which they are drawn; None means in ascending order of
            their labels.

        Raises
        ------
        SchemeError
            An identifier twice, columns of different lengths, no unit, a group that lies in
            two stages, or stages whose order is not known.

        Examples
        --------
        >>> roster = Roster.build(["b", "a", "c"], ["s", "t", "s"], groups=["g", "g", None])
        >>> [roster.units[i] for i in roster.head]
        ['a', 'c']
        """
        n = len(units)
        given = {} if covariates is None else covariates
        if n == 0:
            raise SchemeError("The roster has no unit.")
        columns = [strata, *given.values(), *(x for x in (stages, groups) if x is not None)]
        if any(len(column) != n for column in columns):
            raise SchemeError("Units, strata, stages and groups must have the same length.")
        if len(set(units)) != n:
            twice = sorted(unit for unit, times in Counter(units).items() if times > 1)
            raise SchemeError(f"Units appear more than once in the roster: {', '.join(twice)}.")
        stage = [None] * n if stages is None else list(stages)
        head, member_of = _gather(units, stage, groups)
        ordered = _ordered(stage, stage_order)
        cells: dict[Hashable, list[int]] = {}
        for position, i in enumerate(head):
            cells.setdefault((stage[i], strata[i]), []).append(position)
        first = [head[cell[0]] for cell in cells.values()]
        return cls(
            units=tuple(units),
            head=np.asarray(head, dtype=np.int64),
            member_of=member_of,
            cells=tuple(np.asarray(cell, dtype=np.int64) for cell in cells.values()),
            strata=tuple(strata[i] for i in first),
            stages=ordered,
            cell_stages=tuple(ordered.index(stage[i]) for i in first),
            covariates={name: tuple(column[i] for i in head) for name, column in given.items()},
        )

    def positions(self, units: Collection[str]) -> NDArray[np.int64]:
        """Give the positions of some units, in the order of `units` of the roster.

        Examples
        --------
        >>> Roster.build(["b", "a", "c"], [0] * 3).positions({"c", "b"}).tolist()
        [0, 2]
        """
        return np.asarray([i for i, unit in enumerate(self.units) if unit in units], np.int64)

    def covariate(self, name: str) -> tuple[Any, ...]:
        """Give the values of the randomisation units.

        Raises
        ------
        SchemeError
            The roster has no such covariate.
        """
        if name not in self.covariates:
            raise SchemeError(f"The roster has no covariate {name!r}, which the scheme declares.")
        return self.covariates[name]

    def by_stage(self) -> list[tuple[Roster, NDArray[np.int64]]]:
        """Part the roster into its stages, in order: a roster and its units' positions for each.

        Examples
        --------
        >>> roster = Roster.build(["a", "b", "c"], ["s", "t", "s"], stages=[2, 1, 2])
        >>> [(part.units, where.tolist()) for part, where in roster.by_stage()]
        [(('b',), [1]), (('a', 'c'), [0, 2])]
        """
        if len(self.stages) == 1:
            return [(self, np.arange(self.size))]
        parts = []
        for number, label in enumerate(self.stages):
            chosen = [c for c, stage in enumerate(self.cell_stages) if stage == number]
            kept = np.sort(np.concatenate([self.cells[c] for c in chosen]))
            where = np.flatnonzero(np.isin(self.member_of, kept))
            parts.append(
                (
                    Roster(
                        units=tuple(self.units[i] for i in where),
                        head=np.searchsorted(where, self.head[kept]),
                        member_of=np.searchsorted(kept, self.member_of[where]),
                        cells=tuple(np.searchsorted(kept, self.cells[c]) for c in chosen),
                        strata=tuple(self.strata[c] for c in chosen),
                        stages=(label,),
                        cell_stages=(0,) * len(chosen),
                        covariates={
                            name: tuple(values[i] for i in kept)
                            for name, values in self.covariates.items()
                        },
                    ),
                    where,
                )
            )
        return parts

    def placed(
        self,
        places: Sequence[tuple[Hashable, Hashable]],
        stage_order: Sequence[Hashable] | None = None,
    ) -> Roster:
        """Put the randomisation units into other stages and strata: those of the draw.

        Parameters
        ----------
        places
            Stage and stratum of each randomisation unit.
        stage_order
            As in `build`.

        Examples
        --------
        >>> roster = Roster.build(["a", "b", "c"], ["s", "s", "s"])
        >>> [cell.tolist() for cell in roster.placed([(1, "s"), (2, "s"), (1, "s")]).cells]
        [[0, 2], [1]]
        """
        stages = _ordered([stage for stage, _ in places], stage_order)
        cells: dict[tuple[Hashable, Hashable], list[int]] = {}
        for position, place in enumerate(places):
            cells.setdefault(place, []).append(position)
        return replace(
            self,
            cells=tuple(np.asarray(cell, dtype=np.int64) for cell in cells.values()),
            strata=tuple(stratum for _, stratum in cells),
            stages=stages,
            cell_stages=tuple(stages.index(stage) for stage, _ in cells),
        )

    def merged(self) -> Roster:
        """Forget the strata: one cell for each stage."""
        cells = []
        for number in range(len(self.stages)):
            of_stage = [c for c, s in zip(self.cells, self.cell_stages, strict=True) if s == number]
            cells.append(np.sort(np.concatenate(of_stage)))
        return Roster(
            self.units,
            self.head,
            self.member_of,
            tuple(cells),
            strata=(None,) * len(cells),
            stages=self.stages,
            cell_stages=tuple(range(len(cells))),
            covariates=self.covariates,
        )

    def unit_keys(self, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Give the keys of the randomisation units for each draw, shape (D, randomisation units).

        Raises
        ------
        SchemeError
            The number of columns is not n.
        """
        self._check(keys)
        return keys.take(self.head, axis=1)

    def cell_keys(self, keys: NDArray[np.uint64]) -> Iterator[NDArray[np.uint64]]:
        """Give the keys of each cell's randomisation units, shape (D, units of the cell) each.

        They come one after the other, so that a cell's keys are in the processor's cache.

        Raises
        ------
        SchemeError
            The number of columns is not n.
        """
        self._check(keys)
        return (keys.take(self.head[cell], axis=1) for cell in self.cells)

    def of_units(self, of_cells: Sequence[NDArray[np.integer[Any]]]) -> NDArray[np.int64]:
        """Give each unit what its randomisation unit has, from one array for each cell, (D, n)."""
        place = np.empty(self.head.size, dtype=np.int64)
        place[np.concatenate(self.cells)] = np.arange(self.head.size)
        joined = np.concatenate(of_cells, axis=1)
        return joined.take(place[self.member_of], axis=1).astype(np.int64)

    def _check(self, keys: NDArray[np.uint64]) -> None:
        if keys.ndim != 2 or keys.shape[1] != self.size:
            raise SchemeError(f"A draw of {self.size} units needs {self.size} keys.")


class Scheme(Protocol):
    """What a draw, its power and its randomisation inference need of any scheme."""

    @property
    def arms(self) -> tuple[str, ...]:
        """Arm labels, in declared order."""
        ...

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Assign for each row of keys, shape (D, n): arm positions of the same shape."""
        ...


def assign(scheme: Scheme, roster: Roster, keys: Sequence[int] | NDArray[np.uint64]) -> list[str]:
    """Draw once with any scheme.

    Parameters
    ----------
    scheme, roster
        The draw.
    keys
        64-bit keys, one per unit, 0 to 2**64 - 1.

    Returns
    -------
    list of str
        The arm of each unit, in the order of `roster.units`.

    Raises
    ------
    SchemeError
        As the scheme, or a key too few or too many.
    """
    drawn = scheme.assign_many(roster, np.asarray(keys, dtype=np.uint64)[None, :])[0]
    return [scheme.arms[position] for position in drawn]


def _gather(
    units: Sequence[str], stage: Sequence[Hashable], groups: Sequence[Hashable] | None
) -> tuple[list[int], NDArray[np.int64]]:
    """Gather units into randomisation units, in order of identifier."""
    group_of: dict[Hashable, int] = {}
    head: list[int] = []
    member_of = np.empty(len(units), dtype=np.int64)
    for i in sorted(range(len(units)), key=lambda i: units[i]):
        label = None if groups is None else groups[i]
        name: Hashable = ("unit", units[i]) if label is None else ("group", label)
        if name not in group_of:
            group_of[name] = len(head)
            head.append(i)
        member_of[i] = group_of[name]
        if stage[i] != stage[head[group_of[name]]]:
            raise SchemeError(
                f"Unit {units[i]} and unit {units[head[group_of[name]]]} are drawn together "
                "but belong to different stages."
            )
    return head, member_of


def _ordered(
    stage: Sequence[Hashable], stage_order: Sequence[Hashable] | None
) -> tuple[Hashable, ...]:
    """Put the stages that occur in the order in which they are drawn."""
    found = set(stage)
    if stage_order is not None:
        if not found <= set(stage_order) or len(set(stage_order)) < len(stage_order):
            raise SchemeError("The order of the stages must name every stage once.")
        return tuple(label for label in stage_order if label in found)
    try:
        return tuple(sorted(found))  # type: ignore[type-var]
    except TypeError as problem:
        raise SchemeError("The stages cannot be put in order; say in which.") from problem
