"""The files of one authority: its extract in one of two shapes, profile and reviewed maps."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import xlsxwriter

from equipoise.core.base import Sink, csv_bytes
from equipoise.simulate.dialects import (
    COMMON,
    FLAGS,
    FLAGS_BESIDE,
    FLAGS_OF,
    Dialect,
    tidy,
)
from equipoise.simulate.facts import SchoolFacts, Span, TrialFacts
from equipoise.simulate.rows import Row

_CSV_HEADER = (
    "Contact ID",
    "Child ID",
    "Date of contact",
    "Contact source",
    "Referring organisation",
    "Contact outcome",
    "Decision date",
    "Open case at contact (Y/N)",
)
_BOOK_HEADER = (
    "cont_contact_id",
    "cont_person_id",
    "cont_contact_date",
    "cont_contact_source_desc",
    "referring_agency",
    "cont_contact_outcome_json",
    "decision_date",
)
_CREATED = datetime(2025, 1, 1)
_REMARKS = ("passed to duty", "caller informed", "letter sent", "")
_FILES = {1: "contacts.csv", 2: "contacts.xlsx"}


def write_authority(
    school: SchoolFacts,
    dialect: Dialect,
    rows: Sequence[Row],
    covers: Span,
    facts: TrialFacts,
    trial: Sink,
) -> None:
    """Write the folder of one authority.

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
    trial
        Receives ``authority/<la>/contacts.csv`` or ``.xlsx``, ``profile.json``,
        ``labels.csv`` and ``schools.csv``.
    """
    folder = f"authority/{school.la_code}"
    name = _FILES[dialect.shape]
    taken = extract_date(facts)
    data = _csv(rows) if dialect.shape == 1 else _book(rows, dialect)
    trial(f"{folder}/{name}", data)
    profile = {
        "authority": school.la_code,
        "name": school.la_name,
        "system": dialect.system,
        "contacts_file": name,
        "one_row_per": "child",
        "open_cases": "flagged" if dialect.shape == 1 else "by-outcome",
        "extract_date": taken.isoformat(),
        "covers": {"from": covers.start.isoformat(), "to": covers.end.isoformat()},
    }
    trial(f"{folder}/profile.json", (json.dumps(profile, indent=2) + "\n").encode("utf-8"))
    who = f"analyst-{school.la_code}"
    trial(
        f"{folder}/labels.csv",
        csv_bytes(
            ("field", "label", "code", "by", "when", "note"),
            ((*entry, who, taken, "") for entry in sorted(_labels(rows, dialect))),
        ),
    )
    trial(
        f"{folder}/schools.csv",
        csv_bytes(
            ("typed", "urn", "by", "when", "note"),
            ((*entry, who, taken, "") for entry in sorted(_names(rows))),
        ),
    )


def extract_date(facts: TrialFacts) -> date:
    """Return the day on which every authority takes its extract: six days after the cut-off."""
    return facts.cut_off + timedelta(days=6)


def _csv(rows: Iterable[Row]) -> bytes:
    return csv_bytes(
        _CSV_HEADER,
        (
            (
                row.contact,
                row.event.child,
                f"{row.event.day:%d/%m/%Y}",
                row.source_label,
                row.organisation,
                row.outcome_label,
                f"{row.event.decided_on:%d/%m/%Y}" if row.settled else "",
                "Y" if row.event.open else "N",
            )
            for row in rows
        ),
    )


def _book(rows: Iterable[Row], dialect: Dialect) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("ssd_contacts")
    sheet.write_row(0, 0, _BOOK_HEADER)
    sheet.set_column(0, len(_BOOK_HEADER) - 1, 18)
    for line, row in enumerate(rows, start=1):
        sheet.write_string(line, 0, row.contact)
        sheet.write_string(line, 1, row.event.child)
        sheet.write_datetime(line, 2, row.event.day, day)
        sheet.write_string(line, 3, row.source_label)
        sheet.write_string(line, 4, row.organisation)
        sheet.write_string(line, 5, _flags(row, dialect))
        if row.settled:
            sheet.write_datetime(line, 6, row.event.decided_on, day)
    book.close()
    return stream.getvalue()


def _flags(row: Row, dialect: Dialect) -> str:
    """Return the ten flags as JSON; blank throughout where no outcome was entered."""
    code = row.outcome_label
    u = row.event.label
    set_flags = FLAGS_OF.get(code, ())
    if u < 0.15:  # a second box ticked; assumed
        set_flags += FLAGS_BESIDE.get(code, ())
    flags = {name: ("Y" if name in set_flags else "N") if code else "" for name in FLAGS}
    if dialect.comments:
        flags["NUMBER_OF_OUTCOMES"] = str(len(set_flags)) if code else ""
        flags["COMMENTS"] = _REMARKS[int(row.event.entry * 97) % len(_REMARKS)]
    return json.dumps(flags, separators=(",", ":"))


def _labels(rows: Iterable[Row], dialect: Dialect) -> set[tuple[str, str, str]]:
    """Return what the analyst decided: labels in use that no general vocabulary knows."""
    found: set[tuple[str, str, str]] = set()
    for row in rows:
        if tidy(row.source_label) not in COMMON and row.source != "AMBIGUOUS":
            found.add(("source", row.source_label.strip(), row.source))
        label = row.outcome_label.strip()
        if dialect.shape == 1 and label and row.outcome != "UNMAPPED" and tidy(label) not in COMMON:
            found.add(("outcome", label, row.event.outcome))
    return found


def _names(rows: Iterable[Row]) -> set[tuple[str, str]]:
    """Return the reviewed names, each once."""
    return {(row.organisation.strip(), row.urn) for row in rows if row.reviewed}
