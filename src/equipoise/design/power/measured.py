"""Measured: rates of schools over time as design parameters, blind to every arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from equipoise.statistics.estimation import EstimationError

#: No parameter is taken from fewer schools, whatever is declared, nor from fewer events.
FEWEST_SCHOOLS = 10
FEWEST_EVENTS = 20


@dataclass(frozen=True)
class RateSpread:
    """How schools' rates lie apart, chance taken off.

    Attributes
    ----------
    schools, events, members
        How many.
    rate
        Events per member, over all.
    cv, cv_low, cv_high
        Coefficient of variation of the true rates, with a 95 % interval.
    icc
        Correlation of two members of a school.
    """

    schools: int
    events: int
    members: int
    rate: float
    cv: float
    cv_low: float
    cv_high: float
    icc: float


def rate_spread(events: Sequence[int], members: Sequence[int]) -> RateSpread:
    """Part the variance of schools' rates into chance and what lies between schools.

    The observed variance of rates is on average that between schools plus p (1 - p) times the
    mean of 1 / members. The interval takes the observed variance as chi-square. An authority's
    own view of the same (`authority.quality.spread_of`) loads no SciPy and so has no interval.

    Parameters
    ----------
    events, members
        By school; members at least 1.

    Raises
    ------
    EstimationError
        Under 10 schools or 20 events: a school could be told from its neighbours' sums.

    References
    ----------
    Hayes, R. and Moulton, L. (2017). Cluster randomised trials, 2nd edition, section 7.4.

    Examples
    --------
    >>> found = rate_spread([2, 6, 10, 14] * 3, [200] * 12)
    >>> round(found.rate, 3), round(found.cv, 3), round(found.icc, 4)
    (0.04, 0.47, 0.0092)
    """
    from scipy.stats import chi2

    schools, total, whole = len(members), sum(members), sum(events)
    if len(events) != schools or schools < FEWEST_SCHOOLS or whole < FEWEST_EVENTS:
        raise EstimationError(
            f"{schools} schools with {whole} events: at least {FEWEST_SCHOOLS} schools and "
            f"{FEWEST_EVENTS} events are needed."
        )
    rates = [x / n for x, n in zip(events, members, strict=True)]
    mean, overall = sum(rates) / schools, whole / total
    observed = sum((rate - mean) ** 2 for rate in rates) / (schools - 1)
    chance = overall * (1 - overall) * sum(1 / n for n in members) / schools

    def cv(variance: float) -> float:
        return sqrt(max(0.0, variance - chance)) / overall

    df = schools - 1
    middle = cv(observed)
    return RateSpread(
        schools=schools,
        events=whole,
        members=total,
        rate=overall,
        cv=middle,
        cv_low=cv(observed * df / float(chi2.ppf(0.975, df))),
        cv_high=cv(observed * df / float(chi2.ppf(0.025, df))),
        icc=middle**2 * overall / (1 - overall) if overall < 1 else 0.0,
    )


def autocorrelation(
    first: Sequence[int], second: Sequence[int], members: Sequence[int]
) -> float | None:
    """Correlation of schools' true rates in two windows; None where chance alone would do.

    Chance in one window is independent of chance in the other, so the covariance of the rates is
    that of the true ones; their standard deviations are those of `rate_spread`. At most 1.

    Parameters
    ----------
    first, second
        Events of each school in the two windows, shape (J,).
    members
        Pupils of each, shape (J,).

    Examples
    --------
    >>> a, b = [2, 6, 10, 14] * 3, [4, 6, 9, 13] * 3
    >>> round(autocorrelation(a, b, [200] * 12), 2)
    1.0
    """
    one, two = rate_spread(first, members), rate_spread(second, members)
    if one.cv == 0 or two.cv == 0:
        return None
    rates = [(x / n, y / n) for x, y, n in zip(first, second, members, strict=True)]
    means = [sum(pair[i] for pair in rates) / len(rates) for i in (0, 1)]
    covariance = sum((x - means[0]) * (y - means[1]) for x, y in rates) / (len(rates) - 1)
    return min(1.0, covariance / (one.cv * one.rate * two.cv * two.rate))
