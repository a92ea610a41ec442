"""Whole processes of the small trial: what a user waits for."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Cell, process

_PROGRAM = [sys.executable, "-m", "equipoise"]


def cells() -> Iterator[Cell]:
    """Yield each cell as it is measured."""
    yield Cell("`equipoise --help`", process([*_PROGRAM, "--help"]), "0.4 s")
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "demo")
        demo = process([*_PROGRAM, "demo", "--small", "--out", out])
        yield Cell("`equipoise demo --small`: 120 schools, protocol to brief", demo, "60 s")
        trial = str(Path(folder) / "demo" / "dsl-primary")
        yield Cell("`equipoise verify` of that trial", process([*_PROGRAM, "verify", trial]))
