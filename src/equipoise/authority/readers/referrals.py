"""Referrals: a list of its own beside the contacts, every row accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from equipoise.authority.readers.cell_words import is_rounded, read_id
from equipoise.authority.readers.census import CensusReader
from equipoise.authority.readers.census_rows import CENSUS_REASONS
from equipoise.authority.readers.lists import LIST_REASONS, ListReader, ListRow
from equipoise.authority.readers.markup import is_markup
from equipoise.authority.readers.raw import Raw
from equipoise.authority.readers.sheets import refused
from equipoise.core.base import Problem, Problems, ProblemsError, shape_of

#: Why a row of a list of referrals can be set aside, in the analyst's words.
REFERRAL_REASONS: dict[str, str] = {
    **{reason: CENSUS_REASONS[reason] for reason in ("long-child-id", "within-set-aside")},
    **LIST_REASONS,
    "no-child-id": "the child has no number",
    "outside-covers": "the date of referral lies outside the dates that the list covers",
}
_EVENT, _EPISODES = "referrals", "episodes"


@dataclass(frozen=True)
class ReferralLists:
    """What a profile says about an authority's referrals.

    Attributes
    ----------
    files
        The names of the files: Annex A with its List 3, a children-in-need census, or
        ssd_cin_episodes.
    first, last
        The first and last day of receipt that they hold, all of them together.
    """

    files: tuple[str, ...]
    first: date
    last: date


class Referral(NamedTuple):
    """A referral of a child.

    Attributes
    ----------
    child_id
        The authority's own number.
    day
        The day of receipt, an ordinal.
    no_further_action
        Whether nothing was done about it; None where that is not known. It is about the referral,
        never about a contact.
    """

    child_id: str
    day: int
    no_further_action: bool | None


class ReferralReader:
    """An authority's referrals over one or several files.

    Rows come one after another. They are good only once the last was taken without an error.

    Parameters
    ----------
    files
        The files in their order, by name.
    lists
        What the profile says about them.

    Attributes
    ----------
    rows_read, rows_kept
        How many rows the files hold, and how many count.
    set_aside
        How many were set aside for each reason (a key of `REFERRAL_REASONS`).
    no_further_action
        How many of those kept are known to have ended in no further action.
    """

    def __init__(self, files: Mapping[str, Raw], lists: ReferralLists) -> None:
        self._files = files
        self._first, self._last = lists.first.toordinal(), lists.last.toordinal()
        self.rows_read = 0
        self.rows_kept = 0
        self.set_aside: Counter[str] = Counter()
        self.no_further_action = 0

    def rows(self) -> Iterator[Referral]:
        """Yield every referral that counts.

        Raises
        ------
        ProblemsError
            After the last row, with every problem of every file: no list of referrals in it, a
            damaged end, numbers that a spreadsheet has rounded. Values are shown by shape only.
        """
        problems: list[Problem] = []
        for name, raw in self._files.items():
            try:
                yield from (
                    self._of_census(name, raw) if is_markup(raw) else self._of_list(name, raw)
                )
            except ProblemsError as error:
                problems.extend(error.problems)
        if not problems and not self.rows_kept:
            problems.append(
                Problem(
                    next(iter(self._files)),
                    "whole file",
                    "no referral that counts",
                    "at least one referral",
                    "check the dates of the export, and those under referrals in the profile",
                )
            )
        if problems:
            raise ProblemsError(problems)

    def _of_list(self, name: str, raw: Raw) -> Iterator[Referral]:
        reader = ListReader(raw, name)
        rounded = Problems()
        for row in reader.rows():
            if reader.lists[row.list][1].event != _EVENT:
                continue
            self.rows_read += 1
            if is_rounded(row.person) and not len(rounded):
                rounded.add(
                    file=name,
                    place=f"sheet {row.sheet}, row {row.row}",
                    found=f"{shape_of(row.person)} under child id: a number that a spreadsheet "
                    "has rounded",
                    expected="every digit of it",
                    remedy="give the column the format of text and export it again",
                )
            yield from self._kept(row, read_id(row.person))
        rounded.raise_if_any()
        if not any(known.event == _EVENT for _, known in reader.lists.values()):
            raise refused(
                name,
                "no list of referrals",
                "Annex A's List 3, ssd_cin_episodes, or a children-in-need census",
                "name another file under referrals in the profile",
            )

    def _kept(self, row: ListRow, child_id: str) -> Iterator[Referral]:
        aside = row.aside or ("" if child_id else "no-child-id")
        if aside or row.start is None:
            self.set_aside[aside or "no-date"] += 1
            return
        nfa = row.answer
        if nfa is None and row.flags is not None:
            nfa = "NFA_FLAG" in row.flags
        yield from self._counted(Referral(child_id, row.start, nfa))

    def _of_census(self, name: str, raw: Raw) -> Iterator[Referral]:
        reader = CensusReader(raw, name)
        for child in reader.children():
            for episode in child.episodes:
                child_id = read_id(child.child_id)
                if child_id:
                    found = Referral(child_id, episode.referred, episode.no_further_action)
                    yield from self._counted(found)
                else:
                    self.set_aside["no-child-id"] += 1
        self.rows_read += reader.account.read[_EPISODES]
        for (kind, reason), rows in reader.account.aside.items():
            if kind == _EPISODES:
                self.set_aside[reason] += rows

    def _counted(self, referral: Referral) -> Iterator[Referral]:
        if not self._first <= referral.day <= self._last:
            self.set_aside["outside-covers"] += 1
            return
        self.rows_kept += 1
        self.no_further_action += referral.no_further_action is True
        yield referral


def read_referral_lists(
    body: Mapping[str, Any], file: str, problems: Problems
) -> ReferralLists | None:
    """Read what a profile says about referrals; None where there is no list of them.

    Parameters
    ----------
    body
        The profile as JSON holds it.
    file, problems
        Its name for the messages, and where to note what is wrong.

    Examples
    --------
    >>> body = {"referrals": {"files": "list3.csv", "from": "2024-09-01", "to": "2025-09-30"}}
    >>> read_referral_lists(body, "profile.json", Problems()).files
    ('list3.csv',)
    """
    value = body.get("referrals")
    if value is None:
        return None
    if isinstance(value, Mapping) and set(value) == {"files", "from", "to"}:
        names = [value["files"]] if isinstance(value["files"], str) else value["files"]
        first, last = _day(value["from"]), _day(value["to"])
        good = isinstance(names, list) and all(isinstance(n, str) and n.strip() for n in names)
        if good and names and first is not None and last is not None and first <= last:
            files = tuple(dict.fromkeys(name.strip() for name in names))
            return ReferralLists(files, first, last)
    problems.add(
        file=file,
        place="entry referrals",
        found="something else than files and dates",
        expected='an object with "files", "from" and "to"',
        remedy="name the files, and the first and last day of receipt that they hold",
    )
    return None


def referral_lists_body(lists: ReferralLists) -> dict[str, Any]:
    """Return it as profile.json holds it."""
    return {
        "files": list(lists.files),
        "from": lists.first.isoformat(),
        "to": lists.last.isoformat(),
    }


def _day(value: Any) -> date | None:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    return None
