"""The acts of a stage: commit, randomise, reveal. Given by named people, signed into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import equipoise
from equipoise.core.base import csv_bytes, day
from equipoise.core.ledger import Line, OutOfTurnError
from equipoise.design.randomisation import (
    CHOOSING,
    allocation_bytes,
    arms_of,
    balance,
    chances,
    check_event,
    check_event_date,
    draw,
    known_covariates,
    seed_hash,
)
from equipoise.design.randomisation import (
    commit as fix,
)
from equipoise.workspace.folder import RESTORE, TrialFolder, Work
from equipoise.workspace.folder.vault import ALLOCATION, SEEDS, private_key, put, take
from equipoise.workspace.steps.drawing import (
    BALANCE,
    CHANCES,
    check_looking_back,
    commitments_in,
    drawn_before,
    note_earlier,
)
from equipoise.workspace.steps.enrolled import check_ready
from equipoise.workspace.steps.events import check_ahead
from equipoise.workspace.steps.stages import (
    check_known,
    commitment_file,
    drawn_stages,
    enrolment_of,
    is_external,
    open_allocations,
    purpose,
    registers_in,
    registers_of,
)


def commit(
    folder: TrialFolder,
    *,
    stage: str,
    by: Sequence[str],
    event_round: str | None = None,
    not_before: date | None = None,
    units: Sequence[str] | None = None,
) -> Line:
    """Fix a stage's roster, strata, scheme, seed hash and event, before the event is known.

    Parameters
    ----------
    folder
        The trial folder, locked.
    stage
        An authority, or a stage of late joiners such as ``350-2``.
    by
        Who gives the act.
    event_round, not_before
        Which future event, and its earliest date, where the protocol leaves them open.
    units
        URNs to which the stage is restricted; all that are ready if None.

    Raises
    ------
    OutOfTurnError
        Where the trial was drawn elsewhere, or it is not the stage's turn.
    ProblemsError
        Where no school is ready, a covariate is missing, or the event is past or has no name.
    """
    work = Work(folder, "commit", stage=stage, by=by)
    if is_external(folder):
        raise OutOfTurnError(
            "the trial was drawn elsewhere (draw: external): no stage is committed here, "
            "its arms come with outcomes/outcomes.csv"
        )
    registers = registers_of(work)
    check_ready(folder, registers, stage)
    enrolment = enrolment_of(folder, registers)
    check_looking_back(folder)
    before = commitments_in(folder)
    secret = folder.secrets.take(f"seed {folder.protocol.trial.id} {stage}", 32)
    commitment = fix(
        folder.protocol,
        enrolment,
        stage,
        seed_hash=seed_hash(secret),
        code_version=equipoise.__version__,
        event_round=event_round,
        not_before=not_before,
        before=before,
        units=units,
    )
    check_ahead(folder, commitment)
    note_earlier(work, commitment, before)
    put(work, SEEDS, secret, key="see", purpose=purpose("seed", folder, stage))
    work.write_result(commitment_file(stage), commitment)
    if commitment.declared.type in CHOOSING:
        known = work.result_if_there(CHANCES)
        earlier = before if commitment.earlier else ()
        told = chances(commitment, None if known is None else known.data, earlier)
        work.write_result(CHANCES, told)
    work.facts.update(
        seed_hash=commitment.seed_hash,
        roster_digest=commitment.roster_digest,
        event_source=commitment.event.source,
        event_round=commitment.event.round,
        not_before=commitment.event.not_before,
    )
    return work.finish()


def randomise(
    folder: TrialFolder,
    *,
    stage: str,
    by: Sequence[str],
    event_value: str,
    event_source: str,
    event_date: date | None = None,
    event_round: str | None = None,
) -> Line:
    """Draw a stage and record it; the arguments are those of `prepare_draw`."""
    work = prepare_draw(
        folder,
        stage=stage,
        by=by,
        event_value=event_value,
        event_source=event_source,
        event_date=event_date,
        event_round=event_round,
    )
    return work.finish()


def prepare_draw(
    folder: TrialFolder,
    *,
    stage: str,
    by: Sequence[str],
    event_value: str,
    event_source: str,
    event_date: date | None = None,
    event_round: str | None = None,
) -> Work:
    """Draw a stage: secret seed, public event, committed roster; seal the arms, ready to sign.

    Parameters
    ----------
    folder, stage
        The trial folder, and a stage that was committed.
    by
        The two people who sign.
    event_value, event_source
        What was seen, as text, and where.
    event_date, event_round
        Its date (today if None) and its round.

    Raises
    ------
    ProblemsError
        Where the event is too early or another than was committed, the see-key is not at hand,
        or anything committed changed.
    """
    check_known(folder, stage)
    work = Work(folder, "randomise", stage=stage, by=by)
    commitment = work.result(commitment_file(stage), remedy=RESTORE).data
    today = day(folder.clock.now())
    seen = event_date or today
    check_event_date(commitment, seen, today)
    check_event(commitment, event_source, event_round)
    secret = _seed_of(work, stage)
    earlier = drawn_before(work, commitment)
    allocation = draw(commitment, secret, event_value, event_date=seen, before=earlier)
    before = drawn_stages(folder)
    drawn = open_allocations(folder, work.read(ALLOCATION, remedy=RESTORE)) if before else ()
    put(
        work,
        ALLOCATION,
        allocation_bytes([allocation]),
        key="see",
        purpose=purpose("allocation", folder, stage),
    )
    covariates = known_covariates(enrolment_of(folder, registers_of(work)))
    reference = folder.protocol.reference.id
    result = balance([*drawn, allocation], covariates, reference)
    # What balance was computed from is sealed; only what is readable is named as its input.
    inputs = {name: digest for name, digest in work.reads.items() if name.startswith("design/")}
    work.write_result(BALANCE, result, inputs)
    work.facts.update(
        event_value=event_value,
        event_source=event_source,
        event_date=seen.isoformat(),
        units=len(commitment.roster),
    )
    return work


def _seed_of(work: Work, stage: str) -> bytes:
    """Open the sealed seed of a stage."""
    folder = work.folder
    stages = [e.stage for e in folder.whole_chain().entries if e.name == "commit" and e.stage]
    data = work.read(SEEDS, remedy=RESTORE)
    pair = private_key(folder, "see")
    purposes = [purpose("seed", folder, each) for each in stages]
    seeds = take(data, pair=pair, name=SEEDS, purposes=purposes)
    return seeds[stages.index(stage)]


def reveal(folder: TrialFolder, *, stage: str, by: Sequence[str]) -> Line:
    """Open a stage's arms to its declared readers, in the unblinded team's open folder."""
    check_known(folder, stage)
    work = Work(folder, "reveal", stage=stage, by=by)
    allocations = open_allocations(folder, work.read(ALLOCATION, remedy=RESTORE))
    rows = [row for a in allocations if a.stage == stage for row in a.rows]
    commitment = work.result(commitment_file(stage), remedy=RESTORE).data
    arms, joined = arms_of(allocations), {one.urn: one.unit for one in commitment.joined}
    told = {row.urn: row.arm for row in rows} | {urn: arms[unit] for urn, unit in joined.items()}
    names = {school.urn: school.name for school in registers_in(folder).schools}
    data = csv_bytes(
        ("urn", "school_name", "arm"),
        [(urn, names.get(urn, ""), arm) for urn, arm in sorted(told.items())],
    )
    if folder.delivery is not None:
        work.write_outside(folder.delivery / f"allocation-{stage}.csv", data)
    # The plain list is not recorded by digest: whoever can guess it could test the guess.
    work.facts.update(readers=list(folder.protocol.design.stages.reveal_to), schools=len(rows))
    if joined:
        work.facts["joined"] = sorted(joined)
    return work.finish()
