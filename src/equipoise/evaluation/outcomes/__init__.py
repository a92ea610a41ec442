"""Outcomes: the analysis set, blind by import. Nothing here can know an arm."""

from equipoise.evaluation.outcomes.assembly import AuthorityCounts, SchoolCounts, SchoolFacts
from equipoise.evaluation.outcomes.frozen import TABLES, analysis_set_files, read_analysis_set
from equipoise.evaluation.outcomes.packs import analysis_set
from equipoise.evaluation.outcomes.roster import BALANCED, RosterRow, StageRoster
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
from equipoise.evaluation.outcomes.values import Definition, outcome_values

__all__ = [
    "BALANCED",
    "TABLES",
    "AnalysisSet",
    "AnalysisSetSummary",
    "AuthorityCounts",
    "AuthorityWindow",
    "Definition",
    "Exceeding",
    "PooledOutcome",
    "RosterRow",
    "SchoolCounts",
    "SchoolFacts",
    "StageRoster",
    "WaveScores",
    "analysis_set",
    "analysis_set_files",
    "event_noun",
    "outcome_table",
    "outcome_values",
    "pool",
    "read_analysis_set",
    "unit_of_difference",
    "unit_of_mean",
]
