"""A draw after others: a stage that looks back at units whose arms are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from equipoise.statistics.schemes.minimisation import MinimisationScheme
from equipoise.statistics.schemes.roster import Roster, SchemeError


def assign_after(
    scheme: MinimisationScheme, roster: Roster, keys: Mapping[str, int], arms: Mapping[str, str]
) -> dict[str, str]:
    """Draw the stages that are left, the others being drawn.

    Parameters
    ----------
    scheme
        Counts the units of stages drawn before (``carry``).
    roster
        The units of all stages, the drawn ones first.
    keys
        The 64-bit key of each unit to be drawn.
    arms
        The arm of every other unit.

    Returns
    -------
    dict
        The arm of each unit that was drawn.

    Raises
    ------
    SchemeError
        A unit that has neither key nor arm, or both, or as `MinimisationScheme.assign_many`.

    Examples
    --------
    >>> scheme = MinimisationScheme.from_shares({"a": 1, "b": 1}, {"size": 1}, "99/100")
    >>> size = ["big"] * 3
    >>> roster = Roster.build(list("xyz"), [0] * 3, stages=[1, 1, 2], covariates={"size": size})
    >>> assign_after(scheme, roster, {"z": 5}, {"x": "a", "y": "a"})
    {'z': 'b'}
    """
    if any((unit in keys) == (unit in arms) for unit in roster.units):
        raise SchemeError("Each unit needs either a key or the arm that it has.")
    position = {arm: k for k, arm in enumerate(scheme.arms)}
    settled = [position[arms[unit]] if unit in arms else -1 for unit in roster.units]
    # The keys of units that are settled are not looked at.
    every = np.asarray([[keys.get(unit, 0) for unit in roster.units]], dtype=np.uint64)
    drawn = scheme.assign_many(roster, every, np.asarray(settled, dtype=np.int64))[0]
    placed = zip(roster.units, drawn.tolist(), strict=True)
    return {unit: scheme.arms[arm] for unit, arm in placed if unit in keys}
