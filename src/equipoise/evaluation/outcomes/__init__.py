"""Outcomes: the analysis set, blind by import. Nothing here can know an arm."""

from equipoise.evaluation.outcomes.corrected import Corrected, corrected, set_aside_by
from equipoise.evaluation.outcomes.counts import AuthorityCounts, SchoolCounts
from equipoise.evaluation.outcomes.frozen import TABLES, analysis_set_files, read_analysis_set
from equipoise.evaluation.outcomes.packs import analysis_set
from equipoise.evaluation.outcomes.places import SchoolFacts
from equipoise.evaluation.outcomes.pooled import PooledValues, pooled_values
from equipoise.evaluation.outcomes.roster import (
    BALANCED,
    DRAWN_STAGE,
    DRAWN_STRATUM,
    EARLIER,
    RosterRow,
    StageRoster,
)
from equipoise.evaluation.outcomes.summary import pool
from equipoise.evaluation.outcomes.table import outcome_table
from equipoise.evaluation.outcomes.types import (
    AnalysisSet,
    AnalysisSetSummary,
    AuthorityWindow,
    Exceeding,
    PooledOutcome,
    WaveScores,
)
from equipoise.evaluation.outcomes.units import event_noun, unit_of_difference, unit_of_mean
from equipoise.evaluation.outcomes.values import Definition, column_of, outcome_values

__all__ = [
    "BALANCED",
    "DRAWN_STAGE",
    "DRAWN_STRATUM",
    "EARLIER",
    "TABLES",
    "AnalysisSet",
    "AnalysisSetSummary",
    "AuthorityCounts",
    "AuthorityWindow",
    "Corrected",
    "Definition",
    "Exceeding",
    "PooledOutcome",
    "PooledValues",
    "RosterRow",
    "SchoolCounts",
    "SchoolFacts",
    "StageRoster",
    "WaveScores",
    "analysis_set",
    "analysis_set_files",
    "column_of",
    "corrected",
    "event_noun",
    "outcome_table",
    "outcome_values",
    "pool",
    "pooled_values",
    "read_analysis_set",
    "set_aside_by",
    "unit_of_difference",
    "unit_of_mean",
]
