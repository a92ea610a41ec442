"""Referred: an authority's referrals beside its contacts, and what it can give of outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from equipoise.authority.quality import ReferralQuality
from equipoise.authority.readers import Profile, Raw, ReferralLists, ReferralReader
from equipoise.authority.rules import Definitions, Referrals, ReferralSpan
from equipoise.core.base import Problem, ProblemsError

#: A list of so many referrals of which none is of a child with a contact has other numbers.
FEW = 20
#: At a list's own pace a gap at an end in which more would be usual has a chance below one in a
#: million (exp(-14)).
MOST_MISSED = 14


@dataclass(frozen=True)
class ReferralList:
    """An authority's referrals.

    Attributes
    ----------
    referrals
        The days of each child's.
    quality
        What became of the rows; how many contacts were followed is not known yet.
    files
        The names of the files, in their order.
    """

    referrals: Referrals
    quality: ReferralQuality
    files: tuple[str, ...]

    @property
    def span(self) -> ReferralSpan:
        """Which days of receipt the list holds."""
        return ReferralSpan(self.quality.first, self.quality.last)


def referral_list(files: Mapping[str, Raw], profile: Profile) -> ReferralList | None:
    """Read the list of referrals that a profile names; None where it names none.

    Raises
    ------
    ProblemsError
        With every problem of every file.
    """
    lists = profile.referrals
    if lists is None:
        return None
    absent = [name for name in lists.files if name not in files]
    if absent:
        raise ProblemsError(
            [
                Problem(
                    name,
                    "whole file",
                    "no such file",
                    "the list of referrals that the profile names",
                    "put the file into the authority's folder",
                )
                for name in absent
            ]
        )
    reader = ReferralReader({name: files[name] for name in lists.files}, lists)
    days: list[int] = []

    def noted() -> Iterator[tuple[str, int]]:
        for found in reader.rows():
            days.append(found.day)
            yield found.child_id, found.day

    referrals = Referrals(noted())
    if problems := cut_off(days, lists):
        raise ProblemsError(problems)
    quality = ReferralQuality(
        rows_read=reader.rows_read,
        rows_kept=reader.rows_kept,
        set_aside=dict(sorted(reader.set_aside.items())),
        first=lists.first,
        last=lists.last,
        no_further_action=reader.no_further_action,
        contacts_followed=0,
    )
    return ReferralList(referrals, quality, lists.files)


def cut_off(days: Sequence[int], lists: ReferralLists) -> tuple[Problem, ...]:
    """Refuse a list that stops long before the last day that it is said to hold, or begins late.

    No further action is read from the absence of a referral: a list that lost its end between two
    lines, which no reader can see, would turn the referrals of months into it.

    Parameters
    ----------
    days
        The day of each referral that counts, an ordinal.
    lists
        What the profile says about them.

    Examples
    --------
    >>> from datetime import date
    >>> lists = ReferralLists(("list3.csv",), date(2024, 1, 1), date(2024, 12, 31))
    >>> every_day = range(date(2024, 1, 1).toordinal(), date(2024, 9, 30).toordinal())
    >>> [problem.place for problem in cut_off(every_day, lists)]
    ['entry referrals.to']
    """
    if not days:
        return ()
    first, last = min(days), max(days)
    pace = len(days) / (last - first + 1)
    gaps = {
        "from": first - lists.first.toordinal(),
        "to": lists.last.toordinal() - last,
    }
    which = {"from": "first", "to": "last"}
    return tuple(
        Problem(
            "profile.json",
            f"entry referrals.{entry}",
            f"no referral in the {which[entry]} {gap:,} days that the list is said to hold, where "
            f"{gap * pace:,.0f} would be usual",
            "referrals over all days from referrals.from to referrals.to",
            "export the list again, whole, or correct the day in the profile",
        )
        for entry, gap in gaps.items()
        if gap * pace > MOST_MISSED
    )


def lacking(profile: Profile, definitions: Definitions) -> tuple[Problem, ...]:
    """Say what definitions need of an authority that its profile says it does not have.

    Parameters
    ----------
    profile
        What the authority says.
    definitions
        What is to be counted.

    Returns
    -------
    tuple of Problem
        Empty where they can be counted.
    """
    remedy = (
        "nothing is counted otherwise than the trial declares: ask the trial whether it declares "
        "other definitions for this authority (design.contact.also, outcome)"
    )
    found = []
    if definitions.outcome == "recorded" and profile.outcomes == "not-recorded":
        found.append(
            Problem(
                "profile.json",
                "entry outcomes",
                f"authority {profile.authority}: outcomes of contacts are not recorded",
                "recorded outcomes, which these definitions count",
                remedy,
            )
        )
    if definitions.needs_referrals and profile.referrals is None:
        what = "outcomes are derived" if definitions.outcome == "derived" else "the clock starts"
        found.append(
            Problem(
                "profile.json",
                "entry referrals",
                f"authority {profile.authority}: no list of referrals",
                f"a list of referrals, from which {what}",
                f"name the list under referrals in the profile; if there is none, {remedy}",
            )
        )
    return tuple(found)


def countable(
    profile: Profile, declared: Sequence[tuple[str, Definitions]]
) -> tuple[tuple[str, Definitions], ...]:
    """Return those of the declared definitions that an authority's files can give, in order.

    Raises
    ------
    ProblemsError
        Where none can, with what the first of them lacks.
    """
    able = tuple((name, one) for name, one in declared if not lacking(profile, one))
    if declared and not able:
        raise ProblemsError(lacking(profile, declared[0][1]))
    return able


def strange_numbers(found: ReferralList, contacts: int) -> tuple[Problem, ...]:
    """Refuse a list of referrals of which no child has a contact: its numbers are others.

    Parameters
    ----------
    found
        The list, with how many contacts it follows.
    contacts
        How many rows of contacts there are.
    """
    if found.quality.contacts_followed or min(contacts, found.quality.rows_kept) < FEW:
        return ()
    return (
        Problem(
            found.files[0],
            "numbers of children",
            "no child with a contact among the referrals",
            "the numbers that the contacts have",
            "export both lists from one system, with the same number of the child",
        ),
    )


def wants_families(definitions: Iterable[Definitions]) -> bool:
    """Return whether any definitions count by family."""
    return any(one.siblings == "one" for one in definitions)


def wants_referrals(definitions: Iterable[Definitions]) -> bool:
    """Return whether any definitions need a list of referrals."""
    return any(one.needs_referrals for one in definitions)
