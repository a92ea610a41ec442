"""What an estimator gives in one trial, and what is summed over trials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.statistics.estimation import EstimationError, t_interval
from validation.estimation.declared import NOMINAL

RARELY = 200
"""Every so many trials an interval is held against the product's own `t_interval`."""

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Found:
    """An estimate with its error and degrees of freedom (infinite for z)."""

    estimate: float
    se: float
    df: float


@dataclass(frozen=True)
class FoundInterval:
    """An estimate with the interval that a method gives by itself."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class FoundTest:
    """A p value."""

    p: float


@dataclass(frozen=True)
class Failed:
    """No interval, and the kind of error that said so."""

    why: str


Result = Found | FoundInterval | FoundTest | Failed


def attempt(fit: Callable[[], Result]) -> Result:
    """Run an estimator; that the product refuses the data is a result too."""
    try:
        return fit()
    except EstimationError as error:
        return Failed(type(error).__name__)


@dataclass
class Tally:
    """Sums of one estimator over trials.

    Attributes
    ----------
    trials, given
        Trials, and those with an interval or p value.
    covered, rejected
        Of those given: intervals that hold the truth, and those that leave zero out (p <= 0.05
        for a test, which has no cover).
    error, square, se
        Sums of estimate less truth, its square, and standard error.
    why
        Kinds of failure and their number.
    """

    trials: int = 0
    given: int = 0
    covered: int = 0
    rejected: int = 0
    error: float = 0.0
    square: float = 0.0
    se: float = 0.0
    why: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add the trials of another block."""
        self.trials += other.trials
        self.given += other.given
        self.covered += other.covered
        self.rejected += other.rejected
        self.error += other.error
        self.square += other.square
        self.se += other.se
        self.why.update(other.why)


def tally(results: Sequence[Result], truth: float) -> Tally:
    """Sum the results of one estimator in consecutive trials of a cell.

    The t interval is reckoned for all trials at once; every 200th is held against the product's
    `t_interval`.

    Parameters
    ----------
    results
        One per trial, at least one.
    truth
        What an interval should hold; zero for tests.

    Raises
    ------
    RuntimeError
        An interval that is not the product's.
    """
    why = Counter(result.why for result in results if isinstance(result, Failed))
    tests = np.array([result.p for result in results if isinstance(result, FoundTest)])
    fits = [(i, result) for i, result in enumerate(results) if isinstance(result, Found)]
    own = [result for result in results if isinstance(result, FoundInterval)]
    usable = [(i, fit) for i, fit in fits if _has_interval(fit)]
    if len(fits) > len(usable):
        why["no error or degrees of freedom"] = len(fits) - len(usable)
    estimate, se, df = (np.array(column) for column in _columns(usable))
    reach = _critical(df) * se
    for (i, fit), by in zip(usable, reach, strict=True):
        if i % RARELY == 0:
            _check(fit, float(by))
    estimate = np.append(estimate, [interval.estimate for interval in own])
    lower = np.append(estimate[: reach.size] - reach, [interval.lower for interval in own])
    upper = np.append(estimate[: reach.size] + reach, [interval.upper for interval in own])
    rejected = np.count_nonzero((lower > 0) | (upper < 0))
    rejected += np.count_nonzero(tests <= NOMINAL * (1 + TOLERANCE))
    return Tally(
        trials=len(results),
        given=lower.size + tests.size,
        covered=int(np.count_nonzero((lower <= truth) & (truth <= upper))),
        rejected=int(rejected),
        error=float(np.sum(estimate - truth)),
        square=float(np.sum((estimate - truth) ** 2)),
        se=float(np.sum(se)),
        why=why,
    )


def _has_interval(fit: Found) -> bool:
    return bool(np.isfinite([fit.estimate, fit.se]).all() and fit.se > 0 and fit.df > 0)


def _columns(usable: Sequence[tuple[int, Found]]) -> tuple[list[float], list[float], list[float]]:
    fits = [fit for _, fit in usable]
    return [fit.estimate for fit in fits], [fit.se for fit in fits], [fit.df for fit in fits]


def _critical(df: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the two-sided critical values of t, or of the normal where df is infinite."""
    finite = np.where(np.isfinite(df), df, 1.0)
    upper = 1 - NOMINAL / 2
    return np.where(np.isfinite(df), special.stdtrit(finite, upper), special.ndtri(upper))


def _check(fit: Found, reach: float) -> None:
    """Hold an interval against the product's."""
    interval = t_interval(fit.estimate, fit.se, fit.df, NOMINAL)
    ours = (fit.estimate - reach, fit.estimate + reach)
    if not np.allclose(ours, (interval.lower, interval.upper), rtol=0, atol=TOLERANCE * reach):
        raise RuntimeError(f"The interval {ours} of {fit} is not the product's {interval}.")
