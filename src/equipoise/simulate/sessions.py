"""Delivery: supervisors, who looks after which school, and the sessions held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from equipoise.core.base import Sink, csv_bytes
from equipoise.simulate.facts import SchoolFacts, TrialFacts
from equipoise.simulate.names import person_name
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import next_weekday
from equipoise.simulate.streams import Stream, running

_MISSED = ("cancelled-by-school", "cancelled-by-supervisor", "not-arranged")
_MISSED_WEIGHTS = running((0.62, 0.16, 0.22))  # time is the main barrier [A]; shares assumed
_FURTHER = 0.12  # schools that go on after the intended number; assumed
_MOVED = 0.15  # sessions held some days later than planned; assumed
_ONLINE = 0.25  # sessions held online; assumed
_TURNOVER = 0.12  # supervisors who leave during the year and are replaced; assumed


@dataclass(frozen=True)
class Supervisor:
    """A supervising social worker's post, part of a full-time one, and when it was held."""

    id: str
    la_code: str
    name: str
    wte: float
    start: date
    end: date


@dataclass(frozen=True)
class Case:
    """A school on a supervisor's list."""

    supervisor: str
    urn: str
    start: date
    end: date


@dataclass(frozen=True)
class Session:
    """A session planned, and what became of it."""

    id: str
    supervisor: str
    urn: str
    person: str
    planned_on: date
    held_on: date | None
    status: str
    mode: str
    place: str
    minutes: int


@dataclass(frozen=True)
class Delivery:
    """All that was delivered."""

    supervisors: tuple[Supervisor, ...]
    cases: tuple[Case, ...]
    sessions: tuple[Session, ...]

    def held(self) -> dict[str, int]:
        """Return the number of sessions held, by URN of each school with a supervisor."""
        number = {case.urn: 0 for case in self.cases}
        for session in self.sessions:
            number[session.urn] += session.status == "held"
        return number


def deliver(
    scenario: Scenario,
    facts: TrialFacts,
    treated: Sequence[SchoolFacts],
    leads: Mapping[str, str],
) -> Delivery:
    """Simulate the delivery to the schools drawn for it.

    Parameters
    ----------
    scenario, facts
        Caseloads, engagement; sessions intended, their length and the delivery period.
    treated
        Schools drawn to have supervision. A school's sessions do not depend on which others
        were drawn; its supervisor does.
    leads
        Designated safeguarding lead by URN.
    """
    by_authority: dict[str, list[SchoolFacts]] = defaultdict(list)
    for school in treated:
        by_authority[school.la_code].append(school)
    supervisors: list[Supervisor] = []
    cases: list[Case] = []
    for la_code in sorted(by_authority):
        posts, held = _posts(scenario, facts, la_code, by_authority[la_code])
        supervisors.extend(posts)
        cases.extend(held)
    sessions = [
        session
        for school in treated
        for session in _sessions(
            scenario, facts, school, leads, [case for case in cases if case.urn == school.urn]
        )
    ]
    return Delivery(tuple(supervisors), tuple(cases), tuple(sessions))


def wte_per_school(scenario: Scenario, facts: TrialFacts) -> float:
    """Return the part of a full-time post that one school takes."""
    hours = scenario.hours_per_school + facts.sessions * scenario.hours_per_session
    return hours / scenario.hours_per_year


def write_delivery(delivery: Delivery, sink: Sink) -> None:
    """Write supervisors, caseloads and sessions."""
    sink(
        "supervisors.csv",
        csv_bytes(
            ("supervisor_id", "la_code", "name", "wte", "from", "to"),
            ((s.id, s.la_code, s.name, s.wte, s.start, s.end) for s in delivery.supervisors),
        ),
    )
    sink(
        "caseloads.csv",
        csv_bytes(
            ("supervisor_id", "urn", "from", "to"),
            ((c.supervisor, c.urn, c.start, c.end) for c in delivery.cases),
        ),
    )
    sink(
        "sessions.csv",
        csv_bytes(
            (
                "session_id", "supervisor_id", "urn", "person_id", "planned_on", "held_on",
                "status", "mode", "place", "minutes",
            ),
            (
                (
                    s.id, s.supervisor, s.urn, s.person, s.planned_on, s.held_on,
                    s.status, s.mode, s.place, s.minutes,
                )
                for s in delivery.sessions
            ),
        ),
    )  # fmt: skip


def _posts(
    scenario: Scenario, facts: TrialFacts, la_code: str, schools: Sequence[SchoolFacts]
) -> tuple[list[Supervisor], list[Case]]:
    """Share an authority's schools out over its supervisors, one of whom may be replaced."""
    stream = Stream(scenario.seed, "supervisors", la_code)
    number = max(ceil(len(schools) / scenario.schools_per_supervisor), min(2, len(schools)))
    start, end = facts.delivery.start, facts.delivery.end
    posts: list[Supervisor] = []
    cases: list[Case] = []
    serial = 0
    for place in range(number):
        own = schools[place::number]
        wte = round(len(own) * wte_per_school(scenario, facts), 3)
        leaves = start + (end - start) // 2 if stream.chance(_TURNOVER) else None
        spells = [(start, end)] if leaves is None else [
            (start, leaves), (leaves + timedelta(days=1), end),
        ]  # fmt: skip
        for begin, finish in spells:
            serial += 1
            key = f"S{la_code}-{serial}"
            posts.append(Supervisor(key, la_code, person_name(stream), wte, begin, finish))
            cases.extend(Case(key, school.urn, begin, finish) for school in own)
    return posts, cases


def _sessions(
    scenario: Scenario,
    facts: TrialFacts,
    school: SchoolFacts,
    leads: Mapping[str, str],
    cases: Sequence[Case],
) -> Iterator[Session]:
    """Yield a school's sessions: one a month until the intended number has been held."""
    stream = Stream(scenario.seed, "sessions", school.urn)
    never = stream.chance(scenario.never_share)
    engaged = stream.beta(scenario.held_mean, scenario.held_concentration)
    day_of_month = 3 + stream.below(16)
    held = 0
    for number, planned in enumerate(_months(scenario, facts, day_of_month), start=1):
        u, why, moved, place, goes_on = (stream.uniform() for _ in range(5))
        if held >= facts.sessions and goes_on >= _FURTHER:
            return
        if never and number > facts.sessions:
            return
        happens = not never and u < engaged
        status = "held" if happens else _missed(why, never)
        held += happens
        case = next(c for c in cases if c.start <= planned <= c.end)
        later = next_weekday(planned + timedelta(days=7 if moved < _MOVED else 0))
        held_on = (later if later <= case.end else planned) if happens else None
        yield Session(
            id=f"{school.urn}-{number:02d}",
            supervisor=case.supervisor,
            urn=school.urn,
            person=leads.get(school.urn, ""),
            planned_on=planned,
            held_on=held_on,
            status=status,
            mode="group" if "group" in facts.mode else "one-to-one",
            place="online" if place < _ONLINE else "school",
            minutes=(facts.minutes if place < 0.8 else facts.minutes - 15) if happens else 0,
        )


def _missed(u: float, never: bool) -> str:
    if never:
        return "not-arranged"
    for status, edge in zip(_MISSED, _MISSED_WEIGHTS, strict=True):
        if u * _MISSED_WEIGHTS[-1] < edge:
            return status
    return _MISSED[-1]


def _months(scenario: Scenario, facts: TrialFacts, day_of_month: int) -> list[date]:
    """Return one planned day in each month of the delivery, August left out."""
    days: list[date] = []
    first = facts.delivery.start
    for step in range(0, 60):
        month = first.month - 1 + step
        day = next_weekday(date(first.year + month // 12, month % 12 + 1, day_of_month))
        if first <= day <= facts.delivery.end and day.month != 8:
            days.append(day)
    return days[: facts.sessions + scenario.slots_beyond]
