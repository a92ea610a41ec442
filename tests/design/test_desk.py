"""The enrolment desk: what cannot be true is refused, and every school stands in one place."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import load_protocol, template
from equipoise.design.protocol.study import Requirement
from equipoise.design.registers import Registers, enrol, read_registers
from equipoise.design.registers.desk import (
    DEFAULT_REQUIRES,
    FACTS,
    REQUIREMENTS,
    Committed,
    Desk,
    Enrolled,
    by_authority,
    desk_files,
    desk_problems,
    enrolled,
    facts_of,
    read_desk,
    reasons,
)
from tests.design.conftest import DSLS, REGISTER, ROLLS
from tests.design.desk_files import DAY, NEEDED, complete, desk_of

CENSUS = datetime.date(2024, 5, 16)
FILES = {
    "design/register.csv": REGISTER,
    "design/rolls.csv": ROLLS,
    "design/dsls.csv": DSLS,
}
REGISTERS = read_registers(lambda name: FILES[name].encode() if name in FILES else None)
SCHOOLS = [school.urn for school in REGISTERS.schools]


def weighed(
    desk: Desk, committed: tuple[str, ...] = (), requires: tuple[str, ...] = NEEDED,
    together: bool = True,
) -> Enrolled:  # fmt: skip
    """Weigh a desk against the small register."""
    return enrolled(
        desk,
        REGISTERS,
        lambda left_out: enrol(
            REGISTERS,
            phases=["primary"],
            statuses=["open"],
            min_pupils=30,
            roll_date=CENSUS,
            shared_dsl="together" if together else "contamination",
            on=CENSUS,
            left_out=left_out,
        ),
        committed=committed,
        requires=requires,
    )


def where(found: Enrolled) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {school.urn: (school.state, school.missing) for school in found.schools}


def problems(desk: Desk, **changes: Any) -> list[str]:
    options: dict[str, Any] = {
        "on": DAY,
        "roll_date": CENSUS,
        "outside": {"900004": "phase secondary"},
        "committed": {},
        "requires": NEEDED,
    }
    found = desk_problems(desk, REGISTERS, **(options | changes))
    return [f"{p.file}, {p.place}: {p.found}" for p in found]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_the_protocol_and_the_desk_name_the_same_requirements() -> None:
    """The two rooms do not import each other."""
    assert tuple(REQUIREMENTS) == get_args(Requirement)
    declared = load_protocol(template("dsl-primary")).design.enrolment.requires
    assert declared == DEFAULT_REQUIRES == NEEDED


def test_the_desk_is_written_and_read_alike() -> None:
    desk = desk_of({"900001": complete(opt_outs=3), "900003": {"approached": CENSUS}})
    files = desk_files(desk)
    assert read_desk(files.get) == desk
    assert read_desk({}.get) is None


def test_every_cell_that_does_not_fit_is_named_at_once() -> None:
    lines = (
        b"urn,approached,eligible,not_eligible,agreement,privacy_notice,opt_outs,baseline,"
        b"named_dsl,declined\n"
        b"900001,2024-13-01,maybe,,,,,,,\n"
        b"900002,2024-05-20,yes,,,,-1,,,busy\n"
        b"900001,,,,,,,,,\n"
    )
    with pytest.raises(ProblemsError) as caught:
        read_desk({"design/enrolment.csv": lines}.get)
    places = [(p.place, p.found) for p in caught.value.problems]
    assert places == [
        ("line 2, column approached", "'2024-13-01'"),
        ("line 2, column eligible", "aaaaa"),
        ("line 3, column opt_outs", "'-1'"),
        ("line 3, column declined", "aaaa"),
        ("line 4, column urn", "900001 again (first on line 2)"),
    ]


def test_a_sound_desk_has_no_problem() -> None:
    assert problems(desk_of({"900001": complete(opt_outs=0), "900003": complete()})) == []


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (complete(agreement=day("2024-05-19")), "agreement: 2024-05-19, before it was approached"),
        (complete(baseline=day("2024-05-01")), "baseline: 2024-05-01, before it was approached"),
        (complete(baseline=day("2024-09-10")), "baseline: 2024-09-10, a day to come"),
        (complete(approached=None), "approached: no date, but eligible, agreement"),
        (complete(eligible="no"), "not_eligible: nothing"),
        (complete(not_eligible="closing"), "not_eligible: closing, with eligible: yes"),
        (complete(opt_outs=211), "opt_outs: more than the 210 pupils"),
        (complete(named_dsl="Jane Doe"), "named_dsl: Aaaa Aaa, no lead of this school"),
        (complete(named_dsl="p4"), "named_dsl: a9, no lead of this school"),
        (
            complete(eligible="no", not_eligible="closing", declined="chance"),
            "declined: chance, of a school that is not eligible",
        ),
    ],
)
def test_what_cannot_be_true_is_refused(known: dict[str, Any], found: str) -> None:
    (said,) = problems(desk_of({"900001": known}))
    assert said.startswith(f"design/enrolment.csv, school 900001, {found}")


def test_a_lead_is_given_by_the_id_of_the_register() -> None:
    assert problems(desk_of({"900001": complete(named_dsl="p1")})) == []


def test_unknown_schools_and_authorities_are_named_together() -> None:
    desk = Desk({"999999": complete()}, {"999": {}})
    assert problems(desk) == [
        "design/enrolment.csv, school 999999: an unknown URN",
        "design/enrolment-authorities.csv, authority 999: an unknown code",
    ]


def test_the_register_and_the_desk_must_agree_on_who_is_eligible() -> None:
    (said,) = problems(desk_of({"900004": complete()}))
    assert said.endswith("eligible: yes, but by the register: phase secondary")


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (complete(baseline=day("2024-08-01")), "baseline: 2024-08-01, and stage 900 was committed"),
        (complete(agreement=None), "agreement: no signed agreement, and stage 900"),
        (complete(named_dsl="no"), "named_dsl: no named safeguarding lead, and stage 900"),
        (complete(declined="no-capacity"), "declined: no-capacity, after stage 900"),
    ],
)
def test_what_a_commitment_relied_on_stands(known: dict[str, Any], found: str) -> None:
    stage = Committed("900", day("2024-07-15"))
    (said,) = problems(desk_of({"900001": known}), committed={"900001": stage})
    assert found in said


def test_a_unit_is_complete_when_all_its_schools_are() -> None:
    """900001 and 900002 share p1, 900002 and 900005 share p2: one unit of three."""
    everybody = {urn: complete() for urn in ("900001", "900002", "900003", "900005")}
    assert {s for s, _ in where(weighed(desk_of(everybody))).values()} == {"complete"}
    short = where(weighed(desk_of(everybody | {"900005": complete(privacy_notice=None)})))
    assert short == {
        "900001": ("incomplete", ("shared",)),
        "900002": ("incomplete", ("shared",)),
        "900003": ("complete", ()),
        "900005": ("incomplete", ("privacy_notice",)),
    }
    apart = where(weighed(desk_of(everybody | {"900005": complete(baseline=None)}), together=False))
    assert [state for state, _ in apart.values()] == ["complete"] * 3 + ["incomplete"]


def test_a_school_that_declined_holds_nobody_back() -> None:
    """Without 900002 nothing connects 900001 and 900005."""
    found = weighed(desk_of({
        "900001": complete(), "900002": complete(declined="chance"), "900005": complete(),
    }))  # fmt: skip
    assert where(found)["900001"] == ("complete", ())
    assert [unit.urns for unit in found.drawable.units] == [("900001",), ("900005",)]


def test_a_school_that_was_never_asked_holds_its_unit_back() -> None:
    found = where(weighed(desk_of({"900001": complete(), "900003": complete()})))
    assert found["900001"] == ("incomplete", ("shared",))
    assert found["900002"] == ("not-approached", ())


def test_an_authority_without_agreement_or_that_declined() -> None:
    desk = desk_of({"900003": complete(), "900005": complete()})
    none = Desk(desk.schools, {"900": desk.authorities["900"]})
    assert where(weighed(none))["900005"][1] == ("data_sharing",)
    out = desk.replaced("authority", "900", {"approached": CENSUS, "declined": "data-sharing"})
    assert where(weighed(out))["900003"] == ("declined", ())


def test_requirements_are_those_declared() -> None:
    desk = desk_of({"900003": complete(privacy_notice=None)})
    assert where(weighed(desk))["900003"] == ("incomplete", ("privacy_notice",))
    assert where(weighed(desk, requires=("agreement",)))["900003"] == ("complete", ())
    counted = where(weighed(desk, requires=("agreement", "opt_outs")))
    assert counted["900003"] == ("incomplete", ("opt_outs",))


def test_a_late_school_is_complete_beside_a_committed_one() -> None:
    """It can be drawn later; that it shares a lead with a drawn school is said."""
    together = {urn: complete() for urn in ("900001", "900002", "900003", "900005")}
    found = weighed(desk_of(together), committed=("900001", "900002"))
    late = {s.urn: s for s in found.schools}
    assert [late[u].state for u in ("900001", "900003", "900005")] == [
        "committed", "complete", "complete",
    ]  # fmt: skip
    assert late["900003"].reason == ""
    assert "drawn already" in late["900005"].reason


def some_facts() -> st.SearchStrategy[dict[str, Any]]:
    """Any facts of a school, true together or not."""
    values: dict[str, st.SearchStrategy[Any]] = {}
    for fact in facts_of("school"):
        if fact.column.kind == "date":
            values[fact.name] = st.dates(CENSUS, DAY)
        elif fact.column.kind == "integer":
            values[fact.name] = st.integers(0, 9)
        else:
            values[fact.name] = st.sampled_from(fact.column.values or ("yes", "no"))
    likely = st.fixed_dictionaries({}, optional=values)
    return st.one_of(likely, likely.map(lambda known: complete() | known))


desks = st.builds(
    Desk,
    st.dictionaries(st.sampled_from(SCHOOLS), some_facts()),
    st.dictionaries(
        st.sampled_from(["900", "901"]),
        st.fixed_dictionaries(
            {},
            optional={
                "approached": st.just(CENSUS),
                "data_sharing": st.just(CENSUS),
                "declined": st.sampled_from(list(reasons("declined"))),
            },
        ),
    ),
)


@given(
    desks,
    st.sets(st.sampled_from(["900001", "900002", "900003", "900005"])),
    st.sets(st.sampled_from(list(REQUIREMENTS))),
    st.booleans(),
)
def test_approached_is_the_sum_of_what_became_of_them(
    desk: Desk, committed: set[str], requires: set[str], together: bool
) -> None:
    """approached = not eligible + declined + incomplete + complete + committed, for any desk."""
    found = weighed(desk, tuple(sorted(committed)), tuple(sorted(requires)), together)
    listed = [school.urn for school in found.schools]
    assert len(listed) == len(set(listed))
    counted = by_authority(found.schools, {})
    for one in counted:
        parts = (one.not_eligible, one.declined, one.incomplete, one.complete, one.committed)
        assert one.approached == sum(parts)
        assert one.approached >= one.eligible >= one.agreed >= one.complete + one.committed
    # Counted again, from the desk alone.
    asked = {urn for urn, known in desk.schools.items() if "approached" in known} | committed
    assert sum(one.approached for one in counted) == len(asked)
    assert sum(one.committed for one in counted) == len(committed)
    drawable = {school.urn for school in found.drawable.schools}
    assert drawable == {s.urn for s in found.schools if s.state in ("complete", "committed")}
    for unit in found.drawable.units:
        new = [urn for urn in unit.urns if urn not in committed]
        own = [desk.schools[urn] for urn in new]
        assert all("approached" in known and "declined" not in known for known in own)
        for name in requires - {"data_sharing"}:
            assert all(known.get(name) not in (None, "no") for known in own)


def test_facts_are_days_answers_counts_and_codes_alone() -> None:
    """No room for a name or a note."""
    free = [fact.name for fact in FACTS if fact.column.kind == "text" and not fact.column.values]
    assert free == ["named_dsl"]
    assert [fact.name for fact in FACTS if fact.free] == free


def test_only_the_desk_leaves_out(reader: Callable[..., Any]) -> None:
    """`enrol` with nobody left over is an error of the register, but not of the desk."""
    none: Registers = read_registers(reader(FILES | {"design/rolls.csv": ROLLS}))
    everybody = {urn: "declined" for urn in SCHOOLS}
    left = enrol(
        none, phases=["primary"], statuses=["open"], min_pupils=30, roll_date=CENSUS,
        shared_dsl="together", on=CENSUS, left_out=everybody,
    )  # fmt: skip
    assert left.units == ()
    assert {e.urn for e in left.excluded} == set(SCHOOLS)
