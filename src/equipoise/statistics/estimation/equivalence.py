"""What an estimate rules out: two one-sided tests, and the smallest effects that are excluded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from equipoise.statistics.estimation.errors import EstimationError


@dataclass(frozen=True)
class EquivalenceTest:
    """Two one-sided tests against a range of effects too small to matter.

    Attributes
    ----------
    p
        The larger of the two.
    p_lower, p_upper
        Of the effect being at or below the lower end, and at or above the upper end.
    lower, upper
        The range.
    """

    p: float
    p_lower: float
    p_upper: float
    lower: float
    upper: float


def equivalence_test(
    estimate: float, se: float, df: float, lower: float, upper: float
) -> EquivalenceTest:
    """Test whether an effect lies inside a declared range (TOST).

    Parameters
    ----------
    estimate, se, df
        The effect with its error and degrees of freedom (infinite for z).
    lower, upper
        The range, lower below upper.

    Returns
    -------
    EquivalenceTest
        p <= alpha exactly where the interval at level 1 - 2 alpha lies inside the range.

    Raises
    ------
    EstimationError
        An error or degrees of freedom not above zero, or ends out of order.

    References
    ----------
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power
    approach. Journal of Pharmacokinetics and Biopharmaceutics 15(6).

    Examples
    --------
    >>> test = equivalence_test(0.1, 0.2, 50, -0.5, 0.5)
    >>> round(test.p, 6)
    0.025474
    """
    _check(se, df)
    if not lower < upper:
        raise EstimationError("The range of equivalence needs a lower end below its upper end.")
    p_lower = _upper_tail((estimate - lower) / se, df)
    p_upper = _upper_tail((upper - estimate) / se, df)
    return EquivalenceTest(max(p_lower, p_upper), p_lower, p_upper, lower, upper)


@dataclass(frozen=True)
class RuledOut:
    """The smallest effects that the data exclude.

    Attributes
    ----------
    above
        Effects above this are ruled out (an increase at least as large).
    below
        Effects below this are ruled out.
    alpha
        Of each of the two one-sided statements.
    """

    above: float
    below: float
    alpha: float


def ruled_out(estimate: float, se: float, df: float, *, alpha: float = 0.05) -> RuledOut:
    """Give the smallest increase and the smallest decrease that a one-sided test rejects.

    Every null finding can say this much: "an effect larger than `above`, or smaller than `below`,
    is ruled out at the level". Each statement has error rate alpha; both together are the
    interval at level 1 - 2 alpha.

    Parameters
    ----------
    estimate, se, df
        As in `equivalence_test`.
    alpha
        Between 0 and 0.5.

    Raises
    ------
    EstimationError
        An error or degrees of freedom not above zero, or alpha out of range.

    Examples
    --------
    >>> found = ruled_out(0.1, 0.2, 50)
    >>> round(found.above, 6), round(found.below, 6)
    (0.435181, -0.235181)
    """
    _check(se, df)
    if not 0 < alpha < 0.5:
        raise EstimationError("Alpha must lie between 0 and 0.5.")
    critical = stats.norm.ppf(1 - alpha) if np.isinf(df) else stats.t.ppf(1 - alpha, df)
    reach = float(critical) * se
    return RuledOut(estimate + reach, estimate - reach, alpha)


def _upper_tail(t: float, df: float) -> float:
    return float(stats.norm.sf(t) if np.isinf(df) else stats.t.sf(t, df))


def _check(se: float, df: float) -> None:
    if not (np.isfinite(se) and se > 0):
        raise EstimationError("The standard error is not above zero, so nothing can be tested.")
    if not df > 0:
        raise EstimationError("The degrees of freedom are not above zero.")
