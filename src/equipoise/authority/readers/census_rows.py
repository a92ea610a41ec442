"""Census rows: a child of the children-in-need census, and what the census holds of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

#: Why a row of the census can be set aside, in the analyst's words.
CENSUS_REASONS: dict[str, str] = {
    "no-child-id": "the child has no number (LAchildID)",
    "long-child-id": "the child's number is longer than any number",
    "no-date": "the date on which it began is blank",
    "unreadable-date": "the date on which it began is not a date",
    "within-set-aside": "the child or the episode that it belongs to was set aside",
}
#: The kinds of rows, in the order in which they are counted.
CENSUS_KINDS = ("children", "episodes", "assessments", "section 47 enquiries", "plans")


class Assessment(NamedTuple):
    """An assessment: the days on which it began and was authorised, and its factors as coded."""

    started: int
    authorised: int | None
    factors: tuple[str, ...]


class Enquiry(NamedTuple):
    """A section 47 enquiry: when it began, its conference, and whether none was required."""

    started: int
    conference: int | None
    no_conference_needed: bool | None


class ProtectionPlan(NamedTuple):
    """A child protection plan: its first and last day, and the categories of abuse as coded."""

    started: int
    ended: int | None
    first_category: str
    latest_category: str


class Episode(NamedTuple):
    """An episode of need, which a referral begins.

    Days are ordinals (1 January of year 1 is day 1).

    Attributes
    ----------
    number
        Which ``CINdetails`` of the child, from 1.
    referred
        The day of the referral.
    source, need, closure
        The codes as they stand: source of referral, primary need, reason for closure; "" where
        blank. RC8 is closed after assessment, which is no referral without further action.
    no_further_action
        ``ReferralNFA``; None where it cannot be read. It is about the referral, never a contact.
    closed, conference
        The days of closure and of the initial child protection conference.
    assessments, enquiries, plans
        The rows kept of each.
    """

    number: int
    referred: int
    source: str
    need: str
    no_further_action: bool | None
    closed: int | None
    closure: str
    conference: int | None
    assessments: tuple[Assessment, ...]
    enquiries: tuple[Enquiry, ...]
    plans: tuple[ProtectionPlan, ...]


class CensusChild(NamedTuple):
    """A child of the census. Birth date, ethnicity and disabilities are read past, never kept.

    Attributes
    ----------
    number
        Which ``Child`` of the file, from 1.
    child_id, upn, former_upn
        As they stand; "" where blank.
    upn_unknown
        Why there is no pupil number, as coded.
    sex
        ``M``, ``F`` or ``U``; to 2024 from ``GenderCurrent`` (1, 2, and 0 or 9).
    episodes
        The episodes kept.
    """

    number: int
    child_id: str
    upn: str
    former_upn: str
    upn_unknown: str
    sex: str
    episodes: tuple[Episode, ...]


@dataclass(frozen=True)
class CensusHeader:
    """Where a census is from: the year in which it ends, and the authority's code or ""."""

    year: int
    authority: str


@dataclass
class CensusAccount:
    """What became of the rows of a census: for each kind rows read = rows kept + rows set aside.

    Attributes
    ----------
    read, kept
        Rows of each of `CENSUS_KINDS`.
    aside
        Rows of a kind set aside for a reason (a key of `CENSUS_REASONS`).
    remarks
        How often something about a field was remarked on, by what is said of it.
    first
        The number of the first child of each remark or (kind, reason).
    """

    read: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    aside: Counter[tuple[str, str]] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    first: dict[str | tuple[str, str], int] = field(default_factory=dict)

    def set_aside(self, kind: str, reason: str, child: int, rows: int = 1) -> None:
        """Count rows of a child as read and set aside."""
        if rows:
            self.read[kind] += rows
            self.aside[kind, reason] += rows
            self.first.setdefault((kind, reason), child)

    def keep(self, kind: str, rows: int = 1) -> None:
        """Count rows as read and kept."""
        if rows:
            self.read[kind] += rows
            self.kept[kind] += rows

    def remark(self, words: str, child: int) -> None:
        """Count something that is said of a row that is kept."""
        self.remarks[words] += 1
        self.first.setdefault(words, child)

    def check(self) -> None:
        """Refuse an account that does not add up."""
        for kind in CENSUS_KINDS:
            aside = sum(rows for (of, _), rows in self.aside.items() if of == kind)
            if self.read[kind] != self.kept[kind] + aside:
                raise ValueError("rows read must equal rows kept plus rows set aside")
