"""Designs: how many units, how alike, in which shares, and the standard error that follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.statistics.estimation.errors import EstimationError


@dataclass(frozen=True)
class ClusterDesign:
    """Clusters of individuals, randomised whole, at once or within fixed blocks.

    SE^2 = icc (1 - r2_cluster) / (p (1 - p) J) + (1 - icc)(1 - r2_individual) / (p (1 - p) J n)
    and df = J - 2 blocks - g, with J clusters over all blocks.

    Attributes
    ----------
    clusters
        Clusters over all blocks, J.
    cluster_size
        Individuals in a cluster, n (their harmonic mean where sizes differ).
    icc
        Share of the variance that lies between clusters (within blocks).
    share
        Share of the clusters in the arm of interest, p.
    r2_cluster, r2_individual
        Variance explained by covariates at each level, 0 to 1.
    covariates
        Covariates at cluster level, g.
    blocks
        Fixed blocks, 1 where clusters are randomised at once.

    References
    ----------
    Dong, N. and Maynard, R. (2013). PowerUp!: a tool for calculating minimum detectable effect
    sizes. Journal of Research on Educational Effectiveness 6(1), models CRA2_2r and BCRA3_2f.

    Examples
    --------
    >>> design = ClusterDesign(clusters=20, cluster_size=4, icc=0.2)
    >>> round(design.standard_error, 6), design.df
    (0.282843, 18)
    """

    clusters: int
    cluster_size: float
    icc: float
    share: float = 0.5
    r2_cluster: float = 0.0
    r2_individual: float = 0.0
    covariates: int = 0
    blocks: int = 1

    def __post_init__(self) -> None:
        """Refuse what is no design."""
        check_share(self.share)
        check_part("The intracluster correlation", self.icc, closed=True)
        check_part("The variance explained between clusters", self.r2_cluster)
        check_part("The variance explained within clusters", self.r2_individual)
        if self.cluster_size <= 0 or self.blocks < 1 or self.covariates < 0:
            raise EstimationError(
                "Cluster size and blocks must be above zero, covariates not below."
            )

    @property
    def size(self) -> int:
        """Clusters over all blocks."""
        return self.clusters

    def resized(self, units: int) -> ClusterDesign:
        """Return the design with another number of clusters."""
        return replace(self, clusters=units)

    @property
    def df(self) -> int:
        """J - 2 blocks - g."""
        return self.clusters - 2 * self.blocks - self.covariates

    @property
    def standard_error(self) -> float:
        """Of the effect, in standard deviations of individuals."""
        between = self.icc * (1 - self.r2_cluster)
        within = (1 - self.icc) * (1 - self.r2_individual) / self.cluster_size
        information = self.share * (1 - self.share) * self.clusters
        return float(np.sqrt((between + within) / information))


@dataclass(frozen=True)
class StratumSize:
    """A stratum: its schools, and the share of them in the arm of interest."""

    schools: int
    share: float = 0.5


@dataclass(frozen=True)
class SchoolDesign:
    """One value per school, in standard deviations of the school values within strata.

    Attributes
    ----------
    strata
        Sizes and shares. With ``precision`` SE^2 = (1 - r2) / sum of J p (1 - p), what least
        squares with stratum indicators has; with ``average`` each stratum counts by its
        schools, as under inverse-share weights: SE^2 = (1 - r2) sum of (J_s / J)^2 /
        (J_s p_s (1 - p_s)). They agree where the shares do.
    r2
        Variance explained by covariates within strata, 0 to 1.
    covariates
        Covariates, g; df = J - strata - g - 1.
    weighting
        ``precision`` or ``average``.

    Examples
    --------
    >>> design = SchoolDesign.uniform(schools=94, r2=0.25)
    >>> round(design.standard_error, 6), design.df
    (0.178647, 92)
    """

    strata: tuple[StratumSize, ...]
    r2: float = 0.0
    covariates: int = 0
    weighting: Literal["precision", "average"] = "precision"

    def __post_init__(self) -> None:
        """Refuse what is no design."""
        if not self.strata or any(stratum.schools < 1 for stratum in self.strata):
            raise EstimationError("A design needs strata with at least one school each.")
        for stratum in self.strata:
            check_share(stratum.share)
        check_part("The variance explained", self.r2)
        if self.covariates < 0:
            raise EstimationError("The number of covariates cannot be below zero.")

    @classmethod
    def uniform(
        cls,
        schools: int,
        *,
        share: float = 0.5,
        strata: int = 1,
        r2: float = 0.0,
        covariates: int = 0,
    ) -> SchoolDesign:
        """Make a design of strata as equal in size as they can be, with one share."""
        if strata < 1 or schools < strata:
            raise EstimationError("A design needs strata with at least one school each.")
        size, larger = divmod(schools, strata)
        sizes = (StratumSize(size + (s < larger), share) for s in range(strata))
        return cls(tuple(sizes), r2, covariates)

    @property
    def schools(self) -> int:
        """Schools over all strata, J."""
        return sum(stratum.schools for stratum in self.strata)

    @property
    def size(self) -> int:
        """Schools over all strata."""
        return self.schools

    def resized(self, units: int) -> SchoolDesign:
        """Return the design with another number of schools; strata keep their proportions."""
        scale = units / self.schools
        # Rounded up after taking off what is only the rounding of the product.
        grown = (
            replace(stratum, schools=max(1, int(np.ceil(stratum.schools * scale - 1e-9))))
            for stratum in self.strata
        )
        return replace(self, strata=tuple(grown))

    @property
    def df(self) -> int:
        """J - strata - g - 1."""
        return self.schools - len(self.strata) - self.covariates - 1

    @property
    def standard_error(self) -> float:
        """Of the effect, in standard deviations of the school values."""
        sizes = np.asarray([stratum.schools for stratum in self.strata], dtype=np.float64)
        shares = np.asarray([stratum.share for stratum in self.strata])
        information = sizes * shares * (1 - shares)
        if self.weighting == "precision":
            variance = 1 / information.sum()
        else:
            variance = np.sum((sizes / sizes.sum()) ** 2 / information)
        return float(np.sqrt((1 - self.r2) * variance))


def check_share(share: float) -> None:
    """Refuse what does not lie between 0 and 1."""
    if not 0 < share < 1:
        raise EstimationError("Shares, power and alpha must lie between 0 and 1.")


def check_part(name: str, value: float, *, closed: bool = False) -> None:
    """Refuse what does not lie from 0 to under 1 (`closed`: to 1)."""
    if not (0 <= value < 1 or (closed and value == 1)):
        raise EstimationError(f"{name} must lie between 0 and 1.")
