"""Workbook: the desk as .xlsx, a sheet for each authority, with lists to pick from."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from equipoise.design.registers.desk.desk import Desk
from equipoise.design.registers.desk.exchange import CONTEXT, HEADS, VERSION, Context, exchange_rows
from equipoise.design.registers.desk.facts import BY_NAME, FACTS, Fact, reasons

ABOUT, LISTS = "About", "Lists"
#: Rows above the first authority: a title and the headings.
TITLE_ROWS = 1
_WIDTHS = {"la_code": 8, "urn": 9, "name": 38, "pupils": 7, "stands": 36, VERSION: 18}
_FIRST = datetime.date(2000, 1, 1)


def exchange_workbook(
    desk: Desk, rows: Sequence[Context], *, on: datetime.date, mark: str | None
) -> bytes:
    """Write the desk as a workbook; the same arguments give the same bytes.

    Headings, schools and versions are locked (without a password), the facts are not. Dates are
    typed; what is picked from a list can be picked only.

    Parameters
    ----------
    desk
        What is known.
    rows
        The rows, each authority followed by its schools.
    on
        Today; dates the workbook and bounds its dates.
    mark
        The mark of simulated data, or None.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties(
        {
            "title": "Enrolment desk",
            "comments": mark or "",
            "created": datetime.datetime(on.year, on.month, on.day),
        }
    )
    forms = _forms(book)
    by_code: dict[str, list[Context]] = {}
    for row in rows:
        by_code.setdefault(row.la_code, []).append(row)
    for code, own in by_code.items():
        sheet = book.add_worksheet(code)
        _fill(sheet, desk, own, forms, on, mark)
    lists = book.add_worksheet(LISTS)
    for place, fact in enumerate(FACTS):
        for line, value in enumerate(fact.offered):
            lists.write_string(line, place, value)
    lists.hide()
    _about(book.add_worksheet(ABOUT), forms, mark)
    book.close()
    return target.getvalue()


def _forms(book: Any) -> dict[str, Any]:
    top = {"valign": "top"}
    return {
        "bold": book.add_format({**top, "bold": True, "text_wrap": True}),
        "words": book.add_format({**top, "text_wrap": True}),
        "fixed": book.add_format({**top, "font_color": "#505050"}),
        "none": book.add_format({**top, "bg_color": "#E0E0E0"}),
        "text": book.add_format({**top, "locked": False, "num_format": "@"}),
        "count": book.add_format({**top, "locked": False, "num_format": "0"}),
        "day": book.add_format({**top, "locked": False, "num_format": "yyyy-mm-dd"}),
    }


def _fill(
    sheet: Any,
    desk: Desk,
    rows: Sequence[Context],
    forms: Mapping[str, Any],
    on: datetime.date,
    mark: str | None,
) -> None:
    """Write one authority's sheet: title, headings, the authority, its schools."""
    title = f"Enrolment desk: {rows[0].la_code}. {mark or ''}".strip()
    sheet.write_string(0, 0, title, forms["bold"])
    if mark:
        sheet.set_header(f"&C{mark}")
    for place, head in enumerate(HEADS):
        sheet.write_string(TITLE_ROWS, place, head, forms["bold"])
        sheet.set_column(place, place, _WIDTHS.get(head, 15))
    first = TITLE_ROWS + 1
    for line, (row, cells) in enumerate(zip(rows, exchange_rows(desk, rows), strict=True), first):
        for place, head in enumerate(HEADS):
            _cell(sheet, line, place, head, row, cells.get(head), forms)
    for place, head in enumerate(HEADS):
        if head in BY_NAME:
            sheet.data_validation(
                first, place, first + len(rows) - 1, place, _check(BY_NAME[head], on)
            )
    version = HEADS.index(VERSION)
    sheet.set_column(version, version, _WIDTHS[VERSION], None, {"hidden": True})
    sheet.freeze_panes(first, len(CONTEXT))
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})


def _cell(
    sheet: Any, line: int, place: int, head: str, row: Context, value: Any, forms: Mapping[str, Any]
) -> None:
    fact = BY_NAME.get(head)
    if fact is None:
        text = "" if value is None else str(value)
        if head == "pupils" and value is not None:
            sheet.write_number(line, place, value, forms["fixed"])
        else:
            sheet.write_string(line, place, text, forms["fixed"])
    elif row.level not in fact.levels:
        sheet.write_blank(line, place, None, forms["none"])
    elif value is None:
        sheet.write_blank(line, place, None, forms[_form(fact)])
    elif fact.column.kind == "date":
        sheet.write_datetime(line, place, value, forms["day"])
    elif fact.column.kind == "integer":
        sheet.write_number(line, place, value, forms["count"])
    else:
        sheet.write_string(line, place, value, forms["text"])


def _form(fact: Fact) -> str:
    return {"date": "day", "integer": "count"}.get(fact.column.kind, "text")


def _check(fact: Fact, on: datetime.date) -> dict[str, Any]:
    """Return what a cell of a fact may hold, as the spreadsheet checks it."""
    if fact.column.kind == "date":
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": _FIRST,
            "maximum": on,
            "error_title": "Not a day that has been",
            "error_message": f"A day up to {on}, or nothing.",
        }
    if fact.column.kind == "integer":
        return {
            "validate": "integer",
            "criteria": ">=",
            "value": 0,
            "error_title": "Not a count",
            "error_message": "A whole number, 0 or more, or nothing.",
        }
    letter = chr(ord("A") + FACTS.index(fact))
    return {
        "validate": "list",
        "source": f"={LISTS}!${letter}$1:${letter}${len(fact.offered)}",
        "show_error": not fact.free,
        "error_title": "Not on the list",
        "error_message": "Pick from the list, or leave the cell blank.",
    }


def _about(sheet: Any, forms: Mapping[str, Any], mark: str | None) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 80)
    lines = [
        *([(mark, "")] if mark else []),
        ("How to fill it in", "A sheet for each authority. Its first row is the authority, the "
         "others are its schools. Fill in what is known; leave blank what is not."),
        ("Never write", "A name of a person, a pupil's number, or a note: there is no room for "
         "them, and the file is refused."),
        ("Dates", "Typed as dates, up to today."),
        ("Rows", "Do not move cells from row to row. Rows may be left out: nothing is lost."),
        *((fact.name, f"{fact.title}: {fact.expected()}.") for fact in FACTS),
        *((f"not_eligible: {code}", words) for code, words in reasons("not_eligible").items()),
        *((f"declined: {code}", words) for code, words in reasons("declined").items()),
    ]  # fmt: skip
    for line, (name, words) in enumerate(lines):
        sheet.write_string(line, 0, name, forms["bold"])
        sheet.write_string(line, 1, words, forms["words"])
    sheet.protect()
