"""Reading: the rows of a table to records, each with its origin, one after another."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from equipoise.authority.readers.cell_words import (
    is_rounded,
    nothing_words,
    read_answer,
    read_id,
    visible,
)
from equipoise.authority.readers.contact import Record
from equipoise.authority.readers.dates import read_date
from equipoise.authority.readers.domains import domain_in
from equipoise.authority.readers.flags import Recorded, read_recorded
from equipoise.authority.readers.profile import Profile
from equipoise.authority.readers.shapes import Shape
from equipoise.authority.readers.sheets import Cell, Sheet
from equipoise.core.base import Problems, shape_of

#: How many rows a sheet of the old and of the present format holds: a table that ends there was
#: probably cut off.
SHEET_ENDS = (1 << 16, 1 << 20)
#: So many distinct cells of a kind are remembered; then they are forgotten, so that memory stays
#: flat where each cell is its own (a time of day, a comment inside the flags).
MOST_REMEMBERED = 20_000
_REQUIRED = ("contact_id", "child_id", "source", "organisation")

Flags = tuple[str, ...] | None


class Reading:
    """The state of reading one file: cells seen before, and what is wrong.

    Parameters
    ----------
    name, profile
        The file's name for the messages, and what the authority says about it.
    problems
        Receives cells that fit no shape.
    file
        Which file of the extract, from 1.

    Attributes
    ----------
    shape
        The shape of the file, set before its rows are read; None until its headings are known.
    rows
        How many rows were read so far.
    """

    def __init__(self, name: str, profile: Profile, problems: Problems, *, file: int = 1) -> None:
        self.shape: Shape | None = None
        self.rows = 0
        self._name = name
        self._file = file
        self._first_day = profile.covers_from.toordinal()
        self._last_day = profile.covers_to.toordinal()
        self._problems = problems
        self._days: dict[Cell, int | None] = {}
        self._recorded: dict[str, Recorded] = {}
        self._first = ""
        self._dated = False
        self._undated = False
        self._said = False
        self._ends: list[str] = []
        self._answers: dict[str, bool | None] = {}
        self._domains: dict[str, str] = {}

    def records(self, sheet: Sheet, positions: Mapping[str, int]) -> Iterator[Record]:
        """Yield every row of a sheet whose columns are known."""
        shape = self.shape
        if shape is None:
            raise ValueError("the shape of a file comes before its rows")
        width, blank = len(sheet.heads), shape.blank
        needed = itemgetter(*(positions[field] for field in _REQUIRED))
        # Outcome and decision are there but where the profile says that none is recorded.
        at_day, at_decided = positions["on"], positions.get("decided")
        at_outcome, at_family = positions.get("outcome"), positions.get("family_id")
        at_code, at_open = positions.get("source_code"), positions.get("open_case")
        at_reason = positions.get("reason")
        at_domain, at_upn = positions.get("email_domain"), positions.get("upn")
        flagged, listed = shape.outcome == "flags", shape.outcome == "actions"
        file, number, implied = self._file, sheet.number, ""
        implies = shape.open_is_blank or shape.outcome == "ticks"
        before, row = self.rows, 0
        for row, cells in sheet.rows:
            self.rows += 1
            if not self._first:
                self._first = f"{sheet.within}row {row}"
            if len(cells) != width:
                self._add_width(f"{sheet.within}row {row}", len(cells), width)
                continue
            if blank:
                cells = ["" if cell == blank else cell for cell in cells]
            contact_id, child_id, source, organisation = _texts(needed(cells))
            outcome = "" if at_outcome is None else _text(cells[at_outcome])
            if not _is_plain(contact_id):
                contact_id = self._id(contact_id, "contact id", sheet.within, row)
            if not _is_plain(child_id):
                child_id = self._id(child_id, "child id", sheet.within, row)
            decision = "" if at_decided is None else cells[at_decided]
            day, decided = self._day(cells[at_day]), self._day(decision)
            aside = self._aside(contact_id, child_id, cells[at_day], day)
            flags: Flags = None
            if flagged:
                outcome, flags, listed = self._outcome(outcome, sheet.within, row)
            if at_open is not None:
                # A row of totals or headings, set aside already, must not refuse the file.
                open_case = (
                    None if aside else self._open_case(_text(cells[at_open]), sheet.within, row)
                )
            else:
                open_case = None if flags is None else "EXISTING_REFERRAL_FLAG" in flags
            if not source and at_code is not None:
                source = _text(cells[at_code])
            if implies:
                implied = _implied(shape, outcome, decided, open_case)
            if (flags or implied == "NFA") and not aside:
                self._said = True
            yield Record(
                file,
                number,
                row,
                aside,
                contact_id,
                child_id,
                day,
                source,
                organisation,
                outcome,
                listed,
                flags,
                decided,
                decided is None and not _is_nothing(decision),
                open_case,
                None if at_reason is None else _text(cells[at_reason]),
                implied,
                "" if at_domain is None else self._domain(_text(cells[at_domain])),
                "" if at_upn is None else _text(cells[at_upn]),
                "" if at_family is None else _household(_text(cells[at_family])),
            )
        self._check_end(sheet.within, self.rows - before, row)

    def notes(self) -> tuple[str, ...]:
        """Return what the shape cannot tell, where it mattered in any row."""
        ends = tuple(self._ends)
        if self.shape is None or (self.shape.outcome in ("flags", "ticks") and not self._said):
            return ends
        return ends + self.shape.notes

    def check_dates(self) -> None:
        """Note a problem where no date of contact could be read in any row."""
        if self._undated and not self._dated:
            self._add(
                self._first,
                "no date of contact in any row",
                "dates like 31/12/2024 or 2024-12-31",
                "export the dates in that form",
            )

    def _aside(self, contact_id: str, child_id: str, raw: Cell, day: int | None) -> str:
        """Return why a row is set aside, or ""."""
        if not contact_id:
            return "no-contact-id"
        if not child_id:
            return "no-child-id"
        if day is None and _is_nothing(raw):
            return "no-date"
        if day is None:
            self._undated = True
            return "unreadable-date"
        if not self._first_day <= day <= self._last_day:
            return "outside-covers"
        self._dated = True
        return ""

    def _day(self, cell: Cell) -> int | None:
        try:
            return self._days[cell]
        except KeyError:
            pass
        if len(self._days) >= MOST_REMEMBERED:
            self._days.clear()
        read = read_date(visible(cell) if isinstance(cell, str) else cell)
        day = self._days[cell] = None if read is None else read.toordinal()
        return day

    def _outcome(self, text: str, within: str, row: int) -> tuple[str, Flags, bool]:
        """Return the words or the flags of a cell of the standard dataset; whether it is a list."""
        if not text.startswith(("{", "[", '"')) and text.casefold() != "null":
            return (text, None, False) if text else ("", (), False)
        recorded = self._recorded.get(text)
        if recorded is None:
            try:
                recorded = read_recorded(text)
            except ValueError as error:
                recorded = Recorded(None)
                self._add(
                    f"{within}row {row}",
                    f"{error}",
                    "an object of flags, each Y or N, or a list of outcomes",
                    "export the outcome flags again",
                )
            if len(self._recorded) >= MOST_REMEMBERED:
                self._recorded.clear()
            self._recorded[text] = recorded
        return "; ".join(recorded.labels), recorded.flags, len(recorded.labels) > 1

    def _domain(self, text: str) -> str:
        """Return the domain of an e-mail address; nothing before the @ goes further than here."""
        if not text:
            return ""
        domain = self._domains.get(text)
        if domain is None:
            if len(self._domains) >= MOST_REMEMBERED:
                self._domains.clear()
            domain = self._domains[text] = domain_in(text)
        return domain

    def _open_case(self, text: str, within: str, row: int) -> bool | None:
        try:
            return self._answers[text]
        except KeyError:
            pass
        answer = None
        try:
            answer = self._answers[text] = read_answer(text)
        except KeyError:
            self._add(
                f"{within}row {row}",
                f"{shape_of(text)} under open case at contact",
                "Y or N, or blank",
                "correct the cell",
            )
        return answer

    def _id(self, text: str, of: str, within: str, row: int) -> str:
        """Return an id that is not plain letters and digits; "" where it says nothing."""
        if is_rounded(text):
            self._add(
                f"{within}row {row}",
                f"{shape_of(text)} under {of}: a number that a spreadsheet has rounded",
                "every digit of it",
                "give the column the format of text before the file is saved, and export it again",
            )
        return read_id(text)

    def _check_end(self, within: str, rows: int, last: int) -> None:
        """Note that a table ends exactly where a spreadsheet's sheet is full."""
        for end in SHEET_ENDS:
            if rows in (end - 1, end) or last == end:
                self._ends.append(
                    f"{within}{rows:,} rows, just as many as a sheet holds: the rest was probably "
                    "cut off; export by parts and compare the number of contacts"
                )

    def _add_width(self, place: str, found: int, width: int) -> None:
        self._add(
            place,
            f"{found} cells",
            f"{width} cells, one for each heading",
            "remove what stands outside the columns",
        )

    def _add(self, place: str, found: str, expected: str, remedy: str) -> None:
        self._problems.add(
            file=self._name, place=place, found=found, expected=expected, remedy=remedy
        )


def _implied(shape: Shape, outcome: str, decided: int | None, open_case: bool | None) -> str:
    """Return the code that a blank outcome stands for in a shape, if for any.

    Nothing ticked is no further action only at a completed step, and never on an open case.
    """
    if outcome:
        return ""
    if shape.open_is_blank and open_case:
        return "EXISTING"
    return "NFA" if shape.outcome == "ticks" and decided is not None else ""


def _is_plain(text: str) -> bool:
    """Tell quickly that an id needs no closer look: letters and digits, a digit at the end."""
    return text.isalnum() and text.isascii() and text[-1].isdigit() and text[0] != "0"


def _is_nothing(cell: Cell) -> bool:
    """Tell whether a cell is blank, or holds a word that stands for nothing."""
    if not isinstance(cell, str):
        return False
    return not cell or visible(cell).casefold() in nothing_words()


def _household(text: str) -> str:
    """Return a household's number; "" where it says nothing, or a spreadsheet has rounded it."""
    return "" if is_rounded(text) else read_id(text)


def _text(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, datetime.date) else cell


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell.isoformat() if isinstance(cell, datetime.date) else cell for cell in cells]
