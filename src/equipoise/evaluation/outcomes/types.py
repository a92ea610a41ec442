"""What the room of outcomes hands on: tables without arm, and what is in them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from equipoise.core.results import result

__all__ = [
    "AnalysisSet",
    "AnalysisSetSummary",
    "AuthorityWindow",
    "Exceeding",
    "PooledOutcome",
    "WaveScores",
]


@dataclass(frozen=True)
class AuthorityWindow:
    """What one authority's pack holds for one declared window.

    Attributes
    ----------
    la_code
        Code of the authority.
    window
        Name of the declared window.
    schools
        Randomised schools of the authority.
    schools_without_data
        Of these, schools for which the pack has no row.
    schools_zero_contacts
        Of these, schools with a row and no new contact; they are kept.
    pupils
        Pupils on the roll of the randomised schools.
    contacts
        New contacts made by these schools.
    children
        Distinct children among them, summed over schools.
    children_beyond_roll
        Children by which a school's distinct children exceed its roll, summed over schools: at
        least so many children who were contacted about are not on the roll. They are included.
    unmapped
        New contacts with an outcome that is missing or not in the reviewed map.
    pending
        New contacts still pending at the cut-off.
    open_case
        School contacts set aside as on open cases.
    repeats
        School contacts set aside as repeats.
    unresolved
        Contacts of the authority from a school that could not be resolved; belongs to no school.
    not_school
        Contacts of the authority whose organisation was reviewed as not a school.
    """

    la_code: str
    window: str
    schools: int
    schools_without_data: int
    schools_zero_contacts: int
    pupils: int
    contacts: int
    children: int
    children_beyond_roll: int
    unmapped: int
    pending: int
    open_case: int
    repeats: int
    unresolved: int
    not_school: int


@dataclass(frozen=True)
class Exceeding:
    """An outcome whose events exceed the denominator somewhere: binomial models are refused.

    Attributes
    ----------
    outcome
        Id of the outcome.
    numerator, denominator
        Names of the counts.
    schools
        Number of schools where the numerator is larger.
    refused
        Family of models that is refused, ``"binomial"``.
    alternative
        The declared alternative, ``"poisson-log-roll"``.
    """

    outcome: str
    numerator: str
    denominator: str
    schools: int
    refused: str
    alternative: str


@dataclass(frozen=True)
class PooledOutcome:
    """One outcome over all arms together, before anybody may know them.

    Attributes
    ----------
    outcome, title
        Id and title of the outcome.
    unit
        Unit of ``mean`` and ``sd``, in words.
    rows, units
        Rows of the analysis table, and randomised units among them.
    missing
        Rows without a value of the outcome.
    missing_baseline
        Rows without a value of the declared baseline; None if none is declared.
    events, members
        Sum of the numerator and of the denominator; None for scores and values.
    mean
        Sum over sum for rates and shares, mean over rows otherwise; None without rows.
    sd
        Standard deviation over the rows with a value; None under two rows.
    """

    outcome: str
    title: str
    unit: str
    rows: int
    units: int
    missing: int
    missing_baseline: int | None
    events: float | None
    members: float | None
    mean: float | None
    sd: float | None


@dataclass(frozen=True)
class WaveScores:
    """Scores of one instrument at one wave, over all arms.

    Attributes
    ----------
    instrument, wave
        Names as declared.
    scores
        Persons with a score.
    units
        Randomised units that they belong to.
    """

    instrument: str
    wave: str
    scores: int
    units: int


@result("outcomes.summary", version=1)
@dataclass(frozen=True)
class AnalysisSetSummary:
    """What the analysis set holds; no field depends on the arm.

    Attributes
    ----------
    source
        ``"packs"``, or ``"table"`` for a trial that brought its own outcome table.
    stages, strata
        Numbers of stages of the draw and of strata over all of them.
    units, schools
        Randomised units and schools.
    rows
        Rows of the table of schools.
    pupils
        Pupils on the roll of all schools; None where a roll is not known.
    schools_without_data
        Schools with no row in any pack.
    schools_zero_contacts
        Schools with rows and no new contact in any window; they are kept.
    dsls
        Rows of the table of DSLs (persons with a score at any wave).
    windows, waves
        Names as declared.
    authorities
        One entry per authority and window, sorted.
    scores
        One entry per instrument and wave, sorted.
    exceeding
        Outcomes whose events exceed the denominator in a school.
    outcomes
        One entry per declared outcome, in the order of the protocol.
    packs_missing
        Authorities with randomised schools and no pack.
    off_roster
        Rows in packs for schools that were not randomised; set aside.
    """

    source: str
    stages: int
    strata: int
    units: int
    schools: int
    rows: int
    pupils: int | None
    schools_without_data: int
    schools_zero_contacts: int
    dsls: int
    windows: tuple[str, ...]
    waves: tuple[str, ...]
    authorities: tuple[AuthorityWindow, ...]
    scores: tuple[WaveScores, ...]
    exceeding: tuple[Exceeding, ...]
    outcomes: tuple[PooledOutcome, ...]
    packs_missing: tuple[str, ...]
    off_roster: int


@dataclass(frozen=True)
class AnalysisSet:
    """The tables that are frozen: everything the analysis needs but the arm.

    Attributes
    ----------
    schools
        One row per school (or per row of a trial's own outcome table), sorted by ``key``, the URN
        or the row's number. Columns ``key, urn, unit, cluster, stage, stratum, la_code, phase,
        pupils`` and every count ``<name>_<window>`` (null for a school without data), then the
        same counts ``<name>_<window>@<id>`` under each other declared definition of a new contact
        (null too where its authority left that definition out); for an own table the columns of
        its measures, baselines and covariates.
    dsls
        One row per person with a score, sorted by ``key``, the person's pseudonym; then the same
        columns of place and one column ``<instrument>_<wave>`` per score.
    roster
        One row per randomised unit, sorted by stage and unit: ``unit, stage, stratum, urns``
        (number of schools), ``pupils``.
    summary
        What is in the tables.
    """

    schools: pl.DataFrame
    dsls: pl.DataFrame
    roster: pl.DataFrame
    summary: AnalysisSetSummary
