"""Edits of one byte in every file of published trials: each is caught, and named."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from equipoise.core.base import FixedClock, ProblemsError, write_atomic
from equipoise.core.ledger import LEDGER, read_chain
from equipoise.design.protocol import template
from equipoise.simulate import Scenario
from equipoise.workspace.folder import PROTOCOL, TrialFolder
from equipoise.workspace.steps.corrections import (
    corrections_of,
    drawn_schools,
    prepare_correction,
)
from equipoise.workspace.steps.countersigned import checked_request
from equipoise.workspace.steps.enrolling import set_facts
from equipoise.workspace.steps.rehearsal import rehearse
from equipoise.workspace.steps.simulated import roster
from equipoise.workspace.steps.verification import verify
from validation.ledger.folders import NAME, opened
from validation.ledger.worker import in_hand

#: Schools merge and some decline, so that there are corrections and an enrolment desk.
_SCENARIO = Scenario(
    schools=24, authorities=1, exact_name=1.0, twin_names=0, not_joining=0.2, merging_share=0.2
)
#: Kinds of files that come only with changes to a trial: each folder has to hold them.
KINDS = (
    "design/enrolment.csv",
    "design/enrolment-authorities.csv",
    "design/enrolment-log.csv",
    "design/versions/",
    "results/break-even.json",
    "results/characteristics.json",
    "results/corrections.json",
)

#: Files that are changed together, one byte in each: each of them has to be named.
TOGETHER = 25
#: Of the ledger and of the protocol, whose damage hides what else is wrong, one at a time.
ALONE = 20


def published(out: Path, seed: int, edits: int, chance: random.Random) -> tuple[TrialFolder, int]:
    """Make a small trial, published, that holds a file of every kind.

    On its way a correction is asked of a second person, and its request is edited so many times.

    Returns
    -------
    tuple of TrialFolder and int
        The folder, and how many edits of the request were not seen.
    """
    write_atomic(out / NAME / PROTOCOL, template(NAME))
    folder = opened(out / NAME, seed)
    folder.clock = FixedClock.parse("2021-06-14")
    roster(folder, replace(_SCENARIO, seed=seed), truth=out / "truth")
    # A change of the desk, so that there is a log of it.
    folder.clock = FixedClock.parse("2021-09-06")
    set_facts(folder, "900", ["approached=2021-02-01"], by="programme-manager")
    missed = 0
    for line in rehearse(folder, truth=out / "truth", amending=True):
        if line.entry.name == "ingest":
            missed += _unseen_requests(folder, edits, chance)
    return in_hand(folder.path), missed


def _unseen_requests(folder: TrialFolder, edits: int, chance: random.Random) -> int:
    """Change one byte of a request so many times; return how often it could still be signed."""
    corrected = {urn for one in corrections_of(folder.chain().entries) for urn in one.urns}
    urn = min(set(drawn_schools(folder)) - corrected)
    by = ["data-manager", "statistician"]
    work = prepare_correction(folder, kind="withdrawn", urns=[urn], reason="it left", by=by)
    request = work.half_signed()
    checked_request(folder, request)
    missed = 0
    for _ in range(edits):
        try:
            checked_request(folder, one_byte_other(request, chance))
        except ProblemsError:
            continue
        missed += 1
    return missed


def edited(folder: TrialFolder, edits: int, chance: random.Random) -> tuple[list[str], int]:
    """Change one byte so many times, over every file; return the files missed, the edits made."""
    missed = [f"{kind} is not there" for kind in KINDS if not any(folder.files(kind))]
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
