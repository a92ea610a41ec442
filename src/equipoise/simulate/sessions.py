"""Delivery: the sessions planned with each school, alone or in groups, and what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.core.base import Sink, csv_bytes
from equipoise.simulate.changes import Change
from equipoise.simulate.closures import sessions_left
from equipoise.simulate.engagement import held_mean, slots
from equipoise.simulate.facts import Person, SchoolFacts, TrialFacts
from equipoise.simulate.posts import Case, Desk, Supervisor, desks
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import next_weekday
from equipoise.simulate.streams import Stream, running
from equipoise.simulate.turnover import Departure

ONLINE = "online"
_MISSED = ("cancelled-by-school", "cancelled-by-supervisor", "not-arranged")
_MISSED_WEIGHTS = running((0.62, 0.16, 0.22))  # time is the main barrier [A]; shares assumed
_FURTHER = 0.12  # schools that go on after the intended number; assumed
_MOVED = 0.15  # sessions held some days later than planned; assumed
_ONLINE = 0.25  # sessions held online; assumed
_CALLED_OFF = 0.04  # group sessions that the supervisor calls off; assumed
_DEPUTY_COMES = 0.7  # deputies who come with their lead to a group; assumed


@dataclass(frozen=True)
class Session:
    """A session planned with one person of one school, and what became of it."""

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
    """All that was delivered; `leads` are those in post at the draw, by URN."""

    supervisors: tuple[Supervisor, ...]
    cases: tuple[Case, ...]
    sessions: tuple[Session, ...]
    leads: Mapping[str, str]

    def held(self) -> dict[str, int]:
        """Return the number of sessions held, by URN of each school with a supervisor."""
        number = {case.urn: 0 for case in self.cases}
        for _, urn in {(s.id, s.urn) for s in self.sessions if s.status == "held"}:
            number[urn] += 1
        return number


def deliver(
    scenario: Scenario,
    facts: TrialFacts,
    treated: Sequence[SchoolFacts],
    people: Sequence[Person],
    left: Mapping[str, Departure],
    changes: Mapping[str, Change],
) -> Delivery:
    """Simulate the delivery to the schools drawn for it.

    Parameters
    ----------
    scenario, facts
        Caseloads, engagement; sessions intended, their length, the mode and the period.
    treated
        Schools drawn to have supervision. A school's own sessions do not depend on which others
        were drawn; its supervisor and its group do.
    people
        Leads and deputies at the roll date.
    left
        Leads who leave, by person.
    changes
        Schools that close or are taken in have no sessions after that day.
    """
    by_authority: dict[str, list[SchoolFacts]] = defaultdict(list)
    for school in treated:
        by_authority[school.la_code].append(school)
    posts = desks(scenario, facts, by_authority)
    staff = _Staff(people, left, scenario.people_supervised)
    plan = _Plan(scenario, facts, staff, changes, held_mean(scenario, facts))
    sessions = [session for desk in posts for session in plan.sessions(desk)]
    sessions.sort(key=lambda s: (s.urn, s.planned_on, s.id, s.person))
    return Delivery(
        supervisors=tuple(one for desk in posts for one in desk.holders),
        cases=tuple(case for desk in posts for case in desk.cases()),
        sessions=tuple(sessions),
        leads=staff.leads,
    )


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


class _Staff:
    """Who at a school has sessions, on any day."""

    def __init__(
        self, people: Sequence[Person], left: Mapping[str, Departure], number: int
    ) -> None:
        found: dict[str, list[str]] = defaultdict(list)
        for person in sorted(people, key=lambda p: (p.urn, p.role != "lead", p.person)):
            found[person.urn].append(person.person)
        self._people = {urn: names[:number] for urn, names in found.items()}
        self._left = left
        self.leads = {p.urn: p.person for p in reversed(people) if p.role == "lead"}

    def on(self, urn: str, day: date) -> list[str]:
        """Return the people of a school who have sessions on a day; the lead first."""
        return [self._now(person, day) for person in self._people.get(urn, [""])]

    def _now(self, person: str, day: date) -> str:
        gone = self._left.get(person)
        return gone.successor if gone is not None and day > gone.last_day else person


@dataclass(frozen=True)
class _Plan:
    """What decides the sessions of every desk."""

    scenario: Scenario
    facts: TrialFacts
    staff: _Staff
    changes: Mapping[str, Change]
    held_mean: float

    def sessions(self, desk: Desk) -> Iterator[Session]:
        """Yield the sessions of a post's schools."""
        grouped = [s for s in desk.schools if self._grouped(s)]
        middle = self.facts.delivery.start
        if self.facts.mode == "mixed" and not self.facts.both_phases:
            middle += (self.facts.delivery.end - middle) // 2
        for school in desk.schools:
            until = middle if school in grouped else None
            yield from self._alone(desk, school, until)
        size = self.scenario.group_schools
        number = max(1, round(len(grouped) / size)) if grouped else 0
        for place in range(number):
            yield from self._group(desk, grouped[place::number], place, middle)

    def _grouped(self, school: SchoolFacts) -> bool:
        if self.facts.mode == "mixed" and self.facts.both_phases:
            return school.phase == "secondary"
        if self.facts.mode == "mixed":
            u = Stream(self.scenario.seed, "goes over to a group", school.urn).uniform()
            return u < self.scenario.later_group
        return self.facts.mode == "group"

    def _engaged(self, school: SchoolFacts) -> tuple[Stream, float]:
        """Return a school's stream, and how likely it has a session that was planned."""
        stream = Stream(self.scenario.seed, "sessions", school.urn)
        never = stream.chance(self.scenario.never_share)
        engaged = stream.beta(self.held_mean, self.scenario.held_concentration)
        return stream, 0.0 if never else engaged

    def _goes(self, school: SchoolFacts, day: date) -> bool:
        change = self.changes.get(school.urn)
        return change is None or not change.ends or day < change.on

    def _alone(self, desk: Desk, school: SchoolFacts, until: date | None) -> Iterator[Session]:
        """Yield a school's own sessions: one a month until the intended number has been held."""
        stream, engaged = self._engaged(school)
        day_of_month = 3 + stream.below(16)
        held = 0
        days = slots(self.scenario, self.facts, day_of_month)
        for number, planned in enumerate(days, start=1):
            u, why, moved, place, goes_on = (stream.uniform() for _ in range(5))
            if held >= self.facts.sessions and goes_on >= _FURTHER:
                return
            if (engaged == 0.0 and number > self.facts.sessions) or not self._goes(school, planned):
                return
            if until is not None and planned >= until:
                return
            happens = u < engaged * sessions_left(planned, self.scenario.lockdown_depth)
            held += happens
            holder = desk.holder_on(planned)
            people = self.staff.on(school.urn, planned)
            yield Session(
                id=f"{school.urn}-{number:02d}",
                supervisor=holder.id,
                urn=school.urn,
                person=people[(number - 1) % len(people)],
                planned_on=planned,
                held_on=_held_on(planned, moved, holder) if happens else None,
                status="held" if happens else _missed(why, engaged == 0.0),
                mode="one-to-one",
                place=ONLINE if place < _ONLINE else "school",
                minutes=self._minutes(place) if happens else 0,
            )

    def _group(
        self, desk: Desk, schools: Sequence[SchoolFacts], place: int, first: date
    ) -> Iterator[Session]:
        """Yield a group's sessions: a row for each person, with one identifier."""
        stream = Stream(self.scenario.seed, "group", desk.id, str(place))
        members = [
            (school, Stream(self.scenario.seed, "in a group", school.urn), self._engaged(school)[1])
            for school in schools
        ]
        days = slots(self.scenario, self.facts, 3 + stream.below(16))
        for number, planned in enumerate(days, start=1):
            off, moved, where = (stream.uniform() for _ in range(3))
            if planned < first:
                continue
            holder = desk.holder_on(planned)
            left = sessions_left(planned, self.scenario.lockdown_depth)
            held_on = _held_on(planned, moved, holder)
            for school, own, engaged in members:
                u, why = own.uniform(), own.uniform()
                come = u < engaged * left and off >= _CALLED_OFF
                if not self._goes(school, planned):
                    continue
                for rank, person in enumerate(self.staff.on(school.urn, planned)):
                    there = come and (rank == 0 or own.chance(_DEPUTY_COMES))
                    missed = _MISSED[1] if off < _CALLED_OFF else _missed(why, engaged == 0.0)
                    yield Session(
                        id=f"G{desk.id}-{place + 1}-{number:02d}",
                        supervisor=holder.id,
                        urn=school.urn,
                        person=person,
                        planned_on=planned,
                        held_on=held_on if there else None,
                        status="held" if there else missed,
                        mode="group",
                        place=ONLINE if where < _ONLINE else "host school",
                        minutes=self._minutes(where) if there else 0,
                    )

    def _minutes(self, place: float) -> int:
        return self.facts.minutes if place < 0.8 else max(self.facts.minutes - 15, 15)


def _held_on(planned: date, moved: float, holder: Supervisor) -> date:
    later = next_weekday(planned + timedelta(days=7 if moved < _MOVED else 0))
    return later if later <= holder.end else planned


def _missed(u: float, never: bool) -> str:
    if never:
        return "not-arranged"
    for status, edge in zip(_MISSED, _MISSED_WEIGHTS, strict=True):
        if u * _MISSED_WEIGHTS[-1] < edge:
            return status
    return _MISSED[-1]
