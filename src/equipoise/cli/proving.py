"""Looking back: verify and log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import AsJson, Folder, open_trial


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    application.command()(verify)
    application.command()(log)


def verify(
    folder: Folder,
    receipt: Annotated[
        list[str] | None,
        typer.Option("--receipt", help="A ledger head lodged outside, or a file that holds some."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", help="Write the public record with its proof: one Python file."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove what can be proved of the folder.

    Chain, files, commitments, draw, receipts.
    Exit code 1 where something does not hold; then nothing is exported.
    What --export writes, a stranger runs without equipoise: python3 -I -S FILE.py

    Example: equipoise verify trials/north --receipt receipts.txt --export north.py
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.verification import read_receipts
    from equipoise.workspace.steps.verification import verify as step

    found = step(trial, read_receipts(receipt or []))
    if as_json:
        say_json(
            {
                "consistent": found.consistent,
                "head": found.head,
                "lines": found.lines,
                "findings": [finding.__dict__ for finding in found.findings],
            }
        )
    else:
        for finding in found.findings:
            say(f"{finding.verdict:6} {finding.subject}: {finding.words}")
        say("Consistent." if found.consistent else "NOT consistent.")
        say(f"Ledger head: {found.head}")
    if not found.consistent:
        raise typer.Exit(1)
    if export is not None:
        from equipoise.workspace.steps.stranger import write_export

        write_export(trial, export)
        if not as_json:
            say(f"Public record: {export}. Run it with: python3 -I -S {export}")


def log(folder: Folder, as_json: AsJson = False) -> None:
    """Print the ledger: what was done, when, and by whom.

    Example: equipoise log trials/north
    """
    trial = open_trial(folder)
    from equipoise.core.results import to_plain

    trial.protocol_bytes()
    chain = trial.whole_chain()
    if as_json:
        say_json([to_plain(line) | {"digest": line.digest()} for line in chain.lines])
        return
    rows = [
        (
            str(e.seq + 1),
            e.at[:16].replace("T", " "),
            e.name,
            e.stage or "",
            ", ".join(e.by) or "(computed)",
            line.digest()[:12],
        )
        for line in chain.lines
        for e in (line.entry,)
    ]
    show_table(("line", "when (UTC)", "step", "stage", "by", "digest"), rows)
