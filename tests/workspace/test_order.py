"""What is due next; what an act needs beside its turn."""

import csv
import io

import pytest

from equipoise.core.base import FixedClock, ProblemsError
from equipoise.core.ledger import OutOfTurnError
from equipoise.workspace.folder import RehearsalSecrets
from equipoise.workspace.steps import acts, rehearsal
from equipoise.workspace.steps.ingest import ingest
from equipoise.workspace.steps.order import next_step
from equipoise.workspace.steps.stages import shared_across

DUE = {
    "draft": "lock",
    "locked": "commit",
    "committed": "randomise",
    "randomised": "reveal",
    "revealed": "simulate-collect",
    "sap-locked": "ingest",
    "ingested": "analyse-blind",
    "blind-run": "freeze",
    "frozen": "unblind",
    "unblinded": "analyse",
    "written": "publish",
    "reported": None,
}


def test_what_is_due_in_every_state(states):
    found = {name: next_step(walk.folder()) for name, walk in states.items()}
    assert {name: due and due.name for name, due in found.items()} == DUE
    assert found["committed"].signatures == found["frozen"].signatures == 2
    assert found["draft"].who == ("statistician",)


def ready(walk):
    folder = walk.folder()
    folder.clock = FixedClock.parse("2030-01-01")
    folder.secrets = RehearsalSecrets(7)
    return folder


def test_a_later_pack_or_extract_makes_ingest_due_again_once(states, tmp_path):
    """Earlier packs are kept; neither they nor an extra file make a computation due for ever."""
    walk = states["blind-run"].copy(tmp_path / "w")
    path = walk.trial / "authority/900/contacts.csv"
    rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(rows[:-1]))
    done = [step.entry.name for step in list(rehearsal.run(ready(walk), "X"))[:-1]]
    assert done == ["ingest", "analyse-blind"]
    packs = sorted(p.name for p in walk.trial.glob("packs/*"))
    assert packs == ["900.v1.sealed", "900.v2.sealed"]
    path.write_bytes(b"".join(rows))
    list(rehearsal.run(ready(walk), "X"))
    # The first extract has its pack already.
    assert sorted(p.name for p in walk.trial.glob("packs/*")) == packs


def test_a_pack_with_a_name_of_its_own_is_refused(states, tmp_path):
    walk = states["sap-locked"].copy(tmp_path / "w")
    (walk.trial / "packs").mkdir()
    (walk.trial / "packs" / "from-leeds.zip").write_bytes(b"x")
    with pytest.raises(ProblemsError, match="a name that no pack has"):
        ingest(ready(walk))


def test_files_that_nobody_reads_do_not_run_for_ever(states, tmp_path):
    walk = states["frozen"].copy(tmp_path / "w")
    folder = ready(walk)
    from equipoise.workspace.steps.opening import unblind

    (walk.trial / "frozen" / "notes.txt").write_bytes(b"x")
    unblind(folder, by=["unblinded-statistician", "sponsor"])
    done = [step for step in rehearsal.run(folder, "X")]
    assert done[-1].name == "publish"


def test_a_computation_that_is_never_done_is_said_so(states, tmp_path, monkeypatch):
    walk = states["sap-locked"].copy(tmp_path / "w")
    monkeypatch.setattr("equipoise.workspace.steps.order.is_current", lambda *given: False)
    with pytest.raises(OutOfTurnError, match="ingest was computed and is due again"):
        list(rehearsal.run(ready(walk), "X"))


def test_freeze_takes_the_unblinded_side_in_or_says_that_it_is_not_there(states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    delivery = walk.folder().delivery
    for path in delivery.iterdir():
        path.unlink()
    with pytest.raises(ProblemsError, match="after the freeze nothing can be taken in"):
        acts.freeze(ready(walk), by=["data-manager"])
    assert not (walk.trial / "delivery.sealed").exists()


def test_freeze_needs_the_analysis_set_of_these_files(states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    labels = walk.trial / "authority/900/labels.csv"
    labels.write_bytes(labels.read_bytes() + b"\n")
    with pytest.raises(ProblemsError, match="ingest of other files than these"):
        acts.freeze(ready(walk), by=["data-manager"])


def test_the_unblinded_teams_folder_lies_outside(states, tmp_path):
    walk = states["draft"].copy(tmp_path / "w")
    path = walk.trial / "trial.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("delivery_dir: ../delivery", "delivery_dir: ../dsl-primary/open"),
        encoding="utf-8",
    )
    with pytest.raises(ProblemsError, match="inside the trial folder"):
        acts.lock(ready(walk), by=["statistician"])


def test_lock_names_problems_of_registers_and_protocol_at_once(states, tmp_path):
    walk = states["draft"].copy(tmp_path / "w")
    (walk.trial / "design/rolls.csv").unlink()
    path = walk.trial / "trial.yaml"
    key = walk.folder().person("sponsor").signing_key
    text = path.read_text(encoding="utf-8")
    assert key in text
    path.write_text(text.replace(f'"{key}"', "null", 1), encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        acts.lock(ready(walk), by=["statistician"])
    places = {(problem.file, problem.place) for problem in caught.value.problems}
    assert ("design/rolls.csv", "whole file") in places
    assert ("trial.yaml", "people[1].signing_key") in places


def test_schools_that_share_a_lead_across_authorities_are_printed_at_commit(
    states, tmp_path, command
):
    """One deputy of a school here is also deputy of one elsewhere."""
    walk = states["draft"].copy(tmp_path / "w")
    register, dsls = walk.trial / "design/register.csv", walk.trial / "design/dsls.csv"
    rolls = walk.trial / "design/rolls.csv"
    schools = list(csv.DictReader(io.StringIO(register.read_text(encoding="utf-8"))))
    drawn = {s.urn for s in _enrolled(walk)}
    alone = [s for s in schools if s["urn"] in drawn]
    kept = {row["urn"] for row in csv.DictReader(io.StringIO(dsls.read_text(encoding="utf-8")))}
    here, there = [s for s in alone if s["urn"] in kept][:2]
    there_row = there | {"la_code": "901", "la_name": "Elsewhere"}
    table = [there_row if s is there else s for s in schools]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(schools[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    register.write_text(stream.getvalue(), encoding="utf-8")
    with dsls.open("a", encoding="utf-8", newline="") as file:
        file.writelines(f"shared-deputy,{s['urn']},deputy,2015-09-01,\n" for s in (here, there))
    assert rolls.exists()
    assert command("lock", walk.trial, "--by", "statistician", keys=walk.keys).code == 0
    assert shared_across(walk.folder(), "900")
    by = ("--by", "unblinded-statistician")
    said = command("commit", walk.trial, "--stage", "900", *by, keys=walk.keys)
    assert said.code == 0, said.err
    assert " share a lead or deputy." in said.out
    (note,) = [line for line in said.out.splitlines() if "share a lead" in line]
    assert here["urn"] in note and there["urn"] in note and "(authorities 900, 901)" in note


def _enrolled(walk):
    from equipoise.workspace.steps.stages import enrolment_of, registers_in

    folder = walk.folder()
    return enrolment_of(folder, registers_in(folder)).schools
