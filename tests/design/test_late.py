"""Late joiners and stages that look back: who stands where, and what a draw takes from another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import Protocol, load_protocol
from equipoise.design.randomisation import (
    Commitment,
    DrawnStage,
    DrawRefused,
    OpenedStage,
    candidates_of,
    chances,
    commit,
    draw,
    joined_stage,
    placed_by,
    repeat_draws,
    seed_hash,
)
from equipoise.design.registers import EnrolledSchool, Enrolment, Unit
from tests.design.test_schemes import MINIMISED, with_scheme

SECRET = bytes(range(32))


def enrolled(*units: tuple[str, ...], codes: dict[str, str] | None = None) -> Enrolment:
    """Enrol units of schools, all of authority 900 unless `codes` says otherwise."""
    places = codes or {}
    schools = tuple(
        EnrolledSchool(u, urns[0], u, places.get(u, "900"), "N", "primary", 100)
        for urns in units
        for u in urns
    )
    made = tuple(
        Unit(urns[0], urns, places.get(urns[0], "900"), "primary", 100 * len(urns))
        for urns in sorted(units)
    )
    return Enrolment(made, schools, (), (), ())


def committed(protocol: Protocol, enrolment: Enrolment, stage: str, **more: object) -> Commitment:
    return commit(protocol, enrolment, stage, seed_hash=seed_hash(SECRET), code_version="0", **more)


def declared(text: str, rule: str) -> Protocol:
    assert text.count("  stages:\n") == 1
    return load_protocol(text.replace("  stages:\n", f"  stages:\n    {rule}\n").encode())


SIX = [(f"90000{i}",) for i in range(1, 7)]


@pytest.fixture
def before(protocol: Protocol) -> Commitment:
    return committed(protocol, enrolled(*SIX[:4]), "900")


def sentence(call) -> str:
    with pytest.raises(ProblemsError) as caught:
        call()
    (problem,) = caught.value.problems
    return problem.sentence()


def test_only_those_who_stand_in_no_stage_are_drawn(protocol: Protocol, before) -> None:
    late = committed(protocol, enrolled(*SIX), "900-2", before=[before])
    assert [unit.unit for unit in late.roster] == ["900005", "900006"]
    assert (late.late_of, late.joined, late.earlier) == ("900", (), ())
    assert before.late_of is None
    again = committed(protocol, enrolled(*SIX), "900-2", before=[before], units=["900006"])
    assert [unit.unit for unit in again.roster] == ["900006"]


def test_the_name_of_a_stage_says_which_it_joins(protocol: Protocol) -> None:
    some = enrolled(*SIX, codes={"900006": "900-2"})
    assert joined_stage(protocol, some, "900-3") == "900"
    # An authority may be called so.
    assert joined_stage(protocol, some, "900-2") is None
    assert joined_stage(protocol, some, "901-2") is None


def test_a_trial_drawn_at_once_has_late_joiners_too(text: str) -> None:
    assert text.count("    by: la_code") == 1
    once = load_protocol(text.replace("    by: la_code", "    by: null").encode())
    first = committed(once, enrolled(*SIX[:4]), "all")
    late = committed(once, enrolled(*SIX), "all-2", before=[first])
    assert [unit.unit for unit in late.roster] == ["900005", "900006"]
    assert late.late_of == "all"


def test_a_school_that_moved_to_another_authority_is_not_drawn_twice(
    protocol: Protocol, before
) -> None:
    moved = enrolled(*SIX, codes={"900004": "901", "900005": "901"})
    found = candidates_of(protocol, moved, "901", placed_by([before]))
    assert [unit.unit for unit in found.units] == ["900005"]
    assert found.elsewhere == {"900004": "900"}
    made = committed(protocol, moved, "901", before=[before])
    assert [unit.unit for unit in made.roster] == ["900005"]


def test_a_school_that_shares_a_drawn_lead_follows_the_declared_rule(text: str, before) -> None:
    """The late school's URN comes first, so that the unit's name is another than was drawn."""
    some = enrolled(("900000", "900001"), *SIX[1:])
    joined = committed(declared(text, "late_shared_dsl: join"), some, "900-2", before=[before])
    assert [(one.urn, one.unit) for one in joined.joined] == [("900000", "900001")]
    assert [unit.unit for unit in joined.roster] == ["900005", "900006"]
    left = committed(declared(text, "late_shared_dsl: exclude"), some, "900-2", before=[before])
    assert left.joined == () and left.roster == joined.roster
    # Once joined it stands in a stage, and is no candidate of a later one.
    assert placed_by([before, joined])["900000"] == ("900-2", "900001")


def test_without_a_rule_or_with_two_arms_it_is_refused(text: str, before) -> None:
    two = enrolled(("900001", "900002", "900007"), *SIX[2:])
    one = enrolled(("900001", "900007"), *SIX[1:])
    plain = load_protocol(text.encode())
    said = sentence(lambda: committed(plain, one, "900-2", before=[before]))
    assert said == (
        "design/dsls.csv, school 900007: found a lead or deputy shared with 900001 (drawn in stage "
        "900); expected design.stages.late_shared_dsl, which says what is done then: join or "
        "exclude. Declare it (after the lock: amend), or name the other schools with --units."
    )
    join = declared(text, "late_shared_dsl: join")
    said = sentence(lambda: committed(join, two, "900-2", before=[before]))
    assert "leads or deputies shared with 900001 (drawn in stage 900), 900002 (drawn in" in said
    made = committed(plain, one, "900-2", before=[before], units=["900005"])
    assert [unit.unit for unit in made.roster] == ["900005"]


def test_a_list_of_units_is_read_strictly(protocol: Protocol, before) -> None:
    for units, words in (
        (["900001"], "found school 900001, which stands in stage 900"),
        (["77"], "found school 77, which cannot be drawn there: no school of this stage"),
        (["900005", "900005"], "found school 900005 more than once"),
        ([], "found no unit to draw"),
    ):
        said = sentence(
            lambda units=units: committed(
                protocol, enrolled(*SIX), "900-2", before=[before], units=units
            )
        )
        assert words in said


LOOKING = MINIMISED + "    looks_back: true\n"


def stages(text: str) -> list[Commitment]:
    """Commit three stages that look back."""
    protocol = load_protocol(with_scheme(text, LOOKING).encode())
    many = [(f"9000{i:02d}",) for i in range(10, 40)]
    codes = {urns[0]: str(900 + i % 3) for i, urns in enumerate(many)}
    whole = enrolled(*many, codes=codes)
    # Of unequal size, so that there are classes to balance.
    units = tuple(replace(u, pupils=100 + 17 * i * i % 301) for i, u in enumerate(whole.units))
    found: list[Commitment] = []
    for stage in ("901", "900", "902"):
        found.append(committed(protocol, replace(whole, units=units), stage, before=found))
    return found


def test_a_stage_names_those_drawn_before_it_and_evens_them_out(text: str) -> None:
    made = stages(text)
    assert [[one.stage for one in each.earlier] for each in made] == [[], ["901"], ["901", "900"]]
    apart = []
    for number in range(60):
        drawn = repeat_draws(OpenedStage(one, SECRET, f"{one.stage} {number}") for one in made)
        arms = [row.arm for allocation in drawn.values() for row in allocation.rows]
        apart.append(abs(arms.count("usual") - arms.count("supervision")))
    alone = [replace(one, earlier=(), declared=replace(one.declared, looks_back=False))
             for one in made]  # fmt: skip
    loose = []
    for number in range(60):
        drawn = repeat_draws(OpenedStage(one, SECRET, f"{one.stage} {number}") for one in alone)
        arms = [row.arm for allocation in drawn.values() for row in allocation.rows]
        loose.append(abs(arms.count("usual") - arms.count("supervision")))
    assert sum(apart) < sum(loose)


def test_a_draw_takes_the_committed_stages_and_no_others(text: str) -> None:
    one, two, _ = stages(text)
    first = DrawnStage(one, draw(one, SECRET, "901"))
    assert draw(two, SECRET, "900", before=[first]).stage == "900"
    for wrong in ([], [DrawnStage(two, first.allocation)], [first, first]):
        with pytest.raises(DrawRefused, match=r"earlier stages: found .*; expected 901"):
            draw(two, SECRET, "900", before=wrong)
    with pytest.raises(DrawRefused, match="earlier stages: found none; expected 901"):
        repeat_draws([OpenedStage(two, SECRET, "900")])


def test_arms_of_earlier_stages_tell_nothing_in_the_chances(text: str) -> None:
    """They are drawn afresh, so that the report depends on rosters alone."""
    one, two, _ = stages(text)
    (stage,) = chances(two, None, [one]).stages
    assert (stage.stage, stage.units, stage.paired) == ("900", 10, 10)
    assert abs(stage.arms[0].lowest - 0.5) < 0.08 > abs(stage.arms[0].highest - 0.5)
    assert not stage.exact and stage.pair_error > 0
