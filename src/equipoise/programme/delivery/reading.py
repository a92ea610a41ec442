"""Reading the three files of the delivery team: what is wrong, what is set aside, what counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from equipoise.core.base import Column, Problems, ProblemsError, Table, read_csv
from equipoise.programme.delivery.checks import (
    check_dates,
    check_overlaps,
    check_sessions,
    check_supervisors,
)
from equipoise.programme.delivery.records import (
    AFTER,
    BEFORE,
    HELD,
    MINUTES,
    MODES,
    NO_OVERLAP,
    REPEATED,
    STATUSES,
    UNKNOWN_SCHOOL,
    Caseload,
    Delivery,
    Session,
    Supervisor,
)
from equipoise.programme.surveys import SetAside

_SUPERVISORS = (
    Column("supervisor_id"),
    Column("la_code"),
    Column("name", blank=True),
    Column("wte", kind="number", minimum=0.01, maximum=1.5),
    Column("from", kind="date"),
    Column("to", kind="date", blank=True),
)
_CASELOADS = (
    Column("supervisor_id"),
    Column("urn"),
    Column("from", kind="date"),
    Column("to", kind="date", blank=True),
)
_SESSIONS = (
    Column("session_id"),
    Column("supervisor_id"),
    Column("urn"),
    Column("person_id", blank=True),
    Column("planned_on", kind="date", blank=True),
    Column("held_on", kind="date", blank=True),
    Column("status", values=STATUSES),
    Column("mode", values=MODES),
    Column("place", blank=True),
    Column("minutes", kind="integer", blank=True, minimum=0, maximum=MINUTES[1]),
)


def read_delivery(
    supervisors: bytes,
    caseloads: bytes,
    sessions: bytes,
    *,
    schools: Mapping[str, str],
    start: date,
    end: date,
    files: Sequence[str] = ("supervisors.csv", "caseloads.csv", "sessions.csv"),
) -> Delivery:
    """Read the three files of the delivery team and check them against each other.

    Records that contradict each other are problems: a supervisor nobody knows, a session held
    without a day or a likely length, one identifier for two one-to-one sessions. What did happen
    but does not belong to the trial's dose is set aside with its reason: a school outside the
    trial, a day outside the delivery period, a session that stands in the file twice under two
    identifiers.

    Parameters
    ----------
    supervisors, caseloads, sessions
        The bytes of the files (CSV, UTF-8, dates as 2024-10-01).
    schools
        Authority code of every randomised school, by URN.
    start, end
        First and last day of the delivery period, both included.
    files
        Their names for the messages.

    Raises
    ------
    ProblemsError
        With every problem of the three files.
    """
    problems = Problems()
    tables: list[Table] = []
    for data, columns, file, unique in zip(
        (supervisors, caseloads, sessions),
        (_SUPERVISORS, _CASELOADS, _SESSIONS),
        files,
        (("supervisor_id",), (), ("session_id", "urn", "person_id")),
        strict=True,
    ):
        try:
            tables.append(read_csv(data, columns, file=file, unique=unique))
        except ProblemsError as error:
            problems.extend(error.problems)
            tables.append(Table((), (), ()))
    readable = len(problems) == 0
    posts = tuple(
        Supervisor(r["supervisor_id"], r["la_code"], float(r["wte"]), r["from"], r["to"])
        for r in tables[0].rows
    )
    lists = tuple(
        Caseload(r["supervisor_id"], r["urn"], r["from"], r["to"]) for r in tables[1].rows
    )
    rows = tuple(
        Session(
            line=line,
            session_id=r["session_id"],
            supervisor_id=r["supervisor_id"],
            urn=r["urn"],
            person_id=r["person_id"],
            planned_on=r["planned_on"],
            held_on=r["held_on"],
            status=r["status"],
            mode=r["mode"],
            minutes=r["minutes"] if r["status"] == HELD else r["minutes"] or None,
        )
        for line, r in zip(tables[2].lines, tables[2].rows, strict=True)
    )
    check_dates(tables[0], files[0], problems)
    check_dates(tables[1], files[1], problems)
    check_sessions(rows, files[2], problems)
    if readable:
        known = {post.supervisor_id: post for post in posts}
        check_supervisors(tables[1], known, files[1], problems)
        check_supervisors(tables[2], known, files[2], problems)
        check_overlaps(lists, tables[1].lines, files[1], problems)
    problems.raise_if_any()
    aside: list[SetAside] = []
    kept = tuple(
        entry
        for entry, line in zip(lists, tables[1].lines, strict=True)
        if not _aside(_caseload_reason(entry, schools, start, end), files[1], line, aside)
    )
    used: list[Session] = []
    seen: set[tuple[str, str, str | None, date | None]] = set()
    for row in rows:
        if not _aside(_session_reason(row, schools, start, end, seen), files[2], row.line, aside):
            used.append(row)
    return Delivery(dict(schools), start, end, posts, kept, tuple(used), tuple(aside), len(rows))


def _aside(reason: str | None, file: str, line: int, aside: list[SetAside]) -> bool:
    if reason is not None:
        aside.append(SetAside(file, line, reason))
    return reason is not None


def _caseload_reason(
    entry: Caseload, schools: Mapping[str, str], start: date, end: date
) -> str | None:
    if entry.urn not in schools:
        return UNKNOWN_SCHOOL
    over = entry.start > end or (entry.end is not None and entry.end < start)
    return NO_OVERLAP if over else None


def _session_reason(
    row: Session,
    schools: Mapping[str, str],
    start: date,
    end: date,
    seen: set[tuple[str, str, str | None, date | None]],
) -> str | None:
    if row.urn not in schools:
        return UNKNOWN_SCHOOL
    if row.on is not None and row.on < start:
        return BEFORE
    if row.on is not None and row.on > end:
        return AFTER
    if row.held:
        key = (row.supervisor_id, row.urn, row.person_id, row.held_on)
        if key in seen:
            return REPEATED
        seen.add(key)
    return None
