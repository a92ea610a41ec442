"""How large an effect a design can find: closed forms."""

from __future__ import annotations

import math
from typing import Protocol, Self, TypeVar

from scipy import stats

from equipoise.statistics.estimation.designs import check_share
from equipoise.statistics.estimation.errors import EstimationError


class Design(Protocol):
    """What the formulas need: a standard error in standard deviations, and its df."""

    @property
    def standard_error(self) -> float:
        """Of the effect, in standard deviations of the outcome."""
        ...

    @property
    def df(self) -> float:
        """Degrees of freedom of the effect's t."""
        ...


class Resizable(Design, Protocol):
    """A design that can be made larger or smaller."""

    def resized(self, units: int, /) -> Self:
        """Return the same design with another size."""
        ...


Sized = TypeVar("Sized", bound=Resizable)


def minimum_detectable_effect(
    design: Design, *, power: float = 0.8, alpha: float = 0.05, two_sided: bool = True
) -> float:
    """Give the smallest effect that a design finds with the wanted power.

    (t of 1 - alpha / 2 + t of power) x SE, both quantiles at the design's df.

    Raises
    ------
    EstimationError
        No degrees of freedom left, or power or alpha out of range.

    References
    ----------
    Dong and Maynard (2013), equation 1.

    Examples
    --------
    >>> from equipoise.statistics.estimation import ClusterDesign
    >>> blocked = ClusterDesign(clusters=220, cluster_size=20, icc=0.1, blocks=5)
    >>> round(minimum_detectable_effect(blocked), 6), blocked.df
    (0.14452, 210)
    """
    critical = _critical(design, alpha, two_sided)
    check_share(power)
    return float((critical + stats.t.ppf(power, design.df)) * design.standard_error)


def power(design: Design, effect: float, *, alpha: float = 0.05, two_sided: bool = True) -> float:
    """Give the power to find an effect, from the noncentral t.

    Parameters
    ----------
    design
        The design.
    effect
        In standard deviations, as the design's standard error. Its sign does not matter.
    alpha, two_sided
        The test.

    Raises
    ------
    EstimationError
        No degrees of freedom left, or alpha out of range.

    Notes
    -----
    `minimum_detectable_effect` is the field's formula with a central t for the power; at that
    effect this power differs from the wanted one in the third digit.

    Examples
    --------
    >>> from equipoise.statistics.estimation import ClusterDesign
    >>> round(power(ClusterDesign(clusters=20, cluster_size=4, icc=0.2), 0.0), 3)
    0.05
    """
    critical = _critical(design, alpha, two_sided)
    noncentrality = abs(effect) / design.standard_error
    above = _beyond(critical, design.df, noncentrality)
    if not two_sided:
        return above
    return above + _beyond(critical, design.df, -noncentrality)


def _beyond(critical: float, df: float, noncentrality: float) -> float:
    """Chance that t exceeds a bound; by the normal where SciPy's noncentral t gives no number.

    SciPy returns NaN for large df and noncentrality, where t and normal agree to many digits.
    """
    exact = float(stats.nct.sf(critical, df, noncentrality))
    if math.isfinite(exact):
        return exact
    # Johnson, Kotz and Balakrishnan 1995, chapter 31: t is nearly normal with this spread.
    spread = math.sqrt(1 + critical**2 / (2 * df))
    return float(stats.norm.sf((critical * (1 - 1 / (4 * df)) - noncentrality) / spread))


def units_needed(
    design: Sized,
    effect: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    two_sided: bool = True,
    limit: int = 1_000_000,
) -> Sized:
    """Enlarge or reduce a design to the fewest units whose detectable effect is small enough.

    Parameters
    ----------
    design
        Its blocks or strata, shares and correlations stay; its size (clusters, schools, units
        of the highest level, or units of a fixed block) is what is sought. Strata keep their
        proportions, rounded up.
    effect
        In standard deviations, above zero.
    power, alpha, two_sided
        As in `minimum_detectable_effect`.
    limit
        The most units looked at.

    Returns
    -------
    the same kind of design
        Of that size; its `size` is the number.

    Raises
    ------
    EstimationError
        An effect not above zero, or no size up to `limit` is enough.

    Examples
    --------
    >>> from equipoise.statistics.estimation import SchoolDesign
    >>> units_needed(SchoolDesign.uniform(10), 0.5, power=0.8).schools
    128
    """
    if not effect > 0:
        raise EstimationError("The effect sought must be above zero.")

    def enough(units: int) -> bool:
        sized = design.resized(units)
        if sized.df < 1:
            return False
        found = minimum_detectable_effect(sized, power=power, alpha=alpha, two_sided=two_sided)
        return found <= effect

    low, high = 1, 2
    while not enough(high):
        low, high = high, 2 * high
        if low > limit:
            raise EstimationError(f"Even {limit} units would not find an effect of {effect}.")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return design.resized(high)


def _critical(design: Design, alpha: float, two_sided: bool) -> float:
    if design.df < 1:
        raise EstimationError(
            f"The design leaves {design.df:g} degrees of freedom; it needs more units, fewer "
            "strata or fewer covariates."
        )
    check_share(alpha)
    return float(stats.t.ppf(1 - alpha / (2 if two_sided else 1), design.df))
