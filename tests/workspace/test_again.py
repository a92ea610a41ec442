"""The size reckoned again, and parameters measured, without the arms."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from equipoise.core.base import ProblemsError
from equipoise.workspace.steps.again import reckoned_again
from equipoise.workspace.steps.parameters import held_parameters, measured_parameters


def _swap_arms(trial: Path) -> None:
    """Give every school the other arm, wherever a readable file holds one, and spoil the rest."""
    (trial / "allocation.sealed").write_bytes(b"other arms")
    (trial / "delivery.sealed").write_bytes(b"other arms")
    opened = trial / "frozen" / "allocation.csv"
    if opened.is_file():
        text = opened.read_text(encoding="utf-8")
        text = (
            text.replace("usual", "?").replace("supervision", "usual").replace("?", "supervision")
        )
        opened.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("state", ["frozen", "unblinded"])
def test_arms_that_swap_change_no_byte(command, states, tmp_path, state):
    walk = states[state].copy(tmp_path / "w")
    asked = [("resize", walk.trial), ("resize", walk.trial, "--baseline", "--json")]
    before = [command(*words) for words in asked]
    assert all(said.code == 0 for said in before), before
    _swap_arms(walk.trial)
    shutil.rmtree(walk.keys)
    after = [command(*words) for words in asked]
    assert [said.out for said in before] == [said.out for said in after]
    assert before[0].out.endswith("The allocation was not read.\n")


def test_the_baseline_and_the_outcome_are_told_apart(states):
    folder = states["frozen"].folder()
    outcome, baseline = (reckoned_again(folder, baseline=b) for b in (False, True))
    assert (outcome.what, baseline.what) == ("outcome", "baseline")
    assert outcome.units == baseline.units
    assert baseline.sd_left == baseline.sd_left_adjusted
    assert outcome.sd_left_adjusted < outcome.sd_left
    assert outcome.lower < outcome.sd_left < outcome.upper


def test_before_ingest_there_is_nothing_to_look_at(states):
    with pytest.raises(ProblemsError, match="no analysis set"):
        reckoned_again(states["draft"].folder())


def test_a_parameter_needs_its_schools(states):
    with pytest.raises(ProblemsError):
        measured_parameters(states["frozen"].folder(), least=9)
    with pytest.raises(ProblemsError, match="5000 schools or more"):
        measured_parameters(states["frozen"].folder(), least=5000)


def test_measured_parameters_name_no_school(command, demo, tmp_path):
    own = tmp_path / "our.csv"
    said = command("parameters", "--add", demo.trial, "--library", own, "--least", "10")
    assert said.code == 0
    text = own.read_text(encoding="utf-8")
    register = (demo.trial / "design/register.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert not any(line.split(",")[0] in text for line in register)
    assert not any(line.split(",")[1] in text for line in register)
    rows = held_parameters(own)
    fresh = [one for one in rows if one.basis == "simulated"]
    assert {one.kind for one in fresh} >= {"base-rate", "cv", "icc"}
    assert all("SIMULATED DATA, NOT FINDINGS" in one.source for one in fresh)
    missing = command("parameters", "--library", tmp_path / "mine.csv")
    assert missing.code == 2 and "mine.csv, whole file" in missing.err
    # Once more: the same file.
    assert command("parameters", "--add", demo.trial, "--library", own, "--least", "10").code == 0
    assert own.read_text(encoding="utf-8") == text
