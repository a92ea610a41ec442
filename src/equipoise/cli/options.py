"""What the commands share: the folder in hand, the clock, who acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from equipoise.core.base import Clock
    from equipoise.core.ledger import Line
    from equipoise.workspace.folder import TrialFolder
    from equipoise.workspace.steps.order import Due

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The trial folder.")]
By = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="PERSON", help="Who gives the act; twice where two must sign."),
]
Stage = Annotated[
    str, typer.Option("--stage", metavar="STAGE", help="The stage of the draw: an authority.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Workers = Annotated[
    int, typer.Option("--workers", min=1, help="Processes; the results do not depend on it.")
]


class Engine(StrEnum):
    """What counts rows; the counts do not depend on it."""

    DUCKDB = "duckdb"
    SQLITE = "sqlite"
    SPARK = "spark"


Rows = Annotated[
    Engine, typer.Option("--engine", help="What counts the rows; the counts do not depend on it.")
]
LinkPeople = Annotated[
    float | None,
    typer.Option(
        "--link-people",
        metavar="PROBABILITY",
        help="Link children without a pupil number to the roll by date of birth, names and "
        "postcode (children.csv) from this probability on, such as 0.99. Needs equipoise[linkage].",
    ),
]

#: So many files of one folder are listed by name.
_MANY = 6


@dataclass
class Settings:
    """What was said before the command.

    Attributes
    ----------
    now
        The time to date everything by; None for the machine's clock.
    """

    now: str | None = None


SETTINGS = Settings()


def the_clock() -> Clock:
    """Return the one clock.

    Raises
    ------
    typer.BadParameter
        Where ``--now`` is not a date or a time.
    """
    from equipoise.core.base import FixedClock, SystemClock

    if SETTINGS.now is None:
        return SystemClock()
    try:
        return FixedClock.parse(SETTINGS.now)
    except ValueError:
        raise typer.BadParameter(
            f"found {SETTINGS.now!r}; expected a date like 2024-09-16 or a time like "
            "2024-09-16T10:00:00Z",
            param_hint="--now",
        ) from None


def open_trial(path: Path, *, workers: int = 1) -> TrialFolder:
    """Return the trial folder in hand; its protocol is read when it is first asked for."""
    need_trial_extra()
    from equipoise.cli.messages import Progress
    from equipoise.workspace.folder import TrialFolder

    trial = TrialFolder(path, clock=the_clock(), tell=Progress(), workers=workers)
    trial.settle()
    return trial


def truth_of(path: Path) -> Path:
    """Return where the truth of a simulated trial goes if nothing else is said: beside it."""
    whole = path.resolve()
    return whole.with_name(f"{whole.name}-truth")


def need_trial_extra() -> None:
    """Say in one line what to install where the extra ``trial`` is missing."""
    from importlib.util import find_spec

    from equipoise.cli.messages import MissingExtraError

    missing = [name for name in ("pydantic", "numpy", "scipy", "polars") if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"This command needs {', '.join(missing)}: install equipoise with its trial extra "
            "(pip install 'equipoise[trial]')."
        )


def need_engine(engine: Engine) -> None:
    """Say in one line what to install where an engine is missing."""
    from importlib.util import find_spec

    from equipoise.cli.messages import MissingExtraError

    if engine is Engine.SPARK and find_spec("pyspark") is None:
        raise MissingExtraError(
            "The engine spark needs PySpark and a Java: install equipoise with its spark extra "
            "(pip install 'equipoise[spark]')."
        )


def a_date(text: str | None, hint: str) -> date | None:
    """Read a date of the command line.

    Raises
    ------
    typer.BadParameter
        Where it is not one.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"found {text!r}; expected a date like 2024-09-16", param_hint=hint
        ) from None


def show_line(folder: TrialFolder, line: Line, notes: Iterable[str] = ()) -> None:
    """Print what was recorded, for an act also its receipt, then notes and what is next."""
    from equipoise.cli.messages import say

    entry = line.entry
    stage = f", stage {entry.stage}" if entry.stage is not None else ""
    say(f"{entry.name}{stage}: recorded as line {entry.seq + 1} of the ledger.")
    for name in listed(entry.writes):
        say(f"  wrote {name}")
    if entry.kind == "act":
        say(f"  signed by {', '.join(entry.by)}")
        say(f"  receipt {line.digest()}")
        say("  Lodge the receipt outside this folder: by e-mail to the sponsor, or in a registry.")
    for note in notes:
        say(f"  {note}")
    show_next(folder)


def listed(names: Iterable[str]) -> list[str]:
    """Return the names of files, those of a full folder as their number."""
    folders: dict[str, list[str]] = {}
    for name in sorted(names):
        folders.setdefault(name.rpartition("/")[0], []).append(name)
    return [
        line
        for folder, held in folders.items()
        for line in ([f"{len(held)} files in {folder}/"] if len(held) > _MANY else held)
    ]


def show_next(folder: TrialFolder) -> None:
    """Print what is due next, and who does it."""
    from equipoise.cli.messages import say
    from equipoise.workspace.steps.order import next_step

    due = next_step(folder, str(folder.path))
    if due is None:
        say("Nothing is due: the trial is reported.")
        return
    say(f"Next: {words_of(due)}")
    say(f"  {due.command}")


def words_of(due: Due) -> str:
    """Say what is due: what, at which stage, by whom."""
    stage = f", stage {due.stage}" if due.stage is not None else ""
    if due.kind == "preparation":
        return f"{due.name} before the lock"
    if due.kind != "act":
        return f"{due.kind} {due.name}{stage}"
    who = " or ".join(due.who) or "nobody whom the protocol names"
    signed = f"{who}, with a second signature" if due.signatures > 1 else who
    return f"act {due.name}{stage}, by {signed}"
