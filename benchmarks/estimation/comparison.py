"""One cell: our estimator and its rivals, run in turn, on the same arrays in memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.estimation.rivals import Absent, Peer, Session
from benchmarks.estimation.trial import Trial, write
from benchmarks.measure import Cell, Figure, Rival, timed

DIFFERENT = 1e-4
"""Relative difference of the estimates from which there is no ratio."""

MOST_DIGITS = 12


@dataclass(frozen=True)
class Answer:
    """What a run found: an estimate, its error and its degrees of freedom; None where none."""

    estimate: float
    error: float | None = None
    df: float | None = None


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes
    ----------
    rounds
        Counted runs of each, in turn: ours, then each rival.
    slow
        Seconds from which a rival's first run counts, and one more is enough.
    once
        Seconds from which that first run is the only one.
    limit
        Seconds after which a rival is stopped.
    scale
        Part of the full number of draws.
    """

    rounds: int = 5
    slow: float = 4.0
    once: float = 15.0
    limit: float = 120.0
    scale: float = 1.0

    def draws(self, full: int) -> int:
        """Scale a number of draws."""
        return max(19, round(full * self.scale))


@dataclass(frozen=True)
class Bench:
    """Where rivals find the data, and how much is measured."""

    data: Path
    effort: Effort


@dataclass(frozen=True)
class Job:
    """A cell to be measured.

    Attributes
    ----------
    what
        In words.
    ours
        Arrays in memory to estimate, error and degrees of freedom.
    one_pass
        Reads the same data once.
    target
        In words.
    peers
        The rivals.
    no_rival
        Why there is none, where there is none.
    draws
        Of a p value found by chance, which agrees within its Monte Carlo error; else 0.
    trial
        Whose columns the rivals read, where it is not the bench's own.
    """

    what: str
    ours: Callable[[], Answer]
    one_pass: Callable[[], object]
    target: str = ""
    peers: tuple[Peer, ...] = ()
    no_rival: str = ""
    draws: int = 0
    trial: Trial | None = None

    def measure(self, bench: Bench) -> Cell:
        """Measure ours, one pass and the rivals, in turn."""
        if self.trial is not None:
            bench = replace(bench, data=write(self.trial, bench.data.parent))
        answer = self.ours()
        self.one_pass()
        contests = [_Contest.begin(peer, bench) for peer in self.peers]
        own: list[float] = []
        passes: list[float] = []
        for done in range(bench.effort.rounds):
            # Two counted runs of what takes long.
            if done < 2 or own[0] < bench.effort.slow:
                own += _repeated(self.ours)
            passes += _repeated(self.one_pass)
            for contest in contests:
                contest.run(bench.effort)
        for contest in contests:
            contest.end()
        rivals = [self._rival(contest, answer) for contest in contests]
        if not rivals and self.no_rival:
            rivals = [Rival(f"none: {self.no_rival}")]
        one = Figure.of(passes).seconds
        return Cell(self.what, Figure.of(own), self.target, tuple(rivals), one)

    def _rival(self, contest: _Contest, ours: Answer) -> Rival:
        name = contest.peer.name + (f" {contest.version}" if contest.version else "")
        if contest.peer.note:
            name += f", {contest.peer.note}"
        if not contest.taken:
            return Rival(name, words=contest.why)
        if contest.cores > 1.3:
            name += f" ({contest.cores:.1f} cores)"
        compared = _by_chance if self.draws else _by_digits
        agrees, words = compared(ours, contest.answer, self.draws)
        figure = Figure.of(contest.taken)
        return Rival(name, figure, words, agrees, contest.peer.wanted)


def _repeated(function: Callable[[], Any]) -> list[float]:
    """Time a call once, or up to five times within a tenth of a second."""
    taken = [timed(function)[0]]
    while len(taken) < 5 and sum(taken) < 0.1:
        taken.append(timed(function)[0])
    return taken


@dataclass
class _Contest:
    """A rival's runs."""

    peer: Peer
    session: Session | None = None
    version: str = ""
    why: str = ""
    taken: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    said: Mapping[str, Any] = field(default_factory=dict)
    most: int = 1 << 30

    @classmethod
    def begin(cls, peer: Peer, bench: Bench) -> _Contest:
        """Start the rival and let it warm up; a slow run is not thrown away."""
        contest = cls(peer)
        try:
            contest.session = Session.start(peer, bench.data, bench.effort.limit)
            contest.version = contest.session.version
            contest.said = contest.session.run(bench.effort.limit)
        except Absent as reason:
            contest.why = str(reason)
            contest.end()
            return contest
        if contest.said["seconds"] >= bench.effort.slow:
            contest._keep()
            contest.most = 1 if contest.said["seconds"] >= bench.effort.once else 2
        return contest

    def run(self, effort: Effort) -> None:
        """Do one counted run, unless there are enough."""
        if self.session is None or len(self.taken) >= self.most:
            return
        try:
            self.said = self.session.run(effort.limit)
            self._keep()
        except Absent as reason:
            self.why = str(reason)
            self.end()

    def end(self) -> None:
        """End the process."""
        if self.session is not None:
            self.session.end()
            self.session = None

    @property
    def cores(self) -> float:
        """How many cores it kept busy."""
        return sum(self.cpu) / max(sum(self.taken), 1e-9)

    @property
    def answer(self) -> Answer:
        """What it found."""
        return Answer(self.said["estimate"], self.said["se"], self.said["df"])

    def _keep(self) -> None:
        self.taken.append(float(self.said["seconds"]))
        self.cpu.append(float(self.said["cpu"]))


def digits(left: float | None, right: float | None) -> int | None:
    """Count the digits to which two numbers agree; None where one is absent or infinite.

    Examples
    --------
    >>> digits(1.2345, 1.2346), digits(2.0, 2.0), digits(1.0, None)
    (4, 12, None)
    """
    if left is None or right is None or not (math.isfinite(left) and math.isfinite(right)):
        return None
    size = max(abs(left), abs(right))
    if left == right or size == 0:
        return MOST_DIGITS
    return max(0, min(MOST_DIGITS, math.floor(-math.log10(abs(left - right) / size))))


def _by_digits(ours: Answer, theirs: Answer, draws: int) -> tuple[bool, str]:
    size = max(abs(ours.estimate), abs(theirs.estimate))
    if abs(ours.estimate - theirs.estimate) > DIFFERENT * size:
        return False, f"differs: {theirs.estimate:.6g}, ours {ours.estimate:.6g}"
    pairs = (
        ("estimate", ours.estimate, theirs.estimate),
        ("error", ours.error, theirs.error),
        ("df", ours.df, theirs.df),
    )
    found = [(name, digits(left, right)) for name, left, right in pairs]
    return True, ", ".join(f"{name} {number}" for name, number in found if number is not None)


def _by_chance(ours: Answer, theirs: Answer, draws: int) -> tuple[bool, str]:
    """Compare p values of independent draws: within four Monte Carlo errors."""
    p = min(max((ours.estimate + theirs.estimate) / 2, 1 / draws), 1 - 1 / draws)
    near = abs(ours.estimate - theirs.estimate) <= 4 * math.sqrt(2 * p * (1 - p) / draws)
    words = f"p {theirs.estimate:.4f}, ours {ours.estimate:.4f}"
    return near, f"{words}: within chance" if near else f"differs: {words}"
