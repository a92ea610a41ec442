"""An authority's extract examined: compared with others, with an earlier one, and for a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from equipoise.authority.pack import Pack, build_pack, extract_changes
from equipoise.authority.quality import (
    Changes,
    Evaluability,
    Recorded,
    evaluability,
    roll_findings,
)
from equipoise.authority.readers import Profile, read_profile
from equipoise.authority.rules import Definitions, Window
from equipoise.core.base import Problem, ProblemsError, csv_bytes, read_bytes
from equipoise.design.registers import columns_of, read_registers
from equipoise.workspace.folder.engine import engine_named
from equipoise.workspace.folder.extract import REFERRAL_DAYS
from equipoise.workspace.folder.register import schools_of_register

#: A blank outcome is missing after so many days; a baseline ends where all were due.
SETTLING_DAYS = 28
_BASELINE_MONTHS = 12


@dataclass(frozen=True)
class Examined:
    """An authority's extract, counted over one window.

    Attributes
    ----------
    pack
        What would leave it; nothing does.
    recorded
        What a comparison needs of it.
    """

    pack: Pack
    recorded: Recorded


def recorded_of(pack: Pack) -> Recorded:
    """Return what a comparison needs of a pack."""
    return Recorded(
        authority=pack.authority,
        name=pack.name,
        quality=pack.quality,
        windows=pack.windows,
        definitions=pack.definitions,
    )


def examined(folder: Path, register: Path, *, engine: str = "duckdb") -> Examined:
    """Count an extract over the last year that it covers, or all of it where that is shorter.

    Parameters
    ----------
    folder
        Holds profile.json, the contacts files that it names, and the reviewed maps if there are.
    register
        The register of schools.
    engine
        What counts, by name; the counts do not depend on it.

    Raises
    ------
    ProblemsError
        With every problem of every file.
    """
    profile = _profile(folder)
    window = baseline_window(profile)
    with engine_named(engine) as rows:
        pack = build_pack(
            _files(folder),
            schools_of_register(register),
            _definitions(profile),
            [window],
            rows,
            attended=None,
        )
    return Examined(pack, recorded_of(pack))


def changed(before: Path, after: Path, register: Path, *, engine: str = "duckdb") -> Changes:
    """Compare two extracts of one authority; only counts come out.

    Parameters
    ----------
    before, after
        Folders as for `examined`: the older and the newer extract.
    register, engine
        As for `examined`.

    Raises
    ------
    ProblemsError
        With every problem of every file, or where they are of two authorities.
    """
    profiles = [_profile(folder) for folder in (before, after)]
    if profiles[0].authority != profiles[1].authority:
        raise _refused(
            f"{after.name}/profile.json",
            f"authority {profiles[1].authority}, and {profiles[0].authority} in {before.name}",
            "two extracts of one authority",
            "name the folders of one authority",
        )
    with engine_named(engine) as rows:
        return extract_changes(
            _files(before),
            _files(after),
            schools_of_register(register),
            _definitions(profiles[1]),
            rows,
        )


def evaluable(
    folder: Path, register: Path, rolls: Path | None = None, *, engine: str = "duckdb"
) -> Evaluability:
    """Say whether an authority's records can carry the primary outcome.

    Parameters
    ----------
    folder, register, engine
        As for `examined`.
    rolls
        The schools' rolls (urn, date, pupils); None where there are none yet.

    Raises
    ------
    ProblemsError
        With every problem of every file.
    """
    found = examined(folder, register, engine=engine)
    pupils = {} if rolls is None else _pupils(register, rolls, found.pack.windows[0].start)
    recorded, counts = found.recorded, found.pack.counts
    more = roll_findings(recorded.authority, counts, pupils)
    if more:
        from dataclasses import replace

        quality = replace(recorded.quality, findings=(*recorded.quality.findings, *more))
        recorded = replace(recorded, quality=quality)
    return evaluability(recorded, counts, pupils)


def baseline_window(profile: Profile) -> Window:
    """Return the last year of whole months whose outcomes were due, or what there is of it.

    Raises
    ------
    ProblemsError
        Where the extract holds no whole month whose outcomes were due.
    """
    due = min(profile.covers_to, profile.extract_date - timedelta(days=SETTLING_DAYS))
    end = due if (due + timedelta(days=1)).day == 1 else due.replace(day=1) - timedelta(days=1)
    first = profile.covers_from
    begin = first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    start = max(begin, _months_before(end, _BASELINE_MONTHS))
    if start > end:
        raise _refused(
            "profile.json",
            "no whole month whose outcomes were due when the extract was made",
            "a year of contacts, and four weeks for the outcomes of the last",
            "make a longer extract",
        )
    return Window("baseline", start, end)


def _months_before(end: date, months: int) -> date:
    """Return the first day of so many months that end on a day."""
    whole = end.year * 12 + end.month - months
    return date(whole // 12, whole % 12 + 1, 1)


def _definitions(profile: Profile) -> Definitions:
    """Return the definitions of the primary outcome, read on the day of the extract."""
    return Definitions(
        school="made_by",
        source_codes=("2A",),
        open_cases="set-aside",
        repeat_days=0,
        recontact_days=90,
        settling_days=SETTLING_DAYS,
        pending_cut_off=profile.extract_date,
        outcome="recorded" if profile.outcomes == "recorded" else "derived",
        referral_within_days=REFERRAL_DAYS,
    )


def _pupils(register: Path, rolls: Path, on: date) -> Mapping[str, int]:
    """Return the pupils on each school's roll at the last census before a day, else the first."""
    given = {
        "design/register.csv": read_bytes(
            register, file=register.name, remedy="give the register of schools"
        ),
        "design/rolls.csv": read_bytes(rolls, file=rolls.name, remedy="give the schools' rolls"),
    }

    def read(name: str) -> bytes | None:
        return given.get(name) or csv_bytes(columns_of(name), [])

    registers = read_registers(read)
    pupils = {roll.urn: roll.pupils for roll in sorted(registers.rolls, key=lambda r: r.date)[::-1]}
    before = {urn: registers.pupils_on(urn, on) for urn in pupils}
    return {urn: before[urn] or first for urn, first in pupils.items()}


def _profile(folder: Path) -> Profile:
    if not folder.is_dir():
        raise _refused(
            str(folder),
            "no such folder",
            "a folder with profile.json and the extract",
            "correct the name",
        )
    remedy = "answer the questions with: equipoise contacts profile FOLDER"
    return read_profile(read_bytes(folder / "profile.json", file="profile.json", remedy=remedy))


def _files(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted(folder.iterdir()) if path.is_file()}


def _refused(file: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem(file, "whole file", found, expected, remedy)])
