"""Unclear rows: the analyst's own list, for her screen only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Unclear:
    """Something about a row that could not be decided. Never part of a pack.

    Attributes
    ----------
    sheet
        Which sheet of a workbook, from 1.
    row
        The line of the CSV, or the row of the sheet.
    field
        ``row``, ``source``, ``organisation``, ``outcome``, ``reason``, ``decision date`` or
        ``open case``.
    found
        What stands there, as typed.
    why
        Why it is unclear, and what to do, in the analyst's words.
    file
        Which file of the extract, from 1.
    """

    sheet: int
    row: int
    field: str
    found: str
    why: str
    file: int = 1
