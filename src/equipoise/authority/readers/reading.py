"""Reading: the rows of a table to contacts, or to rows set aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from equipoise.authority.readers.contact import Contact, SetAside
from equipoise.authority.readers.dates import read_date
from equipoise.authority.readers.flags import read_flags
from equipoise.authority.readers.grids import Cell, Sheet
from equipoise.authority.readers.profile import Profile
from equipoise.authority.readers.shapes import Shape
from equipoise.core.base import Problems, shape_of

_YES = frozenset({"y", "yes", "true", "1"})
_NO = frozenset({"n", "no", "false", "0"})


class Reading:
    """The state of reading one extract: distinct cells, contacts, rows set aside, problems.

    Parameters
    ----------
    shape, name, profile
        What is read, under which name, and what the authority says about it.
    problems
        Receives cells that fit no shape.

    Attributes
    ----------
    contacts, set_aside
        The rows of the sheets read so far.
    """

    def __init__(self, shape: Shape, name: str, profile: Profile, problems: Problems):
        self.contacts: list[Contact] = []
        self.set_aside: list[SetAside] = []
        self._shape = shape
        self._name = name
        self._profile = profile
        self._problems = problems
        self._seen: dict[tuple[str, str], Contact] = {}
        self._dates: dict[Cell, date | None] = {}
        self._flags: dict[str, tuple[str, ...] | None] = {}
        self._first = ""

    def read(self, sheet: Sheet, positions: Mapping[str, int]) -> None:
        """Read every row of a sheet whose columns are known."""
        width, blank = len(sheet.heads), self._shape.blank
        for row, cells in sheet.rows:
            place = f"{sheet.within}row {row}"
            self._first = self._first or place
            if len(cells) != width:
                self._add(
                    place,
                    f"{len(cells)} cells",
                    f"{width} cells, one for each heading",
                    "remove what stands outside the columns",
                )
                continue
            fields = {field: cells[at] for field, at in positions.items()}
            if blank:
                fields = {f: "" if cell == blank else cell for f, cell in fields.items()}
            contact = self._contact(sheet.number, row, place, fields)
            if contact is not None and self._is_new(contact):
                self.contacts.append(contact)

    def check_dates(self) -> None:
        """Note a problem where no date of contact could be read in any row."""
        undated = any(row.reason == "unreadable-date" for row in self.set_aside)
        if undated and not self.contacts:
            self._add(
                self._first,
                "no date of contact in any row",
                "dates like 31/12/2024 or 2024-12-31",
                "export the dates in that form",
            )

    def _contact(
        self, sheet: int, row: int, place: str, fields: Mapping[str, Cell]
    ) -> Contact | None:
        contact_id, child_id = _text(fields["contact_id"]), _text(fields["child_id"])
        on = self._date(fields["on"])
        decided = self._date(fields["decided"])
        outcome, flags = self._outcome(place, _text(fields["outcome"]))
        open_case = self._open_case(place, fields, flags)
        reason = self._reason(contact_id, child_id, fields["on"], on)
        if reason is not None or on is None:
            self.set_aside.append(SetAside(row, reason or "no-date", sheet))
            return None
        source = _text(fields["source"])
        if not source and "source_code" in fields:
            source = _text(fields["source_code"])
        return Contact(
            row=row,
            contact_id=contact_id,
            child_id=child_id,
            on=on,
            source=source,
            organisation=_text(fields["organisation"]),
            outcome=outcome,
            flags=flags,
            decided=decided,
            decided_unreadable=bool(fields["decided"]) and decided is None,
            open_case=open_case,
            reason=_text(fields["reason"]) if "reason" in fields else None,
            implied=self._implied(outcome, decided, open_case),
            sheet=sheet,
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
        self.set_aside.append(SetAside(contact.row, reason, contact.sheet))
        return False

    def _date(self, cell: Cell) -> date | None:
        if cell not in self._dates:
            self._dates[cell] = read_date(cell)
        return self._dates[cell]

    def _outcome(self, place: str, text: str) -> tuple[str, tuple[str, ...] | None]:
        if self._shape.outcome != "flags":
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
                    place,
                    f"{error}",
                    "an object of flags, each Y or N",
                    "export the outcome flags again",
                )
        return "", self._flags[text]

    def _implied(self, outcome: str, decided: date | None, open_case: bool | None) -> str:
        """Return the code that a blank outcome stands for in this shape, if for any.

        Nothing ticked is no further action only at a completed step, and never on an open case.
        """
        if outcome:
            return ""
        if self._shape.open_is_blank and open_case:
            return "EXISTING"
        return "NFA" if self._shape.outcome == "ticks" and decided is not None else ""

    def _open_case(
        self, place: str, fields: Mapping[str, Cell], flags: tuple[str, ...] | None
    ) -> bool | None:
        if self._shape.outcome == "flags":
            return None if flags is None else "EXISTING_REFERRAL_FLAG" in flags
        if "open_case" not in fields:
            return None
        text = _text(fields["open_case"])
        if text.casefold() in _YES:
            return True
        if text.casefold() in _NO:
            return False
        if text:
            self._add(
                place,
                f"{shape_of(text)} under open case at contact",
                "Y or N, or blank",
                "correct the cell",
            )
        return None

    def _add(self, place: str, found: str, expected: str, remedy: str) -> None:
        self._problems.add(
            file=self._name, place=place, found=found, expected=expected, remedy=remedy
        )


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.isoformat()


def _content(contact: Contact) -> tuple[object, ...]:
    return (
        contact.on,
        contact.source,
        contact.organisation,
        contact.outcome,
        contact.flags,
        contact.decided,
        contact.open_case,
        contact.reason,
    )
