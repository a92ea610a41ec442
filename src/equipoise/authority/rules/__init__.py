"""Rules: what counts as a new contact, and what came of it, counted by school and window."""

from equipoise.authority.rules.catalogue import RULES
from equipoise.authority.rules.counting import (
    AuthorityCounts,
    MonthCount,
    SchoolCount,
    WindowTotal,
    count_contacts,
)
from equipoise.authority.rules.definitions import Definitions, Window
from equipoise.authority.rules.engine import QUERIES, RowEngine, Rows
from equipoise.authority.rules.events import Event, event_rows
from equipoise.authority.rules.reason import REASONS
from equipoise.authority.rules.rule import Rule

__all__ = [
    "QUERIES",
    "REASONS",
    "RULES",
    "AuthorityCounts",
    "Definitions",
    "Event",
    "MonthCount",
    "RowEngine",
    "Rows",
    "Rule",
    "SchoolCount",
    "Window",
    "WindowTotal",
    "count_contacts",
    "event_rows",
]
