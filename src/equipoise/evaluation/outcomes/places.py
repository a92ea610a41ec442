"""Where rows stand: the columns that every table of outcomes begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from equipoise.evaluation.outcomes.roster import Place

__all__ = ["SchoolFacts", "place_columns"]


@dataclass(frozen=True)
class SchoolFacts:
    """What the register says of a school.

    Attributes
    ----------
    urn, la_code, phase
        Of the register.
    pupils
        On the roll at the declared census.
    """

    urn: str
    la_code: str
    phase: str
    pupils: int


def place_columns(
    keys: Sequence[str],
    urns: Sequence[str],
    places: Mapping[str, Place],
    known: Mapping[str, SchoolFacts],
) -> dict[str, pl.Series]:
    """Return the columns that schools' and persons' tables begin with.

    Parameters
    ----------
    keys, urns
        Of each row: what names it, and its school.
    places, known
        Of each school: unit, stage and stratum, and what the register says.
    """
    schools, stands = [known[urn] for urn in urns], [places[urn] for urn in urns]
    texts: dict[str, Sequence[str]] = {
        "key": keys,
        "urn": urns,
        "unit": [unit for unit, _, _ in stands],
        "cluster": [unit for unit, _, _ in stands],
        "stage": [stage for _, stage, _ in stands],
        "stratum": [stratum for _, _, stratum in stands],
        "la_code": [school.la_code for school in schools],
        "phase": [school.phase for school in schools],
    }
    columns = {name: pl.Series(values, dtype=pl.String) for name, values in texts.items()}
    columns["pupils"] = pl.Series([school.pupils for school in schools], dtype=pl.Int64)
    return columns
