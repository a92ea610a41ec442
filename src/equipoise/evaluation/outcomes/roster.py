"""The roster: who was randomised, in which stratum of which stage; never into which arm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol as Structure

import polars as pl

from equipoise.core.base import Problems

__all__ = ["BALANCED", "RosterRow", "StageRoster", "roster_frame", "school_places"]

BALANCED = "balanced_"
"""Beginning of the names of columns that hold what the scheme balances."""


class RosterRow(Structure):
    """A randomised unit as a commitment holds it."""

    @property
    def unit(self) -> str:
        """Identifier of the unit."""
        ...

    @property
    def urns(self) -> Sequence[str]:
        """Its schools."""
        ...

    @property
    def stratum(self) -> str:
        """Its stratum."""
        ...

    @property
    def pupils(self) -> int:
        """Pupils on the rolls of its schools."""
        ...


class StageRoster(Structure):
    """The roster of one stage: the part of a commitment that says nothing of the draw."""

    @property
    def stage(self) -> str:
        """Name of the stage."""
        ...

    @property
    def roster(self) -> Sequence[RosterRow]:
        """Its units."""
        ...


def roster_frame(stages: Sequence[StageRoster]) -> pl.DataFrame:
    """Lay the rosters of all stages in one table.

    Returns
    -------
    polars.DataFrame
        ``unit, stage, stratum, urns, pupils``, sorted by stage and unit; ``urns`` is a number.
        Where the scheme balances covariates, ``balanced_1`` and so on: their values as text, in
        declared order.

    Raises
    ------
    ProblemsError
        No unit, a unit or a school in two stages or twice in one.
    """
    problems = Problems()
    seen: dict[str, str] = {}
    schools: dict[str, str] = {}
    rows = []
    for stage in stages:
        for row in stage.roster:
            _once(problems, seen, row.unit, stage.stage, "unit")
            for urn in row.urns:
                _once(problems, schools, urn, stage.stage, "school")
            known = tuple(getattr(row, "covariates", ()))
            rows.append((row.unit, stage.stage, row.stratum, len(row.urns), row.pupils, *known))
    if not rows:
        problems.add(
            file="the commitments",
            place="rosters of all stages",
            found="no unit",
            expected="at least one committed stage",
            remedy="commit a stage before the outcomes are put together",
        )
    problems.raise_if_any()
    return pl.DataFrame(
        rows,
        schema={
            "unit": pl.String,
            "stage": pl.String,
            "stratum": pl.String,
            "urns": pl.Int64,
            "pupils": pl.Int64,
            **{f"{BALANCED}{k + 1}": pl.String for k in range(len(rows[0]) - 5)},
        },
        orient="row",
    ).sort("stage", "unit")


def _once(problems: Problems, seen: dict[str, str], name: str, stage: str, what: str) -> None:
    if name in seen:
        problems.add(
            file="the commitments",
            place=f"stage {stage}",
            found=f"{what} {name}, which also stands in stage {seen[name]}",
            expected=f"each {what} in one unit of one stage",
            remedy="correct the rosters before the draw; after it this is a deviation",
        )
    seen.setdefault(name, stage)


def school_places(stages: Sequence[StageRoster]) -> dict[str, tuple[str, str, str]]:
    """Map each school to its unit, stage and stratum."""
    return {
        urn: (row.unit, stage.stage, row.stratum)
        for stage in stages
        for row in stage.roster
        for urn in row.urns
    }
