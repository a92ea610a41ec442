"""An authority's extract as its analyst sees it: read, and its unclear rows listed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from equipoise.authority.pack import unclear
from equipoise.authority.quality import Unclear
from equipoise.authority.readers import REASONS, read_extract, read_profile
from equipoise.authority.rules import Definitions
from equipoise.core.base import Problem, ProblemsError, csv_bytes, read_bytes
from equipoise.design.registers import School, columns_of, read_registers


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


def looked_at(folder: Path, register: Path) -> Looked:
    """Read an extract and list what is unclear in it.

    Parameters
    ----------
    folder
        Holds profile.json, the contacts file that it names, and the reviewed maps if there are.
    register
        The register of schools.

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
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    if "profile.json" not in files:
        read_bytes(
            folder / "profile.json", file="profile.json", remedy="describe the extract there"
        )
    profile = read_profile(files["profile.json"])
    schools = _schools(register)
    definitions = Definitions(
        school="made_by",
        source_codes=("2A",),
        open_cases="set-aside",
        repeat_days=0,
        recontact_days=90,
        settling_days=28,
        pending_cut_off=profile.extract_date,
    )
    found = unclear(files, schools, definitions)
    extract = read_extract(files[profile.contacts_file], profile.contacts_file, profile)
    aside: dict[str, int] = {}
    for row in extract.set_aside:
        words = REASONS[row.reason]
        aside[words] = aside.get(words, 0) + 1
    return Looked(
        rows_read=extract.rows_read,
        rows_kept=len(extract.contacts),
        set_aside=tuple(sorted(aside.items())),
        unclear=found,
        notes=extract.notes,
    )


def _schools(register: Path) -> tuple[School, ...]:
    """Read the schools alone: an analyst needs neither rolls nor leads."""
    data = read_bytes(register, file=register.name, remedy="give the register of schools")
    given = {"design/register.csv": data}

    def read(name: str) -> bytes | None:
        return given.get(name) or csv_bytes(columns_of(name), [])

    return read_registers(read).schools
