"""Evaluability: whether an authority's records can carry the primary outcome of a trial."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from equipoise.authority.quality.comparability import compare
from equipoise.authority.quality.findings import Finding, Limit, percent
from equipoise.authority.quality.incomparable import Recorded
from equipoise.authority.quality.linkage import together
from equipoise.authority.quality.report import Quality
from equipoise.authority.quality.spread import spread_of
from equipoise.authority.rules import SchoolCount
from equipoise.core.results import result

PRIMARY = "nfa_any_strict"
Answer = Literal["yes", "yes-if", "no"]
#: A month with such a finding is no month of a baseline.
_UNUSABLE = (
    "missing-month",
    "missing-schools",
    "cut-off",
    "double-export",
    "open-cases-mixed",
    "nfa-by-absence",
    "outcomes-missing",
    "outcomes-unclear",
)
#: Rules of comparability of which the verdict speaks with limits of its own.
_SAID_ABOVE = (
    "schools-not-named",
    "outcomes-missing",
    "outcomes-unmapped",
    "outcomes-pending",
    "outcomes-lacking",
    "pupils-not-linked",
)


@result("authority.evaluability", version=2)
@dataclass(frozen=True)
class Evaluability:
    """What one baseline extract says about a trial in this authority.

    Attributes
    ----------
    authority, name
        Its code and name.
    first, last
        The first and last month that the rates are of; ``2024-09``.
    months, months_usable
        Months covered, and those of them without a finding that spoils them.
    schools, schools_without_roll, schools_with_contacts
        Schools of the roster; those without pupils given; those with a contact counted.
    pupils
        On the roll, of the schools with one; None where no rolls were given.
    children, contacts
        Distinct children with no further action, strict, summed over schools; new contacts.
    rate, contacts_rate
        The same per 1,000 pupils, at schools with a roll; None without rolls.
    sd, cv, icc
        Of schools' rates: standard deviation per 1,000, chance included; coefficient of variation
        and correlation between schools, chance taken off. None without rolls.
    linkage
        Share of contacts by schools whose school is known; what is no school is left out.
    linkage_attended
        Share of contacts by schools whose child was linked to a roll; None where there is none.
    unclear
        Share of contacts by schools whose outcome is blank, unclear or pending.
    answer
        ``yes``, ``yes-if`` or ``no``.
    obstacles, conditions, remarks
        Why not; what has to be done first; what to bear in mind. In sentences.
    findings
        What seems wrong with the extract.
    """

    authority: str
    name: str
    first: str
    last: str
    months: int
    months_usable: int
    schools: int
    schools_without_roll: int
    schools_with_contacts: int
    pupils: int | None
    children: int
    contacts: int
    rate: float | None
    contacts_rate: float | None
    sd: float | None
    cv: float | None
    icc: float | None
    linkage: float
    unclear: float
    linkage_attended: float | None
    answer: Answer
    obstacles: tuple[str, ...]
    conditions: tuple[str, ...]
    remarks: tuple[str, ...]
    findings: tuple[Finding, ...]


def evaluability(
    recorded: Recorded, counts: tuple[SchoolCount, ...], pupils: Mapping[str, int]
) -> Evaluability:
    """Say whether an authority can carry the primary outcome, and why.

    Parameters
    ----------
    recorded
        Its quality report, over the one window of the baseline.
    counts
        By school, in that window.
    pupils
        On the roll, by URN; empty where no rolls are given.

    Raises
    ------
    ValueError
        Without exactly one window.
    """
    (window,) = recorded.windows
    quality = recorded.quality
    (of_window,) = quality.windows
    school = of_window.school_contacts - of_window.not_school
    linkage = 1.0 - of_window.school_contacts_unresolved / school if school else 0.0
    lost = of_window.missing + of_window.unmapped + of_window.pending
    unclear = lost / of_window.school_contacts if of_window.school_contacts else 0.0
    rolled = [count for count in counts if pupils.get(count.urn, 0) > 0]
    spread = None
    if len(rolled) > 1:
        spread = spread_of([c.nfa_any_strict for c in rolled], [pupils[c.urn] for c in rolled])
    usable = usable_months(quality)
    attended = together(quality.linkage, of_window.window)
    judged = _Judged(
        linkage=linkage,
        unclear=unclear,
        usable=len(usable),
        schools=len(counts),
        children=sum(count.nfa_any_strict for count in counts),
        rolls=len(rolled),
        attended=None if attended is None else 1.0 - attended.share_lost,
        by_attended=quality.school == "attended",
    )
    obstacles, conditions, remarks = _verdict(recorded, judged)
    return Evaluability(
        authority=recorded.authority,
        name=recorded.name,
        first=window.start.isoformat()[:7],
        last=window.end.isoformat()[:7],
        months=sum(month.whole for month in quality.months),
        months_usable=len(usable),
        schools=len(counts),
        schools_without_roll=len(counts) - len(rolled),
        schools_with_contacts=sum(count.contacts > 0 for count in counts),
        pupils=None if spread is None else spread.pupils,
        children=judged.children,
        contacts=sum(count.contacts for count in counts),
        rate=None if spread is None else 1000 * spread.rate,
        contacts_rate=(
            None
            if spread is None
            else 1000 * sum(count.contacts for count in rolled) / spread.pupils
        ),
        sd=None if spread is None else 1000 * spread.sd,
        cv=None if spread is None else spread.cv,
        icc=None if spread is None else spread.icc,
        linkage=linkage,
        unclear=unclear,
        linkage_attended=None if attended is None else 1.0 - attended.share_lost,
        answer="no" if obstacles else "yes-if" if conditions else "yes",
        obstacles=obstacles,
        conditions=conditions,
        remarks=remarks,
        findings=quality.findings,
    )


def usable_months(quality: Quality) -> tuple[str, ...]:
    """Return the whole months covered that no finding spoils."""
    spoilt = {m for one in quality.findings if one.kind in _UNUSABLE for m in one.months}
    return tuple(m.month for m in quality.months if m.whole and m.month not in spoilt)


@dataclass(frozen=True)
class _Judged:
    """The numbers that the verdict looks at."""

    linkage: float
    unclear: float
    usable: int
    schools: int
    children: int
    rolls: int
    attended: float | None
    by_attended: bool


Sentences = tuple[str, ...]


def _verdict(recorded: Recorded, found: _Judged) -> tuple[Sentences, Sentences, Sentences]:
    """Return obstacles, conditions and remarks."""
    obstacles: list[str] = []
    conditions: list[str] = []
    remarks: list[str] = []
    months = f"{found.usable} months are usable; a year needs {_limit('months'):.0f}."
    if found.usable < _limit("months"):
        obstacles.append(months)
    for words, into in _linkage_words(found):
        {"obstacle": obstacles, "condition": conditions, "remark": remarks}[into].append(words)
    blank = f"{percent(found.unclear)} of outcomes are blank, unclear or pending"
    if found.unclear > _limit("unclear_most"):
        obstacles.append(f"{blank}; at most {percent(_limit('unclear_most'))} can be borne.")
    elif found.unclear > _limit("unclear_good"):
        conditions.append(f"{blank}: decide on labels in labels.csv, or extract later.")
    if found.rolls < 2:
        conditions.append("Rolls are given: without pupils there is no rate (--rolls).")
    if found.children < _limit("children"):
        remarks.append(f"{found.children} children were counted: rates are uncertain.")
    if found.schools < _limit("schools"):
        remarks.append(f"{found.schools} schools: the spread between them is uncertain.")
    for reason in compare([recorded]).cell(recorded.authority, PRIMARY).reasons:
        if reason.code in _SAID_ABOVE:
            continue
        if reason.verdict == "unknown":
            conditions.append(f"This is answered in the profile. {reason.words}")
        else:
            (obstacles if reason.verdict == "not" else remarks).append(reason.words)
    return tuple(obstacles), tuple(conditions), tuple(remarks)


def _linkage_words(found: _Judged) -> Iterator[tuple[str, str]]:
    """Yield what is said of contacts whose school is known, and where it belongs."""
    least, good = _limit("linkage_least"), _limit("linkage_good")
    if found.attended is not None:
        rolled = f"{percent(found.attended)} of contacts by schools were linked to a roll"
        if not found.by_attended:
            yield f"{rolled}: the school attended can be counted by as well.", "remark"
        elif found.attended < least:
            yield f"{rolled}; at least {percent(least)} is needed.", "obstacle"
        elif found.attended < good:
            yield f"{rolled}: look for the other children's pupil numbers.", "condition"
    linked = f"The school of {percent(found.linkage)} of contacts by schools is known"
    if not found.by_attended and found.linkage < least:
        yield f"{linked}; at least {percent(least)} is needed.", "obstacle"
    elif not found.by_attended and found.linkage < good:
        yield f"{linked}: decide on the others in schools.csv.", "condition"


@cache
def evaluability_limits() -> Mapping[str, Limit]:
    """Return the declared limits of the verdict by name."""
    text = (files(__package__) / "data" / "evaluability.json").read_text(encoding="utf-8")
    return {entry["name"]: Limit(**entry) for entry in json.loads(text)["limits"]}


def _limit(name: str) -> float:
    return evaluability_limits()[name].value
