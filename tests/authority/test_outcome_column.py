"""The outcome column of the standard dataset in each of its published shapes."""

import pytest

from equipoise.authority.readers import read_extract
from equipoise.authority.readers.flags import REFERRAL_FLAGS, read_recorded
from equipoise.core.base import ProblemsError
from tests.authority.test_extract import profile

HEADS = (
    "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_code,"
    "cont_contact_source_desc,cont_contact_outcome_json,referring_agency,decision_date"
)
EMPTY = "the outcome column is empty throughout: this file tells no outcome"
WORDS = "the outcome column holds words, one outcome each; blank means not recorded"
TICKS = "the outcome column holds the two tick boxes of a live form, else nothing"
LISTS = "the outcome column holds lists of next actions, of which the gravest holds"
FLAGS = "the outcome column holds flags as JSON"


def read(*outcomes):
    rows = []
    for number, outcome in enumerate(outcomes, start=1):
        cell = '"' + outcome.replace('"', '""') + '"'
        rows.append(f"{number},P{number},08/01/2024,2A,Schools,{cell},Thornwick Primary,09/01/2024")
    data = ("\n".join([HEADS, *rows]) + "\n").encode("utf-8")
    return read_extract(data, "contacts.csv", profile(open_cases="by-outcome"))


@pytest.mark.parametrize(
    ("outcomes", "note"),
    [
        (("NULL", '{"NFA_FLAG": "Y"}'), FLAGS),
        (("NULL", "EH Referral", "CIN Referral", ""), TICKS),
        (("NULL", "Early Help", "Social Care"), WORDS),
        (("EH Referral", "No Further Action"), WORDS),
        (("01 - No Further Action", "a) Early Help"), WORDS),
        (("Early Help", "Social Care", "Social Care,Early Help"), LISTS),
        (("Signposted, and a leaflet sent", "No Further Action"), WORDS),
        (("NULL", "null", ""), EMPTY),
        (('["Early Help"]', "NULL"), "the outcome column holds lists as JSON"),
    ],
)
def test_the_shape_is_recognised_from_what_is_in_the_column_and_said(outcomes, note):
    extract = read(*outcomes)
    assert note in extract.notes
    assert extract.rows_read == len(outcomes) == len(extract.contacts)


def test_only_two_tick_boxes_make_a_blank_no_further_action():
    assert [c.implied for c in read("NULL", "EH Referral").contacts] == ["NFA", ""]
    for others in (("NULL", "Early Help"), ("NULL",), ("", '{"NFA_FLAG": "Y"}')):
        assert read(*others).contacts[0].implied == ""


def test_a_list_as_json_is_a_list_and_flags_in_one_are_flags():
    words, flags, objects = read(
        '["Early Help", "Information and Advice"]', '["NFA_FLAG", "ADVICE"]',
        '[{"NFA_FLAG": "N"}, {"CP_ENQUIRY_FLAG": "Y"}]',
    ).contacts  # fmt: skip
    assert (words.outcome, words.flags) == ("Early Help; Information and Advice", None)
    assert (flags.outcome, flags.flags) == ("", ("ADVICE_FLAG", "NFA_FLAG"))
    assert objects.flags == ("CP_ENQUIRY_FLAG",)


def test_comments_are_dropped_and_a_count_is_no_flag():
    extract = read('{"NFA_FLAG": "Y", "NUMBER_OF_OUTCOMES": 1, "COMMENTS": "Jane Roe called"}')
    assert extract.contacts[0].flags == ("NFA_FLAG",)
    assert "Jane" not in repr(extract)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"NOTES_ABOUT_JANE": "Y"}', "a flag that is not known (AAAAA_AAAAA_AAAA)"),
        ('{"NFA_FLAG": "Jane"}', "a flag that is neither Y nor N"),
        ('{"NFA_FLAG": "Y"', "flags that are not whole JSON"),
        ('["Early Help", 7]', "a list of outcomes that holds other things than words"),
    ],
)
def test_what_is_no_outcome_is_refused_by_its_shape(text, words):
    with pytest.raises(ProblemsError) as error:
        read('{"NFA_FLAG": "Y"}', text)
    (problem,) = error.value.problems
    assert (problem.found, problem.place) == (words, "row 3")
    assert "Jane" not in problem.sentence().replace("JANE", "")


@pytest.mark.parametrize("text", ["", " ", "NULL", "null"])
def test_nothing_is_no_flag(text):
    assert read_recorded(text).flags == ()


def test_a_flag_may_lack_its_ending():
    assert read_recorded('{"NFA": "Y", "CP_CONFERENCE": true}', REFERRAL_FLAGS).flags == (
        "CP_CONFERENCE_FLAG", "NFA_FLAG",
    )  # fmt: skip


def test_a_column_of_open_cases_holds_where_there_is_one():
    data = (
        HEADS + ",case_open\n"
        'C1,P1,08/01/2024,2A,Schools,"{""EXISTING_REFERRAL_FLAG"": ""N""}",T,09/01/2024,Y\n'
    )
    (contact,) = read_extract(data.encode(), "contacts.csv", profile()).contacts
    assert contact.open_case is True
