"""A contact as it was recorded, and a row that was set aside with its reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

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


class Record(NamedTuple):
    """A row of an extract as it was read: nothing is mapped yet, no copy of it looked for.

    A tuple, since thirty million of them pass by one after another. Days are ordinals (1 January
    of year 1 is day 1).

    Attributes
    ----------
    file, sheet, row
        Where it stands: which file and which sheet of it, from 1; the line of a CSV or the row of
        a sheet, as the program that shows it counts.
    aside
        Why it is set aside (a key of `REASONS`), or "". A row set aside is not to be read further.
    contact_id, child_id
        The authority's own numbers.
    day
        The day on which the contact was received; None only in a row set aside.
    source, organisation, outcome
        As typed; the outcome is "" where blank, or where `flags` hold it.
    listed
        Whether the outcome is a list of next actions.
    flags, decided_unreadable, open_case, reason, implied
        As in `Contact`.
    decided
        The day of the decision, where one is recorded.
    email_domain
        What stands after the @ of the referrer's e-mail, in small letters; "" where not known.
    upn
        The child's unique pupil number as typed; "" where there is none. It is looked up in the
        rolls and never kept.
    family
        The authority's own number of the household; "" where there is none.
    """

    file: int
    sheet: int
    row: int
    aside: str
    contact_id: str
    child_id: str
    day: int | None
    source: str
    organisation: str
    outcome: str
    listed: bool
    flags: tuple[str, ...] | None
    decided: int | None
    decided_unreadable: bool
    open_case: bool | None
    reason: str | None
    implied: str
    email_domain: str = ""
    upn: str = ""
    family: str = ""

    def content(self) -> str:
        """Return what two copies of a row must share to be the same row exported twice.

        Fields are parted by NUL, which no reader lets into a cell.
        """
        reason = "" if self.reason is None else f"={self.reason}"
        return (
            f"{self.day}\0{self.source}\0{self.organisation}\0{self.outcome}\0{self.flags}\0"
            f"{self.decided}\0{self.open_case}\0{reason}"
        )


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
    sheet, file
        Which sheet of a workbook it stands on, and in which file, both from 1.
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
    file: int = 1


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that is not counted, and why (`reason` is a key of `REASONS`)."""

    row: int
    reason: str
    sheet: int = 1
    file: int = 1


@dataclass(frozen=True)
class Account:
    """What became of the rows of an extract: rows read = rows kept + rows set aside.

    Attributes
    ----------
    rows_read
        How many rows the files hold over all their sheets, titles, headings and empty rows not
        counted.
    rows_kept
        How many of them can be counted.
    set_aside
        How many were set aside for each reason (a key of `REASONS`), in alphabetical order.
    notes
        What the reader had to do to read them, and what their shape cannot tell, in words.
    """

    rows_read: int
    rows_kept: int
    set_aside: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse an account that does not add up."""
        if self.rows_kept + sum(rows for _, rows in self.set_aside) != self.rows_read:
            raise ValueError("rows read must equal rows kept plus rows set aside")


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
        The name of the shape that the file has (`equipoise.authority.readers.shapes`); of several
        files with different shapes the names, with commas.
    notes
        What the reader had to do to read it, and what this shape cannot tell, in words.
    has_reasons
        Whether every sheet has a column for the reason of the contact.
    """

    contacts: tuple[Contact, ...]
    set_aside: tuple[SetAside, ...]
    rows_read: int
    shape: str
    notes: tuple[str, ...]
    has_reasons: bool = False

    def __post_init__(self) -> None:
        """Refuse an extract that does not add up."""
        if len(self.contacts) + len(self.set_aside) != self.rows_read:
            raise ValueError("rows read must equal rows kept plus rows set aside")

    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Return how many rows were set aside for each reason, in alphabetical order."""
        return tuple(sorted(Counter(row.reason for row in self.set_aside).items()))
