"""Signing at two desks: the first person's half of an act, for the second to sign elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.messages import say

if TYPE_CHECKING:
    from equipoise.workspace.folder import Work

Request = Annotated[
    Path | None,
    typer.Option(
        "--request",
        metavar="FILE",
        help="Name both, sign as the first alone; the second signs FILE with: equipoise sign.",
    ),
]


def ask_second(work: Work, request: Path) -> None:
    """Write an act that the first person signed, and say what the second gives."""
    from equipoise.workspace.steps.countersigned import write_request

    write_request(work, request)
    first, second = work.by
    say(f"{work.name}: signed by {first}, not yet recorded.")
    say(f"  {second} signs with: equipoise sign FOLDER {request.name} --by {second}")
