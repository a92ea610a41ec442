"""Review: what is asked, the map with authority, system and days, and the workbook and back."""

import io
from datetime import date, datetime

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from equipoise.authority.vocabulary import (
    Review,
    Vocabulary,
    answers,
    describe,
    field_of,
    joined,
    questions,
    read_labels,
    read_listed,
    read_workbook,
    workbook_bytes,
)
from equipoise.core.base import ProblemsError

DAY = date(2025, 9, 30)
SOURCES = Vocabulary.load("source-of-contact", DAY)
ANSWERS = answers(SOURCES)
HEAD = "authority,system,field,label,code,valid_from,valid_to,who,when,why\n"
HEADS = ("label", "seen", "may be", "code", "who", "when", "why")
EMPTY = read_labels(None)


def labels(*lines: str) -> bytes:
    return (HEAD + "".join(f"{line}\n" for line in lines)).encode("utf-8")


def codes(data: bytes, day: date = DAY, **whose) -> dict[str, str]:
    return dict(read_labels(data, **whose)["source"].codes_on(day))


# ------------------------------------------------------------------------------------ the map


def test_a_decision_holds_from_its_first_day_to_its_last():
    data = labels(
        ",,source,Desk,8,,2024-03-31,A,2024-01-01,",
        ",,source,Desk,2B,2024-04-01,,A,2024-04-01,moved to education",
    )
    assert [codes(data, date(2024, *day))["desk"] for day in ((3, 31), (4, 1))] == ["8", "2B"]
    reviewed = read_labels(data)["source"]
    assert (
        Vocabulary.load("source-of-contact", date(2024, 3, 31), reviewed).match("desk").code == "8"
    )


def test_a_decision_for_one_authority_or_system_goes_before_one_for_any():
    data = labels(
        ",,source,Desk,8,,,A,2024-01-01,",
        "301,,source,Desk,2B,,,A,2024-01-01,",
        "301,Mosaic,source,Desk,5B,,,A,2024-01-01,",
        "302,,source,Desk,7,,,A,2024-01-01,",
    )
    assert codes(data, authority="301", system="Eclipse") == {"desk": "2B"}
    assert codes(data, authority="301", system="mosaic") == {"desk": "5B"}
    assert codes(data, authority="303", system="Mosaic") == {"desk": "8"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (",,source,Desk,8,,,A,2024-01-01,", ",,source, DESK ,2B,,,A,2024-01-01,"),
        ("301,,source,Desk,8,,,A,2024-01-01,", "301,,source,Desk,2B,2025-01-01,,A,2024-01-01,"),
        (
            "301,M,source,Desk,8,,2024-06-30,A,2024-01-01,",
            "301,M,source,Desk,2B,2024-06-30,,A,2024-01-01,",
        ),
        # Without saying whose, the lines of two authorities must agree.
        ("301,,source,Desk,8,,,A,2024-01-01,", "302,,source,Desk,2B,,,A,2024-01-01,"),
    ],
)
def test_two_codes_on_one_day_are_an_error_that_does_not_show_the_label(first, second):
    with pytest.raises(ProblemsError) as error:
        read_labels(labels(first, second))
    (problem,) = error.value.problems
    assert problem.place == "line 3, column code"
    assert "desk" not in str(error.value).casefold()


def test_every_fault_of_the_map_is_named_at_once():
    with pytest.raises(ProblemsError) as error:
        read_labels(
            labels(
                ",,source,Desk,2Z,,,A,2024-01-01,",
                ",,source,Lamp,8,2024-02-01,2024-01-31,A,2024-01-01,",
            )
        )
    assert [p.place for p in error.value.problems] == [
        "line 2, column code",
        "line 3, column valid_to",
    ]


def test_the_short_form_is_still_read_and_is_written_long():
    short = b"field,label,code,by,when,note\nsource,Desk,8,A. Manager,2024-01-01,asked\n"
    known = read_labels(short)
    written = joined(known, "source", [], "labels.csv")
    assert written.decode() == HEAD + ",,source,Desk,8,,,A. Manager,2024-01-01,asked\n"
    assert read_labels(written) == known


def test_new_decisions_are_joined_once_and_never_against_an_old_one():
    known = read_labels(labels(",,source,Desk,8,,,A,2024-01-01,"))
    again = Review("DESK", "8", "B", DAY, "")
    lamp = Review("Lamp", "AMBIGUOUS", "B", DAY, "")
    assert joined(known, "source", [again, lamp, lamp], "labels.csv").decode().splitlines()[1:] == [
        ",,source,Desk,8,,,A,2024-01-01,",
        ",,source,Lamp,AMBIGUOUS,,,B,2025-09-30,",
    ]
    with pytest.raises(ProblemsError, match="2B for a label that A gave 8 on 2024-01-01"):
        joined(known, "source", [Review("Desk", "2B", "B", DAY, "")], "labels.csv")
    # The same words in another field are another label.
    assert joined(known, "outcome", [Review("Desk", "NFA", "B", DAY, "")], "labels.csv")


# --------------------------------------------------------------------------------- what is asked


def test_only_what_nobody_decided_is_asked_the_most_frequent_first():
    reviewed = read_labels(labels(",,source,Lamp,AMBIGUOUS,,,A,2024-01-01,"))["source"]
    sources = Vocabulary.load("source-of-contact", DAY, reviewed)
    listed = [
        "School",
        "Lamp",
        "Desk",
        "Nursery",
        "Nursery",
        "",
        "Midwife, ward 3",
        "Volintery secta",
    ]
    lines = describe(sources, listed)
    assert [line.status for line in lines] == [
        "mapped", "ambiguous", "unmapped", "ambiguous", "unmapped", "mapped", "unmapped",
    ]  # fmt: skip
    asked = questions(sources, lines)
    assert [(q.label, q.seen) for q in asked] == [
        ("Nursery", 2),
        ("Desk", 1),
        ("Volintery secta", 1),
    ]
    assert [q.candidates for q in asked] == [("2A", "2B"), (), ("8",)]
    assert field_of("source-of-contact") == "source"


# ---------------------------------------------------------------------------------- the workbook


def filled(*rows, heads=HEADS, vocabulary="source-of-contact") -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Labels")
    for at, row in enumerate((heads, *rows)):
        for place, cell in enumerate(row):
            sheet.write(at, place, cell)
    book.add_worksheet("About").write_row(0, 0, ("vocabulary", vocabulary))
    book.close()
    return target.getvalue()


def read(data: bytes, **options) -> tuple[Review, ...]:
    given = {"who": None, "when": DAY} | options
    return read_workbook(data, "review.xlsx", "source-of-contact", ANSWERS, **given)


def test_the_workbook_holds_the_labels_as_text_and_a_list_of_codes_to_pick():
    asked = questions(SOURCES, describe(SOURCES, ["=1+1", "Nursery"]))
    data = workbook_bytes("source-of-contact", asked, ANSWERS, DAY)
    assert data == workbook_bytes("source-of-contact", asked, ANSWERS, DAY)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    rows = book.get_sheet_by_name("Labels").to_python()
    assert rows[0] == list(HEADS)
    assert [row[0] for row in rows[1:]] == ["=1+1", "Nursery"]
    assert rows[2][2] == "2A - Schools; 2B - Education services"
    listed = [row[0] for row in book.get_sheet_by_name("Codes").to_python()]
    assert len(listed) == 24 and listed[4] == "2A - Schools"
    assert listed[-2:] == [
        "AMBIGUOUS - nobody can tell from these words",
        "UNMAPPED - means none of these",
    ]


def test_a_workbook_comes_back_as_decisions_with_who_when_and_why():
    found = read(
        filled(
            (
                "Nursery",
                2,
                "",
                "2B - Education services",
                "A. Manager",
                "01/08/2025",
                "the council's",
            ),
            ("Desk", 1, "", "", "", "", "not mine to say"),
            ("Lamp", 1, "", 8, "A. Manager", datetime(2025, 8, 2), ""),
        ),
        authority="301",
    )
    assert found == (
        Review("Nursery", "2B", "A. Manager", date(2025, 8, 1), "the council's", "301"),
        Review("Lamp", "8", "A. Manager", date(2025, 8, 2), "", "301"),
    )


def test_who_and_when_may_be_said_once_for_all_rows():
    (found,) = read(filled(("Nursery", 2, "", "2a", "", "", "")), who="B", when=date(2025, 8, 3))
    assert (found.code, found.by, found.when) == ("2A", "B", date(2025, 8, 3))


def test_every_fault_of_a_workbook_is_named_at_once():
    with pytest.raises(ProblemsError) as error:
        read(
            filled(
                ("Nursery", 2, "", "9Z", "A", "", ""),
                ("Desk", 1, "", "8 - Other", "", "", ""),
                ("", 1, "", "8 - Other", "A", "", ""),
                ("Lamp", 1, "", "8 - Other", "A", "soon", ""),
                ("Lamp", 1, "", "8 - Other", "A", "", ""),
                ("LAMP", 1, "", "2A - Schools", "A", "", ""),
            )
        )
    assert [problem.place for problem in error.value.problems] == [
        f"sheet Labels, row {row}, column {column}"
        for row, column in ((2, "code"), (3, "who"), (4, "label"), (5, "when"), (7, "code"))
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"no workbook", "a file that cannot be read as a workbook"),
        (filled(heads=HEADS[:5]), "no column when, why"),
        (filled(vocabulary="need"), "labels for need"),
        (filled(vocabulary=""), "labels for no vocabulary"),
    ],
    ids=["text", "heads", "other", "none"],
)
def test_another_file_is_refused(data, found):
    with pytest.raises(ProblemsError) as error:
        read(data)
    assert [problem.found for problem in error.value.problems] == [found]


# ----------------------------------------------------------------------------- the list of labels


@pytest.mark.parametrize(
    "data",
    [
        "label,n\nCafé – 1,2\n".encode(),
        "\ufefflabel,n\r\nCafé – 1,2\r\n".encode(),
        "label,n\nCafé – 1,2\n".encode("cp1252"),
        "n;label\n2;Café – 1\n".encode(),
        "\n\nn\tlabel\n2\tCafé – 1\n\n".encode(),
    ],
    ids=["utf-8", "bom", "cp1252", "semicolons", "tabs"],
)
def test_a_list_is_read_in_every_form_that_excel_saves(data):
    assert read_listed(data, "labels.csv", "label") == ("Café – 1",)


@pytest.mark.parametrize(
    ("data", "place", "found"),
    [
        (b"", "whole file", "nothing"),
        (b"\n \n", "whole file", "nothing"),
        (b"label\n", "whole file", "no line under the headings"),
        (b"name,n\nA,1\n", "line 1", "no column label, only name, n"),
        (b"label,label\nA,1\n", "line 1", "the heading label 2 times"),
        (b"label,n\nA\n", "line 2", "1 cells"),
        (b'label,n\nA,1\n"B,1\n', "line 3", "a quotation mark that is not closed or stands "
         "inside a cell"),
        (b"label\n" + b"x" * 1001 + b"\n", "line 2, column label", "a cell of 1,001 characters "
         "or more"),
        (b"label\nA\n" + b"x" * 10**6, "line 3", "a cell of 131,072 characters or more"),
        (b"label\nA\x00\n", "line 2", "wrong encoding: a NUL byte"),
        (b"PK\x03\x04", "whole file", "a workbook"),
    ],
    ids=["empty", "blank", "heads", "column", "twice", "short", "quote", "long", "huge", "nul",
         "xlsx"],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused_in_a_sentence(data, place, found):
    with pytest.raises(ProblemsError) as error:
        read_listed(data, "labels.csv", "label")
    assert [(p.file, p.place, p.found) for p in error.value.problems] == [
        ("labels.csv", place, found)
    ]


def test_of_very_many_faults_the_first_are_named_and_the_rest_counted():
    with pytest.raises(ProblemsError) as error:
        read_listed(b"label,n\n" + b"A\n" * 50, "labels.csv", "label")
    assert len(error.value.problems) == 21
    assert error.value.problems[-1].found == "30 more problems"
