"""Surveys: instruments, responses and scale scores, without arm."""

from equipoise.programme.surveys.counts import CodeCount, SetAside, share, tally
from equipoise.programme.surveys.responses import Response, Responses, read_responses, screen
from equipoise.programme.surveys.scales import (
    Instrument,
    Item,
    instrument,
    instruments,
    read_instrument,
)
from equipoise.programme.surveys.scoring import Score, ScoreTable, alpha, score, survey_result
from equipoise.programme.surveys.types import ItemSummary, SurveyResult, WaveSummary

__all__ = [
    "CodeCount",
    "Instrument",
    "Item",
    "ItemSummary",
    "Response",
    "Responses",
    "Score",
    "ScoreTable",
    "SetAside",
    "SurveyResult",
    "WaveSummary",
    "alpha",
    "instrument",
    "instruments",
    "read_instrument",
    "read_responses",
    "score",
    "screen",
    "share",
    "survey_result",
    "tally",
]
