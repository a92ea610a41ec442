"""Extracts: an authority's contacts, read whole or refused whole."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.authority.readers.contact import Contact, Extract
from equipoise.authority.readers.grids import Grid, read_grid
from equipoise.authority.readers.profile import Profile
from equipoise.authority.readers.reading import Reading
from equipoise.authority.readers.shapes import Shape, locate, nearest_shape
from equipoise.core.base import Problem, Problems, ProblemsError

#: After so many problems the rest are counted, not listed.
MOST_PROBLEMS = 200


def read_extract(data: bytes, name: str, profile: Profile) -> Extract:
    """Read an authority's extract of contacts, in any of the known shapes.

    Parameters
    ----------
    data
        The bytes of a CSV or an .xlsx workbook.
    name
        The file's name for the messages.
    profile
        What the authority says about it.

    Returns
    -------
    Extract
        Every row of every sheet, kept or set aside with its reason.

    Raises
    ------
    ProblemsError
        With every problem, where the file as a whole cannot be trusted: headings, encoding, a
        cut-off end, cells that fit no shape. Values are shown by shape only (rule 13).
    """
    problems = Problems()
    grid = read_grid(
        data,
        name,
        encoding=profile.encoding,
        knows=lambda heads: nearest_shape(heads) is not None,
        problems=problems,
    )
    ragged = len(problems) > 0
    shape = _shape(grid, name)
    reading = Reading(shape, name, profile, problems)
    reasons = True
    for sheet in grid.sheets:
        positions = locate(shape, sheet.heads, name, problems, within=sheet.within)
        if positions is None:
            continue
        reasons = reasons and "reason" in positions
        if profile.open_cases == "flagged" and "open_case" in dict(shape.columns):
            _need_open_case(positions, name, sheet.within, problems)
        reading.read(sheet, positions)
    if not ragged and not any(sheet.rows for sheet in grid.sheets):
        problems.add(
            file=name,
            place="whole file",
            found="no contacts",
            expected="at least one contact",
            remedy="check the dates of the export and export it again",
        )
    reading.check_dates()
    _raise_most(problems, name)
    return Extract(
        contacts=tuple(reading.contacts),
        set_aside=tuple(reading.set_aside),
        rows_read=sum(len(sheet.rows) for sheet in grid.sheets),
        shape=shape.name,
        notes=grid.notes + _notes(shape, reading.contacts),
        actions=shape.outcome == "actions",
        has_reasons=reasons,
    )


def _shape(grid: Grid, name: str) -> Shape:
    """Return the one shape of all sheets with contacts."""
    shapes = [nearest_shape(sheet.heads) for sheet in grid.sheets]
    first = shapes[0] if shapes else None
    if first is None:
        raise _refused(
            name,
            "headings of no known shape" if shapes else "nothing",
            "contacts with the headings of the data specification",
            "export the contacts with these headings",
        )
    if len(shapes) > 1 and any(shape is not first for shape in shapes):
        raise _refused(
            name,
            "sheets with contacts of different shapes",
            "the same headings on every sheet with contacts",
            "export all contacts in one way",
        )
    if len(shapes) > 1 and not first.sheets:
        raise _refused(
            name,
            f"{len(shapes)} sheets with contacts",
            "one sheet with contacts",
            "leave one sheet, or put all contacts on it",
        )
    return first


def _notes(shape: Shape, contacts: Sequence[Contact]) -> tuple[str, ...]:
    """Say what this shape of extract cannot tell, where it mattered."""
    if shape.outcome == "flags" and not any(contact.flags for contact in contacts):
        return ()
    if shape.outcome == "ticks" and not any(contact.implied == "NFA" for contact in contacts):
        return ()
    return shape.notes


def _need_open_case(positions: dict[str, int], name: str, within: str, problems: Problems) -> None:
    if "open_case" not in positions:
        problems.add(
            file=name,
            place=f"{within}headings",
            found="no column open case at contact",
            expected="that column, since the profile says open cases are flagged",
            remedy="add the column, or correct the profile",
        )


def _raise_most(problems: Problems, name: str) -> None:
    """Raise the problems, the first of them listed and the rest counted."""
    listed = list(problems)
    if len(listed) > MOST_PROBLEMS:
        rest = len(listed) - MOST_PROBLEMS
        listed = [
            *listed[:MOST_PROBLEMS],
            Problem(
                name,
                "rest of the file",
                f"{rest} more problems",
                "none",
                "mend the ones above and read the file again",
            ),
        ]
    if listed:
        raise ProblemsError(listed)


def _refused(name: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem(name, "whole file", found, expected, remedy)])
