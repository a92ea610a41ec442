"""Files: the register in its two forms, and the names; everything wrong is said at once."""

from datetime import date

import pytest

from equipoise.authority.schools import (
    NameColumns,
    Resolution,
    TypedName,
    names_bytes,
    read_names,
    read_official,
)
from equipoise.core.base import ProblemsError

USUAL = NameColumns()
OFFICIAL = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
    "EstablishmentStatus (name),OpenDate,CloseDate,SchoolWebsite,Street\n"
    "900001,350,Bolton,2001,St Ren\xe9e\x92s School,Community school,Closed,01-09-1980,"
    "31-08-2021,,a\n"
    "900002,350,Bolton,2002,Ash School,Academy,Open,,,www.ash.example,b\n"
    "900003,350,Bolton,2003,Elm Centre,Children's centre,Open,,,,c\n"
)


def told(error):
    return [(p.place, p.found) for p in error.value.problems]


def test_the_official_register_is_read_as_downloaded():
    schools = read_official(OFFICIAL.encode("latin-1"), file="r.csv")
    assert [s.urn for s in schools] == ["900001", "900002"]
    first, second = schools
    assert first.name == "St Ren\u00e9e\u2019s School"
    assert (first.la, first.la_code, first.number) == ("Bolton", "350", "2001")
    assert (first.span.opened, first.span.closed) == (date(1980, 9, 1), date(2021, 8, 31))
    assert first.span.is_closed
    assert (second.website, second.span.open_now()) == ("www.ash.example", True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_our_own_columns_are_read_in_any_order_and_encoding(encoding):
    data = "la_name,fsm,school_name,urn\nKent,3.1,St Ren\u00e9e\u2019s,900001\n\n".encode(encoding)
    (school,) = read_official(data, file="r.csv")
    assert (school.urn, school.name, school.authority) == ("900001", "St Ren\u00e9e\u2019s", "Kent")


def test_links_of_the_register_are_read():
    data = b"urn,school_name,la_name,successors,former_names\n1,A,Kent,2; 3,Old A|Older A\n"
    (school,) = read_official(data, file="r.csv")
    assert school.successors == ("2", "3")
    assert school.former == ("Old A", "Older A")


def test_missing_columns_are_all_named_with_those_found():
    with pytest.raises(ProblemsError) as error:
        read_official(b"number,title\n1,A\n", file="r.csv")
    found = [p.found for p in error.value.problems]
    assert len(found) == 3
    assert all(text.endswith("among number, title") for text in found)
    assert "urn" in found[0] and "school_name" in found[1] and "la_name" in found[2]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "nothing"),
        (b"\n\n", "nothing"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"urn,school_name,la_name\n", "headings and no schools"),
        (b"urn,school_name,la_name\n,A,Kent\n", "an empty cell"),
        (b"urn,school_name,la_name,opened\n1,A,Kent,soon\n", "'soon'"),
    ],
)
def test_a_register_that_cannot_be_read_says_why(data, found):
    with pytest.raises(ProblemsError) as error:
        read_official(data, file="r.csv")
    assert found in [p.found for p in error.value.problems]


def test_of_thousands_of_problems_the_first_are_listed_and_the_rest_counted():
    data = b"urn,school_name,la_name\n" + b",A,Kent\n" * 50
    with pytest.raises(ProblemsError) as error:
        read_official(data, file="r.csv")
    assert told(error)[-1] == ("rest of the file", "30 more problems")
    assert len(error.value.problems) == 21


def test_names_keep_their_rows_blank_and_repeated_ones_too():
    data = b"la,name,date\nKent,Ash,2024-05-01\nKent,Ash,01/05/2024\nKent,,\n"
    day = date(2024, 5, 1)
    assert read_names(data, USUAL, file="n.csv") == (
        TypedName("Ash", "Kent", day),
        TypedName("Ash", "Kent", day),
        TypedName("", "Kent"),
    )


def test_semicolons_and_other_headings_are_read():
    data = "Agency;Borough\nAsh;Kent\n".encode("utf-8-sig")
    columns = NameColumns(name="agency", la="Borough")
    assert read_names(data, columns, file="n.csv") == (TypedName("Ash", "Kent"),)


def test_every_missing_column_is_named_with_those_found():
    with pytest.raises(ProblemsError) as error:
        read_names(b"a,b\n1,2\n", NameColumns(la="area"), file="n.csv")
    assert told(error) == [
        ("line 1", "no column name among a, b"),
        ("line 1", "no column area among a, b"),
    ]


def test_a_wrong_date_shows_its_shape_alone():
    with pytest.raises(ProblemsError) as error:
        read_names(b"name,date\nAsh,31/02/2019\nAsh,Jane\n", USUAL, file="n.csv")
    assert told(error) == [
        ("line 2, column date", "99/99/9999"),
        ("line 3, column date", "Aaaa"),
    ]


def test_an_open_quotation_is_a_problem_and_no_lost_row():
    data = b'name\n"' + b"x" * 200_000 + b"\n"
    with pytest.raises(ProblemsError) as error:
        read_names(data, USUAL, file="n.csv")
    assert told(error) == [("line 2", "a cell that never ends")]


def test_answers_are_written_row_by_row():
    names = (TypedName("Ash, the", "Kent"), TypedName("Mum"))
    found = (
        Resolution("matched", "900001", "words", 0.99123, 0.004, ("900001", "900002")),
        Resolution("not-a-school", None, "body"),
    )
    assert names_bytes(names, found) == (
        b"name,la,urn,method,score,status\n"
        b'"Ash, the",Kent,900001,words,0.991,matched\n'
        b"Mum,,,body,0.000,not-a-school\n"
    )
    assert (
        names_bytes(names, found, explain=True)
        .splitlines()[1]
        .endswith(b"matched,0.004,900001 900002")
    )
