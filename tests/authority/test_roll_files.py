"""Rolls, lists of pupil numbers and school links: read strictly, every row accounted for."""

import io
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from equipoise.authority.pack import build_pack
from equipoise.authority.rules import SQLiteEngine
from equipoise.authority.schools import (
    ROLL_FILES,
    KnownName,
    Likeness,
    Linking,
    Rolls,
    RollSpell,
    SchoolResolver,
    Surroundings,
    declared_history,
    one_of,
    read_links,
    read_roll,
    read_upns,
)
from equipoise.authority.schools.people import accepted
from equipoise.core.base import ProblemsError
from tests.authority.test_attended_packs import (
    ADA,
    BEN,
    CY,
    OWN,
    SCHOOLS,
    TEMPORARY,
    WRONG,
    YEAR,
    extract,
)

DAY = date(2024, 5, 1)


def roll(*rows, heads="UPN,URN,Entry date,Leaving date,Former UPN,Enrolment status"):
    return "\n".join([heads, *rows, ""]).encode()


def problems_of(data, read=read_roll, file="roll.csv"):
    with pytest.raises(ProblemsError) as error:
        read(data, file)
    return [(p.place, p.found) for p in error.value.problems]


# ------------------------------------------------------------------------------------ rolls


@pytest.mark.parametrize(
    "heads",
    [
        "UPN,URN,EntryDate,LeavingDate,FormerUPN,EnrolStatus",
        "Unique Pupil Number,School URN,Admission date,Date of leaving,Previous UPN,Registration",
        "Pupil UPN,Establishment URN,On roll from,On roll to,Old UPN,Main or subsidiary",
    ],
)
def test_columns_are_known_however_they_are_named(heads):
    spells, account = read_roll(
        roll(f"{ADA},900001,01/09/2023,31/08/2024,{TEMPORARY},S", heads=heads), "roll.csv"
    )
    assert spells == [
        RollSpell(ADA, "900001", date(2023, 9, 1), date(2024, 8, 31), TEMPORARY, False)
    ]
    assert (account.rows_read, account.rows_kept) == (1, 1)


def test_a_workbook_with_a_sheet_for_each_school_is_read_whole():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        notes = book.add_worksheet("notes")
        notes.write(0, 0, "printed on Monday")
        for urn, upn in ((900001, ADA), (900002, BEN)):
            sheet = book.add_worksheet(str(urn))
            sheet.write(0, 0, "Pupils")
            sheet.write_row(2, 0, ["UPN", "Surname", "URN", "EntryDate"])
            sheet.write_row(3, 0, [upn, "Quill", urn])
            sheet.write_datetime(3, 3, date(2023, 9, 1), day)
    spells, account = read_roll(buffer.getvalue(), "roll.xlsx")
    assert [(s.upn, s.urn, s.start) for s in spells] == [
        (ADA, "900001", date(2023, 9, 1)), (BEN, "900002", date(2023, 9, 1)),
    ]  # fmt: skip
    assert account.rows_read == 2


def test_rows_that_link_nobody_are_set_aside_and_counted():
    spells, account = read_roll(
        roll(
            f"{ADA},900001,01/09/2023,,,",
            f"{ADA},900001,01/09/2023,,,",
            f"{WRONG},900001,01/09/2023,,,",
            ",900001,01/09/2023,,,",
            f"{BEN},,01/09/2023,,,",
            f"{CY},900001,,,,",
        ),
        "roll.csv",
    )
    assert len(spells) == 1
    assert account.set_aside == {
        "double": 1, "invalid-upn": 1, "no-start": 1, "no-upn": 1, "no-urn": 1,
    }  # fmt: skip
    assert account.rows_read == 6 == account.rows_kept + sum(account.set_aside.values())


def test_every_problem_comes_at_once_and_shows_shapes_alone():
    found = problems_of(
        roll(
            f"{ADA},9X,01/09/2023,,,",
            f"{ADA},900001,31/31/2023,,,",
            f"{ADA},900001,01/09/2023,01/09/2022,,",
            f"{ADA},900001,01/09/2023,,,Zebedee",
        )
    )
    assert found == [
        ("row 2, urn", "9A"),
        ("row 3, start", "99/99/9999"),
        ("row 4", "a leaving before the entry"),
        ("row 5, registration", "Aaaaaaa"),
    ]
    assert problems_of(b"UPN,URN\n") == [("headings", "no column for start")]
    assert problems_of(roll(heads="UPN,URN,Entry date,Leaving date,Date left")) == [
        ("headings", "columns 4 and 5 alike for end")
    ]
    assert problems_of(roll()) == [("whole file", "no rows")]


@given(st.binary(max_size=300))
def test_no_bytes_end_in_anything_but_a_reading_or_a_refusal(data):
    for read in (read_roll, read_upns):
        try:
            _, account = read(data, "roll.csv")
        except ProblemsError:
            continue
        assert account.rows_kept + sum(account.set_aside.values()) == account.rows_read


def test_problems_of_every_table_come_together():
    more = {
        "roll.csv": b"UPN,URN\n", "upns.csv": b"UPN\n", "domains.csv": b"domain\nx\n",
        "school-links.csv": b"predecessor\n1\n",
    }  # fmt: skip
    with pytest.raises(ProblemsError) as error:
        build_pack(extract(more=more), SCHOOLS, OWN, YEAR, SQLiteEngine(), attended=None)
    assert {p.file for p in error.value.problems} == set(more)


# -------------------------------------------------------------------------------- numbers


def test_a_childs_numbers_are_tried_together_and_must_agree():
    rolls = Rolls(
        [RollSpell(ADA, "900001", date(2023, 9, 1)), RollSpell(BEN, "900002", date(2023, 9, 1))]
    )
    numbers, account = read_upns(
        f"Person ID;UPN\nK1;{WRONG}\nK1;{ADA}\nK2;{ADA}\nK2;{BEN}\nK3;\n;{ADA}\n".encode(), "u.csv"
    )
    assert (account.rows_read, account.rows_kept) == (6, 4)
    linking = Linking(rolls, numbers, {"900001", "900002"})
    assert linking.find("", "K1", DAY) == ("900001", "upn")
    assert linking.find("", "K2", DAY) == (None, "two-schools")
    assert linking.find(WRONG, "K9", DAY) == (None, "invalid-upn")
    assert linking.find(WRONG, "K1", DAY) == ("900001", "upn")


def test_details_are_asked_only_where_there_is_no_number():
    rolls = Rolls([RollSpell(ADA, "900001", date(2023, 9, 1))])
    details = {"K1": ADA, "K2": "", "K3": BEN}
    linking = Linking(rolls, {}, {"900001"}, details=details)
    assert linking.find("", "K1", DAY) == ("900001", "details")
    assert linking.find("", "K2", DAY) == (None, "unclear")
    assert linking.find(BEN, "K1", DAY) == (None, "unknown-upn")
    assert linking.find("", "K9", DAY) == (None, "no-upn")


def test_a_pair_is_accepted_only_where_no_other_competes():
    sure, near = Likeness("K1", "A", 0.999), Likeness("K1", "B", 0.95)
    assert accepted(["K1"], [sure], 0.99) == {"K1": "A"}
    assert accepted(["K1"], [sure, near], 0.99) == {"K1": ""}
    assert accepted(["K1"], [Likeness("K1", "A", 1.0), near], 0.99) == {"K1": "A"}
    both = [Likeness("K1", "A", 0.999), Likeness("K2", "A", 0.999)]
    assert accepted(["K1", "K2"], both, 0.99) == {"K1": "", "K2": ""}


# ---------------------------------------------------------------------------------- links

CONVERTED = b"predecessor,successor,date\n900001,900002,2024-02-01\n"


def resolver(links, *names):
    known = [KnownName(name, urn) for name, urn in names]
    found = read_links(links, {urn for _, urn in names})
    around = Surroundings(history=declared_history(found, known))
    return SchoolResolver(known, None, around)


@pytest.mark.parametrize("typed", ["Ash Primary School", "Ash Academy"])
@pytest.mark.parametrize(
    ("on", "urn"), [(date(2024, 1, 31), "900001"), (date(2024, 2, 1), "900002")]
)
def test_after_its_first_day_the_successor_is_meant_and_before_it_the_predecessor(typed, on, urn):
    names = (("Ash Primary School", "900001"), ("Ash Academy", "900002"))
    assert resolver(CONVERTED, *names).resolve(typed, on).urn == urn
    assert resolver(None, *names).resolve("Ash Primary School", on).urn == "900001"


@pytest.mark.parametrize(
    ("on", "urn"), [(date(2024, 1, 31), "900001"), (date(2024, 2, 1), "900002")]
)
def test_of_two_schools_of_one_name_the_link_tells_which(on, urn):
    names = (("Ash Primary School", "900001"), ("Ash Primary School", "900002"))
    assert resolver(CONVERTED, *names).resolve("Ash Primary School", on).urn == urn
    assert resolver(None, *names).resolve("Ash Primary School", on).status == "ambiguous"


@pytest.mark.parametrize(
    "links",
    [
        b"urn_from,urn_to,on,kind\n900001,900002,2024-02-01,merged\n",
        b"predecessor,successor,date\n900001,900002,2024-02-01\n900003,900002,2024-02-01\n",
    ],
)
def test_a_school_that_takes_another_in_was_there_before(links):
    names = (("Ash School", "900001"), ("Beech School", "900002"), ("Elm School", "900003"))
    schools = resolver(links, *names)
    before, after = date(2024, 1, 31), date(2024, 2, 1)
    assert schools.resolve("Beech School", before).urn == "900002"
    assert schools.resolve("Ash School", before).urn == "900001"
    assert schools.resolve("Ash School", after).urn == "900002"


def test_links_with_schools_beyond_the_roster_are_left_out_and_renamings_say_nothing():
    links = (
        b"urn_from,urn_to,on,kind\n900001,999999,2024-02-01,successor\n"
        b"900001,900002,2024-02-01,renamed\n900002,900001,2024-02-01,predecessor\n"
    )
    (link,) = read_links(links, {"900001", "900002"})
    assert (link.earlier, link.later) == ("900001", "900002")
    assert read_links(None, set()) == ()


def test_links_that_cannot_be_are_refused_together():
    with pytest.raises(ProblemsError) as error:
        read_links(b"predecessor,successor,date\n90001x,900002,soon\n900001,900001,\n", {"900001"})
    assert [p.place for p in error.value.problems] == [
        "line 2, date", "line 2, predecessor", "line 3, successor", "line 3, date",
    ]  # fmt: skip
    circle = b"predecessor,successor,date\n900001,900002,2024-02-01\n900002,900001,2024-03-01\n"
    found = read_links(circle, {"900001", "900002"})
    with pytest.raises(ProblemsError, match="circle"):
        declared_history(found, [])


def test_a_declared_link_is_used_in_packs_and_on_rolls():
    links = b"predecessor,successor,date\n900001,900003,2024-01-11\n"
    pack = build_pack(
        extract(more={"school-links.csv": links}), SCHOOLS, OWN, YEAR, SQLiteEngine(),
        attended=None,
    )  # fmt: skip
    assert {c.urn: c.contacts for c in pack.counts} == {"900001": 2, "900002": 1, "900003": 6}
    rolls = Rolls([RollSpell(ADA, "900001", date(2023, 9, 1))])
    names = [KnownName(school.name, school.urn) for school in SCHOOLS]
    found = read_links(links, {name.urn for name in names})
    linking = Linking(
        rolls, {}, {name.urn for name in names}, history=declared_history(found, names)
    )
    assert linking.find(ADA, "", date(2024, 1, 10)) == ("900001", "upn")
    assert linking.find(ADA, "", date(2024, 1, 11)) == ("900003", "upn")


def test_two_forms_of_one_table_are_refused():
    """Which of them holds nobody could say: an old roll lies beside the new one."""
    assert one_of({"roll.xlsx": b"", "upns.csv": b""}, ROLL_FILES) == "roll.xlsx"
    assert one_of({"upns.csv": b""}, ROLL_FILES) == ""
    with pytest.raises(ProblemsError, match=r"roll\.csv and roll\.xlsx"):
        one_of({"roll.xlsx": b"", "roll.csv": b""}, ROLL_FILES)
