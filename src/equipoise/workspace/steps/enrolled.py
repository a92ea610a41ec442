"""Enrolled: who may take part by the register, and who can be committed by the enrolment desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from equipoise.core.base import Problem, ProblemsError, day
from equipoise.core.ledger import Entry
from equipoise.core.results import decode_result
from equipoise.design.randomisation import Commitment
from equipoise.design.registers import Enrolment, Registers, enrol
from equipoise.design.registers.desk import (
    AUTHORITIES,
    SCHOOLS,
    Committed,
    Desk,
    Enrolled,
    SchoolStanding,
    desk_problems,
    enrolled,
    read_desk,
)
from equipoise.workspace.folder import TrialFolder

_COMMITMENTS = "results/commitment-"


def eligible_of(folder: TrialFolder, registers: Registers) -> Enrolment:
    """Return who may take part: the eligible schools, where there is a desk but those it has out.

    Raises
    ------
    ProblemsError
        As `register_enrolment`, where the desk cannot be read, and where it leaves nobody.
    """
    found = enrolled_of(folder, registers)
    if found is None:
        return register_enrolment(folder, registers)
    if not found.possible.units:
        raise ProblemsError(
            [
                Problem(
                    SCHOOLS,
                    "whole file",
                    "every eligible school declined or turned out not to be eligible",
                    "schools that may take part",
                    "see why: equipoise enrol FOLDER --status",
                )
            ]
        )
    return found.possible


def register_enrolment(folder: TrialFolder, registers: Registers) -> Enrolment:
    """Return who is eligible, by the protocol's own criteria, whatever the desk says.

    Raises
    ------
    ProblemsError
        Where the protocol declares no population, or the registers do not allow an answer.
    """
    population = folder.protocol.design.population
    if population is None:
        raise ProblemsError(
            [
                Problem(
                    "trial.yaml",
                    "design.population",
                    "nothing",
                    "which schools take part",
                    "declare the population, or bring outcomes/outcomes.csv",
                )
            ]
        )
    key = (registers, population, folder.protocol.roll_date)
    return folder.keep("enrolment", key, lambda: _enrol(folder, registers, {}))


def _enrol(folder: TrialFolder, registers: Registers, left_out: Mapping[str, str]) -> Enrolment:
    population = folder.protocol.design.population
    assert population is not None
    return enrol(
        registers,
        phases=population.phases,
        statuses=population.statuses,
        min_pupils=population.min_pupils,
        roll_date=folder.protocol.roll_date,
        shared_dsl=population.shared_dsl,
        on=folder.protocol.roll_date,
        left_out=left_out,
    )


def desk_of(folder: TrialFolder) -> Desk | None:
    """Return the enrolment desk, or None for a trial without one; `ProblemsError` with all."""
    files = {
        name: path.read_bytes()
        for name in (SCHOOLS, AUTHORITIES)
        if (path := folder.path / name).is_file()
    }
    return folder.keep("desk", files, lambda: read_desk(files.get))


def committed_in(folder: TrialFolder) -> dict[str, Committed]:
    """Return the schools of every committed stage, by URN."""
    found: dict[str, Committed] = {}
    for entry in folder.whole_chain().entries:
        if entry.name == "commit" and entry.stage is not None:
            on = date.fromisoformat(entry.at[:10])
            for urn, drawn in _roster(folder, entry).items():
                found[urn] = Committed(entry.stage, on, drawn)
    return found


def _roster(folder: TrialFolder, entry: Entry) -> dict[str, bool]:
    """Return the schools of a commitment, and whether each is drawn; the file is read once."""
    written = {n: d for n, d in entry.writes.items() if n.startswith(_COMMITMENTS)}

    def read() -> dict[str, bool]:
        remedy = "restore the file from a copy; a commitment is never written twice"
        files: list[Commitment] = [
            decode_result(folder.read(name, remedy=remedy)).data for name in written
        ]
        drawn = {urn: True for one in files for unit in one.roster for urn in unit.urns}
        return {**{school.urn: False for one in files for school in one.joined}, **drawn}

    return folder.keep(f"roster {entry.stage}", written, read)


def enrolled_of(folder: TrialFolder, registers: Registers) -> Enrolled | None:
    """Return what the enrolment desk makes of the register; None for a trial without a desk.

    Raises
    ------
    ProblemsError
        Where a file of the desk cannot be read, or names what is not in the register.
    """
    desk = desk_of(folder)
    if desk is None:
        return None
    committed = committed_in(folder)
    population, requires = folder.protocol.design.population, requires_of(folder)
    key = (registers, population, folder.protocol.roll_date, desk, requires, sorted(committed))
    return folder.keep(
        "enrolled",
        key,
        lambda: enrolled(
            desk,
            registers,
            lambda left_out: _enrol(folder, registers, left_out),
            committed=committed,
            requires=requires,
        ),
    )


def requires_of(folder: TrialFolder) -> tuple[str, ...]:
    """Return what a school needs before it can be committed, as the protocol declares."""
    return folder.protocol.design.enrolment.requires


def check_desk(folder: TrialFolder, registers: Registers, desk: Desk, on: date) -> None:
    """Refuse a desk that says what cannot be true on a day; `ProblemsError` with all of it."""
    outside = {e.urn: e.reason for e in register_enrolment(folder, registers).excluded}
    problems = desk_problems(
        desk,
        registers,
        on=on,
        roll_date=folder.protocol.roll_date,
        outside=outside,
        committed=committed_in(folder),
        requires=requires_of(folder),
    )
    if problems:
        raise ProblemsError(problems)


def schools_of_stage(
    folder: TrialFolder, schools: Sequence[SchoolStanding], stage: str
) -> tuple[SchoolStanding, ...]:
    """Return the schools of a stage, or of the authority that a stage of late joiners joins."""
    if folder.protocol.design.stages.by is None:
        return tuple(schools)
    codes = {school.la_code for school in schools}
    code = stage if stage in codes else stage.rpartition("-")[0]
    return tuple(school for school in schools if school.la_code == code)


def left_out_of(
    folder: TrialFolder, registers: Registers, stage: str
) -> dict[str, tuple[str, ...]]:
    """Return the schools of a stage that were approached and are in none, by where they stand.

    Nothing for a trial without a desk.
    """
    weighed = enrolled_of(folder, registers)
    found: dict[str, list[str]] = {}
    if weighed is not None:
        for school in schools_of_stage(folder, weighed.schools, stage):
            if school.state not in ("not-approached", "committed"):
                found.setdefault(school.words(), []).append(school.urn)
    return {words: tuple(found[words]) for words in sorted(found)}


def check_ready(folder: TrialFolder, registers: Registers, stage: str) -> None:
    """Refuse to commit a stage none of whose schools is complete, or on a desk that is wrong.

    Raises
    ------
    ProblemsError
        With all that is wrong on the desk; else with what the schools lack.
    """
    weighed = enrolled_of(folder, registers)
    if weighed is None:
        return
    check_desk(folder, registers, weighed.desk, day(folder.clock.now()))
    here = schools_of_stage(folder, weighed.schools, stage)
    if not here or any(school.state == "complete" for school in here):
        return
    approached = [s for s in here if s.state not in ("not-approached", "committed")]
    lacks = Counter(school.words() for school in approached)
    reasons = "; ".join(f"{count} {words}" for words, count in sorted(lacks.items()))
    raise ProblemsError(
        [
            Problem(
                SCHOOLS,
                f"stage {stage}",
                "no complete school that stands in no stage yet"
                + (f" ({reasons})" if reasons else ": none was approached"),
                "at least one school with all that design.enrolment.requires names",
                "see what is missing: equipoise enrol FOLDER --status",
            )
        ]
    )
