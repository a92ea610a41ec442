"""The enrolment desk of a simulated trial: who was asked, and who did not join."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from equipoise.design.protocol import Protocol
from equipoise.design.registers import Registers
from equipoise.design.registers.desk import Desk, desk_files, reasons
from equipoise.simulate.facts import TrialFacts
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.schools import RosterSchool, new_school
from equipoise.simulate.streams import Stream

#: Schools that were asked and did not join have URNs from here on.
_FIRST = 990_000
_DECLINED = 0.6  # of them; the others are left out for what they lack; assumed
_LACKING = ("agreement", "privacy_notice", "baseline")
_DAYS = 150  # before the last day of enrolment, on which the first authority is asked; assumed
_COMMITMENT = 14  # days before the event of the draw, by which all is in

Lead = tuple[str, str, str, date, date | None]


def not_joining(
    scenario: Scenario, facts: TrialFacts, schools: Sequence[RosterSchool]
) -> tuple[RosterSchool, ...]:
    """Return schools of the eligible phase that were asked and did not join, ordered by URN.

    Nothing else of the simulation depends on them: they are in the register and on the desk, and
    make no contacts.
    """
    stream = Stream(scenario.seed, "not joining")
    joined = [school for school in schools if not school.reason]
    used = {name.casefold() for s in schools for name in (s.name, s.earlier_name) if name}
    number = round(len(joined) * scenario.not_joining)
    found: list[RosterSchool] = []
    first = _FIRST + (scenario.first_urn - 900_000) // 10
    for place, like in enumerate(stream.shuffled(joined)[:number]):
        reason = "declined" if stream.chance(_DECLINED) else "incomplete"
        made = new_school(stream, scenario, facts, like, used)
        found.append(replace(made, urn=str(first + place), reason=reason))
    return tuple(found)


def without_not_joining(registers: Registers, scenario: Scenario) -> Registers:
    """Return the registers without the schools that `not_joining` made."""
    if not scenario.not_joining:
        return registers
    kept = tuple(school for school in registers.schools if int(school.urn) < _FIRST)
    return replace(registers, schools=kept)


def simulated_desk(
    scenario: Scenario,
    protocol: Protocol,
    facts: TrialFacts,
    schools: Iterable[RosterSchool],
    leads: Iterable[Lead],
) -> dict[str, bytes]:
    """Return the files of the enrolment desk as they stand on the day of the commitment.

    All eligible schools are complete. Small ones were asked before their size was known.
    """
    stream = Stream(scenario.seed, "desk")
    event = protocol.design.scheme.event
    last = facts.delivery.start if event is None else min(facts.delivery.start, event.not_before)
    last -= timedelta(days=_COMMITMENT)
    named = {urn: person for person, urn, role, _, end in leads if role == "lead" and end is None}
    rows: dict[str, dict[str, Any]] = {}
    asked = [s for s in schools if s.reason in ("", "small", "declined", "incomplete")]
    for school in asked:
        known = _complete(stream, last, named.get(school.urn, "yes"))
        rows[school.urn] = _as_far(stream, school.reason, known)
    authorities = {}
    for code in sorted({school.la_code for school in asked}):
        first = last - timedelta(days=_DAYS + stream.below(15))
        shared = first + timedelta(days=30 + stream.below(60))
        authorities[code] = {"approached": first, "agreement": shared, "data_sharing": shared}
    return desk_files(Desk(rows, authorities))


def _complete(stream: Stream, last: date, lead: str) -> dict[str, Any]:
    """Return the facts of a school that comes to the end of its enrolment."""
    approached = last - timedelta(days=90 + stream.below(45))
    agreement = approached + timedelta(days=7 + stream.below(35))
    return {
        "approached": approached,
        "eligible": "yes",
        "agreement": agreement,
        "privacy_notice": agreement + timedelta(days=1 + stream.below(20)),
        "opt_outs": stream.poisson(0.8),
        "baseline": last - timedelta(days=stream.below(25)),
        "named_dsl": lead,
    }


def _as_far(stream: Stream, reason: str, known: dict[str, Any]) -> dict[str, Any]:
    """Return the facts as far as a school came that did not join for a reason."""
    if not reason:
        return known
    first = {"approached": known["approached"]}
    if reason == "small":
        return {**first, "eligible": "no", "not_eligible": "too-small"}
    if reason == "declined":
        codes = [code for code in reasons("declined") if code != "other"]
        return {**first, "eligible": "yes", "declined": stream.pick(codes)}
    lacks = stream.pick(_LACKING)
    stop = list(known).index(lacks)
    return {name: known[name] for name in list(known)[:stop]}
