"""Workbook: the questions as a sheet with drop-down lists, and the same sheet read back."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from equipoise.authority.quality.questions import (
    DONT_KNOW,
    Question,
    in_words,
    questions,
    read_answer,
)
from equipoise.authority.readers import UNKNOWN
from equipoise.core.base import Problem, Problems, ProblemsError, shape_of

SHEET = "Profile"
HEADS = ("question", "title", "in words", "what the data suggest", "answer")
_WIDTHS = (22, 26, 52, 52, 60)
_ABOUT = "About"
_LISTS = "Answers"
_MARKS = ("authority", "name", "answered by")
_NOTES = (
    ("How to answer", "Pick an answer from the list. Leave a cell blank, or pick don't know, where "
     "nobody can say: the profile then says what that means for comparisons."),
    ("Days", "Write days as 2025-04-01, several with commas between; none where nothing changed."),
    ("Where it goes", "Nothing in it is about a child. Save it beside the extract and read it "
     "with: equipoise contacts profile FOLDER --answers FILE"),
)  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """What a workbook holds.

    Attributes
    ----------
    authority, name
        For whom it was written; "" where it does not say.
    by
        Who answered; "" where nobody wrote it.
    answers
        From question to stored answer, blanks left out.
    """

    authority: str
    name: str
    by: str
    answers: dict[str, str]


def profile_workbook(
    *,
    authority: str = "",
    name: str = "",
    suggested: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    mark: str | None = None,
    on: datetime.date,
) -> bytes:
    """Write the questions as a workbook; the same arguments give the same bytes.

    Parameters
    ----------
    authority, name
        The authority's code and name.
    suggested
        From question to what the data suggest (`suggestions.suggestions`).
    answers
        What was answered before, as stored.
    mark
        The mark of simulated data, or None.
    on
        Dates the workbook.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties(
        {"created": datetime.datetime(on.year, on.month, on.day), "comments": mark or ""}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    typed = book.add_format(
        {"text_wrap": True, "valign": "top", "num_format": "@", "bg_color": "#FFF9E5", "border": 1}
    )
    sheet = book.add_worksheet(SHEET)
    lists = book.add_worksheet(_LISTS)
    for place, (head, width) in enumerate(zip(HEADS, _WIDTHS, strict=True)):
        sheet.write_string(0, place, head, bold)
        sheet.set_column(place, place, width, words)
    sheet.freeze_panes(1, 1)
    if mark:
        sheet.set_header(f"&C{mark}")
    row = 0
    for column, question in enumerate(questions()):
        held = (answers or {}).get(question.id, UNKNOWN)
        shown = _cells(question, held)
        for part, answer in zip(question.parts or ("",), shown, strict=True):
            row += 1
            sheet.write_string(row, 0, f"{question.id}: {part}" if part else question.id)
            sheet.write_string(row, 1, question.title)
            sheet.write_string(row, 2, f"{question.text} ({part})" if part else question.text)
            sheet.write_string(row, 3, (suggested or {}).get(question.id, ""))
            sheet.write_string(row, 4, answer, typed)
            if question.choices:
                options = [choice.words for choice in question.choices] + [DONT_KNOW]
                for place, option in enumerate(options):
                    lists.write_string(place, column, option)
                source = f"={_LISTS}!{_range(column, len(options))}"
                sheet.data_validation(row, 4, row, 4, _list(source))
    lists.hide()
    about = book.add_worksheet(_ABOUT)
    about.set_column(0, 0, 20, bold)
    about.set_column(1, 1, 90, words)
    lines = [*zip(_MARKS, (authority, name, ""), strict=True), *_NOTES]
    for place, (head, value) in enumerate([*lines, *([("Note", mark)] if mark else [])]):
        about.write_string(place, 0, head, bold)
        about.write_string(place, 1, value, typed if head == "answered by" else words)
    book.close()
    return target.getvalue()


def read_profile_workbook(data: bytes, file: str) -> Filled:
    """Read the answers of a workbook.

    Raises
    ------
    ProblemsError
        With every problem of every row.
    """
    rows, said = _sheets(data, file)
    heads = [_text(cell) for cell in rows[0]] if rows else []
    problems = Problems()

    def wrong(row: int, column: str, found: str, expected: str, remedy: str) -> None:
        problems.add(
            file=file,
            place=f"sheet {SHEET}, row {row}, column {column}",
            found=found,
            expected=expected,
            remedy=remedy,
        )

    for head in ("question", "answer"):
        if head not in heads:
            wrong(1, head, "no such column", "the columns " + ", ".join(HEADS), _AGAIN)
    problems.raise_if_any()
    known = {f"{q.id}: {part}" if part else q.id for q in questions() for part in q.parts or ("",)}
    cells: dict[str, str] = {}
    places: dict[str, int] = {}
    for number, line in enumerate(rows[1:], start=2):
        row = {head: _text(cell) for head, cell in zip(heads, line, strict=False) if head}
        name, answer = row.get("question", ""), row.get("answer", "")
        if not name and not answer:
            continue
        if name not in known:
            wrong(
                number, "question", "no question of this list", "the questions as written", _AGAIN
            )
        elif name in cells:
            wrong(number, "question", f"{name} again", "each question only once", "keep one row")
        else:
            cells[name], places[name] = answer, number
    answers: dict[str, str] = {}
    for question in questions():
        names = [f"{question.id}: {p}" if p else question.id for p in question.parts or ("",)]
        typed = [cells.get(name, "") for name in names]
        try:
            stored = read_answer(question, typed if question.parts else typed[0])
        except ValueError as error:
            row_of = places.get(names[0], 1)
            shown = "; ".join(shape_of(text) for text in typed)
            wrong(row_of, "answer", shown, str(error), "correct the answer, or leave it blank")
            continue
        if any(typed):
            answers[question.id] = stored
    problems.raise_if_any()
    return Filled(
        said.get("authority", ""), said.get("name", ""), said.get("answered by", ""), answers
    )


def is_profile_workbook(data: bytes) -> bool:
    """Say whether bytes are a workbook of these questions."""
    try:
        rows, _ = _sheets(data, "")
    except ProblemsError:
        return False
    return bool(rows) and [_text(cell) for cell in rows[0]][: len(HEADS)] == list(HEADS)


_AGAIN = "write the workbook again, and fill in a fresh copy"


def _cells(question: Question, stored: str) -> list[str]:
    """Return what is written into the answer cells of a question: one, or one for each part."""
    if stored == UNKNOWN:
        return [""] * max(1, len(question.parts))
    return stored.split(", ") if question.parts else [in_words(question, stored)]


def _range(column: int, rows: int) -> str:
    letter = chr(ord("A") + column)
    return f"${letter}$1:${letter}${rows}"


def _list(source: str) -> dict[str, str]:
    return {
        "validate": "list",
        "source": source,
        "error_title": "Not on the list",
        "error_message": "Pick an answer from the list, or leave the cell blank.",
    }


def _sheets(data: bytes, file: str) -> tuple[list[list[Any]], dict[str, str]]:
    """Return the rows of the questions, and what the sheet about them says."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows, about = (
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if name in book.sheet_names
            else []
            for name in (SHEET, _ABOUT)
        )
    except Exception as error:  # calamine raises many kinds; all mean the same here
        raise ProblemsError(
            [
                Problem(
                    file,
                    "whole file",
                    "a file that cannot be read as a workbook",
                    "the workbook of questions, an .xlsx file without a password",
                    "save it as .xlsx without a password",
                )
            ]
        ) from error
    return rows, {_text(line[0]): _text(line[1]) for line in about if len(line) > 1}


def _text(cell: Any) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
