"""Trying out: simulate, demo, doctor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.messages import Progress, say, show_table
from equipoise.cli.options import (
    SETTINGS,
    Folder,
    Workers,
    need_trial_extra,
    open_trial,
    show_line,
    truth_of,
)

if TYPE_CHECKING:
    from equipoise.simulate import Scenario


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
    preset: Annotated[
        str | None,
        typer.Option("--preset", help="A scenario: the id of a trial's template, or england."),
    ] = None,
    schools: Annotated[
        int | None, typer.Option("--schools", help="Eligible schools; 120 without a preset.")
    ] = None,
    authorities: Annotated[
        int | None, typer.Option("--authorities", help="4 without a preset.")
    ] = None,
    effect: Annotated[
        float, typer.Option("--effect", help="Planted: log rate ratio of NFA at intended dose.")
    ] = 0.0,
    not_joining: Annotated[
        float,
        typer.Option(
            "--not-joining", help="With --roster: schools asked in vain, per school that joins."
        ),
    ] = 0.0,
    register: Annotated[
        Path | None,
        typer.Option("--register", help="A real register: schools by authority and phase only."),
    ] = None,
    workers: Workers = 1,
    truth: Annotated[
        Path | None, typer.Option("--truth", help="Where the truth goes, outside the trial.")
    ] = None,
) -> None:
    """Invent a trial's data.

    The roster before the lock, the rest after the draw.

    Example: equipoise simulate trials/try --roster --schools 120 --authorities 4 --seed 1
    """
    if roster == collect:
        raise typer.BadParameter("say either --roster or --collect", param_hint="--roster")
    trial = open_trial(folder, workers=workers)
    from equipoise.workspace.steps import simulated

    outside = truth or truth_of(folder)
    if collect:
        show_line(trial, simulated.collect(trial, truth=outside))
        return
    scenario = _scenario(preset, schools, authorities, seed=seed, effect=effect)
    if not_joining:
        scenario = replace(scenario, not_joining=not_joining)
    structure = None
    if register is not None:
        from equipoise.core.base import read_bytes

        remedy = "give the register of schools"
        structure = read_bytes(register, file=register.name, remedy=remedy)
    if SETTINGS.now is None:
        # A rehearsal is dated by its protocol, from its first line on.
        from equipoise.core.base import FixedClock

        trial.clock = FixedClock.parse(trial.protocol.registration.protocol_date.isoformat())
    show_line(trial, simulated.roster(trial, scenario, truth=outside, register=structure))


def _scenario(
    named: str | None, schools: int | None, authorities: int | None, *, seed: int, effect: float
) -> Scenario:
    from equipoise.simulate import PRESETS, Scenario, preset

    changes: dict[str, float | str] = {"seed": seed, "effect": effect}
    if schools is not None:
        changes["schools"] = schools
    if authorities is not None:
        changes["authorities"] = authorities
    if named is None:
        return Scenario(**changes)  # type: ignore[arg-type]
    if named not in PRESETS:
        raise typer.BadParameter(
            f"found {named!r}; expected one of {', '.join(PRESETS)}", param_hint="--preset"
        )
    return preset(named, **changes)


def demo(
    out: Annotated[Path, typer.Option("--out", help="The folder to fill.")] = Path("build/demo"),
    small: Annotated[
        bool, typer.Option("--small", help="One trial of 120 schools in 4 authorities.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="All contacts of other sources, not one in ten.")
    ] = False,
    seed: Seed = 1,
    effect: Annotated[
        float,
        typer.Option("--effect", help="With --small, planted: log rate ratio of NFA at the dose."),
    ] = 0.0,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Processes; the results do not depend on it."),
    ] = None,
) -> None:
    """Show five simulated trials, or a small one.

    Example: equipoise demo --out build/demo
    """
    need_trial_extra()
    if small and full:
        raise typer.BadParameter("say either --small or --full", param_hint="--full")
    if small:
        _small(out, seed, effect, workers or 1)
        return
    import os

    from equipoise.cli.programme import show_programme
    from equipoise.workspace.steps.programme_demonstration import demonstrate_programme

    processes = workers or min(2, os.cpu_count() or 1)
    made = demonstrate_programme(out, seed=seed, tell=Progress(), workers=processes, full=full)
    show_programme(made.result)
    for trial in made.trials:
        failing = [f"{f.subject}: {f.words}" for f in trial.findings if f.verdict == "fails"]
        say(f"verify {trial.id}: {'; '.join(failing) or 'consistent and anchored'}")
    say(f"Each draw, proved without equipoise: python3 -I -S {out / 'proofs'}/NAME.py")
    say(f"Trials, results and briefs: {out}")
    say(str(made.page))
    if not all(trial.consistent for trial in made.trials):
        raise typer.Exit(1)


def _small(out: Path, seed: int, effect: float, workers: int) -> None:
    from equipoise.reporting.words import badge
    from equipoise.simulate import Scenario
    from equipoise.workspace.steps.demonstration import demonstrate

    scenario = Scenario(seed=seed, effect=effect, not_joining=0.08)
    made = demonstrate(out, scenario=scenario, tell=Progress(), workers=workers)
    primary = made.primary
    say("SIMULATED DATA, NOT FINDINGS")
    say(f"Primary outcome: {primary.title}")
    say(
        f"  {primary.estimate:+.2f} {primary.unit_difference} "
        f"({primary.interval:.0%} interval {primary.lower:+.2f} to {primary.upper:+.2f}); "
        f"class: {badge(primary.conclusion)}"
    )
    for finding in made.verification.findings:
        say(f"  {finding.verdict:6} {finding.subject}: {finding.words}")
    say(f"Trial folder: {made.trial}")
    say(f"Brief for print: {made.printed}")
    say(str(made.page))
    if not made.verification.consistent:
        raise typer.Exit(1)


def doctor() -> None:
    """Look at this machine. Python, what is installed, keys, console, room on disk.

    Example: equipoise doctor
    """
    from equipoise.cli.looking import looked

    rows, sound = looked()
    show_table(("what", "found", "verdict"), rows)
    say("All is well." if sound else "Something is missing: see above.")
    if not sound:
        raise typer.Exit(1)
