"""Power by simulation: the options of `power --simulate`, and what it prints."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.messages import say, say_json, show_table, warn
from equipoise.cli.schools import SlowProgress

if TYPE_CHECKING:
    from equipoise.design.power import Simulated, SimulatedPower
    from equipoise.workspace.folder import TrialFolder

_PANEL = "By simulation"


def _option(name: str, words: str, metavar: str | None = None) -> Any:
    return typer.Option(name, help=words, metavar=metavar, rich_help_panel=_PANEL)


Simulate = Annotated[
    int | None,
    _option("--simulate", "Simulate so many trials with the effect and as many without.", "N"),
]
Crew = Annotated[
    str,
    _option(
        "--workers",
        "Processes, or a Dask scheduler's tcp://host:port; the numbers do not depend on it.",
        "N",
    ),
]
Seed = Annotated[int, _option("--seed", "Of the simulated trials.")]
Dose = Annotated[
    float | None,
    _option("--dose", "Share of the intervention's units that it reaches; the effect is theirs."),
]
Attrition = Annotated[
    float | None, _option("--attrition", "Share of schools that give no outcome.")
]
Withdraw = Annotated[int | None, _option("--withdraw", "Authorities that withdraw after the draw.")]
Linkage = Annotated[float | None, _option("--linkage", "Share of records that are linked.")]
Sensitivity = Annotated[
    float | None, _option("--sensitivity", "Share of no further actions recorded as such.")
]
Specificity = Annotated[
    float | None, _option("--specificity", "Share of other contacts not recorded as such.")
]
BaseRate = Annotated[
    float | None,
    _option("--base-rate", "Mean without the intervention: schools then have counts."),
]
SchoolCv = Annotated[
    float | None, _option("--school-cv", "Coefficient of variation of schools' true rates.")
]
AuthoritySd = Annotated[
    float | None, _option("--authority-sd", "Standard deviation between authorities.")
]
Others = Annotated[
    float | None, _option("--others", "Contacts with another outcome, in the outcome's unit.")
]
Contacts = Annotated[
    float | None, _option("--contacts", "Contacts per 1,000 pupils, for a share of contacts.")
]


@dataclass(frozen=True)
class Options:
    """What was said of losses and of the world; None where nothing was."""

    dose: float | None = None
    attrition: float | None = None
    withdraw: int | None = None
    linkage: float | None = None
    sensitivity: float | None = None
    specificity: float | None = None
    base_rate: float | None = None
    school_cv: float | None = None
    authority_sd: float | None = None
    others: float | None = None
    contacts: float | None = None

    def given(self) -> dict[str, float]:
        """Return those that were said."""
        every = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in every.items() if value is not None}


def refuse_alone(options: Options) -> None:
    """Refuse options that only a simulation can heed."""
    said = [f"--{name.replace('_', '-')}" for name in options.given()]
    if said:
        raise typer.BadParameter(
            f"{', '.join(said)}: only a simulation takes losses and counts; add --simulate 10000",
            param_hint=said[0],
        )


def show_simulated(
    trial: TrialFolder,
    trials: int,
    *,
    effect: float | None,
    seed: int,
    workers: str,
    options: Options,
    as_json: bool,
) -> None:
    """Simulate, and print what was found."""
    from equipoise.core.results import to_plain
    from equipoise.design.power import Facts, Losses
    from equipoise.workspace.steps.crews import Crew as Processes
    from equipoise.workspace.steps.simulated_power import AskedTrials, simulated_power

    given = options.given()
    named = {one.name for one in fields(Losses)}
    lost: dict[str, Any] = {name: value for name, value in given.items() if name in named}
    asked = AskedTrials(
        trials=trials,
        effect=effect,
        facts=Facts(**{name: value for name, value in given.items() if name not in named}),
        losses=Losses(**lost),
        seed=seed,
        crew=Processes(workers),
    )
    found = simulated_power(trial, asked, SlowProgress())
    if as_json:
        say_json(to_plain(found))
        return
    _show(found)


def _show(found: SimulatedPower) -> None:
    say(f"{found.title}, {found.unit}")
    say(
        f"  {found.units:,} units, {found.schools:,} rows, {found.strata} strata, "
        f"{found.authorities} authorities; {found.model}"
    )
    for loss in found.losses.named:
        say(f"  assumed: {loss}")
    say()
    for line in sentences(found):
        say(line)
    say()
    show_table(
        ("conclusion", f"effect {found.effect:g}", "+-", "no effect", "+-"),
        [
            (
                one.conclusion.replace("-", " "),
                _percent(one.with_effect.value),
                _points(one.with_effect),
                _percent(one.without_effect.value),
                _points(one.without_effect),
            )
            for one in found.conclusions
        ],
    )
    say()
    say("  +- is the Monte Carlo error (one standard error). Safety outcomes are taken to hold.")
    for note in found.notes:
        say(f"  Note: {note}")
    if found.failed.value:
        warn(
            f"{_percent(found.failed.value)} of the trials have no estimate; most often: "
            f"{found.why_failed}"
        )


def sentences(found: SimulatedPower) -> list[str]:
    """Say in whole sentences what simulated trials found."""
    unit = found.unit
    effect = f"an effect of {found.effect:g} {unit}"
    if found.assigned_effect != found.effect:
        effect += (
            f" on those who are reached, which is {found.assigned_effect:.3g} on all who were "
            "drawn to the intervention"
        )
    unclear = {one.conclusion: one for one in found.conclusions}.get("cannot-tell")
    said = [
        f"In {found.trials:,} simulated trials with {effect}, {_share(found.power)} find an "
        "effect"
        + (
            f" (the formulas say {_percent(found.closed_form)})."
            if found.closed_form is not None
            else "."
        )
    ]
    if unclear is not None:
        said.append(
            f"{_share(unclear.with_effect)} end with 'cannot tell'; without any effect "
            f"{_percent(unclear.without_effect.value)} do."
        )
    said.append(
        f"Without an effect {_share(found.type_one)} find one all the same (declared: "
        f"{_percent(found.alpha)})."
    )
    said.append(
        f"{_share(found.coverage)} of the intervals hold the true effect (declared: "
        f"{_percent(found.interval)}); the estimates are off by {found.bias.value:+.3g} on average "
        f"(+- {found.bias.error:.2g})."
    )
    if found.mde is not None:
        said.append(
            f"The smallest effect of being drawn to the intervention that {found.power_wanted:.0%} "
            f"of such trials find is {found.mde.value:.3g} (+- {found.mde.error:.2g}) {unit}."
        )
    return said


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _points(found: Simulated) -> str:
    return f"{100 * found.error:.1f}"


def _share(found: Simulated) -> str:
    return f"{_percent(found.value)} (+- {_points(found)})"
