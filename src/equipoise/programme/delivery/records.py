"""Delivery records: supervisors, caseloads and sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from equipoise.programme.surveys import SetAside

HELD = "held"
STATUSES = (HELD, "cancelled-by-school", "cancelled-by-supervisor", "not-arranged")
MODES = ("one-to-one", "group")
#: Sessions shorter or longer than this are refused as slips of the pen (a day holds 480 minutes).
MINUTES = (5, 480)

UNKNOWN_SCHOOL = "school not in the trial"
BEFORE = "before the delivery period"
AFTER = "after the delivery period"
REPEATED = "the same supervisor, school, person and day as another session"
NO_OVERLAP = "caseload outside the delivery period"
REASONS = (UNKNOWN_SCHOOL, BEFORE, AFTER, REPEATED, NO_OVERLAP)


@dataclass(frozen=True)
class Supervisor:
    """A supervisor, without the name.

    Attributes
    ----------
    supervisor_id, la_code
        Pseudonym; employing authority.
    wte
        Whole-time equivalent.
    start, end
        First and last day in post; None where still in post.
    """

    supervisor_id: str
    la_code: str
    wte: float
    start: date
    end: date | None

    def covers(self, on: date) -> bool:
        """Whether the supervisor was in post on that day."""
        return self.start <= on and (self.end is None or on <= self.end)


@dataclass(frozen=True)
class Caseload:
    """A school on a supervisor's list.

    Attributes
    ----------
    supervisor_id, urn
        Who supervises which school.
    start, end
        First and last day, both included; None where still on the list.
    """

    supervisor_id: str
    urn: str
    start: date
    end: date | None

    def covers(self, on: date) -> bool:
        """Whether the school was on the list on that day."""
        return self.start <= on and (self.end is None or on <= self.end)


@dataclass(frozen=True)
class Session:
    """A row of the sessions file: one person of one school in one session.

    Attributes
    ----------
    line
        Its line in the file.
    session_id
        The session; several rows share it where the mode is group.
    supervisor_id, urn, person_id
        Who, with which school, with which designated safeguarding lead (None if not recorded).
    planned_on, held_on
        Day planned (None if it was never arranged); day held (None if not held).
    status, mode
        One of `STATUSES`; one of `MODES`.
    minutes
        Length; None if not held.
    """

    line: int
    session_id: str
    supervisor_id: str
    urn: str
    person_id: str | None
    planned_on: date | None
    held_on: date | None
    status: str
    mode: str
    minutes: int | None

    @property
    def held(self) -> bool:
        """Whether the session was held."""
        return self.status == HELD

    @property
    def on(self) -> date | None:
        """Return the day held, or else the day planned."""
        return self.held_on or self.planned_on


@dataclass(frozen=True)
class Delivery:
    """The delivery of a trial, checked.

    Attributes
    ----------
    schools
        Authority of each school of the roster.
    start, end
        First and last day of the delivery period.
    supervisors, caseloads, sessions
        Rows in use.
    set_aside
        Rows of the three files not in use, with the reason.
    rows_read
        Rows of the sessions file.
    """

    schools: Mapping[str, str]
    start: date
    end: date
    supervisors: tuple[Supervisor, ...]
    caseloads: tuple[Caseload, ...]
    sessions: tuple[Session, ...]
    set_aside: tuple[SetAside, ...]
    rows_read: int
