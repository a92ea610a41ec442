"""The questions of a profile: what may be answered, what is stored, what follows."""

import json
from datetime import date

import pytest

from equipoise.authority.quality import (
    DONT_KNOW,
    About,
    answered,
    answers_of,
    profile_bytes,
    profile_of,
    questions,
    read_answer,
    unanswered,
)
from equipoise.authority.readers import read_profile
from equipoise.authority.readers.answers import CHOICES
from equipoise.core.base import ProblemsError

OLD = {
    "authority": "900",
    "name": "Thornshire",
    "system": "local",
    "contacts_file": "contacts.csv",
    "one_row_per": "child",
    "open_cases": "flagged",
    "extract_date": "2024-08-05",
    "covers": {"from": "2024-01-01", "to": "2024-07-31"},
}
SEEN = (date(2024, 8, 3), date(2024, 1, 2), date(2024, 7, 30))
BY_ID = {question.id: question for question in questions()}


def read(**changes):
    return read_profile(json.dumps({**OLD, **changes}).encode())


def test_there_are_at_most_fifteen_and_they_hold_what_was_asked_for():
    assert len(questions()) <= 15
    assert set(BY_ID) == {
        "system", "contact", "one_row_per", "siblings", "gateway", "time_limit", "open_cases",
        "repeats", "overwritten", "encoding", "threshold", "family_help", "front_door",
        "system_change", "dates",
    }  # fmt: skip
    assert all(question.unknown.endswith(".") for question in questions())


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.id)
def test_every_answer_that_is_offered_can_be_stored(question):
    """The choices in the data file and those that the reader takes are the same."""
    for choice in question.choices:
        body = read(**{question.id: choice.code})
        assert answers_of(body)[question.id] == choice.code
    if question.id in CHOICES and question.choices:
        assert {c.code for c in question.choices} | {"unknown"} == set(CHOICES[question.id])


def test_an_old_profile_is_read_and_what_was_never_asked_is_not_known():
    found = {one.question: one for one in answered(read())}
    known = {name for name, one in found.items() if one.known}
    assert known == {"system", "one_row_per", "open_cases", "dates"}
    assert found["gateway"].answer == DONT_KNOW
    assert all(one.follows for name, one in found.items() if name not in known)
    assert [q.id for q in unanswered(answers_of(read()))] == [
        one.question for one in answered(read()) if not one.known
    ]


@pytest.mark.parametrize(
    ("changes", "question", "follows"),
    [
        ({"gateway": "separate"}, "gateway", "Contacts bound for early help are missing"),
        ({"gateway": "same-record"}, "gateway", ""),
        ({"one_row_per": "family"}, "one_row_per", "Distinct children cannot be counted"),
        ({"open_cases": "absent"}, "open_cases", "None has to be set aside"),
        ({"changes": {"system": ["2024-03-01"]}}, "system_change", "Numbers, labels and blanks"),
        ({"changes": {"system": []}}, "system_change", ""),
        ({"dates": "from-rows"}, "dates", "The dates are taken from the rows"),
    ],
)
def test_an_answer_says_what_follows_from_it(changes, question, follows):
    found = {one.question: one for one in answered(read(**changes))}[question]
    assert found.follows.startswith(follows) and bool(found.follows) == bool(follows)


@pytest.mark.parametrize(
    ("question", "typed", "stored"),
    [
        ("gateway", "2", "separate"),
        ("gateway", "Separate", "separate"),
        ("gateway", "through either of the two", "either"),
        ("gateway", "Don't know", "unknown"),
        ("gateway", "?", "unknown"),
        ("gateway", "", "unknown"),
        ("time_limit", "none", "none"),
        ("threshold", "none", "none"),
        ("threshold", "1/9/2024; 2024-04-02, 1/9/2024", "2024-04-02, 2024-09-01"),
        ("dates", "6/10/2025, 1/9/2023, 30/9/2025", "2025-10-06, 2023-09-01, 2025-09-30"),
        ("system", "  two   words ", "two words"),
    ],
)
def test_answers_are_read_as_people_give_them(question, typed, stored):
    assert read_answer(BY_ID[question], typed) == stored


@pytest.mark.parametrize(
    ("question", "typed", "expected"),
    [
        ("gateway", "9", "same-record, separate, either"),
        ("threshold", "last spring", "dates like 2025-04-01"),
        ("dates", "2025-10-06", "three dates"),
        ("dates", "2025-09-01, 2023-09-01, 2025-09-30", "made after both"),
    ],
)
def test_an_answer_that_does_not_fit_says_what_does(question, typed, expected):
    with pytest.raises(ValueError, match=expected):
        read_answer(BY_ID[question], typed)


def test_answers_become_a_profile_that_reads_back_the_same():
    answers = {
        "system": "local", "contact": "consultations-too", "one_row_per": "child",
        "siblings": "household", "gateway": "either", "time_limit": "none", "open_cases": "absent",
        "repeats": "varies", "overwritten": "last-only", "encoding": "cp1252",
        "threshold": "none", "family_help": "2024-04-02", "front_door": "2024-04-02, 2024-06-01",
        "system_change": "unknown", "dates": "2024-08-05, 2024-01-01, 2024-07-31",
    }  # fmt: skip
    about = About("900", "Thornshire", ("a.csv", "b.csv"))
    made = profile_of(about, answers, seen=SEEN, by="A. Manager", on=date(2024, 8, 6))
    again = read_profile(profile_bytes(made))
    assert again == made
    assert answers_of(again) == answers
    assert (again.answers.by, again.answers.on) == ("A. Manager", date(2024, 8, 6))
    assert again.contacts_files == ("a.csv", "b.csv")
    assert (again.covers_from, again.encoding) == (date(2024, 1, 1), "cp1252")


def test_where_nobody_knows_anything_the_dates_come_from_the_rows():
    made = profile_of(About("900", "Thornshire", ("a.csv",)), {}, seen=SEEN)
    assert (made.extract_date, made.covers_from, made.covers_to) == SEEN
    assert not any(one.known for one in answered(made))
    assert b'"encoding"' not in profile_bytes(made)
    assert read_profile(profile_bytes(made)) == made


def test_every_wrong_answer_of_a_profile_is_named_at_once():
    with pytest.raises(ProblemsError) as caught:
        read(
            gateway="maybe", siblings=3, changes={"system": "2024-01-01", "threshold": ["soon"]},
            answered={"by": "A"}, one_row_per="street",
        )  # fmt: skip
    places = {problem.place for problem in caught.value.problems}
    assert places == {
        "entry gateway", "entry siblings", "entry changes.system", "entry changes.threshold",
        "entry answered", "entry one_row_per",
    }  # fmt: skip
