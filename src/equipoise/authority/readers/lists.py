"""Lists: the Annex A workbook and tables of the standard dataset, every row accounted for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

from equipoise.authority.readers.books import open_book
from equipoise.authority.readers.dates import read_date
from equipoise.authority.readers.first_problems import FirstProblems, listed
from equipoise.authority.readers.flags import FLAGS, REFERRAL_FLAGS, read_recorded
from equipoise.authority.readers.known_lists import KnownList, list_of
from equipoise.authority.readers.raw import Raw
from equipoise.authority.readers.sheets import Cell, Sheet, refused
from equipoise.core.base import ProblemsError

#: Why a row of a list can be set aside, in the analyst's words.
LIST_REASONS: dict[str, str] = {
    "no-child-id": "the child (or adopter) has no number",
    "no-date": "the date is blank",
    "unreadable-date": "the date is not a date",
}
_LETTERED = re.compile(r"^[a-z]\d?\)\s*", re.IGNORECASE)
_ANSWERS = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}
_MOST_REMEMBERED = 50_000


class ListRow(NamedTuple):
    """A row of a list.

    Days are ordinals (1 January of year 1 is day 1).

    Attributes
    ----------
    list
        The `KnownList.id` of its list.
    sheet, row
        Where it stands.
    aside
        Why it is set aside (a key of `LIST_REASONS`), or "".
    person
        The authority's own number of the child or adopter.
    start, end
        The day that the list counts by, and the day on which it ended; None where it has none.
    source
        The source as recorded: contacts and referrals only.
    answer
        Yes or no under the list's question: referral without further action (List 3), enquiry
        that led to a plan (List 5), support required (List 4); None where it cannot be read.
    flags, labels
        Of the standard dataset: the outcome flags that are set, or None, and the words.
    """

    list: str
    sheet: int
    row: int
    aside: str
    person: str
    start: int | None
    end: int | None
    source: str
    answer: bool | None
    flags: tuple[str, ...] | None
    labels: tuple[str, ...]


class ListReader:
    """The lists of one file.

    Parameters
    ----------
    raw, file
        A workbook or a CSV, and its name for the messages.

    Attributes
    ----------
    lists
        The lists found, each with the number of its sheet; complete after the last row.
    read, kept
        Rows of each list, by its id.
    aside
        Rows of a list set aside for a reason.
    """

    def __init__(self, raw: Raw, file: str) -> None:
        self._raw = raw
        self._file = file
        self._notes: list[str] = []
        self._days: dict[Cell, int | None] = {}
        self._odd: Counter[tuple[str, str]] = Counter()
        self.lists: dict[str, tuple[int, KnownList]] = {}
        self.read: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.aside: Counter[tuple[str, str]] = Counter()

    def rows(self) -> Iterator[ListRow]:
        """Yield every row of every list, in the order of the file.

        Raises
        ------
        ProblemsError
            After the last row, with every problem, where the file as a whole cannot be trusted:
            no list in it, one list on two sheets, two columns for one field, a damaged end.
        """
        of_lines, of_heads = FirstProblems(), FirstProblems()
        book = open_book(
            self._raw,
            self._file,
            encoding=None,
            knows=lambda heads: list_of(tuple(heads)) is not None,
            problems=of_lines,
        )
        whole: list[ProblemsError] = []
        try:
            with closing(book.sheets()) as sheets:
                for sheet in sheets:
                    yield from self._of_sheet(sheet, of_heads)
        except ProblemsError as error:
            whole.append(error)
        problems = [problem for error in whole for problem in error.problems]
        problems += listed(self._file, of_lines, of_heads)
        if problems:
            raise ProblemsError(problems)
        if not self.lists:
            raise refused(
                self._file,
                "no list that is known",
                "Annex A's Lists 1 to 11, or ssd_contacts or ssd_cin_episodes, with the headings "
                "of their standard",
                "choose the file, or mend its headings",
            )
        self._notes += book.notes()

    def notes(self) -> tuple[str, ...]:
        """Return what was noticed, in words; complete after the last row."""
        said = [
            f"{self.lists[name][1].title}: {rows:,} rows {words}"
            for (name, words), rows in sorted(self._odd.items())
        ]
        return (*self._notes, *said)

    def _of_sheet(self, sheet: Sheet, problems: FirstProblems) -> Iterator[ListRow]:
        known = list_of(sheet.heads)
        if known is None:
            return
        if known.id in self.lists:
            raise refused(
                self._file,
                f"{known.title} on sheets {self.lists[known.id][0]} and {sheet.number}",
                "each list once",
                "leave one of the two sheets",
            )
        self.lists[known.id] = (sheet.number, known)
        columns = known.columns(sheet.heads)
        for field, positions in columns.items():
            if len(positions) > 1 and field != "mark":
                problems.add(
                    file=self._file,
                    place=f"{sheet.within}headings",
                    found=f"columns {', '.join(str(n + 1) for n in positions)} for one field "
                    f"of {known.title} ({field})",
                    expected="one column for each",
                    remedy="remove the others, or rename them",
                )
        at = {field: positions[0] for field, positions in columns.items()}
        for field, words in (("source", "source"), ("answer", "question answered yes or no")):
            coded = field == "source" and "code" in at
            if field not in at and not coded and field in dict(known.forms):
                self._notes.append(f"{known.title} has no column for its {words}")
        for row, cells in sheet.rows:
            yield self._row(known, sheet, row, cells, at)

    def _row(
        self, known: KnownList, sheet: Sheet, row: int, cells: Sequence[Cell], at: dict[str, int]
    ) -> ListRow:
        def cell(field: str) -> Cell:
            place = at.get(field)
            return "" if place is None or place >= len(cells) else cells[place]

        person, begun = _plain(cell("person")), cell("start")
        start = self._day(begun)
        aside = ""
        if not person:
            aside = "no-child-id"
        elif "start" in at and start is None:
            aside = "unreadable-date" if _plain(begun) else "no-date"
        self.read[known.id] += 1
        if aside:
            self.aside[known.id, aside] += 1
        else:
            self.kept[known.id] += 1
        flags, labels = self._outcome(known, _plain(cell("outcome")))
        answer = self._answer(known, _plain(cell("answer")), "answer" in at)
        if "end" in at and _plain(cell("end")) and self._day(cell("end")) is None:
            self._odd[known.id, "whose last date is not a date"] += 1
        return ListRow(
            known.id,
            sheet.number,
            row,
            aside,
            person,
            start,
            self._day(cell("end")),
            _plain(cell("source")) or _plain(cell("code")),
            answer,
            flags,
            labels,
        )

    def _answer(self, known: KnownList, text: str, asked: bool) -> bool | None:
        """Return the answer to a list's question; "a) Yes" is yes."""
        answer = _ANSWERS.get(_LETTERED.sub("", text).casefold())
        if asked and answer is None and text:
            self._odd[known.id, "whose question is answered neither yes nor no"] += 1
        return answer

    def _outcome(
        self, known: KnownList, text: str
    ) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        if not text:
            return None, ()
        try:
            recorded = read_recorded(text, FLAGS if known.event == "contacts" else REFERRAL_FLAGS)
        except ValueError as error:
            self._odd[known.id, f"whose outcome cannot be read: {error}"] += 1
            return None, ()
        return recorded.flags, recorded.labels

    def _day(self, cell: Cell) -> int | None:
        if cell not in self._days:
            if len(self._days) >= _MOST_REMEMBERED:
                self._days.clear()
            read = read_date(cell)
            self._days[cell] = None if read is None else read.toordinal()
        return self._days[cell]


def _plain(cell: Cell) -> str:
    """Return a cell as text; the word NULL of a database is blank."""
    text = cell if isinstance(cell, str) else cell.isoformat()
    return "" if text.casefold() == "null" else text
