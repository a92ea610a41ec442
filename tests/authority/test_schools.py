"""Schools: names as typed find their school, or none."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from equipoise.authority.schools import (
    KnownName,
    SchoolResolver,
    known_names,
    name_form,
    read_schools,
)
from equipoise.core.base import ProblemsError
from equipoise.design.registers import Alias, School

DAY = date(2024, 5, 1)
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
NAMES = (
    KnownName("Thornwick Primary School", "900001"),
    KnownName("St Chad's C of E Primary School", "900002"),
    KnownName("St Chad's Catholic Primary School", "900003"),
    KnownName("Fennmere Infant School", "900004"),
    KnownName("Fennmere Junior School", "900005"),
    KnownName("Our Lady and St Bede Catholic Primary School", "900006"),
    KnownName("Quarrham Community Primary School", "900007"),
    KnownName("Quarrham Hill Primary School", "900008"),
    KnownName("Dalestow Academy", "900009"),
    KnownName("Oakenhurst Primary School", "900010"),
)
RESOLVER = SchoolResolver(NAMES)


@pytest.mark.parametrize(
    ("typed", "urn"),
    [
        ("Thornwick Primary School", "900001"),
        ("THORNWICK PRIMARY SCHOOL ", "900001"),
        ("Thornwick Prim. Sch.", "900001"),
        ("Thornwick", "900001"),
        ("Thornwik Primary", "900001"),
        ("Thronwick Primary School", "900001"),
        ("Thornwick Primary School, Aldermouth", "900001"),
        ("Saint Chad\u2019s Church of England Primary School", "900002"),
        ("St. Chads CofE", "900002"),
        ("St Chads RC Primary", "900003"),
        ("Fennmere Infants", "900004"),
        ("Fennmere Jnr School", "900005"),
        ("Our Lady & St Bede R.C. Primary", "900006"),
        ("Dalestow Acad", "900009"),
        ("Thornwick Primary School (Primary)", "900001"),
        ("Our Lady (St Bede) Catholic Primary School", "900006"),
    ],
)
def test_names_as_typed_find_their_school(typed, urn):
    assert RESOLVER.resolve(typed, DAY).urn == urn


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("St Chads Primary School", "ambiguous"),
        ("Fennmere", "ambiguous"),
        ("Quarrham School", "ambiguous"),
        ("Springfield Primary School", "unmatched"),
        ("Thornwick High School", "unmatched"),
        ("St Bede's Church of England Primary", "unmatched"),
        ("primary school", "blank"),
        ("unknown", "blank"),
        ("", "blank"),
        (" - ", "blank"),
        ("Thornwick Police Station", "not-a-school"),
        ("Oakenhurst Day Nursery", "not-a-school"),
        ("Dalestow Health Visitor Team", "not-a-school"),
        ("Ketstead Primary School (Thornwick)", "unmatched"),
        ("Thornwick Primary School (Ripley)", "unmatched"),
        ("Our Lady and St Bede Catholic Primary School [Ripley]", "unmatched"),
        ("Thornwick Community College", "unmatched"),
    ],
)
def test_what_is_unclear_finds_none(typed, status):
    resolution = RESOLVER.resolve(typed, DAY)
    assert (resolution.status, resolution.urn) == (status, None)


def test_every_school_finds_itself_unless_two_bear_one_name():
    for name in NAMES:
        assert RESOLVER.resolve(name.name, DAY).urn == name.urn
    twins = SchoolResolver((*NAMES, KnownName("Thornwick Primary School", "900099")))
    assert twins.resolve("Thornwick Primary School", DAY).status == "ambiguous"


def test_a_name_that_two_schools_bore_in_turn_is_decided_by_the_date():
    moved = date(2024, 9, 1)
    resolver = SchoolResolver(
        [
            KnownName("Ashgate School", "900001", None, date(2024, 8, 31)),
            KnownName("Ashgate School", "900002", moved, None),
        ]
    )
    assert resolver.resolve("Ashgate School", DAY).urn == "900001"
    assert resolver.resolve("Ashgate School", moved).urn == "900002"


def test_earlier_names_come_from_the_registers_aliases_and_only_of_the_authority():
    schools = [
        School("900001", "Newname Academy", "900", "A", "primary", "open",
               aliases=(Alias("Oldname Primary School", None, date(2023, 8, 31)),)),
        School("900102", "Elsewhere Primary School", "901", "B", "primary", "open"),
    ]  # fmt: skip
    resolver = SchoolResolver(known_names(schools, "900"))
    assert resolver.resolve("Oldname Primary", DAY).urn == "900001"
    assert resolver.resolve("Elsewhere Primary School", DAY).status == "unmatched"


def test_denominations_and_stages_exclude_each_other():
    assert name_form("St Chad's RC").contradicts(name_form("St Chad's CofE"))
    assert name_form("Fennmere Infant").contradicts(name_form("Fennmere Junior"))
    assert not name_form("Fennmere Primary").contradicts(name_form("Fennmere School"))


# ------------------------------------------------------------------------- reviewed names

HEAD = "typed,urn,by,when,note\n"


def test_reviewed_names_override_everything():
    data = HEAD + "Thornwick,not-a-school,A,2025-08-01,the town hall\nTPS,900001,A,2025-08-01,\n"
    resolver = SchoolResolver(NAMES, read_schools(data.encode("utf-8"), {"900001"}))
    assert resolver.resolve("thornwick", DAY).status == "not-a-school"
    assert resolver.resolve("T.P.S", DAY).urn == "900001"


def test_problems_of_reviewed_names_are_all_named_and_never_show_the_name():
    data = HEAD + (
        "Jane's,900001,A,2025-08-01,\nJANES,not-a-school,A,2025-08-01,\nX,123456,A,2025-08-01,\n"
    )
    with pytest.raises(ProblemsError) as error:
        read_schools(data.encode("utf-8"), {"900001"})
    assert [p.place for p in error.value.problems] == ["line 3, column urn", "line 4, column urn"]
    assert "one typed name reviewed to two schools: line 2" in error.value.problems[0].found
    assert "remove both" in error.value.problems[0].remedy
    assert "ane" not in str(error.value)


# ------------------------------------------------------------------------- real names


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_real_schools_under_their_earlier_names():
    register = defaultdict(list)
    with (DATA / "schools-england-2023.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            register[row["la_name"]].append(KnownName(row["school_name"], row["urn"]))
    resolvers = {}
    right = wrong = asked = 0
    with (DATA / "school-names-2020.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            la = row["la"]
            if la not in resolvers:
                resolvers[la] = SchoolResolver(register[la])
            urn = resolvers[la].resolve(row["name"], DAY).urn
            asked += 1
            right += urn == row["urn"]
            wrong += urn not in (None, row["urn"])
    assert right / (right + wrong) >= 0.998
    assert right / asked >= 0.975


@dataclass(frozen=True)
class _Plain:
    urn: str
    name: str
    la_code: str
    aliases: tuple[str, ...]


def test_aliases_may_be_plain_text():
    names = known_names([_Plain("900001", "A School", "900", ("B School",))], "900")
    assert [name.name for name in names] == ["A School", "B School"]
