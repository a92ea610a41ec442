"""Multilevel designs: any level randomised, with what lies under it and the blocks above it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isclose, prod, sqrt
from typing import Literal

import numpy as np

from equipoise.statistics.estimation.designs import check_part, check_share
from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.power import Resizable

BlockEffects = Literal["random", "fixed", "constant"]


@dataclass(frozen=True)
class Level:
    """One level of a design.

    Attributes
    ----------
    units
        Units of this level in one unit of the level above; of the highest level, in all. Their
        harmonic mean where numbers differ.
    variance
        Share of the outcome's variance that lies at this level: its intraclass correlation.
    r2
        Part of that variance which covariates explain, 0 to 1.
    covariates
        Covariates at this level.
    effect_variance
        Above the randomised level, where blocks are random: the variance of the effect between
        these units, as a part of `variance` (omega).
    effect_r2
        Part of the effect's variance that covariates explain.
    """

    units: float
    variance: float
    r2: float = 0.0
    covariates: int = 0
    effect_variance: float = 0.0
    effect_r2: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no level."""
        check_part("The share of the variance at a level", self.variance, closed=True)
        check_part("The variance explained at a level", self.r2)
        check_part("The effect's variance explained at a level", self.effect_r2, closed=True)
        if self.units <= 0 or self.covariates < 0 or self.effect_variance < 0:
            raise EstimationError(
                "Units must be above zero; covariates and the effect's variance not below."
            )


@dataclass(frozen=True)
class MultilevelDesign:
    """Units of one level randomised: members under them, blocks over them.

    SE^2 = the sum, over the randomised level and those under it, of
    variance (1 - r2) / (p (1 - p) N), and over random blocks above it of
    variance x effect_variance (1 - effect_r2) / N, with N the units of that level in all.

    Degrees of freedom: N - g - 2 where the highest level is randomised; with blocks N - K - g - 1
    where one effect is fitted beside block indicators (``constant``), N - 2 K - g where each
    block has its own (``fixed``), K - g - 1 where blocks are a sample (``random``), with K the
    blocks of the highest level and g the covariates of the level that counts.

    Attributes
    ----------
    levels
        From the lowest to the highest.
    treated
        Position of the randomised level, from 0.
    share
        Share of its units in the arm of interest, within every block.
    blocks
        What is assumed of the effect over blocks. With ``fixed`` and ``constant`` there is one
        level above, and effects are in standard deviations within blocks.

    Notes
    -----
    One class for the individual (IRA), blocked individual (BIRA2_1c, 1f, 1r; BIRA3_1r), cluster
    (CRA2_2r, CRA3_3r) and blocked cluster designs (BCRA3_2f, 2r; BCRA4_3f, 2r, 3r).

    References
    ----------
    Dong, N. and Maynard, R. (2013). PowerUp!: a tool for calculating minimum detectable effect
    sizes. Journal of Research on Educational Effectiveness 6(1), tables 1 to 3. Raudenbush, S.
    and Liu, X. (2000). Statistical power and optimal design for multisite randomized trials.
    Psychological Methods 5(2).

    Examples
    --------
    Six schools in each of 24 authorities, drawn from all authorities:

    >>> blocked = MultilevelDesign(
    ...     (Level(10, 0.77), Level(6, 0.10), Level(24, 0.13, effect_variance=0.4)), treated=1
    ... )
    >>> round(blocked.standard_error, 3), blocked.df
    (0.084, 23)
    """

    levels: tuple[Level, ...]
    treated: int = 0
    share: float = 0.5
    blocks: BlockEffects = "random"

    def __post_init__(self) -> None:
        """Refuse what is no design."""
        check_share(self.share)
        if not 0 <= self.treated < len(self.levels):
            raise EstimationError("The randomised level must be one of the design's levels.")
        above = len(self.levels) - 1 - self.treated
        if self.blocks != "random" and above != 1:
            raise EstimationError("Fixed blocks are one level, just above the randomised one.")
        counted = self.levels if self.blocks == "random" else self.levels[: self.treated + 1]
        if not isclose(sum(level.variance for level in counted), 1.0, abs_tol=1e-9):
            raise EstimationError("The levels' shares of the variance must add up to 1.")

    def total(self, level: int) -> float:
        """Units of a level over the whole design."""
        return prod(one.units for one in self.levels[level:])

    @property
    def units(self) -> int:
        """Randomised units in all."""
        return round(self.total(self.treated))

    @property
    def df(self) -> float:
        """Degrees of freedom of the declared analysis."""
        top, treated = len(self.levels) - 1, self.levels[self.treated]
        if self.treated == top:
            return self.total(top) - treated.covariates - 2
        blocks = self.total(self.treated + 1)
        if self.blocks == "fixed":
            return self.total(self.treated) - 2 * blocks - treated.covariates
        if self.blocks == "constant":
            return self.total(self.treated) - blocks - treated.covariates - 1
        return self.levels[top].units - self.levels[top].covariates - 1

    @property
    def standard_error(self) -> float:
        """Of the effect, in standard deviations."""
        halves = self.share * (1 - self.share)
        variance = 0.0
        for place, level in enumerate(self.levels):
            if place <= self.treated:
                left = level.variance * (1 - level.r2)
                variance += left / (halves * self.total(place))
            elif self.blocks == "random":
                left = level.variance * level.effect_variance * (1 - level.effect_r2)
                variance += left / self.total(place)
        return float(np.sqrt(variance))

    @property
    def size(self) -> int:
        """What `resized` changes: the highest level's units; with fixed blocks those of a block."""
        return round(self.levels[self._sized].units)

    @property
    def _sized(self) -> int:
        return len(self.levels) - 1 if self.blocks == "random" else self.treated

    def resized(self, units: int) -> MultilevelDesign:
        """Return the design with another size (`size`)."""
        changed = replace(self.levels[self._sized], units=units)
        place = self._sized
        return replace(self, levels=(*self.levels[:place], changed, *self.levels[place + 1 :]))


@dataclass(frozen=True)
class RandomBlocksDesign:
    """Any design within blocks, where the effect differs between these and they stand for others.

    SE^2 = within^2 + effect_sd^2 / K and df = K - g - 1: what `MultilevelDesign` gives for equal
    blocks, here for a design within them that is not equal.

    Attributes
    ----------
    within
        The design within blocks; its error is in the unit of `effect_sd`.
    blocks
        How many, K.
    effect_sd
        Standard deviation of the effect between blocks.
    covariates
        Covariates of blocks, g.

    Examples
    --------
    >>> from equipoise.statistics.estimation import SchoolDesign
    >>> few = RandomBlocksDesign(SchoolDesign.uniform(160), blocks=10, effect_sd=0.1)
    >>> round(few.standard_error, 4), few.df
    (0.1612, 9)
    """

    within: Resizable
    blocks: int
    effect_sd: float
    covariates: int = 0

    @property
    def df(self) -> int:
        """K - g - 1."""
        return self.blocks - self.covariates - 1

    @property
    def standard_error(self) -> float:
        """Of the effect, in the unit of the design within."""
        return sqrt(self.within.standard_error**2 + self.effect_sd**2 / self.blocks)

    def resized(self, units: int) -> RandomBlocksDesign:
        """Return the design with more or fewer units in the same blocks."""
        return replace(self, within=self.within.resized(units))


def individual_design(
    individuals: int,
    *,
    share: float = 0.5,
    r2: float = 0.0,
    covariates: int = 0,
    blocks: int = 1,
    block_effects: Literal["fixed", "constant"] = "constant",
) -> MultilevelDesign:
    """Individuals randomised one by one, at once or within fixed blocks of equal size.

    Parameters
    ----------
    individuals
        How many, over all blocks.
    share
        Of them, in the arm of interest.
    r2, covariates
        Part of the variance between individuals that covariates explain, and how many there are.
    blocks
        How many; 1 for none.
    block_effects
        As `MultilevelDesign.blocks`.

    Raises
    ------
    EstimationError
        Where there is no block.

    Examples
    --------
    >>> round(individual_design(250).standard_error, 3), individual_design(250).df
    (0.126, 248)
    """
    if blocks < 1:
        raise EstimationError("There must be one block or more.")
    if blocks == 1:
        return MultilevelDesign((Level(individuals, 1.0, r2, covariates),), share=share)
    lowest = Level(individuals / blocks, 1.0, r2, covariates)
    return MultilevelDesign((lowest, Level(blocks, 0.0)), share=share, blocks=block_effects)
