"""Type I error and coverage of the estimators over a declared grid of trials (rules.md 15)."""

from validation.estimation.declared import CELLS
from validation.estimation.judge import judge_all, sound
from validation.estimation.report import section
from validation.estimation.run import run_grid


def part(fraction: float) -> tuple[str, bool]:
    """Run the grid: the section of the document, and whether every exact test is sound."""
    judged = judge_all(CELLS, run_grid(fraction, cells=CELLS))
    return section(judged), sound(judged)
