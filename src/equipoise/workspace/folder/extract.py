"""An authority's extract as its analyst sees it: read, and its unclear rows listed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from equipoise.authority.pack import look
from equipoise.authority.quality import Unclear
from equipoise.authority.readers import REASONS, read_profile
from equipoise.authority.rules import Definitions
from equipoise.core.base import Problem, ProblemsError, read_bytes
from equipoise.workspace.folder.engine import engine_named
from equipoise.workspace.folder.register import schools_of_register


@dataclass(frozen=True)
class Looked:
    """What was found in an extract. Holds what was typed: for the analyst's own screen.

    Attributes
    ----------
    rows_read, rows_kept
        Rows of the file, and those that can be counted.
    set_aside
        Reason in words, and rows.
    unclear
        What could not be decided, row by row.
    notes
        What the reader noticed.
    """

    rows_read: int
    rows_kept: int
    set_aside: tuple[tuple[str, int], ...]
    unclear: tuple[Unclear, ...]
    notes: tuple[str, ...]


def looked_at(folder: Path, register: Path, *, engine: str = "duckdb") -> Looked:
    """Read an extract and list what is unclear in it.

    Parameters
    ----------
    folder
        Holds profile.json, the contacts files that it names, and the reviewed maps if there are.
    register
        The register of schools.
    engine
        What looks through the rows, by name; what it finds does not depend on it.

    Raises
    ------
    ProblemsError
        With every problem of every file.
    """
    if not folder.is_dir():
        raise ProblemsError(
            [
                Problem(
                    str(folder),
                    "whole folder",
                    "no such folder",
                    "a folder with profile.json and the extract",
                    "correct the name",
                )
            ]
        )
    files = {path.name: path for path in sorted(folder.iterdir()) if path.is_file()}
    profile = read_profile(
        read_bytes(
            folder / "profile.json", file="profile.json", remedy="describe the extract there"
        )
    )
    definitions = Definitions(
        school="made_by",
        source_codes=("2A",),
        open_cases="set-aside",
        repeat_days=0,
        recontact_days=90,
        settling_days=28,
        pending_cut_off=profile.extract_date,
    )
    with engine_named(engine) as rows:
        found = look(files, schools_of_register(register), definitions, rows)
    aside: dict[str, int] = {}
    for reason, count in found.account.set_aside:
        aside[REASONS[reason]] = count
    return Looked(
        rows_read=found.account.rows_read,
        rows_kept=found.account.rows_kept,
        set_aside=tuple(sorted(aside.items())),
        unclear=found.unclear,
        notes=found.account.notes,
    )
