"""The spine: trials of the demo's size, simulated as school tables, through the public functions.

Scenarios and seeds, written before the code
--------------------------------------------
Every trial has 120 schools in 4 authorities; strata are authority by half of size (8 strata of
15). Rolls are lognormal around 240 pupils (sd of the log 0.5, at least 40). A school's chance
that a pupil has a contact that ends in no further action is expit(level of its authority + b),
b normal with sd 0.45; levels run from 1.0 % to 2.5 %. Baseline and outcome are binomial counts
out of the roll, per 1,000; the baseline's b carries a further normal error with sd 0.2. The arms
are drawn by `StratifiedScheme` from counter-based keys. The model has stratum indicators and the
baseline, inverse-share weights, HC2 (or CR2) and Satterthwaite degrees of freedom.

| cell | replicates | what differs |
| --- | --- | --- |
| null-equal | 20,000 | shares 1:1, school-average, no effect |
| null-unequal | 20,000 | shares 2:3, school-average, no effect |
| null-pupils | 20,000 | shares 2:3, pupil-average (weight roll), no effect |
| null-quarter | 20,000 | shares 1:3, school-average, no effect |
| null-varying | 20,000 | shares 2:3, school-average; effects differ (below), mean zero |
| null-clusters | 20,000 | shares 2:3; a value for each of 1 to 3 DSLs a school, CR2 by school |
| planted-constant | 20,000 | shares 2:3, school-average; 4 per 1,000 fewer in each treated school |
| planted-relative | 20,000 | shares 2:3, pupil-average; a quarter fewer in each treated school |
| permutation-equal | 2,000 | as null-equal, studentised permutation p with 199 draws |
| permutation-pupils | 2,000 | as null-pupils, the same |

In null-varying the chance of each treated school is multiplied by its own uniform number from
0.4 to 1.6. A fall of 4 per 1,000 stops at zero; the truth is the mean over the trial's schools.

Seed of a cell: 20,260,000 + its row number in the table, from 1. Judgement (rules.md 15):
coverage cells pass if their 99.9 % Monte Carlo interval lies within 93.5 to 97 %; planted cells
must also have |bias| <= 3 Monte Carlo errors; permutation cells pass if the 99.9 % Monte Carlo
interval of the rejection rate at 5 % holds 5 % (199 draws make 5 % exact).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from equipoise.statistics.estimation import randomisation_test
from equipoise.statistics.models import TrialArrays, estimate_effect
from equipoise.statistics.schemes import Roster, StratifiedScheme, iterate_draws, uniform_keys

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

SCHOOLS, AUTHORITIES = 120, 4
LEVELS = (0.010, 0.014, 0.019, 0.025)
DRAWS = 199
BAND = (0.935, 0.97)
REACH = float(stats.norm.ppf(0.9995))


@dataclass(frozen=True)
class Cell:
    """A scenario."""

    name: str
    seed: int
    replicates: int
    shares: tuple[int, int]
    pupils: bool = False
    effect: Literal["none", "varying", "constant", "relative"] = "none"
    clusters: bool = False
    permutation: bool = False


CELLS = (
    Cell("null-equal", 20_260_001, 20_000, (1, 1)),
    Cell("null-unequal", 20_260_002, 20_000, (2, 3)),
    Cell("null-pupils", 20_260_003, 20_000, (2, 3), pupils=True),
    Cell("null-quarter", 20_260_004, 20_000, (1, 3)),
    Cell("null-varying", 20_260_005, 20_000, (2, 3), effect="varying"),
    Cell("null-clusters", 20_260_006, 20_000, (2, 3), clusters=True),
    Cell("planted-constant", 20_260_007, 20_000, (2, 3), effect="constant"),
    Cell("planted-relative", 20_260_008, 20_000, (2, 3), pupils=True, effect="relative"),
    Cell("permutation-equal", 20_260_009, 2_000, (1, 1), permutation=True),
    Cell("permutation-pupils", 20_260_010, 2_000, (2, 3), pupils=True, permutation=True),
)


@dataclass(frozen=True)
class Outcome:
    """What a cell showed."""

    cell: Cell
    replicates: int
    coverage: float | None
    bias: float | None
    bias_error: float | None
    mean_se_over_sd: float | None
    rejection: float
    passed: bool

    @property
    def rate_error(self) -> float:
        """Monte Carlo error of the coverage or, in permutation cells, of the rejection rate."""
        rate = self.rejection if self.coverage is None else self.coverage
        return float(np.sqrt(rate * (1 - rate) / self.replicates))


def simulate(cell: Cell, replicates: int, first: int = 0) -> list[tuple[TrialArrays, float]]:
    """Make trials, each with its true effect."""
    return [_trial(cell, replicate) for replicate in range(first, first + replicates)]


def _trial(cell: Cell, replicate: int) -> tuple[TrialArrays, float]:
    rng = np.random.default_rng([cell.seed, replicate])
    authority = np.repeat(np.arange(AUTHORITIES), SCHOOLS // AUTHORITIES)
    roll = np.maximum(40, np.rint(np.exp(rng.normal(np.log(240), 0.5, SCHOOLS))))
    strata = 2 * authority + _larger_half(roll, authority)
    arm = _arms(cell, strata, replicate)
    level = np.log(np.asarray(LEVELS) / (1 - np.asarray(LEVELS)))[authority]
    own = rng.normal(0, 0.45, SCHOOLS)
    before = _expit(level + own + rng.normal(0, 0.2, SCHOOLS))
    untreated = _expit(level + own)
    treated = _treated(cell, untreated, rng)
    baseline = 1000 * rng.binomial(roll.astype(int), before) / roll
    rate = 1000 * rng.binomial(roll.astype(int), np.where(arm == 0, treated, untreated)) / roll
    weights = roll if cell.pupils else np.ones(SCHOOLS)
    truth = 0.0
    if cell.effect in ("constant", "relative"):
        truth = float(np.average(1000 * (treated - untreated), weights=weights))
    if not cell.clusters:
        made = TrialArrays(rate, arm, 2, 0, 1, strata, baseline[:, None], weights)
        return made, truth
    unit = np.repeat(np.arange(SCHOOLS), rng.integers(1, 4, SCHOOLS))
    score = 20 + 4 * own[unit] + rng.normal(0, 2, SCHOOLS)[unit] + rng.normal(0, 3, unit.size)
    rows = TrialArrays(
        score, arm[unit], 2, 0, 1, strata[unit], baseline[unit, None], np.ones(unit.size), unit
    )
    return rows, truth


def _larger_half(roll: Array, authority: Whole) -> Whole:
    half = np.zeros(SCHOOLS, dtype=np.int64)
    for number in range(AUTHORITIES):
        inside = np.flatnonzero(authority == number)
        half[inside[np.argsort(roll[inside], kind="stable")[inside.size // 2 :]]] = 1
    return half


def _scheme(cell: Cell) -> StratifiedScheme:
    return StratifiedScheme.from_shares({"supervision": cell.shares[0], "usual": cell.shares[1]})


def _roster(strata: Whole) -> Roster:
    return Roster.build([str(900000 + i) for i in range(SCHOOLS)], strata.tolist())


def _arms(cell: Cell, strata: Whole, replicate: int) -> Whole:
    keys = uniform_keys(cell.seed, [replicate], SCHOOLS)
    drawn: Whole = _scheme(cell).assign_many(_roster(strata), keys)[0]
    return drawn


def _expit(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _treated(cell: Cell, untreated: Array, rng: np.random.Generator) -> Array:
    if cell.effect == "varying":
        return np.asarray(untreated * rng.uniform(0.4, 1.6, SCHOOLS))
    if cell.effect == "constant":
        return np.maximum(untreated - 0.004, 0.0)
    if cell.effect == "relative":
        return 0.75 * untreated
    return untreated


def run(cell: Cell, fraction: float = 1.0, say: Callable[[str], None] = print) -> Outcome:
    """Run a cell, or a fraction of its replicates."""
    replicates = max(20, round(cell.replicates * fraction))
    say(f"{cell.name}: {replicates} trials")
    return _permutation(cell, replicates) if cell.permutation else _coverage(cell, replicates)


def _coverage(cell: Cell, replicates: int) -> Outcome:
    found = np.empty((replicates, 2))
    covered = np.empty(replicates, dtype=bool)
    rejected = np.empty(replicates, dtype=bool)
    for i in range(replicates):
        arrays, truth = _trial(cell, i)
        effect = estimate_effect(arrays, error="cr2" if cell.clusters else "hc2")
        found[i] = effect.estimate - truth, effect.se
        covered[i] = effect.interval.lower <= truth <= effect.interval.upper
        rejected[i] = effect.interval.p <= 0.05
    spread = float(found[:, 0].std(ddof=1))
    bias, error = float(found[:, 0].mean()), spread / float(np.sqrt(replicates))
    coverage = float(covered.mean())
    lower, upper = monte_carlo(coverage, replicates)
    passed = BAND[0] <= lower and upper <= BAND[1]
    if cell.effect in ("constant", "relative"):
        passed = passed and abs(bias) <= 3 * error
    ratio = float(found[:, 1].mean()) / spread
    return Outcome(cell, replicates, coverage, bias, error, ratio, float(rejected.mean()), passed)


def _permutation(cell: Cell, replicates: int) -> Outcome:
    scheme = _scheme(cell)
    p = np.empty(replicates)
    for i in range(replicates):
        arrays, _ = _trial(cell, i)
        draws = iterate_draws(scheme, _roster(arrays.cells), (cell.seed << 20) + i, DRAWS)
        p[i] = randomisation_test(arrays.arm, draws, arrays.studentised(inverse_share=True)).p
    rejection = float((p <= 0.05 + 1e-12).mean())
    lower, upper = monte_carlo(rejection, replicates)
    return Outcome(cell, replicates, None, None, None, None, rejection, lower <= 0.05 <= upper)


def monte_carlo(rate: float, replicates: int) -> tuple[float, float]:
    """Give the 99.9 % Monte Carlo interval of a rate."""
    error = REACH * float(np.sqrt(rate * (1 - rate) / replicates))
    return rate - error, rate + error


def part(fraction: float) -> tuple[str, bool]:
    """Run all cells: the section of the document, and whether every cell passed."""
    outcomes = [run(cell, fraction) for cell in CELLS]
    return section(outcomes), all(outcome.passed for outcome in outcomes)


def section(outcomes: list[Outcome]) -> str:
    """Write the part of docs/validation.md; no times, so that the same run gives the same bytes."""
    assert __doc__ is not None
    lines = ["## Spine: trials of the demo's size", ""]
    lines += __doc__.split("\n--------------------------------------------\n", 1)[1].splitlines()
    lines += [
        "",
        "Coverage and rejection in %, each with its Monte Carlo error; bias in the outcome's units "
        "with its Monte Carlo error; se / sd is the mean standard error over the standard "
        "deviation of the estimates.",
        "",
        "| cell | trials | coverage | rejection at 5 % | bias | se / sd | verdict |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for outcome in outcomes:
        error = f"{100 * outcome.rate_error:.2f}"
        if outcome.coverage is None:
            coverage, bias, ratio = "", "", ""
            rejection = f"{100 * outcome.rejection:.2f} ± {error}"
        else:
            coverage = f"{100 * outcome.coverage:.2f} ± {error}"
            refused = outcome.rejection
            own = 100 * float(np.sqrt(refused * (1 - refused) / outcome.replicates))
            rejection = f"{100 * refused:.2f} ± {own:.2f}"
            bias = f"{outcome.bias:+.4f} ± {outcome.bias_error:.4f}"
            ratio = f"{outcome.mean_se_over_sd:.3f}"
        lines.append(
            f"| {outcome.cell.name} | {outcome.replicates:,} | {coverage} | {rejection} | {bias} "
            f"| {ratio} | {'passes' if outcome.passed else 'limit of use'} |"
        )
    return "\n".join(lines) + "\n"
