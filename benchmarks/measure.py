"""Measuring: a call, or a whole process, several times; the median is what is quoted."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAD = (
    "| what | seconds (least-most) | passes | peak memory | target | rival "
    "| its seconds (least-most) | times ours | digits |\n"
    "| --- | ---: | ---: | ---: | --- | --- | ---: | ---: | --- |\n"
)


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

    @classmethod
    def of(cls, taken: Sequence[float], megabytes: Sequence[float | None] = ()) -> Figure:
        """Summarise several runs."""
        known = [peak for peak in megabytes if peak is not None]
        memory = statistics.median(known) if known else None
        return cls(statistics.median(taken), min(taken), max(taken), memory)

    @property
    def words(self) -> str:
        """Median, least and most; one number where there was one run."""
        if self.low == self.high:
            return seconds_text(self.seconds)
        return f"{seconds_text(self.seconds)} ({seconds_text(self.low)}-{seconds_text(self.high)})"


def seconds_text(seconds: float) -> str:
    """Write seconds with three digits that count, or to a hundredth from 10 s."""
    places = 2 if seconds >= 10 else 3 if seconds >= 0.1 else 4
    return f"{seconds:.{places}f}"


def call(function: Callable[[], Any], *, runs: int = 5) -> Figure:
    """Time a call after one that is not counted."""
    function()
    return Figure.of([timed(function)[0] for _ in range(runs)])


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    """Time one call; give its seconds and what it returned."""
    begun = time.perf_counter()
    found = function()
    return time.perf_counter() - begun, found


def process(command: list[str], *, runs: int = 3, warm: bool = True) -> Figure:
    """Time a whole process after one run that is not counted, with its peak memory.

    The peak is that of the largest single process, workers included.
    """
    if warm:
        _run("silent", command)
    found = [_run("silent", command) for _ in range(runs)]
    return Figure.of([run["seconds"] for run in found], [run["megabytes"] for run in found])


def told(command: list[str], *, runs: int = 3) -> tuple[Figure, dict[str, Any]]:
    """Run a process that prints as JSON the seconds of what matters in it; peak of the whole.

    Returns
    -------
    tuple of Figure and dict
        And what the last run printed.
    """
    found = [_run("told", command) for _ in range(runs)]
    said: list[dict[str, Any]] = [json.loads(run["said"]) for run in found]
    taken = [float(words["seconds"]) for words in said]
    return Figure.of(taken, [run["megabytes"] for run in found]), said[-1]


def _run(how: str, command: list[str]) -> dict[str, Any]:
    """Run a command from a small process, which tells seconds and peak megabytes."""
    starter = [sys.executable, "-S", str(Path(__file__).with_name("child.py")), how]
    done = subprocess.run([*starter, *command], stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if found["code"] != 0:
        raise SystemExit(f"{' '.join(command)} ended with {found['code']}")
    return found


@dataclass(frozen=True)
class Rival:
    """What a rival took, or why there is no figure.

    Attributes
    ----------
    name
        With its version, and how many cores it used where more than one.
    figure
        Its figure; None where there is none.
    words
        To how many digits it agrees with us, or why there is no figure or no ratio.
    agrees
        Whether its estimate is ours; without that a ratio would compare two different things.
    wanted
        The ratio that is the target, or None.
    """

    name: str
    figure: Figure | None = None
    words: str = ""
    agrees: bool = True
    wanted: float | None = None


@dataclass(frozen=True)
class Cell:
    """One thing measured, beside its rivals where there are any.

    Attributes
    ----------
    what
        In words, with sizes.
    ours
        Our figure.
    target
        The target in words, or empty: ``0.3 s``, ``90 s, 2 GB``.
    rivals
        Each a line of its own.
    one_pass
        Seconds of one pass over the same data, or None.
    """

    what: str
    ours: Figure
    target: str = ""
    rivals: tuple[Rival, ...] = ()
    one_pass: float | None = None

    def rows(self) -> str:
        """Return the lines of the table."""
        memory = "" if self.ours.megabytes is None else f"{self.ours.megabytes:,.0f} MB"
        passes = "" if self.one_pass is None else f"{self.ours.seconds / self.one_pass:,.1f}"
        own = (self.what, self.ours.words, passes, memory, self.target + self.verdict())
        lines = [own if i == 0 else ("",) * 5 for i in range(max(1, len(self.rivals)))]
        theirs = [self._of(rival) for rival in self.rivals] or [("",) * 4]
        return "\n".join(
            "| " + " | ".join((*left, *right)) + " |"
            for left, right in zip(lines, theirs, strict=True)
        )

    def verdict(self) -> str:
        """Say whether the target is met; nothing where it names no number."""
        limits = re.findall(r"([\d.]+) (s|MB|GB)\b", self.target)
        if not limits:
            return ""
        missed = []
        for number, unit in limits:
            memory = self.ours.megabytes
            if unit == "s":
                missed.append(self.ours.seconds > float(number))
            elif memory is not None:
                missed.append(memory > float(number) * (1024 if unit == "GB" else 1))
        return ": **missed**" if any(missed) else ": met"

    def _of(self, rival: Rival) -> tuple[str, str, str, str]:
        if rival.figure is None:
            return rival.name, "", "", rival.words
        ratio = ""
        if rival.agrees:
            times = rival.figure.seconds / self.ours.seconds
            ratio = f"{times:,.0f}" if times >= 10 else f"{times:.1f}"
            if times < 1:
                ratio = f"**{ratio}**"
            if rival.wanted is not None:
                reached = "met" if times >= rival.wanted else "**missed**"
                ratio += f" (target {rival.wanted:.0f}: {reached})"
        return rival.name, rival.figure.words, ratio, rival.words
