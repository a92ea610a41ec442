"""The labels of an extract, gathered from its files as they are, for whoever reviews them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from equipoise.authority.readers import ExtractReader, Profile, Record, read_profile
from equipoise.authority.vocabulary import split_actions
from equipoise.core.base import Problem, ProblemsError, read_bytes

#: Which words of a contact each vocabulary is about; the others are not in an extract of contacts.
FIELDS = {"source-of-contact": "source", "contact-outcome": "outcome", "contact-reason": "reason"}


def labels_in(folder: Path, vocabulary: str) -> tuple[Profile, tuple[str, ...]]:
    """Return what an authority says of its extract, and its labels, one for each row.

    Parameters
    ----------
    folder
        Holds profile.json and the contacts files that it names.
    vocabulary
        One of `FIELDS`. Of a list of next actions each is a label; ticked boxes have none.

    Raises
    ------
    ProblemsError
        With every problem of profile and files; where the vocabulary is about other files.
    """
    if vocabulary not in FIELDS:
        raise ProblemsError(
            [
                Problem(
                    folder.name,
                    "whole folder",
                    f"an extract of contacts, which holds no labels for {vocabulary}",
                    "one of " + ", ".join(FIELDS),
                    "name another vocabulary, or a CSV file with the labels",
                )
            ]
        )
    remedy = "answer its questions with: equipoise contacts profile FOLDER"
    profile = read_profile(read_bytes(folder / "profile.json", file="profile.json", remedy=remedy))
    files = {name: folder / name for name in profile.contacts_files}
    for name, path in files.items():
        if not path.is_file():
            read_bytes(path, file=name, remedy="put it there, or correct the profile")
    seen = Counter[str]()
    for record in ExtractReader(files, profile).records():
        if not record.aside:
            seen.update(_labels(record, FIELDS[vocabulary]))
    return profile, tuple(seen.elements())


def _labels(record: Record, field: str) -> Iterator[str]:
    if field == "source":
        yield record.source
    elif field == "reason":
        yield record.reason or ""
    elif record.flags is None and not record.implied:
        yield from split_actions(record.outcome) if record.listed else (record.outcome,)
