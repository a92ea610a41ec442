"""Headings: columns named anyhow are recognised; look-alikes, doubts and gaps are not guessed."""

import json

import pytest

from equipoise.authority.readers import contact_fields, read_extract, read_profile
from equipoise.authority.readers.delimited import separator_of
from equipoise.authority.readers.headings import located, shape_of_heads
from equipoise.authority.readers.shapes import LOCAL_COLUMNS, SHAPES
from equipoise.core.base import Problems, ProblemsError

HEADS = ("Contact no", "Client no", "Date received", "Source as recorded", "Referring school",
         "Outcome as recorded", "Date of decision")  # fmt: skip
FIELDS = ("contact_id", "child_id", "on", "source", "organisation", "outcome", "decided")
ROW = "C1,K1,08/01/2024,School,Thornwick Primary School,NFA,09/01/2024"


def find(heads, **options):
    problems = Problems()
    return located(LOCAL_COLUMNS, heads, "a.csv", problems, **options), list(problems)


def profile(**changes):
    body = {"authority": "900", "name": "A", "system": "local", "contacts_file": "contacts.csv",
            "one_row_per": "child", "open_cases": "absent", "extract_date": "2024-08-05",
            "covers": {"from": "2024-01-01", "to": "2024-07-31"}}  # fmt: skip
    return read_profile(json.dumps({**body, **changes}).encode("utf-8"))


def read(text, **changes):
    return read_extract(text.encode("utf-8"), "contacts.csv", profile(**changes))


@pytest.mark.parametrize(
    ("field", "heads"),
    [
        ("contact_id", ["Contact Step ID", "ContactID", "contact_ref_no", "Enquiry reference"]),
        ("child_id", ["ChildID", "Mosaic ID", "Service User Number", "YP ref", "LCS No."]),
        ("on", ["Date Contact Received", "Date/time of contact", "Contact start date",
                "Date of referral", "Received date", "Date"]),
        ("source", ["Source of referral", "Referrer type", "Contact source description",
                    "Referral Source", "Source code"]),
        ("organisation", ["Referrer Organisation", "Agency name", "School or agency",
                          "Referring Agency (as typed)", "Contact organisation"]),
        ("outcome", ["Outcome", "Contact decision", "Outcome of enquiry", "Contact outcome desc"]),
        ("decided", ["Date Step Completed", "Outcome date", "Contact closed date",
                     "Date decided"]),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_words(field, heads):
    for head in heads:
        changed = [head if f == field else h for f, h in zip(FIELDS, HEADS, strict=True)]
        found, problems = find(changed)
        assert not problems, head
        assert dict(found.positions) == {f: n for n, f in enumerate(FIELDS)}, head


@pytest.mark.parametrize(
    "head",
    ["Date of birth", "DOB", "Decision due date", "NHS number", "Worker ID", "Number of children",
     "Contact telephone number", "Referral outcome", "Outcome notes", "Parent email",
     "School attended", "Last contact date", "Case open date", "Parent ID", "Former UPN",
     "Closure reason", "Gender", "Ethnicity", "Source system", "Assessment end date", ""],
)  # fmt: skip
def test_a_column_that_only_looks_alike_is_not_read(head):
    found, problems = find([*HEADS, head])
    assert not problems
    assert found.unread == (7,)
    assert found.note() == "column 8 is not needed and was not read"


@pytest.mark.parametrize(
    ("field", "head"),
    [("email_domain", "Referrer Email Address"), ("email_domain", "E-mail"),
     ("email_domain", "ReferrerEmail"), ("email_domain", "email domain of caller"),
     ("upn", "UPN"), ("upn", "Child's Unique Pupil Number"), ("upn", "PupilNumber")],
)  # fmt: skip
def test_columns_beside_the_shapes_own_are_known_however_they_are_named(field, head):
    for shape in SHAPES:
        heads = [names[0] for of, names in shape.columns if of != field]
        problems = Problems()
        found = located(shape, [*heads, head], "a.csv", problems)
        assert not list(problems)
        assert found.positions[field] == len(heads)


def test_of_two_columns_beside_that_fit_equally_none_is_read_and_nothing_refused():
    found, problems = find([*HEADS, "Referrer email", "Agency email"])
    assert not problems
    assert "email_domain" not in found.positions
    assert found.unread == (7, 8)


@pytest.mark.parametrize("field", range(7))
def test_a_look_alike_does_not_take_the_place_of_a_missing_column(field):
    alike = ("Worker ID", "NHS number", "Date of birth", "Source system", "School attended",
             "Outcome notes", "Decision due date")  # fmt: skip
    heads = [alike[n] if n == field else head for n, head in enumerate(HEADS)]
    found, problems = find(heads)
    assert found is None
    (problem,) = problems
    shown = dict(LOCAL_COLUMNS.columns)[FIELDS[field]][0]
    assert problem.found == f"no column {shown}; column {field + 1} fits no field"


def test_a_known_heading_wins_over_words():
    found, problems = find([*HEADS, "Date of contact"])
    assert not problems
    assert (found.positions["on"], found.unread) == (7, (2,))


def test_two_columns_that_fit_equally_are_named_by_position():
    heads = ["Client no A" if head == "Client no" else head for head in HEADS]
    found, problems = find([*heads, "Client no Jane Doe"])
    assert found is None
    assert [p.place for p in problems] == ["headings of columns 2 and 8"]
    assert "Jane" not in str(problems)


def test_the_number_of_a_family_is_a_childs_only_where_rows_are_of_families():
    heads = ["Family ID" if head == "Client no" else head for head in HEADS]
    assert find(heads)[0] is None
    assert find(heads, family=True)[0].positions["child_id"] == 1


def test_the_headings_that_we_ask_for_are_known():
    heads = [field.heading for field in contact_fields()]
    found, problems = find(heads)
    assert not problems
    assert not found.unread


def test_a_blank_has_a_meaning_only_in_a_shape_that_stands_there_whole():
    ticks = ["Contact ID", "Person ID", "Contact started", "Source of contact", "Referrer agency",
             "Outcome", "Step completed", "Open at contact"]  # fmt: skip
    assert shape_of_heads(ticks).name == "tick-boxes"
    ticks[6] = "Date step completed"
    assert shape_of_heads(ticks).name == "local-columns"


def test_what_stands_in_a_column_that_is_not_needed_is_not_kept():
    extract = read(",".join([*HEADS, "Child's name"]) + f"\n{ROW},Jane Doe\n")
    assert "Jane" not in repr(extract)
    assert extract.notes == ("column 8 is not needed and was not read",)


@pytest.mark.parametrize("mark", [";", "\t", "|"])
@pytest.mark.parametrize("said", [False, True])
def test_other_separators_are_told_by_the_first_line_and_kept_to(mark, said):
    text = ",".join(HEADS) + f"\n{ROW}\n"
    before = f"sep={mark}\n" if said else ""
    extract = read(before + text.replace(",", mark))
    assert extract.contacts[0].row == 2 + said
    assert extract.contacts[0].organisation == "Thornwick Primary School"
    with pytest.raises(ProblemsError) as error:
        read(text.replace(",", mark) + f"{ROW}\n")
    assert error.value.problems[0].place == "line 3"


def test_a_separator_inside_quotes_parts_nothing():
    assert separator_of('"a;b;c",d') == ","


@pytest.mark.parametrize(
    ("cell", "meant"),
    [("a) Yes", True), ("b) No", False), ("TRUE", True), ("0", False), ("N/K", None), ("-", None),
     ("NULL", None), ("n/a", None), ("", None)],
)  # fmt: skip
def test_answers_under_open_case(cell, meant):
    text = ",".join([*HEADS, "Open case"]) + f"\n{ROW},{cell}\n"
    assert read(text, open_cases="flagged").contacts[0].open_case is meant
