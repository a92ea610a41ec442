"""What a mixed model is: its columns, its random terms, and how it is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.linear_moments import CONSTANT

Array = NDArray[np.float64]

MixedMethod = Literal["reml", "ml"]
MixedDegreesOfFreedom = Literal["satterthwaite", "kenward-roger", "z"]


@dataclass(frozen=True)
class RandomTerm:
    """A random effect of one or two columns, alike in all rows of a group.

    Attributes
    ----------
    level
        Name of a level of the moments; None for the clusters themselves.
    columns
        What varies between groups: ``("constant",)`` an intercept, ``("treated",)`` the effect
        of a column, both an intercept and a slope with their covariance. Two terms of one level
        give them without a covariance. Where the column is zero in all rows of a cluster (a
        supervisor's effect in the arm without supervisors: partial nesting) its label counts
        for nothing.
    by
        Name of a level, constant in the groups, with a variance for each of its labels (arms
        that differ in the variance between schools); for a term of one column.
    """

    level: str | None = None
    columns: tuple[str, ...] = (CONSTANT,)
    by: str | None = None


@dataclass(frozen=True)
class MixedModel:
    """A linear mixed model of nested groups.

    Attributes
    ----------
    outcome, regressors
        Names of columns of the moments. The constant goes without saying.
    random
        Terms of groups that lie in one another, in any order.
    strata
        Name of a level whose indicators are fixed effects, or None.
    residual_by
        Name of a level with a residual variance for each of its labels, or None.
    method
        ``reml`` or ``ml``.
    cluster
        What the clusters are called in the names of variances.
    """

    outcome: str
    regressors: tuple[str, ...]
    random: tuple[RandomTerm, ...] = (RandomTerm(),)
    strata: str | None = None
    residual_by: str | None = None
    method: MixedMethod = "reml"
    cluster: str = "cluster"


@dataclass(frozen=True)
class VarianceComponent:
    """A variance or covariance of a mixed model.

    Attributes
    ----------
    name
        ``residual``, the cluster's or level's name, ``level:column`` for a slope and
        ``level:column,column`` for a covariance; a label in square brackets where there is one
        for each label.
    level
        The level's name, or ``residual``.
    value
        In squared units of the outcome (over the column's, for a slope).
    boundary
        Whether it is estimated at the edge of what is possible: a variance of zero, or a
        covariance that makes a correlation of one.
    """

    name: str
    level: str
    value: float
    boundary: bool


@dataclass(frozen=True)
class MixedFit:
    """A fitted mixed model.

    Attributes
    ----------
    columns
        Names of the p coefficients: ``constant`` first where there are no strata.
    coefficients
        Shape (p,), in units of the outcome per unit of the column: precision-weighted averages.
    vcov
        Their model-based covariance, shape (p, p); adjusted for Kenward-Roger.
    se, df
        Errors and degrees of freedom, shape (p,); df are infinite for z.
    variances
        Residual first.
    loglik
        The restricted log-likelihood for ``reml``, with all constants, as lme4's.
    method, df_method
        The options.
    n, clusters
        Rows and clusters.
    groups
        Name and number of groups of each level.
    icc
        Name of each level with a random intercept, and the correlation of two rows that lie in
        one of its groups but in none of the levels inside it; empty for models with slopes or
        with variances that differ between arms.
    converged
        Whether gradient and curvature show a maximum.
    decrement
        What one more Newton step would gain in -2 log-likelihood.
    messages
        What a reader must know, in words: boundary fits, failures.
    """

    columns: tuple[str, ...]
    coefficients: Array
    vcov: Array
    se: Array
    df: Array
    variances: tuple[VarianceComponent, ...]
    loglik: float
    method: MixedMethod
    df_method: MixedDegreesOfFreedom
    n: int
    clusters: int
    groups: tuple[tuple[str, int], ...]
    icc: tuple[tuple[str, float], ...]
    converged: bool
    decrement: float
    messages: tuple[str, ...]

    def position(self, column: str) -> int:
        """Give the position of a coefficient."""
        return self.columns.index(column)

    def variance(self, name: str) -> float:
        """Give a variance or covariance by its name.

        Raises
        ------
        KeyError
            There is none of that name.
        """
        return {part.name: part.value for part in self.variances}[name]
