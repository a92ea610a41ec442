"""Whether a draw still mixes: pairs of units that are nearly always, or never, in one arm."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.draws import iterate_draws
from equipoise.statistics.schemes.enumeration import enumerate_allocations
from equipoise.statistics.schemes.roster import Roster, Scheme, SchemeError


@dataclass(frozen=True)
class Overlap:
    """How often pairs of units fall into one arm.

    A constrained draw that is too tight ties units together: their outcomes then stand or fall as
    one, and a test by re-drawing has few different draws to compare with.

    Attributes
    ----------
    together
        Part of the draws in which units i and j are in one arm, shape (n, n).
    high, low
        Pairs of identifiers at or above, and at or below, the declared parts.
    always, never
        Pairs that are in one arm in all draws, and in none.
    draws
        Draws looked at; all allocations where `exact`.
    distinct
        Different allocations among them.
    exact
        Whether all allocations were looked at.
    """

    together: NDArray[np.float64]
    high: tuple[tuple[str, str], ...]
    low: tuple[tuple[str, str], ...]
    always: tuple[tuple[str, str], ...]
    never: tuple[tuple[str, str], ...]
    draws: int
    distinct: int
    exact: bool


def check_overlap(
    scheme: Scheme,
    roster: Roster,
    *,
    high: Fraction = Fraction(3, 4),
    low: Fraction = Fraction(1, 4),
    draws: int = 10_000,
    seed: int = 0,
) -> Overlap:
    """Look at all allocations of a draw, or else at simulated ones, for pairs tied together.

    Parameters
    ----------
    scheme, roster
        The draw.
    high, low
        Parts of the draws at which a pair is reported, as cvcrand's ``samearmhi`` and
        ``samearmlo``.
    draws, seed
        Simulated draws, where allocations cannot be listed.

    References
    ----------
    R: cvcrand 0.1, ``cvrall(check_validity = TRUE, samearmhi = 0.75, samearmlo = 0.25)``.

    Examples
    --------
    >>> from equipoise.statistics.schemes.pairs import PairedScheme
    >>> roster = Roster.build(list("wxyz"), ["p", "p", "q", "q"])
    >>> check_overlap(PairedScheme(("new", "usual")), roster).never
    (('w', 'x'), ('y', 'z'))
    """
    try:
        every = enumerate_allocations(scheme, roster, limit=draws)
        allocations, chances, exact = every.allocations, every.chances, True
    except SchemeError:
        allocations = np.concatenate(
            [block.astype(np.int8) for block in iterate_draws(scheme, roster, seed, draws)]
        )
        chances, exact = np.full(draws, 1 / draws), False
    together = np.zeros((roster.size, roster.size))
    for k in range(len(scheme.arms)):
        inside = (allocations == k).astype(np.float64)
        together += (inside * chances[:, None]).T @ inside
    rows, columns = np.triu_indices(roster.size, 1)
    part = together[rows, columns]

    def named(chosen: NDArray[np.bool_]) -> tuple[tuple[str, str], ...]:
        pairs = zip(rows[chosen], columns[chosen], strict=True)
        return tuple((roster.units[i], roster.units[j]) for i, j in pairs)

    slack = 1e-12
    return Overlap(
        together=together,
        high=named(part >= float(high) - slack),
        low=named(part <= float(low) + slack),
        always=named(part >= 1 - slack),
        never=named(part <= slack),
        draws=allocations.shape[0],
        distinct=int(np.unique(allocations, axis=0).shape[0]),
        exact=exact,
    )
