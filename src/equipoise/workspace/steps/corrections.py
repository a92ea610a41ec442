"""Correct: what was found out about drawn schools, signed by two; the draw stays what it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date

from equipoise.core.base import Problem, ProblemsError, day
from equipoise.core.ledger import STEPS, Entry, Line, OutOfTurnError, check_turn
from equipoise.core.results import decode_result, to_plain
from equipoise.design.protocol import Protocol
from equipoise.design.randomisation import (
    Commitment,
    Correction,
    CorrectionsResult,
    DrawnSchool,
    effect_of,
    kind_problems,
)
from equipoise.design.registers import Registers
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.workspace.folder import RESTORE, TrialFolder, Work
from equipoise.workspace.steps.stages import (
    DRAWN,
    commitment_file,
    drawn_stages,
    is_external,
    registers_in,
    registers_of,
)

CORRECTIONS = "results/corrections.json"
_ACT = "act correct"
#: Fields of a correction that the entry of the ledger holds by itself.
_OF_ENTRY = ("stage", "by")


def correct(
    folder: TrialFolder,
    *,
    kind: str,
    urns: Sequence[str],
    reason: str,
    by: Sequence[str],
    stage: str | None = None,
    effective: date | None = None,
) -> Line:
    """Record a correction; the arguments are those of `prepare_correction`."""
    work = prepare_correction(
        folder, kind=kind, urns=urns, reason=reason, by=by, stage=stage, effective=effective
    )
    return work.finish()


def prepare_correction(
    folder: TrialFolder,
    *,
    kind: str,
    urns: Sequence[str],
    reason: str,
    by: Sequence[str],
    stage: str | None = None,
    effective: date | None = None,
) -> Work:
    """Make a correction ready to be signed. The allocation is not read, by whatever rule.

    Parameters
    ----------
    folder
        The trial folder.
    kind
        One of `equipoise.design.randomisation.KINDS`.
    urns
        The schools; of two drawn twice the one that came first, of merged ones the one that goes
        on, stands first.
    reason
        In words.
    by
        Two people of the protocol.
    stage
        The stage of the first school, if it is to be checked.
    effective
        Since when it is so.

    Raises
    ------
    OutOfTurnError
        Where no stage is drawn, or the trial was drawn elsewhere.
    ProblemsError
        Where a school is unknown, was never drawn or was corrected so already, the protocol
        forbids such a correction, the reason is blank, the date is to come, or the wrong people
        sign.
    """
    _check_drawn(folder, stage)
    problems = list(kind_problems(kind, urns, reason))
    if problems:
        raise ProblemsError(problems)
    drawn = drawn_schools(folder)
    problems += _unknown(folder, urns, drawn)
    if not problems and stage is not None and drawn[urns[0]].stage != stage:
        problems.append(
            _problem(
                "--stage",
                f"stage {stage}",
                f"stage {drawn[urns[0]].stage}, in which {urns[0]} was drawn",
                "leave the stage out: it follows from the school",
            )
        )
    rule = folder.protocol.design.corrections.of(kind)
    if rule == "forbid":
        problems.append(
            _problem(
                "--kind",
                f"a correction of the kind {kind}",
                "none of that kind: design.corrections forbids it",
                "leave it, or change that rule with: equipoise amend FOLDER",
            )
        )
    problems += _already(folder, kind, urns)
    today = day(folder.clock.now())
    if effective is not None and effective > today:
        problems.append(
            _problem(
                "--effective",
                f"{effective}, a day to come",
                f"{today} or earlier: since when it is so",
                "correct the date, or wait until it is so",
            )
        )
    if problems:
        raise ProblemsError(problems)
    schools = [drawn[urn] for urn in urns]
    work = Work(folder, "correct", stage=schools[0].stage, by=by)
    for place in sorted({school.stage for school in schools}):
        work.read(commitment_file(place), remedy=RESTORE)
    registers_of(work)
    phase = folder.standing().trial
    blind = phase != "unblinded" and all(folder.person(person).blind for person in by)
    effect = effect_of(kind, rule, schools, effective=effective, blind=blind)
    made = Correction(
        kind=kind,
        urns=tuple(urns),
        stage=schools[0].stage,
        reason=reason.strip(),
        effective=None if effective is None else effective.isoformat(),
        by=tuple(by),
        phase=phase,
        rule=rule,
        effect=effect.name,
        set_aside=effect.set_aside,
        into=effect.into,
    )
    every = (*signed_corrections(work), made)
    work.write_result(CORRECTIONS, CorrectionsResult(folder.protocol.trial.id, every))
    plain = to_plain(made)
    work.facts.update({name: plain[name] for name in plain if name not in _OF_ENTRY})
    return work


def corrections_of(entries: Iterable[Entry]) -> tuple[Correction, ...]:
    """Return every correction as the ledger holds it.

    Raises
    ------
    ValueError
        Where an entry has other facts than a correction.
    """
    found = []
    for entry in entries:
        if entry.name != "correct":
            continue
        held = {**entry.facts, "stage": entry.stage, "by": entry.by}
        if set(held) != {field.name for field in fields(Correction)}:
            raise ValueError("other facts than a correction has")
        many = {name: tuple(held[name]) for name in ("urns", "by", "set_aside")}
        found.append(Correction(**{**held, **many}))
    return tuple(found)


def signed_corrections(work: Work) -> tuple[Correction, ...]:
    """Read every correction that was signed, and note that the file was read."""
    held = work.result_if_there(CORRECTIONS)
    return () if held is None else tuple(held.data.corrections)


def arms_within(arms: Mapping[str, str], data: AnalysisSet) -> dict[str, str]:
    """Return the arms of the units and schools that an analysis set holds."""
    names = {*data.roster["unit"].to_list(), *data.schools["urn"].to_list()}
    return {name: arm for name, arm in arms.items() if name in names}


def drawn_schools(folder: TrialFolder) -> dict[str, DrawnSchool]:
    """Return every school that was drawn, as the commitments and the registers have it."""
    registers = registers_in(folder)
    days = {
        e.stage: date.fromisoformat(e.facts["event_date"])
        for e in folder.whole_chain().entries
        if e.name == "randomise"
    }
    found: dict[str, DrawnSchool] = {}
    for turn, stage in enumerate(drawn_stages(folder)):
        data = folder.read(commitment_file(stage), remedy=RESTORE)
        commitment: Commitment = decode_result(data).data
        for unit in commitment.roster:
            rolls = _rolls(registers, folder.protocol, unit.urns)
            for urn in unit.urns:
                found[urn] = DrawnSchool(urn, unit.unit, stage, turn, days[stage], rolls[urn])
    return found


def _rolls(registers: Registers, protocol: Protocol, urns: Iterable[str]) -> Mapping[str, int]:
    return {urn: registers.pupils_at(urn, protocol.roll_date) or 0 for urn in urns}


def _check_drawn(folder: TrialFolder, stage: str | None) -> None:
    now = folder.standing()
    if is_external(folder):
        raise OutOfTurnError(
            "the trial was drawn elsewhere (draw: external): its units are corrected where it was "
            "drawn, and come with outcomes/outcomes.csv"
        )
    if not any(state in DRAWN[1:] for state in now.stages.values()) and stage is None:
        if now.trial not in STEPS["correct"].states:
            check_turn("correct", now)
        raise OutOfTurnError("no stage is drawn; a correction is of schools that were drawn")
    check_turn("correct", now, stage or drawn_stages(folder)[0])


def _unknown(
    folder: TrialFolder, urns: Sequence[str], drawn: Mapping[str, DrawnSchool]
) -> list[Problem]:
    """Name schools that nobody knows, and such as were never drawn."""
    registers = registers_in(folder)
    found = []
    for urn in urns:
        if urn in drawn:
            continue
        if urn in registers:
            what = f"school {urn}, which was never drawn"
            remedy = "nothing is to be corrected: a school outside the draw is in no analysis"
        else:
            what = f"{urn}, a school that no register knows"
            remedy = "correct the URN"
        found.append(_problem("--units", what, "the URNs of drawn schools", remedy))
    return found


def _already(folder: TrialFolder, kind: str, urns: Sequence[str]) -> list[Problem]:
    entries = folder.whole_chain().entries
    return [
        _problem(
            "--units",
            f"school {urn}, corrected as {kind} already in line {entry.seq + 1} of the ledger",
            "one correction of a kind for each school",
            "leave it: what was signed stands, and its reason with it",
        )
        for entry in entries
        if entry.name == "correct" and entry.facts.get("kind") == kind
        for urn in urns
        if urn in entry.facts.get("urns", ())
    ]


def _problem(place: str, found: str, expected: str, remedy: str) -> Problem:
    return Problem(_ACT, place, found, expected, remedy)
