"""The programme: several trials' folders put together, and the brief over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from equipoise.core.base import (
    Problem,
    Problems,
    ProblemsError,
    sha256_hex,
    write_atomic,
)
from equipoise.core.ledger import standing
from equipoise.core.results import decode_result, encode_result
from equipoise.design.protocol import Protocol, programme_problems
from equipoise.evaluation.outcomes import corrected, read_analysis_set
from equipoise.evaluation.synthesis import Departure, ProgrammeResult, TrialEvidence
from equipoise.evaluation.synthesis import synthesise as put_together
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.corrections import arms_within
from equipoise.workspace.steps.deviations import deviations_of
from equipoise.workspace.steps.opening import ARMS, opened_allocation
from equipoise.workspace.steps.programme_file import PROGRAMME, open_programme

RESULT = "results/synthesis.json"
_TABLES = ("schools", "dsls", "roster")
_RESULTS = ("impact", "outcomes", "dose", "costs", "themes")
_AFTER_UNBLINDING = ("unblinded", "reported")
_ANALYSE = "take the trial on with: equipoise run FOLDER"


@dataclass(frozen=True)
class Synthesised:
    """What `synthesise` wrote.

    Attributes
    ----------
    result
        The programme's result.
    files
        Paths relative to the programme's folder.
    """

    result: ProgrammeResult
    files: tuple[str, ...]


def synthesise(
    path: Path, *, on: date, tell: Callable[[str], None] = lambda message: None
) -> Synthesised:
    """Put the trials of a programme together and write the programme's brief.

    Parameters
    ----------
    path
        The folder that holds programme.yaml.
    on
        The date of the brief.
    tell
        Takes progress messages.

    Raises
    ------
    ProblemsError
        Where a trial is not there, not analysed, damaged, or does not agree with programme.yaml;
        every problem at once. Nothing is written then.
    """
    from equipoise.reporting.documents import programme_brief

    programme = open_programme(path)
    problems = Problems()
    inputs = {PROGRAMME: sha256_hex((path / PROGRAMME).read_bytes())}
    trials: list[TrialEvidence] = []
    protocols: dict[str, Protocol] = {}
    for member in programme.trials:
        tell(f"reading the trial {member.id}")
        try:
            read = evidence_of(path / member.folder, member.folder)
        except ProblemsError as error:
            problems.extend(_placed(error, member.folder))
            continue
        trials.append(read.evidence)
        protocols[member.id] = read.evidence.protocol
        inputs |= read.inputs
    problems.extend(programme_problems(programme, protocols))
    problems.raise_if_any()
    tell("putting the trials together")
    result = put_together(programme, trials)
    simulated = programme.programme.simulated
    files = {
        RESULT: encode_result(
            result, trial=programme.programme.id, simulated=simulated, inputs=inputs
        )
    }
    tell("writing the programme's brief")
    made = programme_brief(result, programme, clock_date=on)
    files |= {f"report/{name}": data for name, data in made.files().items()}
    for name in sorted(files):
        write_atomic(path / name, files[name])
    return Synthesised(result, tuple(sorted(files)))


@dataclass(frozen=True)
class _Read:
    evidence: TrialEvidence
    inputs: dict[str, str]


def evidence_of(path: Path, shown: str) -> _Read:
    """Read what a synthesis needs of one trial's folder, with the digest of every file read.

    Raises
    ------
    ProblemsError
        Where the trial is not unblinded and analysed, or a file is not as the ledger recorded it.
    """
    folder = TrialFolder(path)
    folder.protocol_bytes()
    chain = folder.whole_chain()
    state = standing(chain.entries).trial
    if state not in _AFTER_UNBLINDING:
        raise _refused("trial.yaml", f"a trial that is {state}", "an unblinded trial", _ANALYSE)
    recorded: dict[str, str] = {}
    for entry in chain.entries:
        recorded |= {**entry.reads, **entry.writes}
    tables = {f"{name}.parquet": f"frozen/{name}.parquet" for name in _TABLES}
    named = (*_RESULTS, "corrections")
    results = {n: f"results/{n}.json" for n in named if _is_there(folder, f"results/{n}.json")}
    files: dict[str, bytes] = {}
    problems = Problems()
    for name in [ARMS, *tables.values(), *results.values()]:
        files[name] = folder.read(name, remedy=_ANALYSE)
        if recorded.get(name) != sha256_hex(files[name]):
            problems.add(
                file=name,
                place="whole file",
                found="other bytes than the ledger recorded",
                expected="the file as it was written",
                remedy="look with: equipoise verify FOLDER",
            )
    problems.raise_if_any()
    if "impact" not in results:
        raise _refused("results/impact.json", "no such file", "the analysis", _ANALYSE)
    read = {name: decode_result(files[path]).data for name, path in results.items()}
    frozen = read_analysis_set({n: files[path] for n, path in tables.items()}, read["outcomes"])
    signed = read["corrections"].corrections if "corrections" in read else ()
    data = corrected(frozen, signed)
    evidence = TrialEvidence(
        protocol=folder.protocol,
        impact=read["impact"],
        data=data,
        allocation=arms_within(opened_allocation(files[ARMS]), data),
        dose=read.get("dose"),
        costs=read.get("costs"),
        themes=read.get("themes"),
        departures=tuple(
            Departure(one.when, one.phase, one.what, one.why)
            for one in deviations_of(chain.entries)
        ),
    )
    return _Read(evidence, {f"{shown}/{n}": sha256_hex(data) for n, data in files.items()})


def _is_there(folder: TrialFolder, name: str) -> bool:
    return (folder.path / name).is_file()


def _refused(file: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem(file, "whole file", found, expected, remedy)])


def _placed(error: ProblemsError, shown: str) -> list[Problem]:
    return [
        Problem(f"{shown}/{p.file}", p.place, p.found, p.expected, p.remedy) for p in error.problems
    ]
