"""Help: quick, with an example for every command, on any console."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.cli.application import application

ROOT = Path(__file__).parents[2]
COMMANDS = [
    (c.name or c.callback.__name__).replace("_", "-") for c in application.registered_commands
]
#: What a help page never needs.
HEAVY = ("numpy", "polars", "pydantic", "scipy", "ibis", "duckdb", "altair", "cryptography")
FULL = (
    "new", "check", "schema", "status", "power", "simulate", "lock", "commit", "randomise",
    "reveal", "sap-lock", "ingest", "freeze", "unblind", "analyse", "report", "publish", "run",
    "verify", "log", "demo", "doctor",
)  # fmt: skip


def python(*words, **environment):
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        env={**os.environ, **environment},
        cwd=ROOT,
        check=False,
        timeout=60,
    )


def test_every_command_of_the_plan_is_there():
    assert set(FULL) <= set(COMMANDS)


@pytest.mark.parametrize("name", [*COMMANDS, "contacts check"])
def test_every_command_has_an_example(command, name):
    said = command(*name.split(), "--help")
    assert said.code == 0
    whole = " ".join(said.out.split())
    assert "Example:" in whole
    assert f"equipoise {name}" in whole.split("Example:")[1]


def test_the_overview_cuts_no_sentence_short(command):
    said = command("--help")
    assert said.code == 0
    assert "..." not in said.out.split("Commands:")[1]
    assert said.out.startswith("Usage: equipoise [OPTIONS]")


def test_help_is_quick_and_imports_nothing_heavy():
    program = (
        "import sys, time; from equipoise.cli import main; code = main(['--help']);"
        f"print(code, round(time.process_time(), 3), [m for m in {HEAVY} if m in sys.modules],"
        "file=sys.stderr)"
    )
    took = []
    for _ in range(3):
        done = python("-c", program)
        code, seconds, heavy = done.stderr.decode().split(maxsplit=2)
        assert (code, heavy.strip()) == ("0", "[]")
        took.append(float(seconds))
        if took[-1] <= 0.4:
            break
    # The slowest machine that has been seen; a busy one is asked again.
    assert min(took) <= 0.4


def test_it_is_a_module_too_and_survives_a_plain_console(states):
    trial = states["draft"].trial
    for encoding in ("cp1252", "ascii"):
        done = python(
            "-m", "equipoise", "status", str(trial), PYTHONIOENCODING=encoding, NO_COLOR="1"
        )
        assert done.returncode == 0, done.stderr
        assert b"\x1b" not in done.stdout
        assert b"State: draft" in done.stdout
    assert python("-m", "equipoise", "--version").stdout.startswith(b"equipoise ")


def test_wrong_words_are_refused(command, states):
    for words in (
        ("nonsense",),
        ("simulate", "x"),
        ("simulate", "x", "--roster", "--collect"),
        ("demo", "--workers", "0"),
        ("--now", "yesterday", "status", states["draft"].trial),
        ("commit", states["draft"].trial, "--stage", "900", "--not-before", "soon"),
        ("verify", states["reported"].trial, "--receipt", "abc"),
    ):
        said = command(*words)
        assert said.code == 2, words
        assert said.err, words
        assert "Traceback" not in said.err


def test_a_folder_that_is_no_trial(command, tmp_path):
    for verb in ("status", "log", "check", "run", "power"):
        said = command(verb, tmp_path / "nowhere")
        assert said.code == 2, verb
        assert said.err == (
            "1 problem; nothing was changed.\n\n  trial.yaml, whole file\n"
            "    found:    no such file\n    expected: a file\n"
            "    do:       make a trial with: equipoise new FOLDER --template dsl-primary\n"
        ), verb
        assert not (tmp_path / "nowhere").exists(), verb


def test_json_is_json(command, states):
    trial = states["reported"].trial
    for words in (
        ("status", trial),
        ("log", trial),
        ("verify", trial),
        ("check", trial),
        ("power", trial),
        (
            "contacts",
            "check",
            trial / "authority" / "900",
            "--register",
            trial / "design" / "register.csv",
        ),
    ):
        said = command(*words, "--json")
        assert said.code == 0, said.err
        assert isinstance(json.loads(said.out), dict | list)
    assert json.loads(command("status", trial, "--json").out)["state"] == "reported"
    assert json.loads(command("schema").out)["$schema"]
    assert json.loads(command("schema", "analysis.impact").out)["$schema"]
    assert "stateDiagram" in command("schema", "states").out
    assert command("schema", "nonsense").code == 2


def test_doctor_looks(command, monkeypatch, tmp_path):
    said = command("doctor", keys=tmp_path)
    assert said.code == 0
    assert "All is well." in said.out
    monkeypatch.setattr("equipoise.cli.looking._there", lambda name: name != "ibis")
    said = command("doctor")
    assert said.code == 1
    assert "no ibis" in said.out


def test_a_missing_extra_is_one_line(command, monkeypatch, tmp_path):
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "polars" else real(name)
    )
    said = command("status", tmp_path)
    assert said.code == 2
    assert said.err == (
        "This command needs polars: install equipoise with its trial extra "
        "(pip install 'equipoise[trial]').\n"
    )
