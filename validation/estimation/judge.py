"""How a result is judged: the rule of the declaration, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from validation.estimation.declared import BAND, NOMINAL, TEST_BAND, WITHOUT, Cell, Situation
from validation.estimation.declared_estimators import Estimator
from validation.estimation.found import Tally
from validation.estimation.targets import estimators_of
from validation.spine import REACH

Verdict = Literal["passed", "not settled", "failed"]


def monte_carlo(rate: float, trials: int) -> tuple[float, float]:
    """Give the 99.9 % Monte Carlo interval of a rate, Wilson's, which rates of 0 and 1 have too.

    Examples
    --------
    >>> [round(bound, 4) for bound in monte_carlo(0.95, 20_000)]
    [0.9447, 0.9548]
    """
    share = REACH**2 / trials
    centre = (rate + share / 2) / (1 + share)
    reach = REACH * (rate * (1 - rate) / trials + share / (4 * trials)) ** 0.5 / (1 + share)
    return centre - reach, centre + reach


@dataclass(frozen=True)
class Judged:
    """An estimator in a cell.

    Attributes
    ----------
    cell, estimator, tally
        What ran.
    coverage
        Of the trials with an interval; of a test one minus its rejection rate. NaN where no
        trial has one.
    error
        Its Monte Carlo error.
    verdict
        As declared.
    """

    cell: Cell
    estimator: Estimator
    tally: Tally
    coverage: float
    error: float
    verdict: Verdict

    @property
    def exact(self) -> bool:
        """Whether it was judged as an exact test."""
        return self.estimator.exact and self.cell.sharp

    @property
    def without(self) -> float:
        """Part of the trials without an interval."""
        return 1 - self.tally.given / self.tally.trials

    @property
    def distance(self) -> float:
        """How far from 95 % the coverage is, to say which is worst."""
        return 1.0 if self.tally.given == 0 else abs(self.coverage - (1 - NOMINAL))


def judge(cell: Cell, estimator: Estimator, tally: Tally) -> Judged:
    """Judge an estimator in a cell by the rule of the declaration."""
    if tally.given == 0:
        return Judged(cell, estimator, tally, float("nan"), float("nan"), "failed")
    test = estimator.target == "test"
    coverage = (tally.given - tally.rejected if test else tally.covered) / tally.given
    error = (coverage * (1 - coverage) / tally.given) ** 0.5
    lower, upper = monte_carlo(coverage, tally.given)
    without = 1 - tally.given / tally.trials
    if estimator.exact and cell.sharp:
        verdict: Verdict = "passed" if lower <= 1 - NOMINAL <= upper else "failed"
    else:
        verdict = _placed(lower, upper, (1 - TEST_BAND[1], 1 - TEST_BAND[0]) if test else BAND)
    if without > WITHOUT:
        verdict = "failed"
    return Judged(cell, estimator, tally, coverage, error, verdict)


def _placed(lower: float, upper: float, band: tuple[float, float]) -> Verdict:
    """Place a Monte Carlo interval: inside the band, outside it, or across an edge."""
    if band[0] <= lower and upper <= band[1]:
        return "passed"
    return "failed" if upper < band[0] or lower > band[1] else "not settled"


def judge_all(
    cells: Sequence[Cell], results: Mapping[int, Mapping[str, Tally]]
) -> tuple[Judged, ...]:
    """Judge every estimator of every cell."""
    return tuple(
        judge(cell, estimator, results[cell.number][estimator.name])
        for cell in cells
        for estimator in estimators_of(cell)
    )


@dataclass(frozen=True)
class Record:
    """An estimator over the cells of a situation.

    Attributes
    ----------
    estimator
        Which.
    judged
        Its cells of the situation, at least one.
    """

    estimator: Estimator
    judged: tuple[Judged, ...]

    @property
    def passed(self) -> int:
        """Cells passed."""
        return sum(one.verdict == "passed" for one in self.judged)

    @property
    def verdict(self) -> Verdict:
        """Passed in all cells, failed in one, or else not settled."""
        verdicts = {one.verdict for one in self.judged}
        if verdicts == {"passed"}:
            return "passed"
        return "failed" if "failed" in verdicts else "not settled"

    @property
    def worst(self) -> Judged:
        """The cell whose coverage is farthest from 95 %, failed ones first."""
        return max(self.judged, key=lambda one: (one.verdict == "failed", one.distance))


def records(judged: Sequence[Judged], situation: Situation) -> tuple[Record, ...]:
    """Gather the estimators that ran in the cells of a situation, in declared order."""
    found: dict[str, list[Judged]] = {}
    for one in judged:
        if situation.holds(one.cell):
            found.setdefault(one.estimator.name, []).append(one)
    return tuple(Record(ones[0].estimator, tuple(ones)) for ones in found.values())


def sound(judged: Sequence[Judged]) -> bool:
    """Say whether no exact test rejects more often than 5 %, which only a fault could make it do.

    That an approximation leaves its band is a limit of use, and printed; it is no fault.
    """
    return all(
        monte_carlo(one.coverage, one.tally.given)[1] >= 1 - NOMINAL for one in judged if one.exact
    )
