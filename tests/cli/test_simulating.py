"""`power --simulate`: what a reader and a program are told, and what is refused."""

import json

import pytest

from equipoise.workspace.steps.beginning import begin


@pytest.fixture
def trial(tmp_path):
    begin(tmp_path / "trial", template="dsl-primary")
    return tmp_path / "trial"


def test_simulated_trials_are_told_in_plain_sentences(command, trial):
    said = command("power", trial, "--simulate", "100", "--dose", "0.4", "--withdraw", "1")
    assert said.code == 0
    assert "In 100 simulated trials with an effect of 2 per 1,000" in said.out
    assert "which is 0.8 on all who were drawn" in said.out
    assert "end with 'cannot tell'" in said.out
    assert "assumed: 40 % of the intervention units are reached" in said.out
    assert "assumed: 1 authority withdraws after the draw" in said.out


def test_a_program_gets_shares_with_their_errors_and_nothing_is_written(command, trial):
    before = sorted(path.name for path in trial.rglob("*"))
    told = json.loads(command("power", trial, "--simulate", "100", "--seed", "3", "--json").out)
    assert (told["trials"], told["seed"], told["losses"]["dose"]) == (100, 3, 1.0)
    assert set(told["power"]) == {"value", "error"}
    shares = [one["with_effect"]["value"] for one in told["conclusions"]]
    assert sum(shares) == pytest.approx(1)
    assert sorted(path.name for path in trial.rglob("*")) == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--dose", "0.4"], "--simulate"),
        (["--simulate", "5"], "100 trials or more"),
        (["--simulate", "100", "--dose", "1.5"], "--dose"),
        (["--simulate", "100", "--specificity", "0.9"], "--others"),
        (["--simulate", "100", "--workers", "many"], "--workers"),
    ],
)
def test_what_cannot_be_simulated_is_refused(command, trial, options, words):
    said = command("power", trial, *options)
    assert said.code == 2
    assert words in said.err
