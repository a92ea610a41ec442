"""The demonstration of the programme: five simulated trials at full size, put together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from equipoise.core.base import FixedClock, ProblemsError, write_atomic
from equipoise.design.protocol import programme_template, set_values, template
from equipoise.evaluation.synthesis import ProgrammeResult
from equipoise.reporting.tables import marked_name
from equipoise.simulate import Scenario, preset
from equipoise.workspace.folder import PROTOCOL, KeyRing, RehearsalSecrets, TrialFolder
from equipoise.workspace.folder.processes import in_processes
from equipoise.workspace.steps.demonstration import MARK, MARK_WORDS, clear
from equipoise.workspace.steps.findings import Finding
from equipoise.workspace.steps.programme import synthesise
from equipoise.workspace.steps.programme_file import PROGRAMME, open_programme
from equipoise.workspace.steps.rehearsal import rehearse
from equipoise.workspace.steps.simulated import roster
from equipoise.workspace.steps.stranger import write_export
from equipoise.workspace.steps.verification import verify

#: Days after the last trial ended on which the programme's brief is dated.
_BRIEF_AFTER = 60


#: A draw within strata gives each arm its share up to a few schools. With seed 1 these give the
#: totals of the source, 682 and 996; found on the draw alone (docs/decisions/0007).
_OFFSETS = {"bolton-pilot": 2, "dsl-gmca": 2, "dsl-secondary": 4, "dsl-primary": 6}

#: The trial that shows an enrolment desk, with schools that were asked and did not join.
_ASKED = "dsl-gmca"

#: The trial that shows an amendment of its plan.
_AMENDED = "dsl-primary"


@dataclass(frozen=True)
class TrialJob:
    """One trial to walk, in a process of its own.

    Attributes
    ----------
    id
        Name of the trial, its template and its folder.
    out
        The programme's folder.
    scenario
        What is simulated.
    begun
        When the demonstration began, by the system's clock, for the progress messages.
    """

    id: str
    out: Path
    scenario: Scenario
    begun: float


@dataclass(frozen=True)
class TrialShown:
    """What became of one trial.

    Attributes
    ----------
    id
        The trial.
    findings
        What verify says of its folder, with the receipts of all acts.
    problems
        What stopped it, or None.
    """

    id: str
    findings: tuple[Finding, ...]
    problems: ProblemsError | None = None

    @property
    def consistent(self) -> bool:
        """Whether nothing fails."""
        return all(finding.verdict != "fails" for finding in self.findings)


@dataclass(frozen=True)
class ProgrammeShown:
    """What the demonstration made.

    Attributes
    ----------
    result
        The programme's result.
    trials
        What became of each trial.
    page
        The programme's brief for the screen.
    """

    result: ProgrammeResult
    trials: tuple[TrialShown, ...]
    page: Path


def demonstrate_programme(
    out: Path,
    *,
    seed: int,
    tell: Callable[[str], None],
    workers: int = 2,
    full: bool = False,
    shrink: int = 1,
) -> ProgrammeShown:
    """Simulate five trials at their real size, walk each to its brief, put them together.

    Parameters
    ----------
    out
        A folder that is empty, not there, or was made by an earlier demonstration.
    seed
        Decides every byte.
    tell
        Takes progress messages.
    workers
        Processes; every byte is the same for any number.
    full
        Write all contacts of the other sources, not one in ten.
    shrink
        For tests: divides the number of schools of every trial.

    Raises
    ------
    ProblemsError
        Where the folder holds something else, or a trial could not be walked.
    """
    clear(out)
    write_atomic(out / MARK, MARK_WORDS)
    source = set_values(programme_template("dsl-programme"), {("programme", "simulated"): True})
    write_atomic(out / PROGRAMME, source)
    programme = open_programme(out)
    jobs = [
        TrialJob(member.id, out, _scenario(member.id, seed, full, shrink), time.time())
        for member in programme.trials
    ]
    # The largest first, so that no process is left alone with it at the end.
    ordered = sorted(jobs, key=lambda job: -job.scenario.schools)
    tell(f"walking {len(jobs)} trials in {min(workers, len(jobs))} processes")
    shown = list(in_processes(walk, ordered, workers))
    stopped = [trial.problems for trial in shown if trial.problems is not None]
    if stopped:
        raise ProblemsError([problem for error in stopped for problem in error.problems])
    last = max(m.ended for m in programme.trials if m.ended is not None)
    made = synthesise(out, on=last + timedelta(days=_BRIEF_AFTER), tell=tell)
    page = next(name for name in made.files if name.endswith("brief.html"))
    places = [job.id for job in jobs]
    trials = tuple(sorted(shown, key=lambda trial: places.index(trial.id)))
    return ProgrammeShown(made.result, trials, out / page)


def _scenario(name: str, seed: int, full: bool, shrink: int) -> Scenario:
    scenario = preset(name, seed=1000 * seed + _OFFSETS.get(name, 0))
    if name == _ASKED:
        scenario = replace(scenario, not_joining=0.1)
    if full:
        scenario = replace(scenario, other_sources=1.0)
    if shrink > 1:
        scenario = replace(
            scenario, schools=max(scenario.schools // shrink, 16 * scenario.authorities)
        )
    return scenario


def walk(job: TrialJob) -> TrialShown:
    """Walk one trial from template to published brief."""
    path = job.out / job.id
    truth = job.out / "truth" / job.id

    def tell(message: str) -> None:
        from sys import stderr

        stderr.write(f"[{time.time() - job.begun:5.1f} s] {job.id}: {message}\n")
        stderr.flush()

    try:
        delivery = f"../delivery/{job.id}"
        text = set_values(template(job.id), {("delivery_dir",): delivery})
        write_atomic(path / PROTOCOL, text)
        folder = TrialFolder(
            path,
            keys=KeyRing((job.out / "keys" / job.id,)),
            secrets=RehearsalSecrets(job.scenario.seed),
        )
        begins = folder.protocol.registration.protocol_date.isoformat()
        folder.clock = FixedClock.parse(begins)
        schools, authorities = job.scenario.schools, job.scenario.authorities
        tell(f"inventing {schools} schools in {authorities} authorities")
        roster(folder, job.scenario, truth=truth)
        receipts = []
        for line in rehearse(folder, truth=truth, amending=job.id == _AMENDED):
            if line.entry.stage is None:
                tell(f"{line.entry.name} done")
            if line.entry.kind == "act":
                receipts.append(line.digest())
        write_atomic(job.out / "receipts" / f"{job.id}.txt", "\n".join([*receipts, ""]).encode())
        write_export(folder, job.out / "proofs" / marked_name(f"{job.id}.py", True))
        return TrialShown(job.id, verify(folder, receipts).findings)
    except ProblemsError as error:
        return TrialShown(job.id, (), error)
