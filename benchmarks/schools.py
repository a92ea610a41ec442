"""How well names as typed find their school, on authorities that no number was set on.

Run with ``python -m benchmarks.schools REGISTER.csv [--renamed NAMES.csv]``: a register with
columns urn, school_name, la_name, and names as they were years before with columns urn, name, la.
Two tasks, each on halves of the authorities (every second name in the alphabet):

*renamed*: names of the same schools in an earlier register.

*as typed*: names made by `benchmarks.calltakers`, which shares no table with the matcher. A
quarter are no schools at all; one in twenty of the others is of a school that the matcher's
register does not hold (closed), of which any answer is wrong; some are of other authorities.

The numbers in the code were set on the first half (*tune*); what counts is the second (*report*).
The rival is twenty lines of rapidfuzz (`benchmarks.rapidfuzz_schools`), once with the cutoff that
most people take (90), once with the least that reaches a precision of 99 % on the first half.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.calltakers import Typed, typed_names
from equipoise.authority.schools import OfficialSchool, SchoolMatcher

Register = Sequence[Mapping[str, str]]
CLOSED_SHARE = 0.04
HALVES = ("tune", "report")
SEEDS = {"tune": 5, "report": 6}
WANTED_PRECISION = 0.99


@dataclass(frozen=True)
class Score:
    """Counts over names.

    Attributes
    ----------
    names, schools, others
        All; those that mean a school of the register; those that mean no school at all.
    right, wrong
        Answers that are the school meant, and that are not.
    accepted
        Names of no school that were taken for one; among the wrong.
    """

    names: int
    schools: int
    others: int
    right: int
    wrong: int
    accepted: int

    @property
    def precision(self) -> float:
        """Share of the answers that are right."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Share of the schools that were found."""
        return self.right / max(self.schools, 1)

    @property
    def accepted_share(self) -> float:
        """Share of what is no school that was taken for one."""
        return self.accepted / max(self.others, 1)


def score(names: Sequence[Typed], answers: Sequence[str | None]) -> Score:
    """Count answers against what was meant."""
    pairs = list(zip(names, answers, strict=True))
    return Score(
        names=len(names),
        schools=sum(name.urn is not None for name in names),
        others=sum(name.kind == "non-school" for name in names),
        right=sum(urn is not None and urn == name.urn for name, urn in pairs),
        wrong=sum(urn is not None and urn != name.urn for name, urn in pairs),
        accepted=sum(urn is not None and name.kind == "non-school" for name, urn in pairs),
    )


def read(path: Path) -> Register:
    """Read a table of schools."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def halves(register: Register) -> dict[str, list[str]]:
    """Return the authorities of each half."""
    authorities = sorted({row["la_name"] for row in register})
    return {"tune": authorities[::2], "report": authorities[1::2]}


def closed_schools(register: Register) -> frozenset[str]:
    """Draw the schools that the matcher's register will not hold."""
    draw = random.Random(11)
    return frozenset(row["urn"] for row in register if draw.random() < CLOSED_SHARE)


def as_typed(register: Register, half: str, count: int) -> tuple[tuple[Typed, ...], Register]:
    """Return names as typed in half the authorities, and the register that the matcher gets."""
    closed = closed_schools(register)
    names = typed_names(
        register, halves(register)[half], count=count, seed=SEEDS[half], closed=closed
    )
    return names, [row for row in register if row["urn"] not in closed]


def renamed(register: Register, earlier: Register) -> tuple[Typed, ...]:
    """Return the names of an earlier register."""
    known = {row["urn"] for row in register}
    return tuple(
        Typed(row["name"], row["la"], row["urn"], "renamed")
        for row in earlier
        if row["urn"] in known
    )


def matcher_of(register: Register) -> SchoolMatcher:
    """Return the product's matcher for a register."""
    return SchoolMatcher(
        [OfficialSchool(row["urn"], row["school_name"], row["la_name"]) for row in register]
    )


def ours(matcher: SchoolMatcher, names: Sequence[Typed]) -> list[str | None]:
    """Return the product's answers."""
    return [matcher.match(name.name, name.la).urn for name in names]


def theirs(register: Register, names: Sequence[Typed], cutoff: float) -> list[str | None]:
    """Return the rival's answers."""
    from benchmarks.rapidfuzz_schools import baseline

    return baseline(register, [(name.name, name.la) for name in names], cutoff)


def least_cutoff(register: Register, names: Sequence[Typed]) -> float:
    """Return the least cutoff at which the rival is as precise as is wanted; 100 if none is."""
    for cutoff in range(86, 100):
        if score(names, theirs(register, names, cutoff)).precision >= WANTED_PRECISION:
            return float(cutoff)
    return 100.0


def row(what: str, found: Score, seconds: float) -> str:
    """Return a line of the table."""
    return (
        f"| {what} | {found.names:,} | {found.precision:.2%} | {found.recall:.2%} "
        f"| {found.accepted_share:.2%} | {seconds:.1f} |"
    )


def by_kind(names: Sequence[Typed], answers: Sequence[str | None]) -> Iterator[str]:
    """Yield a line for each way of typing: how many right, wrong, left open."""
    counts: dict[str, Counter[str]] = {}
    for name, urn in zip(names, answers, strict=True):
        word = "open" if urn is None else "right" if urn == name.urn else "wrong"
        counts.setdefault(name.kind, Counter())[word] += 1
    for kind, found in sorted(counts.items()):
        yield f"| {kind} | {found['right']:,} | {found['wrong']:,} | {found['open']:,} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schools", description=__doc__)
    parser.add_argument("register", type=Path)
    parser.add_argument("--renamed", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    given = parser.parse_args()
    register = read(given.register)
    has_rival = find_spec("rapidfuzz") is not None
    print("| task | names | precision | recall | accepted non-schools | seconds |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    begun = time.perf_counter()
    if given.renamed is not None:
        names = renamed(register, read(given.renamed))
        answers = ours(matcher_of(register), names)
        print(row("renamed: ours", score(names, answers), time.perf_counter() - begun))
        if has_rival:
            begun = time.perf_counter()
            rival = theirs(register, names, 90)
            print(row("renamed: rapidfuzz at 90", score(names, rival), time.perf_counter() - begun))
    cutoff, answers, names = 90.0, [], ()
    for half in HALVES:
        names, left = as_typed(register, half, given.count)
        begun = time.perf_counter()
        matcher = matcher_of(left)
        loaded = time.perf_counter() - begun
        answers = ours(matcher, names)
        seconds = time.perf_counter() - begun
        what = f"as typed, {half}: ours (register in {loaded:.1f} s)"
        print(row(what, score(names, answers), seconds))
        if not has_rival:
            print(f"| as typed, {half}: rapidfuzz is not installed | | | | | |")
            continue
        cutoff = least_cutoff(left, names) if half == "tune" else cutoff
        for at in sorted({90.0, cutoff}):
            begun = time.perf_counter()
            rival = theirs(left, names, at)
            seconds = time.perf_counter() - begun
            print(row(f"as typed, {half}: rapidfuzz at {at:.0f}", score(names, rival), seconds))
    print("\n| typed how (report) | right | wrong | left open |\n| --- | ---: | ---: | ---: |")
    for line in by_kind(names, answers):
        print(line)


if __name__ == "__main__":
    main()
