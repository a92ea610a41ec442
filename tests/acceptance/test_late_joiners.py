"""Schools that join after the draw are a stage of their own; stages that look back."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter

import polars as pl
import pytest

from equipoise.workspace.steps.rehearsal import rehearse
from equipoise.workspace.steps.verification import verify
from tests.acceptance.late import Late, late_trial

LED = ("--by", "unblinded-statistician")
BOTH = (*LED, "--by", "sponsor")


def plain(text: str) -> str:
    """Return what was said on one line."""
    return " ".join(text.split())


def drawn(command, late: Late, stage: str, *, value: str = "8f3a") -> None:
    """Draw and reveal a committed stage by hand."""
    event = ("--event-value", value, "--event-source", "drand", "--event-date", "2026-01-02")
    keys = late.walk.keys
    said = command("randomise", late.path, "--stage", stage, *event, *BOTH, keys=keys)
    assert said.code == 0, said.err
    assert "largest standardised difference" in said.out
    said = command("reveal", late.path, "--stage", stage, *LED, keys=keys)
    assert said.code == 0, said.err


@pytest.fixture(scope="module")
def trial(tmp_path_factory) -> Late:
    """A stratified trial whose stage 900 is drawn without three schools, one sharing a lead."""
    late = late_trial(
        tmp_path_factory.mktemp("late"),
        "remainders over strata",
        declared="    late_shared_dsl: join\n",
        held=3,
    )
    late.put_back()
    late.share_a_lead(late.urns[2], sorted(late.arms("900"))[-1])
    return late


def test_late_joiners_are_drawn_as_a_stage_of_their_own(trial: Late, command) -> None:
    """Step by step, as a person does it; each refusal is one sentence and changes nothing."""
    late, (one, two, three) = trial, trial.urns
    first = late.arms("900")
    keys, lead = late.walk.keys, sorted(first)[-1]
    assert not set(late.urns) & set(first)

    def commit(stage: str, *more: str):
        return command("commit", late.path, "--stage", stage, *more, *LED, keys=keys)

    said = command("status", late.path, keys=keys)
    assert (
        f"Note: schools {one}, {two}, {three} stand in no stage yet, and could be drawn as "
        "stage 900-2." in said.out
    )
    for stage, more, words in (
        ("900", (), "stage 900 is revealed; commit can be done only while it is enrolled"),
        ("900-3", (), "another number than the next expected: the stage 900-2"),
        ("901-2", (), "late joiners of stage 901, which is not committed yet"),
        ("777", (), "no unit to draw expected: one of the stages 900, 901"),
        ("900-2", ("--units", lead), f"school {lead}, which stands in stage 900"),
        ("900-2", ("--units", "1"), "school 1, which cannot be drawn there: no school of this"),
    ):
        said = commit(stage, *more)
        assert said.code == 2 and words in plain(said.err)

    said = commit("900-2", "--units", one)
    assert said.code == 0, said.err
    assert f"schools {two}, {three} stand in no stage yet" in said.out
    assert "could be drawn as stage 900-3." in said.out
    drawn(command, late, "900-2")
    assert set(late.arms("900-2")) == {one}

    said = commit("900-3")
    assert said.code == 0, said.err
    assert (
        f"Note: school {three} shares a lead with {lead}, drawn before: it is given its arm, is "
        "not randomised and not analysed." in said.out
    )
    drawn(command, late, "900-3")
    assert late.arms("900-3") == {two: late.arms("900-3")[two], three: first[lead]}
    assert late.arms("900") == first
    assert "in no stage yet" not in command("status", late.path, keys=keys).out
    roster = json.loads((late.path / "results/commitment-900-3.json").read_bytes())["data"]
    assert [unit["unit"] for unit in roster["roster"]] == [two]
    assert (roster["late_of"], roster["joined"]) == ("900", [{"urn": three, "unit": lead}])


def test_a_school_that_shares_a_drawn_lead_is_refused_unless_declared(tmp_path, command) -> None:
    late = late_trial(tmp_path, "simple", held=2)
    late.put_back()
    lead = sorted(late.arms("900"))[0]
    late.share_a_lead(late.urns[1], lead)

    def commit(*more: str):
        stage = ("--stage", "900-2")
        return command("commit", late.path, *stage, *more, *LED, keys=late.walk.keys)

    said = commit()
    assert said.code == 2
    assert (
        f"design/dsls.csv, school {late.urns[1]} found: a lead or deputy shared with {lead} (drawn "
        "in stage 900) expected: design.stages.late_shared_dsl, which says what is done then"
    ) in plain(said.err)
    assert commit("--units", late.urns[0]).code == 0


def test_stages_look_back_and_late_joiners_are_pooled(tmp_path, command) -> None:
    """Minimisation that counts earlier stages, from the protocol to the results and the proof."""
    late = late_trial(
        tmp_path,
        "minimisation",
        declared="    late_strata: pooled\n",
        scheme="    looks_back: true\n",
        held=3,
    )
    late.put_back()
    keys = late.walk.keys
    # The third never comes in: it is told in the flow, not lost.
    some = ",".join(late.urns[:2])
    said = command("commit", late.path, "--stage", "900-2", "--units", some, *LED, keys=keys)
    assert said.code == 0, said.err
    assert "Chances: two units share an arm in " in said.out
    # A stage that waits for its event would leave open at whose arms the next looks back.
    said = command("commit", late.path, "--stage", "901", *LED, keys=keys)
    assert said.code == 2 and "with looks_back each stage is drawn before the next" in said.err
    drawn(command, late, "900-2")
    for line in rehearse(late.folder, truth=tmp_path / "truth"):
        if line.entry.name == "analyse":
            break

    held = {
        stage: json.loads((late.path / f"results/commitment-{stage}.json").read_bytes())["data"]
        for stage in ("900", "900-2", "901")
    }
    assert {stage: [e["stage"] for e in made["earlier"]] for stage, made in held.items()} == {
        "900": [], "900-2": ["900"], "901": ["900", "900-2"],
    }  # fmt: skip
    findings = {one.subject: one.verdict for one in verify(late.folder).findings}
    assert findings["draw"] == findings["commitment"] == "holds"

    roster = pl.read_parquet(late.path / "frozen/roster.parquet")
    moved = roster.filter(pl.col("drawn_stage") == "900-2")
    assert set(moved["stage"].to_list()) == {"900"} and moved.height == 2
    assert dict(roster.select("drawn_stage", "earlier").unique().iter_rows()) == {
        "900": 0, "900-2": 1, "901": 2,
    }  # fmt: skip
    outcome = _result(late, "impact")["outcomes"][0]
    assert outcome["model"]["weights"] == "pupils x inverse-chance"
    assert outcome["permutations"] == 99 and outcome["p_permutation"] > 0
    moved_on = _result(late, "flow")
    assert moved_on["randomised"]["units"] == roster.height
    reasons = {one["reason"]: one["box"]["schools"] for one in moved_on["excluded"]}
    assert reasons["eligible and in no stage that was drawn"] == 1
    assert all(one["left"] == one["right"] for one in moved_on["checks"])
    assert [one["stage"] for one in _result(late, "chances")["stages"]] == list(held)

    proof = tmp_path / "proof.py"
    said = command("verify", late.path, "--export", proof, keys=keys)
    assert said.code == 0, said.out
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(proof)], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "in 3 stages have the arms that seed and event give" in done.stdout
    with (late.path / "frozen/allocation.csv").open(encoding="utf-8", newline="") as file:
        stages = Counter(row["stage"] for row in csv.DictReader(file))
    assert stages["900-2"] == 2


def _result(late: Late, name: str) -> dict:
    return json.loads((late.path / f"results/{name}.json").read_bytes())["data"]
