"""Quality: what an extract lacks, said in counts and shares before anything is concluded."""

from equipoise.authority.quality.changes import Changes, Held, MonthChange, changes_between
from equipoise.authority.quality.comparability import Cell, Comparability, compare
from equipoise.authority.quality.evaluability import (
    Evaluability,
    evaluability,
    evaluability_limits,
    usable_months,
)
from equipoise.authority.quality.facts import Facts, facts_of
from equipoise.authority.quality.filling import (
    About,
    answers_of,
    profile_bytes,
    profile_of,
    unanswered,
)
from equipoise.authority.quality.findings import Finding, Limit, kinds, limits, month_name
from equipoise.authority.quality.incomparable import VERDICTS, Reason, Recorded
from equipoise.authority.quality.linkage import (
    OutcomeLinkage,
    linkage_lines,
    linkage_of,
    together,
)
from equipoise.authority.quality.months import Signs, signs_of
from equipoise.authority.quality.other_volumes import (
    EVENTS,
    SCHOOLS,
    UNCLEAR,
    FileVolumes,
    MonthCounts,
    RowsOf,
    VolumeShare,
    volume_shares,
)
from equipoise.authority.quality.questions import (
    DONT_KNOW,
    Answered,
    Choice,
    Question,
    answered,
    in_words,
    questions,
    read_answer,
)
from equipoise.authority.quality.referrals import (
    ReferralQuality,
    outcome_lines,
    outcome_words,
)
from equipoise.authority.quality.report import (
    MonthVolume,
    Quality,
    ReasonCount,
    WindowQuality,
    quality_of,
)
from equipoise.authority.quality.signals import roll_findings, signals
from equipoise.authority.quality.spread import Spread, spread_of
from equipoise.authority.quality.suggestions import suggestions
from equipoise.authority.quality.unclear import Unclear
from equipoise.authority.quality.volume_counting import (
    volumes_of_census,
    volumes_of_extract,
    volumes_of_lists,
)
from equipoise.authority.quality.workbook import (
    Filled,
    is_profile_workbook,
    profile_workbook,
    read_profile_workbook,
)

__all__ = [
    "DONT_KNOW",
    "EVENTS",
    "SCHOOLS",
    "UNCLEAR",
    "VERDICTS",
    "About",
    "Answered",
    "Cell",
    "Changes",
    "Choice",
    "Comparability",
    "Evaluability",
    "Facts",
    "FileVolumes",
    "Filled",
    "Finding",
    "Held",
    "Limit",
    "MonthChange",
    "MonthCounts",
    "MonthVolume",
    "OutcomeLinkage",
    "Quality",
    "Question",
    "Reason",
    "ReasonCount",
    "Recorded",
    "ReferralQuality",
    "RowsOf",
    "Signs",
    "Spread",
    "Unclear",
    "VolumeShare",
    "WindowQuality",
    "answered",
    "answers_of",
    "changes_between",
    "compare",
    "evaluability",
    "evaluability_limits",
    "facts_of",
    "in_words",
    "is_profile_workbook",
    "kinds",
    "limits",
    "linkage_lines",
    "linkage_of",
    "month_name",
    "outcome_lines",
    "outcome_words",
    "profile_bytes",
    "profile_of",
    "profile_workbook",
    "quality_of",
    "questions",
    "read_answer",
    "read_profile_workbook",
    "roll_findings",
    "signals",
    "signs_of",
    "spread_of",
    "suggestions",
    "together",
    "unanswered",
    "usable_months",
    "volume_shares",
    "volumes_of_census",
    "volumes_of_extract",
    "volumes_of_lists",
]
