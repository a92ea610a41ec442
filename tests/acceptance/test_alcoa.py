"""ALCOA+ (attributable, legible, contemporaneous, original, accurate, complete, ...) of the ledger.

One test for each word that makes sense without a web page; the yardsticks are 21 CFR 11 and the
EMA's guideline on computerised systems of 2023, which do not bind trials like these.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from equipoise.core.ledger import append, read_chain
from equipoise.workspace.folder import Work
from equipoise.workspace.steps.stranger import export
from tests.rehearsed import Walk, contents

ORDER = (
    "draft", "locked", "committed", "randomised", "revealed", "sap-locked", "ingested",
    "blind-run", "frozen", "unblinded", "written", "reported",
)  # fmt: skip


def ledger(walk) -> bytes:
    return (walk.trial / "ledger.jsonl").read_bytes()


@pytest.fixture
def chain(states):
    walk = states["reported"]
    return read_chain(ledger(walk), walk.folder().signature_check)


def test_attributable_no_act_without_a_person_and_every_person_signed(chain, states):
    people = {person.id for person in states["reported"].folder().protocol.people}
    acts = [line for line in chain.lines if line.entry.kind == "act"]
    assert len(acts) > 6
    for line in acts:
        assert line.entry.by and set(line.entry.by) == set(line.signatures) <= people


def test_attributable_an_act_by_nobody_is_refused_where_it_is_written(states, tmp_path):
    walk = states["locked"].copy(tmp_path / "w")
    before = ledger(walk)
    (last,) = [line for line in read_chain(before).lines if line.entry.name == "lock"]

    def nobodys(held):
        entry = replace(last.entry, seq=len(held.lines), prev=held.head, by=(), name="sap-lock")
        return replace(last, entry=entry, signatures={})

    with pytest.raises(ValueError, match="an act by nobody"):
        append(walk.trial, nobodys)
    assert ledger(walk) == before


def test_legible_the_log_is_words_in_lines_not_raw_json(states, command):
    said = command("log", states["reported"].trial).out
    assert "randomise" in said and "unblinded-statistician, sponsor" in said
    assert "{" not in said and max(map(len, said.splitlines())) < 200


def test_contemporaneous_times_are_utc_and_never_go_back(chain):
    times = [entry.at for entry in chain.entries]
    assert times == sorted(times) and all(time.endswith("Z") for time in times)


def test_original_the_ledger_only_ever_grows(states):
    whole = [ledger(states[state]) for state in ORDER]
    for before, after in pairwise(whole):
        assert after.startswith(before) and len(after) > len(before)


def test_original_no_command_shortens_or_edits_it(states, tmp_path, command):
    walk = states["sap-locked"].copy(tmp_path / "w")
    before = ledger(walk)
    two = ("--by", "data-manager", "--and", "statistician")
    words = ("--kind", "withdrawn", "--units", "900001", "--reason", "letter", *two)
    assert command("correct", walk.trial, *words, keys=walk.keys).code == 0
    assert ledger(walk).startswith(before)


def test_accurate_a_line_and_its_files_come_into_being_together(states, tmp_path, monkeypatch):
    walk = states["locked"].copy(tmp_path / "w")
    before = contents(walk.trial)
    work = Work(walk.folder(), "sap-lock", by=["statistician"])
    work.write("results/made.json", b"{}")
    work.facts["meaning"] = "0" * 64

    def broken(*given):
        raise OSError("cut off")

    with monkeypatch.context() as patch:
        patch.setattr("equipoise.core.ledger.chain.write_atomic", broken)
        with pytest.raises(OSError, match="cut off"):
            work.finish()
    assert contents(walk.trial) == before


def test_complete_every_file_of_a_published_trial_is_recorded(states):
    walk = states["reported"]
    known: set[str] = set()
    for entry in read_chain(ledger(walk)).entries:
        known |= {*entry.reads, *entry.writes}
    there = set(contents(walk.trial)) - {"ledger.jsonl"}
    assert there <= known


def test_consistent_numbers_run_on_and_a_gap_is_named(chain, states):
    assert [entry.seq for entry in chain.entries] == list(range(len(chain.entries)))
    lines = ledger(states["reported"]).splitlines(keepends=True)
    for gone in (0, 4, len(lines) - 2):
        damaged = read_chain(b"".join(lines[:gone] + lines[gone + 1 :]))
        assert damaged.problems[0].place == f"line {gone + 1}"


def test_enduring_and_available_the_record_proves_itself_without_the_product(demo, tmp_path):
    folder = Walk(demo.trial.parent).folder()
    path = tmp_path / "record.py"
    path.write_bytes(export(folder))
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(path)], capture_output=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0 and b"draw repeated" in done.stdout
    assert b"amendment in line" in done.stdout


@pytest.mark.parametrize("part", ["at", "by", "facts", "name", "prev", "reads", "seq", "writes"])
def test_traceable_a_signature_covers_every_part_of_what_was_done(states, part):
    """Its meaning: this act, by these people, on these files, after that line."""
    walk = states["locked"]
    lines = read_chain(ledger(walk)).lines
    line = next(line for line in lines if line.entry.name == "lock")
    other = {
        "at": "2020-01-01T00:00:00Z", "by": ("statistician", "sponsor"), "facts": {"meaning": "x"},
        "name": "publish", "prev": "1" * 64, "reads": {}, "seq": 9, "writes": {"x": "y"},
    }  # fmt: skip
    changed = replace(line.entry, **{part: other[part]})
    check = walk.folder().signature_check
    good = bytes.fromhex(line.signatures["statistician"])
    assert check("statistician", line.entry.message(), good)
    assert not check("statistician", changed.message(), good)


def test_traceable_a_reason_stands_with_every_change_and_both_values_are_kept(demo):
    entries = read_chain((demo.trial / "ledger.jsonl").read_bytes()).entries
    changes = [entry for entry in entries if entry.name in ("amend", "correct")]
    assert changes
    for entry in changes:
        assert entry.facts["reason"] and len(set(entry.by)) == 2
        for change in entry.facts.get("changes", ()):
            assert change["old"] != change["new"]


def test_traceable_what_was_signed_is_void_once_the_protocol_is_edited(states, tmp_path, command):
    walk = states["sap-locked"].copy(tmp_path / "w")
    path = walk.trial / "trial.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("benefit: 2.0", "benefit: 1.0", 1), encoding="utf-8")
    said = command("ingest", walk.trial, keys=walk.keys)
    assert said.code == 2 and "another meaning than at lock" in said.err
    found = json.loads(command("verify", walk.trial, "--json").out)
    assert found["consistent"] is False
