"""`contacts volumes`: what is shown of each file, and an extract held against it."""

import json

import pytest

from tests.authority.test_census import census, child
from tests.authority.test_extract import BODY, HEADS, xlsx_of
from tests.authority.test_lists import CONTACTS


@pytest.fixture
def files(tmp_path):
    annex, returned = tmp_path / "annex.xlsx", tmp_path / "return.dat"
    rows = [(str(n), "", "", f"2024-01-{n + 10}", "e) 2A: Schools") for n in range(10)]
    annex.write_bytes(xlsx_of([CONTACTS, *rows, ("", "", "", "2024-01-10", "6")]))
    returned.write_bytes(census(child(), child(name="")))
    return annex, returned


@pytest.fixture
def extract(tmp_path):
    folder = tmp_path / "extract"
    folder.mkdir()
    row = "C{0},K{0},{1}/01/2024,School,Thornwick Primary School,NFA,31/01/2024,N"
    lines = [HEADS, *(row.format(n, n + 10) for n in range(8))]
    (folder / "contacts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "profile.json").write_text(json.dumps(BODY), encoding="utf-8")
    return folder


def test_each_file_is_told_by_what_is_in_it_and_says_what_it_cannot_give(command, files):
    said = command("contacts", "volumes", *files)
    assert (said.code, said.err) == (0, "")
    assert "annex.xlsx: Annex A workbook" in said.out
    assert "List 1, contacts: 11 rows read, 10 kept" in said.out
    assert "List 1 has no outcome." in said.out
    assert "return.dat: Children in need census (XML)" in said.out
    assert "children: 2 rows read, 1 kept" in said.out
    assert "1 children set aside: the child has no number (LAchildID)" in said.out
    assert "keep them on this machine" in said.out


def test_the_extract_is_held_against_the_file(command, files, extract):
    said = command("contacts", "volumes", files[0], "--against", extract, "--json")
    (found,) = json.loads(said.out)
    assert found["against"] == [
        {"month": 202401, "what": what, "file": 10, "extract": 8, "differs": True}
        for what in ("contacts", "contacts by schools")
    ]
    wide = command("contacts", "volumes", files[0], "--against", extract, "--differ", "0.25")
    assert "80%" in wide.out and "  differs" not in wide.out


def test_a_census_has_no_contacts_to_hold_an_extract_against(command, files, extract):
    said = command("contacts", "volumes", files[1], "--against", extract)
    assert "Nothing to hold the extract against" in said.out


def test_json_adds_up(command, files):
    annex, returned = json.loads(command("contacts", "volumes", *files, "--json").out)
    assert annex["rows"][0] == {
        "list": "List 1, contacts",
        "read": 11,
        "kept": 10,
        "set_aside": {"the child (or adopter) has no number": 1},
    }
    assert annex["months"][0]["groups"] == {"contacts": {"b": 10}}
    assert returned["months"][0]["totals"] == {"referrals": 1}


def test_every_file_that_cannot_be_read_is_named_at_once(command, files, tmp_path):
    bad = tmp_path / "bad.xml"
    bad.write_bytes(b'<!DOCTYPE Message [<!ENTITY a "ha">]><Message/>')
    said = command("contacts", "volumes", bad, tmp_path / "none.xlsx", files[0])
    assert said.code == 2
    assert "2 problems" in said.err
    assert "DOCTYPE" in said.err and "no such file" in said.err
    assert said.out == ""
