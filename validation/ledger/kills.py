"""Kills at random moments: the folder always loads, no acknowledged event is lost."""

from __future__ import annotations

import random
import time
from pathlib import Path

from equipoise.workspace.steps.verification import verify
from validation.ledger.folders import locked
from validation.ledger.processes import acknowledged, go, started
from validation.ledger.worker import in_hand

#: Workers that are started together, for starting one takes longer than its trial.
AT_ONCE = 10
#: The longest that a worker lives after its word, in seconds.
LIFE = 0.4


def killed(out: Path, kills: int, seed: int = 20261122) -> tuple[list[str], int]:
    """Kill so many writers of one folder; say what is wrong, and how many events were acknowledged.

    Each comes upon what the one before it left; every third is killed beside a second writer.
    """
    path, chance = locked(out, authorities=1, schools=10).path, random.Random(seed)
    known: list[str] = []
    problems: list[str] = []
    for start in range(0, kills, AT_ONCE):
        waiting = started("events", path, range(start, min(start + AT_ONCE, kills)))
        while waiting:
            now = [
                waiting.pop() for _ in range(min(len(waiting), 2 if chance.random() < 1 / 3 else 1))
            ]
            for worker in now:
                go(worker)
            time.sleep(chance.uniform(0, LIFE))
            for worker in now:
                worker.kill()
            known += [digest for worker in now for digest in acknowledged(worker)]
            problems += _wrong(path, known)
    return problems, len(known)


def _wrong(path: Path, known: list[str]) -> list[str]:
    folder = in_hand(path)
    folder.settle()
    chain = folder.chain()
    problems = [problem.sentence() for problem in chain.problems]
    lost = len(set(known) - set(chain.digests))
    problems += [f"{lost} acknowledged events are lost"] if lost else []
    return problems + [f.words for f in verify(folder).findings if f.verdict == "fails"]
