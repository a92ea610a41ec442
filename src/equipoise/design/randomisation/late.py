"""Late joiners: schools that come after their stage was committed, drawn as a stage of their own.

A stage of late joiners is called after the one that it joins: ``900-2``, then ``900-3``. It has
its own roster, seed, event and draw, and changes nothing that was drawn before. A school stands
in one stage only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol import Protocol
from equipoise.design.randomisation.rosters import stages_of, units_of
from equipoise.design.registers import Enrolment, Unit

__all__ = [
    "Candidates",
    "JoinedSchool",
    "candidates_of",
    "check_stage",
    "chosen",
    "joined_stage",
    "late_stages",
]

_LATE = re.compile(r"(.+)-(\d+)")
_REGISTER, _LEADS = "design/register.csv", "design/dsls.csv"


@dataclass(frozen=True)
class JoinedSchool:
    """A school that shares its lead with a drawn unit, whose arm it is given: not randomised."""

    urn: str
    unit: str


@dataclass(frozen=True)
class Candidates:
    """What a stage could draw.

    Attributes
    ----------
    units
        Units none of whose schools stands in a stage, in order of name.
    sharing
        Other schools that stand in no stage: each with the drawn units with which it shares a
        safeguarding lead.
    elsewhere
        Schools of this authority that stand in a stage of another, with its name.
    left_out
        Schools that cannot be drawn at all, with the reason.
    """

    units: tuple[Unit, ...]
    sharing: Mapping[str, tuple[str, ...]]
    elsewhere: Mapping[str, str]
    left_out: Mapping[str, str] = field(default_factory=dict)


def joined_stage(protocol: Protocol, enrolment: Enrolment, stage: str) -> str | None:
    """Return the stage that a stage of late joiners joins; None for a stage that is none.

    Examples
    --------
    ``900-2`` and ``900-3`` join ``900``, where that is an authority and they are not.
    """
    known = stages_of(protocol, enrolment)
    found = _LATE.fullmatch(stage)
    return found[1] if found and stage not in known and found[1] in known else None


def late_stages(base: str, committed: Collection[str]) -> tuple[str, ...]:
    """Return the stages of late joiners that are committed, and last the next that could be.

    Examples
    --------
    >>> late_stages("900", ["900", "900-2", "901"])
    ('900-2', '900-3')
    """
    names = [f"{base}-2"]
    while names[-1] in committed:
        names.append(f"{base}-{len(names) + 2}")
    return tuple(names)


def check_stage(
    protocol: Protocol, enrolment: Enrolment, stage: str, committed: Collection[str]
) -> str | None:
    """Return the stage that a stage joins, or None; refuse a stage of late joiners out of turn.

    Parameters
    ----------
    protocol, enrolment
        The trial, and who can be drawn.
    stage
        The stage that is to be committed.
    committed
        The stages that are.

    Raises
    ------
    ProblemsError
        A stage of no authority, one of late joiners whose own stage is not committed, or another
        number than the next.
    """
    base = joined_stage(protocol, enrolment, stage)
    if base is None:
        if stage not in stages_of(protocol, enrolment):
            units_of(protocol, enrolment, stage)  # says which stages there are
        return None
    following = late_stages(base, committed)[-1] if base in committed else base
    if stage not in committed and stage != following:
        raise ProblemsError(
            [
                Problem(
                    "--stage",
                    f"stage {stage}",
                    f"late joiners of stage {base}, which is not committed yet"
                    if following == base
                    else "another number than the next",
                    f"the stage {following}",
                    f"give --stage {following}",
                )
            ]
        )
    return base


def candidates_of(
    protocol: Protocol, enrolment: Enrolment, stage: str, placed: Mapping[str, tuple[str, str]]
) -> Candidates:
    """Find who could be drawn in a stage, given who stands in another.

    Parameters
    ----------
    protocol, enrolment
        Who takes part.
    stage
        An authority's code, ``all``, or either with a number.
    placed
        Stage and unit of every school of a committed stage.
    """
    base = joined_stage(protocol, enrolment, stage) or stage
    left_out = {one.urn: one.reason for one in enrolment.excluded}
    if not placed:
        return Candidates(units_of(protocol, enrolment, base), {}, {}, left_out)
    staged = protocol.design.stages.by is not None
    here = {s.urn: s.unit for s in enrolment.schools if not staged or s.la_code == base}
    units, sharing = [], {}
    for unit in enrolment.units:
        drawn_with = tuple(sorted({placed[urn][1] for urn in unit.urns if urn in placed}))
        if not drawn_with and (not staged or unit.la_code == base):
            units.append(unit)
        elif drawn_with:
            new = (urn for urn in unit.urns if urn in here and urn not in placed)
            sharing.update({urn: drawn_with for urn in new})
    mine = {base, *late_stages(base, {name for name, _ in placed.values()})}
    elsewhere = {
        urn: placed[urn][0] for urn in sorted(here) if urn in placed and placed[urn][0] not in mine
    }
    return Candidates(tuple(units), sharing, elsewhere, left_out)


def chosen(
    protocol: Protocol,
    stage: str,
    found: Candidates,
    named: Sequence[str] | None,
    placed: Mapping[str, tuple[str, str]],
) -> tuple[tuple[Unit, ...], tuple[JoinedSchool, ...]]:
    """Choose the units of a stage and what is done about schools that share a drawn lead.

    Parameters
    ----------
    protocol
        Declares the rule for such schools.
    stage
        The stage.
    found
        Its candidates.
    named
        Schools or units to be drawn now; None for all. Those not named can come in a later stage.
    placed
        As in `candidates_of`.

    Raises
    ------
    ProblemsError
        A school that is named and cannot be drawn, one that shares a lead with a drawn unit
        where no rule is declared, or with several, or no unit at all.
    """
    problems = [] if named is None else _unknown(stage, found, named, placed)
    wanted = None if named is None else set(named)
    units = tuple(u for u in found.units if wanted is None or wanted.intersection(u.urns))
    rule = protocol.design.stages.late_shared_dsl
    joined = []
    for urn, drawn_with in sorted(found.sharing.items()):
        if wanted is not None and urn not in wanted:
            continue
        problem = _sharing_problem(urn, drawn_with, placed, rule)
        if problem is not None:
            problems.append(problem)
        elif rule == "join":
            joined.append(JoinedSchool(urn, drawn_with[0]))
    if not problems and not units:
        problems.append(
            Problem(
                _REGISTER,
                f"stage {stage}",
                "no unit to draw",
                "eligible schools of it that stand in no stage yet",
                "correct the stage's name, or add the schools to the register first",
            )
        )
    if problems:
        raise ProblemsError(problems)
    return units, tuple(joined)


def _unknown(
    stage: str, found: Candidates, named: Sequence[str], placed: Mapping[str, tuple[str, str]]
) -> list[Problem]:
    """Say of each school that is named why it cannot be drawn."""
    open_to = {urn for unit in found.units for urn in unit.urns} | set(found.sharing)
    problems = []
    for urn in dict.fromkeys(named):
        if urn in placed:
            words = f"school {urn}, which stands in stage {placed[urn][0]}"
        elif urn not in open_to:
            reason = found.left_out.get(urn, "no school of this stage")
            words = f"school {urn}, which cannot be drawn there: {reason}"
        elif list(named).count(urn) > 1:
            words = f"school {urn} more than once"
        else:
            continue
        problems.append(
            Problem(
                "--units",
                f"stage {stage}",
                words,
                "eligible schools of this stage that stand in none yet, each once",
                "correct the list",
            )
        )
    return problems


def _sharing_problem(
    urn: str, drawn_with: Sequence[str], placed: Mapping[str, tuple[str, str]], rule: str | None
) -> Problem | None:
    """Say why a school that shares a lead with drawn ones cannot simply be placed, or None."""
    drawn = ", ".join(f"{unit} (drawn in stage {placed[unit][0]})" for unit in drawn_with)
    if rule is None:
        return Problem(
            _LEADS,
            f"school {urn}",
            f"a lead or deputy shared with {drawn}",
            "design.stages.late_shared_dsl, which says what is done then: join or exclude",
            "declare it (after the lock: amend), or name the other schools with --units",
        )
    if rule == "join" and len(drawn_with) > 1:
        return Problem(
            _LEADS,
            f"school {urn}",
            f"leads or deputies shared with {drawn}",
            "one drawn unit whose arm it can be given",
            "name the other schools with --units, and say in the report why this one is left out",
        )
    return None
