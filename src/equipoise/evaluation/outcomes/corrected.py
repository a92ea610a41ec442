"""The analysis set as corrected: rows set aside or joined by declared rules that know no arm.

The roster keeps every randomised unit, so that a re-drawn allocation is drawn among all of them
(rules: randomisation inference); only rows leave the analysis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol as Structure

import polars as pl

from equipoise.evaluation.outcomes.types import AnalysisSet
from equipoise.evaluation.outcomes.values import KEYS

__all__ = ["Corrected", "corrected", "set_aside_by"]


class Corrected(Structure):
    """What a correction does to the analysis set: a part of what was signed."""

    @property
    def kind(self) -> str:
        """Kind of the correction."""
        ...

    @property
    def set_aside(self) -> Sequence[str]:
        """Schools whose rows are not analysed by themselves."""
        ...

    @property
    def into(self) -> str | None:
        """The school with which they are counted, or None where they are not."""
        ...


def set_aside_by(corrections: Sequence[Corrected], *, people: bool = False) -> dict[str, str]:
    """Return the kind of the correction by which each school first left the analysis.

    Parameters
    ----------
    corrections
        In the order in which they were signed.
    people
        For outcomes of people: those of a school that was joined with another stay.
    """
    found: dict[str, str] = {}
    for correction in corrections:
        if not (people and correction.into is not None):
            for urn in correction.set_aside:
                found.setdefault(urn, correction.kind)
    return found


def corrected(data: AnalysisSet, corrections: Sequence[Corrected]) -> AnalysisSet:
    """Follow corrections, in the order in which they were signed.

    Parameters
    ----------
    data
        The analysis set as it was put together or frozen.
    corrections
        All of them; those by which every school stays as drawn change nothing.

    Returns
    -------
    AnalysisSet
        Without the rows of schools that were set aside. Where schools were joined, the rolls and
        every count of the joined are added to those of the school with which they are counted (a
        count that either lacks is lacking). People answer for themselves: those of a joined school
        stay in the unit in which it was drawn, those of a school set aside leave with it. The
        roster and the summary stay as they were.
    """
    aside = set_aside_by(corrections)
    if not aside:
        return data
    schools = data.schools
    for correction in corrections:
        if correction.into is not None:
            schools = _joined(schools, correction.set_aside, correction.into)
    leaving = sorted(set_aside_by(corrections, people=True))
    return replace(
        data,
        schools=schools.filter(~pl.col("urn").is_in(sorted(aside))),
        dsls=data.dsls.filter(~pl.col("urn").is_in(leaving)),
    )


def _joined(schools: pl.DataFrame, absorbed: Sequence[str], into: str) -> pl.DataFrame:
    """Add the rolls and counts of some schools to another's."""
    added = ["pupils", *(name for name in schools.columns if name not in KEYS)]
    parts = schools.filter(pl.col("urn").is_in([*absorbed, into]))
    sums: Mapping[str, int | None] = {
        name: None if parts[name].null_count() else int(parts[name].sum()) for name in added
    }
    return schools.with_columns(
        pl.when(pl.col("urn") == into)
        .then(pl.lit(sums[name], dtype=schools.schema[name]))
        .otherwise(pl.col(name))
        .alias(name)
        for name in added
    )
