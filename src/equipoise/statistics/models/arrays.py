"""A trial as arrays, and the estimate of its effect: the core that the tables lead to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    DegreesOfFreedom,
    ErrorKind,
    EstimationError,
    Interval,
    LinearFit,
    StudentisedEffect,
    WorkingModel,
    fit_linear,
    t_interval,
)
from equipoise.statistics.models.specification import ModelSpecification

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class TrialArrays:
    """The analysed rows of a trial.

    Attributes
    ----------
    y
        Outcome, shape (n,).
    arm
        Arm position of each row, shape (n,).
    arms
        Number of arms.
    compared, reference
        Positions of the arms compared.
    cells
        Stratum number of each row, 0 to S - 1 without gaps, shape (n,).
    covariates
        Shape (n, g); g may be 0.
    weights
        Estimand weights above zero, shape (n,).
    units
        Number of the randomised unit of each row, 0 to U - 1 without gaps, shape (n,); None
        where each row is one.
    chance
        Probability with which each row's unit came into its arm, shape (n,); None where it is
        one number for all units of a stratum.
    """

    y: Array
    arm: Whole
    arms: int
    compared: int
    reference: int
    cells: Whole
    covariates: Array
    weights: Array
    units: Whole | None = None
    chance: Array | None = None

    @property
    def unit_arms(self) -> Whole:
        """Arm position of each unit, shape (U,), where arms are constant within units."""
        if self.units is None:
            return self.arm
        found = np.empty(int(self.units.max()) + 1, dtype=np.int64)
        found[self.units] = self.arm
        return found

    @property
    def arm_is_constant(self) -> bool:
        """Whether each unit lies in one arm."""
        return self.units is None or bool((self.unit_arms[self.units] == self.arm).all())

    @property
    def indicated_arms(self) -> list[int]:
        """Positions of the arms that have an indicator in the model, the compared one first."""
        rest = [k for k in range(self.arms) if k not in (self.compared, self.reference)]
        return [self.compared, *rest]

    def indicators(self) -> Array:
        """Give the stratum indicators, shape (n, S)."""
        return np.eye(int(self.cells.max()) + 1)[self.cells]

    def shares(self) -> Array:
        """Give the realised share of each row's arm in its stratum, counted in units, (n,).

        Where arms vary within units, rows are counted. Where units of a stratum had different
        chances, the inverse shares of an arm stand in the proportion of the inverse chances and
        sum to the units of the stratum (Hájek 1971).
        """
        if self.units is None or not self.arm_is_constant:
            arm, cells = self.arm, self.cells
        else:
            arm = self.unit_arms
            cells = np.empty(arm.size, dtype=np.int64)
            cells[self.units] = self.cells
        counts = np.zeros((int(cells.max()) + 1, self.arms))
        np.add.at(counts, (cells, arm), 1.0)
        share = counts / counts.sum(axis=1, keepdims=True)
        found = np.asarray(share[self.cells, self.arm])
        return found if self.chance is None else found * self._relative_chance(arm, cells, counts)

    def _relative_chance(self, arm: Whole, cells: Whole, counts: Array) -> Array:
        """Give each row's chance over the harmonic mean of those of its arm in its stratum."""
        assert self.chance is not None
        chance = self.chance
        if arm.size != self.arm.size and self.units is not None:
            of_unit = np.empty(arm.size)
            of_unit[self.units] = chance
        else:
            of_unit = chance
        inverse = np.zeros_like(counts)
        np.add.at(inverse, (cells, arm), 1 / of_unit)
        mean = inverse / np.maximum(counts, 1.0)
        return np.asarray(chance * mean[self.cells, self.arm])

    def studentised(self, *, inverse_share: bool) -> StudentisedEffect:
        """Give the studentised effect as a function of allocations of the units."""
        return StudentisedEffect(
            y=self.y,
            fixed=self.covariates,
            absorbed=True,
            cells=self.cells,
            weights=self.weights,
            arms=self.arms,
            arm=self.compared,
            reference=self.reference,
            inverse_share=inverse_share,
            units=self.units,
        )


@dataclass(frozen=True)
class Effect:
    """An estimated effect.

    Attributes
    ----------
    estimate, se
        In units of the outcome.
    df
        The smaller of `df_method` and `df_design`.
    df_method, df_design
        Of the error, and of the design: units - strata - covariates at unit level - (arms - 1);
        the latter None where arms vary within units.
    interval
        With its p value.
    fit
        The linear model; its columns are the stratum indicators (unless absorbed), the arm
        indicators (compared arm first) and the covariates.
    """

    estimate: float
    se: float
    df: float
    df_method: float
    df_design: int | None
    interval: Interval
    fit: LinearFit


def estimate_effect(
    arrays: TrialArrays,
    *,
    inverse_share: bool = True,
    error: ErrorKind = "hc2",
    df: DegreesOfFreedom = "satterthwaite",
    working: WorkingModel = "identity",
    alpha: float = 0.05,
    absorb: bool = False,
) -> Effect:
    """Estimate the effect of one arm against the reference by weighted least squares.

    Parameters
    ----------
    arrays
        The analysed rows.
    inverse_share, error, df, working, alpha
        As in `equipoise.statistics.models.ModelSpecification`.
    absorb
        Whether strata are absorbed, leverage and all: the same numbers in memory that does not
        grow with the square of their number, and no coefficient for a stratum.

    Raises
    ------
    EstimationError
        As in `equipoise.statistics.estimation.fit_linear`, or no degrees of freedom left.

    References
    ----------
    Lin, W. (2013), Annals of Applied Statistics 7(1), on what the adjusted estimator means;
    Imbens, G. and Kolesár, M. (2016), Review of Economics and Statistics 98(4), on HC2 with
    Satterthwaite degrees of freedom.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 4.0, 2.0, 4.0, 6.0])
    >>> arms, cells = np.array([0, 0, 0, 1, 1, 1]), np.zeros(6, np.int64)
    >>> arrays = TrialArrays(y, arms, 2, 1, 0, cells, np.empty((6, 0)), np.ones(6))
    >>> effect = estimate_effect(arrays)
    >>> round(effect.estimate, 6), effect.df_design
    (1.666667, 4)
    """
    strata = np.empty((arrays.y.size, 0)) if absorb else arrays.indicators()
    treated = np.column_stack([arrays.arm == k for k in arrays.indicated_arms])
    design = np.hstack([strata, treated, arrays.covariates])
    weights = arrays.weights / arrays.shares() if inverse_share else arrays.weights
    column = strata.shape[1]
    fit = fit_linear(
        arrays.y,
        design,
        weights=weights,
        clusters=arrays.units,
        strata=arrays.cells if absorb else None,
        error=error,
        df=df,
        working=working,
        df_columns=[column],
    )
    df_design = design_df(arrays)
    df_method = float(fit.df[column])
    if df_design is not None and df_design < 1:
        raise EstimationError(
            f"The design leaves {df_design} degrees of freedom: there are too few units for the "
            "strata and covariates of the model."
        )
    degrees = df_method if df_design is None else min(df_method, float(df_design))
    estimate, se = float(fit.coefficients[column]), float(fit.se[column])
    interval = t_interval(estimate, se, degrees, alpha)
    return Effect(estimate, se, degrees, df_method, df_design, interval, fit)


def specified_effect(
    arrays: TrialArrays, spec: ModelSpecification, *, absorb: bool = True
) -> Effect:
    """Estimate the effect as a specification says: `estimate_effect` with its options.

    Parameters
    ----------
    arrays
        The analysed rows of a trial.
    spec
        Error, degrees of freedom, working model, weights and alpha.
    absorb
        Whether strata are absorbed; the numbers do not depend on it.

    Raises
    ------
    EstimationError
        As `estimate_effect`.
    """
    return estimate_effect(
        arrays,
        inverse_share=spec.inverse_share,
        error=spec.error,
        df=spec.df,
        working=spec.working,
        alpha=spec.alpha,
        absorb=absorb,
    )


def design_df(arrays: TrialArrays) -> int | None:
    """Count units - strata - covariates constant in units - (arms - 1).

    None where arms vary within units. The three-arm example has 6 units and 1 stratum.

    Examples
    --------
    >>> arms = np.array([0, 0, 1, 1, 2, 2])
    >>> one = np.zeros(6, np.int64)
    >>> design_df(TrialArrays(np.ones(6), arms, 3, 1, 0, one, np.empty((6, 0)), np.ones(6)))
    3
    """
    if not arrays.arm_is_constant:
        return None
    units = arrays.unit_arms.size
    level = arrays.covariates.shape[1]
    if arrays.units is not None:
        first = np.empty((units, level))
        first[arrays.units] = arrays.covariates
        level = int((first[arrays.units] == arrays.covariates).all(axis=0).sum())
    return int(units - arrays.cells.max() - 1 - level - (arrays.arms - 1))
