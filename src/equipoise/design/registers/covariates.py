"""Covariates: what else is known of schools before the draw, exactly as numbers or labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

Value = Fraction | str
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?")


class _School(Protocol):
    @property
    def urn(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def pupils(self) -> int: ...


def unit_covariates(
    columns: Mapping[str, Mapping[str, str]], schools: Sequence[_School]
) -> dict[str, dict[str, Value]]:
    """Give the covariates of units from those of their schools.

    A column is of numbers where every cell that is filled is one. A unit of several schools has
    the mean over their pupils, as an exact fraction, or the label of its first school.

    Parameters
    ----------
    columns
        By name and then by URN, the cells of design/covariates.csv that are filled.
    schools
        The schools that take part, in order of URN.

    Returns
    -------
    dict
        By name and then by unit; units of which a school has an empty cell are left out.

    Examples
    --------
    >>> from equipoise.design.registers import EnrolledSchool
    >>> pair = [
    ...     EnrolledSchool("900001", "900001", "A", "900", "N", "primary", 100),
    ...     EnrolledSchool("900002", "900001", "B", "900", "N", "primary", 300),
    ... ]
    >>> unit_covariates({"free_meals": {"900001": "20", "900002": "10.5"}}, pair)
    {'free_meals': {'900001': Fraction(103, 8)}}
    """
    members: dict[str, list[_School]] = {}
    for school in schools:
        members.setdefault(school.unit, []).append(school)
    found: dict[str, dict[str, Value]] = {}
    for name, cells in columns.items():
        numbers = all(_NUMBER.fullmatch(cell) for cell in cells.values())
        found[name] = {}
        for unit, group in members.items():
            if any(school.urn not in cells for school in group):
                continue
            if not numbers:
                found[name][unit] = cells[group[0].urn]
                continue
            total = sum(Fraction(cells[school.urn]) * school.pupils for school in group)
            found[name][unit] = Fraction(total) / sum(school.pupils for school in group)
    return found
