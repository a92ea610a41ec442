"""The enrolment desk: who was asked, how far each has come, and who can be committed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import AsJson, Folder, open_trial, show_next

if TYPE_CHECKING:
    from equipoise.design.registers.desk import AuthorityStanding
    from equipoise.workspace.folder import TrialFolder
    from equipoise.workspace.steps.desk_status import DeskStatus
    from equipoise.workspace.steps.enrolling import Enrolling

#: So many changes, and so many schools of one line, are listed on the screen.
_MOST_CHANGES = 100
_MOST_SCHOOLS = 20


def add_to(application: typer.Typer) -> None:
    """Add the command."""
    application.command("enrol")(enrol)


def enrol(
    folder: Folder,
    facts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FACT=VALUE...]", help="With --set: what is known now."),
    ] = None,
    status: Annotated[
        bool, typer.Option("--status", help="How far each authority's schools have come.")
    ] = False,
    one: Annotated[
        str | None,
        typer.Option("--set", metavar="URN", help="Change a school; a code: an authority."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Write the desk to fill in: .xlsx or .csv."),
    ] = None,
    authority: Annotated[
        str | None, typer.Option("--authority", metavar="CODE", help="With --export: only this.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --export: over a file that is there.")
    ] = False,
    take_in: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE", help="Take in a file that was filled in."),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="With --import: show what would change, no more.")
    ] = False,
    by: Annotated[
        str | None, typer.Option("--by", metavar="PERSON", help="Who changes the desk.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep the enrolment desk: who was asked, who agreed.

    Facts are days, yes or no, counts and codes; never a name or a note. Once there is a desk, only
    schools with all that design.enrolment.requires names can be committed. Who changed what is
    kept in design/enrolment-log.csv.

    Example: equipoise enrol trials/north --set 900001 agreement=2024-09-03 --by statistician
    """
    asked = [name for name, given in (("--status", status), ("--set", one), ("--export", export),
             ("--import", take_in)) if given]  # fmt: skip
    if len(asked) > 1:
        raise typer.BadParameter("say one of them at a time", param_hint=" and ".join(asked))
    if (one is None) != (not facts):
        raise typer.BadParameter(
            "a school and its facts: --set 900001 agreement=2024-09-03", param_hint="--set"
        )
    trial = open_trial(folder)
    if one is not None:
        from equipoise.workspace.steps.enrolling import set_facts

        _show(trial, set_facts(trial, one, facts or [], by=by), as_json)
    elif take_in is not None:
        from equipoise.core.base import read_bytes
        from equipoise.workspace.steps import enrolling

        data = read_bytes(take_in, file=take_in.name, remedy="correct the name in the command")
        done = enrolling.take_in(trial, data, take_in.name, by=by, preview=preview)
        _show(trial, done, as_json, preview=preview)
    elif export is not None:
        _export(trial, export, authority, replace=replace)
    else:
        from equipoise.workspace.steps.desk_status import desk_status

        found = desk_status(trial)
        if as_json:
            say_json(found.plain())
        else:
            _show_status(trial, found)


def _export(trial: TrialFolder, file: Path, authority: str | None, *, replace: bool) -> None:
    from equipoise.core.base import Problem, ProblemsError, write_atomic
    from equipoise.workspace.steps.enrolling import exported

    if file.exists() and not replace:
        found = "a file that is there already, perhaps filled in"
        remedy = "take it in first (--import), name another, or say --replace"
        raise ProblemsError([Problem(str(file), "whole file", found, "a new name", remedy)])
    write_atomic(file, exported(trial, file.name, authority=authority))
    say(f"Wrote {file}: fill it in, then give the command")
    say(f"  equipoise enrol {trial.path} --import {file} --by PERSON")


def _show(trial: TrialFolder, done: Enrolling, as_json: bool, *, preview: bool = False) -> None:
    """Print what was changed, or would be."""
    if as_json:
        say_json(
            {
                "recorded": None if done.line is None else done.line.entry.seq + 1,
                "changes": [
                    {
                        "level": c.level,
                        "key": c.key,
                        "fact": c.fact,
                        "from": _plain(c.before),
                        "to": _plain(c.after),
                        "added": c.added,
                    }
                    for c in done.changes
                ],
            }
        )
        return
    if not done.changes:
        say("Nothing changes: the desk says all of it already.")
        return
    rows = [
        (
            "added" if c.added else "changed",
            f"{c.level} {c.key}",
            c.fact,
            str(_plain(c.before) or "-"),
            "-" if c.after is None else str(_plain(c.after)),
        )
        for c in done.changes
    ]
    show_table(("", "of", "fact", "from", "to"), rows[:_MOST_CHANGES])
    if len(rows) > _MOST_CHANGES:
        say(f"  and {len(rows) - _MOST_CHANGES:,} more (--json lists all)")
    schools = len({(c.level, c.key) for c in done.changes})
    count = f"{_counted(len(rows), 'fact')} of {_counted(schools, 'row')}"
    if preview:
        say(f"{count} would change. Nothing was written: leave --preview out, and say --by.")
    elif done.line is not None:
        say(f"{count} changed: recorded as line {done.line.entry.seq + 1} of the ledger.")
        show_next(trial)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)


def _show_status(trial: TrialFolder, found: DeskStatus) -> None:
    if found.simulated:
        say("SIMULATED DATA, NOT FINDINGS")
    say(f"Needed before a school can be committed: {', '.join(found.requires) or 'nothing'}.")
    rows = [_row(f"{one.la_code} {one.la_name}".strip(), one) for one in found.authorities]
    total = found.total()
    rows.append(
        (
            "all",
            *(str(total[name]) for name in ("approached", "eligible", "agreed")),
            str(total["complete"] + total["committed"]),
            *(str(total[name]) for name in (
                "committed", "not_eligible", "declined", "incomplete", "not_approached")),
        )
    )  # fmt: skip
    show_table(
        ("authority", "approached", "eligible", "agreed", "complete", "committed", "not eligible",
         "declined", "incomplete", "not approached"),
        rows,
    )  # fmt: skip
    for one in found.authorities:
        for words in _missing(one):
            say(f"  {one.la_code}: {words}")
    for late in found.late:
        schools = _listed(late.schools)
        say(f"  {late.joins}: complete, and in no stage although theirs is committed: {schools}")
        say("    They can be drawn as a stage of their own, with nothing drawn before changed:")
        say(f"    equipoise commit {trial.path} --stage {late.stage}")
        if late.sharing:
            say(
                f"    Of them share a safeguarding lead with a drawn school: "
                f"{_listed(late.sharing)}; design.stages.late_shared_dsl says what is done then."
            )


def _row(name: str, one: AuthorityStanding) -> tuple[str, ...]:
    counts = (
        one.approached, one.eligible, one.agreed, one.complete + one.committed, one.committed,
        one.not_eligible, one.declined, one.incomplete, one.not_approached,
    )  # fmt: skip
    return (name, *map(str, counts))


def _missing(one: AuthorityStanding) -> Iterator[str]:
    from equipoise.design.registers.desk import words_of

    for name, urns in one.missing.items():
        yield f"{_counted(len(urns), 'school')}, {words_of(name)}: {_listed(urns)}"


def _listed(urns: Sequence[str]) -> str:
    more = len(urns) - _MOST_SCHOOLS
    shown = ", ".join(urns[:_MOST_SCHOOLS])
    return f"{shown} and {more} more (--json lists all)" if more > 0 else shown


def left_out(trial: TrialFolder, stage: str) -> Iterator[str]:
    """Say, after a commitment, which schools that were approached it left out, and why."""
    from equipoise.workspace.steps.enrolled import left_out_of
    from equipoise.workspace.steps.stages import registers_in

    for words, urns in left_out_of(trial, registers_in(trial), stage).items():
        yield f"Left out, {words}: {_counted(len(urns), 'school')} ({_listed(urns)})"
