"""The analysis set of a trial with authorities: schools with their counts, persons with scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from equipoise.core.base import Problems
from equipoise.design.protocol import Protocol
from equipoise.evaluation.outcomes.counts import (
    AuthorityCounts,
    Counted,
    authority_windows,
    counted_in,
)
from equipoise.evaluation.outcomes.persons import Scored, person_rows, persons_in
from equipoise.evaluation.outcomes.places import SchoolFacts, place_columns
from equipoise.evaluation.outcomes.roster import Place, StageRoster, roster_frame, school_places
from equipoise.evaluation.outcomes.summary import summarise
from equipoise.evaluation.outcomes.types import AnalysisSet
from equipoise.evaluation.outcomes.values import column_of

__all__ = ["assemble"]


def assemble(
    protocol: Protocol,
    stages: Sequence[StageRoster],
    facts: Sequence[SchoolFacts],
    packs: Sequence[AuthorityCounts],
    scores: Sequence[Scored],
) -> AnalysisSet:
    """Put the tables together.

    A school without a row in its authority's pack keeps its row here, with empty counts; one with a
    row of zeros keeps its zeros. A pack's school that was not randomised is counted and left
    out. A person's school is the one of the last wave with a score.

    Parameters
    ----------
    protocol
        The trial.
    stages
        The rosters of all committed stages.
    facts
        One per randomised school; others are not looked at.
    packs
        One per authority.
    scores
        One per instrument and wave.

    Raises
    ------
    ProblemsError
        A randomised school that is not in the register or has no pupils; two packs of one
        authority; a school twice in one window; a count that is absent or below zero; a window or
        wave that is not declared; a person twice in one wave.
    """
    pooled = protocol.design.stages.late_strata == "pooled"
    roster = roster_frame(stages, pooled=pooled)
    places = school_places(stages, pooled=pooled)
    known = {fact.urn: fact for fact in facts}
    problems = Problems()
    windows = [window.id for window in protocol.design.periods.windows]
    _check_facts(places, known, problems)
    counted = counted_in(packs, places, windows, protocol.counts, problems)
    also = [variant.id for variant in protocol.contact_variants]
    others: dict[str | None, Counted] = {
        name: counted_in(packs, places, windows, protocol.counts, problems, definition=name)
        for name in also
    }
    persons = persons_in(protocol, scores, places, problems)
    problems.raise_if_any()
    schools = _schools(places, known, {None: counted, **others}, windows, protocol.counts)
    dsls = person_rows(persons, places, known, protocol, scores)
    sent = {pack.la_code for pack in packs}
    needed = {known[urn].la_code for urn in places}
    return AnalysisSet(
        schools,
        dsls,
        roster,
        summarise(
            protocol,
            schools,
            dsls,
            roster,
            source="packs",
            authorities=authority_windows(schools, packs, windows),
            packs_missing=sorted(needed - sent),
            off_roster=sum(row.urn not in places for pack in packs for row in pack.schools),
        ),
    )


def _check_facts(
    places: Mapping[str, Place],
    known: Mapping[str, SchoolFacts],
    problems: Problems,
) -> None:
    for urn in sorted(places):
        if urn not in known:
            problems.add(
                file="design/register.csv",
                place=f"school {urn}",
                found="no row",
                expected="every randomised school",
                remedy="restore the register that was committed",
            )
        elif known[urn].pupils < 1:
            problems.add(
                file="design/rolls.csv",
                place=f"school {urn}",
                found="no pupils at the declared census",
                expected="a roll above zero",
                remedy="restore the rolls that were committed",
            )


def _schools(
    places: Mapping[str, Place],
    known: Mapping[str, SchoolFacts],
    counted: Mapping[str | None, Counted],
    windows: Sequence[str],
    names: Sequence[str],
) -> pl.DataFrame:
    urns = sorted(places)
    columns = place_columns(urns, urns, places, known)
    for contact, counts in counted.items():
        for window in windows:
            rows = [counts.get((urn, window)) for urn in urns]
            for name in names:
                values = [None if row is None else row.get(name) for row in rows]
                columns[column_of(name, window, contact)] = pl.Series(values, dtype=pl.Int64)
    return pl.DataFrame(columns)
