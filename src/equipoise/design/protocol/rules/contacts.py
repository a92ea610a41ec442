"""Contacts: what is derived from referrals or clocked says how, and only that."""

from __future__ import annotations

from datetime import timedelta

from equipoise.design.protocol.source import Path
from equipoise.design.protocol.tree import Tree

_CONTACT = ("design", "contact")
_PERIODS = ("design", "periods")
#: The keys of which another definition of a contact says at least one.
DIFFER = (
    "open_cases",
    "repeat_days",
    "school",
    "outcome",
    "referral_within_days",
    "siblings",
    "same_day",
)


def referral_days(tree: Tree) -> None:
    """What counts referrals says within how many days, and nothing else does."""
    places: list[Path] = [_CONTACT, *tree.groups(*_CONTACT, "also")]
    clock = tree.text(*_CONTACT, "clock_from") == "referral"
    own = tree.get(*_CONTACT, "referral_within_days")
    needed = False
    for place in places:
        derives = _said(tree, place, "outcome", "recorded") == "derived"
        uses = derives or clock
        needed = needed or uses
        days = tree.get(*place, "referral_within_days")
        if uses and (own if days is None else days) is None:
            tree.add(
                (*place, "outcome" if derives else "clock_from"),
                "referrals, but no number of days",
                "within how many days of a contact a referral is one that it led to",
                "add referral_within_days",
            )
        if days is not None and place != _CONTACT and not uses:
            _unused(tree, place)
    if own is not None and not needed:
        _unused(tree, _CONTACT)


def referrals_settled(tree: Tree) -> None:
    """The cut-off leaves the contacts of every window the days within which a referral counts."""
    path = (*_PERIODS, "pending_cut_off")
    cut_off = tree.day(*path)
    ends = [tree.day(*entry, "to") for entry in tree.groups(*_PERIODS, "windows")]
    last = max((end for end in ends if end is not None), default=None)
    days = [
        found
        for place in (_CONTACT, *tree.groups(*_CONTACT, "also"))
        if _said(tree, place, "outcome", "recorded") == "derived"
        and isinstance(found := _said(tree, place, "referral_within_days", None), int)
        and 0 <= found <= 366
    ]
    if cut_off is None or last is None or not days:
        return
    earliest = last + timedelta(days=max(days))
    if cut_off < earliest:
        tree.add(
            path,
            cut_off.isoformat(),
            f"{earliest} or later: the last window's end and {max(days)} days for a referral",
            "move the cut-off, or shorten referral_within_days",
        )


def clock_of_its_own(tree: Tree) -> None:
    """A limit in working days is one of a clock that runs."""
    if (
        tree.given(*_CONTACT, "decision_working_days")
        and tree.text(*_CONTACT, "clock_from") is None
    ):
        tree.add(
            (*_CONTACT, "decision_working_days"),
            "a limit, and no clock",
            "clock_from: contact or referral",
            "say from when the days are counted, or remove the limit",
        )


def _said(tree: Tree, place: Path, key: str, default: object) -> object:
    """Return what a definition says, or the trial's own where it does not."""
    for entry in (place, _CONTACT):
        found = tree.get(*entry, key)
        if found is not None:
            return found
    return default


def _unused(tree: Tree, place: Path) -> None:
    tree.add(
        (*place, "referral_within_days"),
        "days for referrals that nothing counts",
        "outcome: derived, or clock_from: referral",
        "say what counts referrals, or remove it",
    )


RULES = (referral_days, referrals_settled, clock_of_its_own)
