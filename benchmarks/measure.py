"""Measuring: a call, or a whole process, several times; the median is what is quoted."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """What was measured of one way to do a thing.

    Attributes
    ----------
    seconds
        Median wall seconds.
    low, high
        Least and most.
    megabytes
        Peak memory of a whole process; None for a call.
    """

    seconds: float
    low: float
    high: float
    megabytes: float | None = None


def call(function: Callable[[], Any], *, runs: int = 5) -> Figure:
    """Time a call after one that is not counted."""
    function()
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        function()
        taken.append(time.perf_counter() - begun)
    return Figure(statistics.median(taken), min(taken), max(taken))


def process(command: list[str], *, runs: int = 3, warm: bool = True) -> Figure:
    """Time a whole process after one run that is not counted, with its peak memory.

    The peak is that of the largest single process, workers included.
    """
    taken, peaks = [], []
    for counted in range(-1 if warm else 0, runs):
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peak = _wait(child)
        if counted >= 0:
            taken.append(time.perf_counter() - begun)
            peaks.append(peak)
        if child.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    known = [peak for peak in peaks if peak is not None]
    memory = statistics.median(known) if known else None
    return Figure(statistics.median(taken), min(taken), max(taken), memory)


def _wait(child: subprocess.Popen[bytes]) -> float | None:
    """Wait for a process; return its peak memory in megabytes where the system tells."""
    if not hasattr(os, "wait4"):
        child.wait()
        return None
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return usage.ru_maxrss / scale


@dataclass(frozen=True)
class Cell:
    """One thing measured, beside its rival where there is one.

    Attributes
    ----------
    what
        In words, with sizes.
    ours
        Our figure.
    target
        The target in words, or empty.
    rival
        Name of the rival, or why there is none.
    theirs
        Its figure, or None.
    """

    what: str
    ours: Figure
    target: str = ""
    rival: str = ""
    theirs: Figure | None = None

    def row(self) -> str:
        """Return the row of the table."""
        memory = "" if self.ours.megabytes is None else f"{self.ours.megabytes:,.0f} MB"
        ratio = "" if self.theirs is None else f"{self.theirs.seconds / self.ours.seconds:,.1f}"
        theirs = "" if self.theirs is None else f"{self.theirs.seconds:.3f}"
        spread = f"{self.ours.seconds:.3f} ({self.ours.low:.3f}-{self.ours.high:.3f})"
        cells = (self.what, spread, memory, self.target, self.rival, theirs, ratio)
        return "| " + " | ".join(cells) + " |"
