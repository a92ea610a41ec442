"""The command power: sentences, ranges, figures, refusals."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def plan(command, tmp_path):
    """A planned trial without a register."""
    path = tmp_path / "plan"
    assert command("new", path, "--template", "dsl-secondary").code == 0
    return path


def test_it_says_what_the_trial_could_find_in_sentences(command, plan):
    said = command("power", plan, "--effect", "3", "--outcomes", "3", "--correlation", "0.5")
    assert said.code == 0
    assert "An effect of 3 per 1,000 pupils on the roll would be found with" in said.out
    assert "schools of one supervisor are alike" in said.out
    assert "Of 3 outcomes each with an effect like 3" in said.out
    assert "Break-even by assumed costs" in said.out
    assert "M of 2 lies below the break-even effect" in said.out
    more = command("power", plan)
    assert "units the trial could find 2 per 1,000" in more.out


def test_json_holds_the_size_and_what_stands_beside_it(command, plan):
    found = json.loads(command("power", plan, "--effect", "3", "--vary", "sd=6/9", "--json").out)
    assert found["units"] == 320
    assert found["asked"]["effect"] == 3
    assert [cell["values"] for cell in found["grid"]["cells"]] == [[6], [9]]
    assert found["break_even"]["school_cost"] == 2000
    assert {view["id"] for view in found["views"]} == {"groups"}


def test_a_range_is_a_table(command, plan):
    said = command("power", plan, "--vary", "sd=6/9,schools=100:300:3")
    lines = said.out.splitlines()
    head = next(i for i, line in enumerate(lines) if line.split()[:2] == ["sd", "schools"])
    assert len(lines[head + 1 :]) == 6
    assert lines[head + 1].split()[:3] == ["6", "100", "100"]


@pytest.mark.parametrize("name", ["size.svg", "size.png"])
def test_a_figure_is_drawn(command, plan, tmp_path, name):
    said = command("power", plan, "--vary", "schools=100:400:4", "--out", tmp_path / name)
    assert said.code == 0
    data = (tmp_path / name).read_bytes()
    assert data.startswith(b"<svg" if name.endswith("svg") else b"\x89PNG")
    assert f"wrote {tmp_path / name}" in said.out


def test_a_simulated_trial_s_figure_is_marked_in_name_and_picture(command, states, tmp_path):
    said = command("power", states["draft"].trial, "--out", tmp_path / "size.svg")
    assert said.code == 0
    path = tmp_path / "SIMULATED-DATA-NOT-FINDINGS-size.svg"
    assert "SIMULATED DATA, NOT FINDINGS" in path.read_text(encoding="utf-8")
    assert not (tmp_path / "size.svg").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--effect", "-1"), "an effect above zero"),
        (("--out", "size.pdf"), "a file .svg or .png"),
        (("--outcomes", "30"), "One to 10 outcomes"),
        (("--outcomes", "0"), "how many are tested together: 1 or more"),
        (("--outcomes", "2", "--correlation", "2"), "a correlation, from 0 to under 1"),
        (("--correlation", "0.5"), "--outcomes 2 or more"),
        (("--simulate", "100", "--withdraw", "99"), "give a whole number such as 1"),
        (("--vary", "nothing=1"), "one of schools"),
        (("--vary", "mean=3"), "no mean to vary from"),
    ],
)
def test_what_makes_no_sense_is_refused(command, plan, words, said):
    found = command("power", plan, *words)
    assert found.code == 2
    assert said in found.err
    assert not (plan / "size.pdf").exists()


def test_check_says_where_the_margin_lies(command, states):
    said = command("check", states["draft"].trial)
    assert "M of 2 lies below the break-even effect" in said.out


def test_the_library_is_listed_with_its_sources(command, tmp_path):
    said = command("parameters", "--kind", "icc")
    assert said.code == 0
    assert "icc  0.031 (0.011 to 0.08, middle half)  [source]" in said.out
    assert "repository.essex.ac.uk/35391" in said.out
    kinds = {one["kind"] for one in json.loads(command("parameters", "--json").out)}
    assert {"icc", "cv", "r2", "autocorrelation", "base-rate"} <= kinds
    assert command("parameters", "--kind", "height").code == 2
    assert command("parameters", "--add", tmp_path).code == 2
