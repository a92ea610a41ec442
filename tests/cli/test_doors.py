"""The doors of the README: each walked as it is written, with what is printed."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from equipoise.design.protocol import load_protocol
from tests.rehearsed import contents

SAMPLE = Path(__file__).parents[2] / "samples" / "simulated-authority"
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(autouse=True)
def _no_key_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.setenv("EQUIPOISE_KEYS", str(tmp_path / "keys"))


def test_the_first_door_a_trial_csv(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = command("new", "mytrial", "--template", "own-outcomes", "--sample")
    assert said.code == 0
    assert said.out.splitlines()[0].replace("\\", "/") == "wrote mytrial/trial.yaml"
    assert command("check", "mytrial").out.splitlines()[0].endswith("sound.")
    assert "keys before the lock\n  equipoise keys mytrial\n" in command("status", "mytrial").out
    said = command("run", "mytrial", "--rehearse")
    assert said.code == 0
    *_, mark, last = said.out.splitlines()
    assert mark == "SIMULATED DATA, NOT FINDINGS"
    assert last.replace("\\", "/") == (
        "The trial is reported. Brief: mytrial/report/SIMULATED-DATA-NOT-FINDINGS-brief.html"
    )
    said = command("verify", "mytrial")
    assert said.code == 0
    assert "drawn elsewhere, not proved; the arms are those taken in at ingest" in said.out
    log = json.loads(command("log", "mytrial", "--json").out)
    times = [line["entry"]["at"] for line in log]
    assert times == sorted(times)
    again = command("run", "mytrial", "--rehearse")
    assert again.out == said_of(mark, last)
    assert command("new", "mytrial").code == 2


def said_of(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_a_rehearsal_of_ones_own_table_repeats(command, tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        monkeypatch.setenv("EQUIPOISE_KEYS", str(tmp_path / name / "keys"))
        assert command("new", "t", "--template", "own-outcomes", "--sample").code == 0
        assert command("run", "t", "--rehearse").code == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_the_second_door_an_analyst(command, tmp_path):
    said = command("contacts", "check", SAMPLE, "--register", SAMPLE / "register.csv")
    assert (said.code, said.err) == (0, "")
    read, kept = map(int, re.match(r"(\d+) rows read, (\d+) kept\.", said.out).groups())
    aside = sum(map(int, re.findall(r"set aside: (\d+) \(", said.out)))
    assert read == kept + aside == 16
    readme = README.read_text(encoding="utf-8")
    # Every line of the README's transcript is what is printed.
    block = readme.split("--register samples/simulated-authority/register.csv\n")[1].split("```")[0]
    assert said.out == block
    out = tmp_path / "list.csv"
    words = ("contacts", "check", SAMPLE, "--register", SAMPLE / "register.csv")
    assert command(*words, "--out", out).code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert len(rows) == json.loads(command(*words, "--json").out)["unclear"].__len__()


def test_the_analyst_is_told_all_that_is_wrong(command, tmp_path):
    folder = tmp_path / "extract"
    said = command("contacts", "check", folder, "--register", SAMPLE / "register.csv")
    assert said.code == 2
    assert "no such folder" in said.err
    shutil.copytree(SAMPLE, folder)
    (folder / "profile.json").unlink()
    said = command("contacts", "check", folder, "--register", SAMPLE / "register.csv")
    assert said.code == 2
    assert "profile.json, whole file\n    found:    no such file" in said.err
    said = command("contacts", "check", SAMPLE, "--register", tmp_path / "none.csv")
    assert said.code == 2
    assert "none.csv, whole file\n    found:    no such file" in said.err


def test_the_third_door_a_plan(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command("new", "plan", "--template", "dsl-primary").code == 0
    said = command("power", "plan")
    if said.code:
        assert said.err == (
            "1 problem; nothing was changed.\n\n  trial.yaml, design.power.units\n"
            "    found:    nothing\n    expected: the number of units planned\n"
            "    do:       add units to design.power, or the register to the design folder\n"
        )
    said = command("simulate", "plan", "--roster", "--schools", "40", "--authorities", "2")
    assert said.code == 0
    assert not list(tmp_path.glob("truth")), "the truth of two trials would be mixed"
    said = command("power", "plan")
    assert said.code == 0
    assert "40 schools" in said.out
    assert "assumed: assumed" not in said.out
    text = (tmp_path / "plan/trial.yaml").read_text(encoding="utf-8")
    assert load_protocol(text.encode(), "trial.yaml").delivery_dir == "../plan-delivery"
    # Two trials from one template, one desk: their keys stand side by side.
    assert command("new", "second").code == 0
    assert command("simulate", "second", "--roster", "--schools", "8", "--authorities", "1",
                   "--seed", "9").code == 0  # fmt: skip
    for name in ("plan", "second"):
        assert command("lock", name, "--by", "statistician").code == 0


def test_power_of_what_is_planned(command, tmp_path):
    command("new", tmp_path / "plan", "--template", "own-outcomes")
    said = command("power", tmp_path / "plan")
    assert said.code == 0
    assert re.search(r"^  [\d,]+ units planned, ", said.out, flags=re.MULTILINE)
    assert json.loads(command("power", tmp_path / "plan", "--json").out)["enrolled"] is False


def test_a_folder_with_real_schools_is_never_simulated_over(command, states, tmp_path):
    walk = states["draft"].copy(tmp_path / "w")
    path = tmp_path / "real"
    assert command("new", path).code == 0
    shutil.copytree(walk.trial / "design", path / "design")
    before = contents(path)
    said = command("simulate", path, "--roster", "--schools", "8", "--authorities", "1")
    assert said.code == 2
    assert "schools that no simulation made" in said.err
    assert contents(path) == before


def test_the_demonstration_empties_no_folder_that_it_did_not_make(command, tmp_path):
    (tmp_path / "thesis.txt").write_bytes(b"four years")
    said = command("demo", "--out", tmp_path)
    assert said.code == 2
    assert said.err == (
        f"1 problem; nothing was changed.\n\n  {tmp_path}, whole folder\n"
        "    found:    files that no demonstration made\n"
        "    expected: an empty folder, or one that an earlier demonstration made\n"
        "    do:       name another folder with --out\n"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_simulated_draft_without_schools_is_told_how_to_get_them(command, tmp_path):
    path = tmp_path / "t"
    command("new", path)
    text = (path / "trial.yaml").read_text(encoding="utf-8")
    said = command("status", path)
    assert (
        f"Next: the schools in design/register.csv before the lock\n  equipoise check {path}\n"
        in (said.out)
    )
    (path / "trial.yaml").write_text(
        text.replace("simulated: false", "simulated: true", 1), encoding="utf-8"
    )
    said = command("status", path)
    assert f"  equipoise simulate {path} --roster\n" in said.out
    said = command("run", path, "--rehearse")
    assert said.code == 2
    assert "equipoise simulate FOLDER --roster" in said.err


def test_run_stops_before_an_act_and_says_who(command, states, tmp_path):
    for state, name, by in (
        ("sap-locked", "freeze", "data-manager"),
        ("unblinded", "publish", "sponsor"),
    ):
        walk = states[state].copy(tmp_path / state)
        said = command("run", walk.trial, keys=walk.keys)
        assert said.code == 0
        assert f"2 computations done. Next: act {name}, by {by}" in said.out
        assert f"\n  equipoise {name} {walk.trial} --by {by}" in said.out
        assert walk.folder().standing().trial == state
        said = command("run", walk.trial, keys=walk.keys)
        assert "0 computations done." in said.out
    walk = states["frozen"].copy(tmp_path / "frozen")
    said = command("run", walk.trial, keys=walk.keys)
    assert said.out == (
        "0 computations done. Next: act unblind, by unblinded-statistician, with a second "
        f"signature.\n  equipoise unblind {walk.trial} --by unblinded-statistician --by sponsor\n"
    )


def test_every_act_prints_a_receipt_that_verify_knows(command, states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    said = command("freeze", walk.trial, "--by", "data-manager", keys=walk.keys)
    assert said.code == 0
    (receipt,) = re.findall(r"receipt ([0-9a-f]{64})", said.out)
    assert "signed by data-manager" in said.out
    assert "Lodge the receipt outside this folder" in said.out
    assert "Next: act unblind" in said.out
    said = command("verify", walk.trial, "--receipt", receipt)
    assert "consistent and anchored" in said.out


def test_status_and_run_while_the_stages_are_drawn(command, states):
    for state, words in (
        ("locked", "act commit, stage 900, by unblinded-statistician"),
        (
            "committed",
            "act randomise, stage 900, by unblinded-statistician, with a second signature",
        ),
        ("randomised", "act reveal, stage 900, by unblinded-statistician"),
        ("revealed", "computation simulate-collect"),
    ):
        said = command("status", states[state].trial)
        assert f"Next: {words}\n" in said.out, state


def test_power_is_recorded_once_when_it_is_due(command, states, tmp_path):
    """A rehearsal reckons it before the lock; who locks by hand is asked for it after."""
    command("new", tmp_path / "t")
    words = ("--roster", "--schools", "8", "--authorities", "1")
    assert command("simulate", tmp_path / "t", *words).code == 0
    assert command("power", tmp_path / "t").code == 0
    assert command("lock", tmp_path / "t", "--by", "statistician").code == 0
    assert "Next: computation power\n" in command("status", tmp_path / "t").out
    said = command("power", tmp_path / "t")
    assert "power: recorded as line 3 of the ledger." in said.out
    assert "Next: act commit" in command("status", tmp_path / "t").out
    assert "recorded" not in command("power", tmp_path / "t").out


def test_a_stage_that_was_committed_is_drawn_before_anything_is_read(command, states, tmp_path):
    walk = states["committed"].copy(tmp_path / "w")
    assert command("sap-lock", walk.trial, "--by", "statistician", keys=walk.keys).code == 0
    assert "Next: act randomise, stage 900" in command("status", walk.trial).out


def test_commit_says_what_the_draw_waits_for_and_reveal_where_the_arms_are(
    command, states, tmp_path
):
    walk = states["locked"].copy(tmp_path / "w")
    event = walk.folder().protocol.design.scheme.event
    by = ("--by", "unblinded-statistician")
    words = ("--event-round", "the tenth", *by)
    said = command("commit", walk.trial, "--stage", "900", *words, keys=walk.keys)
    assert said.code == 0
    assert (
        f"  The draw waits for: {event.source}, the tenth, on {event.not_before} or later.\n"
        in said.out
    )
    walk = states["randomised"].copy(tmp_path / "v")
    said = command("reveal", walk.trial, "--stage", "900", *by, keys=walk.keys)
    arms = walk.folder().delivery / "allocation-900.csv"
    assert f"  the arms are in {arms}\nNext: " in said.out
    assert arms.read_text(encoding="utf-8").startswith("urn,school_name,arm\n")
