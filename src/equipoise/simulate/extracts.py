"""The files of one authority: its extract, its profile and its reviewed maps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from equipoise.core.base import csv_bytes
from equipoise.simulate.dialects import COMMON, Dialect, tidy
from equipoise.simulate.facts import SchoolFacts, Span, TrialFacts
from equipoise.simulate.rows import Row
from equipoise.simulate.workbooks import flag_book, local_book, vendor_book

_LOCAL_COLUMNS = (
    "Contact ID",
    "Child ID",
    "Date of contact",
    "Contact source",
    "Referring organisation",
    "Contact outcome",
    "Decision date",
    "Open case at contact (Y/N)",
)
_LIVE_COLUMNS = (
    "CONTACT_ID",
    "PERSON_ID",
    "CONTACT_STARTED",
    "SOURCE_OF_CONTACT",
    "REFERRER_AGENCY",
    "OUTCOME",
    "STEP_COMPLETED",
    "OPEN_AT_CONTACT",
    "CONTACT_REASON",
)
_WAREHOUSE_COLUMNS = (
    "Contact Number",
    "Person Number",
    "Contact Date",
    "Contact Source Description",
    "Agency",
    "Next Actions",
    "Completed Date",
    "Contact Reason",
)
_NULL = "NULL"
_BESIDE = "Letter to Referrer"  # a next action that says nothing about the outcome
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def authority_files(
    school: SchoolFacts,
    dialect: Dialect,
    rows: Sequence[Row],
    covers: Span,
    facts: TrialFacts,
    *,
    reasons: bool,
) -> dict[str, bytes]:
    """Return the files of one authority by name.

    Parameters
    ----------
    school
        Any of its schools, for the authority's code and name.
    dialect
        Its words and the shape of its extract.
    rows
        Its contacts, in the order of the file.
    covers
        The days that the file covers.
    facts
        For the cut-off: the extract is taken six days later.
    reasons
        Whether contacts are counted by their reason.

    Returns
    -------
    dict
        ``contacts.csv`` or ``.xlsx``, ``profile.json``, ``labels.csv`` and ``schools.csv``.
    """
    name = "contacts.csv" if dialect.shape in _TABLES else "contacts.xlsx"
    profile = {
        "authority": school.la_code,
        "name": school.la_name,
        "system": dialect.system,
        "contacts_file": name,
        "one_row_per": "child",
        "open_cases": dialect.open_cases,
        "extract_date": extract_date(facts).isoformat(),
        "covers": {"from": covers.start.isoformat(), "to": covers.end.isoformat()},
    }
    if dialect.encoding:
        profile["encoding"] = dialect.encoding
    who, taken = f"analyst of {school.la_code}", extract_date(facts)
    return {
        name: _contacts(dialect, rows, covers, reasons),
        "profile.json": json.dumps(profile, indent=2, ensure_ascii=False).encode() + b"\n",
        "labels.csv": csv_bytes(
            ("field", "label", "code", "by", "when", "note"),
            ((*entry, who, taken, "") for entry in sorted(_labels(rows, dialect, reasons))),
        ),
        "schools.csv": csv_bytes(
            ("typed", "urn", "by", "when", "note"),
            ((*entry, who, taken, "") for entry in sorted(_names(rows))),
        ),
    }


def extract_date(facts: TrialFacts) -> date:
    """Return the day on which every authority takes its extract: six days after the cut-off."""
    return facts.cut_off + timedelta(days=6)


def _contacts(dialect: Dialect, rows: Sequence[Row], covers: Span, reasons: bool) -> bytes:
    if dialect.shape in _TABLES:
        return _TABLES[dialect.shape](rows, reasons)
    if dialect.shape == 2:
        return flag_book(rows, dialect, reasons)
    return vendor_book(rows) if dialect.shape == 5 else local_book(rows, covers)


def _local(rows: Iterable[Row], reasons: bool) -> bytes:
    days = _Days("{0.day:02d}/{0.month:02d}/{0.year}")
    return csv_bytes(
        (*_LOCAL_COLUMNS, *(("Contact reason",) if reasons else ())),
        (
            (
                row.contact,
                row.event.child,
                days[row.event.day],
                row.source_label,
                row.organisation,
                row.outcome_label,
                days[row.event.decided_on] if row.settled else "",
                "Y" if row.event.open else "N",
                *((row.reason_label,) if reasons else ()),
            )
            for row in rows
        ),
    )


def _live(rows: Iterable[Row], reasons: bool) -> bytes:
    del reasons  # this system always asks for one
    days = _Days("{0.day:02d}-{1}-{0.year}")
    body = csv_bytes(
        _LIVE_COLUMNS,
        (
            (
                row.contact,
                row.event.child,
                days[row.event.day],
                row.source_label,
                row.organisation or _NULL,
                row.outcome_label or _NULL,
                days[row.event.decided_on] if row.settled else _NULL,
                "Y" if row.event.open else "N",
                row.reason_label or _NULL,
            )
            for row in rows
        ),
    )
    return b"\xef\xbb\xbf" + body


def _warehouse(rows: Iterable[Row], reasons: bool) -> bytes:
    del reasons  # this system always asks for one
    days = _Days("{0.year}-{0.month:02d}-{0.day:02d} 00:00:00.000")
    body = csv_bytes(
        _WAREHOUSE_COLUMNS,
        (
            (
                row.contact,
                row.event.child,
                days[row.event.day],
                row.source_label,
                row.organisation,
                _actions(row),
                days[row.event.decided_on] if row.settled else "",
                row.reason_label,
            )
            for row in rows
        ),
    )
    return body.decode("utf-8").encode("cp1252")


_TABLES: dict[int, Callable[[Sequence[Row], bool], bytes]] = {1: _local, 3: _live, 4: _warehouse}


def _actions(row: Row) -> str:
    """Return the next actions of a row, joined: the outcome, and sometimes a lesser one beside."""
    actions = [row.outcome_label] if row.outcome_label else []
    u = row.event.label
    if row.outcome == "ADVICE" and u < 0.15:  # as with the flags; assumed
        actions.append("No Further Action")
    if actions and row.outcome != "UNMAPPED" and (u * 7.3) % 1.0 < 0.2:  # assumed
        actions.insert(int((u * 3.9) % 1.0 * 2), _BESIDE)
    return ",".join(actions)


class _Days(dict[date, str]):
    """Dates as text, each written once."""

    def __init__(self, pattern: str) -> None:
        super().__init__()
        self._pattern = pattern

    def __missing__(self, day: date) -> str:
        text = self._pattern.format(day, _MONTHS[day.month - 1])
        self[day] = text
        return text


def _labels(rows: Iterable[Row], dialect: Dialect, reasons: bool) -> set[tuple[str, str, str]]:
    """Return what the analyst decided: labels in use that no general vocabulary knows."""
    found: set[tuple[str, str, str]] = set()
    for row in rows:
        if row.source != "AMBIGUOUS":
            found.add(("source", row.source_label.strip(), row.source))
        if dialect.shape not in (2, 3) and row.outcome_label and row.outcome != "UNMAPPED":
            found.add(("outcome", row.outcome_label.strip(), row.outcome))
        if reasons and row.reason_label:
            found.add(("reason", row.reason_label, row.reason))
    return {entry for entry in found if entry[0] == "reason" or tidy(entry[1]) not in COMMON}


def _names(rows: Iterable[Row]) -> set[tuple[str, str]]:
    """Return the reviewed names, each once."""
    return {(row.organisation.strip(), row.urn) for row in rows if row.reviewed}
