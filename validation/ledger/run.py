"""The part `ledger`: writers, kills and edits, declared here with their seeds."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from validation.ledger.edits import edited, published
from validation.ledger.kills import killed
from validation.ledger.writers import written_at_once

WRITERS = 50
KILLS = 200
FOLDERS = 20
EDITS = 10_000
#: For so many edits of a folder's files, one of a request that waits for a second signature.
REQUESTS = 10
SEED = 20261122


def part(fraction: float) -> tuple[str, bool]:
    """Run all three, or a fraction of each: the section of the document, and whether all passed."""
    writers, kills = (max(2, round(fraction * number)) for number in (WRITERS, KILLS))
    folders = max(1, round(fraction * FOLDERS))
    with tempfile.TemporaryDirectory() as place:
        at_once = written_at_once(Path(place) / "writers", writers)
        signed, requests = 0, 0
        after, events = killed(Path(place) / "kills", kills, SEED)
        chance, missed, made = random.Random(SEED), [], 0
        for number in range(folders):
            asked = round(EDITS / FOLDERS / REQUESTS)
            folder, open_to = published(Path(place) / f"trial-{number}", number + 1, asked, chance)
            unseen, count = edited(folder, round(EDITS / FOLDERS), chance)
            missed += unseen
            signed += open_to
            requests += asked
            made += count
    rows = (
        (
            f"{writers} processes at once commit, draw and append in one folder",
            "no unit twice, none lost, the chain whole, every acknowledged line there",
            at_once,
        ),
        (
            f"{kills} processes that append are killed at random moments",
            # How many events there were depends on the machine; that there were any does not.
            "the folder loads each time, no acknowledged event is lost",
            after if events else ["no event was acknowledged before a kill"],
        ),
        (
            f"{made:,} edits of one byte, over every file of {folders} published trials",
            "each is caught and its file named",
            [f"{name}: an edit was not seen" for name in missed],
        ),
        (
            f"{requests:,} edits of one byte in requests for a second signature",
            "each is refused by `sign`",
            ["an edited request could be signed"] * signed,
        ),
    )
    lines = ["## Ledger: writers, kills, edits", "", f"Seed {SEED}.", ""]
    lines += ["| what was done | what must hold | verdict |", "| --- | --- | --- |"]
    for done, holds, problems in rows:
        verdict = "holds" if not problems else f"fails: {len(problems)} times, {problems[0]}"
        lines.append(f"| {done} | {holds} | {verdict} |")
    return "\n".join(lines) + "\n", not any(problems for _, _, problems in rows)
