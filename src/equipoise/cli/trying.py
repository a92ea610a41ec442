"""Trying out: simulate, demo, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.messages import Progress, say, show_table
from equipoise.cli.options import Folder, Workers, need_trial_extra, open_trial, show_line


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    for command in (simulate, demo, doctor):
        application.command()(command)


Seed = Annotated[int, typer.Option("--seed", help="Decides every byte.")]


def simulate(
    folder: Folder,
    roster: Annotated[
        bool, typer.Option("--roster", help="Before the lock: schools, rolls, leads, keys.")
    ] = False,
    collect: Annotated[
        bool, typer.Option("--collect", help="After the draw: everything that is collected.")
    ] = False,
    seed: Seed = 1,
    schools: Annotated[int, typer.Option("--schools", help="Eligible schools.")] = 120,
    authorities: Annotated[int, typer.Option("--authorities")] = 4,
    effect: Annotated[
        float, typer.Option("--effect", help="Planted: log rate ratio of NFA at intended dose.")
    ] = 0.0,
    truth: Annotated[
        Path | None, typer.Option("--truth", help="Where the truth goes, outside the trial.")
    ] = None,
) -> None:
    """Invent a trial's data: the roster before the lock, the rest after the draw.

    Example: equipoise simulate trials/try --roster --schools 120 --authorities 4 --seed 1
    """
    if roster == collect:
        raise typer.BadParameter("say either --roster or --collect", param_hint="--roster")
    trial = open_trial(folder)
    from equipoise.simulate import Scenario
    from equipoise.workspace.steps import simulated

    outside = truth or folder.resolve().parent / "truth"
    if collect:
        show_line(trial, simulated.collect(trial, truth=outside))
        return
    scenario = Scenario(schools=schools, authorities=authorities, seed=seed, effect=effect)
    show_line(trial, simulated.roster(trial, scenario, truth=outside))


def demo(
    out: Annotated[Path, typer.Option("--out", help="The folder to fill.")] = Path("build/demo"),
    small: Annotated[
        bool, typer.Option("--small", help="The small trial: 120 schools in 4 authorities.")
    ] = True,
    seed: Seed = 1,
    effect: Annotated[
        float, typer.Option("--effect", help="Planted: log rate ratio of NFA at intended dose.")
    ] = 0.0,
    workers: Workers = 1,
) -> None:
    """Build one simulated trial and take it from protocol to brief.

    Example: equipoise demo --small --out build/demo
    """
    del small
    need_trial_extra()
    from equipoise.simulate import Scenario
    from equipoise.workspace.steps.demonstration import demonstrate

    scenario = Scenario(seed=seed, effect=effect)
    made = demonstrate(out, scenario=scenario, tell=Progress(), workers=workers)
    primary = made.primary
    say("SIMULATED DATA, NOT FINDINGS")
    say(f"Primary outcome: {primary.title}")
    say(
        f"  {primary.estimate:+.2f} {primary.unit_difference} "
        f"({primary.interval:.0%} interval {primary.lower:+.2f} to {primary.upper:+.2f}); "
        f"class: {primary.conclusion.replace('_', ' ')}"
    )
    for finding in made.verification.findings:
        say(f"  {finding.verdict:6} {finding.subject}: {finding.words}")
    say(f"Trial folder: {made.trial}")
    say(f"Brief for print: {made.printed}")
    say(str(made.page))
    if not made.verification.consistent:
        raise typer.Exit(1)


def doctor() -> None:
    """Look at this machine: Python, what is installed, keys, console, room on disk.

    Example: equipoise doctor
    """
    from equipoise.cli.looking import looked

    rows, sound = looked()
    show_table(("what", "found", "verdict"), rows)
    say("All is well." if sound else "Something is missing: see above.")
    if not sound:
        raise typer.Exit(1)
