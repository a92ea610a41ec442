"""`schools match`: columns, summary, files that cannot be read."""

import csv
import io
import json

import pytest

REGISTER = (
    "urn,school_name,la_name\n900001,Thornwick Primary School,Bolton\n"
    "900002,Dalestow Infant School,Bolton\n900003,Dalestow Junior School,Bolton\n"
    "900004,Oxenholt Primary School,Bury\n"
)
NAMES = (
    "name,la\nThornwick Prim.,Bolton MBC\nDalestow,350\nPolice,Bolton\nElsewhere School,Bolton\n"
)
HEADS = ["name", "la", "urn", "method", "score", "status"]


@pytest.fixture
def files(tmp_path):
    names, register = tmp_path / "names.csv", tmp_path / "register.csv"
    names.write_text(NAMES, encoding="utf-8")
    register.write_text(REGISTER, encoding="utf-8")
    return names, register


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def test_each_name_gets_its_row(command, files, tmp_path):
    names, register = files
    out = tmp_path / "out.csv"
    said = command("schools", "match", names, "--register", register, "--out", out)
    assert (said.code, said.err) == (0, "")
    heads, *found = rows(out.read_text(encoding="utf-8"))
    assert heads == HEADS
    assert [(r[0], r[1], r[2], r[5]) for r in found] == [
        ("Thornwick Prim.", "Bolton MBC", "900001", "matched"),
        ("Dalestow", "350", "", "ambiguous"),
        ("Police", "Bolton", "", "not-a-school"),
        ("Elsewhere School", "Bolton", "", "unmatched"),
    ]
    assert said.out.splitlines()[0] == (
        "4 rows, 4 schools: 1 ambiguous, 1 matched, 1 not-a-school, 1 unmatched."
    )
    assert said.out.splitlines()[-1] == f"wrote {out}"


def test_without_a_file_the_answers_alone_are_printed(command, files):
    names, register = files
    said = command("schools", "match", names, "--register", register, "--explain")
    heads, *found = rows(said.out)
    assert heads == [*HEADS, "runner_up", "candidates"]
    assert len(found) == 4
    assert found[1][7] == "900002 900003"
    assert "4 rows, 4 schools" in said.err


def test_other_headings_and_an_authority_that_is_not_there(command, files):
    names, register = files
    names.write_text(
        "Agency,Area,On\nOxenholt Primary School,Atlantis,01/05/2024\n", encoding="utf-8"
    )
    said = command(
        "schools", "match", names, "--register", register,
        "--name", "Agency", "--la", "area", "--date", "On",
    )  # fmt: skip
    assert rows(said.out)[1][2] == "900004"
    assert "not in the register: authority 'Atlantis' (1 rows), looked up everywhere" in said.err


def test_json_counts(command, files):
    names, register = files
    said = command("schools", "match", names, "--register", register, "--json")
    told = json.loads(said.out)
    assert told["rows"] == sum(told["status"].values()) == 4
    assert told["schools"] == 4


def test_problems_of_both_files_are_told_at_once_and_nothing_is_written(command, files, tmp_path):
    names, register = files
    names.write_text("title\nA\n", encoding="utf-8")
    register.write_text("", encoding="utf-8")
    out = tmp_path / "out.csv"
    said = command("schools", "match", names, "--register", register, "--out", out)
    assert said.code == 2
    assert said.err.startswith("2 problems; nothing was changed.")
    assert "no column name among title" in said.err
    assert "register.csv, whole file" in said.err
    assert not out.exists()


def test_missing_files_are_named(command, tmp_path):
    said = command("schools", "match", tmp_path / "a.csv", "--register", tmp_path / "b.csv")
    assert said.code == 2
    assert "a.csv, whole file" in said.err and "b.csv, whole file" in said.err
    assert "Traceback" not in said.err


def test_an_input_is_never_overwritten(command, files):
    names, register = files
    for out in (names, register, names.parent):
        said = command("schools", "match", names, "--register", register, "--out", out)
        assert said.code == 2, out
    assert names.read_text(encoding="utf-8") == NAMES
    assert register.read_text(encoding="utf-8") == REGISTER


def test_headings_alone_are_no_problem(command, files):
    names, register = files
    names.write_text("name,la\n", encoding="utf-8")
    said = command("schools", "match", names, "--register", register)
    assert (said.code, rows(said.out)) == (0, [HEADS])


def test_the_help_has_an_example(command):
    said = command("schools", "match", "--help")
    assert "Example: equipoise schools match" in " ".join(said.out.split())
