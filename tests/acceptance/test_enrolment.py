"""The enrolment desk through the command line, from the first approach to the flow diagram."""

import csv
import io
import json
import shutil
from dataclasses import replace

import pytest

from equipoise.core.base import FixedClock, ProblemsError, csv_bytes
from equipoise.design.protocol import load_protocol, set_values, template
from equipoise.workspace.steps.enrolling import exported, take_in
from tests.design.desk_files import refilled
from tests.rehearsed import TINY, Walk, begun, contents

BY = ("--by", "sponsor")
NOW = "2021-08-02"
LATER = "2021-09-09"
WHOLE = {
    "approached": "2021-05-20",
    "eligible": "yes",
    "agreement": "2021-06-03",
    "privacy_notice": "2021-06-10",
    "baseline": "2021-07-01",
    "named_dsl": "yes",
}


@pytest.fixture
def walk(states, tmp_path):
    return states["draft"].copy(tmp_path / "w")


@pytest.fixture
def enrol(command, walk):
    """Give the command `enrol` at a time."""

    def give(*words, now=NOW):
        return command("--now", now, "enrol", walk.trial, *words, keys=walk.keys)

    return give


@pytest.fixture(scope="module")
def kept(states, tmp_path_factory):
    """A trial with a filled desk, made once, and the URNs of its schools."""
    made = states["draft"].copy(tmp_path_factory.mktemp("desk") / "w")
    folder = made.folder()
    folder.clock = FixedClock.parse(NOW)
    rows = rows_in(exported(folder, "first.csv"))
    urns = [row["urn"] for row in rows if row["urn"]]
    out = {
        urns[0]: {"eligible": "no", "not_eligible": "closing"},
        urns[1]: {"declined": "no-capacity"},
        urns[2]: {"privacy_notice": ""},
    }
    for row in rows:
        if row["urn"] == "":
            row |= {"approached": "2021-05-01", "data_sharing": "2021-05-17"}
        elif row["urn"] != urns[3]:
            row |= WHOLE | out.get(row["urn"], {})
    take_in(folder, csv_bytes(tuple(rows[0]), rows), "first.csv", by="sponsor")
    return made, urns


@pytest.fixture
def filled(walk, kept):
    """A desk on which all schools are complete but for four, each for its own reason."""
    made, urns = kept
    shutil.rmtree(walk.out)
    made.copy(walk.out)
    return urns


def rows_in(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


def rows_of(path):
    return rows_in(path.read_bytes())


def status(enrol, **options):
    said = enrol("--status", "--json", **options)
    assert said.code == 0, said.err
    return json.loads(said.out)


def told(place, found, expected, do):
    return (
        "1 problem; nothing was changed.\n\n"
        f"  {place}\n    found:    {found}\n    expected: {expected}\n    do:       {do}\n"
    )


def test_a_trial_without_a_desk_says_so_and_works_as_ever(enrol, walk, states, command):
    said = enrol("--status")
    assert said.code == 2
    assert "every eligible school of the register counts as enrolled" in said.err
    assert "equipoise enrol FOLDER --export desk.xlsx" in said.err
    committed = json.loads((states["committed"].trial / "results/commitment-900.json").read_text())
    assert sum(len(unit["urns"]) for unit in committed["data"]["roster"]) == TINY.schools


def test_the_status_counts_how_far_each_authority_has_come(enrol, filled):
    found = status(enrol)
    (one,) = found["authorities"]
    assert found["mark"] == "SIMULATED DATA, NOT FINDINGS"
    counts = {name: one[name] for name in found["total"]}
    assert counts == found["total"] == {
        "approached": 9, "eligible": 8, "agreed": 8, "not_eligible": 1, "declined": 1,
        "incomplete": 1, "complete": 6, "committed": 0, "not_approached": 1,
    }  # fmt: skip
    assert one["missing"] == {"privacy_notice": [filled[2]]}
    said = enrol()
    assert f"1 school, no privacy notice sent: {filled[2]}" in said.out


def test_a_single_fact_is_set_and_who_did_it_is_kept(enrol, walk, filled):
    said = enrol("--set", filled[2], "privacy_notice=2021-06-11", *BY)
    assert said.code == 0, said.err
    assert status(enrol)["total"]["complete"] == 7
    log = rows_of(walk.trial / "design/enrolment-log.csv")
    assert log[-1] == {
        "at": "2021-08-02T00:00:00Z", "by": "sponsor", "how": "set", "level": "school",
        "key": filled[2], "fact": "privacy_notice", "from": "", "to": "2021-06-11",
    }  # fmt: skip
    entry = walk.folder().last("enrol")
    assert (entry.kind, entry.facts) == ("computation", {"person": "sponsor", "how": "set",
                                                          "facts": 1})  # fmt: skip
    assert set(entry.writes) == {
        "design/enrolment.csv", "design/enrolment-authorities.csv", "design/enrolment-log.csv",
    }  # fmt: skip
    again = enrol("--set", filled[2], "privacy_notice=2021-06-11", *BY)
    assert again.out == "Nothing changes: the desk says all of it already.\n"


def test_an_authority_is_set_by_its_code(enrol, filled):
    assert enrol("--set", "900", "data_sharing=", *BY).code == 0
    found = status(enrol)
    assert found["total"]["complete"] == 0
    assert len(found["authorities"][0]["missing"]["data_sharing"]) == 7


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("900001", "agreement=2021-13-01", *BY),
            told("the command, --set 900001, agreement", "'2021-13-01'",
                 "a date like 2024-09-16", "correct the cell"),
        ),
        (
            ("999999", "approached=2021-05-20", *BY),
            told("design/enrolment.csv, school 999999", "an unknown URN",
                 "a school of design/register.csv",
                 "correct the URN, or add the school to the register"),
        ),
        (
            ("900001", "phoned=2021-05-20", *BY),
            told("the command, --set 900001, phoned", "the unknown fact 'phoned'",
                 "one of approached, eligible, not_eligible, agreement, privacy_notice, opt_outs, "
                 "baseline, named_dsl, declined", "correct the fact's name"),
        ),
        (
            ("900001", "approached=2021-05-20"),
            told("the command, --by", "nobody",
                 "who changes the desk: one of sponsor, statistician, unblinded-statistician, "
                 "data-manager, programme-manager", "give --by and a person's id"),
        ),
        (
            ("900001", "approached=2021-05-20", "agreement=2021-05-19", *BY),
            told("design/enrolment.csv, school 900001, agreement",
                 "2021-05-19, before it was approached on 2021-05-20", "2021-05-20 or later",
                 "correct one of the two dates"),
        ),
        (
            ("900001", "approached=2021-08-03", *BY),
            told("design/enrolment.csv, school 900001, approached",
                 "2021-08-03, a day to come", "2021-08-02 or earlier", "correct the date"),
        ),
    ],
)  # fmt: skip
def test_a_wrong_fact_is_refused_whole(enrol, walk, words, message):
    before = contents(walk.out)
    said = enrol("--set", *words)
    assert said.code == 2
    assert said.out == ""
    assert said.err == message
    assert contents(walk.out) == before


def test_a_workbook_goes_out_and_comes_back(enrol, walk, filled, monkeypatch):
    book = walk.out / "desk.xlsx"
    assert enrol("--export", book).code == 0
    asked_again = enrol("--export", book)
    assert asked_again.code == 2
    assert "a file that is there already, perhaps filled in" in asked_again.err
    book.write_bytes(refilled(book.read_bytes(), {(filled[2], "privacy_notice"): "2021-06-12"}))
    before = contents(walk.trial)
    shown = enrol("--import", book, "--preview")
    assert shown.code == 0
    assert f"changed  school {filled[2]}  privacy_notice  -     2021-06-12" in shown.out
    assert contents(walk.trial) == before
    done = json.loads(enrol("--import", book, *BY, "--json").out)
    assert done["changes"] == [
        {"level": "school", "key": filled[2], "fact": "privacy_notice", "from": None,
         "to": "2021-06-12", "added": False},
    ]  # fmt: skip
    assert status(enrol)["total"]["complete"] == 7


def test_a_second_person_s_edit_is_a_conflict_by_school(enrol, walk, filled):
    book = walk.out / "desk.xlsx"
    enrol("--export", book)
    enrol("--set", filled[4], "opt_outs=3", *BY)
    cells = {(filled[4], "opt_outs"): 1, (filled[5], "opt_outs"): 2}
    book.write_bytes(refilled(book.read_bytes(), cells))
    before = contents(walk.trial)
    said = enrol("--import", book, *BY)
    assert said.code == 2
    assert said.err.startswith("1 problem; nothing was changed.\n")
    assert f"school {filled[4]}" in said.err
    assert "opt_outs 1; somebody has changed the desk since the export: opt_outs 3" in said.err
    assert contents(walk.trial) == before


def test_a_wrong_workbook_is_refused_whole_with_all_that_is_wrong(enrol, walk, filled):
    book = walk.out / "desk.xlsx"
    enrol("--export", book)
    wrong = {
        (filled[4], "agreement"): "3rd of June",
        (filled[5], "urn"): 999999,
        (filled[6], "opt_outs"): -1,
        (filled[7], "urn"): filled[6],
    }
    book.write_bytes(refilled(book.read_bytes(), wrong))
    before = contents(walk.trial)
    said = enrol("--import", book, *BY)
    assert said.code == 2
    assert said.out == ""
    assert "found:    9aa aa Aaaa" in said.err
    assert "found:    '-1'" in said.err
    assert f"found:    school {filled[6]} again" in said.err
    assert "school 999999\n    found:    an unknown URN" in said.err
    assert said.err.startswith("4 problems; nothing was changed.\n")
    assert contents(walk.trial) == before
    other = walk.out / "other.xlsx"
    enrol("--export", other)
    other.write_bytes(refilled(other.read_bytes(), {}, rename={"900": "Sheet1"}))
    renamed = enrol("--import", other, *BY)
    assert "desk.xlsx" not in renamed.err
    assert "other.xlsx, sheet Sheet1" in renamed.err
    assert contents(walk.trial) == before


def test_a_desk_edited_by_hand_is_noticed(enrol, walk, filled):
    path = walk.trial / "design/enrolment.csv"
    data = path.read_bytes()
    path.write_bytes(data.replace(b"2021-06-10", b"2021-06-11", 1))
    enrol("--set", filled[4], "opt_outs=3", *BY)
    by_hand = [row for row in rows_of(walk.trial / "design/enrolment-log.csv") if not row["by"]]
    assert [(row["how"], row["key"]) for row in by_hand] == [("by hand", "design/enrolment.csv")]


def test_only_complete_units_are_committed_and_the_flow_adds_up(enrol, command, walk, filled):
    def act(*words, now=LATER):
        return command("--now", now, words[0], walk.trial, *words[1:], keys=walk.keys)

    committing = ("commit", "--stage", "900", "--by", "unblinded-statistician")
    assert act("lock", "--by", "statistician").code == 0
    assert act("power").code == 0
    # None complete: refused, with what is missing.
    enrol("--set", "900", "data_sharing=", *BY)
    said = act(*committing)
    assert said.code == 2
    assert "no complete school that stands in no stage yet (1 declined: no time" in said.err
    assert "7 enrolment not complete: no data sharing agreement with the authority" in said.err
    due = command("status", walk.trial, keys=walk.keys)
    assert "of a first complete school" in due.out
    enrol("--set", "900", "data_sharing=2021-05-17", *BY)

    said = act(*committing)
    assert said.code == 0, said.err
    assert f"Left out, enrolment not complete: no privacy notice sent: 1 school ({filled[2]})" in (
        said.out
    )
    assert f"Left out, declined: no time or staff for it: 1 school ({filled[1]})" in said.out
    roster = json.loads((walk.trial / "results/commitment-900.json").read_text(encoding="utf-8"))
    drawn = sorted(urn for unit in roster["data"]["roster"] for urn in unit["urns"])
    assert drawn == sorted(filled[4:])
    assert status(enrol, now=LATER)["total"]["committed"] == 6

    # What the commitment relied on stands; what comes late is offered a stage of its own.
    late = enrol("--set", filled[4], "baseline=2021-09-10", *BY, now="2021-09-12")
    assert "2021-09-10, and stage 900 was committed on 2021-09-09" in late.err
    gone = enrol("--set", filled[4], "declined=chance", *BY, now=LATER)
    assert "a school that leaves after the draw is a correction: equipoise correct" in gone.err
    assert enrol("--set", filled[2], "privacy_notice=2021-09-08", *BY, now=LATER).code == 0
    (offered,) = status(enrol, now=LATER)["late"]
    assert offered == {"stage": "900-2", "joins": "900", "schools": [filled[2]], "sharing": []}
    assert f"equipoise commit {walk.trial} --stage 900-2" in enrol(now=LATER).out
    drawing = ("randomise", "--stage", "900", "--event-value", "abc", "--event-source", "x")
    two = ("--by", "unblinded-statistician", "--by", "sponsor")
    assert act(*drawing, *two, now="2021-09-16").code == 0
    before = (walk.trial / "results/commitment-900.json").read_bytes()
    late = act("commit", "--stage", "900-2", *two[:2], now="2021-09-16")
    assert late.code == 0, late.err
    roster = json.loads((walk.trial / "results/commitment-900-2.json").read_text(encoding="utf-8"))
    assert [unit["urns"] for unit in roster["data"]["roster"]] == [[filled[2]]]
    assert (walk.trial / "results/commitment-900.json").read_bytes() == before
    found = status(enrol, now="2021-09-16")
    assert (found["total"]["committed"], found["late"]) == (7, [])


def test_the_upper_half_of_the_flow_fills_itself(command, tmp_path):
    """The simulation's desk, counted from its file alone, is what the report shows."""
    begun(tmp_path / "w", replace(TINY, schools=16, not_joining=0.5, ineligible_share=0.9))
    walk = Walk(tmp_path / "w")
    desk = rows_of(walk.trial / "design/enrolment.csv")
    stopped = [row for row in desk if row["eligible"] == "yes" and not row["declined"]]
    stopped = [row for row in stopped if not row["named_dsl"]]
    said = command("run", walk.trial, "--rehearse", keys=walk.keys)
    assert said.code == 0, said.err
    (table,) = walk.trial.glob("report/brief/*table-flow.csv")
    upper = {}
    for row in rows_of(table):
        step = row["Step"].partition(":")[0]
        upper[step] = upper.get(step, 0) + int(row["Schools"])
        if step == "Randomised":
            break
    assert upper == {
        "Approached": len(desk),
        "Not eligible": sum(row["eligible"] == "no" for row in desk),
        "Declined": sum(row["declined"] != "" for row in desk),
        "Enrolment not complete": len(stopped),
        "Randomised": 16,
    }
    assert all(upper.values())
    assert sum(upper.values()) == 2 * len(desk)
    flow = json.loads((walk.trial / "results/flow.json").read_text(encoding="utf-8"))["data"]
    sums = {check["check"]: (check["left"], check["right"]) for check in flow["checks"]}
    words = "schools approached = not eligible + declined + incomplete + not drawn + committed"
    assert sums[words] == (len(desk), len(desk))
    assert sums["schools committed = randomised"] == (16, 16)
    (figure,) = walk.trial.glob("report/brief/*figure-flow.svg")
    drawn = figure.read_text(encoding="utf-8")
    assert ">Approached<" in drawn
    assert f">{len(desk)} schools<" in drawn
    assert command("verify", walk.trial, keys=walk.keys).code == 0
    words = ("--set", desk[0]["urn"], "opt_outs=1", *BY)
    frozen = command("enrol", walk.trial, *words, keys=walk.keys)
    assert frozen.err == (
        "Not now: the trial is reported; enrol could be done only while it was draft or locked or "
        "sap-locked.\n"
    )


def test_what_is_needed_is_declared_in_the_protocol(tmp_path, command):
    path = ("design", "enrolment")
    folder = begun(tmp_path / "w", TINY, {path: {"requires": ["agreement"]}})
    walk = Walk(tmp_path / "w")
    urn = folder.protocol and rows_of(walk.trial / "design/register.csv")[0]["urn"]
    given = command("--now", NOW, "enrol", walk.trial, "--set", urn, "approached=2021-05-20",
                    "agreement=2021-06-03", *BY, keys=walk.keys)  # fmt: skip
    assert given.code == 0, given.err
    found = json.loads(command("--now", NOW, "enrol", walk.trial, "--json", keys=walk.keys).out)
    assert found["requires"] == ["agreement"]
    assert {s["urn"]: s["state"] for s in found["schools"]}[urn] in ("complete", "not-eligible")


def test_a_trial_that_everybody_declined_has_no_size(enrol, command, walk, filled):
    assert enrol("--set", "900", "declined=no-answer", *BY).code == 0
    found = status(enrol)["total"]
    assert (found["declined"], found["complete"], found["incomplete"]) == (8, 0, 0)
    enrol("--set", filled[3], "approached=2021-06-01", *BY)
    for name in ("power", "check"):
        said = command("--now", NOW, name, walk.trial, keys=walk.keys)
        assert said.code == 2
        assert "every eligible school declined or turned out not to be eligible" in said.err


def test_a_simulated_trial_with_a_desk_is_ready_to_be_drawn(tmp_path, command):
    trial = tmp_path / "t"
    assert command("new", trial, keys=tmp_path / "keys").code == 0
    making = ("--roster", "--schools", "12", "--authorities", "1", "--not-joining", "0.5")
    said = command("simulate", trial, *making, keys=tmp_path / "keys")
    assert said.code == 0, said.err
    found = json.loads(command("enrol", trial, "--json", keys=tmp_path / "keys").out)
    assert found["total"]["complete"] == 12
    assert found["total"]["declined"] + found["total"]["incomplete"] == 6


def test_a_desk_beside_an_unknown_requirement_is_refused():
    text = set_values(template("dsl-primary"), {("design", "enrolment"): {"requires": ["tea"]}})
    with pytest.raises(ProblemsError, match="opt_outs"):
        load_protocol(text)
