"""A process that writes into a trial folder: `python -m validation.ledger.worker HOW FOLDER N`.

It says ready, waits for a line, and prints the digest of each line that was acknowledged.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from equipoise.core.base import FixedClock, ProblemsError
from equipoise.core.ledger import Line, OutOfTurnError
from equipoise.workspace.folder import KeyRing, TrialFolder, Work

BY = ("unblinded-statistician", "sponsor")
DONE = ("randomised", "revealed")


def in_hand(path: Path) -> TrialFolder:
    """Return the folder as a process of its own sees it, secrets from the operating system."""
    folder = TrialFolder(path, keys=KeyRing((path.parent / "keys",)))
    folder.clock = FixedClock.parse("2021-09-16")
    return folder


def say(line: Line) -> None:
    """Acknowledge a line."""
    print(line.digest(), flush=True)


def event(folder: TrialFolder, name: str, data: bytes) -> Line:
    """Append a computation that writes one file."""
    work = Work(folder, "power")
    work.write(f"results/{name}.json", data)
    return work.finish()


def draw_all(path: Path, number: int) -> None:
    """Commit and draw every stage that is not drawn yet, against all others; then append."""
    from equipoise.workspace.steps import stage_acts
    from equipoise.workspace.steps.stages import drawing_stages

    stages = drawing_stages(in_hand(path))
    turned = stages[number % len(stages) :] + stages[: number % len(stages)]
    while True:
        folder = in_hand(path)
        states = folder.standing().stages
        left = [stage for stage in turned if states.get(stage) not in DONE]
        if not left:
            break
        try:
            if states.get(left[0]) is None:
                say(stage_acts.commit(folder, stage=left[0], by=BY[:1]))
            else:
                value = f"seen by {number}"
                say(
                    stage_acts.randomise(
                        folder, stage=left[0], by=BY, event_value=value, event_source="here"
                    )
                )
        except (OutOfTurnError, ProblemsError):
            continue  # another process was first: look again
    say(event(in_hand(path), f"event-{number}", b"{}\n"))


def append_for_ever(path: Path, number: int) -> None:
    """Append events of very different sizes until the process is killed."""
    folder, chance = in_hand(path), random.Random(number)
    while True:
        size = chance.choice((10, 1_000, 100_000, 1_000_000))
        try:
            say(event(folder, "power", chance.randbytes(size)))
        except ProblemsError:
            continue  # another process wrote the same file in between


def main() -> None:
    """Say ready, wait, write."""
    how, path, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if how == "draw":
        import equipoise.workspace.steps.acts  # noqa: F401 - the race is of acts, not of imports
    print("ready", flush=True)
    sys.stdin.readline()
    {"draw": draw_all, "events": append_for_ever}[how](path, number)


if __name__ == "__main__":
    main()
