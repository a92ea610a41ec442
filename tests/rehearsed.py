"""Rehearsed trials that the tests of workspace, cli and the whole walk share: each built once."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from equipoise.cli import main
from equipoise.core.base import FixedClock, write_atomic
from equipoise.design.protocol import set_values, template
from equipoise.simulate import Scenario
from equipoise.workspace.folder import KeyRing, RehearsalSecrets, TrialFolder
from equipoise.workspace.steps.demonstration import Shown, demonstrate
from equipoise.workspace.steps.rehearsal import rehearse
from equipoise.workspace.steps.simulated import roster

SMALL = Scenario(schools=32, authorities=4, seed=5)
TINY = Scenario(schools=10, authorities=1, seed=7, exact_name=1.0, twin_names=0)
NAME = "dsl-primary"


def silent(message: str) -> None:
    del message


@dataclass(frozen=True)
class Walk:
    """A folder with a trial, its keys and the folders beside it."""

    out: Path

    @property
    def trial(self) -> Path:
        return self.out / NAME

    @property
    def keys(self) -> Path:
        return self.out / "keys"

    def folder(self) -> TrialFolder:
        return TrialFolder(self.trial, keys=KeyRing((self.keys,)))

    def copy(self, to: Path) -> Walk:
        shutil.copytree(self.out, to)
        return Walk(to)


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]
_BUILT: dict[str, object] = {}


def begun(out: Path, scenario: Scenario, changes: dict[Any, Any] | None = None) -> TrialFolder:
    """Begin a simulated trial: protocol, perhaps changed, keys, roster."""
    path = out / NAME
    text = template(NAME)
    write_atomic(path / "trial.yaml", set_values(text, changes) if changes else text)
    folder = TrialFolder(
        path, keys=KeyRing((out / "keys",)), secrets=RehearsalSecrets(scenario.seed)
    )
    folder.clock = FixedClock.parse("2021-01-04")
    roster(folder, scenario, truth=out / "truth")
    return folder


def contents(path: Path) -> dict[str, str]:
    """Return the digest of every file under a folder, its name as it lies there."""
    return {
        file.relative_to(path).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.name != ".ledger-lock"
    }


def _demo(out: Path) -> Shown:
    return demonstrate(out, scenario=SMALL, tell=silent)


def _states(out: Path) -> dict[str, Walk]:
    """Walk a tiny trial and keep it as it stood in every state of trial and stage."""
    walk = Walk(out / "walking")
    folder = begun(walk.out, TINY)
    kept = {"draft": walk.copy(out / "draft")}
    for line in rehearse(folder, truth=walk.out / "truth"):
        now, name = folder.standing(), line.entry.name
        state = {"ingest": "ingested", "analyse-blind": "blind-run", "report": "written"}.get(name)
        state = state or (now.stage("900") if now.stages else now.trial)
        if line.entry.stage is None and line.entry.kind == "act":
            state = now.trial
        if state not in kept:
            kept[state] = walk.copy(out / state)
    return kept


def once(name: str, build: Callable[[Path], object], factory: pytest.TempPathFactory) -> object:
    if name not in _BUILT:
        _BUILT[name] = build(factory.mktemp(name) / "out")
    return _BUILT[name]


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demonstration of 32 schools, published. Not to be changed: copy it."""
    return once("demo", _demo, tmp_path_factory)


@pytest.fixture(scope="session")
def states(tmp_path_factory):
    """A tiny trial as it stood in every state. Not to be changed: copy them."""
    return once("states", _states, tmp_path_factory)


@pytest.fixture
def command(capsys, monkeypatch) -> Command:
    """Give a command as a user does; its keys lie where the trial says."""

    def give(*words: object, keys: Path | None = None) -> Said:
        if keys is not None:
            monkeypatch.setenv("EQUIPOISE_KEYS", str(keys))
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return give
