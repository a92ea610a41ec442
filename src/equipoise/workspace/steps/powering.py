"""Powering: the trial's size looked at from several sides, and drawn. Nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from equipoise.core.base import Problem, ProblemsError, write_atomic
from equipoise.design.power import (
    PowerGrid,
    PowerPlan,
    Varied,
    assumptions_of,
    grid_of,
    plan_of,
    read_varied,
)
from equipoise.design.registers import Enrolment
from equipoise.statistics.estimation import EstimationError
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.enrolled import eligible_of
from equipoise.workspace.steps.stages import registers_in

_SUFFIXES = (".svg", ".png")


@dataclass(frozen=True)
class Asked:
    """What is asked of a trial's size.

    Attributes
    ----------
    effect
        An effect in natural units; None for M.
    vary
        A range of one or two assumptions, as on the command line; None for none.
    outcomes, correlation
        Several outcomes tested together.
    out
        Where the figure goes; None for none.
    """

    effect: float | None = None
    vary: str | None = None
    outcomes: int = 1
    correlation: float = 0.0
    out: Path | None = None


@dataclass(frozen=True)
class Answered:
    """The answers.

    Attributes
    ----------
    plan
        The size with what stands beside it.
    grid
        The size over a range; None where none was asked for.
    figure
        The file that was written; None where none was.
    """

    plan: PowerPlan
    grid: PowerGrid | None
    figure: Path | None


def enrolment_for_size(folder: TrialFolder) -> Enrolment | None:
    """Return who can be drawn; None where there is no register and planned units count."""
    if folder.protocol.design.population is None or not (folder.path / "design").is_dir():
        return None
    return eligible_of(folder, registers_in(folder))


def powered(folder: TrialFolder, asked: Asked) -> Answered:
    """Reckon what is asked; write the figure, if one is wanted.

    Raises
    ------
    ProblemsError
        What is wrong with protocol, registers or what is asked.
    """
    if asked.effect is not None and not asked.effect > 0:
        raise _wrong("--effect", f"{asked.effect:g}", "an effect above zero, in natural units")
    if asked.outcomes < 1:
        raise _wrong("--outcomes", f"{asked.outcomes}", "how many are tested together: 1 or more")
    if not 0 <= asked.correlation < 1:
        raise _wrong("--correlation", f"{asked.correlation:g}", "a correlation, from 0 to under 1")
    if asked.correlation and asked.outcomes == 1:
        raise _wrong("--correlation", "one outcome", "--outcomes 2 or more: it is between them")
    if asked.out is not None and asked.out.suffix.lower() not in _SUFFIXES:
        raise _wrong("--out", asked.out.suffix or "no ending", f"a file {' or '.join(_SUFFIXES)}")
    protocol, enrolment = folder.protocol, enrolment_for_size(folder)
    try:
        plan = plan_of(
            protocol,
            enrolment,
            effect=asked.effect,
            outcomes=asked.outcomes,
            correlation=asked.correlation,
        )
    except EstimationError as error:
        raise _wrong("--outcomes, --correlation", str(error), "values in range") from None
    varied = _varied(asked, plan)
    if not varied:
        return Answered(plan, None, None)
    grid = grid_of(assumptions_of(protocol, enrolment), varied, effect=asked.effect)
    return Answered(plan, grid, _drawn(folder, grid, asked.out))


def _varied(asked: Asked, plan: PowerPlan) -> tuple[Varied, ...]:
    """What varies; where only a figure is wanted, the schools about those that are needed."""
    if asked.vary is not None:
        return read_varied(asked.vary)
    if asked.out is None:
        return ()
    here = plan.size.units
    needed = plan.size.units_for_margin or here
    low, high = max(plan.size.strata * 3, min(here, needed) // 2), max(here, needed) * 5 // 4
    steps = 12
    values = {round(low + (high - low) * i / (steps - 1)) for i in range(steps)}
    return (Varied("schools", tuple(float(one) for one in sorted(values))),)


def _drawn(folder: TrialFolder, grid: PowerGrid, out: Path | None) -> Path | None:
    """Write the figure; the name of a simulated trial's says so."""
    if out is None:
        return None
    # Drawing loads much that a size in words does not need.
    from equipoise.reporting.figures import grid_figure, png_bytes
    from equipoise.reporting.tables import mark_of, marked_name

    simulated = folder.protocol.trial.simulated
    figure = grid_figure(grid, mark_of(simulated))
    if figure is None:
        raise _wrong("--vary", "no value leaves degrees of freedom", "more units than strata")
    path = out.with_name(marked_name(out.name, simulated))
    png = out.suffix.lower() == ".png"
    write_atomic(path, png_bytes(figure.svg) if png else figure.svg.encode("utf-8"))
    return path


def _wrong(place: str, found: str, expected: str) -> ProblemsError:
    return ProblemsError([Problem("the command line", place, found, expected, "correct it")])
