"""The profile: how an authority records, asked in the terminal or through a workbook."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.asking import counted
from equipoise.cli.messages import say, say_json, warn
from equipoise.cli.options import AsJson, the_clock

if TYPE_CHECKING:
    from equipoise.authority.quality import Answered, Question
    from equipoise.authority.readers import Profile
    from equipoise.workspace.folder.questioning import Found

_STOP = "q"


def add_to(contacts: typer.Typer) -> None:
    """Add the command."""
    contacts.command("profile")(profile)


def profile(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the extract lies.")],
    register: Annotated[
        Path | None,
        typer.Option("--register", help="The roster or register, which names the authority."),
    ] = None,
    authority: Annotated[
        str | None, typer.Option("--authority", metavar="CODE", help="Where nothing else says it.")
    ] = None,
    workbook: Annotated[
        Path | None,
        typer.Option("--workbook", metavar="XLSX", help="Write the questions to fill in."),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", metavar="XLSX", help="Read them back.")
    ] = None,
    who: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who answers.")] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Ask nothing; show the answers and what follows.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask how this authority records contacts, and keep the answers in profile.json.

    Fifteen questions, each with what the data suggest. Nobody has to know everything: "don't know"
    is an answer, and the profile says what it means for comparisons. Nothing leaves the machine.

    Example: equipoise contacts profile extract --register roster.csv --by "A. Manager"
    """
    _check_options(workbook, answers, show=show)
    from equipoise.workspace.folder import questioning

    on = the_clock().now().date()
    if show:
        _show(questioning.read_stored(folder), as_json)
        return
    filled = None if answers is None else questioning.read_filled(answers)
    found = questioning.found_in(
        folder, on=on, register=register, authority=authority, workbook=filled
    )
    files = found.about.contacts_files
    if len(files) > 1 and not as_json:
        say(f"Contacts: {', '.join(files)}, together one extract. Take away what does not belong.")
    for line in () if as_json else questioning.referral_words(found.about):
        say(line)
    if workbook is not None:
        questioning.write_workbook(workbook, found, on=on)
        say(
            f"15 questions written to {workbook}: pick an answer for each that you know, save it, "
            f"and read it back with --answers {workbook}"
        )
        return
    if filled is not None:
        given, by = {**found.answers, **filled.answers}, who or filled.by
    else:
        by = who or _line("Who answers (your name): ") or ""
        given = dict(found.answers)
        if by and not _ask(found, given):
            say("Stopped. What was answered so far is kept; start again to go on.")
    if not by:
        warn("Nobody was named: give --by NAME. Nothing was written.")
        raise typer.Exit(2)
    made = questioning.write_profile(folder, found, given, by=by, on=on)
    _show(made, as_json)
    if not as_json:
        say(f"wrote {folder / questioning.PROFILE}")


def _check_options(workbook: Path | None, answers: Path | None, *, show: bool) -> None:
    if sum((workbook is not None, answers is not None, show)) > 1:
        raise typer.BadParameter(
            "say one of --workbook, --answers and --show", param_hint="--workbook"
        )


def _ask(found: Found, given: dict[str, str]) -> bool:
    """Ask one question after another; return whether all were asked."""
    from equipoise.authority.quality import questions

    asked = questions()
    say(
        f"{counted(found.rows, 'row')} read. {counted(len(asked), 'question')}. Enter keeps what "
        f"is shown in brackets; ? says that nobody knows; {_STOP} stops."
    )
    for number, question in enumerate(asked, start=1):
        say()
        say(f"{number} of {len(asked)}: {question.text}")
        if suggested := found.suggested.get(question.id):
            say(f"    The data: {suggested}")
        for place, choice in enumerate(question.choices, start=1):
            say(f"    {place}  {choice.words}")
        answer = _answer(question, given.get(question.id, "unknown"))
        if answer is None:
            return False
        given[question.id] = answer
    return True


def _answer(question: Question, held: str) -> str | None:
    """Return the stored answer to a question; None where the person stops."""
    from equipoise.authority.quality import in_words, read_answer

    hint = f" [{in_words(question, held)}]"
    expected = {"days": "days, or none", "span": ", ".join(question.parts)}.get(question.kind, "")
    while (typed := _line(f"  {expected or 'answer'}{hint}: ")) is not None:
        if typed.casefold() == _STOP:
            return None
        if not typed:
            return held
        try:
            return read_answer(question, typed)
        except ValueError as error:
            say(f"  That does not fit; expected {error}.")
    return None


def _show(made: Profile, as_json: bool) -> None:
    from equipoise.authority.quality import answered

    found = answered(made)
    if as_json:
        say_json([_as_json(one) for one in found])
        return
    unknown = [one for one in found if not one.known]
    say(f"{made.name} ({made.authority}): {len(found) - len(unknown)} of {len(found)} answered.")
    for one in found:
        say(f"  {one.title}: {one.answer}")
        if one.follows:
            say(f"      {one.follows}")


def _as_json(one: Answered) -> Mapping[str, object]:
    return {
        "question": one.question,
        "title": one.title,
        "answer": one.answer,
        "known": one.known,
        "follows": one.follows,
    }


def _line(prompt: str) -> str | None:
    """Return what is typed, None at the end of the input."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    typed = sys.stdin.readline()
    return typed.strip() if typed else None
