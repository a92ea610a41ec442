"""Contact to referral: by child and window of days, where referrals are a list of their own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from equipoise.authority.rules.rule import Rule

RULE = Rule(
    code="contact-to-referral",
    words="A contact led to a referral where a referral of the same child was received on the day "
    "of the contact or within the declared number of days after it, and not after the day on which "
    "outcomes are read. Who made the referral does not matter, nor what came of it; one referral "
    "may follow several contacts.",
    fields=("child", "day", "referred"),
    source="trial.yaml, contact.referral_within_days; Ofsted Annex A, Lists 1 and 3",
    decides=("referral_any",),
)


def led_to_referral(events: Any) -> Any:
    """Return whether a referral followed in time; `referred` is the day of the first that did."""
    soon = events.referred - events.day <= events.referral_within_days
    return (soon & (events.referred <= events.as_of)).fill_null(False)


def is_open(events: Any) -> Any:
    """Return whether a referral may still follow: its days go beyond what the list holds."""
    end = events.day + events.referral_within_days
    return (end > events.as_of) | (end > events.referrals_to)


class Referrals:
    """The days on which referrals of each child were received.

    Memory grows with the referrals: some 200 bytes for each.

    Parameters
    ----------
    received
        Child and day (ordinal) of each referral, in any order.

    Examples
    --------
    >>> referrals = Referrals([("K1", 739000), ("K1", 738990)])
    >>> referrals.after("K1", 738995), referrals.after("K1", 739001), referrals.after("K2", 1)
    (739000, None, None)
    """

    def __init__(self, received: Iterable[tuple[str, int]]) -> None:
        days: dict[str, list[int]] = {}
        for child, day in received:
            days.setdefault(child, []).append(day)
        self._days: Mapping[str, tuple[int, ...]] = {
            child: tuple(sorted(set(found))) for child, found in days.items()
        }

    def after(self, child: str, day: int) -> int | None:
        """Return the first day from `day` on with a referral of a child; None where none is."""
        days = self._days.get(child, ())
        place = bisect_left(days, day)
        return days[place] if place < len(days) else None
