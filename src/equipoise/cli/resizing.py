"""The size reckoned again, from pooled data: resize, and the library of parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.messages import say, say_json
from equipoise.cli.options import AsJson, Folder, need_trial_extra, open_trial


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    application.command()(resize)
    application.command()(parameters)


def resize(
    folder: Folder,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Take the values before the draw.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Reckon the schools needed again, blind.

    From the spread of all arms together: only the arm-free analysis set is read, never the
    allocation. More schools on that ground alone leave the error rate as it was (Kieser and
    Friede 2003). Nothing is recorded.

    Example: equipoise resize trials/north --baseline
    """
    trial = open_trial(folder)
    from equipoise.core.results import to_plain
    from equipoise.workspace.steps.again import reckoned_again

    found = reckoned_again(trial, baseline=baseline)
    if as_json:
        say_json(to_plain(found))
        return
    where = "before the draw" if found.what == "baseline" else "over all arms together"
    say(f"{found.outcome}, {found.unit}: {found.schools} values {where}, {found.missing} missing")
    say(
        f"  standard deviation that baseline and strata leave: {found.sd_left:.2f} "
        f"({found.lower:.2f} to {found.upper:.2f}); planned with {found.sd_left_planned:.2f}"
    )
    if found.icc is not None:
        say(f"  correlation of rows that share a unit, over all arms: {found.icc:.3f}")
    say(f"  smallest effect that your {found.units:,} units find: {found.mde_again:.2f}; planned "
        f"{found.mde_planned:.2f}")  # fmt: skip
    say(f"  units that find M of {found.margin:g}: {_count(found.units_again)} "
        f"({_count(found.units_lower)} to {_count(found.units_upper)}); planned "
        f"{_count(found.units_planned)}")  # fmt: skip
    if found.what == "outcome":
        say(
            f"    {_count(found.units_adjusted)} if an effect of M is in these data already, which "
            "makes their spread larger"
        )
    say("The allocation was not read.")


def _count(units: int | None) -> str:
    return "no number" if units is None else f"{units:,}"


def parameters(
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="icc, r2, cv, autocorrelation, base-rate, sd or mean."),
    ] = None,
    own: Annotated[
        Path | None,
        typer.Option("--library", metavar="FILE", help="Your own file, shown behind ours."),
    ] = None,
    add: Annotated[
        Path | None,
        typer.Option("--add", metavar="FOLDER", help="Measure this trial's, into --library."),
    ] = None,
    least: Annotated[
        int, typer.Option("--least", help="Fewest schools that one may be measured from.")
    ] = 20,
    as_json: AsJson = False,
) -> None:
    """List design parameters with their sources.

    With --add, what a trial's own packs show goes into your library: measured over all arms
    together and by phase; no school or authority is named. Keep it with the trial's papers.

    Example: equipoise parameters --kind icc

    To add: equipoise parameters --add trials/north --library our-parameters.csv
    """
    need_trial_extra()
    from equipoise.core.results import to_plain
    from equipoise.design.power import KINDS
    from equipoise.workspace.steps.parameters import held_parameters, parameters_added

    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"found {kind!r}; expected one of {', '.join(KINDS)}",
                                 param_hint="--kind")  # fmt: skip
    if add is not None:
        if own is None:
            raise typer.BadParameter("name the file to add to", param_hint="--library")
        listed = parameters_added(open_trial(add), own, least=least)
    else:
        listed = held_parameters(own)
    listed = tuple(one for one in listed if kind in (None, one.kind))
    if as_json:
        say_json(to_plain(listed))
        return
    if add is not None:
        say(f"{len(listed)} parameters added to {own}:")
    for one in listed:
        ends = ""
        if one.low is not None and one.high is not None:
            ends = f" ({one.low:.3g} to {one.high:.3g}, {one.range})"
        dates = f", {one.valid_from} to {one.valid_to}" if one.valid_from is not None else ""
        phase = f", {one.phase}" if one.phase is not None else ""
        say(f"{one.kind}  {one.value:.4g}{ends}  [{one.basis}{phase}{dates}]")
        say(f"    {one.what}")
        say(f"    {one.source}")
