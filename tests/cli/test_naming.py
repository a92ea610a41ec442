"""contacts schools: the organisations that name no school for sure, and what is decided on them."""

import csv
import io
import json
import shutil

import pytest

from equipoise.authority.schools import plain
from tests.cli.test_doors import SAMPLE
from tests.rehearsed import command

__all__ = ["command"]

OAKFIELD, NURSERY = "Oakfield", "Brightwell Nursery Chain Head Office"


@pytest.fixture
def extract(tmp_path):
    """The sample extract."""
    folder = tmp_path / "extract"
    shutil.copytree(SAMPLE, folder)
    return folder


def listed(command, extract):
    register = extract / "register.csv"
    said = command("contacts", "schools", extract, "--register", register, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)["names"]


def review(command, extract, monkeypatch, typed):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    words = ("--register", extract / "register.csv", "--review", "--by", "A. Manager")
    return command("contacts", "schools", extract, *words)


def decided(extract):
    text = (extract / "schools.csv").read_text("utf-8")
    return {row["typed"]: row for row in csv.DictReader(io.StringIO(text))}


def unclear_of(command, extract):
    said = command("contacts", "check", extract, "--register", extract / "register.csv", "--json")
    return json.loads(said.out)["unclear"]


def test_names_that_a_check_calls_unclear_are_listed_with_what_they_may_mean(command, extract):
    found = {name["typed"]: name for name in listed(command, extract)}
    asked = {u["found"] for u in unclear_of(command, extract) if u["field"] == "organisation"}
    assert set(found) == asked
    assert len(found[OAKFIELD]["candidates"]) > 1
    said = command("contacts", "schools", extract, "--register", extract / "register.csv")
    assert OAKFIELD in said.out
    assert "contacts schools FOLDER --review" in said.out


def test_a_review_keeps_who_when_and_why_beside_what_was_decided_before(
    command, extract, monkeypatch
):
    before, names = decided(extract), listed(command, extract)
    urn = next(name for name in names if name["typed"] == OAKFIELD)["candidates"][0]
    answers = {OAKFIELD: f"{urn}\nasked her\n", NURSERY: "Not-a-School\n\n"}
    typed = "".join(answers.get(name["typed"], "\n") for name in names)
    said = review(command, extract, monkeypatch, typed)
    assert (said.code, said.err) == (0, "")
    assert "2 decisions kept" in said.out
    after = decided(extract)
    assert {typed: after[typed] for typed in before} == before
    oakfield = after[OAKFIELD]
    assert (oakfield["urn"], oakfield["by"], oakfield["note"]) == (urn, "A. Manager", "asked her")
    assert oakfield["when"]
    assert after[NURSERY]["urn"] == "not-a-school"
    left = {u["found"] for u in unclear_of(command, extract)}
    assert not left & {OAKFIELD, NURSERY}


def test_what_is_no_school_of_the_roster_is_asked_again(command, extract, monkeypatch):
    before = (extract / "schools.csv").read_bytes()
    said = review(command, extract, monkeypatch, "123456\nq\n")
    assert said.code == 0
    assert "none of the URNs" in said.out
    assert (extract / "schools.csv").read_bytes() == before


def test_spellings_that_differ_in_capitals_alone_are_one_question(command, extract):
    path = extract / "contacts.csv"
    text = path.read_text("utf-8")
    line = next(line for line in text.splitlines() if f",{OAKFIELD}," in line)
    more = line.replace(OAKFIELD, OAKFIELD.upper() + ".").replace(line.split(",")[0], "C99", 1)
    path.write_text(f"{text.rstrip()}\n{more}\n", "utf-8", newline="\n")
    (found,) = [n for n in listed(command, extract) if plain(n["typed"]) == plain(OAKFIELD)]
    assert found["seen"] == 2


def test_a_review_that_cannot_be_kept_changes_nothing(command, extract, monkeypatch):
    (extract / "schools.csv").write_text("typed,urn\nA,1\n", "utf-8")
    said = review(command, extract, monkeypatch, "not-a-school\n\n")
    assert said.code == 2
    assert "schools.csv" in said.err
    assert (extract / "schools.csv").read_text("utf-8") == "typed,urn\nA,1\n"


def test_a_review_is_for_a_person(command, extract):
    words = ("--register", extract / "register.csv", "--review", "--json")
    assert command("contacts", "schools", extract, *words).code == 2
