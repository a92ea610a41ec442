"""Census fields: the elements of the children-in-need census, and its codes by year."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class CensusFields:
    """What a census of a year may hold.

    Attributes
    ----------
    year
        The year in which the collection ends, on 31 March.
    elements
        For each element the names of those that may stand in it.
    known
        For each coded element the codes of any year.
    valid
        For each coded element those of this year.
    """

    year: int
    elements: Mapping[str, frozenset[str]]
    known: Mapping[str, frozenset[str]]
    valid: Mapping[str, frozenset[str]]


def census_years() -> tuple[int, int]:
    """Return the first and the last year whose census can be read.

    Examples
    --------
    >>> census_years()
    (2017, 2026)
    """
    years = _body()["years"]
    return years["from"], years["to"]


@cache
def census_fields(year: int) -> CensusFields:
    """Return what a census of a year may hold.

    Raises
    ------
    ValueError
        Where the year is not one of `census_years`.

    Examples
    --------
    >>> "RC9" in census_fields(2022).valid["ReasonForClosure"]
    False
    >>> sorted(census_fields(2025).valid["Sex"])
    ['F', 'M', 'U']
    """
    first, last = census_years()
    if not first <= year <= last:
        raise ValueError(f"a census of {first} to {last}")
    body = _body()
    return CensusFields(
        year=year,
        elements={name: frozenset(within) for name, within in body["elements"].items()},
        known={name: _codes(codes) for name, codes in body["codes"].items()},
        valid={name: _codes(codes, year) for name, codes in body["codes"].items()},
    )


def _codes(codes: list[dict[str, Any]], year: int | None = None) -> frozenset[str]:
    return frozenset(
        code["code"]
        for code in codes
        if year is None or code.get("from", year) <= year <= code.get("to", year)
    )


@cache
def _body() -> dict[str, Any]:
    path = files(__package__) / "data" / "census-fields.json"
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body
