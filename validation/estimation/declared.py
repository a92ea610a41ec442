"""The grid of trials: scenarios, seeds and estimators, written before the code.

Population
----------
Schools are drawn anew in every trial, so that the truth is that of a population of schools and
the same for all trials of a cell. Rolls are lognormal with mean 240 and the cell's coefficient of
variation (before rounding and the limits of 30 and 2,400 pupils; with CV 0 all have 240). A
school's chance that a pupil has the event is expit(a + s + sigma u), u standard normal
(logit-normal, not beta-binomial: the random-intercept models are then tried where they are
right). a and sigma are solved, by quadrature, from the cell's rate, E(p), and its ICC on the 0/1
scale, Var(p) / (E(p) (1 - E(p))). s is zero without strata and else normal with sd 0.4, one for
each stratum, drawn anew too; sigma is then the spread within strata, and a is solved with both.
Counts are binomial. Arms are drawn by `StratifiedScheme` from counter-based keys, all schools as
one stratum where the cell has none. With a baseline the count of the year before has the chance
expit(a + s + sigma (0.8 u + 0.6 e)), e standard normal, and its rate is the covariate.

| effect | what it does to a treated school |
| --- | --- |
| none | nothing |
| constant | adds -0.3 to the log odds |
| heterogeneous | adds -0.3 - 0.3 z + 0.5 v, z the standardised log of its roll, v normal |
| variances | rate unchanged, but the treated arm has an ICC of its own |
| by-share | adds -0.6 in strata with shares 1:1, nothing in strata with shares 1:3 |

Truths
------
Each estimator is held against its own estimand. School-average: E(p1 - p0). Pupil-average:
E(m (p1 - p0)) / E(m); its rate ratio is E(m p1) / E(m p0). Both by quadrature over the roll's
whole distribution. Log odds ratio conditional on the school: the constant effect. The pupils'
difference under a constant effect is the same for all weights, so it is also the mixed linear
model's; the marginal log odds ratio of the rates is that of GEE. Models that weight by precision
have, under effects that differ, variances that differ, or a distribution that is not theirs, no
estimand but their own limit: there the truth is what the same estimator gives for one trial of
200,000 schools (seed of the cell + 500). Its error is at most 0.03 of the standard error of any
cell that uses it, which moves coverage by 0.01 %. Where only variances differ the mixed linear
model and GEE weigh both arms alike, so theirs is zero; without effect all truths are zero.

Design of the grid
------------------
Part A is an orthogonal array of 25 runs of five-level factors (row i, column j of a 5 x 5 square;
factors i, j, i + j, i + 2j, i + 3j, i + 4j, modulo 5): every pair of levels of two factors occurs
in its fair share, so that main effects are not mixed up. Factors with three levels have two of
them twice. Part B are corners that are known to be hard, and trials of the usual shape.

Replicates and judgement
------------------------
20,000 trials for estimators in closed form; 4,000 for iterative ones (rules ask for 2,000; at
2,000 an estimator whose coverage is exactly 95 % would pass less than half of the time, because
its 99.9 % Monte Carlo interval is as wide as the band); 2,000 for the wild bootstrap and for the
negative-binomial model, which cost 5 and 40 ms each. The parametric bootstrap costs 0.2 s, so it
has 400 trials of one cell: it can be shown to fail there, but not to pass. Randomisation tests
have 199 draws, wild bootstraps 999, parametric ones 99.

A trial in which an estimator gives no interval (separation, no convergence, no events in an arm)
is counted. Coverage is that of the trials with one. Passed: no more than 1 trial in 100 is
without an interval, and the 99.9 % Monte Carlo interval (Wilson's) of the coverage lies inside
93.5 to 97 % (of the rejection rate of a test that is not exact: inside 3 to 6.5 %); that of the
rejection rate of an exact test holds 5 %.
All others are limits of use, of two kinds: *failed* where that interval lies outside the band, or
trials without an interval exceed 1 in 100, or the exact test's interval does not hold 5 %; and
*not settled* where the interval crosses an edge of the band.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Effect = Literal["none", "constant", "heterogeneous", "variances", "by-share"]

CLOSED, ITERATIVE, SLOW, BOOTSTRAP = 20_000, 4_000, 2_000, 400
DRAWS, WILD_DRAWS, BOOTSTRAP_DRAWS = 199, 999, 99
SEED = 20_270_000
LARGE, LARGE_SEED = 200_000, 500
BAND = (0.935, 0.97)
TEST_BAND = (0.03, 0.065)
NOMINAL = 0.05
WITHOUT = 0.01

MEAN_ROLL, LEAST_ROLL, MOST_ROLL = 240, 30, 2_400
STRATUM_SD = 0.4
CONSTANT, BY_SIZE, BY_CHANCE, BY_SHARE = -0.3, -0.3, 0.5, -0.6
BASELINE = (0.8, 0.6)


@dataclass(frozen=True)
class Cell:
    """A scenario.

    Attributes
    ----------
    number
        Its position in the grid, from 1; the seed is ``SEED + number``.
    name
        What the table calls it.
    schools, icc, size_cv, rate
        As in the population above; rate and icc are the control arm's.
    shares
        Of supervision and of usual practice, in whole numbers.
    effect
        A row of the table above.
    treated_icc
        Of the treated arm, where ``effect`` is ``variances``.
    stratum
        Schools in a stratum; 0 for none. Schools left over are spread over the strata.
    baseline
        Whether the year before is measured.
    groups
        The groups of estimators that run.
    """

    number: int
    name: str
    schools: int
    icc: float
    size_cv: float
    shares: tuple[int, int]
    rate: float
    effect: Effect
    treated_icc: float | None
    stratum: int
    baseline: bool
    groups: tuple[str, ...]

    @property
    def seed(self) -> int:
        """Seed of the cell's trials."""
        return SEED + self.number

    @property
    def sharp(self) -> bool:
        """Whether no school's outcome depends on its arm."""
        return self.effect == "none"

    @property
    def null(self) -> bool:
        """Whether the average effects are zero."""
        return self.effect in ("none", "variances")


SCHOOLS = (20, 40, 94, 160, 1_678)
ICCS = (0.0, 0.01, 0.05, 0.01, 0.05)
SIZES = (0.0, 0.6, 1.0, 0.6, 1.0)
SHARES = ((1, 1), (2, 3), (1, 3), (1, 1), (1, 3))
RATES = (0.015, 0.005, 0.05, 0.015, 0.005)
EFFECTS: tuple[Effect, ...] = ("none", "none", "constant", "heterogeneous", "variances")
OTHER_ICC = {0.0: 0.05, 0.01: 0.05, 0.05: 0.01}
"""The treated arm's ICC where variances differ: the larger variance lies in either arm."""

ALL = ("linear", "mixed", "counts", "gee", "permutation", "wild")
MODELS = {
    (1, 1): ALL,
    (1, 4): ("linear", "mixed", "counts", "gee"),
    (4, 3): ("linear",),
    (4, 4): ("linear",),
}
"""Cells of part A, by i and j, in which other groups run than linear estimators and, where the
average effect is zero, permutation tests."""


def orthogonal() -> tuple[Cell, ...]:
    """Make part A."""
    cells = []
    for i in range(5):
        for j in range(5):
            icc, effect = ICCS[j], EFFECTS[(i + 4 * j) % 5]
            usual = ("linear", "permutation") if effect in ("none", "variances") else ("linear",)
            cells.append(
                Cell(
                    number=5 * i + j + 1,
                    name=f"A{5 * i + j + 1}",
                    schools=SCHOOLS[i],
                    icc=icc,
                    size_cv=SIZES[(i + j) % 5],
                    shares=SHARES[(i + 2 * j) % 5],
                    rate=RATES[(i + 3 * j) % 5],
                    effect=effect,
                    treated_icc=OTHER_ICC[icc] if effect == "variances" else None,
                    stratum=0,
                    baseline=False,
                    groups=MODELS.get((i, j), usual),
                )
            )
    return tuple(cells)


@dataclass(frozen=True)
class Corner:
    """A cell of part B; the fields are the cell's, with its usual values."""

    name: str
    schools: int
    icc: float = 0.01
    size_cv: float = 0.6
    shares: tuple[int, int] = (1, 1)
    rate: float = 0.015
    effect: Effect = "none"
    treated_icc: float | None = None
    stratum: int = 0
    baseline: bool = False
    groups: tuple[str, ...] = ("linear", "permutation")


CORNERS = (
    Corner("few, usual", 20, groups=(*ALL, "negative-binomial", "bootstrap")),
    Corner(
        "few, small arm varies",
        20,
        shares=(1, 3),
        effect="variances",
        treated_icc=0.05,
        groups=ALL,
    ),
    Corner(
        "few, large arm varies",
        20,
        icc=0.05,
        shares=(1, 3),
        effect="variances",
        treated_icc=0.01,
    ),
    Corner("few, rare, uneven", 20, icc=0.05, size_cv=1.0, shares=(1, 3), rate=0.005, groups=ALL),
    Corner("few, rare, alike", 20, icc=0.0, size_cv=0.0, rate=0.005, groups=ALL),
    Corner("few, baseline", 20, icc=0.05, baseline=True, groups=("linear", "baseline")),
    Corner(
        "few, pairs",
        20,
        icc=0.05,
        stratum=2,
        groups=("linear", "strata", "permutation", "mixed"),
    ),
    Corner("pairs", 94, stratum=2, groups=("linear", "strata", "permutation")),
    Corner(
        "fours, quarter",
        40,
        icc=0.05,
        shares=(1, 3),
        stratum=4,
        groups=("linear", "strata", "permutation"),
    ),
    Corner(
        "fives",
        40,
        size_cv=1.0,
        shares=(2, 3),
        stratum=5,
        groups=("linear", "strata", "permutation"),
    ),
    Corner(
        "sevens, effects differ",
        94,
        shares=(2, 3),
        effect="heterogeneous",
        stratum=7,
        groups=("linear", "strata"),
    ),
    Corner(
        "shares differ",
        94,
        rate=0.05,
        effect="by-share",
        stratum=12,
        groups=("linear", "strata"),
    ),
    Corner(
        "tens, baseline",
        160,
        shares=(2, 3),
        stratum=10,
        baseline=True,
        groups=("linear", "strata", "baseline", "permutation"),
    ),
    Corner(
        "quarter, baseline, effects differ",
        40,
        shares=(1, 3),
        effect="heterogeneous",
        baseline=True,
        groups=("linear", "baseline"),
    ),
    Corner(
        "effect by size",
        160,
        size_cv=1.0,
        rate=0.05,
        effect="heterogeneous",
        groups=("linear", "mixed", "counts", "gee"),
    ),
    Corner(
        "usual, effect", 94, effect="constant", groups=("linear", "mixed", "counts", "gee", "wild")
    ),
    Corner(
        "usual, larger",
        160,
        icc=0.05,
        shares=(2, 3),
        groups=("linear", "mixed", "counts", "gee", "permutation"),
    ),
    Corner("all England, rare", 1_678, rate=0.005, groups=("linear", "mixed", "counts", "gee")),
)


def corners() -> tuple[Cell, ...]:
    """Make part B, numbered after part A."""
    return tuple(
        Cell(
            number=26 + position,
            name=corner.name,
            schools=corner.schools,
            icc=corner.icc,
            size_cv=corner.size_cv,
            shares=corner.shares,
            rate=corner.rate,
            effect=corner.effect,
            treated_icc=corner.treated_icc,
            stratum=corner.stratum,
            baseline=corner.baseline,
            groups=corner.groups,
        )
        for position, corner in enumerate(CORNERS)
    )


CELLS = (*orthogonal(), *corners())


@dataclass(frozen=True)
class Situation:
    """A kind of trial, and the cells that are of it."""

    words: str
    holds: Callable[[Cell], bool]


SITUATIONS = (
    Situation("20 schools", lambda cell: cell.schools == 20),
    Situation("40 schools", lambda cell: cell.schools == 40),
    Situation("94 or 160 schools", lambda cell: cell.schools in (94, 160)),
    Situation("1,678 schools", lambda cell: cell.schools == 1_678),
    Situation("equal shares, equal variances", lambda cell: _equal(cell) and _alike(cell)),
    Situation("shares 2:3 or 1:3, equal variances", lambda cell: not _equal(cell) and _alike(cell)),
    Situation("variances that differ by arm", lambda cell: cell.effect == "variances"),
    Situation("effects that differ", lambda cell: cell.effect in ("heterogeneous", "by-share")),
    Situation("pairs and strata under ten", lambda cell: 0 < cell.stratum < 10),
    Situation("rolls with CV 1", lambda cell: cell.size_cv == 1),
    Situation("rate 0.5 %", lambda cell: cell.rate == 0.005),
    Situation("ICC 0", lambda cell: cell.icc == 0),
    Situation("all cells", lambda cell: True),
)
"""The rows of the table "use this, not that": each estimator is judged by the cells it ran in."""


def _equal(cell: Cell) -> bool:
    return cell.shares == (1, 1) and cell.effect != "by-share"


def _alike(cell: Cell) -> bool:
    return cell.effect != "variances"
