"""Matching with a whole register: authorities, borders, dates, domains, and what is no school."""

from datetime import date

import pytest

from equipoise.authority.schools import METHODS, OfficialSchool, SchoolMatcher, Span, match_all
from equipoise.authority.schools.authorities import Authorities

HERE, THERE = "Fennshire", "Quarrham, City of"
CONVERTED = date(2022, 9, 1)
#: Words of many schools, so that weights can be learned: without them every word is rare.
PLACES = (
    "Ash", "Birch", "Cedar", "Elm", "Hazel", "Larch", "Maple", "Oak", "Rowan", "Willow", "Alder",
    "Aspen", "Holly", "Juniper", "Laurel", "Linden", "Poplar", "Spruce", "Walnut", "Yew",
)  # fmt: skip
LANDS = ("Park", "Hill", "Lane", "Green", "Wood")


def school(urn, name, la=HERE, **more):
    return OfficialSchool(str(urn), name, la, **more)


FILLING = [
    school(910000 + 100 * i + j, f"{place} {land} Primary School", la)
    for i, place in enumerate(PLACES)
    for j, land in enumerate(LANDS)
    for la in ((HERE, THERE)[(i + j) % 2],)
]
REGISTER = [
    *FILLING,
    school(
        900001, "Thornwick Primary School", website="http://www.thornwick.fennshire.sch.uk/home"
    ),
    school(900002, "Dalestow Infant School"),
    school(900003, "Dalestow Junior School"),
    school(900004, "St Chad's Church of England Primary School"),
    school(900005, "St Chad's Catholic Primary School"),
    school(900006, "Holy Name Catholic Primary School"),
    school(900007, "Holy Name Catholic Primary School"),
    school(900008, "Brackendale Girls' High School"),
    school(900009, "St Bede's Catholic High School, Marlsea"),
    school(900010, "Chalkcombe Hospital School"),
    school(900011, "Ketstead Primary Academy"),
    school(900012, "Court Farm School"),
    school(900101, "Oxenholt Primary School", THERE, la_code="941"),
    school(900102, "Brackendale Primary School", THERE, la_code="941"),
]
MATCHER = SchoolMatcher(REGISTER)


def found(typed, la=HERE, on=None, domain=""):
    return MATCHER.match(typed, la, on, domain)


@pytest.mark.parametrize(
    ("typed", "urn"),
    [
        ("THORNWICK  PRIMARY SCHOOL ", "900001"),
        ("Thornwick Prim. Sch.", "900001"),
        ("thornwick p school", "900001"),
        ("Thornwik Primry Schol", "900001"),
        ("ThornwickPrimary", "900001"),
        ("Thorn wick Primary", "900001"),
        ("Thornwick Primary, FN1 4AB", "900001"),
        ("Mrs Walker, Thornwick Primary", "900001"),
        ("Thornwick Primary - Jo Walker (Deputy Head)", "900001"),
        ("DSL at Thornwick Primary 01999 555123", "900001"),
        ("Thornwick Primary School, Fennshire", "900001"),
        ("Thornwick Primary School formerly Thornwick Infants", "900001"),
        ("Thornwick Primary School (Primary)", "900001"),
        ("St. Chads C.of E. (VA) Primary", "900004"),
        ("Saint Chad\ufffds RC Prim", "900005"),
        ("St Bedes Marlsea", "900009"),
        ("Brackendale Girls HS", "900008"),
        ("BGHS", "900008"),
        ("Chalkcombe Hosp. School", "900010"),
        ("Court Farm Sch", "900012"),
        ("Ketstead Primary School", "900011"),
    ],
)
def test_names_as_typed_find_their_school(typed, urn):
    answer = found(typed)
    assert (answer.status, answer.urn) == ("matched", urn)
    assert answer.method in METHODS
    assert 0.9 <= answer.score <= 1.0


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("Dalestow", "ambiguous"),
        ("St Chads", "ambiguous"),
        ("Holy Name RC Primary", "ambiguous"),
        ("Thornwick Primary / Court Farm School", "ambiguous"),
        ("Thornwick Primary and Dalestow Infants", "ambiguous"),
        ("N/A", "ambiguous"),
        ("unknown", "ambiguous"),
        ("school", "ambiguous"),
        ("", "ambiguous"),
        ("Thornwick High School", "unmatched"),
        ("Thornwick Primary School (Marlsea)", "unmatched"),
        ("Wexbridge Primary School", "unmatched"),
        ("Marlsea", "unmatched"),
        ("School Nurse", "not-a-school"),
        ("School nurse, Thornwick Primary", "not-a-school"),
        ("Education Welfare", "not-a-school"),
        ("Thornwick Day Nursery", "not-a-school"),
        ("Thornwick Pre-school", "not-a-school"),
        ("Thornwick Surgery", "not-a-school"),
        ("Fennshire Polise", "not-a-school"),
        ("Chalkcombe Hospital", "not-a-school"),
        ("Marlsea Court", "not-a-school"),
        ("Mum", "not-a-school"),
        ("Mr J Walker", "not-a-school"),
        ("Virtual School Fennshire", "not-a-school"),
    ],
)
def test_what_is_unclear_or_no_school_finds_none(typed, status):
    answer = found(typed)
    assert (answer.status, answer.urn) == (status, None)


def test_candidates_are_listed_where_it_is_unclear():
    assert found("Dalestow").candidates == ("900002", "900003")
    assert found("Thornwick Primary / Court Farm School").candidates == ("900001", "900012")
    assert found("Holy Name Catholic Primary School").candidates == ("900006", "900007")
    assert found("Holy Name Catholic Primary School").score == pytest.approx(0.5, abs=0.01)


def test_an_apostrophe_put_as_in_the_register_tells_two_schools_apart():
    twins = SchoolMatcher([*FILLING, school(1, "St Una's School"), school(2, "St Unas School")])
    assert twins.match("St Una\u2019s School", HERE).urn == "1"
    assert twins.match("St Unas School", HERE).status == "ambiguous"


# --------------------------------------------------------------------------- authorities


@pytest.mark.parametrize(
    "la",
    ["Fennshire", "FENNSHIRE COUNTY COUNCIL", " fennshire cc ", "Fenshire", "County of Fennshire"],
)
def test_the_authority_is_found_as_typed(la):
    assert found("Dalestow Infants", la).urn == "900002"


def test_an_authority_is_found_by_its_code():
    assert found("Brackendale", "941").urn == "900102"
    assert found("Brackendale", "0941").urn == "900102"


def test_codes_are_known_where_the_register_has_names_alone():
    names = Authorities([("Bolton", ""), ("Kingston upon Hull, City of", ""), ("Bedford", "")])
    assert names.find("350") == ("Bolton",)
    assert names.find("Hull") == ("Kingston upon Hull, City of",)
    assert names.find("Bedfordshire") == ("Bedford",)
    assert names.find("999") == names.find("Atlantis") == ()


def test_a_school_beyond_the_border_is_found_where_the_whole_name_says_so():
    answer = found("Oxenholt Primary School")
    assert (answer.urn, answer.method) == ("900101", "beyond")


def test_a_place_alone_is_looked_for_within_the_border_only():
    assert found("Oxenholt").urn is None


def test_of_two_schools_of_one_name_that_of_the_authority_is_meant():
    assert found("Brackendale Girls High").urn == "900008"
    assert found("Brackendale Primary", THERE).urn == "900102"


def test_where_no_authority_is_given_every_one_is_looked_at():
    assert found("Oxenholt Primary School", "").urn == "900101"
    assert found("Thornwick Prim Sch", "Atlantis").urn == "900001"
    assert found("Holy Name Catholic Primary", "").status == "ambiguous"


# --------------------------------------------------------------------------- dates

DATED = SchoolMatcher(
    [
        *FILLING,
        school(1, "Thornwick Primary School", span=Span(None, date(2022, 8, 31)), number="2001"),
        school(2, "Thornwick Academy", span=Span(CONVERTED), number="2001"),
        school(3, "Dalestow Infant School", span=Span(None, date(2021, 8, 31)), successors=("4",)),
        school(4, "Marlsea Primary School", span=Span(date(2021, 9, 1))),
        school(5, "Wexbridge School", span=Span(None, date(2019, 8, 31))),
        school(6, "Oxenholt School", span=Span(date(2023, 9, 1))),
    ]
)


@pytest.mark.parametrize(
    ("typed", "on", "urn", "method"),
    [
        ("Thornwick Primary School", date(2021, 5, 1), "1", "exact"),
        ("Thornwick Primary School", date(2023, 5, 1), "2", "successor"),
        ("Thornwick Primary School", None, "2", "successor"),
        ("Thornwick Academy", date(2021, 5, 1), "1", "predecessor"),
        ("Thornwick Prim", date(2021, 5, 1), "1", "words"),
        ("Dalestow Infants", date(2020, 5, 1), "3", "words"),
        ("Dalestow Infants", date(2022, 5, 1), "4", "successor"),
        ("Dalestow Infants", None, "4", "successor"),
        ("Wexbridge School", date(2019, 5, 1), "5", "exact"),
        ("Wexbridge School", date(2019, 10, 1), "5", "exact"),
        ("Wexbridge School", None, "5", "closed"),
        ("Oxenholt School", date(2022, 5, 1), "6", "successor"),
    ],
)
def test_the_school_that_was_open_on_the_day_is_meant(typed, on, urn, method):
    answer = DATED.match(typed, HERE, on)
    assert (answer.status, answer.urn, answer.method) == ("matched", urn, method)


def test_a_school_long_closed_without_a_successor_is_nobody():
    answer = DATED.match("Wexbridge School", HERE, date(2023, 5, 1))
    assert (answer.status, answer.urn, answer.method) == ("unmatched", None, "closed")
    assert answer.candidates == ("5",)


def test_a_closed_school_and_its_successor_are_no_rivals():
    assert DATED.match("Thornwick", HERE, date(2023, 5, 1)).urn == "2"
    assert DATED.match("Thornwick", HERE, date(2021, 5, 1)).urn == "1"


def test_two_followers_are_not_chosen_between():
    split = SchoolMatcher(
        [
            *FILLING,
            school(
                1, "Thornwick School", span=Span(None, date(2022, 8, 31)), successors=("2", "3")
            ),
            school(2, "Marlsea Lower School", span=Span(CONVERTED)),
            school(3, "Marlsea Upper School", span=Span(CONVERTED)),
        ]
    )
    assert split.match("Thornwick School", HERE, date(2023, 5, 1)).status == "unmatched"


# --------------------------------------------------------------------------- domains


def test_the_domain_tells_the_school_where_the_name_does_not():
    for typed, domain in (
        ("", "office@thornwick.fennshire.sch.uk"),
        ("the head teacher", "thornwick.fennshire.sch.uk"),
    ):
        answer = found(typed, domain=domain)
        assert (answer.urn, answer.method) == ("900001", "domain")
    assert found("x <head@thornwick.fennshire.sch.uk>").urn == "900001"


def test_name_and_domain_that_disagree_are_left_to_a_person():
    answer = found("Dalestow Infants", domain="office@thornwick.fennshire.sch.uk")
    assert (answer.status, answer.method) == ("ambiguous", "domain")
    assert answer.candidates == ("900002", "900001")


def test_the_domain_makes_no_school_of_a_nurse():
    assert found("School nurse", domain="thornwick.fennshire.sch.uk").status == "not-a-school"


def test_a_domain_of_nobody_changes_nothing():
    assert found("Thornwick Prim", domain="someone@council.example") == found("Thornwick Prim")


# --------------------------------------------------------------------------- many


def test_rows_are_answered_in_order_each_distinct_one_once():
    asked = []
    matcher = SchoolMatcher(REGISTER)
    plain_match = matcher.match
    matcher.match = lambda *row: asked.append(row) or plain_match(*row)
    rows = [("Thornwick Primary", HERE, None, ""), ("Mum", HERE, None, "")] * 3
    answers = match_all(matcher, rows)
    assert [a.urn for a in answers] == ["900001", None] * 3
    assert len(asked) == 2


def test_an_answer_does_not_depend_on_what_was_asked_before():
    rows = ["Thornwick", "Dalestow", "BGHS", "St Chads RC", "Oxenholt Primary School"]
    first = [SchoolMatcher(REGISTER).match(row, HERE) for row in rows]
    later = [found(row) for row in reversed(rows)]
    assert first == later[::-1]
