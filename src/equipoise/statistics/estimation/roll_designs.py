"""Designs from the real roll list: every school with its own size, chance and weight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.designs import check_part, check_share
from equipoise.statistics.estimation.errors import EstimationError

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class RollDesign:
    """Schools of unequal size, their values weighted as the analysis weights them.

    With weights a, variances v of the schools' values and shares p by stratum s: under
    ``average`` SE^2 = sum_s [sum a^2 v / (p (1 - p))] / (sum a)^2, where each stratum counts by
    its weight; under ``precision`` SE^2 = sum_s [p (1 - p) sum a^2 v] / (sum_s p (1 - p) sum a)^2,
    what weighted least squares with stratum indicators has. With a = 1 / v the second is
    1 / sum_s p (1 - p) sum 1 / v, the least that any weights give.

    Attributes
    ----------
    variances
        Variance of each school's value, in the square of the effect's unit, shape (J,).
    weights
        Weight of each school, shape (J,): its pupils for the average pupil, 1 for the average
        school.
    strata
        Position of each school's stratum, from 0, shape (J,).
    shares
        Share of each stratum's schools in the arm of interest.
    covariates
        Covariates, g; df = J - strata - g - 1.
    weighting
        ``precision`` or ``average``.

    References
    ----------
    The sum is exact given the variances. With ``average``, equal shares and pupils as weights it
    is the design effect of Eldridge, Ashby and Kerry (2006), International Journal of
    Epidemiology 35: 1 + ((1 + cv^2) m - 1) icc.

    Examples
    --------
    >>> design = RollDesign.of(cluster_variances([20, 40, 60, 80], icc=0.05), [20, 40, 60, 80])
    >>> effect = design_effect(50, 0.05, cv=500**0.5 / 50)
    >>> round(design.standard_error, 9) == round((4 * effect / 200) ** 0.5, 9)
    True
    """

    variances: Array
    weights: Array
    strata: Counts
    shares: tuple[float, ...]
    covariates: int = 0
    weighting: Literal["precision", "average"] = "average"

    def __post_init__(self) -> None:
        """Refuse what is no design."""
        sizes = {self.variances.shape, self.weights.shape, self.strata.shape}
        if len(sizes) != 1 or self.variances.ndim != 1 or not self.variances.size:
            raise EstimationError("Variances, weights and strata need one value for each school.")
        if not (self.variances > 0).all() or not (self.weights > 0).all():
            raise EstimationError("Variances and weights must be above zero.")
        if self.strata.min() < 0 or self.strata.max() >= len(self.shares):
            raise EstimationError("Each school needs a stratum with a share.")
        for share in self.shares:
            check_share(share)

    @classmethod
    def of(
        cls,
        variances: ArrayLike,
        weights: ArrayLike | None = None,
        strata: ArrayLike | None = None,
        shares: tuple[float, ...] = (0.5,),
        *,
        covariates: int = 0,
        weighting: Literal["precision", "average"] = "average",
    ) -> RollDesign:
        """Make a design from what `RollDesign` holds, each array of shape (J,).

        Without weights schools count alike; without strata all are of one.
        """
        v = np.asarray(variances, dtype=np.float64)
        a = np.ones(v.shape) if weights is None else np.asarray(weights, dtype=np.float64)
        s = np.zeros(v.shape, np.int64) if strata is None else np.asarray(strata, dtype=np.int64)
        return cls(v, a, s, shares, covariates, weighting)

    @property
    def size(self) -> int:
        """Schools."""
        return int(self.variances.size)

    @property
    def df(self) -> int:
        """J - strata - g - 1, of strata that hold a school."""
        return self.size - int(np.unique(self.strata).size) - self.covariates - 1

    @property
    def standard_error(self) -> float:
        """Of the effect, in its own unit."""
        count = len(self.shares)
        weight = np.bincount(self.strata, self.weights, count)
        spread = np.bincount(self.strata, self.weights**2 * self.variances, count)
        shares = np.asarray(self.shares)
        halves = shares * (1 - shares)
        if self.weighting == "average":
            return float(np.sqrt((spread / halves).sum()) / weight.sum())
        return float(np.sqrt((spread * halves).sum()) / (weight * halves).sum())

    def resized(self, units: int) -> RollDesign:
        """Return the design with schools like these, so many: the list is gone through again."""
        again = np.arange(units) * self.size // units if units < self.size else None
        order = np.arange(units) % self.size if again is None else again
        return replace(
            self,
            variances=self.variances[order],
            weights=self.weights[order],
            strata=self.strata[order],
        )


def cluster_variances(
    sizes: ArrayLike, icc: float, *, r2_cluster: float = 0.0, r2_individual: float = 0.0
) -> Array:
    """Variance of each cluster's mean, where individuals have variance 1.

    Parameters
    ----------
    sizes
        Individuals of each cluster, shape (J,).
    icc, r2_cluster, r2_individual
        As in `ClusterDesign`.

    Examples
    --------
    >>> cluster_variances([10, 100], 0.1).round(3).tolist()
    [0.19, 0.109]
    """
    check_part("The intracluster correlation", icc, closed=True)
    check_part("The variance explained between clusters", r2_cluster)
    check_part("The variance explained within clusters", r2_individual)
    n = _sizes(sizes)
    return icc * (1 - r2_cluster) + (1 - icc) * (1 - r2_individual) / n


def rate_variances(
    rolls: ArrayLike,
    mean: float,
    cv: float,
    *,
    kind: Literal["binary", "count"] = "binary",
    r2: float = 0.0,
) -> Array:
    """Variance of each school's rate per member, from the mean rate and how schools differ.

    (cv mean)^2 (1 - r2) lies between schools; chance adds mean / n for counts (Poisson) and
    (mean (1 - mean) - (cv mean)^2) / n for pupils with an event (binary). Covariates explain what
    lies between schools, and no chance.

    Parameters
    ----------
    rolls
        Members (pupils, years of observation) of each school, shape (J,).
    mean
        Events per member.
    cv
        Coefficient of variation of the schools' true rates, k of Hayes and Moulton.
    kind
        ``binary``: members with an event; ``count``: events.
    r2
        Part of the variance between schools that covariates explain.

    Returns
    -------
    ndarray
        Shape (J,), of the rate per member, squared.

    Raises
    ------
    EstimationError
        Where a number is out of its range, or a share cannot spread so far.

    References
    ----------
    Hayes, R. and Bennett, S. (1999). Simple sample size calculation for cluster-randomized
    trials. International Journal of Epidemiology 28. Their chance of a share leaves out the
    second term, (cv mean)^2 / n, which is what makes the sum exact.

    Examples
    --------
    >>> rate_variances([10], 0.15, 0.1, kind="count").round(6).tolist()
    [0.015225]
    """
    check_part("The variance explained", r2)
    if not mean > 0 or cv < 0 or (kind == "binary" and mean * (1 - mean) < (cv * mean) ** 2):
        raise EstimationError(
            "The mean must be above zero, and the spread between schools one that a share can have."
        )
    n, between = _sizes(rolls), (cv * mean) ** 2
    chance = mean if kind == "count" else mean * (1 - mean) - between
    return between * (1 - r2) + chance / n


def design_effect(size: float, icc: float, cv: float = 0.0) -> float:
    """How many times the individuals that a trial of individuals would need.

    Parameters
    ----------
    size
        Mean number of individuals in a cluster, m.
    icc
        Intracluster correlation.
    cv
        Coefficient of variation of that number (divided by J, not J - 1); 0 for equal clusters.

    Raises
    ------
    EstimationError
        Where a number is out of its range.

    References
    ----------
    1 + (m - 1) icc: Donner, A. and Klar, N. (2000), Design and analysis of cluster randomization
    trials in health research, chapter 5. With cv: Eldridge, Ashby and Kerry (2006).

    Examples
    --------
    >>> round(design_effect(51, 0.02), 6), round(design_effect(51, 0.02, cv=0.65), 6)
    (2.0, 2.43095)
    """
    check_part("The intracluster correlation", icc, closed=True)
    if size <= 0 or cv < 0:
        raise EstimationError("Sizes must be above zero, and their variation not below.")
    return 1 + ((1 + cv**2) * size - 1) * icc


def _sizes(sizes: ArrayLike) -> Array:
    n = np.asarray(sizes, dtype=np.float64)
    if n.ndim != 1 or not n.size or not (n > 0).all():
        raise EstimationError("Each cluster needs its number of individuals, above zero.")
    return n
