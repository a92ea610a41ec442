"""Outcomes: several at once, and which of them prevails."""

from __future__ import annotations

import re
from collections.abc import Iterable

from equipoise.authority.vocabulary.vocabulary import UNMAPPED, Match, Vocabulary

_SEPARATORS = re.compile(r"[;,|\n]")

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

    A list is read only where every part of it is clear.

    Examples
    --------
    >>> from datetime import date
    >>> outcomes = Vocabulary.load("contact-outcome", date(2025, 9, 30))
    >>> match_outcome(outcomes, "NFA; Early Help").code
    'EARLY_HELP'
    """
    whole = vocabulary.match(label)
    parts = [part for part in _SEPARATORS.split(label) if part.strip()]
    if whole.code != UNMAPPED or len(parts) < 2:
        return whole
    codes = {vocabulary.match(part).code for part in parts}
    if codes <= set(PRECEDENCE):
        return Match(prevailing(codes), "list", tuple(sorted(codes)))
    return whole
