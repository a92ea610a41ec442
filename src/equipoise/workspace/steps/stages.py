"""Stages of the draw: who is enrolled, which stages there are, what was drawn."""

from __future__ import annotations

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.randomisation import (
    WHOLE,
    Allocation,
    Commitment,
    parse_allocation,
    stages_of,
)
from equipoise.design.registers import Enrolment, Registers, SharedGroup, read_registers
from equipoise.workspace.folder import TrialFolder, Work
from equipoise.workspace.folder.vault import ALLOCATION, private_key, take
from equipoise.workspace.steps.enrolled import eligible_of, enrolled_of

OUTCOMES = "outcomes/outcomes.csv"
REGISTER = "design/register.csv"
DRAWN = ("committed", "randomised", "revealed")


def commitment_file(stage: str) -> str:
    """Return the path of a stage's commitment."""
    return f"results/commitment-{stage}.json"


def registers_in(folder: TrialFolder) -> Registers:
    """Read the registers as they lie in the folder; `ProblemsError` with all that is wrong."""
    files = {
        f"design/{path.name}": path.read_bytes()
        for path in sorted((folder.path / "design").glob("*.csv"))
    }
    return folder.keep("registers", files, lambda: read_registers(files.get))


def registers_of(work: Work) -> Registers:
    """Read the registers, and note their digests."""
    for path in sorted((work.folder.path / "design").glob("*.csv")):
        work.read_if_there(f"design/{path.name}")
    return registers_in(work.folder)


def enrolment_of(folder: TrialFolder, registers: Registers) -> Enrolment:
    """Return who can be drawn or is: the eligible schools, complete ones where there is a desk.

    Raises
    ------
    ProblemsError
        Where the protocol declares no population, the registers do not allow an answer, or the
        enrolment desk cannot be read.
    """
    enrolled = enrolled_of(folder, registers)
    return eligible_of(folder, registers) if enrolled is None else enrolled.drawable


def shared_across(folder: TrialFolder, stage: str) -> tuple[SharedGroup, ...]:
    """Return the groups of schools that share a lead across strata and touch a stage."""
    enrolment = enrolment_of(folder, registers_in(folder))
    here = {s.urn for s in enrolment.schools if stage in (WHOLE, s.la_code)}
    return tuple(g for g in enrolment.shared if g.across and here.intersection(g.urns))


def is_external(folder: TrialFolder) -> bool:
    """Return whether the trial was drawn elsewhere."""
    return folder.protocol.design.scheme.draw == "external"


def drawing_stages(folder: TrialFolder) -> tuple[str, ...]:
    """Return the stages that are drawn here: none where the trial was drawn elsewhere."""
    if is_external(folder):
        return ()
    return stages_of(folder.protocol, enrolment_of(folder, registers_in(folder)))


def check_known(folder: TrialFolder, stage: str) -> None:
    """Refuse a stage that is neither an authority's nor committed: its name is mistyped.

    Raises
    ------
    ProblemsError
        Naming the stages that there are.
    """
    committed = folder.standing().stages
    if is_external(folder) or not committed or stage in committed:
        return
    known = drawing_stages(folder)
    if stage not in known:
        there = ", ".join(dict.fromkeys((*known, *committed)))
        found, remedy = "no such stage", "correct the stage's name"
        problem = Problem("--stage", f"stage {stage}", found, f"one of {there}", remedy)
        raise ProblemsError([problem])


def drawn_stages(folder: TrialFolder) -> tuple[str, ...]:
    """Return the stages whose arms are in the sealed allocation, in the order of the ledger."""
    if is_external(folder):
        return (WHOLE,)
    return tuple(
        entry.stage
        for entry in folder.whole_chain().entries
        if entry.name == "randomise" and entry.stage is not None
    )


def commitments_of(work: Work) -> tuple[Commitment, ...]:
    """Read the commitment of every stage that was committed."""
    stages = work.folder.standing().stages
    remedy = "restore the file from a copy; a commitment is never written twice"
    return tuple(
        work.result(commitment_file(stage), remedy=remedy).data
        for stage in sorted(stages)
        if stages[stage] in DRAWN
    )


def purpose(kind: str, folder: TrialFolder, stage: str) -> str:
    """Return what a sealed box is for: it opens nowhere else."""
    return f"{kind} of {folder.protocol.trial.id}, stage {stage}"


def open_allocations(folder: TrialFolder, data: bytes) -> tuple[Allocation, ...]:
    """Open the sealed allocation with the see-key.

    Raises
    ------
    ProblemsError
        Where the key is not at hand or does not fit.
    """
    stages = drawn_stages(folder)
    pair = private_key(folder, "see")
    purposes = [purpose("allocation", folder, stage) for stage in stages]
    opened = take(data, pair=pair, name=ALLOCATION, purposes=purposes)
    return tuple(a for content in opened for a in parse_allocation(content))
