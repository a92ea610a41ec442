"""Dose: what supervision was planned and held, for whom, and where it went astray."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.programme.surveys import CodeCount


@dataclass(frozen=True)
class DoseLevel:
    """How many schools had exactly so many sessions.

    Attributes
    ----------
    sessions
        Sessions held with the school.
    schools
        Schools on a caseload with exactly so many.
    share
        Their share of all schools on a caseload, 0 to 1; None without such schools.
    """

    sessions: int
    schools: int
    share: float | None


@dataclass(frozen=True)
class GroupDose:
    """Dose of the schools of one authority.

    Attributes
    ----------
    la_code
        The authority.
    schools
        Its schools on a caseload.
    schools_any
        Of these, schools that reached the least level (any supervision).
    schools_intended
        Of these, schools that reached the intended level.
    share_any, share_intended
        The same as shares of `schools`, 0 to 1; None without schools.
    sessions_planned, sessions_held
        Sessions counted once for every school that took part.
    share_held
        `sessions_held` of `sessions_planned`, 0 to 1; None without planned sessions.
    minutes
        Minutes held, counted once for every school that took part.
    mean_sessions
        Sessions held per school on a caseload; None without schools.
    """

    la_code: str
    schools: int
    schools_any: int
    schools_intended: int
    share_any: float | None
    share_intended: float | None
    sessions_planned: int
    sessions_held: int
    share_held: float | None
    minutes: int
    mean_sessions: float | None


@dataclass(frozen=True)
class SupervisorDose:
    """What one supervisor delivered. Schools are counted, which need no suppression; people not.

    Attributes
    ----------
    supervisor_id
        Pseudonym of the supervisor; the name is not kept.
    la_code
        The employing authority.
    wte
        Whole-time equivalent, 1 being full time.
    schools
        Schools on the caseload, at any time of the period.
    sessions_planned, sessions_held
        Sessions, a group session counted once.
    share_held
        `sessions_held` of `sessions_planned`, 0 to 1; None without planned sessions.
    minutes
        Minutes held, a group session counted once.
    """

    supervisor_id: str
    la_code: str
    wte: float
    schools: int
    sessions_planned: int
    sessions_held: int
    share_held: float | None
    minutes: int


@dataclass(frozen=True)
class MonthDose:
    """Sessions of one month.

    Attributes
    ----------
    month
        The month, as ``2024-10``.
    sessions_planned
        Sessions planned for a day of the month, counted once for every school.
    sessions_held
        Sessions held on a day of the month, counted once for every school.
    """

    month: str
    sessions_planned: int
    sessions_held: int


@dataclass(frozen=True)
class Contamination:
    """Supervision held with a school that is on no caseload.

    Attributes
    ----------
    urn
        The school.
    la_code
        Its authority.
    sessions_held
        Sessions held with it within the delivery period.
    minutes
        Minutes of these.
    """

    urn: str
    la_code: str
    sessions_held: int
    minutes: int


@result("programme.dose", version=1)
@dataclass(frozen=True)
class DoseResult:
    """Supervision delivered over the delivery period.

    "Sessions" without more are counted once for every school that took part, so that a group
    session of three schools counts three; `distinct_sessions_held` counts it once.

    Attributes
    ----------
    unit
        The unit of the levels: sessions or minutes.
    any_level, intended_level
        Fewest `unit` for a school to have had any, and the intended, supervision (declared).
    schools
        Schools on a caseload.
    schools_any, schools_intended
        Of these, schools that reached each level.
    share_any, share_intended
        The same as shares of `schools`, 0 to 1; None without schools.
    sessions_planned
        Sessions recorded for schools on a caseload, whatever became of them.
    sessions_held
        Of these, sessions held.
    share_held
        `sessions_held` of `sessions_planned`, 0 to 1; None without planned sessions.
    sessions_moved
        Of those held, sessions held on another day than planned.
    outside_caseload_dates
        Of those held, sessions on a day when the school was on no caseload, though it was on
        one at another time.
    outside_post_dates
        Of those held, sessions on a day when the supervisor was not in post by supervisors.csv.
    distinct_sessions_held
        Sessions held, each counted once, schools on no caseload included.
    minutes
        Minutes held with schools on a caseload, counted once for every school.
    people
        Designated safeguarding leads named in at least one session held with a school on a
        caseload.
    mean_sessions, sd_sessions
        Mean and standard deviation (n - 1) of sessions held per school on a caseload; None where
        there are too few schools.
    quartiles
        Lower quartile, median and upper quartile of sessions held per school on a caseload (the
        least number of sessions that at least a quarter, a half, three quarters of the schools
        do not exceed); empty without schools.
    distribution
        Schools by number of sessions held, from 0 to the most, none left out.
    modes
        Sessions held, one-to-one and group.
    reasons_not_held
        Sessions not held, by recorded reason.
    months
        Planned and held by month.
    authorities
        By authority of the school, in order of code.
    supervisors
        By supervisor, in order of identifier.
    contaminated
        Schools on no caseload with sessions held, in order of URN.
    rows_read
        Rows of the sessions file.
    set_aside
        Rows of the three files not used, by reason.
    """

    unit: str
    any_level: int
    intended_level: int
    schools: int
    schools_any: int
    schools_intended: int
    share_any: float | None
    share_intended: float | None
    sessions_planned: int
    sessions_held: int
    share_held: float | None
    sessions_moved: int
    outside_caseload_dates: int
    outside_post_dates: int
    distinct_sessions_held: int
    minutes: int
    people: int
    mean_sessions: float | None
    sd_sessions: float | None
    quartiles: tuple[int, ...]
    distribution: tuple[DoseLevel, ...]
    modes: tuple[CodeCount, ...]
    reasons_not_held: tuple[CodeCount, ...]
    months: tuple[MonthDose, ...]
    authorities: tuple[GroupDose, ...]
    supervisors: tuple[SupervisorDose, ...]
    contaminated: tuple[Contamination, ...]
    rows_read: int
    set_aside: tuple[CodeCount, ...]


@dataclass(frozen=True)
class SchoolDose:
    """Dose of one school of the roster, zeros included.

    Attributes
    ----------
    urn, la_code
        The school and its authority.
    on_caseload
        Whether it is on a caseload at any time of the period.
    sessions_planned, sessions_held
        Sessions in which the school was to take part, and took part.
    minutes
        Minutes of those held.
    people
        Designated safeguarding leads named in at least one session held.
    any, intended
        Whether it reached the declared levels, on a caseload or not.
    """

    urn: str
    la_code: str
    on_caseload: bool
    sessions_planned: int
    sessions_held: int
    minutes: int
    people: int
    any: bool
    intended: bool


@dataclass(frozen=True)
class Dose:
    """The dose of the trial and of each school.

    Attributes
    ----------
    result
        The trial as a whole.
    schools
        One row per school of the roster, in order of URN.
    """

    result: DoseResult
    schools: tuple[SchoolDose, ...]
