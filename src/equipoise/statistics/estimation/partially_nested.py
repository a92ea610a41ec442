"""Partially nested designs: groups in one arm only, as where supervision is given in groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

from equipoise.statistics.estimation.designs import check_part, check_share
from equipoise.statistics.estimation.errors import EstimationError


@dataclass(frozen=True)
class PartiallyNestedDesign:
    """Units randomised one by one; those of the arm of interest then share a group.

    With the residual variance of the other arm as 1, and theirs within groups as `residual_ratio`:
    SE^2 = (1 - r2) [1 / n_C + v (1 + (m - 1) icc) / n_T], v = residual_ratio / (1 - icc). Groups
    of one, or no correlation, give the design without groups. Units of the other arm share
    nobody: what a supervisor does alike for all of a group is not chance that more units average
    out, only more groups.

    Attributes
    ----------
    units
        Units randomised.
    group_size
        Units of a group, m: schools of one supervisor, or of one group session.
    icc
        Correlation of two units of a group, after the draw, in the arm of interest.
    share
        Share of the units in that arm.
    r2
        Variance explained by covariates, 0 to 1.
    residual_ratio
        Variance within groups over the other arm's variance.

    References
    ----------
    Moerbeek, M. and Wong, W. (2008). Sample size formulae for trials comparing group and
    individual treatments in a multilevel model. Statistics in Medicine 27. Lohr, S., Schochet, P.
    and Sanders, E. (2014). Partially nested randomized controlled trials in education research.
    NCER 2014-2000, chapter 3 and its Satterthwaite degrees of freedom.

    Examples
    --------
    >>> design = PartiallyNestedDesign(units=250, group_size=5, icc=0.10)
    >>> round(design.standard_error, 3), round(design.df, 1)
    (0.143, 60.0)
    """

    units: int
    group_size: float
    icc: float
    share: float = 0.5
    r2: float = 0.0
    residual_ratio: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no design."""
        check_share(self.share)
        check_part("The correlation within groups", self.icc)
        check_part("The variance explained", self.r2)
        if self.group_size < 1 or self.residual_ratio <= 0:
            raise EstimationError("Groups hold one unit or more, and the ratio is above zero.")

    @property
    def groups(self) -> float:
        """Groups of the arm of interest."""
        return self.units * self.share / self.group_size

    @property
    def _treated(self) -> float:
        """Variance of a group's mean."""
        return self.residual_ratio * (1 / self.group_size + self.icc / (1 - self.icc))

    @property
    def df(self) -> float:
        """Satterthwaite's, from groups in one arm and units in the other; 0 where none are left."""
        others, groups = self.units * (1 - self.share), self.groups
        if others <= 1 or groups <= 1:
            return 0.0
        one, other = self._treated / groups, 1 / others
        return (one + other) ** 2 / (one**2 / (groups - 1) + other**2 / (others - 1))

    @property
    def standard_error(self) -> float:
        """Of the effect, in standard deviations of the arm without groups."""
        others = self.units * (1 - self.share)
        return sqrt((1 - self.r2) * (1 / others + self._treated / self.groups))

    @property
    def size(self) -> int:
        """Units randomised."""
        return self.units

    def resized(self, units: int) -> PartiallyNestedDesign:
        """Return the design with another number of units, groups of the same size."""
        return replace(self, units=units)

    @property
    def inflation(self) -> float:
        """How many times the units that a trial without groups would need, about."""
        alone = 1 / (1 - self.share) + self.residual_ratio / self.share
        grouped = 1 / (1 - self.share) + self._treated * self.group_size / self.share
        return grouped / alone
