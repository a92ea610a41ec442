"""Process: the themes of interviews, feedback items, and who took part."""

from equipoise.programme.process.records import (
    Answer,
    Feedback,
    Interview,
    Interviews,
    Mention,
    read_feedback,
    read_interviews,
)
from equipoise.programme.process.table import themes, wilson
from equipoise.programme.process.types import FeedbackItem, RoleCount, ThemeCount, ThemeResult

__all__ = [
    "Answer",
    "Feedback",
    "FeedbackItem",
    "Interview",
    "Interviews",
    "Mention",
    "RoleCount",
    "ThemeCount",
    "ThemeResult",
    "read_feedback",
    "read_interviews",
    "themes",
    "wilson",
]
