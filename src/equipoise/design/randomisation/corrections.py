"""Corrections: what a declared rule does with schools of which something is found out late.

Nothing here knows an arm. A rule is a function of the kind, the schools, their rolls, and who
signed when, so that whoever is blind can follow it, and swapping the arms changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.core.base import Problem
from equipoise.core.results import result

__all__ = [
    "KINDS",
    "Correction",
    "CorrectionsResult",
    "DrawnSchool",
    "Effect",
    "effect_of",
    "kind_problems",
]

#: Kinds of correction, each with the fewest and the most schools that it names.
KINDS: dict[str, tuple[int, int | None]] = {
    "enrolled-twice": (2, 2),
    "merged": (2, None),
    "ineligible": (1, None),
    "withdrawn": (1, None),
    "shared-dsl": (2, None),
}


@dataclass(frozen=True)
class DrawnSchool:
    """A school as it was drawn.

    Attributes
    ----------
    urn, unit
        The school, and the unit in which it was drawn.
    stage, turn
        Its stage of the draw, and which stage that was: 0 for the first that was drawn.
    drawn_on
        The day of that draw.
    pupils
        On the roll at the declared census.
    """

    urn: str
    unit: str
    stage: str
    turn: int
    drawn_on: date
    pupils: int


@dataclass(frozen=True)
class Effect:
    """What a correction does to the analysis.

    Attributes
    ----------
    name
        ``kept`` (every school stays as drawn), ``set-aside`` or ``joined``.
    set_aside
        Schools whose rows are not analysed by themselves, in order.
    into
        The school with which they are counted, where they are joined.
    """

    name: str
    set_aside: tuple[str, ...] = ()
    into: str | None = None


@dataclass(frozen=True)
class Correction:
    """A correction as it was signed; the allocation and every roster stay what they were.

    Attributes
    ----------
    kind, urns
        One of `KINDS`, and its schools in the order in which they were named.
    stage
        The stage in which the first of them was drawn.
    reason
        In the words of those who signed.
    effective
        Since when it is so (ISO date), or None where nobody said.
    by
        Who signed.
    phase
        The trial's state when it was signed.
    rule
        The declared rule of that kind, at that time.
    effect, set_aside, into
        As in `Effect`.
    """

    kind: str
    urns: tuple[str, ...]
    stage: str
    reason: str
    effective: str | None
    by: tuple[str, ...]
    phase: str
    rule: str
    effect: str
    set_aside: tuple[str, ...]
    into: str | None


@result("design.corrections", version=1)
@dataclass(frozen=True)
class CorrectionsResult:
    """Every correction of a trial.

    Attributes
    ----------
    trial
        Its id.
    corrections
        In the order of the ledger.
    """

    trial: str
    corrections: tuple[Correction, ...]


def kind_problems(kind: str, urns: Sequence[str], reason: str) -> tuple[Problem, ...]:
    """Return what is wrong with a correction before any roster is looked at."""
    found: list[Problem] = []

    def add(place: str, what: str, expected: str, remedy: str) -> None:
        found.append(Problem("act correct", place, what, expected, remedy))

    if not reason.strip():
        add("--reason", "no reason", "why, in words", "say what was found, by whom and when")
    if kind not in KINDS:
        add("--kind", repr(kind), "one of " + ", ".join(KINDS), "choose one of them")
        return tuple(found)
    fewest, most = KINDS[kind]
    many = f"{fewest} schools" if most == fewest else f"{fewest} or more schools"
    if not fewest <= len(urns) <= (most or len(urns)):
        count = f"{len(urns)} school{'s' if len(urns) != 1 else ''}"
        words = "the URNs of " + (many if fewest > 1 else "1 school or more")
        add("--units", count, words, "give them divided by commas: --units 900001,900002")
    twice = sorted({urn for urn in urns if list(urns).count(urn) > 1})
    if twice:
        add("--units", f"{twice[0]} twice", "each school once", "remove one of the two")
    return tuple(found)


def effect_of(
    kind: str,
    rule: str,
    schools: Sequence[DrawnSchool],
    *,
    effective: date | None,
    blind: bool,
) -> Effect:
    """Return what a rule of `CorrectionRules` does.

    Parameters
    ----------
    kind, rule
        The kind of correction and its declared rule.
    schools
        Its schools, in the order in which they were named.
    effective
        Since when it is so.
    blind
        Whether both who sign are declared blind and sign before unblinding.

    Examples
    --------
    >>> day = date(2021, 9, 16)
    >>> two = [DrawnSchool("900001", "900001", "900", 0, day, 120),
    ...        DrawnSchool("900002", "900002", "900", 0, day, 240)]
    >>> effect_of("merged", "arm-of-larger", two, effective=None, blind=True)
    Effect(name='joined', set_aside=('900001',), into='900002')
    >>> effect_of("ineligible", "exclude-if-blind", two[:1], effective=day, blind=False)
    Effect(name='kept', set_aside=(), into=None)
    """
    match kind, rule:
        case "merged", "arm-of-larger":
            return _joined(schools, min(schools, key=lambda s: (-s.pupils, s.urn)))
        case "merged", "arm-of-first":
            return _joined(schools, schools[0])
        case "merged", "set-aside":
            return _aside(schools)
        case "enrolled-twice", "first":
            # Sorting is stable: of two drawn at once the one named first is the first.
            return _aside(sorted(schools, key=lambda school: school.turn)[1:])
        case "ineligible", "exclude-if-blind":
            older = effective is not None and all(effective <= s.drawn_on for s in schools)
            return _aside(schools) if older and blind else Effect("kept")
    return Effect("kept")


def _joined(schools: Sequence[DrawnSchool], host: DrawnSchool) -> Effect:
    return Effect("joined", tuple(s.urn for s in schools if s is not host), host.urn)


def _aside(schools: Sequence[DrawnSchool]) -> Effect:
    return Effect("set-aside", tuple(school.urn for school in schools))
