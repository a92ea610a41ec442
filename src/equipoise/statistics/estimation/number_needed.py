"""The number needed to treat, whose interval goes through infinity where the effect may be nil."""

from __future__ import annotations

import math
from dataclasses import dataclass

from equipoise.statistics.estimation.errors import EstimationError


@dataclass(frozen=True)
class NumberNeeded:
    """How many must be treated for one more to benefit (or to be harmed).

    Attributes
    ----------
    estimate
        1 / difference: above zero for benefit (NNTB), below for harm (NNTH); infinite at no
        difference.
    benefit_limit
        End of the interval at the largest benefit, 1 / upper: the smallest NNTB (the largest NNTH
        where the whole interval is harm).
    harm_limit
        End at the largest harm, 1 / lower: the smallest NNTH (the largest NNTB where the whole
        interval is benefit).
    crosses
        Whether the interval holds no difference. It is then two rays, from NNTB `benefit_limit`
        to infinity and from infinity to NNTH `harm_limit`; the numbers between the two ends are
        what is excluded.
    """

    estimate: float
    benefit_limit: float
    harm_limit: float
    crosses: bool

    def words(self, digits: int = 0) -> str:
        """Write it, numbers rounded up to the next whole one where `digits` is 0.

        Examples
        --------
        >>> number_needed(0.1, -0.05, 0.25).words()
        'NNTB 10 (NNTB 4 to infinity to NNTH 20)'
        >>> number_needed(0.1, 0.05, 0.2).words()
        'NNTB 10 (NNTB 5 to NNTB 20)'
        """
        ends = [self._name(end, digits) for end in (self.benefit_limit, self.harm_limit)]
        finite = not (math.isinf(self.benefit_limit) or math.isinf(self.harm_limit))
        through = " to infinity to " if self.crosses and finite else " to "
        return f"{self._name(self.estimate, digits)} ({ends[0]}{through}{ends[1]})"

    @staticmethod
    def _name(value: float, digits: int) -> str:
        if math.isinf(value):
            return "infinity"
        # A number that is whole but for rounding is not rounded up.
        size = abs(value)
        shown = math.ceil(round(size, 9)) if digits == 0 else f"{size:.{digits}f}"
        return f"{'NNTB' if value > 0 else 'NNTH'} {shown}"


def number_needed(difference: float, lower: float, upper: float) -> NumberNeeded:
    """Turn a risk difference, benefit positive, into the number needed to treat.

    Parameters
    ----------
    difference
        Risk difference, such as 0.02 for two in a hundred, benefit positive (see `oriented`).
    lower, upper
        Its interval.

    Raises
    ------
    EstimationError
        Numbers outside -1 to 1, or out of order.

    References
    ----------
    Altman, D. G. (1998). Confidence intervals for the number needed to treat. BMJ 317, 1309-1312.

    Examples
    --------
    >>> number_needed(0.04, -0.01, 0.09).crosses
    True
    """
    if not -1 <= lower <= difference <= upper <= 1:
        raise EstimationError(
            "A risk difference and its interval must be in order and lie between -1 and 1."
        )

    def inverse(value: float) -> float:
        return math.inf if value == 0 else 1 / value

    return NumberNeeded(
        inverse(difference), inverse(upper), inverse(lower), bool(lower <= 0 <= upper)
    )
