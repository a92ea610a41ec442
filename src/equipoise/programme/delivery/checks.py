"""Checks of the delivery records against themselves and each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.core.base import Problems, Table
from equipoise.programme.delivery.records import MINUTES, Caseload, Session, Supervisor


def check_dates(table: Table, file: str, problems: Problems) -> None:
    """Note every row whose last day is before its first."""
    for line, row in zip(table.lines, table.rows, strict=True):
        if row["to"] is not None and row["to"] < row["from"]:
            problems.add(
                file=file,
                place=f"line {line}, column to",
                found=f"{row['to']}, before {row['from']}",
                expected="a last day on or after the first, or blank",
                remedy="correct one of the two dates",
            )


def check_supervisors(
    table: Table, known: Mapping[str, Supervisor], file: str, problems: Problems
) -> None:
    """Note every row that names a supervisor nobody knows."""
    for line, row in zip(table.lines, table.rows, strict=True):
        if row["supervisor_id"] not in known:
            problems.add(
                file=file,
                place=f"line {line}, column supervisor_id",
                found=f"the unknown supervisor {row['supervisor_id']!r}",
                expected="a supervisor of supervisors.csv",
                remedy="add the supervisor there or correct the identifier",
            )


def check_overlaps(
    lists: Sequence[Caseload], lines: Sequence[int], file: str, problems: Problems
) -> None:
    """Note every school that is on one list twice at the same time."""
    last: dict[tuple[str, str], tuple[Caseload, int]] = {}
    order = sorted(zip(lists, lines, strict=True), key=lambda pair: (pair[0].start, pair[1]))
    for entry, line in order:
        key = (entry.supervisor_id, entry.urn)
        if key in last and last[key][0].covers(entry.start):
            problems.add(
                file=file,
                place=f"line {line}",
                found=f"school {entry.urn} again on the same list from {entry.start}",
                expected=f"dates after those of line {last[key][1]}",
                remedy="remove one of the two rows or correct its dates",
            )
        last[key] = (entry, line)


def check_sessions(rows: Sequence[Session], file: str, problems: Problems) -> None:
    """Note every session that contradicts itself or another row of the same session."""
    first: dict[str, Session] = {}
    held: dict[str, Session] = {}
    for row in rows:
        wrong = _contradictions(row)
        if row.session_id in first:
            wrong += _disagreements(row, first[row.session_id])
        if row.held and row.session_id in held:
            other = held[row.session_id]
            if (row.held_on, row.minutes) != (other.held_on, other.minutes):
                found = f"another day or length for session {row.session_id}"
                wrong.append(("", found, f"those of line {other.line}"))
        first.setdefault(row.session_id, row)
        if row.held:
            held.setdefault(row.session_id, row)
        for column, found, expected in wrong:
            problems.add(
                file=file,
                place=f"line {row.line}" + (f", column {column}" if column else ""),
                found=found,
                expected=expected,
                remedy="correct the row from the supervisor's record",
            )


def _contradictions(row: Session) -> list[tuple[str, str, str]]:
    wrong: list[tuple[str, str, str]] = []
    if row.held and row.held_on is None:
        wrong.append(("held_on", "an empty cell", "the day, since the session was held"))
    if row.held and row.minutes is None:
        wrong.append(("minutes", "an empty cell", "the length, since the session was held"))
    if row.held and row.minutes is not None and row.minutes < MINUTES[0]:
        expected = f"{MINUTES[0]} to {MINUTES[1]} minutes, since the session was held"
        wrong.append(("minutes", f"{row.minutes}", expected))
    if not row.held and row.held_on is not None:
        wrong.append(("held_on", f"{row.held_on}", f"an empty cell, since it is {row.status}"))
    if not row.held and row.minutes is not None:
        wrong.append(("minutes", f"{row.minutes}", f"nothing or 0, since it is {row.status}"))
    if row.planned_on is None and row.status.startswith("cancelled"):
        wrong.append(("planned_on", "an empty cell", "the day that was cancelled"))
    return wrong


def _disagreements(row: Session, first: Session) -> list[tuple[str, str, str]]:
    if row.mode == "one-to-one" or first.mode == "one-to-one":
        again = f"{row.session_id} again (first on line {first.line})"
        return [("session_id", again, "each one-to-one session only once")]
    if (row.supervisor_id, row.planned_on) != (first.supervisor_id, first.planned_on):
        found = f"another supervisor or planned day for session {row.session_id}"
        return [("", found, f"those of line {first.line}")]
    return []
