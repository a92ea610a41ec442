"""Outcomes: several at once, and which of them prevails."""

from __future__ import annotations

import re
from collections.abc import Iterable

from equipoise.authority.vocabulary.vocabulary import AMBIGUOUS, UNMAPPED, Match, Vocabulary

_SEPARATORS = re.compile(r"[;,|\n]")
_NUMBER = re.compile(r"^\s*\d{1,2}\s*[.:-]\s+")

#: Which outcome of a contact prevails, the gravest first. OTHER stands above ADVICE and NFA since
#: in the standard dataset an early-help outcome arrives as OTHER, and an outcome that may be help
#: is never no further action.
PRECEDENCE = ("CP_ENQUIRY", "REFERRAL", "EXISTING", "EARLY_HELP", "OTHER", "ADVICE", "NFA")

#: What each flag of the standard dataset means.
_OF_FLAG = {
    "CP_ENQUIRY_FLAG": "CP_ENQUIRY",
    "OLA_CP_FLAG": "CP_ENQUIRY",
    "NEW_REFERRAL_FLAG": "REFERRAL",
    "EXISTING_REFERRAL_FLAG": "EXISTING",
    "ADVICE_FLAG": "ADVICE",
    "NFA_FLAG": "NFA",
    "OTHER_OUTCOMES_EXIST_FLAG": "OTHER",
    "MISSING_FLAG": "OTHER",
    "PRIVATE_FOSTERING_FLAG": "OTHER",
    "NON_AGENCY_ADOPTION_FLAG": "OTHER",
}


def prevailing(codes: Iterable[str]) -> str:
    """Return the outcome that prevails among several; MISSING where there is none.

    Raises
    ------
    ValueError
        Where a code is no outcome.

    Examples
    --------
    >>> prevailing({"NFA", "ADVICE"}), prevailing(())
    ('ADVICE', 'MISSING')
    """
    return min(codes, key=PRECEDENCE.index, default="MISSING")


def outcome_of_flags(flags: Iterable[str]) -> str:
    """Return the outcome that the flags of the standard dataset say.

    Parameters
    ----------
    flags
        The flags that are set. No flag is NFA only where NFA_FLAG says so: absence is MISSING.

    Examples
    --------
    >>> outcome_of_flags(["NFA_FLAG", "NEW_REFERRAL_FLAG"]), outcome_of_flags([])
    ('REFERRAL', 'MISSING')
    """
    return prevailing({_OF_FLAG[flag] for flag in flags})


def match_outcome(vocabulary: Vocabulary, label: str) -> Match:
    """Return what an outcome label means; a list of outcomes gives the one that prevails.

    A list is read only where every part of it is clear. Where its words taken together say
    something else than its parts, nobody can tell: "NFA, social care" may be social care's
    decision or a referral.

    Examples
    --------
    >>> from datetime import date
    >>> outcomes = Vocabulary.load("contact-outcome", date(2025, 9, 30))
    >>> match_outcome(outcomes, "NFA; Early Help").code
    'EARLY_HELP'
    >>> match_outcome(outcomes, "NFA, social care").candidates
    ('NFA', 'REFERRAL')
    """
    whole = _match_one(vocabulary, label)
    parts = split_actions(label)
    if whole.method in ("reviewed", "label") or len(parts) < 2:
        return whole
    listed = _match_parts(vocabulary, parts)
    if listed is None or listed.code == whole.code:
        return whole
    if whole.code in (UNMAPPED, AMBIGUOUS):
        return listed
    return Match(AMBIGUOUS, "list", tuple(sorted({whole.code, listed.code})))


def match_actions(vocabulary: Vocabulary, label: str) -> Match:
    """Return what a list of next actions comes to: each is mapped, the gravest holds.

    Actions that say nothing (a letter to the referrer) leave the others to decide, and alone
    leave the outcome unmapped. Any other action that is not clear leaves the whole list unclear,
    since it may be the gravest. A review of the whole list overrides its parts.

    Examples
    --------
    >>> from datetime import date
    >>> outcomes = Vocabulary.load("contact-outcome", date(2025, 9, 30))
    >>> match_actions(outcomes, "Early Help,Letter to Referrer,Social Care").code
    'REFERRAL'
    >>> match_actions(outcomes, "Letter to Referrer").code
    'UNMAPPED'
    """
    whole = _match_one(vocabulary, label)
    parts = split_actions(label)
    if whole.method == "reviewed" or len(parts) < 2:
        return whole
    return _match_parts(vocabulary, parts) or Match(UNMAPPED, "none")


def split_actions(label: str) -> list[str]:
    """Return the parts of a list of outcomes or next actions, in their order.

    Examples
    --------
    >>> split_actions("Early Help, Letter to Referrer")
    ['Early Help', 'Letter to Referrer']
    """
    return [part.strip() for part in _SEPARATORS.split(label) if part.strip()]


def _match_parts(vocabulary: Vocabulary, parts: Iterable[str]) -> Match | None:
    """Return the outcome that prevails; None where a part is unclear, or none says anything."""
    codes = {_match_one(vocabulary, p).code for p in parts if not vocabulary.is_silent(p)}
    if not codes or not codes <= set(PRECEDENCE):
        return None
    return Match(prevailing(codes), "list", tuple(sorted(codes)))


def _match_one(vocabulary: Vocabulary, label: str) -> Match:
    """Match a label, and where it means nothing so, without the number before it ("01. NFA")."""
    whole = vocabulary.match(label)
    if whole.code != UNMAPPED or whole.method == "reviewed":
        return whole
    rest = _NUMBER.sub("", label, count=1)
    return whole if rest == label else vocabulary.match(rest)
