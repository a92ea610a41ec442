"""Drawing: what a stage needs of the stages before it, and who came too late for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.core.base import ProblemsError, sha256_hex
from equipoise.core.ledger import STEPS, Entry, OutOfTurnError
from equipoise.core.results import decode_result
from equipoise.design.randomisation import (
    WHOLE,
    Allocation,
    BalanceResult,
    ChancesResult,
    Commitment,
    Covariate,
    DrawnStage,
    JoinedSchool,
    OpenedStage,
    StageChances,
    candidates_of,
    known_covariates,
    late_stages,
    placed_by,
    repeat_draws,
)
from equipoise.workspace.folder import RESTORE, TrialFolder, Work
from equipoise.workspace.folder.vault import SEEDS, private_key, take
from equipoise.workspace.steps.stages import (
    commitment_file,
    enrolment_of,
    is_external,
    purpose,
    registers_in,
    registers_of,
)

BALANCE = "results/balance.json"
CHANCES = "results/chances.json"


def commitments_in(folder: TrialFolder) -> tuple[Commitment, ...]:
    """Return the commitments of all stages, in the order in which they were made.

    Raises
    ------
    ProblemsError
        Where one is missing or is not as it was committed.
    """
    return tuple(
        _commitment(folder, entry)
        for entry in folder.whole_chain().entries
        if entry.name == "commit" and entry.stage is not None
    )


def _commitment(folder: TrialFolder, entry: Entry) -> Commitment:
    from equipoise.workspace.folder.work import changed_product

    name = commitment_file(entry.stage or "")
    data = folder.read(name, remedy="restore the file; a commitment is never written twice")
    digest = sha256_hex(data)
    if entry.writes.get(name) != digest:
        raise ProblemsError([changed_product(name)])
    made: Commitment = folder.keep(
        f"commitment {entry.stage}", digest, lambda: decode_result(data).data
    )
    return made


def note_earlier(work: Work, made: Commitment, before: Sequence[Commitment]) -> None:
    """Note the commitments that a commitment rests on as read."""
    if made.earlier or made.late_of is not None:
        for one in before:
            work.read(commitment_file(one.stage), remedy=RESTORE)


def check_looking_back(folder: TrialFolder) -> None:
    """Refuse to commit a stage that looks back while another is committed and not drawn.

    Raises
    ------
    OutOfTurnError
        Naming the stage: which stages it looks back at would depend on the order of their draws.
    """
    waiting = [s for s, state in folder.standing().stages.items() if state == "committed"]
    if folder.protocol.design.scheme.looks_back and waiting:
        raise OutOfTurnError(
            f"stage {waiting[0]} is committed and not drawn; with looks_back each stage is drawn "
            "before the next is committed"
        )


def drawn_before(work: Work, commitment: Commitment) -> tuple[DrawnStage, ...]:
    """Return the stages that a stage looks back at, their arms drawn again from their seeds."""
    if not commitment.earlier:
        return ()
    entries = work.folder.whole_chain().entries
    stages = [e.stage for e in entries if e.name == "commit" and e.stage is not None]
    boxes = work.read(SEEDS, remedy=RESTORE)
    purposes = [purpose("seed", work.folder, stage) for stage in stages]
    opened = take(boxes, pair=private_key(work.folder, "see"), name=SEEDS, purposes=purposes)
    made = {
        one.stage: work.result(commitment_file(one.stage), remedy=RESTORE).data
        for one in commitment.earlier
    }
    again = repeated_stages(entries, made, dict(zip(stages, opened, strict=True)))
    return tuple(DrawnStage(made[one.stage], again[one.stage]) for one in commitment.earlier)


def repeated_stages(
    entries: Sequence[Entry], commitments: Mapping[str, Commitment], seeds: Mapping[str, bytes]
) -> dict[str, Allocation]:
    """Draw stages again from their seeds and recorded events, in the order of the ledger."""
    return repeat_draws(
        OpenedStage(commitments[e.stage], seeds[e.stage], e.facts["event_value"])
        for e in entries
        if e.name == "randomise" and e.stage is not None and e.stage in commitments
    )


def stage_chances(folder: TrialFolder, stage: str) -> StageChances | None:
    """Return what the scheme does to the chances of a stage; None where it does not choose."""
    path = folder.path / CHANCES
    told: ChancesResult | None = decode_result(path.read_bytes()).data if path.is_file() else None
    stages = () if told is None else told.stages
    return next((one for one in stages if one.stage == stage), None)


def joined_in(folder: TrialFolder, stage: str) -> tuple[JoinedSchool, ...]:
    """Return the schools of a stage that are given a drawn unit's arm."""
    return next(made for made in commitments_in(folder) if made.stage == stage).joined


def drawn_elsewhere(folder: TrialFolder, stage: str) -> dict[str, str]:
    """Return the schools of a stage's authority that stand in another authority's stage."""
    enrolment = enrolment_of(folder, registers_in(folder))
    placed = placed_by(commitments_in(folder))
    return dict(candidates_of(folder.protocol, enrolment, stage, placed).elsewhere)


def balance_in(folder: TrialFolder) -> BalanceResult:
    """Return the balance of all that was drawn."""
    found: BalanceResult = decode_result((folder.path / BALANCE).read_bytes()).data
    return found


def known_in(work: Work) -> list[Covariate]:
    """Return what the registers hold of schools from before the draw."""
    return known_covariates(enrolment_of(work.folder, registers_of(work)))


def late_schools(folder: TrialFolder) -> dict[str, tuple[str, ...]]:
    """Return who could still be drawn, by the stage of late joiners that would take them.

    Schools that could be drawn and stand in no stage, where their own stage is committed; nobody
    once the analysis set is frozen.
    """
    drawing = folder.standing().trial in STEPS["commit"].states
    if not drawing or is_external(folder) or folder.protocol.brings_table:
        return {}
    commitments = commitments_in(folder)
    if not commitments:
        return {}
    placed = placed_by(commitments)
    committed = {one.stage for one in commitments}
    enrolment = enrolment_of(folder, registers_in(folder))
    staged = folder.protocol.design.stages.by is not None
    waiting = {s.la_code if staged else WHOLE for s in enrolment.schools if s.urn not in placed}
    found = {}
    for base in sorted(waiting & committed):
        stage = late_stages(base, committed)[-1]
        candidates = candidates_of(folder.protocol, enrolment, stage, placed)
        urns = sorted({u for unit in candidates.units for u in unit.urns} | set(candidates.sharing))
        if urns:
            found[stage] = tuple(urns)
    return found
