"""Several trials together: synthesise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from equipoise.cli.messages import Progress, say, say_json, show_table
from equipoise.cli.options import AsJson, Folder, need_trial_extra, the_clock

if TYPE_CHECKING:
    from equipoise.evaluation.synthesis.programme_types import ProgrammeResult, ProgrammeTrial


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    application.command()(synthesise)


def synthesise(folder: Folder, as_json: AsJson = False) -> None:
    """Put several trials together; write their brief.

    Example: equipoise synthesise programmes/supervision
    """
    need_trial_extra()
    from equipoise.core.base import day
    from equipoise.core.results import to_plain
    from equipoise.workspace.steps.programme import synthesise as step

    made = step(folder, on=day(the_clock().now()), tell=Progress())
    if as_json:
        say_json(to_plain(made.result))
        return
    show_programme(made.result)
    for name in made.files:
        if name.endswith((".html", ".pdf", ".docx")):
            say(f"wrote {folder / name}")


def show_programme(result: ProgrammeResult) -> None:
    """Print the trials side by side, what is added and pooled, and the decision."""
    if result.simulated:
        say("SIMULATED DATA, NOT FINDINGS")
    show_table(
        ("trial", "LAs", "schools", "primary outcome (interval)", "per school a year"),
        [_trial_row(trial) for trial in result.trials],
    )
    for total in result.totals:
        supervisors = "" if total.supervisors is None else f", {total.supervisors} supervisors"
        say(
            f"{total.title}: {total.schools:,} schools ({total.intervention:,} and "
            f"{total.reference:,}), {total.authorities} authorities{supervisors}"
        )
    for pool in result.pools:
        found = pool.difference
        say(
            f"Pooled over {found.trials} trials: {found.estimate:+.2f} {pool.unit_difference} "
            f"({found.interval:.0%} interval {found.lower:+.2f} to {found.upper:+.2f})"
        )
    for kept in result.not_pooled:
        say(f"Not pooled: {kept.title}: {kept.part} {kept.found}, expected {kept.expected}")
    say(f"Decision: {result.decision.decision.replace('-', ' ')}")


def _trial_row(trial: ProgrammeTrial) -> tuple[str, ...]:
    primary, pence = trial.primary, trial.pence_per_school_year
    return (
        trial.trial,
        str(len(trial.authorities)),
        f"{trial.schools:,}",
        f"{primary.estimate:+.2f} ({primary.lower:+.2f} to {primary.upper:+.2f}) "
        f"{primary.unit_difference}",
        "-" if pence is None else f"£{pence / 100:,.0f}",
    )
