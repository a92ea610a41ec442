"""Checking: whether what the desk says can be true, every contradiction at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.core.base import Problem, Problems, shape_of
from equipoise.design.registers.desk.desk import AUTHORITIES, SCHOOLS, Desk, Known
from equipoise.design.registers.desk.facts import BY_NAME, REQUIREMENTS, Level, facts_of
from equipoise.design.registers.registers import Registers

#: Days that may not lie before the day of the first approach. A data sharing agreement may be
#: older than the trial.
_AFTER_APPROACH = ("agreement", "privacy_notice", "baseline")
#: Answers that name no person.
_PLAIN_LEAD = ("yes", "no")


@dataclass(frozen=True)
class Committed:
    """A school of a committed stage: which stage, on which day, and whether it is drawn.

    One that came late and shares a lead with a drawn one may be given that one's arm instead.
    """

    stage: str
    on: date
    drawn: bool = True


def register_problems(desk: Desk, registers: Registers) -> tuple[Problem, ...]:
    """Return which schools and authorities of the desk are not in the register."""
    problems = Problems()
    codes = {code for code, _ in registers.authorities}
    for urn in sorted(desk.schools):
        if urn not in registers:
            problems.add(
                file=SCHOOLS,
                place=f"school {urn}",
                found="an unknown URN",
                expected="a school of design/register.csv",
                remedy="correct the URN, or add the school to the register",
            )
    for code in sorted(desk.authorities):
        if code not in codes:
            problems.add(
                file=AUTHORITIES,
                place=f"authority {code}",
                found="an unknown code",
                expected="an authority of design/register.csv",
                remedy="correct the code",
            )
    return tuple(problems)


def desk_problems(
    desk: Desk,
    registers: Registers,
    *,
    on: date,
    roll_date: date,
    outside: Mapping[str, str],
    committed: Mapping[str, Committed],
    requires: Sequence[str],
) -> tuple[Problem, ...]:
    """Return everything on the desk that cannot be true.

    Parameters
    ----------
    desk, registers
        What is checked, and against which schools, rolls and leads.
    on
        Today: nothing was done later.
    roll_date
        The census whose rolls bound the opt-outs.
    outside
        From URN to why the register's own criteria exclude a school.
    committed
        Schools of committed stages: what the draw relied on stands.
    requires
        What they needed.

    Returns
    -------
    tuple of Problem
        In order of authority and school.
    """
    found: list[Problem] = [*register_problems(desk, registers)]
    leads: dict[str, set[str]] = defaultdict(set)
    for dsl in registers.dsls:
        leads[dsl.urn].add(dsl.person_id)
    for code, known in sorted(desk.authorities.items()):
        found.extend(_dated("authority", code, known, on))
    for urn, known in sorted(desk.schools.items()):
        if urn not in registers:
            continue
        found.extend(_dated("school", urn, known, on))
        found.extend(_answers(urn, known, outside.get(urn)))
        found.extend(_registered(urn, known, leads[urn], registers.pupils_at(urn, roll_date)))
    for urn, stage in sorted(committed.items()):
        if urn in desk.schools:
            found.extend(_settled(urn, desk.schools[urn], stage, requires))
    return tuple(found)


def _at(level: Level, key: str, name: str, found: str, expected: str, remedy: str) -> Problem:
    file = SCHOOLS if level == "school" else AUTHORITIES
    return Problem(file, f"{level} {key}, {name}", found, expected, remedy)


def _dated(level: Level, key: str, known: Known, on: date) -> Iterator[Problem]:
    """Yield days to come, facts of nobody who was asked, and days before that."""
    first = known.get("approached")
    days = {n: known[n] for n in known if BY_NAME[n].column.kind == "date"}
    for name, value in days.items():
        if value > on:
            yield _at(
                level, key, name, f"{value}, a day to come", f"{on} or earlier", "correct the date"
            )
    if first is None:
        given = [f.name for f in facts_of(level) if f.name in known and f.name != "data_sharing"]
        if given:
            yield _at(
                level,
                key,
                "approached",
                f"no date, but {', '.join(given)}",
                "the day on which it was first asked, before anything else",
                "fill in the date of the approach",
            )
        return
    for name in _AFTER_APPROACH:
        if name in days and days[name] < first:
            yield _at(
                level,
                key,
                name,
                f"{days[name]}, before it was approached on {first}",
                f"{first} or later",
                "correct one of the two dates",
            )


def _answers(urn: str, known: Known, outside: str | None) -> Iterator[Problem]:
    """Yield answers that contradict each other, or the register."""
    eligible, why = known.get("eligible"), known.get("not_eligible")
    if eligible == "no" and why is None:
        expected = BY_NAME["not_eligible"].expected()
        yield _at("school", urn, "not_eligible", "nothing", expected, "say why it is not eligible")
    if why is not None and eligible != "no":
        said = f"eligible: {eligible}" if eligible else "nothing under eligible"
        yield _at(
            "school",
            urn,
            "not_eligible",
            f"{why}, with {said}",
            "a reason only where eligible is no",
            "correct one of the two",
        )
    if eligible == "yes" and outside is not None:
        yield _at(
            "school",
            urn,
            "eligible",
            f"yes, but by the register: {outside}",
            "no, or a school of the population that the protocol declares",
            "correct the desk, or the register",
        )
    if eligible == "no" and "declined" in known:
        yield _at(
            "school",
            urn,
            "declined",
            f"{known['declined']}, of a school that is not eligible",
            "a school that is not eligible, or one that declined",
            "keep the one that came first",
        )


def _registered(
    urn: str, known: Known, leads: Collection[str], pupils: int | None
) -> Iterator[Problem]:
    """Yield a lead who is not at the school, and more opt-outs than pupils."""
    lead, out = known.get("named_dsl"), known.get("opt_outs")
    if lead is not None and lead not in _PLAIN_LEAD and lead not in leads:
        yield _at(
            "school",
            urn,
            "named_dsl",
            f"{shape_of(lead)}, no lead of this school",
            BY_NAME["named_dsl"].expected(),
            "never write a name here; add the lead to design/dsls.csv and give the id",
        )
    if out is not None and pupils is not None and out > pupils:
        yield _at(
            "school",
            urn,
            "opt_outs",
            f"more than the {pupils} pupils on the roll",
            f"a whole number from 0 to {pupils}",
            "correct the count",
        )


def _settled(
    urn: str, known: Known, stage: Committed, requires: Sequence[str]
) -> Iterator[Problem]:
    """Yield what no longer bears out that a committed school was complete at its commitment."""
    when = f"stage {stage.stage} was committed on {stage.on}"
    remedy = (
        "put back what was known then; a school that leaves after the draw is a correction: "
        "equipoise correct"
    )
    if "declined" in known or known.get("eligible") == "no":
        name = "declined" if "declined" in known else "eligible"
        yield _at("school", urn, name, f"{known[name]}, after {when}", "what stood then", remedy)
    for name in requires:
        if name == "data_sharing":
            continue
        value = known.get(name)
        if value is None or value == "no":
            found = f"{REQUIREMENTS[name]}, and {when}"
            yield _at("school", urn, name, found, "what stood then", remedy)
        elif isinstance(value, date) and value > stage.on:
            found = f"{value}, and {when}"
            yield _at("school", urn, name, found, f"{stage.on} or earlier", remedy)
