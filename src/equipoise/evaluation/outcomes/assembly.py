"""The analysis set of a trial with authorities: schools with their counts, persons with scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol as Structure

import polars as pl

from equipoise.core.base import Problems
from equipoise.design.protocol import Protocol
from equipoise.evaluation.outcomes.roster import StageRoster, roster_frame, school_places
from equipoise.evaluation.outcomes.summary import summarise
from equipoise.evaluation.outcomes.types import AnalysisSet, AuthorityWindow

__all__ = ["AuthorityCounts", "SchoolCounts", "SchoolFacts", "Scored", "assemble"]


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


@dataclass(frozen=True)
class SchoolCounts:
    """The counts of one school in one window.

    Attributes
    ----------
    urn, window
        Of the pack.
    counts
        By name (`Protocol.counts`).
    """

    urn: str
    window: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class AuthorityCounts:
    """What one authority sent.

    Attributes
    ----------
    la_code
        Its code.
    schools
        Counts by school and window.
    unresolved, not_school
        By window: contacts from a school that could not be resolved, and from what is no school.
    """

    la_code: str
    schools: Sequence[SchoolCounts]
    unresolved: Mapping[str, int]
    not_school: Mapping[str, int]


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
    roster = roster_frame(stages)
    places = school_places(stages)
    known = {fact.urn: fact for fact in facts}
    problems = Problems()
    windows = [window.id for window in protocol.design.periods.windows]
    _check_facts(places, known, problems)
    counted = _counted(packs, places, windows, protocol.counts, problems)
    persons = _persons(protocol, scores, places, problems)
    problems.raise_if_any()
    schools = _schools(places, known, counted, windows, protocol.counts)
    dsls = _placed(persons, places, known, protocol, scores)
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
            authorities=_authority_windows(schools, packs, windows),
            packs_missing=sorted(needed - sent),
            off_roster=sum(row.urn not in places for pack in packs for row in pack.schools),
        ),
    )


def _check_facts(
    places: Mapping[str, tuple[str, str, str]],
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


def _counted(
    packs: Sequence[AuthorityCounts],
    places: Mapping[str, tuple[str, str, str]],
    windows: Sequence[str],
    names: Sequence[str],
    problems: Problems,
) -> dict[tuple[str, str], Mapping[str, int]]:
    """Gather counts by school and window."""
    counted: dict[tuple[str, str], Mapping[str, int]] = {}
    sent: set[str] = set()
    for pack in packs:
        file = f"the pack of authority {pack.la_code}"
        if pack.la_code in sent:
            problems.add(
                file=file,
                place="whole file",
                found="a second pack",
                expected="one pack for each authority",
                remedy="hand on the version that counts",
            )
        sent.add(pack.la_code)
        for row in pack.schools:
            place = f"school {row.urn}, window {row.window}"
            if row.window not in windows:
                problems.add(
                    file=file,
                    place=place,
                    found=f"the window {row.window}",
                    expected="one of " + ", ".join(windows),
                    remedy="build the pack with the windows of the protocol",
                )
            if (row.urn, row.window) in counted:
                problems.add(
                    file=file,
                    place=place,
                    found="a school that was counted already",
                    expected="each school once in each window, by one authority",
                    remedy="build the packs again",
                )
            for name in names:
                if row.counts.get(name, -1) < 0:
                    problems.add(
                        file=file,
                        place=place,
                        found=f"no count {name}, or one below zero",
                        expected="a count of zero or more",
                        remedy="build the pack again with this version",
                    )
            if row.urn in places:
                counted[row.urn, row.window] = row.counts
    return counted


def _schools(
    places: Mapping[str, tuple[str, str, str]],
    known: Mapping[str, SchoolFacts],
    counted: Mapping[tuple[str, str], Mapping[str, int]],
    windows: Sequence[str],
    names: Sequence[str],
) -> pl.DataFrame:
    urns = sorted(places)
    columns: dict[str, pl.Series] = {
        "key": pl.Series(urns, dtype=pl.String),
        "urn": pl.Series(urns, dtype=pl.String),
        "unit": pl.Series([places[u][0] for u in urns], dtype=pl.String),
        "cluster": pl.Series([places[u][0] for u in urns], dtype=pl.String),
        "stage": pl.Series([places[u][1] for u in urns], dtype=pl.String),
        "stratum": pl.Series([places[u][2] for u in urns], dtype=pl.String),
        "la_code": pl.Series([known[u].la_code for u in urns], dtype=pl.String),
        "phase": pl.Series([known[u].phase for u in urns], dtype=pl.String),
        "pupils": pl.Series([known[u].pupils for u in urns], dtype=pl.Int64),
    }
    for window in windows:
        rows = [counted.get((urn, window)) for urn in urns]
        for name in names:
            values = [None if row is None else row[name] for row in rows]
            columns[f"{name}_{window}"] = pl.Series(values, dtype=pl.Int64)
    return pl.DataFrame(columns)


def _persons(
    protocol: Protocol,
    scores: Sequence[Scored],
    places: Mapping[str, tuple[str, str, str]],
    problems: Problems,
) -> dict[str, tuple[str, dict[str, float]]]:
    """Gather each person's school (of the last wave with a score) and scores."""
    waves = [wave.id for wave in protocol.design.periods.waves]
    persons: dict[str, tuple[str, dict[str, float]]] = {}
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


def _placed(
    persons: Mapping[str, tuple[str, dict[str, float]]],
    places: Mapping[str, tuple[str, str, str]],
    known: Mapping[str, SchoolFacts],
    protocol: Protocol,
    scores: Sequence[Scored],
) -> pl.DataFrame:
    order = sorted(persons)
    urns = [persons[p][0] for p in order]
    columns: dict[str, pl.Series] = {
        "key": pl.Series(order, dtype=pl.String),
        "urn": pl.Series(urns, dtype=pl.String),
        "unit": pl.Series([places[u][0] for u in urns], dtype=pl.String),
        "cluster": pl.Series([places[u][0] for u in urns], dtype=pl.String),
        "stage": pl.Series([places[u][1] for u in urns], dtype=pl.String),
        "stratum": pl.Series([places[u][2] for u in urns], dtype=pl.String),
        "la_code": pl.Series([known[u].la_code for u in urns], dtype=pl.String),
        "phase": pl.Series([known[u].phase for u in urns], dtype=pl.String),
        "pupils": pl.Series([known[u].pupils for u in urns], dtype=pl.Int64),
    }
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


def _authority_windows(
    schools: pl.DataFrame, packs: Sequence[AuthorityCounts], windows: Sequence[str]
) -> list[AuthorityWindow]:
    sent = {pack.la_code: pack for pack in packs}
    found = []
    for la_code in sorted(set(schools["la_code"].to_list())):
        rows = schools.filter(pl.col("la_code") == la_code)
        pack = sent.get(la_code)
        for window in windows:
            held = rows.filter(pl.col(f"contacts_{window}").is_not_null())
            beyond = (held[f"children_{window}"] - held["pupils"]).clip(lower_bound=0)
            found.append(
                AuthorityWindow(
                    la_code=la_code,
                    window=window,
                    schools=rows.height,
                    schools_without_data=rows.height - held.height,
                    schools_zero_contacts=int((held[f"contacts_{window}"] == 0).sum()),
                    pupils=int(rows["pupils"].sum()),
                    contacts=int(held[f"contacts_{window}"].sum()),
                    children=int(held[f"children_{window}"].sum()),
                    children_beyond_roll=int(beyond.sum()),
                    unmapped=int(held[f"unmapped_{window}"].sum()),
                    pending=int(held[f"pending_{window}"].sum()),
                    open_case=int(held[f"open_case_{window}"].sum()),
                    repeats=int(held[f"repeats_{window}"].sum()),
                    unresolved=0 if pack is None else pack.unresolved.get(window, 0),
                    not_school=0 if pack is None else pack.not_school.get(window, 0),
                )
            )
    return found
