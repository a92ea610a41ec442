"""Volumes of an authority's other files, and beside its extract: for the analyst's own screen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from equipoise.authority.quality import (
    FileVolumes,
    volumes_of_census,
    volumes_of_extract,
    volumes_of_lists,
)
from equipoise.authority.readers import (
    CensusReader,
    ExtractReader,
    ListReader,
    is_markup,
    raw_bytes,
    read_profile,
)
from equipoise.authority.vocabulary import Vocabulary, read_labels
from equipoise.core.base import Problem, ProblemsError, read_bytes

_SOURCES = "source-of-contact"


def file_volumes(path: Path) -> FileVolumes:
    """Count what an Annex A workbook, a census or a table of the standard dataset holds by month.

    Parameters
    ----------
    path
        The file. What it is is told by what stands in it, not by its name.

    Raises
    ------
    ProblemsError
        With every problem of the file.
    """
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise ProblemsError(
            [
                Problem(
                    str(path),
                    "whole file",
                    found,
                    "an Annex A workbook, a children-in-need census, or a table of the standard "
                    "dataset",
                    "correct the name in the command",
                )
            ]
        )

    def sources(on: date) -> Vocabulary:
        return Vocabulary.load(_SOURCES, on)

    if is_markup(path):
        return volumes_of_census(CensusReader(path, path.name), sources)
    return volumes_of_lists(ListReader(path, path.name), sources)


def extract_volumes(folder: Path) -> FileVolumes:
    """Count the contacts of an extract by month, with the labels that its folder has reviewed.

    Parameters
    ----------
    folder
        Holds profile.json, the contacts files that it names, and labels.csv if there is one.

    Raises
    ------
    ProblemsError
        With every problem of every file.
    """
    profile = read_profile(
        read_bytes(
            folder / "profile.json", file="profile.json", remedy="describe the extract there"
        )
    )
    missing = [name for name in profile.contacts_files if not (folder / name).is_file()]
    if missing:
        raise ProblemsError(_missing(name) for name in missing)
    labels = folder / "labels.csv"
    reviewed = read_labels(
        raw_bytes(labels) if labels.is_file() else None,
        authority=profile.authority,
        system=profile.system,
    ).get("source")

    def sources(on: date) -> Vocabulary:
        return Vocabulary.load(_SOURCES, on, reviewed)

    files = {name: folder / name for name in profile.contacts_files}
    reader = ExtractReader(files, profile)
    return volumes_of_extract(reader, sources, profile.covers_from, profile.covers_to)


def _missing(name: str) -> Problem:
    return Problem(
        name,
        "whole file",
        "no such file",
        "the file that profile.json names",
        "put it there, or correct the profile",
    )
