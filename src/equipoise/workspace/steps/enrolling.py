"""Enrolling: the desk changed fact by fact or file by file, and looked at as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from equipoise.core.base import Problem, Problems, ProblemsError, day, timestamp
from equipoise.core.ledger import Line, check_turn
from equipoise.core.results import SIMULATED_MARK
from equipoise.design.registers import Registers
from equipoise.design.registers.desk import (
    AUTHORITIES,
    LOG,
    SCHOOLS,
    Change,
    Context,
    Desk,
    Incoming,
    Level,
    Logged,
    changes_between,
    desk_files,
    exchange_csv,
    exchange_workbook,
    fact_value,
    log_bytes,
    merged,
    read_exchange_csv,
    read_exchange_workbook,
)
from equipoise.workspace.folder import OvertakenError, TrialFolder, Work
from equipoise.workspace.steps.enrolled import (
    check_desk,
    desk_of,
    enrolled_of,
    register_enrolment,
)
from equipoise.workspace.steps.stages import registers_in, registers_of

#: Makes another desk of a desk; returns also what is wrong with what it was given.
Alter = Callable[[Desk, Registers], tuple[Desk, tuple[Problem, ...]]]
_URN_DIGITS = 6
_FILES = (SCHOOLS, AUTHORITIES)
#: So often a single fact is set again where somebody else has just changed the desk.
_TRIES = 50
#: From these sizes on it takes seconds, and so says what it is at.
_LARGE_BYTES, _MANY_ROWS = 1 << 19, 5_000


@dataclass(frozen=True)
class Enrolling:
    """What was changed on the desk, and its line in the ledger; None where none was written."""

    changes: tuple[Change, ...]
    line: Line | None


def set_facts(
    folder: TrialFolder, key: str, settings: Sequence[str], *, by: str | None
) -> Enrolling:
    """Change facts of one school or authority.

    Parameters
    ----------
    folder
        The trial folder.
    key
        A URN, or the three digits of an authority.
    settings
        ``fact=value``, or ``fact=`` to remove what stands there.
    by
        Who changes it: a person of the protocol.

    Raises
    ------
    ProblemsError
        With everything that is wrong; then nothing is changed.
    """
    level: Level = "school" if len(key) == _URN_DIGITS else "authority"
    problems: list[Problem] = []
    facts = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            expected = "fact=value, such as agreement=2024-09-03"
            problems.append(
                Problem("the command", "--set", repr(setting), expected, "write the fact so")
            )
            continue
        try:
            facts[name] = fact_value(level, name, text.strip(), place=f"--set {key}, {name}")
        except ProblemsError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemsError(problems)

    def alter(desk: Desk, registers: Registers) -> tuple[Desk, tuple[Problem, ...]]:
        known = {**desk.known(level, key), **facts}
        kept = {name: value for name, value in known.items() if value is not None}
        return desk.replaced(level, key, kept), ()

    for _ in range(_TRIES):
        try:
            return _change(folder, "set", by, alter)
        except OvertakenError:
            continue  # the fact is set on the desk as it stands by now
    return _change(folder, "set", by, alter)


def take_in(
    folder: TrialFolder, data: bytes, file: str, *, by: str | None, preview: bool = False
) -> Enrolling:
    """Take in a file that was exported and filled in, or say what would change.

    Parameters
    ----------
    folder
        The trial folder.
    data, file
        The bytes of an .xlsx or .csv file, and its name, whose ending tells which.
    by
        Who brings it; not needed for a preview.
    preview
        Whether to change nothing.

    Raises
    ------
    ProblemsError
        With everything that is wrong, conflicts with other people's changes among it.
    """
    codes = {code for code, _ in registers_in(folder).authorities}
    if len(data) > _LARGE_BYTES:
        folder.tell(f"reading {file}")
    wrong = Problems()
    rows: tuple[Incoming, ...]
    if _is_workbook(file):
        rows = read_exchange_workbook(data, file=file, codes=codes, problems=wrong)
    else:
        rows = read_exchange_csv(data, file=file, problems=wrong)

    def alter(desk: Desk, registers: Registers) -> tuple[Desk, tuple[Problem, ...]]:
        places = {school.urn: school.la_code for school in registers.schools}
        after, problems = merged(desk, rows, places, file=file)
        return after, (*wrong, *problems)

    if preview:
        check_turn("enrol", folder.standing())
        desk, registers = desk_of(folder) or Desk(), registers_in(folder)
        return Enrolling(changes_between(desk, _altered(folder, desk, registers, alter)), None)
    return _change(folder, "import", by, alter)


def _altered(folder: TrialFolder, desk: Desk, registers: Registers, alter: Alter) -> Desk:
    """Return the changed desk; `ProblemsError` with all that is wrong with it."""
    after, problems = alter(desk, registers)
    found = list(problems)
    try:
        check_desk(folder, registers, after, day(folder.clock.now()))
    except ProblemsError as error:
        found.extend(error.problems)
    if found:
        raise ProblemsError(found)
    return after


def _change(folder: TrialFolder, how: str, by: str | None, alter: Alter) -> Enrolling:
    """Change the desk, log each change, and record the step."""
    work = Work(folder, "enrol")
    person = _named(folder, by)
    registers = registers_of(work)
    desk = desk_of(folder) or Desk()
    after = _altered(folder, desk, registers, alter)
    changes = changes_between(desk, after)
    if not changes:
        return Enrolling((), None)
    log = work.read_if_there(LOG) or b""
    at = timestamp(folder.clock.now())
    lines = [*_by_hand(work, at), *(_logged(at, person, how, one) for one in changes)]
    for name, data in desk_files(after).items():
        work.write(name, data)
    work.write(LOG, log_bytes(log, lines))
    work.shared = (*_FILES, LOG)
    work.facts.update(person=person, how=how, facts=len(changes))
    return Enrolling(changes, work.finish())


def _named(folder: TrialFolder, by: str | None) -> str:
    """Return who changes the desk; `ProblemsError` where nobody is named, or nobody known."""
    if by is None:
        people = ", ".join(person.id for person in folder.protocol.people)
        expected = f"who changes the desk: one of {people}"
        raise ProblemsError(
            [Problem("the command", "--by", "nobody", expected, "give --by and a person's id")]
        )
    return folder.person(by).id


def _logged(at: str, by: str, how: str, change: Change) -> Logged:
    before, after = ("" if value is None else str(value) for value in (change.before, change.after))
    return Logged(at, by, how, change.level, change.key, change.fact, before, after)


def _by_hand(work: Work, at: str) -> list[Logged]:
    """Return a line for each file of the desk that no step wrote as it lies there."""
    written: dict[str, str] = {}
    for entry in work.folder.whole_chain().entries:
        if entry.name in ("enrol", "simulate-roster"):
            written.update(entry.writes)
    return [
        Logged(at, "", "by hand", "file", name, "", written.get(name, ""), work.reads[name])
        for name in _FILES
        if name in work.reads and work.reads[name] != written.get(name)
    ]


def exported(folder: TrialFolder, file: str, *, authority: str | None = None) -> bytes:
    """Return the desk as a file to be filled in: a workbook, or a CSV where the name says so.

    It holds a row for each authority and for each school that is eligible or on the desk.

    Raises
    ------
    ProblemsError
        For an unknown authority, or a name that ends in neither ``.xlsx`` nor ``.csv``.
    """
    registers = registers_in(folder)
    enrolled = enrolled_of(folder, registers)
    rows = contexts(folder, registers)
    if authority is not None:
        rows = tuple(row for row in rows if row.la_code == authority)
        if not rows:
            known = ", ".join(code for code, _ in registers.authorities)
            raise ProblemsError(
                [
                    Problem(
                        "the command",
                        "--authority",
                        f"{authority}, with no school to ask",
                        f"one of {known}",
                        "correct the code",
                    )
                ]
            )
    desk = Desk() if enrolled is None else enrolled.desk
    if not _is_workbook(file):
        return exchange_csv(desk, rows)
    mark = SIMULATED_MARK if folder.protocol.trial.simulated else None
    if len(rows) > _MANY_ROWS:
        folder.tell(f"writing {len(rows):,} rows")
    return exchange_workbook(desk, rows, on=day(folder.clock.now()), mark=mark)


def contexts(folder: TrialFolder, registers: Registers) -> tuple[Context, ...]:
    """Return the rows of the desk's table: each authority, then its schools by URN."""
    enrolled = enrolled_of(folder, registers)
    on = folder.protocol.roll_date
    if enrolled is None:
        stands = {s.urn: "" for s in register_enrolment(folder, registers).schools}
    else:
        stands = {one.urn: one.words() for one in enrolled.schools}
    rows: list[Context] = []
    for code, name in registers.authorities:
        own = [s for s in registers.schools if s.la_code == code and s.urn in stands]
        if own or (enrolled is not None and code in enrolled.desk.authorities):
            rows.append(Context("authority", code, code, name))
        rows.extend(
            Context("school", s.urn, code, s.name, registers.pupils_at(s.urn, on), stands[s.urn])
            for s in own
        )
    return tuple(rows)


def _is_workbook(file: str) -> bool:
    """Tell a workbook from a CSV by the name; `ProblemsError` for any other."""
    ending = PurePath(file).suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise ProblemsError(
            [
                Problem(
                    file,
                    "its name",
                    f"the ending {ending!r}",
                    ".xlsx for a workbook, or .csv",
                    "give the file such a name",
                )
            ]
        )
    return ending == ".xlsx"
