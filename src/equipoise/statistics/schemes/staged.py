"""A scheme for each stage: waves or authorities that are drawn at different times."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.roster import Roster, Scheme, SchemeError


@dataclass(frozen=True)
class StagedScheme:
    """Each stage drawn by its own scheme, by itself.

    Every scheme draws the stages of its roster each by itself; this one is for stages that are
    drawn by different schemes. Later stages that look back at earlier ones are
    `MinimisationScheme` with ``carry``.

    Attributes
    ----------
    schemes
        By stage label; all with the same arms in the same order.
    """

    schemes: Mapping[Hashable, Scheme]

    def __post_init__(self) -> None:
        """Refuse stages that differ in their arms."""
        if len({scheme.arms for scheme in self.schemes.values()}) != 1:
            raise SchemeError("All stages must have the same arms in the same order.")

    @property
    def arms(self) -> tuple[str, ...]:
        """Arm labels, in declared order."""
        return next(iter(self.schemes.values())).arms

    def assign_many(self, roster: Roster, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Draw once for each row of keys, shape (D, n): arm positions of the same shape.

        Raises
        ------
        SchemeError
            A stage without a scheme, or as its scheme.

        Examples
        --------
        >>> from equipoise.statistics.schemes.simple import CompleteScheme, SimpleScheme
        >>> shares = {"new": 1, "usual": 1}
        >>> scheme = StagedScheme(
        ...     {1: SimpleScheme.from_shares(shares), 2: CompleteScheme.from_shares(shares)}
        ... )
        >>> roster = Roster.build(list("wxyz"), [0] * 4, stages=[1, 1, 2, 2])
        >>> scheme.assign_many(roster, np.array([[9, 2, 5, 7]], dtype=np.uint64))[0, 2:].tolist()
        [0, 1]
        """
        roster.unit_keys(keys)
        drawn = np.empty(keys.shape, dtype=np.int64)
        for part, where in roster.by_stage():
            label = part.stages[0]
            if label not in self.schemes:
                raise SchemeError(f"No scheme is declared for stage {label!r}.")
            drawn[:, where] = self.schemes[label].assign_many(part, keys[:, where])
        return drawn
