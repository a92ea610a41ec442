"""Workbook: the unclear labels as a sheet with drop-down lists, and the same sheet read back."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from equipoise.authority.readers.dates import read_date
from equipoise.authority.vocabulary.labels import Review
from equipoise.authority.vocabulary.review import Question
from equipoise.authority.vocabulary.text import normalise
from equipoise.core.base import Problem, Problems, ProblemsError, shape_of

SHEET = "Labels"
HEADS = ("label", "seen", "may be", "code", "who", "when", "why")
_WIDTHS = (48, 8, 30, 34, 22, 12, 40)
_ABOUT = "About"
_CODES = "Codes"
_BETWEEN = " - "
_DAY = datetime.date


def workbook_bytes(
    vocabulary: str, asked: Sequence[Question], answers: Mapping[str, str], on: _DAY
) -> bytes:
    """Write a workbook for the person who knows: a row for each label, a list of codes to pick.

    The same questions give the same bytes. Labels are written as text, never as formulas.

    Parameters
    ----------
    vocabulary
        Its name, which is checked when the workbook is read back.
    asked
        The labels.
    answers
        From each code that may be given to its title.
    on
        The day for which the codes hold; it dates the workbook.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime.datetime(on.year, on.month, on.day)})
    bold = book.add_format({"bold": True})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    sheet = book.add_worksheet(SHEET)
    for place, (head, width) in enumerate(zip(HEADS, _WIDTHS, strict=True)):
        sheet.write_string(0, place, head, bold)
        sheet.set_column(place, place, width, day if head == "when" else words)
    sheet.freeze_panes(1, 1)
    for row, question in enumerate(asked, start=1):
        sheet.write_string(row, 0, question.label)
        sheet.write_number(row, 1, question.seen)
        sheet.write_string(row, 2, "; ".join(_shown(c, answers) for c in question.candidates))
    sheet.data_validation(
        1,
        HEADS.index("code"),
        max(1, len(asked)),
        HEADS.index("code"),
        {
            "validate": "list",
            "source": f"={_CODES}!$A$1:$A${len(answers)}",
            "error_title": "Not a code",
            "error_message": "Pick a code from the list, or leave the cell blank.",
        },
    )
    codes = book.add_worksheet(_CODES)
    codes.set_column(0, 0, 60)
    for row, code in enumerate(answers):
        codes.write_string(row, 0, _shown(code, answers))
    about = book.add_worksheet(_ABOUT)
    about.set_column(0, 1, 40)
    for row, (name, value) in enumerate(_about(vocabulary, on)):
        about.write_string(row, 0, name, bold)
        about.write_string(row, 1, value)
    book.close()
    return target.getvalue()


def read_workbook(
    data: bytes,
    file: str,
    vocabulary: str,
    answers: Mapping[str, str],
    *,
    who: str | None,
    when: _DAY,
    authority: str = "",
    system: str = "",
) -> tuple[Review, ...]:
    """Read the decisions of a workbook; rows without a code were left undecided.

    Parameters
    ----------
    data, file
        The bytes, and the file's name for the messages.
    vocabulary, answers
        What the workbook was written for.
    who, when
        Who decided and on which day, where a row leaves these blank.
    authority, system
        For whom the decisions hold; blank for any.

    Raises
    ------
    ProblemsError
        With every problem of every row.
    """
    rows, about = _sheets(data, file)
    problems = Problems()
    if about != vocabulary:
        problems.add(
            file=file,
            place=f"sheet {_ABOUT}",
            found=f"labels for {about or 'no vocabulary'}",
            expected=f"labels for {vocabulary}",
            remedy="name the vocabulary for which the workbook was written",
        )
    heads = tuple(_text(cell) for cell in rows[0]) if rows else ()
    missing = [head for head in HEADS if head not in heads]
    if missing:
        problems.add(
            file=file,
            place=f"sheet {SHEET}, row 1",
            found="no column " + ", ".join(missing),
            expected="the columns " + ", ".join(HEADS),
            remedy="write the workbook again, and fill in a fresh copy",
        )
    problems.raise_if_any()
    first: dict[str, tuple[str, int]] = {}
    kept: list[Review] = []
    for number, short in enumerate(rows[1:], start=2):
        cells = [*short, *[""] * len(heads)]
        row = {head: cells[heads.index(head)] for head in HEADS}
        review = _decision(row, file, number, answers, who, when, problems)
        if review is None:
            continue
        code, at = first.setdefault(normalise(review.label), (review.code, number))
        if code != review.code:
            problems.add(
                file=file,
                place=f"sheet {SHEET}, row {number}, column code",
                found=f"{review.code} for a label that is {code} in row {at}",
                expected="one code for each label",
                remedy="keep one of the two",
            )
        elif at == number:
            kept.append(
                Review(review.label, code, review.by, review.when, review.note, authority, system)
            )
    problems.raise_if_any()
    return tuple(kept)


def _decision(
    row: Mapping[str, Any],
    file: str,
    number: int,
    answers: Mapping[str, str],
    who: str | None,
    when: _DAY,
    problems: Problems,
) -> Review | None:
    def wrong(column: str, found: str, expected: str, remedy: str) -> None:
        problems.add(
            file=file,
            place=f"sheet {SHEET}, row {number}, column {column}",
            found=found,
            expected=expected,
            remedy=remedy,
        )

    typed = _text(row["code"])
    if not typed:
        return None
    before = len(problems)
    code = typed.split(_BETWEEN, 1)[0].strip().upper()
    if code not in answers:
        wrong("code", shape_of(typed), "one of " + ", ".join(answers), "pick a code from the list")
    label = _text(row["label"])
    if not label:
        wrong("label", "an empty cell beside a code", "the label", "write the label again")
    by = _text(row["who"]) or (who or "")
    if not by:
        wrong("who", "an empty cell beside a code", "who decided", "write a name, or give --by")
    on = _day(row["when"], when)
    if on is None:
        wrong("when", shape_of(_text(row["when"])), "a date like 2025-08-01", "correct the date")
    if len(problems) > before or on is None:
        return None
    return Review(label, code, by, on, _text(row["why"]))


def _sheets(data: bytes, file: str) -> tuple[list[list[Any]], str]:
    """Return the rows of the sheet of labels, and the vocabulary for which it was written."""
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
                    "the review workbook, an .xlsx file without a password",
                    "save it as .xlsx without a password",
                )
            ]
        ) from error
    said = {_text(line[0]): _text(line[1]) for line in about if len(line) > 1}
    return rows, said.get("vocabulary", "")


def _about(vocabulary: str, on: _DAY) -> Iterable[tuple[str, str]]:
    yield "vocabulary", vocabulary
    yield "codes as valid on", on.isoformat()
    yield "code", "Pick what the label means. Leave it blank where you are not the one to ask."
    yield "who, when", "Your name and the day on which you decided."
    yield "why", "What you know or whom you asked, in a few words."


def _shown(code: str, answers: Mapping[str, str]) -> str:
    return f"{code}{_BETWEEN}{answers[code]}" if code in answers else code


def _day(cell: Any, default: _DAY) -> _DAY | None:
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    return read_date(_text(cell)) if _text(cell) else default


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
