"""The enrolment desk: who was asked to take part, how far each has come, who can be committed.

Names of persons have no place here, nor notes about them: facts are days, yes or no, counts and
codes.
"""

from equipoise.design.registers.desk.checking import Committed, desk_problems
from equipoise.design.registers.desk.desk import (
    AUTHORITIES,
    SCHOOLS,
    Desk,
    desk_files,
    read_desk,
    version_of,
)
from equipoise.design.registers.desk.enrolled import Enrolled, enrolled
from equipoise.design.registers.desk.exchange import (
    Context,
    Incoming,
    exchange_csv,
    fact_value,
    read_exchange_csv,
)
from equipoise.design.registers.desk.facts import (
    DEFAULT_REQUIRES,
    FACTS,
    REQUIREMENTS,
    Level,
    facts_of,
    reasons,
)
from equipoise.design.registers.desk.log import LOG, Logged, log_bytes, read_log
from equipoise.design.registers.desk.merging import Change, changes_between, merged
from equipoise.design.registers.desk.reading import read_exchange_workbook
from equipoise.design.registers.desk.standing import (
    DRAWN,
    SHARED,
    STATES,
    AuthorityStanding,
    SchoolStanding,
    State,
    by_authority,
    words_of,
)
from equipoise.design.registers.desk.workbook import exchange_workbook

__all__ = [
    "AUTHORITIES",
    "DEFAULT_REQUIRES",
    "DRAWN",
    "FACTS",
    "LOG",
    "REQUIREMENTS",
    "SCHOOLS",
    "SHARED",
    "STATES",
    "AuthorityStanding",
    "Change",
    "Committed",
    "Context",
    "Desk",
    "Enrolled",
    "Incoming",
    "Level",
    "Logged",
    "SchoolStanding",
    "State",
    "by_authority",
    "changes_between",
    "desk_files",
    "desk_problems",
    "enrolled",
    "exchange_csv",
    "exchange_workbook",
    "fact_value",
    "facts_of",
    "log_bytes",
    "merged",
    "read_desk",
    "read_exchange_csv",
    "read_exchange_workbook",
    "read_log",
    "reasons",
    "version_of",
    "words_of",
]
