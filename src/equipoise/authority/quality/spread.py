"""Spread: how far schools' rates lie apart beyond chance, from their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Spread:
    """The rates of schools.

    Attributes
    ----------
    schools, pupils, children
        Schools with pupils, their pupils, and the children counted.
    rate
        Children per pupil, over all: children over pupils.
    sd
        Standard deviation of the schools' own rates, chance included.
    between
        Standard deviation of the true rates between schools; 0 where chance alone would do.
    cv
        `between` over `rate`: the coefficient of variation k of Hayes and Moulton. None where
        nothing was counted.
    icc
        Correlation of two pupils of a school: `between` squared over rate x (1 - rate). None
        where nothing was counted.
    """

    schools: int
    pupils: int
    children: int
    rate: float
    sd: float
    between: float
    cv: float | None
    icc: float | None


def spread_of(children: Sequence[int], pupils: Sequence[int]) -> Spread:
    """Part the variance of schools' shares into chance and what lies between schools.

    The observed variance of the shares is, on average, the variance between schools plus
    p (1 - p) times the mean of 1 / pupils (Hayes and Moulton, Cluster Randomised Trials, 2nd
    edition, 2017, section 7.4; Hayes and Bennett, Int J Epidemiol 1999; 28: 319-326).

    Parameters
    ----------
    children, pupils
        By school: children counted, and pupils on the roll (at least 1).

    Raises
    ------
    ValueError
        With under two schools, or a school without pupils.

    Examples
    --------
    >>> found = spread_of([2, 6, 10, 14], [200, 200, 200, 200])
    >>> round(found.rate, 3), round(found.cv, 3)
    (0.04, 0.545)
    """
    if len(children) != len(pupils) or len(pupils) < 2 or min(pupils) < 1:
        raise ValueError("at least two schools, each with its children and its pupils")
    rates = [x / n for x, n in zip(children, pupils, strict=True)]
    mean = sum(rates) / len(rates)
    observed = sum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1)
    overall = sum(children) / sum(pupils)
    chance = overall * (1 - overall) * sum(1 / n for n in pupils) / len(pupils)
    between = sqrt(max(0.0, observed - chance))
    counted = 0 < overall < 1
    return Spread(
        schools=len(rates),
        pupils=sum(pupils),
        children=sum(children),
        rate=overall,
        sd=sqrt(observed),
        between=between,
        cv=between / overall if counted else None,
        icc=between**2 / (overall * (1 - overall)) if counted else None,
    )
