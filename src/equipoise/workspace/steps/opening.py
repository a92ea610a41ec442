"""Unblind: the one act that brings the arms, the seeds and the unblinded side into the open."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.core.base import Column, Problem, ProblemsError, csv_bytes, read_csv
from equipoise.core.ledger import Entry, Line
from equipoise.design.randomisation import (
    WHOLE,
    AllocatedSchool,
    Allocation,
    arms_digest,
    arms_of,
)
from equipoise.workspace.folder import RESTORE, TrialFolder, Work, unpack_files
from equipoise.workspace.folder.vault import ALLOCATION, DELIVERY, SEEDS, private_key, take
from equipoise.workspace.steps.drawing import repeated_stages
from equipoise.workspace.steps.order import guard
from equipoise.workspace.steps.stages import (
    commitment_file,
    drawn_stages,
    is_external,
    open_allocations,
    purpose,
)

ARMS = "frozen/allocation.csv"
OPENED = "frozen/delivery/"
_COLUMNS = ("stage", "urn", "unit", "stratum", "arm")


def unblind(folder: TrialFolder, *, by: Sequence[str]) -> Line:
    """Open allocation, seeds and the unblinded side; prove that the arms are those drawn.

    Raises
    ------
    ProblemsError
        Where a key is not at hand, or the opened arms are not those that seed and event give.
    """
    work = Work(folder, "unblind", by=by)
    guard(folder, "unblind")
    sealed = work.read(ALLOCATION, remedy=RESTORE)
    seeds_box = work.read(SEEDS, remedy=RESTORE)
    allocations = open_allocations(folder, sealed)
    if is_external(folder):
        work.facts["salt"] = _open_seeds(folder, seeds_box, (WHOLE,), "salt")[WHOLE].hex()
        problem = external_problem(folder, allocations, bytes.fromhex(work.facts["salt"]))
    else:
        stages = tuple(
            e.stage for e in folder.whole_chain().entries if e.name == "commit" and e.stage
        )
        seeds = _open_seeds(folder, seeds_box, stages, "seed")
        work.facts["seeds"] = {stage: seed.hex() for stage, seed in seeds.items()}
        problem = draw_problem(folder, work, allocations, seeds)
    if problem is not None:
        raise ProblemsError([problem])
    rows = [(a.stage, *row) for a in allocations for row in a.rows]
    work.write(ARMS, csv_bytes(_COLUMNS, sorted(rows)))
    data = work.read_if_there(DELIVERY)
    if data is not None:
        pair = private_key(folder, "delivery")
        content = take(data, pair=pair, name=DELIVERY, purposes=[DELIVERY])[0]
        for name, file in unpack_files(content).items():
            work.write(f"{OPENED}{name}", file)
    return work.finish()


def _open_seeds(
    folder: TrialFolder, data: bytes, stages: Sequence[str], kind: str
) -> dict[str, bytes]:
    purposes = [purpose(kind, folder, stage) for stage in stages]
    opened = take(data, pair=private_key(folder, "see"), name=SEEDS, purposes=purposes)
    return dict(zip(stages, opened, strict=True))


def events_of(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the value of each stage's public event, as recorded at the draw."""
    return {e.stage: e.facts["event_value"] for e in entries if e.name == "randomise" and e.stage}


def draw_problem(
    folder: TrialFolder, work: Work, allocations: Sequence[Allocation], seeds: dict[str, bytes]
) -> Problem | None:
    """Repeat every stage's draw; return what does not agree, or None."""
    held = {allocation.stage: allocation for allocation in allocations}
    made = {
        stage: work.result(commitment_file(stage), remedy=RESTORE).data
        for stage in drawn_stages(folder)
    }
    again = repeated_stages(folder.whole_chain().entries, made, seeds)
    for stage in made:
        if again[stage] != held.get(stage):
            return Problem(
                ALLOCATION,
                f"stage {stage}",
                "other arms than seed and event give",
                "the arms of the committed draw",
                "do not go on; tell the sponsor: the sealed allocation is not the one drawn",
            )
    return None


def external_problem(
    folder: TrialFolder, allocations: Sequence[Allocation], salt: bytes
) -> Problem | None:
    """Compare arms drawn elsewhere with their digest at ingest; return what does not agree."""
    entry = folder.last("ingest")
    known = None if entry is None else entry.facts.get("arms_digest")
    if arms_digest(arms_of(allocations).items(), salt) == known:
        return None
    return Problem(
        ALLOCATION,
        "whole file",
        "other arms than were taken in",
        "the arms whose digest was recorded at ingest",
        "do not go on; restore the file from a copy",
    )


def opened_rows(data: bytes) -> dict[str, tuple[AllocatedSchool, ...]]:
    """Return the rows of each stage of the opened allocation, in the order of the file.

    Raises
    ------
    ProblemsError
        Where the file is not as `unblind` wrote it.
    """
    columns = [Column(name) for name in _COLUMNS]
    stages: dict[str, list[AllocatedSchool]] = {}
    for row in read_csv(data, columns, file=ARMS).rows:
        school = AllocatedSchool(row["urn"], row["unit"], row["stratum"], row["arm"])
        stages.setdefault(row["stage"], []).append(school)
    return {stage: tuple(rows) for stage, rows in stages.items()}


def opened_allocation(data: bytes) -> dict[str, str]:
    """Return the arm of every school, and of every unit by its own name."""
    rows = [row for found in opened_rows(data).values() for row in found]
    return {row.unit: row.arm for row in rows} | {row.urn: row.arm for row in rows}
