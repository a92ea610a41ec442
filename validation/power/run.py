"""Runs the cells of power by simulation, judges them, and writes their section."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from equipoise.design.power import (
    Experiment,
    Simulated,
    SimulatedPower,
    experiment_of,
    simulate_power,
    size,
)
from equipoise.design.power.general_road import general
from equipoise.design.power.roads import estimates
from equipoise.design.power.simulation import BLOCK
from validation.power import declared
from validation.power.declared import CELLS, Cell

COVERAGE, TYPE_ONE = (0.935, 0.97), (0.03, 0.065)
REACH, NEAR, EQUAL = 3.29, 0.02, 1e-8


@dataclass(frozen=True)
class Judged:
    """A cell with what it showed.

    Attributes
    ----------
    found
        By simulation.
    expected_bias
        Reckoned by hand.
    roads
        Largest relative difference of the two roads; None where there is one.
    right
        Whether bias, power and roads are as they must be.
    inside
        Whether coverage and type I are inside their bands.
    """

    cell: Cell
    found: SimulatedPower
    expected_bias: float
    roads: float | None
    right: bool
    inside: bool


def run(cell: Cell, fraction: float) -> Judged:
    """Simulate a cell, or a fraction of its trials, and judge it."""
    protocol = cell.protocol
    effect = size(protocol).mde if cell.effect is None else cell.effect
    experiment = experiment_of(
        protocol, effect=effect, facts=cell.facts, losses=cell.losses, seed=cell.seed
    )
    trials = max(20, round(fraction * cell.trials))
    found = simulate_power(protocol, None, experiment, trials)
    bias = (cell.kept - 1) * found.assigned_effect
    roads = None
    if cell.both_roads:
        roads = difference_of_roads(experiment, max(1, round(fraction * cell.both_roads)))
    right = abs(found.bias.value - bias) <= REACH * found.bias.error
    right &= roads is None or roads <= EQUAL
    if cell.compared:
        right &= abs(found.power.value - 0.8) <= NEAR + REACH * found.power.error
    # Recording that loses part of the effect leaves the intervals off the truth, as it must.
    inside = cell.kept < 1 or within(found.coverage, COVERAGE)
    return Judged(cell, found, bias, roads, right, inside and within(found.type_one, TYPE_ONE))


def difference_of_roads(experiment: Experiment, trials: int) -> float:
    """Give the largest relative difference of estimate, error and degrees of freedom."""
    worst = 0.0
    at = experiment.sites, experiment.world, experiment.analysis
    for number in range(-(-trials // BLOCK)):
        drawn = experiment.block(number)
        fast = estimates(drawn, *at)
        rows = np.column_stack([fast.estimate, fast.se, fast.df])
        for trial in range(min(BLOCK, trials - number * BLOCK)):
            slow = np.array(general(drawn, trial, *at))
            # An estimate near zero is compared in units of its error.
            scale = np.array([max(abs(slow[0]), slow[1]), slow[1], slow[2]])
            worst = max(worst, float(np.max(np.abs(rows[trial] - slow) / scale)))
    return worst


def within(found: Simulated, band: tuple[float, float]) -> bool:
    """Say whether a share's 99.9 % Monte Carlo interval lies in a band."""
    reach = REACH * found.error
    return band[0] <= found.value - reach and found.value + reach <= band[1]


def part(fraction: float) -> tuple[str, bool]:
    """Run all cells: the section of the document, and whether each is right."""
    judged = []
    for cell in CELLS:
        print(f"power: {cell.name}", file=sys.stderr, flush=True)
        judged.append(run(cell, fraction))
    return section(judged), all(one.right for one in judged)


def section(judged: list[Judged]) -> str:
    """Write the part of docs/validation.md; no times, so that the same run gives the same bytes."""
    text = declared.__doc__ or ""
    lines = ["## Power by simulation", ""]
    lines += [line for line in text.splitlines()[2:] if not (line and set(line) == {"-"})]
    lines += [
        "",
        "Shares in %, each with its Monte Carlo error; bias and what is expected of it in the "
        "unit of the outcome, benefit above zero.",
        "",
        "| cell | trials | power | type I | coverage | bias | expected | cannot tell | roads "
        "differ by | verdict |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for one in judged:
        found = one.found
        chances = {c.conclusion: c.with_effect for c in found.conclusions}
        unclear = chances.get("cannot-tell", Simulated(0.0, 0.0))
        verdict = "passes" if one.inside else "limit of use"
        cells = (
            one.cell.name,
            f"{found.trials:,}",
            *(_share(share) for share in (found.power, found.type_one, found.coverage)),
            f"{found.bias.value:+.4f} ± {found.bias.error:.4f}",
            f"{one.expected_bias:+.3f}",
            _share(unclear),
            "" if one.roads is None else f"{one.roads:.0e}",
            verdict if one.right else "**fails**",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _share(found: Simulated) -> str:
    return f"{100 * found.value:.2f} ± {100 * found.error:.2f}"
