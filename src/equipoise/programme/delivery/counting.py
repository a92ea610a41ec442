"""Dose: sessions and minutes per school, and what became of every planned session."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from equipoise.programme.delivery.records import (
    MODES,
    REASONS,
    STATUSES,
    Caseload,
    Delivery,
    Session,
    Supervisor,
)
from equipoise.programme.delivery.types import (
    Contamination,
    Dose,
    DoseLevel,
    DoseResult,
    GroupDose,
    MonthDose,
    SchoolDose,
    SupervisorDose,
)
from equipoise.programme.surveys import share, tally


def dose(
    delivery: Delivery,
    *,
    any_level: int,
    intended_level: int,
    unit: Literal["sessions", "minutes"] = "sessions",
) -> Dose:
    """Count the dose of every school of the roster and of the trial.

    A school counts as supervised by what was held with it, on whosever caseload it is: a
    session by a covering colleague counts. Sessions with a school on no caseload are listed as
    contamination; that school's own dose stands in its row.

    Parameters
    ----------
    delivery
        The checked records.
    any_level, intended_level
        Fewest `unit` for any and for the intended supervision, as the protocol declares.
    unit
        Whether the levels are in sessions or in minutes.

    Raises
    ------
    ValueError
        Where the levels are not ``1 <= any_level <= intended_level``, or the unit is another.
    """
    if not 1 <= any_level <= intended_level:
        raise ValueError("levels of dose must be 1 or more, the intended one not under any")
    if unit not in ("sessions", "minutes"):
        raise ValueError(f"unit of dose must be sessions or minutes, not {unit}")
    listed = {entry.urn for entry in delivery.caseloads}
    attended = _school_sessions(delivery.sessions)
    people = _people(delivery.sessions)

    def of(urn: str) -> SchoolDose:
        sessions = attended.get(urn, ())
        held = [row for row in sessions if row.held]
        minutes = sum(row.minutes or 0 for row in held)
        level = len(held) if unit == "sessions" else minutes
        return SchoolDose(
            urn=urn,
            la_code=delivery.schools[urn],
            on_caseload=urn in listed,
            sessions_planned=len(sessions),
            sessions_held=len(held),
            minutes=minutes,
            people=len(people.get(urn, ())),
            any=level >= any_level,
            intended=level >= intended_level,
        )

    schools = tuple(of(urn) for urn in sorted(delivery.schools))
    on_list = [school for school in schools if school.on_caseload]
    rows = [row for school in on_list for row in attended.get(school.urn, ())]
    held = [row for row in rows if row.held]
    counts = [school.sessions_held for school in on_list]
    whole = _group("", on_list)
    authorities = sorted({school.la_code for school in on_list})
    result = DoseResult(
        unit=unit,
        any_level=any_level,
        intended_level=intended_level,
        schools=whole.schools,
        schools_any=whole.schools_any,
        schools_intended=whole.schools_intended,
        share_any=whole.share_any,
        share_intended=whole.share_intended,
        sessions_planned=whole.sessions_planned,
        sessions_held=whole.sessions_held,
        share_held=whole.share_held,
        sessions_moved=sum(row.planned_on not in (None, row.held_on) for row in held),
        outside_caseload_dates=_outside(
            held, lambda row: row.urn, [(entry.urn, entry) for entry in delivery.caseloads]
        ),
        outside_post_dates=_outside(
            held,
            lambda row: row.supervisor_id,
            [(post.supervisor_id, post) for post in delivery.supervisors],
        ),
        distinct_sessions_held=len({row.session_id for row in delivery.sessions if row.held}),
        minutes=whole.minutes,
        people=len({person for s in on_list for person in people.get(s.urn, ())}),
        mean_sessions=whole.mean_sessions,
        sd_sessions=statistics.stdev(counts) if len(counts) > 1 else None,
        quartiles=_quartiles(counts),
        distribution=tuple(
            DoseLevel(number, counts.count(number), share(counts.count(number), len(counts)))
            for number in range(max(counts, default=-1) + 1)
        ),
        modes=tally([row.mode for row in held], MODES),
        reasons_not_held=tally([row.status for row in rows if not row.held], STATUSES[1:]),
        months=_months(rows),
        authorities=tuple(
            _group(code, [s for s in on_list if s.la_code == code]) for code in authorities
        ),
        supervisors=_supervisors(delivery),
        contaminated=tuple(
            Contamination(s.urn, s.la_code, s.sessions_held, s.minutes)
            for s in schools
            if not s.on_caseload and s.sessions_held
        ),
        rows_read=delivery.rows_read,
        set_aside=tally([aside.reason for aside in delivery.set_aside], REASONS),
    )
    return Dose(result, schools)


def _school_sessions(sessions: Sequence[Session]) -> Mapping[str, tuple[Session, ...]]:
    """Return each school's sessions once: a row held stands for the session if there is one."""
    kept: dict[str, dict[str, Session]] = {}
    for row in sessions:
        own = kept.setdefault(row.urn, {})
        if row.session_id not in own or (row.held and not own[row.session_id].held):
            own[row.session_id] = row
    return {urn: tuple(own.values()) for urn, own in kept.items()}


def _people(sessions: Sequence[Session]) -> Mapping[str, set[str]]:
    """Return the people named in sessions held, by school."""
    people: dict[str, set[str]] = {}
    for row in sessions:
        if row.held and row.person_id is not None:
            people.setdefault(row.urn, set()).add(row.person_id)
    return people


def _group(la_code: str, schools: Sequence[SchoolDose]) -> GroupDose:
    reached = sum(school.any for school in schools)
    intended = sum(school.intended for school in schools)
    planned = sum(school.sessions_planned for school in schools)
    held = sum(school.sessions_held for school in schools)
    return GroupDose(
        la_code=la_code,
        schools=len(schools),
        schools_any=reached,
        schools_intended=intended,
        share_any=share(reached, len(schools)),
        share_intended=share(intended, len(schools)),
        sessions_planned=planned,
        sessions_held=held,
        share_held=share(held, planned),
        minutes=sum(school.minutes for school in schools),
        mean_sessions=share(held, len(schools)),
    )


def _outside(
    held: Sequence[Session],
    key: Callable[[Session], str],
    spans: Sequence[tuple[str, Caseload | Supervisor]],
) -> int:
    """Count the sessions whose day no span of the same key covers."""
    by_key: dict[str, list[Caseload | Supervisor]] = {}
    for name, span in spans:
        by_key.setdefault(name, []).append(span)
    return sum(
        not any(row.on is not None and span.covers(row.on) for span in by_key[key(row)])
        for row in held
    )


def _quartiles(counts: Sequence[int]) -> tuple[int, ...]:
    """Return the quartiles as observed values (Hyndman and Fan 1996, definition 1)."""
    ordered = sorted(counts)
    if not ordered:
        return ()
    return tuple(ordered[-(-len(ordered) * part // 4) - 1] for part in (1, 2, 3))


def _months(rows: Sequence[Session]) -> tuple[MonthDose, ...]:
    planned = Counter(f"{row.planned_on:%Y-%m}" for row in rows if row.planned_on)
    held = Counter(f"{row.held_on:%Y-%m}" for row in rows if row.held_on)
    return tuple(MonthDose(m, planned[m], held[m]) for m in sorted(set(planned) | set(held)))


def _supervisors(delivery: Delivery) -> tuple[SupervisorDose, ...]:
    rows: list[SupervisorDose] = []
    for post in sorted(delivery.supervisors, key=lambda s: s.supervisor_id):
        own = [row for row in delivery.sessions if row.supervisor_id == post.supervisor_id]
        held = {row.session_id: row.minutes or 0 for row in own if row.held}
        planned = {row.session_id for row in own}
        urns = {c.urn for c in delivery.caseloads if c.supervisor_id == post.supervisor_id}
        rows.append(
            SupervisorDose(
                supervisor_id=post.supervisor_id,
                la_code=post.la_code,
                wte=post.wte,
                schools=len(urns),
                sessions_planned=len(planned),
                sessions_held=len(held),
                share_held=share(len(held), len(planned)),
                minutes=sum(held.values()),
            )
        )
    return tuple(rows)
