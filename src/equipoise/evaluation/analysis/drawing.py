"""The declared scheme, ready to draw the units that were randomised, and their chances."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from equipoise.design.protocol import (
    DeclaredScheme,
    Protocol,
    build_scheme,
    declared_scheme,
    is_even,
)
from equipoise.evaluation.outcomes import BALANCED
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

Row = tuple[Any, ...]


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

    None where all units of a stratum had the same, by rule or because the arms have equal shares.
    """
    declared = declared_scheme(protocol)
    scheme = drawing_scheme(protocol, roster)
    if scheme is None or is_even(build_scheme(declared, protocol.whole_shares()), declared):
        return None
    return _chances(declared, *_plain(protocol, roster))


def _plain(
    protocol: Protocol, roster: pl.DataFrame
) -> tuple[tuple[tuple[str, int], ...], tuple[Row, ...]]:
    balanced = [name for name in roster.columns if name.startswith(BALANCED)]
    rows = roster.select("unit", "stage", "stratum", *balanced).iter_rows()
    return tuple(protocol.whole_shares().items()), tuple(rows)


# One analysis asks for the same scheme once for each model; nothing else is remembered.
@lru_cache(maxsize=4)
def _scheme(
    declared: DeclaredScheme, shares: tuple[tuple[str, int], ...], rows: tuple[Row, ...]
) -> Scheme:
    scheme = build_scheme(declared, dict(shares))
    if not declared.covariates or declared.type == "pairs":
        return scheme
    values = declared.values([row[3:] for row in rows])
    units = [row[0] for row in rows]
    return InformedScheme(
        scheme, {name: dict(zip(units, of, strict=True)) for name, of in values.items()}
    )


@lru_cache(maxsize=4)
def _chances(
    declared: DeclaredScheme, shares: tuple[tuple[str, int], ...], rows: tuple[Row, ...]
) -> dict[str, tuple[float, ...]]:
    roster = Roster.build(
        [row[0] for row in rows],
        [row[2] for row in rows],
        stages=[row[1] for row in rows],
        covariates=declared.values([row[3:] for row in rows]),
    )
    scheme = build_scheme(declared, dict(shares))
    found = assignment_probabilities(scheme, roster, draws=DRAWS).probability
    return {row[0]: tuple(map(float, found[i])) for i, row in enumerate(rows)}
