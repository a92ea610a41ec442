"""Lists: Annex A and the standard dataset by their headings, every row accounted for."""

from datetime import date
from pathlib import Path

import pytest

from equipoise.authority.readers import ListReader
from equipoise.authority.readers.known_lists import known_lists, list_of
from equipoise.core.base import ProblemsError
from tests.authority.test_extract import xlsx_of

CONTACTS = ("Child Unique ID", "Gender", "Age", "Date of Contact", "Contact Source")
REFERRALS = ("Child Unique ID", "Date of Referral", "Referral Source", "Referral NFA?")
ENQUIRIES = (
    "Child Unique ID",
    "Strategy discussion initiating Section 47 Enquiry Start Date",
    "Did the Initial Child Protection Conference Result in a Child Protection Plan",
    "Number of Section 47 Enquiries in the last 12 months",
)
SHARED = Path(__file__).parents[3] / "shared" / "data"


def read(data, name="annex-a.xlsx"):
    reader = ListReader(data, name)
    return list(reader.rows()), reader


def refused(data):
    with pytest.raises(ProblemsError) as error:
        read(data)
    return error.value.problems


@pytest.mark.parametrize(
    "heads",
    [
        CONTACTS,
        ("Child_Unique_ID", "DATE OF  CONTACT", "contact source:"),
        ("Child ID", "Contact date", "Source of contact"),
        ("Child Unique ID", "Date the contact was received", "Contact Source (code)"),
    ],
)
def test_a_list_is_known_however_its_headings_are_written(heads):
    assert list_of(heads).id == "contacts"


@pytest.mark.parametrize("heads", [("Child Unique ID",), ("Date of Contact", "Contact Source")])
def test_too_few_headings_are_no_list(heads):
    assert list_of(heads) is None


def test_the_lists_are_eleven_and_the_standard_datasets_two():
    assert [known.file for known in known_lists()] == ["annex-a"] * 11 + ["standard-dataset"] * 2


def test_sheets_are_told_by_their_headings_under_titles_and_in_any_order():
    titles = [("Annex A",), ("Six months to 31 March 2024",)]
    rows, reader = read(
        xlsx_of(
            [("Contents",), ("List 1",)],
            [*titles, REFERRALS, ("7", "2024-01-10", "e) 2A: Schools", "a) Yes")],
            [CONTACTS, ("7", "a) Male", "9", "2024-01-09", "e) 2A: Schools")],
        )
    )
    assert [(row.list, row.sheet, row.row) for row in rows] == [
        ("referrals", 2, 4),
        ("contacts", 3, 2),
    ]
    assert rows[0].answer is True
    assert (rows[1].person, date.fromordinal(rows[1].start)) == ("7", date(2024, 1, 9))
    assert reader.notes() == (
        "sheets 2, 3 of 3 were read",
        "rows above the headings were taken for titles",
    )


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("a) Yes", True), ("b) No", False), ("N", False), ("1", True), ("true", True),
        ("", None), ("Further action", None), ("U", None),
    ],
)  # fmt: skip
def test_an_answer_that_is_neither_yes_nor_no_is_unknown_and_said(cell, answer):
    (row,), reader = read(xlsx_of([REFERRALS, ("7", "2024-01-10", "6: Police", cell)]))
    assert row.answer is answer
    assert bool(reader.notes()) == (answer is None and cell != "")


def test_rows_that_cannot_be_counted_are_set_aside_with_their_reason():
    rows, reader = read(
        xlsx_of(
            [
                CONTACTS,
                ("1", "", "", "2024-01-09", "6"),
                ("", "", "", "2024-01-09", "6"),
                ("3", "", "", "", "6"),
                ("4", "", "", "last week", "6"),
            ]
        )
    )
    assert [row.aside for row in rows] == ["", "no-child-id", "no-date", "unreadable-date"]
    assert (reader.read["contacts"], reader.kept["contacts"]) == (4, 1)
    assert sum(reader.aside.values()) == 3


def test_one_list_on_two_sheets_is_refused_since_rows_may_be_there_twice():
    row = ("1", "", "", "2024-01-09", "6")
    (problem,) = refused(xlsx_of([CONTACTS, row], [CONTACTS, row]))
    assert problem.found == "List 1, contacts on sheets 1 and 2"


def test_two_columns_for_one_field_are_refused_by_their_positions():
    heads = (*CONTACTS, "Date of contact (2)")
    (problem,) = refused(xlsx_of([heads, ("1", "", "", "2024-01-09", "6", "2024-01-09")]))
    assert problem.found == "columns 4, 6 for one field of List 1, contacts (start)"


def test_a_workbook_without_any_list_is_refused():
    (problem,) = refused(xlsx_of([("Name", "Notes"), ("Jane Roe", "x")]))
    assert problem.found == "no list that is known"
    assert "Jane" not in problem.sentence()


def test_a_damaged_workbook_is_refused():
    data = xlsx_of([CONTACTS, ("1", "", "", "2024-01-09", "6")])
    (problem,) = refused(data[: len(data) // 2])
    assert "cannot be read to its end" in problem.found


def test_a_referral_list_without_its_question_says_so():
    _, reader = read(xlsx_of([REFERRALS[:3], ("7", "2024-01-10", "6: Police")]))
    assert reader.notes() == (
        "List 3, referrals has no column for its question answered yes or no",
    )


SSD = "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_code,"
SSD += "cont_contact_source_desc,cont_contact_outcome_json\n"
EPISODES = "cine_referral_id,cine_person_id,cine_referral_date,cine_referral_source_code,"
EPISODES += "cine_referral_outcome_json,cine_referral_nfa\n"


def test_a_table_of_the_standard_dataset_is_read_as_it_is_published():
    flags = '"{""NFA_FLAG"": ""Y"", ""COMMENTS"": ""about Jane""}"'
    rows, reader = read(
        (SSD + f"1,P1,2024-01-09,2A,NULL,{flags}\n2,P2,2024-01-10,,Police,NULL\n").encode(),
        "ssd_contacts.csv",
    )
    assert [(row.source, row.flags, row.labels) for row in rows] == [
        ("2A", ("NFA_FLAG",), ()),
        ("Police", None, ()),
    ]
    assert "Jane" not in repr(rows)
    assert reader.notes() == ()


def test_referral_outcomes_have_flags_of_their_own():
    good = '"{""SINGLE_ASSESSMENT_FLAG"": ""Y"", ""NFA_FLAG"": ""N""}"'
    other = '"{""NEW_REFERRAL_FLAG"": ""Y""}"'
    rows, reader = read(
        (EPISODES + f"1,P1,2024-01-09,2A,{good},N\n2,P2,2024-01-10,6,{other},Y\n").encode(),
        "ssd_cin_episodes.csv",
    )
    assert [(row.flags, row.answer) for row in rows] == [
        (("SINGLE_ASSESSMENT_FLAG",), False),
        (None, True),
    ]
    assert reader.notes() == (
        "ssd_cin_episodes: 1 rows whose outcome cannot be read: a flag that is not known "
        "(AAA_AAAAAAAA_AAAA)",
    )


@pytest.mark.skipif(
    not (SHARED / "annex-a-sample.xlsx").exists(), reason="the real files are not here"
)
def test_the_published_sample_has_its_eleven_lists_and_rows():
    rows, reader = read(SHARED / "annex-a-sample.xlsx")
    # Counted by eye in the workbook: rows under the headings of List 1, 2, ... 11.
    by_eye = [5, 5, 6, 5, 5, 5, 7, 5, 6, 5, 5]
    assert [reader.read[known.id] for known in known_lists()[:11]] == by_eye
    assert reader.kept == reader.read
    assert [reader.lists[known.id][0] for known in known_lists()[:11]] == [*range(1, 12)]
    of_schools = [row.row for row in rows if row.source == "e) 2A: Schools"]
    assert of_schools == [5]
    assert {row.answer for row in rows if row.list == "referrals"} == {False}
    assert [row.answer for row in rows if row.list == "section-47"] == [
        True, True, None, None, True,
    ]  # fmt: skip
