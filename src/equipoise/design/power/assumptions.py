"""Assumptions: everything a trial's size is reckoned from, as plain numbers that can be varied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.core.base import ProblemsError
from equipoise.design.power.refusing import refused
from equipoise.design.power.rolls import share_of_chance
from equipoise.statistics.estimation import (
    ClusterDesign,
    EstimationError,
    RollDesign,
    SchoolDesign,
    StratumSize,
    cluster_variances,
    rate_variances,
)

Design = SchoolDesign | ClusterDesign | RollDesign


@dataclass(frozen=True)
class Scaled:
    """A design, and the natural unit in which its standard deviation of 1 is printed.

    Attributes
    ----------
    design
        Its error is in standard deviations.
    sd, label
        One of them in natural units, and whose it is.
    """

    design: Design
    sd: float
    label: str


@dataclass(frozen=True)
class Assumptions:
    """What the size is reckoned from.

    Attributes
    ----------
    outcome, unit
        Id of the primary outcome, and the unit of its effects.
    kind
        ``rate`` where members have an event or not, ``count`` where events are counted (Poisson),
        else ``value``.
    per
        Natural units of one event for one member: 1000 for a rate per 1,000.
    enrolled
        Whether units and members are those of the register.
    strata
        Units of each stratum.
    members
        Members of each unit; empty where unknown.
    schools, authorities
        How many; None where unknown.
    share
        Share of the units in the arm with the intervention.
    alpha, power, margin
        Error rate, power asked for, and M.
    icc, school_sd, member_sd, mean, cv, r2
        As declared under ``design.power``.
    covariates
        Covariates of the declared model, the baseline among them.
    averaged
        Whether strata count by their size and not by their information.
    by_members
        Whether units count by their members in the declared estimand.
    authority_effect_sd, group_size, group_icc
        As declared.
    size
        Another number of units, strata in proportion; None for the strata as they are.
    source
        Where the assumptions come from.
    """

    outcome: str
    unit: str
    kind: Literal["rate", "count", "value"]
    per: float
    enrolled: bool
    strata: tuple[int, ...]
    members: tuple[float, ...]
    schools: int | None
    authorities: int | None
    share: float
    alpha: float
    power: float
    margin: float
    icc: float | None
    school_sd: float | None
    member_sd: float | None
    mean: float | None
    cv: float | None
    r2: float
    covariates: int
    averaged: bool
    by_members: bool
    authority_effect_sd: float | None
    group_size: float | None
    group_icc: float | None
    size: int | None
    source: str

    @property
    def units(self) -> int:
        """Units over all strata."""
        return sum(self.strata)

    def scaled(self) -> Scaled:
        """Return the design of the declared assumptions.

        Raises
        ------
        ProblemsError
            Without a standard deviation, or what one follows from; or no design at all.
        """
        try:
            return self._scaled()
        except EstimationError as error:
            raise refused(
                "design.power", str(error), "assumptions that a design can have", "correct them"
            ) from None

    def _scaled(self) -> Scaled:
        if self.school_sd is not None:
            found = Scaled(self._schools(), self.school_sd, "between units")
        elif self.icc is not None and self.member_sd is not None and self.members:
            found = Scaled(self._clusters(), self.member_sd, "over all members")
        elif self.mean is not None and self.cv is not None and self.members:
            found = self._rates()
        else:
            raise refused(
                "design.power",
                "no standard deviation to reckon with",
                "school_sd, or icc with member_sd and members, or mean and cv with members",
                "add them with their source",
            )
        if self.size is None:
            return found
        return replace(found, design=found.design.resized(self.size))

    def _schools(self) -> SchoolDesign:
        strata = tuple(StratumSize(count, self.share) for count in self.strata)
        weighting: Literal["average", "precision"] = "average" if self.averaged else "precision"
        return SchoolDesign(strata, self.r2, self.covariates, weighting)

    def _clusters(self) -> ClusterDesign:
        harmonic = len(self.members) / sum(1 / n for n in self.members)
        return ClusterDesign(
            clusters=self.units,
            cluster_size=harmonic,
            icc=0.0 if self.icc is None else self.icc,
            share=self.share,
            r2_cluster=self.r2,
            r2_individual=self.r2,
            covariates=self.covariates + len(self.strata) - 1,
        )

    def _rates(self) -> Scaled:
        sd = sqrt(float(self._rate_variances(self.cv or 0.0).mean()))
        design = self.listed(self._rate_variances(self.cv or 0.0, r2=self.r2) / sd**2)
        return Scaled(design, sd, "between units, chance included")

    def _rate_variances(self, cv: float, *, r2: float = 0.0) -> NDArray[np.float64]:
        """Variance of each unit's rate in natural units, at the declared mean."""
        kind: Literal["binary", "count"] = "count" if self.kind == "count" else "binary"
        mean = (self.mean or 0.0) / self.per
        return rate_variances(self.members, mean, cv, kind=kind, r2=r2) * self.per**2

    def listed(self, variances: ArrayLike, *, by_members: bool = False) -> RollDesign:
        """Return the design of a variance for each unit, in the order of `members`."""
        places = [place for place, count in enumerate(self.strata) for _ in range(count)]
        return RollDesign.of(
            variances,
            self.members if by_members else None,
            places,
            (self.share,) * len(self.strata),
            covariates=self.covariates,
            weighting="average" if self.averaged else "precision",
        )

    def value_variances(self) -> NDArray[np.float64]:
        """Variance of each unit's value in natural units, as the rolls make it.

        Where a mean is declared, what the rolls leave to chance is parted from what lies between
        units; without one, every unit's value varies alike.
        """
        if self.school_sd is not None and (cv := self.implied_cv()) is not None:
            return self._rate_variances(cv) * (1 - self.r2)
        if self.school_sd is not None:
            return np.full(len(self.members), self.school_sd**2 * (1 - self.r2))
        if self.icc is not None and self.member_sd is not None:
            parts = cluster_variances(
                self.members, self.icc, r2_cluster=self.r2, r2_individual=self.r2
            )
            return parts * self.member_sd**2
        return self._rate_variances(self.cv or 0.0, r2=self.r2)

    @property
    def counted(self) -> bool:
        """Whether a rate's spread can be parted into chance and what lies between units."""
        return self.kind != "value" and self.mean is not None and bool(self.members)

    def implied_cv(self) -> float | None:
        """Coefficient of variation of the true rates that mean and school_sd imply.

        None without them, and where chance alone gives more than `school_sd`.
        """
        if not self.counted or self.school_sd is None:
            return None
        mean, chance = (self.mean or 0.0) / self.per, share_of_chance(self.members)
        seen = (self.school_sd / self.per) ** 2
        if self.kind == "count":
            between = seen - mean * chance
        else:
            # seen = between + (mean (1 - mean) - between) x chance.
            between = (seen - mean * (1 - mean) * chance) / (1 - chance)
        return sqrt(between) / mean if between >= 0 else None

    def implied(self) -> float | None:
        """Correlation of two members of a unit that mean and school_sd imply; None likewise.

        None too where events are counted: they are nobody's.
        """
        cv = self.implied_cv()
        if cv is None or self.kind != "rate":
            return None
        mean = (self.mean or 0.0) / self.per
        return cv**2 * mean / (1 - mean)

    def with_icc(self, icc: float) -> Assumptions:
        """Return them with another correlation; of a rate, the spread that follows from it.

        Raises
        ------
        ProblemsError
            Where no correlation is reckoned with, and none can be turned into a spread.
        """
        if self.school_sd is None and self.icc is not None:
            return replace(self, icc=icc)
        if self.kind != "rate":
            raise self._no_spread()
        mean = (self.mean or 0.0) / self.per
        return self.with_cv(sqrt(icc * (1 - mean) / mean) if mean else 0.0)

    def with_cv(self, cv: float) -> Assumptions:
        """Return them with another variation of the true rates.

        Raises
        ------
        ProblemsError
            Without the mean of a rate, or members.
        """
        if not self.counted:
            raise self._no_spread()
        sd = sqrt(float(self._rate_variances(cv).mean()))
        return replace(self, school_sd=sd, icc=None, cv=None)

    def _no_spread(self) -> ProblemsError:
        return refused(
            "design.power.mean",
            "nothing, and the size is reckoned from school_sd",
            "the mean of a rate, and the members of a unit, to turn a correlation or variation "
            "into a standard deviation",
            "add mean and members to design.power, or give icc and member_sd",
        )
