"""From request to check: what an authority is sent, filled in, answered and read back."""

import csv
import io
import json
import re
import zipfile
from xml.sax.saxutils import escape

import docx
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from equipoise.authority.quality import questions
from equipoise.authority.readers import read_profile
from equipoise.authority.schools import read_links
from equipoise.design.registers import columns_of
from tests.rehearsed import contents

MARK = "SIMULATED-DATA-NOT-FINDINGS-"
NOW = ("--now", "2022-10-03")


def filled_template(data, rows):
    """Type rows under the headings of the workbook, as its own cells; all else stays."""
    book = zipfile.ZipFile(io.BytesIO(data))
    name = "xl/worksheets/sheet1.xml"
    sheet = book.read(name).decode("utf-8")
    begin = max(int(n) for n in re.findall(r'<row r="(\d+)"', sheet)) + 1
    typed = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for column, cell in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(rows, start=begin)
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as new:
        for entry in book.namelist():
            body = book.read(entry)
            if entry == name:
                body = sheet.replace("</sheetData>", f"{typed}</sheetData>").encode("utf-8")
            new.writestr(entry, body)
    return target.getvalue()


def answered_workbook(data, answers):
    """Copy the workbook of questions as a spreadsheet program saves it, with answers typed in."""
    read = CalamineWorkbook.from_filelike(io.BytesIO(data))
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for name in read.sheet_names:
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(read.get_sheet_by_name(name).to_python()):
            for column, cell in enumerate(cells):
                typed = answers.get(cells[0]) if column == 4 else None
                sheet.write_string(row, column, typed or str(cell))
            if cells and cells[0] == "answered by":
                sheet.write_string(row, 1, "A. Manager")
    book.close()
    return target.getvalue()


@pytest.fixture
def trial(command, tmp_path):
    path = tmp_path / "elm"
    assert command("new", path, "--template", "dsl-primary").code == 0
    said = command(
        "simulate", path, "--roster", "--schools", 12, "--authorities", 2, "--seed", 3,
        keys=tmp_path / "keys",
    )  # fmt: skip
    assert said.code == 0
    return path


def test_what_became_of_schools_is_handed_over_where_the_trial_knows_it(command, trial, tmp_path):
    with (trial / "design/register.csv").open(encoding="utf-8", newline="") as file:
        urns = {row["la_code"]: [] for row in csv.DictReader(file)}
        file.seek(0)
        for row in csv.DictReader(file):
            urns[row["la_code"]].append(row["urn"])
    lines = [f"{one},{two},2021-09-01,successor" for one, two, *_ in urns.values()]
    links = "\n".join(["urn_from,urn_to,on,kind", *lines, ""])
    (trial / "design/school-links.csv").write_text(links, "utf-8", newline="\n")
    assert command(*NOW, "contacts", "request", trial).code == 0
    for code, (earlier, later, *_) in urns.items():
        handed = tmp_path / "elm-requests" / code / f"{MARK}school-links.csv"
        found = read_links(handed.read_bytes(), set(urns[code]))
        assert [(link.earlier, link.later) for link in found] == [(earlier, later)]


def test_a_request_is_filled_in_answered_and_read(command, trial, tmp_path):
    before = contents(trial)
    said = command(*NOW, "contacts", "request", trial)
    assert said.code == 0
    assert "SIMULATED DATA, NOT FINDINGS" in said.out and "A draft" in said.out
    sent = tmp_path / "elm-requests" / "900"
    assert contents(trial) == before
    assert {path.name for path in sent.iterdir()} == {MARK + name for name in (
        "letter.docx", "data-specification.docx", "data-specification.pdf",
        "impact-assessment.docx", "sharing-schedule.docx", "privacy-notice-schools.docx",
        "privacy-notice-families.docx", "retention-record.docx", "contacts-template.xlsx",
        "profile-questions.xlsx", "roster.csv", "roster.json",
    )}  # fmt: skip
    roster = sent / f"{MARK}roster.csv"
    with roster.open(encoding="utf-8", newline="") as file:
        schools = list(csv.DictReader(file))
    assert tuple(schools[0]) == columns_of("design/register.csv")
    assert {school["la_code"] for school in schools} == {"900"}
    with (trial / "design/register.csv").open(encoding="utf-8", newline="") as file:
        everyone = [row for row in csv.DictReader(file) if row["la_code"] == "900"]
    assert sorted(everyone, key=lambda row: row["urn"]) == schools
    words = "\n".join(p.text for p in docx.Document(sent / f"{MARK}letter.docx").paragraphs)
    # The template's windows begin on 1 October 2020; its cut-off is 30 September 2022.
    assert "from 1 October 2020 to 30 September 2022" in words
    taking_part = re.search(r"\(900\), (\d+) schools", said.out)[1]
    assert f"It takes {taking_part} schools" in words

    # An analyst fills in the workbook and answers some of the questions.
    work = tmp_path / "work"
    work.mkdir()
    name = schools[0]["school_name"]
    rows = [
        ["0017", "0101", "04/10/2021", "School", name, "elm.sch.example", "No further action",
         "05/10/2021", "N"],
        ["0017", "0102", "04/10/2021", "School", name, "elm.sch.example", "No further action",
         "05/10/2021", "N"],
        ["0018", "0103", "05/10/2021", "Police", "Force", "", "Referral", "05/10/2021", "Y"],
    ]  # fmt: skip
    template = (sent / f"{MARK}contacts-template.xlsx").read_bytes()
    (work / "contacts.xlsx").write_bytes(filled_template(template, rows))
    given = {
        "system": "a system", "gateway": "Through either of the two",
        "open_cases": "In it, marked in a column of its own", "threshold": "none",
        "one_row_per": "Three, one for each child",
    }  # fmt: skip
    asked = (sent / f"{MARK}profile-questions.xlsx").read_bytes()
    (work / "profile.xlsx").write_bytes(answered_workbook(asked, given))
    said = command(*NOW, "contacts", "profile", work, "--answers", work / "profile.xlsx")
    assert (said.code, said.err) == (0, "")
    profile = read_profile((work / "profile.json").read_bytes())
    assert (profile.authority, profile.name) == ("900", schools[0]["la_name"])
    assert (profile.open_cases, profile.answers.gateway) == ("flagged", "either")
    assert profile.answers.by == "A. Manager"
    assert profile.contacts_files == ("contacts.xlsx",)
    assert profile.covers_from.isoformat() == "2021-10-04"  # from the rows: nobody said
    assert "5 of 15 answered" in said.out

    said = command(*NOW, "contacts", "check", work, "--register", roster, "--json")
    found = json.loads(said.out)
    assert (found["rows_read"], found["rows_kept"], found["set_aside"]) == (3, 3, {})
    assert found["unclear"] == []


def test_a_pack_is_made_for_the_roster_of_the_request(command, states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    out = tmp_path / "out"
    assert command("contacts", "request", walk.trial, "--out", out, keys=walk.keys).code == 0
    extract = walk.trial / "authority" / "900"
    roster, pack = out / "900" / f"{MARK}roster.json", tmp_path / "900.v1.sealed"
    said = command("contacts", "pack", extract, "--trial", roster, "--out", pack, "--yes")
    assert said.code == 0
    assert json.loads(command("contacts", "receive", pack, walk.trial, "--json").out)["new"]
    # `contacts roster` hands out the same bytes.
    again = tmp_path / "again.json"
    words = ("contacts", "roster", walk.trial, "--authority", "900", "--out", again)
    assert command(*words).code == 0
    assert again.read_bytes() == roster.read_bytes()


def test_before_the_trial_has_a_key_a_sentence_says_what_is_missing(command, trial, tmp_path):
    protocol = trial / "trial.yaml"
    text = protocol.read_text("utf-8")
    (key,) = re.findall(r"^  trial:.*\n(?:    .*\n)*", text, flags=re.M)[:1]
    without = re.sub(r'public: *"?[0-9a-f]{64}"?', "public: null", key)
    protocol.write_text(text.replace(key, without), "utf-8", newline="\n")
    said = command(*NOW, "contacts", "request", trial, "--out", tmp_path / "out")
    assert said.code == 0
    assert "roster.json, for which packs are made, is not among them" in said.out
    assert "equipoise keys" in said.out
    assert not list((tmp_path / "out").rglob("*roster.json"))


def test_the_same_trial_gives_the_same_bytes_on_another_day(command, trial, tmp_path):
    for day, out in (("2022-10-03", "one"), ("2024-01-09", "two")):
        words = ("--now", day, "contacts", "request", trial, "--authority", "901")
        assert command(*words, "--out", tmp_path / out).code == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert {name.split("/")[0] for name in contents(tmp_path / "one")} == {"901"}
    for path in (tmp_path / "one/901").glob("*.xlsx"):
        book = zipfile.ZipFile(path)
        assert book.namelist() == sorted(book.namelist())
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}


def test_what_somebody_edited_is_not_written_over_unless_asked(command, trial, tmp_path):
    out = ("--authority", "900", "--out", tmp_path / "out")
    words = (*NOW, "contacts", "request", trial, *out)
    assert command(*words).code == 0
    edited = [tmp_path / f"out/900/{MARK}{name}" for name in ("letter.docx", "roster.csv")]
    for path in edited:
        path.write_bytes(b"edited")
    said = command(*words)
    assert said.code == 2
    assert all(f"{path.parent.name}/{path.name}" in said.err for path in edited)
    assert all(path.read_bytes() == b"edited" for path in edited)
    assert command(*words, "--replace").code == 0
    assert not any(path.read_bytes() == b"edited" for path in edited)


def test_an_authority_that_does_not_take_part_is_named(command, trial, tmp_path):
    said = command("contacts", "request", trial, "--authority", "350", "--out", tmp_path / "out")
    assert said.code == 2
    assert "authority 350" in said.err and "900, 901" in said.err
    assert not (tmp_path / "out").exists()


def test_a_trial_that_counts_no_contacts_has_nothing_to_ask_for(command, tmp_path):
    command("new", tmp_path / "own", "--template", "own-outcomes")
    said = command("contacts", "request", tmp_path / "own")
    assert said.code == 2 and "design.contact" in said.err


def test_a_request_knows_no_arm(command, states, tmp_path):
    """What is sent is the same before the draw and after it was revealed."""
    made = []
    for state in ("locked", "revealed"):
        out = tmp_path / state
        said = command(
            "contacts", "request", states[state].trial, "--out", out, keys=states[state].keys
        )
        assert said.code == 0 and "draft" not in said.out.lower()
        made.append(contents(out))
    assert made[0] == made[1] and made[0]


@pytest.fixture
def work(tmp_path):
    """An analyst's folder with an extract of one contact, and a roster beside it by mistake."""
    path = tmp_path / "work"
    path.mkdir()
    heads = "Contact ID,Child ID,Date of contact,Contact source,Referring organisation"
    (path / "contacts.csv").write_text(
        f"{heads},Contact outcome,Decision date\n1,2,01/10/2021,School,Elm,NFA,01/10/2021\n",
        encoding="utf-8",
    )
    roster = (
        "urn,school_name,la_code,la_name,phase,status\n900001,Elm,900,Thornshire,primary,open\n"
    )
    (path / "roster.csv").write_text(roster, encoding="utf-8")
    return path


def test_the_questions_are_written_with_what_the_data_suggest(command, work):
    path = work / "profile.xlsx"
    register = work / "roster.csv"
    said = command(
        *NOW, "contacts", "profile", work, "--register", register, "--workbook", path
    )  # fmt: skip
    assert said.code == 0 and "15 questions" in said.out
    assert not (work / "profile.json").exists()
    sheets = CalamineWorkbook.from_path(path)
    rows = {row[0]: row for row in sheets.get_sheet_by_name("Profile").to_python()}
    assert rows["dates: made on"][3].startswith("Contacts run from 2021-10-01 to 2021-10-01")
    assert ["authority", "900"] in sheets.get_sheet_by_name("About").to_python()
    # Handed back as it was, it is no answer, and nobody is named.
    said = command(*NOW, "contacts", "profile", work, "--answers", path)
    assert said.code == 2 and "--by NAME" in said.err
    said = command(*NOW, "contacts", "profile", work, "--answers", path, "--by", "A")
    assert said.code == 0 and "Thornshire (900): 0 of 15 answered." in said.out


def test_the_profile_is_asked_in_the_terminal_and_kept_as_far_as_it_went(
    command, work, monkeypatch
):
    words = (*NOW, "contacts", "profile", work, "--authority", "900", "--by", "A. Manager")
    monkeypatch.setattr("sys.stdin", io.StringIO("Mosaic\n9\n2\nq\n"))
    said = command(*words)
    assert said.code == 0
    assert "1 of 15: Which system" in said.out and "4 of 15" not in said.out
    assert "expected one of safeguarding, early-help-too" in said.out
    assert "The data: 0 % of contacts ended in advice" in said.out
    first = read_profile((work / "profile.json").read_bytes())
    assert (first.system, first.answers.contact) == ("Mosaic", "early-help-too")
    # Enter keeps what was said; the rest goes on.
    monkeypatch.setattr("sys.stdin", io.StringIO("\n" * 14 + "3/10/2022, 1/9/2021, 30/9/2022\n"))
    said = command(*words)
    second = read_profile((work / "profile.json").read_bytes())
    assert (second.system, second.answers.dates) == ("Mosaic", "stated")
    assert second.covers_from.isoformat() == "2021-09-01"
    assert said.out.count(" of 15: ") == len(questions())
    shown = json.loads(command("contacts", "profile", work, "--show", "--json").out)
    assert sum(one["known"] for one in shown) == 3
    assert all(one["follows"] for one in shown if not one["known"])


def test_nothing_is_written_where_nobody_answers_or_nothing_says_whose_it_is(command, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    said = command("contacts", "profile", work, "--by", "A")
    assert said.code == 2 and "--authority CODE" in said.err
    said = command("contacts", "profile", work, "--authority", "900", "--by", "A")
    assert said.code == 2 and "no file of contacts" in said.err
    assert list(work.iterdir()) == []
