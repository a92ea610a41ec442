"""Edits of one byte in every file of published trials: each is caught, and named."""

from __future__ import annotations

import random
from pathlib import Path

from equipoise.core.ledger import LEDGER, read_chain
from equipoise.simulate import Scenario
from equipoise.workspace.folder import PROTOCOL, TrialFolder
from equipoise.workspace.steps.demonstration import demonstrate
from equipoise.workspace.steps.verification import verify
from validation.ledger.worker import in_hand

#: Files that are changed together, one byte in each: each of them has to be named.
TOGETHER = 25
#: Of the ledger and of the protocol, whose damage hides what else is wrong, one at a time.
ALONE = 20


def published(out: Path, seed: int) -> TrialFolder:
    """Make a small trial, published."""
    scenario = Scenario(schools=24, authorities=1, seed=seed, exact_name=1.0, twin_names=0)
    return in_hand(demonstrate(out, scenario=scenario, tell=lambda _: None).trial)


def edited(folder: TrialFolder, edits: int, chance: random.Random) -> tuple[list[str], int]:
    """Change one byte so many times, over every file; return the files missed, the edits made."""
    missed: list[str] = []
    ledger = (folder.path / LEDGER).read_bytes()
    for _ in range(ALONE):
        if not read_chain(one_byte_other(ledger, chance), folder.signature_check).problems:
            missed.append(LEDGER)
        missed += _unseen(folder, [PROTOCOL], chance)
    names = [name for name in folder.files() if name != PROTOCOL]
    made = 2 * ALONE
    chance.shuffle(names)
    while made < edits:
        for start in range(0, len(names), TOGETHER):
            batch = names[start : start + TOGETHER]
            missed += _unseen(folder, batch, chance)
            made += len(batch)
    return missed, made


def _unseen(folder: TrialFolder, names: list[str], chance: random.Random) -> list[str]:
    """Change one byte of each file, verify, put the files back; return those not named."""
    whole = {name: (folder.path / name).read_bytes() for name in names}
    for name, data in whole.items():
        (folder.path / name).write_bytes(one_byte_other(data, chance))
    said = [finding.words for finding in verify(folder).findings if finding.verdict == "fails"]
    for name, data in whole.items():
        (folder.path / name).write_bytes(data)
    return [name for name in names if not any(name in words for words in said)]


def one_byte_other(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with another value in one place."""
    changed, place = bytearray(data), chance.randrange(len(data))
    changed[place] = (changed[place] + chance.randrange(1, 256)) % 256
    return bytes(changed)
