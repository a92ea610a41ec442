"""The commands, in the order in which a trial uses them."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli import (
    authority,
    changing,
    enrolling,
    fitting,
    planning,
    pooling,
    powering,
    programme,
    proving,
    resizing,
    schools,
    steps,
    trying,
)
from equipoise.cli.options import SETTINGS

application = typer.Typer(
    name="equipoise",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Runs a school-randomised trial of a safeguarding programme, from protocol to policy "
        "brief. Begin with: equipoise demo --small --out build/demo"
    ),
)


def _version(asked: bool) -> None:
    if asked:
        import equipoise

        typer.echo(f"equipoise {equipoise.__version__}")
        raise typer.Exit


@application.callback()
def _before(
    now: Annotated[
        str | None,
        typer.Option("--now", metavar="TIME", help="Date everything by this time, not the clock."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version
    SETTINGS.now = now


planning.add_to(application)
powering.add_to(application)
resizing.add_to(application)
enrolling.add_to(application)
steps.add_to(application)
changing.add_to(application)
proving.add_to(application)
authority.add_to(application)
schools.add_to(application)
programme.add_to(application)
trying.add_to(application)
fitting.add_to(application)
pooling.add_to(application)
