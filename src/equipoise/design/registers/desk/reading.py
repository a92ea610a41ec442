"""Reading: a workbook that came back, sheet by sheet, every problem at once."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook

from equipoise.core.base import Problem, Problems, ProblemsError
from equipoise.design.registers.desk.exchange import HEADS, VERSION, Incoming, read_rows
from equipoise.design.registers.desk.facts import FACTS, Level
from equipoise.design.registers.desk.workbook import ABOUT, LISTS

#: A desk of every school of England is about a tenth of it.
_MOST_BYTES = 1 << 28
_MOST_DENSE = 300
_SMALL = 1 << 22
_HEADING_ROWS = 5
_FORMULA = re.compile(rb"""<c\b[^>]*?\br=["']([A-Z]+\d+)["'][^>]*>\s*<f[\s/>]""")
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)=["']([^"']*)["']""")


def read_exchange_workbook(
    data: bytes, *, file: str, codes: Collection[str], problems: Problems
) -> tuple[Incoming, ...]:
    """Read a workbook that was exported and filled in.

    Parameters
    ----------
    data
        The bytes of an .xlsx file.
    file
        Its name for the messages.
    codes
        The authorities of the register: what its sheets may be called.
    problems
        Receives what is wrong with the sheets: renamed ones, merged cells, formulas, headings and
        cells that do not fit, rows that stand twice.

    Raises
    ------
    ProblemsError
        Where the file cannot be read as a workbook.
    """
    try:
        formulas = _formulas(data)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as error:  # calamine and zipfile raise many kinds; all mean the same here
        raise ProblemsError([_damaged(file)]) from error
    found: list[Incoming] = []
    firsts: dict[tuple[Level, str], str] = {}
    for name in book.sheet_names:
        if name in (ABOUT, LISTS):
            continue
        if name not in codes:
            problems.add(
                file=file,
                place=f"sheet {name}",
                found="a sheet that is not called by an authority's code",
                expected="one of " + ", ".join(sorted(codes)),
                remedy="give the sheet its old name again, or remove it",
            )
            continue
        sheet = book.get_sheet_by_name(name)
        _refuse_tricks(sheet, formulas.get(name, ()), file, problems)
        rows = list(_rows(sheet, file, problems))
        found.extend(read_rows(rows, file=file, problems=problems, la_code=name, firsts=firsts))
    return tuple(found)


def _damaged(file: str) -> Problem:
    return Problem(
        file,
        "whole file",
        "a file that cannot be read as a workbook",
        "the exported workbook, an .xlsx file without a password",
        "save it as .xlsx without a password",
    )


def _refuse_tricks(
    sheet: CalamineSheet, formulas: Sequence[str], file: str, problems: Problems
) -> None:
    """Refuse cells that hide what they hold: merged ones and formulas."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        problems.add(
            file=file,
            place=f"sheet {sheet.name}, {_cell_name(top, left)}:{_cell_name(bottom, right)}",
            found="merged cells",
            expected="one value in each cell",
            remedy="unmerge them, and fill in each row",
        )
    for cell in formulas:
        problems.add(
            file=file,
            place=f"sheet {sheet.name}, {cell}",
            found="a formula",
            expected="a value that does not change by itself",
            remedy="copy the cell and paste it as a value",
        )


def _rows(
    sheet: CalamineSheet, file: str, problems: Problems
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield where each row stands, and its text by heading."""
    lines = [[_text(cell) for cell in cells] for cells in sheet.to_python(skip_empty_area=False)]
    heading = next((n for n, line in enumerate(lines[:_HEADING_ROWS]) if "urn" in line), None)
    if heading is None:
        problems.add(
            file=file,
            place=f"sheet {sheet.name}",
            found="no row of headings",
            expected="the headings " + ", ".join(HEADS),
            remedy="export the desk again, and fill in that file",
        )
        return
    heads = lines[heading]
    wrong = [h for h in heads if h and (h not in HEADS or heads.count(h) > 1)]
    missing = [f.name for f in FACTS if f.name not in heads]
    missing += [VERSION] if VERSION not in heads else []
    if wrong or missing:
        said = [*(f"{h!r}" for h in dict.fromkeys(wrong)), *(f"no {name}" for name in missing)]
        problems.add(
            file=file,
            place=f"sheet {sheet.name}, row {heading + 1}",
            found=", ".join(said),
            expected="the headings " + ", ".join(HEADS),
            remedy="put the headings back as they were exported",
        )
        return
    for number, line in enumerate(lines[heading + 1 :], start=heading + 2):
        row = {head: cell for head, cell in zip(heads, line, strict=False) if head}
        stray = [place for place, (head, cell) in enumerate(zip(heads, line, strict=False))
                 if cell and not head]  # fmt: skip
        for place in stray:
            problems.add(
                file=file,
                place=f"sheet {sheet.name}, {_cell_name(number - 1, place)}",
                found="something outside of the table",
                expected="nothing beside the headed columns: the desk keeps no notes",
                remedy="remove it",
            )
        if any(row.values()):
            yield f"sheet {sheet.name}, row {number}", row


def _text(cell: Any) -> str:
    if isinstance(cell, datetime.datetime):
        whole = cell.time() == datetime.time()
        return cell.date().isoformat() if whole else cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _cell_name(row: int, column: int) -> str:
    """Return a cell's name from its place, counted from 0.

    >>> _cell_name(4, 27)
    'AB5'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _formulas(data: bytes) -> dict[str, tuple[str, ...]]:
    """Return the cells with formulas by the name of their sheet.

    Raises
    ------
    zipfile.BadZipFile
        Where a member is damaged, or the members are far larger than any desk.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = [member.file_size for member in archive.infolist()]
        if sum(sizes) > max(_SMALL, min(_MOST_BYTES, _MOST_DENSE * len(data))):
            raise zipfile.BadZipFile("members too large")
        targets = {
            each["Id"]: each["Target"].removeprefix("/xl/")
            for each in _elements(archive.read("xl/_rels/workbook.xml.rels"), _RELATION)
        }
        return {
            each["name"]: tuple(
                cell.decode() for cell in _FORMULA.findall(archive.read(f"xl/{target}"))
            )
            for each in _elements(archive.read("xl/workbook.xml"), _SHEET)
            for target in [targets[_relation_of(each)]]
        }


def _relation_of(sheet: Mapping[str, str]) -> str:
    """Return which relation a sheet names; programs differ in what they call its name space."""
    return next(value for name, value in sheet.items() if name.endswith(":id"))


def _elements(markup: bytes, pattern: re.Pattern[bytes]) -> Iterator[Mapping[str, str]]:
    for element in pattern.findall(markup):
        found = _ATTRIBUTE.findall(element)
        yield {name.decode(): value.decode() for name, value in found}
