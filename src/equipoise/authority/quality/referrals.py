"""Referrals: what became of an authority's list of them, and how far it follows its contacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from equipoise.authority.readers import REFERRAL_REASONS


@dataclass(frozen=True)
class ReferralQuality:
    """The list of referrals: rows read = rows kept + rows set aside.

    Attributes
    ----------
    rows_read, rows_kept
        Rows of the list, and those that count.
    set_aside
        How many were set aside for each reason (a key of `readers.REFERRAL_REASONS`).
    first, last
        The first and last day of receipt that it holds.
    no_further_action
        Referrals known to have ended in no further action: about referrals, never contacts.
    contacts_followed
        Rows of contacts, of any source, whose child was referred on that day or later.
    """

    rows_read: int
    rows_kept: int
    set_aside: dict[str, int]
    first: date
    last: date
    no_further_action: int
    contacts_followed: int

    def __post_init__(self) -> None:
        """Refuse an account that does not add up."""
        if self.rows_kept + sum(self.set_aside.values()) != self.rows_read:
            raise ValueError("rows read must equal rows kept plus rows set aside")


def outcome_words(outcome: str, within_days: int) -> str:
    """Say where the outcomes that were counted come from.

    Examples
    --------
    >>> outcome_words("recorded", 0)
    'as recorded'
    >>> outcome_words("derived", 28)
    'derived from referrals within 28 days: no further action is read from their absence'
    """
    if outcome == "recorded":
        return "as recorded"
    days = "1 day" if within_days == 1 else f"{within_days} days"
    return f"derived from referrals within {days}: no further action is read from their absence"


def outcome_lines(outcomes: str, referrals: ReferralQuality | None) -> Iterator[str]:
    """Say where outcomes come from, and what became of the list of referrals, line by line.

    Parameters
    ----------
    outcomes, referrals
        As in the quality report.

    Examples
    --------
    >>> list(outcome_lines("recorded", None))
    ['outcomes of contacts: as recorded']
    """
    if outcomes == "recorded":
        yield "outcomes of contacts: as recorded"
    else:
        yield (
            "outcomes of contacts: derived from a list of referrals; no further action is read "
            "from the absence of one"
        )
    if referrals is None:
        return
    yield (
        f"referrals: {referrals.rows_read:,} rows read, {referrals.rows_kept:,} kept, received "
        f"from {referrals.first} to {referrals.last}"
    )
    for reason, rows in referrals.set_aside.items():
        yield f"referrals set aside: {rows:,} ({REFERRAL_REASONS[reason]})"
    yield (
        f"referrals without further action: {referrals.no_further_action:,} (about the referral, "
        "never the contact)"
    )
    followed = referrals.contacts_followed
    yield f"rows of contacts whose child was referred then or later: {followed:,}"
