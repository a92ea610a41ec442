"""The ledger: how long it takes to prove one of 100,000 events, and many writers at once."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Cell, Figure, process

_PROGRAM = [sys.executable, "-m", "equipoise"]


def cells(events: int = 100_000, writers: int = 50) -> Iterator[Cell]:
    """Yield each cell as it is measured.

    Parameters
    ----------
    events
        Lines of the long ledger.
    writers
        Processes that write into one folder at once.
    """
    from validation.ledger.folders import long_ledger
    from validation.ledger.writers import written_at_once

    with tempfile.TemporaryDirectory() as place:
        folder = long_ledger(Path(place) / "long", events)
        yield Cell(
            f"`equipoise verify` of a ledger of {events:,} events, every 1,000th signed",
            process([*_PROGRAM, "verify", str(folder)]),
            "5 s",
        )
        begun = time.perf_counter()
        found = written_at_once(Path(place) / "at-once", writers)
        if found:
            raise SystemExit("; ".join(found))
        yield Cell(
            f"{writers} processes at once draw the stages of one folder and append to its ledger",
            Figure.of([time.perf_counter() - begun]),
        )
