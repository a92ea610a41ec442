"""The organisations of an extract that name no school for sure, and what is decided on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from equipoise.authority.schools import SchoolResolver, joined_schools, known_names, plain
from equipoise.core.base import write_atomic
from equipoise.workspace.folder.extract import looked_at, wanted
from equipoise.workspace.folder.questioning import read_stored

REVIEWED = "schools.csv"


@dataclass(frozen=True)
class UnclearName:
    """An organisation as typed in contacts of schools. Never leaves the analyst's machine.

    Attributes
    ----------
    typed, seen
        What was typed, and in how many contacts.
    candidates
        URNs of the schools that it may mean, the likeliest first.
    """

    typed: str
    seen: int
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class UnclearNames:
    """The names of an extract that wait for a decision.

    Attributes
    ----------
    names
        The most frequent first.
    schools
        From the URN of each school of the authority to its name.
    """

    names: tuple[UnclearName, ...]
    schools: Mapping[str, str]


def unclear_names(
    folder: Path, register: Path | None, *, roster: Path | None, engine: str = "duckdb"
) -> UnclearNames:
    """Return the organisations of an extract that name no school for sure.

    Parameters
    ----------
    folder, register, roster, engine
        As for `looked_at`.

    Raises
    ------
    ProblemsError
        As `looked_at`.
    """
    found = looked_at(folder, register, roster=roster, engine=engine)
    profile = read_stored(folder)
    schools, _, _ = wanted(profile, register, roster)
    own = [school for school in schools if school.la_code == profile.authority]
    resolver = SchoolResolver(known_names(own, profile.authority))
    typed = Counter(u.found for u in found.unclear if u.field == "organisation" and u.found.strip())
    ways: dict[str, Counter[str]] = {}
    for text, seen in typed.items():
        ways.setdefault(plain(text), Counter())[text] = seen
    names = [
        UnclearName(
            min(spelt, key=lambda text: (-spelt[text], text)),
            spelt.total(),
            resolver.resolve(min(spelt), profile.extract_date).candidates,
        )
        for spelt in ways.values()
    ]
    return UnclearNames(
        tuple(sorted(names, key=lambda one: (-one.seen, one.typed))),
        {school.urn: school.name for school in own},
    )


def keep_school(
    folder: Path, schools: Mapping[str, str], typed: str, urn: str, *, by: str, on: date, note: str
) -> None:
    """Add a decision to schools.csv, whole or not at all.

    Parameters
    ----------
    folder
        The extract's.
    schools
        The authority's, by URN.
    typed, urn
        The organisation as typed, and the school that it means, or ``not-a-school``.
    by, on, note
        Who decided, when and why.

    Raises
    ------
    ProblemsError
        Where schools.csv cannot be read, or says another thing about this name.
    """
    path = folder / REVIEWED
    data = path.read_bytes() if path.is_file() else None
    write_atomic(path, joined_schools(data, set(schools), (typed, urn, by, on, note)))
