"""Extracts: an authority's contacts, read whole or refused whole."""

from __future__ import annotations

from datetime import date

from equipoise.authority.readers.contact import Contact, Extract, SetAside
from equipoise.authority.readers.dates import read_date
from equipoise.authority.readers.flags import read_flags
from equipoise.authority.readers.grids import Cell, Grid, read_grid
from equipoise.authority.readers.profile import Profile
from equipoise.authority.readers.shapes import Shape, locate, nearest_shape
from equipoise.core.base import Problem, Problems, ProblemsError, shape_of

_YES = frozenset({"y", "yes", "true", "1"})
_NO = frozenset({"n", "no", "false", "0"})
#: After so many problems the rest are counted, not listed.
MOST_PROBLEMS = 200


def read_extract(data: bytes, name: str, profile: Profile) -> Extract:
    """Read an authority's extract of contacts.

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
        Every row, kept or set aside with its reason.

    Raises
    ------
    ProblemsError
        With every problem, where the file as a whole cannot be trusted: headings, encoding, a
        cut-off end, cells that fit no shape. Values are shown by shape only (rule 13).
    """
    grid = read_grid(
        data, name, encoding=profile.encoding, knows=lambda heads: nearest_shape(heads) is not None
    )
    shape = nearest_shape(grid.heads)
    if shape is None:
        found = "nothing" if not grid.heads else "headings of no known shape"
        raise ProblemsError(
            [
                Problem(
                    name,
                    "whole file",
                    found,
                    "contacts with the headings of the data specification",
                    "export the contacts with these headings",
                )
            ]
        )
    problems = Problems()
    positions = locate(shape, grid.heads, name, problems)
    if not grid.rows:
        problems.add(
            file=name,
            place="whole file",
            found="no contacts",
            expected="at least one contact",
            remedy="check the dates of the export and export it again",
        )
    if profile.open_cases == "flagged" and shape.name == "local-columns":
        _need_open_case(positions, name, problems)
    problems.raise_if_any()
    return _Reading(shape, positions, name, profile).read(grid)


def _need_open_case(positions: dict[str, int], name: str, problems: Problems) -> None:
    if "open_case" not in positions:
        problems.add(
            file=name,
            place="headings",
            found="no column open case at contact",
            expected="that column, since the profile says open cases are flagged",
            remedy="add the column, or correct the profile",
        )


class _Reading:
    """The state of reading one extract: caches of distinct cells, rows set aside, problems."""

    def __init__(self, shape: Shape, positions: dict[str, int], name: str, profile: Profile):
        self._shape = shape
        self._at = positions
        self._name = name
        self._profile = profile
        self._problems = Problems()
        self._set_aside: list[SetAside] = []
        self._seen: dict[tuple[str, str], Contact] = {}
        self._dates: dict[Cell, date | None] = {}
        self._flags: dict[str, tuple[str, ...] | None] = {}

    def read(self, grid: Grid) -> Extract:
        """Read every row of a grid."""
        contacts: list[Contact] = []
        width = len(grid.heads)
        for row, cells in grid.rows:
            if len(cells) != width:
                self._add(
                    row,
                    f"{len(cells)} cells",
                    f"{width} cells, one for each heading",
                    "remove what stands outside the columns",
                )
                continue
            contact = self._contact(row, cells)
            if contact is not None and self._is_new(contact):
                contacts.append(contact)
        self._raise_most()
        undated = sum(1 for row in self._set_aside if row.reason == "unreadable-date")
        if undated and not contacts:
            self._add(
                grid.rows[0][0],
                "no date of contact in any row",
                "dates like 31/12/2024 or 2024-12-31",
                "export the dates in that form",
            )
            self._problems.raise_if_any()
        return Extract(
            contacts=tuple(contacts),
            set_aside=tuple(self._set_aside),
            rows_read=len(grid.rows),
            shape=self._shape.name,
            notes=grid.notes + _notes(contacts),
        )

    def _contact(self, row: int, cells: tuple[Cell, ...]) -> Contact | None:
        contact_id = self._text(cells, "contact_id")
        child_id = self._text(cells, "child_id")
        raw_date = cells[self._at["on"]]
        on = self._date(raw_date)
        outcome, flags = self._outcome(row, self._text(cells, "outcome"))
        open_case = self._open_case(row, cells, flags)
        raw_decided = cells[self._at["decided"]]
        decided = self._date(raw_decided)
        reason = self._reason(contact_id, child_id, raw_date, on)
        if reason is not None or on is None:
            self._set_aside.append(SetAside(row, reason or "no-date"))
            return None
        source = self._text(cells, "source")
        if not source and "source_code" in self._at:
            source = self._text(cells, "source_code")
        return Contact(
            row=row,
            contact_id=contact_id,
            child_id=child_id,
            on=on,
            source=source,
            organisation=self._text(cells, "organisation"),
            outcome=outcome,
            flags=flags,
            decided=decided,
            decided_unreadable=bool(raw_decided) and decided is None,
            open_case=open_case,
        )

    def _reason(self, contact_id: str, child_id: str, raw: Cell, on: date | None) -> str | None:
        if not contact_id:
            return "no-contact-id"
        if not child_id:
            return "no-child-id"
        if not raw:
            return "no-date"
        if on is None:
            return "unreadable-date"
        if not self._profile.covers_from <= on <= self._profile.covers_to:
            return "outside-covers"
        return None

    def _is_new(self, contact: Contact) -> bool:
        key = (contact.contact_id, contact.child_id)
        first = self._seen.setdefault(key, contact)
        if first is contact:
            return True
        same = _content(first) == _content(contact)
        reason = "double-export" if same else "conflicting-copy"
        self._set_aside.append(SetAside(contact.row, reason))
        return False

    def _text(self, cells: tuple[Cell, ...], field: str) -> str:
        value = cells[self._at[field]]
        return value if isinstance(value, str) else value.isoformat()

    def _date(self, cell: Cell) -> date | None:
        if cell not in self._dates:
            self._dates[cell] = read_date(cell)
        return self._dates[cell]

    def _outcome(self, row: int, text: str) -> tuple[str, tuple[str, ...] | None]:
        if self._shape.name != "standard-dataset":
            return text, None
        if not text:
            return "", ()
        if not text.startswith(("{", "[")):
            return text, None  # some systems put a plain label under this heading
        if text not in self._flags:
            try:
                self._flags[text] = read_flags(text)
            except ValueError as error:
                self._flags[text] = None
                self._add(
                    row,
                    f"{error}",
                    "an object of flags, each Y or N",
                    "export the outcome flags again",
                )
        return "", self._flags[text]

    def _open_case(
        self, row: int, cells: tuple[Cell, ...], flags: tuple[str, ...] | None
    ) -> bool | None:
        if self._shape.name == "standard-dataset":
            return None if flags is None else "EXISTING_REFERRAL_FLAG" in flags
        if "open_case" not in self._at:
            return None
        text = self._text(cells, "open_case")
        if text.casefold() in _YES:
            return True
        if text.casefold() in _NO:
            return False
        if text:
            self._add(
                row,
                f"{shape_of(text)} under open case at contact",
                "Y or N, or blank",
                "correct the cell",
            )
        return None

    def _add(self, row: int, found: str, expected: str, remedy: str) -> None:
        self._problems.add(
            file=self._name, place=f"row {row}", found=found, expected=expected, remedy=remedy
        )

    def _raise_most(self) -> None:
        listed = list(self._problems)
        if len(listed) > MOST_PROBLEMS:
            rest = len(listed) - MOST_PROBLEMS
            listed = [
                *listed[:MOST_PROBLEMS],
                Problem(
                    self._name,
                    "rest of the file",
                    f"{rest} more problems",
                    "none",
                    "mend the ones above and read the file again",
                ),
            ]
        if listed:
            raise ProblemsError(listed)


def _notes(contacts: list[Contact]) -> tuple[str, ...]:
    """Say what this shape of extract cannot tell."""
    if any(contact.flags for contact in contacts):
        return ("the outcome flags know no early help: it arrives as another outcome",)
    return ()


def _content(contact: Contact) -> tuple[object, ...]:
    return (
        contact.on,
        contact.source,
        contact.organisation,
        contact.outcome,
        contact.flags,
        contact.decided,
        contact.open_case,
    )
