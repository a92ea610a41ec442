"""The roster: register, rolls, leads, links and terms, as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from equipoise.core.base import Sink, canonical, csv_bytes
from equipoise.design.protocol import Protocol
from equipoise.simulate.asked import not_joining, simulated_desk
from equipoise.simulate.facts import TrialFacts, trial_facts
from equipoise.simulate.leads import leads
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import Term, census_days, terms
from equipoise.simulate.schools import RosterSchool, build_schools
from equipoise.simulate.streams import Stream
from equipoise.simulate.structure import read_structure

_CENSUSES = 5


def simulate_roster(
    scenario: Scenario,
    protocol: Protocol,
    trial: Sink,
    truth: Sink,
    *,
    register: bytes | None = None,
) -> None:
    """Write the design files of a simulated trial.

    Parameters
    ----------
    scenario
        Size, seed and shapes.
    protocol
        Its population, roll date and windows decide who is eligible and which terms are listed.
    trial
        Receives ``design/register.csv``, ``rolls.csv``, ``dsls.csv``, ``school-links.csv``,
        ``school-names.csv`` and ``term-dates.csv``; where some schools do not join, the
        enrolment desk too.
    truth
        Receives ``roster.csv`` (which schools are eligible, and why not) and
        ``parameters.json``.
    register
        A real register whose structure is taken (see `read_structure`): the number of schools
        of each authority and phase, and nothing else. ``scenario.schools`` is not used then; of
        its authorities ``scenario.authorities`` are drawn if it has more.

    Raises
    ------
    ProblemsError
        If the protocol declares too little, or the register cannot be read.
    """
    facts = trial_facts(protocol)
    structure = None if register is None else read_structure(register)
    schools = build_schools(scenario, facts, structure)
    schools = (*schools, *not_joining(scenario, facts, schools))
    held = tuple(leads(scenario, facts, schools))
    trial(
        "design/register.csv",
        csv_bytes(
            ("urn", "school_name", "la_code", "la_name", "phase", "status", "opened", "closed"),
            (
                (s.urn, s.name, s.la_code, s.la_name, s.phase, s.status, s.opened, s.closed)
                for s in schools
            ),
        ),
    )
    trial(
        "design/rolls.csv", csv_bytes(("urn", "date", "pupils"), _rolls(scenario, facts, schools))
    )
    trial(
        "design/dsls.csv",
        csv_bytes(("person_id", "urn", "role", "from", "to"), held),
    )
    if scenario.not_joining:
        for name, data in simulated_desk(scenario, protocol, facts, schools, held).items():
            trial(name, data)
    trial(
        "design/school-links.csv",
        csv_bytes(
            ("urn_from", "urn_to", "on", "kind"),
            (
                (s.urn, s.successor, s.closed + timedelta(days=1), "successor")
                for s in schools
                if s.successor and s.closed
            ),
        ),
    )
    trial(
        "design/school-names.csv",
        csv_bytes(
            ("urn", "name", "from", "to"),
            (
                (s.urn, s.earlier_name, s.opened, date(facts.roll_date.year - 1, 8, 31))
                for s in schools
                if s.earlier_name
            ),
        ),
    )
    codes = sorted({s.la_code for s in schools})
    trial(
        "design/term-dates.csv",
        csv_bytes(
            ("la_code", "term", "first_day", "last_day"),
            (
                (code, term.name, term.first_day, term.last_day)
                for code in codes
                for term in authority_terms(code, facts)
            ),
        ),
    )
    truth(
        "roster.csv",
        csv_bytes(
            ("urn", "la_code", "pupils", "eligible", "reason"),
            ((s.urn, s.la_code, s.pupils, not s.reason, s.reason) for s in schools),
        ),
    )
    truth("parameters.json", canonical(scenario.parameters()) + b"\n")


def authority_terms(code: str, facts: TrialFacts) -> tuple[Term, ...]:
    """Return an authority's half terms; every third authority's lie a week later."""
    shift = 7 if int(code) % 3 == 1 else 0
    return terms(facts.first_day - timedelta(days=40), facts.last_day, shift)


def _rolls(
    scenario: Scenario, facts: TrialFacts, schools: tuple[RosterSchool, ...]
) -> Iterator[tuple[str, date, int]]:
    """Yield the roll of each school at each census of its life; exact at the roll date."""
    for school in schools:
        stream = Stream(scenario.seed, "rolls", school.urn)
        for day in census_days(facts.roll_date, _CENSUSES):
            drift = stream.normal(0.0, 0.02)
            if day < school.opened or (school.closed is not None and day > school.closed):
                continue
            exact = day == facts.roll_date
            yield school.urn, day, school.pupils if exact else round(school.pupils * (1 + drift))
