"""What declared rules do with drawn schools of which something is found out late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import load_protocol, set_values, template, unchangeable
from equipoise.design.randomisation import DrawnSchool, Effect, effect_of, kind_problems

DRAW = date(2021, 9, 16)
SMALL = DrawnSchool("900001", "900001", "900", 0, DRAW, 120)
LARGE = DrawnSchool("900002", "900002", "901", 1, DRAW, 240)
KEPT = Effect("kept")


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("merged", "as-randomised"),
        ("enrolled-twice", "keep"),
        ("ineligible", "keep"),
        ("withdrawn", "keep"),
        ("shared-dsl", "keep"),
    ],
)
def test_by_default_every_school_stays_as_it_was_drawn(kind: str, rule: str) -> None:
    declared = load_protocol(template("dsl-primary")).design.corrections
    assert declared.of(kind) == rule
    assert effect_of(kind, rule, [SMALL, LARGE], effective=DRAW, blind=True) == KEPT


def test_merged_schools_count_with_the_larger_and_in_a_tie_with_the_lower_urn() -> None:
    joined = Effect("joined", ("900001",), "900002")
    for order in ([SMALL, LARGE], [LARGE, SMALL]):
        found = effect_of("merged", "arm-of-larger", order, effective=None, blind=False)
        assert found == joined
    even = replace(LARGE, pupils=120)
    found = effect_of("merged", "arm-of-larger", [even, SMALL], effective=None, blind=False)
    assert found == Effect("joined", ("900002",), "900001")


def test_merged_schools_count_with_the_one_that_goes_on_or_not_at_all() -> None:
    first = effect_of("merged", "arm-of-first", [SMALL, LARGE], effective=None, blind=False)
    assert first == Effect("joined", ("900002",), "900001")
    aside = effect_of("merged", "set-aside", [SMALL, LARGE], effective=None, blind=False)
    assert aside == Effect("set-aside", ("900001", "900002"))


def test_of_a_school_drawn_twice_the_earlier_draw_counts_then_the_one_named_first() -> None:
    found = effect_of("enrolled-twice", "first", [LARGE, SMALL], effective=None, blind=False)
    assert found == Effect("set-aside", ("900002",))
    at_once = replace(LARGE, turn=0)
    found = effect_of("enrolled-twice", "first", [at_once, SMALL], effective=None, blind=False)
    assert found == Effect("set-aside", ("900001",))


@pytest.mark.parametrize(
    ("effective", "blind", "excluded"),
    [
        (DRAW, True, True),
        (date(2021, 9, 17), True, False),
        (DRAW, False, False),
        (None, True, False),
    ],
)
def test_who_was_not_eligible_leaves_only_for_a_fact_before_the_draw_and_by_the_blind(
    effective: date | None, blind: bool, excluded: bool
) -> None:
    found = effect_of("ineligible", "exclude-if-blind", [SMALL], effective=effective, blind=blind)
    assert found == (Effect("set-aside", ("900001",)) if excluded else KEPT)


@pytest.mark.parametrize(
    ("kind", "urns", "reason", "found"),
    [
        ("merged", ["900001"], "letter", "1 school"),
        ("merged", ["900001", "900001"], "letter", "900001 twice"),
        ("enrolled-twice", ["900001", "900002", "900003"], "letter", "3 schools"),
        ("withdrawn", [], "letter", "0 schools"),
        ("withdrawn", ["900001"], " \n", "no reason"),
        ("closed", ["900001"], "letter", "'closed'"),
    ],
)
def test_what_is_wrong_before_any_roster_is_read(
    kind: str, urns: list[str], reason: str, found: str
) -> None:
    (said,) = kind_problems(kind, urns, reason)
    assert said.found == found


def test_rules_at_their_default_leave_the_meaning_of_a_locked_protocol() -> None:
    text = template("dsl-primary")
    key = ("design", "corrections")
    plain = load_protocol(set_values(text, {key: {"merged": "as-randomised"}}))
    other = load_protocol(set_values(text, {key: {"merged": "arm-of-larger"}}))
    assert plain.meaning("design") == load_protocol(text).meaning("design")
    assert other.meaning("design") != plain.meaning("design")


def test_schools_of_an_own_table_cannot_be_joined() -> None:
    changes = {("design", "corrections"): {"merged": "arm-of-larger"}}
    with pytest.raises(ProblemsError, match="two schools of the table cannot be added"):
        load_protocol(set_values(template("own-outcomes"), changes))


PLACES = {
    "trial.id": "nothing",
    "trial.title": None,
    "people[sponsor].name": "sponsor",
    "people[new]": None,
    "keys.see.public": "committed",
    "design.arms[usual].share": "committed",
    "design.arms[third]": "committed",
    "design.arms (order)": "committed",
    "design.arms[usual].title": None,
    "design.scheme.type": "committed",
    "design.scheme.event.not_before": None,
    "design.population.min_pupils": "committed",
    "design.periods.roll_date": "committed",
    "design.periods.waves[endline].to": "frozen",
    "design.contact.repeat_days": "frozen",
    "design.outcomes[nfa_pupils].margin.benefit": None,
    "plan.sensitivity[unadjusted].tier": None,
}


@pytest.mark.parametrize(("place", "since"), PLACES.items())
def test_what_an_amendment_can_never_change_and_since_when(place: str, since: str | None) -> None:
    """From nothing on, once signed, once committed, once frozen; None: it can at any time."""
    done = ("nothing", "sponsor", "committed", "frozen")
    for last in range(len(done)):
        so_far = done[: last + 1]
        found = unchangeable(
            place,
            committed="committed" in so_far,
            frozen="frozen" in so_far,
            signed={"sponsor"} if "sponsor" in so_far else set(),
        )
        assert (found is not None) is (since in so_far), (place, so_far, found)
