"""The questions as a workbook: written, filled in, read back, every problem at once."""

import io
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from equipoise.authority.quality import (
    is_profile_workbook,
    profile_workbook,
    questions,
    read_profile_workbook,
)
from equipoise.core.base import ProblemsError

ON = date(2024, 8, 6)


def filled(answers, *, by="A. Manager", authority="900", heads=("question", "answer")):
    """Write what a person hands back: the questions named, some cells answered."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("Profile")
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head)
    for row, (name, answer) in enumerate(answers, start=1):
        sheet.write_string(row, 0, name)
        if isinstance(answer, date):
            form = book.add_format({"num_format": "dd/mm/yyyy"})
            sheet.write_datetime(row, 1, answer, form)
        else:
            sheet.write_string(row, 1, answer)
    about = book.add_worksheet("About")
    for row, pair in enumerate([("authority", authority), ("answered by", by)]):
        about.write_row(row, 0, pair)
    book.close()
    return target.getvalue()


def test_what_was_answered_before_is_read_back_and_blanks_are_left_out():
    answers = {
        "system": "local",
        "gateway": "separate",
        "threshold": "none",
        "front_door": "2024-04-02, 2024-06-01",
        "dates": "2024-08-05, 2024-01-01, 2024-07-31",
    }
    made = profile_workbook(authority="900", name="Thornshire", answers=answers, on=ON)
    found = read_profile_workbook(made, "profile.xlsx")
    assert found.answers == answers
    assert (found.authority, found.name, found.by) == ("900", "Thornshire", "")


def test_every_question_stands_there_with_what_the_data_suggest_and_a_list_to_pick_from():
    made = profile_workbook(suggested={"gateway": "9 % ended in early help."}, on=ON)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name("Profile").to_python()
    assert {row[0].split(":")[0] for row in rows[1:]} == {q.id for q in questions()}
    assert [row[3] for row in rows if row[0] == "gateway"] == ["9 % ended in early help."]
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    lists = re.findall(r'<dataValidation type="list"', sheet)
    assert len(lists) == sum(1 for question in questions() if question.choices)


def test_the_same_questions_give_the_same_bytes():
    assert profile_workbook(authority="900", on=ON) == profile_workbook(authority="900", on=ON)


def test_words_of_the_list_dates_of_the_sheet_and_the_name_are_read():
    given = [
        ("gateway", "Through either of the two"),
        ("open_cases", "don't know"),
        ("family_help", date(2024, 4, 2)),
        ("dates: made on", date(2024, 8, 5)),
        ("dates: first date of contact", "1/1/2024"),
        ("dates: last date of contact", "31/7/2024"),
    ]
    found = read_profile_workbook(filled(given), "profile.xlsx")
    assert found.by == "A. Manager"
    assert found.answers == {
        "gateway": "either",
        "open_cases": "unknown",
        "family_help": "2024-04-02",
        "dates": "2024-08-05, 2024-01-01, 2024-07-31",
    }


def test_every_problem_is_named_at_once_and_no_answer_is_repeated():
    given = [
        ("gateway", "perhaps Jane Doe knows"),
        ("weather", "rain"),
        ("threshold", "in spring"),
        ("threshold", "2024-01-01"),
        ("dates: made on", "2024-08-05"),
    ]
    with pytest.raises(ProblemsError) as caught:
        read_profile_workbook(filled(given), "profile.xlsx")
    found = [(problem.place, problem.found) for problem in caught.value.problems]
    assert [place for place, _ in found] == [
        "sheet Profile, row 3, column question",
        "sheet Profile, row 5, column question",
        "sheet Profile, row 2, column answer",
        "sheet Profile, row 4, column answer",
        "sheet Profile, row 6, column answer",
    ]
    assert "Jane" not in str(found)


@pytest.mark.parametrize("data", [b"not a workbook", filled([], heads=("question", "why"))])
def test_another_file_is_refused_in_words(data):
    with pytest.raises(ProblemsError):
        read_profile_workbook(data, "profile.xlsx")
    assert not is_profile_workbook(data)


def test_a_workbook_of_questions_is_known_from_one_of_contacts():
    assert is_profile_workbook(profile_workbook(on=ON))
