"""An authority's extract as its analyst sees it: read, its quality, its unclear rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from equipoise.authority.pack import countable, look, parse_roster
from equipoise.authority.quality import OutcomeLinkage, Quality, Unclear, limits
from equipoise.authority.readers import REASONS, Profile, read_profile
from equipoise.authority.rules import Definitions, Window
from equipoise.authority.schools import RosterSchool, TableAccount
from equipoise.core.base import Problem, ProblemsError, read_bytes
from equipoise.workspace.folder.engine import engine_named
from equipoise.workspace.folder.people import people_linker
from equipoise.workspace.folder.register import schools_of_register

#: Within so many days a referral is taken for one that a contact led to, until a trial says it.
REFERRAL_DAYS = 28


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
    linkage
        What linking contacts of schools to rolls gave; empty where there is no roll.
    tables
        What became of the rows of the roll and of the list of pupil numbers.
    quality
        The quality report, as a pack would hold it.
    not_known
        What could not be looked at, in sentences: without a roster nobody knows the trial's
        windows and definitions.
    """

    rows_read: int
    rows_kept: int
    set_aside: tuple[tuple[str, int], ...]
    unclear: tuple[Unclear, ...]
    notes: tuple[str, ...]
    quality: Quality
    not_known: tuple[str, ...]
    linkage: tuple[OutcomeLinkage, ...] = ()
    tables: tuple[TableAccount, ...] = ()


def looked_at(
    folder: Path,
    register: Path | None = None,
    *,
    roster: Path | None = None,
    engine: str = "duckdb",
    people: float | None = None,
) -> Looked:
    """Read an extract, report its quality and list what is unclear in it.

    Parameters
    ----------
    folder
        Holds profile.json, the contacts files that it names, and the reviewed maps if there are.
    register
        The register of schools; without a roster it is needed.
    roster
        What a trial handed out: its schools, windows and definitions are looked at, as
        `contacts pack` does.
    engine
        What looks through the rows, by name; what it finds does not depend on it.
    people
        Link children without a pupil number to the roll from this probability on.

    Raises
    ------
    ProblemsError
        With every problem of every file; where neither register nor roster is given, or the
        roster is another authority's.
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
            folder / "profile.json",
            file="profile.json",
            remedy="answer its questions with: equipoise contacts profile FOLDER",
        )
    )
    schools, definitions, windows = wanted(profile, register, roster)
    with engine_named(engine) as rows:
        found = look(files, schools, definitions, rows, windows, people=people_linker(people))
    if found.quality is None:
        raise AssertionError("windows without a quality report")
    aside: dict[str, int] = {}
    for reason, count in found.account.set_aside:
        aside[REASONS[reason]] = count
    return Looked(
        rows_read=found.account.rows_read,
        rows_kept=found.account.rows_kept,
        set_aside=tuple(sorted(aside.items())),
        unclear=found.unclear,
        notes=found.account.notes,
        quality=found.quality,
        not_known=_not_known(found.quality, roster is not None, bool(found.tables)),
        linkage=found.linkage,
        tables=found.tables,
    )


def wanted(
    profile: Profile, register: Path | None, roster: Path | None
) -> tuple[Iterable[RosterSchool], Definitions, tuple[Window, ...]]:
    """Return whose schools, what and when: the roster's, else what most trials take.

    Parameters
    ----------
    profile, register, roster
        As for `looked_at`.

    Raises
    ------
    ProblemsError
        Where neither register nor roster is given, or the roster is another authority's.
    """
    if roster is not None:
        data = read_bytes(roster, file=roster.name, remedy="ask the trial for the roster")
        handed = parse_roster(data, roster.name).roster
        if handed.authority != profile.authority:
            raise _refused(
                "profile.json",
                "entry authority",
                profile.authority,
                f"{handed.authority}, for which the roster is",
                "correct the profile, or ask for this authority's roster",
            )
        declared = [(one.name, one.definitions) for one in handed.declared]
        (_, definitions), *_ = countable(profile, declared)
        return handed.schools, definitions, handed.windows
    if register is None:
        raise _refused(
            "the command",
            "--register and --trial",
            "neither",
            "the schools, or the roster that a trial handed out",
            "give --register FILE or --trial ROSTER",
        )
    definitions = Definitions(
        school="made_by",
        source_codes=("2A",),
        open_cases="set-aside",
        repeat_days=0,
        recontact_days=90,
        settling_days=28,
        pending_cut_off=profile.extract_date,
        outcome="recorded" if profile.outcomes == "recorded" else "derived",
        referral_within_days=REFERRAL_DAYS,
    )
    whole = Window("all dates", profile.covers_from, profile.covers_to)
    return schools_of_register(register), definitions, (whole,)


def _not_known(quality: Quality, roster: bool, rolls: bool) -> tuple[str, ...]:
    """Say what could not be looked at."""
    said = []
    least = round(limits()["months"].value)
    if len(quality.months) < least:
        said.append(
            f"in fewer than {least} months: whether one is missing, unusual, cut off or recorded "
            "otherwise, for nothing is usual yet"
        )
    if not roster:
        said.append(
            "without a roster (--trial ROSTER): the trial's windows, its definitions, and whether "
            "it asks for reasons; taken here: all dates, source 2A, open cases set aside"
        )
    said.append(
        "without the schools' sizes: whether contacts are about more children than are on a "
        "school's roll (equipoise contacts evaluable --rolls FILE)"
    )
    if not rolls:
        said.append("without a list of pupils (roll.csv): which school a child attended")
    return tuple(said)


def _refused(file: str, place: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem(file, place, found, expected, remedy)])
