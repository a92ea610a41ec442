"""Template: a workbook to fill in, with the headings that the reader knows."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from equipoise.authority.readers.fields import ContactField, never_sent

SHEET = "Contacts"
_NOTES = "Notes"
_LISTS = "Lists"
_LAST_ROW = 1_048_575
_WIDTHS = {"text": 26, "date": 16, "yes-no": 14, "source": 34, "outcome": 34}


def template_bytes(
    fields: Sequence[ContactField],
    *,
    title: str,
    first: datetime.date,
    last: datetime.date,
    titles: Mapping[str, Sequence[str]],
    mark: str | None,
    on: datetime.date,
) -> bytes:
    """Write the workbook that an authority may fill in; the same arguments give the same bytes.

    Numbers of contacts and children are kept as text, so that none loses a zero. The lists of
    sources and outcomes only offer words: an authority's own are as good.

    Parameters
    ----------
    fields
        The columns, in order.
    title
        What it is for, in words.
    first, last
        The first and last date of contact that is wanted.
    titles
        The words offered under ``source`` and ``outcome``.
    mark
        The mark of simulated data, or None.
    on
        Dates the workbook.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties(
        {
            "title": title,
            "comments": mark or "",
            "created": datetime.datetime(on.year, on.month, on.day),
        }
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    forms = {
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy"}),
    }
    sheet, notes = book.add_worksheet(SHEET), book.add_worksheet(_NOTES)
    lists = book.add_worksheet(_LISTS)
    options = {**titles, "yes-no": ("Y", "N")}
    head = 1 if mark else 0
    if mark:
        sheet.write_string(0, 0, mark, bold)
        sheet.set_header(f"&C{mark}")
        notes.set_header(f"&C{mark}")
    for place, field in enumerate(fields):
        sheet.write_string(head, place, field.heading, bold)
        form = forms["date"] if field.form == "date" else forms["text"]
        sheet.set_column(place, place, _WIDTHS[field.form], form)
        cells = (head + 1, place, _LAST_ROW, place)
        if field.form == "date":
            sheet.data_validation(*cells, _dates(field, first, last))
        elif field.form in options:
            for row, option in enumerate(options[field.form]):
                lists.write_string(row, place, option)
            source = f"={_LISTS}!{_range(place, len(options[field.form]))}"
            sheet.data_validation(*cells, _list(source, strict=field.form == "yes-no"))
    sheet.freeze_panes(head + 1, 0)
    lists.hide()
    notes.set_column(0, 0, 30)
    notes.set_column(1, 2, 70)
    for row, cells_of in enumerate(_notes(fields, title, first, last, mark)):
        for place, text in enumerate(cells_of):
            notes.write_string(row, place, text, bold if place == 0 else words)
    book.close()
    return target.getvalue()


def _notes(
    fields: Sequence[ContactField],
    title: str,
    first: datetime.date,
    last: datetime.date,
    mark: str | None,
) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [(mark,)] if mark else []
    rows += [
        (title,),
        (
            "What to send",
            "Every contact of every source, a row for each child in it, received from "
            f"{first:%d/%m/%Y} to {last:%d/%m/%Y}.",
        ),
        (
            "How",
            "Fill in the sheet Contacts, or export a CSV with its headings. Keep your own words "
            "for sources and outcomes: the lists only offer some.",
        ),
        ("Never send", "; ".join(never_sent()) + "."),
        ("", "What it holds", "What it is used for"),
    ]
    needed = {"if recorded": " Leave the column out where it is not recorded."}
    for field in fields:
        holds = f"{field.holds}.{needed.get(field.needed, '')}"
        rows.append((f"{field.heading}:", holds, field.use))
    return rows


def _dates(field: ContactField, first: datetime.date, last: datetime.date) -> dict[str, object]:
    """Return the check of a column of dates; a decision may come after the last contact."""
    check: dict[str, object] = {"validate": "date", "error_title": "Not a date that was asked for"}
    if field.field == "on":
        check |= {"criteria": "between", "minimum": first, "maximum": last}
        check["error_message"] = f"A day from {first:%d/%m/%Y} to {last:%d/%m/%Y}."
    else:
        check |= {"criteria": ">=", "value": first}
        check["error_message"] = f"A day from {first:%d/%m/%Y} on, or nothing."
    return check


def _list(source: str, *, strict: bool) -> dict[str, object]:
    check: dict[str, object] = {"validate": "list", "source": source, "show_error": strict}
    if strict:
        check |= {"error_title": "Not on the list", "error_message": "Y, N or nothing."}
    return check


def _range(column: int, rows: int) -> str:
    letter = chr(ord("A") + column)
    return f"${letter}$1:${letter}${rows}"
