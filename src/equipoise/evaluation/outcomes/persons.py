"""Persons who answered: their scores at every wave, and the school they are analysed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol as Structure

import polars as pl

from equipoise.core.base import Problems
from equipoise.design.protocol import Protocol
from equipoise.evaluation.outcomes.places import SchoolFacts, place_columns
from equipoise.evaluation.outcomes.roster import Place

__all__ = ["Person", "Scored", "person_rows", "persons_in"]

Person = tuple[str, dict[str, float]]
"""The school of the last wave with a score, and the scores by ``<instrument>_<wave>``."""


class _Score(Structure):
    @property
    def person_id(self) -> str: ...

    @property
    def urn(self) -> str: ...

    @property
    def score(self) -> float | None: ...


class Scored(Structure):
    """The scores of one instrument at one wave, as `programme.surveys` hands them on."""

    @property
    def instrument(self) -> str:
        """Name of the instrument."""
        ...

    @property
    def wave(self) -> str:
        """Name of the wave."""
        ...

    @property
    def rows(self) -> Sequence[_Score]:
        """One row per respondent."""
        ...


def persons_in(
    protocol: Protocol,
    scores: Sequence[Scored],
    places: Mapping[str, Place],
    problems: Problems,
) -> dict[str, Person]:
    """Gather each person's school and scores.

    Parameters
    ----------
    protocol
        Its waves, in order.
    scores
        One per instrument and wave.
    places
        Of every randomised school; who answered for another is left out.
    problems
        Is given an undeclared wave, and a person twice in one wave.
    """
    waves = [wave.id for wave in protocol.design.periods.waves]
    persons: dict[str, Person] = {}
    for table in scores:
        if table.wave not in waves:
            problems.add(
                file=f"outcomes/surveys/{table.wave}.csv",
                place="whole file",
                found=f"the wave {table.wave}",
                expected="one of " + (", ".join(waves) or "none declared"),
                remedy="declare the wave, or leave the file out",
            )
    declared = (t for t in scores if t.wave in waves)
    for table in sorted(declared, key=lambda t: (waves.index(t.wave), t.instrument)):
        column = f"{table.instrument}_{table.wave}"
        for number, row in enumerate(table.rows, start=1):
            if row.score is None or row.urn not in places:
                continue
            _, held = persons.get(row.person_id, (row.urn, {}))
            if column in held:
                problems.add(
                    file=f"outcomes/surveys/{table.wave}.csv",
                    place=f"response {number}",
                    found="a person who answered already",
                    expected="one response for each person and wave",
                    remedy="set the response aside before scoring",
                )
            persons[row.person_id] = (row.urn, {**held, column: float(row.score)})
    return persons


def person_rows(
    persons: Mapping[str, Person],
    places: Mapping[str, Place],
    known: Mapping[str, SchoolFacts],
    protocol: Protocol,
    scores: Sequence[Scored],
) -> pl.DataFrame:
    """Lay persons in a table, one row each, sorted: where they stand, and every declared score."""
    order = sorted(persons)
    urns = [persons[p][0] for p in order]
    columns = place_columns(order, urns, places, known)
    for name in sorted({f"{t.instrument}_{t.wave}" for t in scores} | _declared(protocol)):
        values = [persons[p][1].get(name) for p in order]
        columns[name] = pl.Series(values, dtype=pl.Float64)
    return pl.DataFrame(columns)


def _declared(protocol: Protocol) -> set[str]:
    """Name the score columns that outcomes need, so that an unread wave is missing, not absent."""
    names = set()
    for outcome in protocol.design.outcomes:
        if outcome.measure.type == "score":
            names.add(f"{outcome.measure.instrument}_{outcome.measure.wave}")
            if outcome.baseline is not None and outcome.baseline.wave is not None:
                names.add(f"{outcome.measure.instrument}_{outcome.baseline.wave}")
    return names
