"""A scheme together with what is known of the units that it will draw."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.roster import Roster, Scheme, SchemeError


@dataclass(frozen=True)
class InformedScheme:
    """A scheme with what its callers' rosters do not carry: covariates, and where units are drawn.

    Attributes
    ----------
    scheme
        What draws.
    covariates
        By name and then by unit, what the scheme asks the roster for.
    places
        Stage and stratum in which each unit is drawn, where the caller's roster has others: late
        joiners that are analysed with the stage that they joined. Empty where they are the same.
    stage_order
        With `places`: the stages in the order in which they are drawn; empty for ascending order.
    """

    scheme: Scheme
    covariates: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, tuple[Hashable, Hashable]] = field(default_factory=dict)
    stage_order: tuple[Hashable, ...] = ()

    @property
    def arms(self) -> tuple[str, ...]:
        """Arm labels, in declared order."""
        return self.scheme.arms

    def informed(self, roster: Roster) -> Roster:
        """Give a roster the covariates of its units, and put them where they are drawn.

        Raises
        ------
        SchemeError
            A unit of which nothing is known.
        """
        heads = [roster.units[i] for i in roster.head]
        if self.places:
            nowhere = [unit for unit in heads if unit not in self.places]
            if nowhere:
                raise SchemeError(f"Unit {nowhere[0]} is drawn in no stage that is known.")
            places = [self.places[unit] for unit in heads]
            found = {stage for stage, _ in places}
            order = [stage for stage in self.stage_order if stage in found]
            roster = roster.placed(places, order or None)
        for name, values in self.covariates.items():
            unknown = [unit for unit in heads if unit not in values]
            if unknown:
                raise SchemeError(f"Unit {unknown[0]} has no value of the covariate {name!r}.")
        known = {name: tuple(v[unit] for unit in heads) for name, v in self.covariates.items()}
        return replace(roster, covariates={**roster.covariates, **known})

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Draw once for each row of keys, shape (D, n): arm positions of the same shape.

        Examples
        --------
        >>> from equipoise.statistics.schemes.minimisation import MinimisationScheme
        >>> rule = MinimisationScheme.from_shares({"a": 1, "b": 1}, {"size": 1}, "9/10")
        >>> scheme = InformedScheme(rule, {"size": {"x": "big", "y": "big"}})
        >>> roster = Roster.build(["x", "y"], [0, 0])
        >>> scheme.assign_many(roster, np.array([[9, 2]], dtype=np.uint64)).shape
        (1, 2)
        """
        return self.scheme.assign_many(self.informed(roster), keys)
