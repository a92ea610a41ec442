"""Extracts: an authority's contacts, streamed; read whole or refused whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date

from equipoise.authority.readers.books import open_book
from equipoise.authority.readers.contact import Contact, Extract, Record, SetAside
from equipoise.authority.readers.first_problems import MOST_PROBLEMS, FirstProblems, listed
from equipoise.authority.readers.headings import (
    Located,
    holds_contacts,
    located,
    shape_of_heads,
)
from equipoise.authority.readers.outcome_column import recognised
from equipoise.authority.readers.profile import Profile
from equipoise.authority.readers.raw import Raw
from equipoise.authority.readers.reading import Reading
from equipoise.authority.readers.shapes import (
    STANDARD_DATASET,
    Shape,
    nearest_shape,
    plain_head,
)
from equipoise.authority.readers.sheets import Book, Sheet, refused
from equipoise.core.base import Problem, Problems, ProblemsError

__all__ = ["MOST_PROBLEMS", "ExtractReader", "read_extract"]
_UNREAD = "a column of outcomes was not used, since the profile says that none are recorded"


class ExtractReader:
    """An authority's extract, in any of the known shapes, over one or several files.

    Rows come one after another as `Record`; none is held, so memory does not grow with them. They
    are good only once the last was taken without an error: whoever keeps them on the way throws
    them away where one is raised. Copies of a row are left in; who counts finds them.

    Parameters
    ----------
    files
        The files in their order, by name.
    profile
        What the authority says about them.

    Attributes
    ----------
    rows_read
        How many rows the files hold, titles, headings and empty rows not counted.
    has_reasons
        Whether every sheet has a column for the reason of the contact.
    has_outcomes
        Whether any sheet has a column for the outcome of the contact.
    """

    def __init__(self, files: Mapping[str, Raw], profile: Profile) -> None:
        self._files = files
        self._profile = profile
        self._shapes: list[Shape] = []
        self._notes: list[str] = []
        self._said: dict[str, tuple[str, ...]] = {}
        self.rows_read = 0
        self.has_reasons = True
        self.has_outcomes = False

    @property
    def shape(self) -> str:
        """The name of the shape that the files have; where they differ, the names."""
        return ", ".join(dict.fromkeys(shape.name for shape in self._shapes))

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be assumed, and what the shapes cannot tell; complete after the last row."""
        return tuple(self._notes)

    def records(self) -> Iterator[Record]:
        """Yield every row of every sheet of every file.

        Raises
        ------
        ProblemsError
            After the last row, with every problem, where a file as a whole cannot be trusted:
            headings, encoding, a cut-off end, cells that fit no shape. Values are shown by shape
            only (rule 13).
        """
        problems: list[Problem] = []
        for number, (name, raw) in enumerate(self._files.items(), start=1):
            try:
                yield from self._of_file(number, name, raw)
            except ProblemsError as error:
                problems.extend(error.problems)
        if not problems and not self.rows_read:
            name = next(iter(self._files))
            problems.append(_no_contacts(name))
        if problems:
            raise ProblemsError(problems)

    def _of_file(self, number: int, name: str, raw: Raw) -> Iterator[Record]:
        """Yield the rows of a file; raise with all of its problems after the last."""
        of_lines, of_cells = FirstProblems(), FirstProblems()
        reading = Reading(name, self._profile, of_cells, file=number)
        book = open_book(
            raw,
            name,
            encoding=self._profile.encoding,
            knows=holds_contacts,
            problems=of_lines,
        )
        whole: list[Problem] = []
        try:
            yield from self._of_sheets(book, name, raw, reading, of_cells)
        except ProblemsError as error:
            whole.extend(error.problems)
        self.rows_read += reading.rows
        reading.check_dates()
        if problems := [*whole, *listed(name, of_lines, of_cells)]:
            raise ProblemsError(problems)
        if reading.shape is not None:
            self._shapes.append(reading.shape)
        before = f"file {number}: " if len(self._files) > 1 else ""
        notes = (*book.notes(), *self._said.pop(name, ()), *reading.notes())
        self._notes += [before + note for note in notes]

    def _of_sheets(
        self, book: Book, name: str, raw: Raw, reading: Reading, problems: FirstProblems
    ) -> Iterator[Record]:
        more = 0
        heads: tuple[str, ...] = ()
        with closing(book.sheets()) as sheets:
            for sheet in sheets:
                first = reading.shape is None
                shape = _one_shape(reading.shape, sheet, name)
                if first and shape is STANDARD_DATASET:
                    column = recognised(raw, name, self._profile.encoding)
                    self._said[name] = (column.note(),)
                    shape = column.shape()
                reading.shape = shape
                heads = heads or tuple(map(plain_head, sheet.heads))
                alike = heads == tuple(map(plain_head, sheet.heads))
                if not (alike or shape.sheets):
                    more += 1
                    continue
                found = _located(shape, sheet, name, self._profile, problems)
                if found is None:
                    for _ in sheet.rows:  # to its end: the problems of its lines come too
                        reading.rows += 1
                    continue
                if note := found.note(sheet.within):
                    self._said[name] = (*self._said.get(name, ()), note)
                self.has_reasons = self.has_reasons and "reason" in found.positions
                self.has_outcomes = self.has_outcomes or "outcome" in found.positions
                if self._profile.outcomes == "not-recorded" and "outcome" in found.positions:
                    self._said[name] = (*self._said.get(name, ()), f"{sheet.within}{_UNREAD}")
                yield from reading.records(sheet, found.positions)
        if more:
            raise refused(
                name,
                f"{more + 1} sheets with contacts",
                "one sheet with contacts, or several with the same headings",
                "give them the same headings, leave one sheet, or put all contacts on it",
            )
        if reading.shape is None:
            raise _unknown(name, "nothing")


def read_extract(data: Raw, name: str, profile: Profile) -> Extract:
    """Read a small extract of one file into memory, every contact as typed.

    This is for looking at single contacts; counting streams (`ExtractReader`). Of copies of a row
    (the same contact and child) the first is kept.

    Parameters
    ----------
    data
        The file: a CSV or an .xlsx workbook.
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
        As `ExtractReader.records`.
    """
    reader = ExtractReader({name: data}, profile)
    contacts: list[Contact] = []
    aside: list[SetAside] = []
    first: dict[tuple[str, str], str] = {}
    for record in reader.records():
        reason = record.aside
        if not reason:
            key, content = (record.contact_id, record.child_id), record.content()
            if key in first:
                reason = "double-export" if first[key] == content else "conflicting-copy"
            first.setdefault(key, content)
        if reason:
            aside.append(SetAside(record.row, reason, record.sheet, record.file))
        else:
            contacts.append(_contact(record))
    return Extract(
        contacts=tuple(contacts),
        set_aside=tuple(aside),
        rows_read=reader.rows_read,
        shape=reader.shape,
        notes=reader.notes,
        has_reasons=reader.has_reasons,
    )


def _contact(record: Record) -> Contact:
    if record.day is None:
        raise AssertionError("a row without a day is set aside")
    return Contact(
        row=record.row,
        contact_id=record.contact_id,
        child_id=record.child_id,
        on=date.fromordinal(record.day),
        source=record.source,
        organisation=record.organisation,
        outcome=record.outcome,
        flags=record.flags,
        decided=None if record.decided is None else date.fromordinal(record.decided),
        decided_unreadable=record.decided_unreadable,
        open_case=record.open_case,
        reason=record.reason,
        implied=record.implied,
        sheet=record.sheet,
        file=record.file,
    )


def _one_shape(shape: Shape | None, sheet: Sheet, name: str) -> Shape:
    """Return the one shape of all sheets with contacts of a file."""
    found = shape_of_heads(sheet.heads)
    if shape is not None and nearest_shape(sheet.heads) is shape:
        return shape  # what this sheet lacks of it is said by whoever locates its columns
    if found is None:
        raise _unknown(name, "headings of no known shape")
    if shape is None or found is shape:
        return found
    if found.name == shape.name:  # the standard dataset, its outcome column recognised
        return shape
    raise refused(
        name,
        "sheets with contacts of different shapes",
        "the same headings on every sheet with contacts",
        "export all contacts in one way",
    )


def _located(
    shape: Shape, sheet: Sheet, name: str, profile: Profile, problems: Problems
) -> Located | None:
    """Return where each field stands, or None and the problems of the headings."""
    family = profile.one_row_per == "family"
    if profile.outcomes == "not-recorded":
        shape = replace(shape, optional=(*shape.optional, "outcome", "decided"))
    found = located(shape, sheet.heads, name, problems, within=sheet.within, family=family)
    needs_open_case = (
        profile.open_cases == "flagged"
        and "open_case" in dict(shape.columns)
        # The standard dataset has a flag for it, or leaves it unknown row by row.
        and shape.name != STANDARD_DATASET.name
    )
    if found is not None and needs_open_case and "open_case" not in found.positions:
        problems.add(
            file=name,
            place=f"{sheet.within}headings",
            found="no column open case at contact",
            expected="that column, since the profile says open cases are flagged",
            remedy="add the column, or correct the profile",
        )
    return found


def _unknown(name: str, found: str) -> ProblemsError:
    return refused(
        name,
        found,
        "contacts with the headings of the data specification",
        "export the contacts with these headings",
    )


def _no_contacts(name: str) -> Problem:
    return Problem(
        name,
        "whole file",
        "no contacts",
        "at least one contact",
        "check the dates of the export and export it again",
    )
