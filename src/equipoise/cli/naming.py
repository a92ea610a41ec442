"""Names of schools in an extract: those that are unclear, and the review of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.asking import Asker, counted, cut
from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import AsJson, Engine, Rows, need_engine, the_clock

if TYPE_CHECKING:
    from equipoise.workspace.folder.extract_schools import UnclearNames

#: So many candidates stand beside a name in the list.
_SHOWN = 2
#: Answers are typed in any capitals; the file says it in small letters.
_NO_SCHOOL = "NOT-A-SCHOOL"


def add_to(contacts: typer.Typer) -> None:
    """Add the command."""
    contacts.command("schools")(schools)


def schools(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The extract's folder, with profile.json.")
    ],
    register: Annotated[
        Path | None,
        typer.Option("--register", help="The schools: register.csv, or the official download"),
    ] = None,
    trial: Annotated[
        Path | None,
        typer.Option(
            "--trial", metavar="ROSTER", help="Instead: the roster that a trial handed out."
        ),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Ask about each name; schools.csv keeps the answers.")
    ] = False,
    who: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who decides, in a review.")
    ] = None,
    engine: Rows = Engine.DUCKDB,
    as_json: AsJson = False,
) -> None:
    """List the organisations that name no school for sure, and keep what is decided on them.

    Only those typed in contacts by schools. The answer to each is the URN of the school that was
    meant, or not-a-school; who said so, when and why stands in the folder's schools.csv.

    Example: equipoise contacts schools extract --trial roster.json --review --by "A. Manager"
    """
    need_engine(engine)
    from equipoise.workspace.folder.extract_schools import unclear_names

    if review and as_json:
        raise typer.BadParameter(
            "a review asks questions; --json is for a program", param_hint="--json"
        )
    found = unclear_names(folder, register, roster=trial, engine=engine)
    if as_json:
        say_json({"names": [name.__dict__ for name in found.names]})
    elif review:
        kept = _ask(folder, found, who)
        say(f"{counted(kept, 'decision')} kept in {folder / 'schools.csv'}.")
    else:
        _show(found)


def _ask(folder: Path, found: UnclearNames, who: str | None) -> int:
    from equipoise.authority.schools import NOT_A_SCHOOL
    from equipoise.authority.vocabulary import Question
    from equipoise.workspace.folder.extract_schools import keep_school

    def keep(typed: str, answer: str, by: str, why: str) -> None:
        urn = NOT_A_SCHOOL if answer == _NO_SCHOOL else answer
        on = the_clock().now().date()
        keep_school(folder, found.schools, typed, urn, by=by, on=on, note=why)

    answers = {_NO_SCHOOL: "not one of the schools", **found.schools}
    asked = [Question(name.typed, name.seen, name.candidates) for name in found.names]
    return Asker(answers, keep, who, noun="name", answer="URN").ask(asked)


def _show(found: UnclearNames) -> None:
    say(f"{counted(len(found.names), 'name')} of no school for sure.")
    if not found.names:
        return
    rows = [
        (
            cut(name.typed),
            f"{name.seen:,}",
            "; ".join(f"{urn} {found.schools[urn]}" for urn in name.candidates[:_SHOWN]),
        )
        for name in found.names
    ]
    show_table(("typed", "contacts", "perhaps"), rows)
    say("Decide on them: equipoise contacts schools FOLDER --review")
