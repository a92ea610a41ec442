"""The declared scheme, ready to draw the units that were randomised, and their chances."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from equipoise.design.protocol import (
    DeclaredScheme,
    Protocol,
    build_scheme,
    declared_scheme,
    is_even,
)
from equipoise.design.randomisation import CHOOSING
from equipoise.evaluation.outcomes import BALANCED, DRAWN_STAGE, DRAWN_STRATUM, EARLIER
from equipoise.statistics.schemes import (
    InformedScheme,
    Roster,
    Scheme,
    assignment_probabilities,
)

__all__ = ["drawing_scheme", "unit_chances"]

DRAWS = 4_000
"""Draws from which the chances of units are taken, where they do not follow from the rule: their
Monte Carlo error is below one hundredth. The seed is 0, so that anyone finds the same."""


def drawing_scheme(protocol: Protocol, roster: pl.DataFrame) -> Scheme | None:
    """Return what drew the arms, with all that it asks to know of the units.

    Parameters
    ----------
    protocol
        Declares the scheme.
    roster
        Every randomised unit, as in `AnalysisSet`.

    Returns
    -------
    Scheme or None
        None for a trial drawn elsewhere.
    """
    if protocol.design.scheme.draw == "external":
        return None
    return _scheme(declared_scheme(protocol), *_plain(protocol, roster))


def unit_chances(
    protocol: Protocol, roster: pl.DataFrame
) -> Mapping[str, tuple[float, ...]] | None:
    """Return each unit's chance of each arm, in declared order.

    None where all units of a stratum had the same, by rule or because the arms have equal shares,
    and were drawn together: then the realised share says the same with less noise.
    """
    declared = declared_scheme(protocol)
    scheme = drawing_scheme(protocol, roster)
    if scheme is None:
        return None
    shares, drawn, order = _plain(protocol, roster)
    even = is_even(build_scheme(declared, protocol.whole_shares()), declared)
    if even and DRAWN_STAGE not in roster.columns:
        return None
    if even and declared.type in CHOOSING:
        # By symmetry: exchanging the names of arms with equal shares changes nothing.
        return {row.unit: (1 / len(shares),) * len(shares) for row in drawn}
    return _chances(declared, shares, drawn, order)


class Drawn(NamedTuple):
    """A unit as it was drawn: where, and with which values of what the scheme balances."""

    unit: str
    stage: str
    stratum: str
    values: tuple[str, ...]


def _plain(
    protocol: Protocol, roster: pl.DataFrame
) -> tuple[tuple[tuple[str, int], ...], tuple[Drawn, ...], tuple[str, ...]]:
    """Return shares, units, and stages in the order of their draws, empty where it is no matter."""
    balanced = [name for name in roster.columns if name.startswith(BALANCED)]
    moved = DRAWN_STAGE in roster.columns
    place = (DRAWN_STAGE, DRAWN_STRATUM) if moved else ("stage", "stratum")
    rows = roster.select("unit", *place, *balanced).iter_rows()
    drawn = tuple(
        Drawn(unit, stage, stratum, tuple(values)) for unit, stage, stratum, *values in rows
    )
    order: tuple[str, ...] = ()
    if EARLIER in roster.columns:
        known = roster.select(place[0], EARLIER).unique().sort(EARLIER, place[0])
        order = tuple(known[place[0]].to_list())
    elif moved:
        order = tuple(sorted({row.stage for row in drawn}))
    return tuple(protocol.whole_shares().items()), drawn, order


# One analysis asks for the same scheme once for each model; nothing else is remembered.
@lru_cache(maxsize=4)
def _scheme(
    declared: DeclaredScheme,
    shares: tuple[tuple[str, int], ...],
    drawn: tuple[Drawn, ...],
    order: tuple[str, ...],
) -> Scheme:
    scheme = build_scheme(declared, dict(shares))
    values = {}
    if declared.covariates and declared.type != "pairs":
        values = declared.values([row.values for row in drawn])
    if not values and not order:
        return scheme
    units = [row.unit for row in drawn]
    return InformedScheme(
        scheme,
        {name: dict(zip(units, of, strict=True)) for name, of in values.items()},
        {row.unit: (row.stage, row.stratum) for row in drawn} if order else {},
        order,
    )


@lru_cache(maxsize=4)
def _chances(
    declared: DeclaredScheme,
    shares: tuple[tuple[str, int], ...],
    drawn: tuple[Drawn, ...],
    order: tuple[str, ...],
) -> dict[str, tuple[float, ...]]:
    roster = Roster.build(
        [row.unit for row in drawn],
        [row.stratum for row in drawn],
        stages=[row.stage for row in drawn],
        covariates=declared.values([row.values for row in drawn]),
        stage_order=order or None,
    )
    scheme = build_scheme(declared, dict(shares))
    found = assignment_probabilities(scheme, roster, draws=DRAWS).probability
    return {row.unit: tuple(map(float, found[i])) for i, row in enumerate(drawn)}
