"""Requests: what each authority is sent before it sends anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.asking import counted
from equipoise.cli.messages import say
from equipoise.cli.options import Folder, open_trial


def add_to(contacts: typer.Typer) -> None:
    """Add the command."""
    contacts.command("request")(request)


def request(
    folder: Folder,
    authority: Annotated[
        str | None, typer.Option("--authority", metavar="CODE", help="Only this authority.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Default: beside the trial, FOLDER-requests."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over files that were changed since.")
    ] = False,
) -> None:
    """Write what each authority is sent: letter, data specification, template, rosters, starters.

    The rosters hold no arms: roster.csv is to be read, roster.json is what contacts pack counts
    for, and comes once the trial has a key. The starters for the impact assessment, the sharing
    schedule, the privacy notices and the retention record are filled in from the protocol; what a
    person must decide is marked.

    Example: equipoise contacts request trials/dsl-primary --authority 350
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.requests import request as write
    from equipoise.workspace.steps.requests import requests_folder

    target = out or requests_folder(trial)
    made = write(trial, authority=authority, out=target, replace=replace)
    if trial.protocol.trial.simulated:
        say("SIMULATED DATA, NOT FINDINGS")
    if trial.standing().trial == "draft":
        say("A draft: the protocol is not locked, so dates and definitions may still change.")
    for one in made:
        files = counted(len(one.files), "file")
        say(f"{one.name} ({one.code}), {counted(one.schools, 'school')}: {files} in {one.folder}")
    for name in made[0].files:
        say(f"  {name}")
    if made[0].missing is not None:
        say(made[0].missing)
