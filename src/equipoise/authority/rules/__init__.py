"""Rules: what counts as a new contact, and what came of it, counted by school and window."""

from equipoise.authority.rules.catalogue import RULES
from equipoise.authority.rules.counting import (
    AuthorityCounts,
    MonthCount,
    SchoolCount,
    WindowTotal,
    count_contacts,
    count_records,
)
from equipoise.authority.rules.definitions import Definitions, Window
from equipoise.authority.rules.engine import (
    DERIVED,
    KEYS,
    QUERIES,
    RECORD_QUERIES,
    SCHEMAS,
    Answer,
    RowEngine,
    Rows,
    RowStore,
    Value,
    added,
)
from equipoise.authority.rules.events import Event, event_rows
from equipoise.authority.rules.reason import REASONS
from equipoise.authority.rules.records import RecordWriter, keyed_hash
from equipoise.authority.rules.rule import Rule
from equipoise.authority.rules.signs import (
    SOON,
    LabelMonth,
    MonthSigns,
    label_months,
    month_signs,
)
from equipoise.authority.rules.sqlite import SQLiteEngine, sqlite_text
from equipoise.authority.rules.unclear import TOLD
from equipoise.authority.rules.wanted import DatesWanted, dates_wanted

__all__ = [
    "DERIVED",
    "KEYS",
    "QUERIES",
    "REASONS",
    "RECORD_QUERIES",
    "RULES",
    "SCHEMAS",
    "SOON",
    "TOLD",
    "Answer",
    "AuthorityCounts",
    "DatesWanted",
    "Definitions",
    "Event",
    "LabelMonth",
    "MonthCount",
    "MonthSigns",
    "RecordWriter",
    "RowEngine",
    "RowStore",
    "Rows",
    "Rule",
    "SQLiteEngine",
    "SchoolCount",
    "Value",
    "Window",
    "WindowTotal",
    "added",
    "count_contacts",
    "count_records",
    "dates_wanted",
    "event_rows",
    "keyed_hash",
    "label_months",
    "month_signs",
    "sqlite_text",
]
