"""How large a trial must be: power."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from equipoise.cli import simulating
from equipoise.cli.messages import say, say_json
from equipoise.cli.options import AsJson, Folder, open_trial, show_line
from equipoise.cli.sizes import show_grid, show_sentences, show_size, show_warnings


def add_to(application: typer.Typer) -> None:
    """Add the command."""
    application.command()(power)


def power(
    folder: Folder,
    effect: Annotated[
        float | None,
        typer.Option("--effect", metavar="SIZE", help="Give the power at this effect too."),
    ] = None,
    vary: Annotated[
        str | None,
        typer.Option(
            "--vary",
            metavar="RANGES",
            help="One assumption or two over a:b, a:b:n or a/b/c: schools, icc, cv, sd, r2, mean, "
            "members, share, power, alpha.",
        ),
    ] = None,
    outcomes: Annotated[
        int, typer.Option("--outcomes", metavar="N", help="So many outcomes tested together.")
    ] = 1,
    correlation: Annotated[
        float, typer.Option("--correlation", help="Between any two of these outcomes.")
    ] = 0.0,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Draw it: .svg or .png."),
    ] = None,
    simulate: simulating.Simulate = None,
    workers: simulating.Crew = "1",
    seed: simulating.Seed = 0,
    dose: simulating.Dose = None,
    attrition: simulating.Attrition = None,
    withdraw: simulating.Withdraw = None,
    linkage: simulating.Linkage = None,
    sensitivity: simulating.Sensitivity = None,
    specificity: simulating.Specificity = None,
    base_rate: simulating.BaseRate = None,
    school_cv: simulating.SchoolCv = None,
    authority_sd: simulating.AuthoritySd = None,
    others: simulating.Others = None,
    contacts: simulating.Contacts = None,
    as_json: AsJson = False,
) -> None:
    """Reckon what the trial can find. From the register, or from what is planned.

    Example: equipoise power trials/north --effect 2.0 --vary icc=0.01:0.1,schools=50:400

    By simulation: equipoise power trials/north --simulate 10000 --workers 2 --dose 0.4
    """
    options = simulating.Options(
        dose, attrition, withdraw, linkage, sensitivity, specificity, base_rate, school_cv,
        authority_sd, others, contacts,
    )  # fmt: skip
    if simulate is None:
        simulating.refuse_alone(options)
    trial = open_trial(folder)
    if simulate is not None:
        simulating.show_simulated(
            trial,
            simulate,
            effect=effect,
            seed=seed,
            workers=workers,
            options=options,
            as_json=as_json,
        )
        return
    from equipoise.core.results import to_plain
    from equipoise.workspace.steps.powering import Asked, powered

    found = powered(trial, Asked(effect, vary, outcomes, correlation, out))
    recorded = None
    if trial.standing().trial == "locked" and trial.last("power") is None:
        from equipoise.workspace.steps import computations

        recorded = computations.power(trial)
    if as_json:
        plain: dict[str, Any] = to_plain(found.plan)
        say_json(plain.pop("size") | plain | {"grid": to_plain(found.grid)})
        return
    show_size(found.plan.size)
    show_sentences(found.plan)
    show_warnings(found.plan)
    if found.grid is not None:
        show_grid(found.grid)
    if found.figure is not None:
        say(f"wrote {found.figure}")
    if recorded is not None:
        show_line(trial, recorded)
