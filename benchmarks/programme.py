"""Whole processes of the programme: five trials at full size."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Cell, process

_PROGRAM = [sys.executable, "-m", "equipoise"]


def cells() -> Iterator[Cell]:
    """Yield each cell as it is measured."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "demo")
        demo = process([*_PROGRAM, "demo", "--out", out], runs=1)
        yield Cell("`equipoise demo`: five trials and the programme's brief", demo, "90 s, 2 GB")
        yield Cell("`equipoise synthesise` of them", process([*_PROGRAM, "synthesise", out]))
