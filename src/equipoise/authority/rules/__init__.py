"""Rules: what counts as a new contact, and what came of it, counted by school and window."""

from equipoise.authority.rules.attended import (
    ELSEWHERE,
    LOST,
    WAYS,
    LinkageCount,
    count_linkage,
)
from equipoise.authority.rules.catalogue import RULES, deciding, in_force
from equipoise.authority.rules.contact_to_referral import Referrals
from equipoise.authority.rules.counting import (
    AuthorityCounts,
    MonthCount,
    SchoolCount,
    WindowTotal,
    count_contacts,
    count_records,
    left_out,
)
from equipoise.authority.rules.definitions import Definitions, Window
from equipoise.authority.rules.derived import NOT_RECORDED
from equipoise.authority.rules.engine import (
    ACROSS,
    DERIVED,
    KEYS,
    QUERIES,
    RECORD_QUERIES,
    SCHEMAS,
    VIEWS,
    Answer,
    RowEngine,
    Rows,
    RowStore,
    Value,
    added,
    views_of,
)
from equipoise.authority.rules.events import Event, ReferralSpan, event_rows
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
    "ACROSS",
    "DERIVED",
    "ELSEWHERE",
    "KEYS",
    "LOST",
    "NOT_RECORDED",
    "QUERIES",
    "REASONS",
    "RECORD_QUERIES",
    "RULES",
    "SCHEMAS",
    "SOON",
    "TOLD",
    "VIEWS",
    "WAYS",
    "Answer",
    "AuthorityCounts",
    "DatesWanted",
    "Definitions",
    "Event",
    "LabelMonth",
    "LinkageCount",
    "MonthCount",
    "MonthSigns",
    "RecordWriter",
    "ReferralSpan",
    "Referrals",
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
    "count_linkage",
    "count_records",
    "dates_wanted",
    "deciding",
    "event_rows",
    "in_force",
    "keyed_hash",
    "label_months",
    "left_out",
    "month_signs",
    "sqlite_text",
    "views_of",
]
