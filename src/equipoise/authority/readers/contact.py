"""A contact as it was recorded, and a row that was set aside with its reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

#: Why a row of an extract can be set aside, in the analyst's words.
REASONS: dict[str, str] = {
    "no-contact-id": "the contact has no number",
    "no-child-id": "the child has no number",
    "no-date": "the date of contact is blank",
    "unreadable-date": "the date of contact is not a date",
    "outside-covers": "the date of contact lies outside the dates that the extract covers",
    "double-export": "the same row stands earlier in the file",
    "conflicting-copy": "an earlier row has the same contact and child, but says something else",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """One child in one contact, as recorded: nothing is mapped yet.

    Attributes
    ----------
    row
        The line of a CSV or the row of a sheet, as the program that shows it counts.
    contact_id, child_id
        The authority's own numbers.
    on
        The date on which the contact was received.
    source, organisation
        Source of contact and referring organisation, as typed.
    outcome
        The outcome as typed; "" where blank, or where `flags` hold it.
    flags
        The outcome flags that are set, in alphabetical order; None where the extract has labels.
    decided
        The date of the decision, where one is recorded.
    decided_unreadable
        Whether something stands there that is not a date.
    open_case
        Whether the child's case was open at the contact; None where not recorded.
    reason
        The reason for the contact as typed; None where the extract has no such column.
    implied
        The outcome code that a blank stands for in this shape of extract: ``NFA`` where nothing
        was ticked, ``EXISTING`` where the case was open. Else "".
    sheet
        Which sheet of a workbook it stands on, from 1.
    """

    row: int
    contact_id: str
    child_id: str
    on: date
    source: str
    organisation: str
    outcome: str
    flags: tuple[str, ...] | None
    decided: date | None
    decided_unreadable: bool
    open_case: bool | None
    reason: str | None = None
    implied: str = ""
    sheet: int = 1


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that is not counted, and why (`reason` is a key of `REASONS`)."""

    row: int
    reason: str
    sheet: int = 1


@dataclass(frozen=True)
class Extract:
    """An extract, read to its end: rows read = contacts kept + rows set aside.

    Attributes
    ----------
    contacts
        The rows kept, in the order of the file.
    set_aside
        The others, each with its reason.
    rows_read
        How many rows the file holds over all its sheets, titles, headings and empty rows not
        counted.
    shape
        The name of the shape that the file has (`equipoise.authority.readers.shapes`).
    notes
        What the reader had to do to read it, and what this shape cannot tell, in words.
    actions
        Whether an outcome is a list of next actions.
    has_reasons
        Whether every sheet has a column for the reason of the contact.
    """

    contacts: tuple[Contact, ...]
    set_aside: tuple[SetAside, ...]
    rows_read: int
    shape: str
    notes: tuple[str, ...]
    actions: bool = False
    has_reasons: bool = False

    def __post_init__(self) -> None:
        """Refuse an extract that does not add up."""
        if len(self.contacts) + len(self.set_aside) != self.rows_read:
            raise ValueError("rows read must equal rows kept plus rows set aside")

    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Return how many rows were set aside for each reason, in alphabetical order."""
        return tuple(sorted(Counter(row.reason for row in self.set_aside).items()))
