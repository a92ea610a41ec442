"""A desk over the small register, and a workbook filled in as a spreadsheet program does it."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Mapping
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from equipoise.design.registers.desk import Desk

DAY = datetime.date(2024, 9, 9)
NEEDED = ("eligible", "agreement", "data_sharing", "privacy_notice", "baseline", "named_dsl")


def complete(**changes: Any) -> dict[str, Any]:
    """Return the facts of a complete school, with changes; None removes a fact."""
    known = {
        "approached": datetime.date(2024, 5, 20),
        "eligible": "yes",
        "agreement": datetime.date(2024, 6, 3),
        "privacy_notice": datetime.date(2024, 6, 10),
        "baseline": datetime.date(2024, 7, 1),
        "named_dsl": "yes",
    }
    return {name: v for name, v in (known | changes).items() if v is not None}


def desk_of(schools: Mapping[str, Mapping[str, Any]]) -> Desk:
    """Return a desk whose authorities have their data sharing agreements."""
    day = datetime.date(2024, 5, 1)
    shared = {code: {"approached": day, "data_sharing": day} for code in ("900", "901")}
    return Desk(dict(schools), shared)


def refilled(
    data: bytes,
    cells: Mapping[tuple[str, str], Any],
    *,
    rename: Mapping[str, str] | None = None,
    after: Callable[[Any], None] | None = None,
) -> bytes:
    """Read a workbook's values and write them anew, as a program does that knows no protection.

    Parameters
    ----------
    data
        The workbook as it was exported.
    cells
        New values by key (a URN, or an authority's code) and heading.
    rename
        New names of sheets.
    after
        Does more to the first sheet.
    """
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "d/m/yy"}) as out:
        for number, name in enumerate(book.sheet_names):
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            sheet = out.add_worksheet((rename or {}).get(name, name))
            heads = [str(cell) for cell in rows[1]] if len(rows) > 1 else []
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    value = cell
                    if line > 1 and "urn" in heads:
                        key = str(row[heads.index("urn")] or row[heads.index("la_code")])
                        value = cells.get((key, heads[place]), cell)
                    if isinstance(value, str) and value:
                        sheet.write_string(line, place, value)
                    elif value != "":
                        sheet.write(line, place, value)
            if after is not None and number == 0:
                after(sheet)
    return target.getvalue()
