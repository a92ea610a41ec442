"""GIAS: the national register of schools as it is downloaded, turned into our columns."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from equipoise.core.base import Problems, csv_bytes

#: Our column, then the register's heading.
HEADINGS: tuple[tuple[str, str], ...] = (
    ("urn", "URN"),
    ("school_name", "EstablishmentName"),
    ("la_code", "LA (code)"),
    ("la_name", "LA (name)"),
    ("phase", "PhaseOfEducation (name)"),
    ("status", "EstablishmentStatus (name)"),
    ("opened", "OpenDate"),
    ("closed", "CloseDate"),
)
_DATES = ("opened", "closed")


def is_gias(data: bytes) -> bool:
    """Say whether bytes begin with the national register's headings.

    Examples
    --------
    >>> is_gias(b'URN,LA (code),EstablishmentName')
    True
    """
    return b"EstablishmentName" in data.split(b"\n", 1)[0]


def from_gias(data: bytes, *, file: str) -> bytes:
    """Return the rows of a GIAS download as our register.csv, one line for each of its lines.

    Parameters
    ----------
    data
        The file's bytes: cp1252 as downloaded, or UTF-8; dates as ``dd-mm-yyyy``; any further
        columns, which are left out.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        For a heading that is missing and for every date that is none.

    Source
    ------
    Get Information about Schools, establishment fields (headings read in 2026).
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    problems = Problems()
    reader = csv.DictReader(io.StringIO(text, newline=""))
    heads = [head.strip() for head in reader.fieldnames or ()]
    reader.fieldnames = heads
    for _, heading in HEADINGS:
        if heading not in heads:
            problems.add(
                file=file,
                place="line 1",
                found=f"no column {heading}",
                expected=f"the column {heading} of the national register",
                remedy="download the register again with all its fields",
            )
    problems.raise_if_any()
    rows = []
    for number, row in enumerate(reader, start=2):
        values = {ours: (row[theirs] or "").strip() for ours, theirs in HEADINGS}
        for name in _DATES:
            if values[name]:
                try:
                    day = datetime.strptime(values[name], "%d-%m-%Y").date()
                    values[name] = day.isoformat()
                except ValueError:
                    problems.add(
                        file=file,
                        place=f"line {number}, column {dict(HEADINGS)[name]}",
                        found=repr(values[name]),
                        expected="a date like 16-09-2024",
                        remedy="download the register again, without opening it in a spreadsheet",
                    )
        rows.append(values)
    problems.raise_if_any()
    return csv_bytes([ours for ours, _ in HEADINGS], rows)
