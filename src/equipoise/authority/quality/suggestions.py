"""Suggestions: what the rows of an extract say about each question, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from equipoise.authority.quality.facts import LATE, SOON, Facts

#: Contacts a month before and after a boundary must differ by this factor to be called a step.
STEP = 1.5
#: The share of no further action must differ by so much.
STEP_OF_SHARE = 0.10
#: A step is looked for between so many months before and after.
MONTHS = 3

_SHAPES = {
    "local-columns": "The headings are plain columns, as many systems export them.",
    "standard-dataset": "The headings are those of the Standard Safeguarding Dataset.",
    "tick-boxes": "The headings are those of a live system with two boxes to tick.",
    "next-actions": "The headings are those of a warehouse with lists of next actions.",
    "vendor-codes": "The headings are those of a system whose sources are its own codes.",
    "yearly-sheets": "The headings are those of a workbook kept by hand.",
}


#: Questions to which only outcomes suggest anything.
_BY_OUTCOMES = ("contact", "gateway", "family_help")


def suggestions(
    facts: Facts, *, shape: str = "", notes: Sequence[str] = (), outcomes: bool = True
) -> dict[str, str]:
    """Say what an extract suggests for each question; a question is left out where it says nothing.

    Only shares and dates are said, never what was typed.

    Parameters
    ----------
    facts
        What the rows show.
    shape, notes
        The shape that the reader found, and what it had to assume.
    outcomes
        Whether outcomes are recorded: else nothing is said that follows from them.

    Examples
    --------
    >>> said = suggestions(Facts(rows=200, contacts=200, open_known=200, on_open_case=62))
    >>> said["open_cases"]
    '31 % of contacts fall on open cases: are these counted?'
    """
    if not facts.rows:
        return {}
    said = {
        "system": _SHAPES.get(shape, ""),
        "contact": _contact(facts),
        "one_row_per": _one_row_per(facts),
        "siblings": _siblings(facts),
        "gateway": _gateway(facts),
        "time_limit": _time_limit(facts),
        "open_cases": _open_cases(facts),
        "repeats": f"{_share(facts.soon, facts.rows)} of contacts follow another on the same child "
        f"within {SOON} days.",
        "overwritten": _overwritten(facts),
        "encoding": "; ".join(note for note in notes if "read as" in note),
        "threshold": _threshold(facts),
        "family_help": _family_help(facts),
        "front_door": _front_door(facts),
        "system_change": _system_change(facts),
        "dates": _dates(facts),
    }
    for name in () if outcomes else _BY_OUTCOMES:
        del said[name]
    return {name: words[:1].upper() + words[1:] for name, words in said.items() if words}


def _contact(facts: Facts) -> str:
    advice, early = facts.outcomes["ADVICE"], facts.outcomes["EARLY_HELP"]
    return (
        f"{_share(advice, facts.rows)} of contacts ended in advice and {_share(early, facts.rows)} "
        "in early help: are consultations and requests for early help among them?"
    )


def _one_row_per(facts: Facts) -> str:
    if facts.shared:
        return (
            f"{_share(facts.shared, facts.contacts)} of contact numbers stand on several rows, "
            "each with another child."
        )
    return "Every contact number stands on one row: is that one child, or one family?"


def _siblings(facts: Facts) -> str:
    if facts.shared:
        each = facts.rows / facts.contacts
        return f"There are {each:.2f} children to a contact."
    if facts.alike:
        return (
            f"{_share(facts.alike, facts.rows)} of rows have another on the same day, from the "
            "same caller with the same outcome, about another child."
        )
    return "No two rows look like one call about several children."


def _gateway(facts: Facts) -> str:
    early = facts.outcomes["EARLY_HELP"]
    if early:
        return f"{_share(early, facts.rows)} of contacts ended in early help."
    return "No contact ended in early help: are such requests recorded elsewhere?"


def _time_limit(facts: Facts) -> str:
    if not facts.dated:
        return "No date of a decision is recorded."
    return (
        f"{_share(facts.in_one_day, facts.dated)} of decisions came by the end of the next working "
        "day (bank holidays not known here)."
    )


def _open_cases(facts: Facts) -> str:
    if not facts.open_known:
        return "Nothing in the extract says whether a case was open."
    if not facts.on_open_case:
        return "No contact falls on an open case: are such calls recorded elsewhere?"
    share = _share(facts.on_open_case, facts.rows)
    return f"{share} of contacts fall on open cases: are these counted?"


def _overwritten(facts: Facts) -> str:
    if not facts.dated:
        return ""
    late = _share(facts.late, facts.dated)
    return f"{late} of decisions are dated more than {LATE} days after the contact."


def _family_help(facts: Facts) -> str:
    if facts.family_help is None:
        return "No outcome says family help."
    return f"An outcome first says family help on {facts.family_help.isoformat()}."


def _front_door(facts: Facts) -> str:
    best, words = STEP, ""
    for month, before, after in _boundaries(facts):
        low, high = (fmean(rows for rows, _ in side) for side in (before, after))
        ratio = max(high / low, low / high) if low and high else 0.0
        if ratio > best:
            best = ratio
            words = (
                f"Contacts a month went from about {low:.0f} to about {high:.0f} at the start of "
                f"{_month(month)}."
            )
    return words


def _threshold(facts: Facts) -> str:
    best, words = STEP_OF_SHARE, ""
    for month, before, after in _boundaries(facts):
        low, high = (sum(n for _, n in side) / sum(r for r, _ in side) for side in (before, after))
        if abs(high - low) > best:
            best = abs(high - low)
            words = (
                f"The share of no further action went from {low:.0%} to {high:.0%} at the start of "
                f"{_month(month)}."
            ).replace("%", " %")
    return words


def _system_change(facts: Facts) -> str:
    months = sorted(facts.forms)
    for before, month in pairwise(months):
        old, new = (facts.forms[m].most_common(1)[0][0] for m in (before, month))
        if new != old and not facts.forms[before][new]:
            return f"Contact numbers have another form from {_month(month)} on."
    return ""


def _dates(facts: Facts) -> str:
    if facts.first is None or facts.last is None or facts.latest is None:
        return ""
    return (
        f"Contacts run from {facts.first.isoformat()} to {facts.last.isoformat()}; the latest date "
        f"of all is {facts.latest.isoformat()}."
    )


Side = list[tuple[int, int]]


def _boundaries(facts: Facts) -> list[tuple[int, Side, Side]]:
    """Return each month with the months before it and from it on; the outer months may be cut."""
    months = sorted(facts.months)[1:-1]
    return [
        (
            months[place],
            [facts.months[m] for m in months[place - MONTHS : place]],
            [facts.months[m] for m in months[place : place + MONTHS]],
        )
        for place in range(MONTHS, len(months) - MONTHS + 1)
    ]


def _month(month: int) -> str:
    return f"{month // 100}-{month % 100:02d}"


def _share(part: int, whole: int) -> str:
    """Return a share in words.

    Examples
    --------
    >>> _share(0, 10), _share(1, 1000), _share(62, 200), _share(999, 1000)
    ('0 %', 'less than 1 %', '31 %', 'more than 99 %')
    """
    percent = round(100 * part / whole) if whole else 0
    if percent == 0 and part:
        return "less than 1 %"
    if percent == 100 and part < whole:
        return "more than 99 %"
    return f"{percent} %"
