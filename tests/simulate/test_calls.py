"""Calls and names: schools are independent, and a typed form means one school."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from equipoise.simulate import Scenario
from equipoise.simulate.callers import Caller
from equipoise.simulate.calls import Call, Caseload, calls_of, school_rates
from equipoise.simulate.facts import SchoolFacts, Span
from equipoise.simulate.families import pool_of
from equipoise.simulate.practices import Practice
from equipoise.simulate.school_days import Days, terms

FIRST, LAST = date(2023, 9, 1), date(2025, 7, 31)
SCHOOL = SchoolFacts(
    urn="900001",
    name="Thornwick Infant School",
    la_code="900",
    la_name="Somewhere Council",
    phase="primary",
    status="open",
    opened=None,
    closed=None,
    aliases=(),
    pupils=400,
)


def calls(school: SchoolFacts, index: int = 0) -> list[Call]:
    scenario = Scenario(school_log_sd=0.0, school_year_log_sd=0.0)
    days = Days(FIRST, LAST, terms(FIRST, LAST))
    pool = pool_of(school, index * 1000, scenario, Span("file", FIRST, LAST))
    home = Practice("900", 0.0, 0.0, advice_logged=True, open_logged=True, early_help_apart=False)
    rates = school_rates(school, home, 0.0, scenario, days)
    return list(calls_of(Caseload(pool, rates, 1.0, beyond=False), [pool], scenario, days))


def test_two_schools_alike_make_calls_of_their_own() -> None:
    one, other = calls(SCHOOL), calls(replace(SCHOOL, urn="900002"), 1)
    assert len(one) > 20
    same = sum(a.day == b.day for a, b in zip(one, other, strict=False))
    assert same < len(one) / 4
    assert not {a.outcome for a in one} & {b.outcome for b in other}


def test_children_of_two_schools_are_different() -> None:
    period = Span("file", FIRST, LAST)
    ids = [
        child
        for index in range(3)
        for family in pool_of(SCHOOL, index * SCHOOL.pupils, Scenario(), period).families
        for child in family.children
    ]
    assert len(ids) == len(set(ids)) == 3 * SCHOOL.pupils


def test_more_risk_means_more_calls() -> None:
    found = calls(replace(SCHOOL, pupils=3000))
    risks = [call.family.risk for call in found]
    assert sum(risks) / len(risks) > 2.0, "families with a call have more than the mean risk of 1"


def test_a_form_that_fits_two_schools_is_never_typed() -> None:
    junior = replace(SCHOOL, urn="900002", name="Thornwick Junior School")
    both = Caller(1, "900", [SCHOOL, junior], 0.3)
    alone = Caller(1, "900", [SCHOOL], 0.3)
    shares = [n / 2000 for n in range(2000)]
    assert "Thornwick" in {alone.typed("900001", u) for u in shares}
    typed = {urn: {both.typed(urn, u) for u in shares} for urn in ("900001", "900002")}
    assert len(typed["900001"]) > 3
    assert not typed["900001"] & typed["900002"]
    assert "Thornwick" not in typed["900001"]


def test_only_what_no_rule_could_know_needs_a_person() -> None:
    caller = Caller(1, "900", [SCHOOL], 0.3)
    assert not caller.needs_review("900001", "THORNWICK  INFANT SCHOOL ")
    assert caller.needs_review("900001", "Thornwick Inf")
    assert caller.needs_review("900001", "Thonrwick Infant School")
