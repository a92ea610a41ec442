"""Many writers at once: no unit is drawn twice, none is lost, the chain is whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.folder.vault import ALLOCATION
from equipoise.workspace.steps.stages import (
    drawing_stages,
    enrolment_of,
    open_allocations,
    registers_in,
)
from equipoise.workspace.steps.verification import verify
from validation.ledger.folders import locked
from validation.ledger.processes import acknowledged, go, started
from validation.ledger.worker import in_hand


def written_at_once(out: Path, writers: int, stages: int = 2) -> list[str]:
    """Let so many processes draw the stages of one trial and append to it; say what is wrong."""
    path = locked(out, authorities=stages, schools=10 * stages).path
    workers = started("draw", path, range(writers))
    for worker in workers:
        go(worker)
    digests = [digest for worker in workers for digest in acknowledged(worker)]
    problems = [f"a process ended with {w.returncode}" for w in workers if w.returncode != 0]
    return problems + wrong(in_hand(path), digests, writers)


def wrong(folder: TrialFolder, digests: list[str], writers: int) -> list[str]:
    """Say what is wrong with a folder after its processes have ended."""
    folder.settle()
    chain = folder.chain()
    problems = [problem.sentence() for problem in chain.problems]
    if sorted(chain.digests[-len(digests) :]) != sorted(digests):
        problems.append("the lines of the ledger are not those that were acknowledged")
    stages = drawing_stages(folder)
    names = Counter(entry.name for entry in chain.entries)
    if (names["commit"], names["randomise"]) != (len(stages), len(stages)):
        problems.append(f"{names['commit']} commits, {names['randomise']} draws")
    held = open_allocations(folder, (folder.path / ALLOCATION).read_bytes())
    drawn = Counter(row.urn for allocation in held for row in allocation.rows)
    enrolled = {school.urn for school in enrolment_of(folder, registers_in(folder)).schools}
    problems += [f"school {urn} is drawn {n} times" for urn, n in drawn.items() if n != 1]
    if set(drawn) != enrolled:
        problems.append("the schools drawn are not those enrolled")
    files = list((folder.path / "results").glob("event-*.json"))
    if len(files) != writers:
        problems.append(f"{len(files)} files of {writers} events")
    problems += [f.words for f in verify(folder).findings if f.verdict == "fails"]
    return problems
