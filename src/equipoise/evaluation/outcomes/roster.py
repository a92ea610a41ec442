"""The roster: who was randomised, in which stratum of which stage; never into which arm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol as Structure

import polars as pl

from equipoise.core.base import Problems

__all__ = [
    "BALANCED",
    "DRAWN_STAGE",
    "DRAWN_STRATUM",
    "EARLIER",
    "Place",
    "RosterRow",
    "StageRoster",
    "roster_frame",
    "school_places",
]

BALANCED = "balanced_"
"""Beginning of the names of columns that hold what the scheme balances."""

DRAWN_STAGE, DRAWN_STRATUM = "drawn_stage", "drawn_stratum"
"""Columns of where a unit was drawn, where late joiners are analysed with those they joined."""

EARLIER = "earlier"
"""Column of how many stages a unit's stage looks back at, where stages do."""

Place = tuple[str, str, str]
"""A school's unit, stage and stratum."""


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


def roster_frame(stages: Sequence[StageRoster], *, pooled: bool = False) -> pl.DataFrame:
    """Lay the rosters of all stages in one table.

    Parameters
    ----------
    stages
        Commitments; of their further fields those of late joiners and of looking back are read.
    pooled
        Whether late joiners are analysed with the stage that they joined.

    Returns
    -------
    polars.DataFrame
        ``unit, stage, stratum, urns, pupils``, sorted by stage and unit; ``urns`` is a number.
        Where the scheme balances covariates, ``balanced_1`` and so on: their values as text, in
        declared order. Where late joiners are pooled, ``drawn_stage`` and ``drawn_stratum``;
        where stages look back, ``earlier``: how many were drawn before.

    Raises
    ------
    ProblemsError
        No unit, a unit or a school in two stages or twice in one.
    """
    problems = Problems()
    seen: dict[str, str] = {}
    schools: dict[str, str] = {}
    rows, drawn = [], []
    for stage in stages:
        for row in stage.roster:
            _once(problems, seen, row.unit, stage.stage, "unit")
            for urn in row.urns:
                _once(problems, schools, urn, stage.stage, "school")
            known = tuple(getattr(row, "covariates", ()))
            place = _analysed_stage(stage, pooled)
            rows.append((row.unit, place, row.stratum, len(row.urns), row.pupils, *known))
            drawn.append((stage.stage, row.stratum, len(getattr(stage, "earlier", ()))))
    if not rows:
        problems.add(
            file="the commitments",
            place="rosters of all stages",
            found="no unit",
            expected="at least one committed stage",
            remedy="commit a stage before the outcomes are put together",
        )
    problems.raise_if_any()
    frame = pl.DataFrame(
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
    )
    if pooled and any(getattr(stage, "late_of", None) is not None for stage in stages):
        frame = frame.with_columns(
            pl.Series(DRAWN_STAGE, [stage for stage, _, _ in drawn], dtype=pl.String),
            pl.Series(DRAWN_STRATUM, [stratum for _, stratum, _ in drawn], dtype=pl.String),
        )
    if any(before for _, _, before in drawn):
        before = [number for _, _, number in drawn]
        frame = frame.with_columns(pl.Series(EARLIER, before, dtype=pl.Int64))
    return frame.sort("stage", "unit")


def _analysed_stage(stage: StageRoster, pooled: bool) -> str:
    """Return the stage in which units are analysed: of late joiners the one that they joined."""
    joined = getattr(stage, "late_of", None)
    return str(joined) if pooled and joined is not None else stage.stage


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


def school_places(stages: Sequence[StageRoster], *, pooled: bool = False) -> dict[str, Place]:
    """Map each school to its unit, stage and stratum, as in `roster_frame`."""
    return {
        urn: (row.unit, _analysed_stage(stage, pooled), row.stratum)
        for stage in stages
        for row in stage.roster
        for urn in row.urns
    }
