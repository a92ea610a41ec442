"""Linkage: what linking the contacts of schools to rolls gives and loses, by outcome.

A child whose every referral ended in no further action may lawfully have no pupil number (UPN
unknown reason UN7 of the children in need census), so that the loss may lie with the primary
outcome: it is counted by outcome, never assumed to be the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.authority.quality.findings import percent
from equipoise.authority.rules import ELSEWHERE, LOST, WAYS, LinkageCount

#: The outcome of the primary outcome's numerator.
NFA = "NFA"


@dataclass(frozen=True)
class OutcomeLinkage:
    """What linking gave for the contacts of schools with one outcome in one window.

    Attributes
    ----------
    window, outcome
        Which; the outcome as it had settled.
    contacts
        How many: new ones, on open cases, and repeats.
    linked, elsewhere
        Of these, linked to the roll of a school of the roster; of another school.
    by
        From how they were linked (`WAYS`) or why they were not (`LOST`) to contacts.
    share_lost
        The share that was not linked to any roll, 0 to 1.
    """

    window: str
    outcome: str
    contacts: int
    linked: int
    elsewhere: int
    by: dict[str, int]
    share_lost: float


def linkage_of(counts: Iterable[LinkageCount]) -> tuple[OutcomeLinkage, ...]:
    """Return what linking gave, by window and outcome.

    Examples
    --------
    >>> (found,) = linkage_of([LinkageCount("year", "NFA", "upn", 3),
    ...                        LinkageCount("year", "NFA", "no-upn", 1)])
    >>> found.contacts, found.linked, found.share_lost, found.by
    (4, 3, 0.25, {'no-upn': 1, 'upn': 3})
    """
    held: dict[tuple[str, str], dict[str, int]] = {}
    for count in counts:
        by = held.setdefault((count.window, count.outcome), {})
        by[count.linkage] = by.get(count.linkage, 0) + count.contacts
    return tuple(
        _of(window, outcome, dict(sorted(by.items())))
        for (window, outcome), by in sorted(held.items())
    )


def _of(window: str, outcome: str, by: dict[str, int]) -> OutcomeLinkage:
    contacts = sum(by.values())
    lost = sum(number for how, number in by.items() if how in LOST)
    return OutcomeLinkage(
        window=window,
        outcome=outcome,
        contacts=contacts,
        linked=sum(number for how, number in by.items() if how in WAYS),
        elsewhere=by.get(ELSEWHERE, 0),
        by=by,
        share_lost=lost / contacts if contacts else 0.0,
    )


def together(linkage: Iterable[OutcomeLinkage], window: str) -> OutcomeLinkage | None:
    """Return what linking gave in a window over all outcomes; None where it was not done."""
    here = [one for one in linkage if one.window == window]
    if not here:
        return None
    by: dict[str, int] = {}
    for one in here:
        for how, number in one.by.items():
            by[how] = by.get(how, 0) + number
    return _of(window, "", dict(sorted(by.items())))


def more_lost(linkage: Iterable[OutcomeLinkage], window: str) -> tuple[float, float] | None:
    """Return the shares lost of contacts with no further action and of the others.

    None where either has no contact: then there is nothing to compare.
    """
    here = [one for one in linkage if one.window == window]
    shares = []
    for own in (True, False):
        group = [one for one in here if (one.outcome == NFA) == own]
        contacts = sum(one.contacts for one in group)
        if not contacts:
            return None
        shares.append(sum(one.share_lost * one.contacts for one in group) / contacts)
    return shares[0], shares[1]


def linkage_lines(linkage: Iterable[OutcomeLinkage]) -> tuple[str, ...]:
    """Say what linking lost, in sentences for the screen of the analyst."""
    listed = tuple(linkage)
    lines: list[str] = []
    for window in dict.fromkeys(one.window for one in listed):
        whole = together(listed, window)
        if whole is None:
            continue
        lines.append(
            f"Window {window}: {percent(1.0 - whole.share_lost)} of {whole.contacts:,} contacts by "
            f"schools were linked to a roll ({whole.elsewhere:,} of them to a school that the "
            "roster does not have)."
        )
        lines += [
            f"  {number:,} lost: {LOST[how]}" for how, number in whole.by.items() if how in LOST
        ]
        lines += [
            f"  {one.outcome}: {percent(one.share_lost)} of {one.contacts:,} lost"
            for one in listed
            if one.window == window
        ]
    return tuple(lines)
