"""Enrolled: what the desk makes of the register, and so who can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from equipoise.core.base import ProblemsError
from equipoise.design.registers.desk.checking import register_problems
from equipoise.design.registers.desk.desk import Desk
from equipoise.design.registers.desk.standing import SchoolStanding, left_before, standings
from equipoise.design.registers.enrolment import Enrolment
from equipoise.design.registers.registers import Registers

#: Enrols the eligible schools of the register without those that are left out, with the reasons.
Enrol = Callable[[Mapping[str, str]], Enrolment]


@dataclass(frozen=True)
class Enrolled:
    """What the enrolment desk makes of the register.

    Attributes
    ----------
    desk
        The desk.
    schools
        Where every school stands that is eligible by the register or on the desk.
    possible
        The enrolment of all that did not turn out ineligible and did not decline.
    drawable
        The enrolment of the complete and the committed schools.
    """

    desk: Desk
    schools: tuple[SchoolStanding, ...]
    possible: Enrolment
    drawable: Enrolment


def enrolled(
    desk: Desk,
    registers: Registers,
    enrol: Enrol,
    *,
    committed: Collection[str],
    requires: Sequence[str],
) -> Enrolled:
    """Weigh the desk against the register.

    Parameters
    ----------
    desk, registers
        What is known.
    enrol
        Applies the protocol's criteria to the register.
    committed
        URNs of committed schools: they stay whatever the desk says.
    requires
        What is needed before a school can be committed.

    Returns
    -------
    Enrolled
        Every school that was approached is not eligible, declined, incomplete, complete or
        committed, and no two of them.

    Raises
    ------
    ProblemsError
        Where the desk names schools or authorities that are not in the register.
    """
    problems = register_problems(desk, registers)
    if problems:
        raise ProblemsError(problems)
    place = {school.urn: school.la_code for school in registers.schools}
    out = left_before(desk, enrol({}), place, committed)
    gone = {u: one.words() for u, one in out.items() if one.state != "not-approached"}
    possible = enrol(gone)
    schools = standings(desk, out, possible, committed, requires, place)
    left = {s.urn: s.words() for s in schools if s.state not in ("complete", "committed")}
    return Enrolled(desk, schools, possible, enrol(left))
