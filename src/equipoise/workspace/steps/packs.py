"""Packs of several authorities, built one after another or side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from equipoise.authority.pack import (
    ACCOUNT,
    PRIMARY,
    ROWS,
    OtherCounts,
    Pack,
    build_counts,
    countable,
    parse_pack,
    recounted_counts,
)
from equipoise.authority.readers import raw_bytes, read_profile
from equipoise.authority.rules import Definitions, RowEngine, Window
from equipoise.core.base import ProblemsError
from equipoise.design.registers import School
from equipoise.workspace.folder.engine import engine_named
from equipoise.workspace.folder.processes import in_processes

PROFILE = "profile.json"


@dataclass(frozen=True)
class PackJob:
    """What one authority's pack is built from.

    Attributes
    ----------
    code
        The authority's code.
    files
        By name, where its files lie.
    schools, definitions, windows, others
        As for `build_counts`.
    """

    code: str
    files: Mapping[str, Path]
    schools: Sequence[School]
    definitions: Definitions
    windows: tuple[Window, ...]
    others: tuple[tuple[str, Definitions], ...] = ()


Built = tuple[Pack, tuple[OtherCounts, ...]] | ProblemsError
"""A pack with its counts by other definitions, or what is wrong with its files."""


def build_packs(
    jobs: Sequence[PackJob],
    engine: str,
    *,
    workers: int = 1,
    tell: Callable[[str], object] = str,
) -> list[Built]:
    """Build the pack of each authority, or find what is wrong with its files.

    Parameters
    ----------
    jobs
        The authorities.
    engine
        What counts, by name (`engine_named`).
    workers
        Processes; the answers do not depend on it.
    tell
        Is told of the progress.
    """
    # Spark divides its work itself; a session in each process would only get in its way.
    if workers > 1 and len(jobs) > 1 and engine != "spark":
        tell(f"counting contacts of {len(jobs)} authorities in {workers} processes")
        return list(in_processes(partial(_build_alone, engine=engine), jobs, workers))
    built = []
    with engine_named(engine) as rows:
        for job in jobs:
            tell(f"counting contacts of authority {job.code}")
            built.append(_build(job, rows))
    return built


def _build(job: PackJob, engine: RowEngine) -> Built:
    make = recounted_counts if {ROWS, ACCOUNT} & set(job.files) else build_counts
    try:
        (_, definitions), *others = _countable(job)
        return make(job.files, job.schools, definitions, job.windows, engine, others=others)
    except ProblemsError as error:
        return error


def _countable(job: PackJob) -> Sequence[tuple[str, Definitions]]:
    """Return the declared definitions that an authority's files can give, its pack's own first."""
    declared = ((PRIMARY, job.definitions), *job.others)
    if PROFILE in job.files:
        return countable(read_profile(raw_bytes(job.files[PROFILE])), declared)
    if ACCOUNT not in job.files:
        return declared
    counted = parse_pack(raw_bytes(job.files[ACCOUNT]), ACCOUNT).definitions
    if counted.outcome == job.definitions.outcome:
        return declared
    return sorted(declared[1:], key=lambda one: one[1] != counted) or declared


def _build_alone(job: PackJob, engine: str) -> Built:
    """Build a pack in a process of its own."""
    with engine_named(engine) as rows:
        return _build(job, rows)
