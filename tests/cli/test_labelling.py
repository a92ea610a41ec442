"""`contacts labels`: columns, statuses, faults, and the review in the terminal and in Excel."""

import csv
import io
import json

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from equipoise.authority.vocabulary import NAMES

NOW = ("--now", "2025-09-30")
LIST = ("label,n\nSchool,1\nNursery,2\nSchool,3\n\u2018HEALTH SERVICES\u2019 \u2013 midwife,4\n"
        "Gateway desk,5\nNursery,1\n")  # fmt: skip


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_each_label_gets_its_code_group_method_and_status(command, listed, tmp_path):
    out = tmp_path / "out.csv"
    said = command(
        *NOW, "contacts", "labels", listed, "--column", "label",
        "--vocabulary", "source-of-contact", "--out", out,
    )  # fmt: skip
    assert (said.code, said.err) == (0, "")
    assert rows(out) == [
        ["label", "code", "group", "method", "status"],
        ["School", "2A", "b", "label", "mapped"],
        ["Nursery", "2A|2B", "b|c", "tokens", "ambiguous"],
        ["\u2018HEALTH SERVICES\u2019 \u2013 midwife", "3D", "d", "tokens", "mapped"],
        ["Gateway desk", "", "", "none", "unmapped"],
    ]
    assert "4 labels in 6 rows:\n  mapped: 2 (3 rows)\n  ambiguous: 1 (2 rows)" in said.out
    assert "Gateway desk" in said.out and "School " not in said.out


def test_json_is_for_a_program(command, listed):
    said = command(*NOW, "contacts", "labels", listed, "--json")
    found = json.loads(said.out)
    assert found["counts"]["mapped_rows"] == 3
    assert found["labels"][1] == {
        "label": "Nursery", "code": "2A|2B", "candidates": ["2A", "2B"], "group": "b|c",
        "method": "tokens", "status": "ambiguous", "seen": 2,
    }  # fmt: skip
    assert (found["vocabulary"], found["on"]) == ("source-of-contact", "2025-09-30")


def test_the_day_decides_which_version_holds(command, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("label\nFamily help\n", encoding="utf-8")
    words = ("contacts", "labels", path, "--vocabulary", "contact-outcome", "--json", "--on")
    for day, codes in (("2025-03-31", ""), ("2025-04-01", "EARLY_HELP|REFERRAL")):
        assert json.loads(command(*words, day).out)["labels"][0]["code"] == codes


@pytest.mark.parametrize("name", NAMES)
def test_every_vocabulary_is_listed_and_can_be_named(command, listed, name):
    said = command("contacts", "vocabularies")
    assert said.code == 0 and f"  {name} " in said.out
    assert name in {found["vocabulary"] for found in json.loads(
        command("contacts", "vocabularies", "--json").out
    )}  # fmt: skip
    assert name in " ".join(command("contacts", "labels", "--help").out.split())
    assert command(*NOW, "contacts", "labels", listed, "--vocabulary", name).code == 0


@pytest.mark.parametrize("name", ["contacts labels", "contacts vocabularies"])
def test_the_commands_have_an_example(command, name):
    whole = " ".join(command(*name.split(), "--help").out.split())
    assert f"equipoise {name}" in whole.split("Example:")[1]


@pytest.mark.parametrize(
    ("words", "said_of"),
    [
        (("--column", "words"), "no column words, only label, n"),
        (("--vocabulary", "animals"), "source-of-contact, contact-outcome"),
        (("--on", "soon"), "expected a date like 2024-09-16"),
        (("--review",), "name the file that keeps what is decided"),
    ],
)
def test_a_wrong_word_is_refused_and_nothing_written(command, listed, tmp_path, words, said_of):
    out = tmp_path / "out.csv"
    said = command(*NOW, "contacts", "labels", listed, *words, "--out", out)
    assert said.code == 2
    assert said_of in " ".join(said.err.replace("\u2502", " ").split())
    assert not out.exists()


def test_a_file_that_is_not_there_is_one_sentence(command, tmp_path):
    said = command("contacts", "labels", tmp_path / "none.csv")
    assert said.code == 2 and "no such file" in said.err and "Traceback" not in said.err


def test_the_list_itself_is_never_the_map(command, listed):
    said = command("contacts", "labels", listed, "--reviewed", listed)
    assert said.code == 2
    assert listed.read_text(encoding="utf-8") == LIST


def test_a_review_asks_only_about_what_is_unclear_and_keeps_each_answer(
    command, listed, tmp_path, monkeypatch
):
    reviewed = tmp_path / "labels.csv"
    words = (*NOW, "contacts", "labels", listed, "--reviewed", reviewed, "--review")
    monkeypatch.setattr("sys.stdin", io.StringIO("A. Manager\nzz\n2b\nrun by the council\n?\n\n"))
    said = command(*words)
    assert said.code == 0
    assert "1 of 2: Nursery  (2 rows)" in said.out
    assert "perhaps 2A  Schools" in said.out and "That is none of the codes" in said.out
    assert rows(reviewed)[1:] == [
        ["", "", "source", "Nursery", "2B", "", "", "A. Manager", "2025-09-30",
         "run by the council"],
        ["", "", "source", "Gateway desk", "AMBIGUOUS", "", "", "A. Manager", "2025-09-30", ""],
    ]  # fmt: skip
    assert "mapped: 3 (5 rows)" in said.out
    # What is decided is not asked again.
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "No label is unclear." in command(*words).out


@pytest.mark.parametrize(("typed", "lines"), [("q\n", 1), ("", 1), ("\n8\n", 2), ("2A\n\nq\n", 2)])
def test_a_review_can_skip_and_stop_and_keeps_what_was_answered(
    command, listed, tmp_path, monkeypatch, typed, lines
):
    reviewed = tmp_path / "labels.csv"
    reviewed.write_bytes(b"field,label,code,by,when,note\n")
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    said = command(
        *NOW, "contacts", "labels", listed, "--reviewed", reviewed, "--review", "--by", "A",
        "--authority", "301",
    )  # fmt: skip
    assert said.code == 0
    assert len(rows(reviewed)) == lines
    assert all(row[0] == "301" for row in rows(reviewed)[1:])


def test_the_workbook_goes_out_and_comes_back(command, listed, tmp_path):
    book, reviewed = tmp_path / "review.xlsx", tmp_path / "labels.csv"
    said = command(*NOW, "contacts", "labels", listed, "--workbook", book)
    assert said.code == 0 and "2 unclear labels written to" in said.out
    table = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("Labels").to_python()
    assert [row[:2] for row in table[1:]] == [["Nursery", 2], ["Gateway desk", 1]]
    fill(book, {"Nursery": "2A - Schools"})
    words = (*NOW, "contacts", "labels", listed, "--from", book, "--reviewed", reviewed)
    said = command(*words, "--by", "B. Clerk", "--json")
    assert said.code == 0 and "1 decision read from review.xlsx" in said.err
    assert json.loads(said.out)["counts"]["mapped"] == 3
    before = reviewed.read_bytes()
    assert before.decode().splitlines()[1] == ",,source,Nursery,2A,,,B. Clerk,2025-09-30,"
    # Reading it twice changes nothing; a second opinion is refused, and the map stays.
    assert command(*words, "--by", "B. Clerk").code == 0
    fill(book, {"Nursery": "2B - Education services"})
    said = command(*words, "--by", "C. Other")
    assert said.code == 2 and "2B for a label that B. Clerk gave 2A on 2025-09-30" in said.err
    assert reviewed.read_bytes() == before


def fill(path, codes):
    """Fill in the column code as a person does in Excel."""
    table = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Labels").to_python()
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Labels")
        for at, row in enumerate(table):
            sheet.write_row(at, 0, row)
            if row[0] in codes:
                sheet.write(at, 3, codes[row[0]])
        book.add_worksheet("About").write_row(0, 0, ("vocabulary", "source-of-contact"))
