"""Definitions: what the protocol declares about contacts, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.authority.rules.holidays import bank_holidays
from equipoise.authority.rules.reason import REASONS
from equipoise.core.base import Problems

#: How open cases may be treated, and which school of a contact may be named.
OPEN_CASES = ("set-aside", "count")
SCHOOL_FIELDS = ("made_by", "attended")
#: Where an outcome comes from, what one contact about a family is, and several on one day.
OUTCOMES = ("recorded", "derived")
SIBLINGS = ("each", "one")
SAME_DAY = ("one", "keep")
#: From when a working-day clock runs; "" where none does.
CLOCKS = ("", "contact", "referral")


@dataclass(frozen=True)
class Window:
    """A declared period of counting, both ends included. Windows are never added."""

    id: str
    start: date
    end: date


@dataclass(frozen=True)
class Definitions:
    """What is counted.

    Attributes
    ----------
    school
        ``made_by``: the school that made the contact; ``attended``: the one on whose roll the
        child was on that day, whatever organisation was typed. Contacts of schools alone count.
    source_codes
        The sources of contact that are schools.
    open_cases
        ``set-aside``: a contact on a case that is open is not new; ``count``: it is.
    repeat_days
        A contact of a school on the same child within so many days of an earlier one of that
        school is not new; 0 leaves one a day.
    recontact_days
        Within how many days after no further action a further contact on the child is counted.
    settling_days
        After so many days an outcome that is still blank is missing, no longer pending.
    pending_cut_off
        The day on which outcomes are read, one for all authorities: decisions after it do not
        count, nor do contacts after it.
    reasons
        The reasons by which contacts are counted too (`reason.REASONS`); every extract must then
        record the reason of each contact. None by default: reasons are not looked at.
    outcome
        ``recorded``: what came of a contact is what was recorded as its outcome; ``derived``: it
        is told from a list of referrals (`derived.RULE`). Never a mixture.
    referral_within_days
        Within how many days a referral of the child is one that the contact led to.
    siblings
        ``each``: a contact about a family is one for each of its children; ``one``: it is one.
    same_day
        ``one``: of several contacts of a school about a child on a day one is new; ``keep``: all.
    clock_from
        From when working days to the decision are counted: ``contact`` or ``referral``; "" for
        none.
    decision_days
        Within how many working days a decision is in time.
    """

    school: str
    source_codes: tuple[str, ...]
    open_cases: str
    repeat_days: int
    recontact_days: int
    settling_days: int
    pending_cut_off: date
    reasons: tuple[str, ...] = ()
    outcome: str = "recorded"
    referral_within_days: int = 0
    siblings: str = "each"
    same_day: str = "one"
    clock_from: str = ""
    decision_days: int = 1

    @property
    def needs_referrals(self) -> bool:
        """Whether an authority must hand in a list of referrals."""
        return self.outcome == "derived" or self.clock_from == "referral"

    @property
    def needs_more(self) -> bool:
        """Whether referrals or households are looked at."""
        return self.needs_referrals or self.siblings == "one"


def check_definitions(definitions: Definitions, windows: Sequence[Window]) -> None:
    """Refuse definitions and windows that this version cannot count.

    Raises
    ------
    ProblemsError
        With every problem.
    """
    problems = Problems()

    def add(place: str, found: str, expected: str) -> None:
        problems.add(
            file="the trial's definitions",
            place=place,
            found=found,
            expected=expected,
            remedy="ask the trial for other definitions",
        )

    if definitions.school not in SCHOOL_FIELDS:
        add("school", definitions.school, "one of " + ", ".join(SCHOOL_FIELDS))
    if definitions.open_cases not in OPEN_CASES:
        add("open_cases", definitions.open_cases, "one of " + ", ".join(OPEN_CASES))
    if not definitions.source_codes:
        add("source_codes", "none", "at least one code of source of contact")
    for name, choices in (
        ("outcome", OUTCOMES),
        ("siblings", SIBLINGS),
        ("same_day", SAME_DAY),
        ("clock_from", CLOCKS),
    ):
        if getattr(definitions, name) not in choices:
            add(name, getattr(definitions, name), "one of " + ", ".join(filter(None, choices)))
    for name in (
        "repeat_days",
        "recontact_days",
        "settling_days",
        "referral_within_days",
        "decision_days",
    ):
        if getattr(definitions, name) < 0:
            add(name, str(getattr(definitions, name)), "0 days or more")
    if definitions.clock_from and windows:
        known = bank_holidays()
        first, last = min(window.start for window in windows), definitions.pending_cut_off
        if first < known.first or last > known.last:
            add("clock_from", f"{first} to {last}", f"days from {known.first} to {known.last}")
    for reason in definitions.reasons:
        if reason not in REASONS:
            add("reasons", reason, "one of " + ", ".join(REASONS))
    if not windows:
        add("windows", "none", "at least one window")
    if len({window.id for window in windows}) != len(windows):
        add("windows", "the same name twice", "a name for each window")
    for window in windows:
        if window.end < window.start:
            add(f"window {window.id}", "an end before its start", "dates in order")
        if window.start > definitions.pending_cut_off:
            add(
                f"window {window.id}",
                "a start after the cut-off for pending outcomes",
                "a window that has begun by then",
            )
    problems.raise_if_any()
