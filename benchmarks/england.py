"""All of England: 152 authorities and 24,000 schools, from roster to published brief."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Cell, process

_PROGRAM = [sys.executable, "-m", "equipoise"]


def cells() -> Iterator[Cell]:
    """Yield each cell as it is measured; each is run once, without a warm-up."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EQUIPOISE_KEYS"] = str(Path(folder) / "keys")
        trial = str(Path(folder) / "england")
        subprocess.run([*_PROGRAM, "new", trial], check=True, stdout=subprocess.DEVNULL)
        roster = [*_PROGRAM, "simulate", trial, "--roster", "--preset", "england"]
        yield Cell("roster of England", process(roster, runs=1, warm=False))
        walk = [*_PROGRAM, "run", trial, "--rehearse", "--workers", "2"]
        made = process(walk, runs=1, warm=False)
        yield Cell("draw, collect, ingest, analyse, publish", made, "600 s, 4 GB")
