"""Packs of several authorities, built one after another or side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from equipoise.authority.pack import ACCOUNT, ROWS, Pack, build_pack, recounted
from equipoise.authority.rules import Definitions, RowEngine, Window
from equipoise.core.base import ProblemsError
from equipoise.design.registers import School
from equipoise.workspace.folder.engine import engine_named


@dataclass(frozen=True)
class PackJob:
    """What one authority's pack is built from.

    Attributes
    ----------
    code
        The authority's code.
    files
        By name, where its files lie.
    schools, definitions, windows
        As for `build_pack`.
    """

    code: str
    files: Mapping[str, Path]
    schools: Sequence[School]
    definitions: Definitions
    windows: tuple[Window, ...]


def build_packs(
    jobs: Sequence[PackJob],
    engine: str,
    *,
    workers: int = 1,
    tell: Callable[[str], object] = str,
) -> list[Pack | ProblemsError]:
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
        from joblib import Parallel, delayed

        tell(f"counting contacts of {len(jobs)} authorities in {workers} processes")
        answers: list[Pack | ProblemsError] = Parallel(n_jobs=workers)(
            delayed(_build_alone)(job, engine) for job in jobs
        )
        return answers
    built = []
    with engine_named(engine) as rows:
        for job in jobs:
            tell(f"counting contacts of authority {job.code}")
            built.append(_build(job, rows))
    return built


def _build(job: PackJob, engine: RowEngine) -> Pack | ProblemsError:
    make = recounted if {ROWS, ACCOUNT} & set(job.files) else build_pack
    try:
        return make(job.files, job.schools, job.definitions, job.windows, engine)
    except ProblemsError as error:
        return error


def _build_alone(job: PackJob, engine: str) -> Pack | ProblemsError:
    """Build a pack in a process of its own."""
    with engine_named(engine) as rows:
        return _build(job, rows)
