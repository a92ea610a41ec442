"""Signals: every finding about an extract, each told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from equipoise.authority.quality.breaks import break_findings
from equipoise.authority.quality.doubles import double_findings
from equipoise.authority.quality.findings import Finding, finding, kinds, limit, percent
from equipoise.authority.quality.months import Signs
from equipoise.authority.quality.recording import open_case_findings, outcome_findings
from equipoise.authority.quality.volume import volume_findings
from equipoise.authority.rules import SchoolCount

#: What explains another finding of the same month: a month that stands twice is also unusual.
_EXPLAINED_BY = {
    "unusual-month": ("double-export",),
    "level-shift": ("migration", "open-cases-mixed", "open-cases-changed"),
    "outcomes-missing": ("migration", "nfa-by-absence"),
    "outcomes-unclear": ("migration",),
    "open-cases-changed": ("migration",),
}


def signals(signs: Signs) -> tuple[Finding, ...]:
    """Look for everything that may be wrong with an extract.

    Parameters
    ----------
    signs
        What it shows month by month.

    Returns
    -------
    tuple of Finding
        In the order of kinds, then months; () where it has fewer months than say what is usual,
        but for rows that stand twice, which need no other month.
    """
    found = list(double_findings(signs))
    if len(signs.months) >= limit("months") and any(signs.counts("contacts")):
        found += volume_findings(signs)
        found += open_case_findings(signs)
        found += outcome_findings(signs)
        found += _real_breaks(break_findings(signs), found)
        found += _border(signs)
    return in_order(found_one for found_one in found if not _is_explained(found_one, found))


def roll_findings(
    authority: str, counts: Iterable[SchoolCount], pupils: Mapping[str, int]
) -> tuple[Finding, ...]:
    """Tell of schools about more of whose children there was contact than their roll allows.

    Parameters
    ----------
    authority
        Whose schools.
    counts
        By school and window.
    pupils
        On the roll, by URN.

    Examples
    --------
    >>> from dataclasses import fields
    >>> row = {f.name: 0 for f in fields(SchoolCount)} | {
    ...     "urn": "900001", "window": "year", "children": 80, "csa_any": None}
    >>> [found.seen for found in roll_findings("900", [SchoolCount(**row)], {"900001": 60})]
    ['school 900001, window year: contacts about 80 children, 60 on the roll']
    """
    found = []
    for count in counts:
        roll = pupils.get(count.urn)
        if roll is None or count.children < limit("roll_children"):
            continue
        if count.children > limit("roll_share") * roll:
            found.append(
                finding(
                    authority,
                    "roll",
                    [],
                    f"school {count.urn}, window {count.window}: contacts about "
                    f"{count.children} children, {roll} on the roll",
                    f"at most {percent(limit('roll_share'))} of a school's pupils",
                    "sure" if count.children > roll else "likely",
                )
            )
    return tuple(found)


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of their kinds, then of months."""
    order = list(kinds())
    return tuple(sorted(found, key=lambda f: (order.index(f.kind), f.months[:1], f.seen)))


def _border(signs: Signs) -> Iterable[Finding]:
    schools, beyond = sum(signs.counts("school_contacts")), sum(signs.counts("not_school"))
    if beyond >= limit("double_rows") and beyond / schools > limit("border_share"):
        yield finding(
            signs.authority,
            "border",
            signs.numbers(),
            f"{percent(beyond / schools)} of contacts with the source school name no school of "
            f"this authority ({beyond:,})",
            f"at most {percent(limit('border_share'))}",
            "possible",
        )


def _real_breaks(breaks: Iterable[Finding], found: Iterable[Finding]) -> Iterable[Finding]:
    """Pass on breaks other than that of the outcome which a blank now stands for."""
    absent = {one.first for one in found if one.kind == "nfa-by-absence"}
    for one in breaks:
        if one.first in absent and "source" not in one.seen and "number" not in one.seen:
            continue
        yield one


def _is_explained(one: Finding, found: Iterable[Finding]) -> bool:
    by = _EXPLAINED_BY.get(one.kind, ())
    return any(other.kind in by and other is not one and _is_near(other, one) for other in found)


def _is_near(other: Finding, one: Finding) -> bool:
    if one.kind == "unusual-month":
        return one.first in other.months
    return abs(_number(other.first) - _number(one.first)) <= 1


def _number(month: str) -> int:
    """Return a month as a number that counts on over the years; far from all for none."""
    return int(month[:4]) * 12 + int(month[5:]) if month else -100
