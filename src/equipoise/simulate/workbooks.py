"""Extracts that are workbooks: flags, a vendor's codes, and sheets kept by hand."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from equipoise.simulate.dialects import FLAGS, FLAGS_BESIDE, FLAGS_OF, Dialect
from equipoise.simulate.facts import Span
from equipoise.simulate.rows import Row
from equipoise.simulate.school_days import school_year

_FLAG_COLUMNS = (
    "cont_contact_id",
    "cont_person_id",
    "cont_contact_date",
    "cont_contact_source_desc",
    "referring_agency",
    "cont_contact_outcome_json",
    "decision_date",
)
_VENDOR_COLUMNS = (
    "Contact Reference",
    "Person ID",
    "Contact Received",
    "Source Code",
    "Agency Name",
    "Contact Outcome",
    "Outcome Date",
    "Case Open",
    "Presenting Issue",
)
_FIRST_COLUMNS = (
    "Ref",
    "Child Ref",
    "Date Received",
    "Source",
    "School / Agency",
    "Outcome",
    "Outcome Date",
    "Reason for Contact",
)
_LATER_COLUMNS = (
    "Ref",
    "Child Ref",
    "Date received",
    "Source of contact",
    "School or agency",
    "Outcome of contact",
    "Date of outcome",
    "Reason for contact",
)
_GUIDANCE = (
    "Log of contacts to the front door",
    "One line for each child. Use the numbered outcomes; add a short remark if it helps.",
    "A new sheet is started every September.",
)
_CREATED = datetime(2025, 1, 1)
_REMARKS = ("passed to duty", "caller informed", "letter sent", "")
_WIDTH = 18


def flag_book(rows: Iterable[Row], dialect: Dialect, reasons: bool) -> bytes:
    """Return one sheet of the standard dataset's columns, the outcome as flags in JSON."""

    def fill(book: Any) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("ssd_contacts")
        heads = (*_FLAG_COLUMNS, *(("cont_contact_reason",) if reasons else ()))
        _heads(sheet, 0, heads)
        for line, row in enumerate(rows, start=1):
            texts = (row.contact, row.event.child, None, row.source_label, row.organisation,
                     _flags(row, dialect))  # fmt: skip
            _texts(sheet, line, texts)
            sheet.write_datetime(line, 2, row.event.day, day)
            if row.settled:
                sheet.write_datetime(line, 6, row.event.decided_on, day)
            if reasons:
                sheet.write_string(line, 7, row.reason_label)

    return _book(fill)


def vendor_book(rows: Iterable[Row]) -> bytes:
    """Return one sheet with a vendor's source codes and outcome words."""

    def fill(book: Any) -> None:
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Contacts")
        _heads(sheet, 0, _VENDOR_COLUMNS)
        for line, row in enumerate(rows, start=1):
            texts = (row.contact, row.event.child, None, row.source_label, row.organisation,
                     row.outcome_label, None, "Yes" if row.event.open else "No",
                     row.reason_label)  # fmt: skip
            _texts(sheet, line, texts)
            hour = 8 + int(row.event.entry * 9)
            received = datetime(row.event.day.year, row.event.day.month, row.event.day.day, hour)
            sheet.write_datetime(line, 2, received, moment)
            if row.settled:
                sheet.write_datetime(line, 6, row.event.decided_on, day)

    return _book(fill)


def local_book(rows: Sequence[Row], covers: Span) -> bytes:
    """Return a sheet of prose and one sheet for each school year that the extract covers."""

    def fill(book: Any) -> None:
        guidance = book.add_worksheet("Guidance")
        for line, text in enumerate(_GUIDANCE):
            guidance.write_string(line, 0, text)
        years = range(school_year(covers.start), school_year(covers.end) + 1)
        for year in years:
            name = f"{year}-{(year + 1) % 100:02d}"
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, f"Contacts received {name}")
            _heads(sheet, 2, _FIRST_COLUMNS if year == years[0] else _LATER_COLUMNS)
            held = (row for row in rows if school_year(row.event.day) == year)
            for line, row in enumerate(held, start=3):
                decided = f"{row.event.decided_on:%d.%m.%Y}" if row.settled else ""
                texts = (row.contact, row.event.child, f"{row.event.day:%d.%m.%Y}",
                         row.source_label, row.organisation, row.outcome_label, decided,
                         row.reason_label)  # fmt: skip
                _texts(sheet, line, texts)

    return _book(fill)


def _book(fill: Callable[[Any], None]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    fill(book)
    book.close()
    return stream.getvalue()


def _heads(sheet: Any, line: int, heads: Sequence[str]) -> None:
    sheet.write_row(line, 0, heads)
    sheet.set_column(0, len(heads) - 1, _WIDTH)


def _texts(sheet: Any, line: int, texts: Sequence[str | None]) -> None:
    for place, text in enumerate(texts):
        if text:
            sheet.write_string(line, place, text)


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
