"""Extracts as an analyst hands them in: her files, and the roster they are counted for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from equipoise.authority.pack import (
    LINKS,
    Declared,
    Handed,
    OtherCounts,
    Pack,
    RosterEntry,
    Tap,
    build_counts,
    countable,
    fingerprint,
    parse_roster,
)
from equipoise.authority.readers import read_profile
from equipoise.authority.rules import Definitions, RowEngine, Window
from equipoise.authority.schools import PeopleLinker
from equipoise.core.base import Problem, Problems, ProblemsError, read_bytes
from equipoise.reporting.tables import marked_name

PROFILE = "profile.json"
LEAVES, STATEMENT = "what-leaves.html", "statement.html"


@dataclass(frozen=True)
class Asked:
    """What the analyst asked for.

    Attributes
    ----------
    paths
        A folder with the extract, or its files.
    roster
        The roster that the trial handed out.
    profile
        The profile, where it lies elsewhere.
    key
        The fingerprint of the trial's key as she was told it by another way; None where she was
        not.
    engine
        What counts, by name.
    people
        From which probability on children without a pupil number are linked to the roll by date
        of birth, names and postcode; None does not look at these.
    """

    paths: tuple[Path, ...]
    roster: Path
    profile: Path | None = None
    key: str | None = None
    engine: str = "duckdb"
    people: float | None = None


def handed_roster(path: Path, key: str | None = None) -> Handed:
    """Read a roster, and hold its key against the fingerprint that was told by another way.

    Raises
    ------
    ProblemsError
        Where it is no roster, or its key is another.
    """
    data = read_bytes(path, file=path.name, remedy="ask the trial for the roster")
    handed = parse_roster(data, path.name)
    held = handed.roster.trial_key
    told = "" if key is None else re.sub(r"[\s:-]", "", key).lower()
    if key is not None and (len(told) < 16 or not held.startswith(told)):
        raise ProblemsError(
            [
                Problem(
                    path.name,
                    "trial key",
                    f"the key {fingerprint(held)}",
                    "the key that was given with --key, at least its first 16 digits",
                    "ask the trial which key is right; pack nothing until then",
                )
            ]
        )
    return handed


def files_of(
    paths: Sequence[Path], profile: Path | None, roster: Path | None = None
) -> dict[str, Path]:
    """Return the files of an extract by name.

    Parameters
    ----------
    paths
        Files, or folders whose files count.
    profile
        The profile, where it is not among them.
    roster
        The roster; school links that lie beside it count where the extract has none.

    Raises
    ------
    ProblemsError
        Where something is missing, or two files have one name.
    """
    files: dict[str, Path] = {}
    problems = Problems()
    for path in paths:
        found = [p for p in sorted(path.iterdir()) if p.is_file()] if path.is_dir() else [path]
        for file in found:
            held = files.setdefault(file.name, file)
            if not file.is_file() or held != file:
                problems.add(
                    file=file.name,
                    place="whole file",
                    found="no such file" if not file.is_file() else "two files of one name",
                    expected="the files of the extract, each name once",
                    remedy="correct the names",
                )
    if profile is not None:
        if profile.is_file():
            files[PROFILE] = profile
        else:
            problems.add(
                file=profile.name,
                place="whole file",
                found="no such file",
                expected="the profile",
                remedy="answer its questions with: equipoise contacts profile",
            )
    problems.raise_if_any()
    if roster is not None and (links := roster.parent / LINKS).is_file():
        files.setdefault(LINKS, links)
    return files


def built(
    files: dict[str, Path],
    schools: Sequence[RosterEntry],
    definitions: Definitions,
    windows: Sequence[Window],
    engine: RowEngine,
    *,
    others: Sequence[tuple[str, Definitions]] = (),
    tap: Tap | None = None,
    attended: bool | None = False,
    people: PeopleLinker | None = None,
) -> tuple[Pack, tuple[OtherCounts, ...]]:
    """Count an extract; name its files by their order: a name may be a child's.

    The parameters are those of `build_counts`.

    Raises
    ------
    ProblemsError
        As `build_counts`, files of contacts and of referrals called by their order.
    """
    try:
        return build_counts(
            files,
            schools,
            definitions,
            windows,
            engine,
            others=others,
            tap=tap,
            attended=attended,
            people=people,
        )
    except ProblemsError as error:
        try:
            profile = read_profile(files[PROFILE].read_bytes())
        except (KeyError, ProblemsError):
            raise error from None
        lists = () if profile.referrals is None else profile.referrals.files
        order = {
            name: f"{kind} file {place}"
            for kind, names in (("referrals", lists), ("contacts", profile.contacts_files))
            for place, name in enumerate(names, start=1)
        }
        raise ProblemsError(
            [
                replace(problem, file=order.get(problem.file, problem.file))
                for problem in error.problems
            ]
        ) from None


def need_file_name(out: Path, example: str) -> None:
    """Refuse a folder as the place of a file, before anything is counted.

    Raises
    ------
    ProblemsError
        Where a folder lies there.
    """
    if out.is_dir():
        raise ProblemsError(
            [
                Problem(
                    out.name,
                    "--out",
                    "a folder",
                    f"the name of a file, such as {example}",
                    "add the file's name to it",
                )
            ]
        )


def pages_of(out: Path, simulated: bool, beside: Path | None = None) -> tuple[Path, Path]:
    """Return where the pages that stay here go: beside a pack, or beside a folder of rows."""
    folder = beside or out.parent
    stem = out.name.removesuffix(".sealed") if beside is None else out.parent.name
    return (
        folder / marked_name(f"{stem}-{LEAVES}", simulated),
        folder / marked_name(f"{stem}-{STATEMENT}", simulated),
    )


def countable_here(files: Mapping[str, Path], declared: Sequence[Declared]) -> tuple[Declared, ...]:
    """Return those of the declared definitions that the files can give, in their order.

    Raises
    ------
    ProblemsError
        Where they can give none, with what the first lacks.
    """
    if PROFILE not in files:
        return tuple(declared)  # what is missing is said by whoever reads the extract
    profile = read_profile(files[PROFILE].read_bytes())
    able = countable(profile, [(one.name, one.definitions) for one in declared])
    return tuple(Declared(name, definitions) for name, definitions in able)


def own_extract(handed: Handed, pack: Pack) -> None:
    """Refuse another authority's extract: its counts would go out under the wrong name."""
    if pack.authority != handed.roster.authority:
        raise ProblemsError(
            [
                Problem(
                    PROFILE,
                    "entry authority",
                    pack.authority,
                    f"{handed.roster.authority}, for which the roster is",
                    "correct the profile, or ask for this authority's roster",
                )
            ]
        )
