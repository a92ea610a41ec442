"""contacts check: what seems wrong with an extract, what is unclear and why, what is not known."""

import csv
import io
import json
import shutil

import pytest

from equipoise.authority.pack import parse_roster, roster_bytes
from tests.rehearsed import command, states

__all__ = ["command", "states"]

CODE = "900"


@pytest.fixture
def desk(states, command, tmp_path):
    """An authority's extract, and the roster of its trial."""
    walk = states["blind-run"]
    extract, roster = tmp_path / "extract", tmp_path / "roster.json"
    shutil.copytree(walk.trial / "authority" / CODE, extract)
    words = ("contacts", "roster", walk.trial, "--authority", CODE, "--out", roster)
    assert command(*words, keys=walk.keys).code == 0
    return extract, roster, walk.trial / "design" / "register.csv"


def contacts_of(extract):
    profile = json.loads((extract / "profile.json").read_text("utf-8"))
    return extract / profile["contacts_file"]


def without_month(extract, month):
    """Take a month out of the extract, by the date of contact."""
    path = contacts_of(extract)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    date = next(i for i, cell in enumerate(next(csv.reader(lines[:1]))) if "date" in cell.lower())
    year, number = month.split("-")
    forms = (f"{number}/{year}", month)
    kept = [line for line in lines[1:]
            if not any(form in next(csv.reader([line]))[date] for form in forms)]  # fmt: skip
    assert len(kept) < len(lines) - 1
    path.write_text(lines[0] + "".join(kept), "utf-8", newline="\n")


def checked(command, *words):
    said = command("contacts", "check", *words, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_with_the_roster_it_reports_what_the_pack_would(desk, command, tmp_path):
    extract, roster, _ = desk
    found = checked(command, extract, "--trial", roster)
    quality = found["quality"]
    windows = [window.id for window in parse_roster(roster.read_bytes()).roster.windows]
    assert [window["window"] for window in quality["windows"]] == windows
    assert all("roll" in line for line in found["not_known"])
    said = command("contacts", "pack", extract, "--trial", roster, "--out",
                   tmp_path / "p.v1.sealed", "--yes")  # fmt: skip
    assert said.code == 0
    # The page that says what leaves lists every value of the report in the pack.
    lines = {" ".join(line.split()) for line in said.out.splitlines()}
    for window in quality["windows"]:
        name = f"windows, {window['window']}"
        for part in ("contacts", "school contacts", "missing", "unmapped", "pending"):
            value = window[part.replace(" ", "_")]
            assert f"{name} {part} {value:,}" in lines


def test_a_month_that_is_missing_is_said_with_what_to_ask(desk, command):
    extract, roster, _ = desk
    months = checked(command, extract, "--trial", roster)["quality"]["months"]
    month = next(m["month"] for m in months[12:] if m["contacts"] > 17)
    without_month(extract, month)
    found = checked(command, extract, "--trial", roster)
    (missing,) = [f for f in found["quality"]["findings"] if f["kind"] == "missing-month"]
    assert missing["months"] == [month]
    said = command("contacts", "check", extract, "--trial", roster).out
    assert "What seems wrong, and what to ask:" in said
    assert f"Month missing, {month}" in said
    assert missing["ask"] in said


def test_without_a_roster_it_says_what_it_cannot_know(desk, command):
    extract, _, register = desk
    found = checked(command, extract, "--register", register)
    assert [window["window"] for window in found["quality"]["windows"]] == ["all dates"]
    said = command("contacts", "check", extract, "--register", register).out
    assert "What cannot be known here:" in said
    for words in ("--trial ROSTER", "whether it asks for reasons", "schools' sizes"):
        assert words in said
        assert any(words in line for line in found["not_known"])


def test_a_short_extract_says_that_nothing_is_usual_yet(desk, command):
    extract, roster, _ = desk
    path = extract / "profile.json"
    profile = json.loads(path.read_text("utf-8"))
    begin, end = "2020-10-01", "2021-01-31"
    lines = contacts_of(extract).read_text("utf-8").splitlines(keepends=True)
    date = next(i for i, cell in enumerate(next(csv.reader(lines[:1]))) if "date" in cell.lower())
    kept = [line for line in lines[1:] if begin <= _iso(next(csv.reader([line]))[date]) <= end]
    contacts_of(extract).write_text(lines[0] + "".join(kept), "utf-8", newline="\n")
    path.write_text(json.dumps({**profile, "covers": {"from": begin, "to": end}}), "utf-8")
    found = checked(command, extract, "--trial", roster)
    assert any("fewer than 9 months" in line for line in found["not_known"])


def _iso(day):
    return "-".join(reversed(day.split("/"))) if "/" in day else day[:10]


def test_reasons_that_are_unclear_are_listed_where_the_trial_asks_for_them(desk, command):
    extract, roster, _ = desk
    path = contacts_of(extract)
    lines = path.read_text("utf-8").splitlines()
    text = [lines[0] + ",Contact reason", *(f"{line},Zorgle flim" for line in lines[1:])]
    path.write_text("\n".join(text) + "\n", "utf-8", newline="\n")
    handed = parse_roster(roster.read_bytes())
    own = handed.roster.declared[0]
    asked = own.definitions.__class__(**{**own.definitions.__dict__, "reasons": ("sexual-abuse",)})
    made = handed.roster.__class__(
        **{**handed.roster.__dict__, "declared": (own.__class__(own.name, asked),)}
    )
    roster.write_bytes(roster_bytes(made, trial=handed.trial, simulated=True))
    found = checked(command, extract, "--trial", roster)
    reasons = [one for one in found["unclear"] if one["field"] == "reason"]
    assert reasons
    assert {one["found"] for one in reasons} == {"Zorgle flim"}
    said = command("contacts", "check", extract, "--trial", roster).out
    assert f"{len(reasons):,}" in said
    assert "means none of the codes for sure" in said


def test_the_reasons_are_counted_before_the_rows_are_listed(desk, command):
    extract, roster, _ = desk
    found = checked(command, extract, "--trial", roster)
    said = command("contacts", "check", extract, "--trial", roster).out
    reasons = {(one["field"], one["why"]) for one in found["unclear"]}
    if len(reasons) > 1 and len(reasons) < len(found["unclear"]):
        assert said.index("times") < said.index("found")


@pytest.mark.parametrize("words", [(), ("--trial", "none.json")])
def test_without_schools_it_says_what_to_give(desk, command, words):
    said = command("contacts", "check", desk[0], *words)
    assert said.code == 2
    assert "--trial ROSTER" in said.err or "none.json" in said.err


def test_another_authoritys_roster_is_refused(desk, command):
    extract, roster, _ = desk
    path = extract / "profile.json"
    profile = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**profile, "authority": "901"}), "utf-8")
    said = command("contacts", "check", extract, "--trial", roster)
    assert said.code == 2
    assert "900, for which the roster is" in said.err


def test_the_words_of_an_extract_are_decided_in_its_folder(desk, command, monkeypatch):
    extract, roster, _ = desk
    (extract / "labels.csv").unlink(missing_ok=True)
    unclear = [one for one in checked(command, extract, "--trial", roster)["unclear"]
               if one["field"] == "outcome"]  # fmt: skip
    assert unclear
    said = command("contacts", "check", extract, "--trial", roster).out
    words = ("contacts", "labels", extract, "--vocabulary", "contact-outcome")
    assert "equipoise contacts labels FOLDER --vocabulary contact-outcome --review" in said
    found = json.loads(command(*words, "--json").out)
    profile = json.loads((extract / "profile.json").read_text("utf-8"))
    assert found["on"] == profile["extract_date"]
    open_words = {one["label"] for one in found["labels"] if one["status"] != "mapped"}
    assert {one["found"] for one in unclear} <= open_words
    monkeypatch.setattr("sys.stdin", io.StringIO("NFA\nasked the team\nq\n"))
    assert command(*words, "--review", "--by", "A. Manager").code == 0
    (line,) = csv.DictReader((extract / "labels.csv").read_text("utf-8").splitlines())
    assert (line["authority"], line["system"]) == (CODE, profile["system"])
    assert (line["field"], line["code"], line["who"]) == ("outcome", "NFA", "A. Manager")
    after = checked(command, extract, "--trial", roster)["unclear"]
    decided = [one for one in unclear if one["found"] == line["label"]]
    assert decided
    assert len([one for one in after if one["field"] == "outcome"]) == len(unclear) - len(decided)


def test_labels_that_no_extract_of_contacts_holds_are_refused(desk, command):
    said = command("contacts", "labels", desk[0], "--vocabulary", "need")
    assert said.code == 2
    assert "contact-outcome" in said.err


def test_the_screen_is_short_until_more_is_asked_for(desk, command, tmp_path):
    extract, roster, _ = desk
    path = contacts_of(extract)
    lines = path.read_text("utf-8").splitlines()
    source = next(i for i, cell in enumerate(next(csv.reader(lines[:1]))) if "source" in
                  cell.lower())  # fmt: skip
    rows = [next(csv.reader([line])) for line in lines]
    for n, row in enumerate(rows[1:]):
        row[source] = f"Zorgle {n % 30}"
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    path.write_text(buffer.getvalue(), "utf-8", newline="\n")
    words = ("contacts", "check", extract, "--trial", roster)
    points = len(checked(command, *words[2:])["unclear"])
    short, full = (command(*words, *more).out for more in ((), ("--verbose",)))
    assert points > 100
    assert short.count("Zorgle") == 20
    assert full.count("Zorgle") == points
    assert f"and {points - 20:,} more points: --out FILE" in short
    assert "outcome missing" in full and "outcome missing" not in short


def test_children_without_details_are_not_said_to_be_linked_by_them(desk, command):
    pytest.importorskip("splink", reason="the extra `linkage` is not installed")
    extract, roster, _ = desk
    assert (extract / "roll.csv").is_file()
    said = command("contacts", "check", extract, "--trial", roster, "--link-people", "0.99")
    assert said.code == 2
    assert "children.csv" in said.err


def test_a_sealed_pack_is_compared_in_its_trial_alone(desk, command, tmp_path):
    extract, roster, _ = desk
    pack = tmp_path / "p.v1.sealed"
    assert command("contacts", "pack", extract, "--trial", roster, "--out", pack, "--yes").code == 0
    said = command("contacts", "compare", pack)
    assert said.code == 2
    assert "contacts receive" in said.err
