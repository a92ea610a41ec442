"""Ingest: from what authorities and leads sent to the analysis set, which knows no arm."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import polars as pl

from equipoise.authority.pack import PRIMARY, Declared, OtherCounts, Pack, Sent, pack_bytes
from equipoise.core.base import Problem, Problems, ProblemsError, csv_bytes, digest_value
from equipoise.core.ledger import Line
from equipoise.design.randomisation import (
    WHOLE,
    allocation_bytes,
    arms_digest,
    external_allocation,
)
from equipoise.design.registers import Registers
from equipoise.evaluation.outcomes import (
    AnalysisSet,
    analysis_set,
    analysis_set_files,
    outcome_table,
)
from equipoise.workspace.folder import TrialFolder, Work, seal
from equipoise.workspace.folder.vault import ALLOCATION, SEEDS, public_key, put
from equipoise.workspace.steps.declared import declared_definitions, definitions_of
from equipoise.workspace.steps.order import INPUTS
from equipoise.workspace.steps.packs import PackJob, build_packs
from equipoise.workspace.steps.sent import PACK_NAME, opened_pack
from equipoise.workspace.steps.sent_rows import (
    ROWS_NAME,
    latest_rows,
    opened_rows,
    unsealed_rows,
)
from equipoise.workspace.steps.stages import OUTCOMES, commitments_of, purpose, registers_of
from equipoise.workspace.steps.waves import scores_of

SUMMARY = "results/outcomes.json"


def ingest(folder: TrialFolder, *, engine: str = "duckdb") -> Line:
    """Read what was collected, whole and explained whole, and write the analysis set.

    Parameters
    ----------
    folder
        The trial folder.
    engine
        What counts contacts, by name (`engine_named`); the counts do not depend on it.

    Raises
    ------
    ProblemsError
        With every problem of every file. Nothing is written then.
    """
    work = Work(folder, "ingest")
    made = _own_table(work) if folder.protocol.brings_table else _collected(work, engine)
    for name, data in analysis_set_files(made).items():
        work.write(f"outcomes/{name}", data)
    work.write_result(SUMMARY, made.summary)
    # Earlier packs, and whatever else lies there: a file that comes later makes ingest due again.
    for prefix in INPUTS["ingest"]:
        for name in folder.files(prefix):
            work.note(name)
    return work.finish()


def _collected(work: Work, engine: str) -> AnalysisSet:
    folder = work.folder
    registers = registers_of(work)
    commitments = commitments_of(work)
    problems = Problems()
    packs, others = _packs(work, registers, engine, problems)
    scores = scores_of(work, registers, problems)
    problems.raise_if_any()
    folder.tell("putting the analysis set together")
    return analysis_set(folder.protocol, commitments, registers, packs, scores, others)


def _packs(
    work: Work, registers: Registers, engine: str, problems: Problems
) -> tuple[list[Pack], dict[str, tuple[OtherCounts, ...]]]:
    """Build the pack of each authority whose rows are here; open those that were sent.

    Returns
    -------
    list of Pack, dict
        The packs; by authority, its counts under the other declared definitions.
    """
    folder = work.folder
    definitions, windows = definitions_of(folder.protocol)
    declared = declared_definitions(folder.protocol)
    further = tuple((one.name, one.definitions) for one in declared if one.name != PRIMARY)
    by_authority: dict[str, dict[str, Path]] = {}
    for name in list(folder.files("authority/")):
        _, code, *rest = PurePosixPath(name).parts
        by_authority.setdefault(code, {})["/".join(rest)] = work.note(name)
    packs: list[Pack] = []
    others: dict[str, tuple[OtherCounts, ...]] = {}
    sources: dict[str, dict[str, str]] = {}
    held = _held_packs(folder)
    with tempfile.TemporaryDirectory(prefix="equipoise-") as place:
        jobs = [
            PackJob(code, files, registers.schools, definitions, windows, further)
            for code, files in _readable(folder, by_authority, Path(place), problems)
        ]
        answers = build_packs(jobs, engine, workers=folder.workers, tell=folder.tell)
    for job, answer in zip(jobs, answers, strict=True):
        code = job.code
        if isinstance(answer, ProblemsError):
            problems.extend(_placed(folder, answer, code))
            continue
        pack, further_counts = answer
        own, others[code] = _apart(pack, further_counts, declared)
        packs.append(own)
        digest = digest_value(sorted(pack.digests.items()))
        known = held.get(code, {})
        name = known.get(digest) or f"packs/{code}.v{len(known) + 1}.sealed"
        sources[code] = {**known, digest: name}
        if digest not in known or not (folder.path / name).is_file():
            content = pack_bytes(
                pack,
                trial=folder.protocol.trial.id,
                simulated=folder.protocol.trial.simulated,
            )
            box = seal(
                content,
                to=public_key(folder, "trial"),
                purpose=f"pack of {code} for {folder.protocol.trial.id}",
                secrets=folder.secrets,
            )
            work.write(name, box)
        else:
            work.read(name, remedy="restore the pack from a copy")
    work.facts["packs"] = sources
    for sent in _sent(work, set(by_authority), problems):
        others_sent = () if sent.sending is None else sent.sending.others
        own, others[sent.pack.authority] = _apart(sent.pack, others_sent, declared)
        packs.append(own)
    return packs, others


def _apart(
    pack: Pack, others: tuple[OtherCounts, ...], declared: Sequence[Declared]
) -> tuple[Pack, tuple[OtherCounts, ...]]:
    """Keep counts by other definitions than the trial's own out of the trial's own.

    An authority that keeps only referrals is counted by declared others alone: its schools have no
    values under the trial's own definitions.
    """
    name = next((one.name for one in declared if one.definitions == pack.definitions), PRIMARY)
    if name == PRIMARY:
        return pack, others
    alone = OtherCounts(name, pack.definitions, pack.counts)
    return replace(pack, counts=()), (alone, *others)


def _readable(
    folder: TrialFolder,
    by_authority: Mapping[str, Mapping[str, Path]],
    place: Path,
    problems: Problems,
) -> Iterator[tuple[str, Mapping[str, Path]]]:
    """Yield each authority with its files; of rows that were sent, the latest, unsealed."""
    for code, files in sorted(by_authority.items()):
        latest = latest_rows(tuple(files))
        if latest is None:
            yield code, files
            continue
        name = f"authority/{code}/{latest}"
        if any(not ROWS_NAME.fullmatch(other) for other in files):
            problems.add(
                file=f"authority/{code}",
                place="whole folder",
                found="rows that were sent, and other files",
                expected="one of the two",
                remedy="decide by which road its contacts come, and take the other files out",
            )
            continue
        path, into = files[latest], place / code
        into.mkdir()
        try:
            _, rows = opened_rows(folder, path, code=code, name=name)
            yield code, unsealed_rows(folder, path, rows, code=code, name=name, into=into)
        except ProblemsError as error:
            problems.extend(error.problems)


def _held_packs(folder: TrialFolder) -> Mapping[str, Mapping[str, str]]:
    """Return which pack was made from which inputs, by the last entry of the ledger."""
    entry = folder.last("ingest")
    return {} if entry is None else entry.facts.get("packs", {})


def _sent(work: Work, here: set[str], problems: Problems) -> list[Sent]:
    """Open the latest pack of each authority that sent one instead of rows."""
    folder = work.folder
    latest: dict[str, tuple[int, str]] = {}
    for name in folder.files("packs/"):
        match = PACK_NAME.fullmatch(name)
        if match is None:
            problems.add(
                file=name,
                place="whole file",
                found="a name that no pack has",
                expected="packs/CODE.vNUMBER.sealed, such as packs/350.v1.sealed",
                remedy="give the pack the name under which the authority sent it",
            )
        elif match["code"] not in here:
            held = (int(match["number"]), name)
            latest[match["code"]] = max(latest.get(match["code"], held), held)
    found = []
    for code, (_, name) in sorted(latest.items()):
        try:
            data = work.read(name, remedy="ask the authority for its pack")
            found.append(opened_pack(folder, data, code=code, name=name).sent)
        except ProblemsError as error:
            problems.extend(error.problems)
    return found


def _placed(folder: TrialFolder, error: ProblemsError, code: str) -> list[Problem]:
    """Say of which authority's file a problem speaks; one under a name of its own by its order."""
    return [
        replace(p, file=folder.recorded_name(f"authority/{code}/{p.file}")) for p in error.problems
    ]


def _own_table(work: Work) -> AnalysisSet:
    """Take in outcomes.csv; an arm column moves into the sealed allocation."""
    folder = work.folder
    data = work.read(OUTCOMES, remedy="put the trial's own outcome table there")
    made, arms = outcome_table(data, folder.protocol)
    if arms is None:
        if folder.protocol.design.scheme.draw == "external":
            _keep_allocation(work)
        return made
    strata = dict(zip(made.roster["unit"].to_list(), made.roster["stratum"].to_list(), strict=True))
    salt = folder.secrets.take(f"salt {folder.protocol.trial.id}", 32)
    for name in (ALLOCATION, SEEDS):
        if (folder.path / name).exists():
            raise ProblemsError(
                [
                    Problem(
                        OUTCOMES,
                        "column arm",
                        "arms, and a sealed allocation beside them",
                        "arms once",
                        "remove the column: the arms were taken in already",
                    )
                ]
            )
    content = allocation_bytes([external_allocation(arms, strata, stage=WHOLE)])
    put(work, ALLOCATION, content, key="see", purpose=purpose("allocation", folder, WHOLE))
    put(work, SEEDS, salt, key="see", purpose=purpose("salt", folder, WHOLE))
    work.facts["arms_digest"] = arms_digest(arms, salt)
    work.write(OUTCOMES, _without_arm(data))
    # A digest of the table with its arms could be used to test a guess of them.
    del work.reads[OUTCOMES]
    return made


def _keep_allocation(work: Work) -> None:
    for name in (ALLOCATION, SEEDS):
        work.read(name, remedy="put the column arm back into outcomes.csv")
    before = work.folder.last("ingest")
    if before is not None and "arms_digest" in before.facts:
        work.facts["arms_digest"] = before.facts["arms_digest"]


def _without_arm(data: bytes) -> bytes:
    frame = pl.read_csv(data, infer_schema=False).drop("arm")
    return csv_bytes(frame.columns, frame.iter_rows())
