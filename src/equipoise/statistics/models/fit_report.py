"""What `fit_table` finds."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.statistics.models.fit_specification import FitSpecification


@dataclass(frozen=True)
class Coefficient:
    """A coefficient on the link scale, with its interval; df None for z."""

    name: str
    estimate: float
    se: float
    df: float | None
    lower: float
    upper: float
    p: float


@dataclass(frozen=True)
class Marginal:
    """Both arms as the model predicts them for everyone in the table.

    Attributes
    ----------
    average
        ``pupil-average``, ``school-average``, ``row-average`` or what the model's weights are.
    reference, arm
        Risk, rate per trial, or mean; None where the model has no stratum effects to predict by.
    difference, difference_se, difference_ci
        Arm less reference.
    ratio, ratio_ci
        Arm over reference; None on the identity scale.
    """

    average: str
    reference: float | None
    arm: float | None
    difference: float
    difference_se: float
    difference_ci: tuple[float, float]
    ratio: float | None
    ratio_ci: tuple[float, float] | None


@dataclass(frozen=True)
class Resampled:
    """A permutation test or a bootstrap.

    Attributes
    ----------
    kind
        What was done, in words.
    draws
        Draws, or all allocations or signs where `exact`.
    p
        Two-sided; None where there is only an interval.
    ci
        Of the coefficient; None where there is only a p.
    se
        None unless the draws give one.
    """

    kind: str
    draws: int
    exact: bool
    p: float | None
    ci: tuple[float, float] | None
    se: float | None


@dataclass(frozen=True)
class FitReport:
    """A fitted model.

    Attributes
    ----------
    specification
        What was asked for.
    error, df_method
        Of the error and its degrees of freedom, defaults put in.
    family
        ``gaussian``, ``binomial``, ``poisson`` or ``negative-binomial``.
    arm, reference
        Labels; None where the treatment is a number of more than two values.
    estimate, se, df, lower, upper, p
        The treatment's coefficient on the link scale; df None for z.
    estimand
        What the coefficient is an average over, in words.
    marginal
        None where the treatment has no arms.
    df_design
        Clusters - strata - cluster-level covariates - (arms - 1); None where the treatment
        varies in clusters.
    icc, icc_scale
        Correlation of two pupils of a cluster on the scale ``response``, ``latent-logit`` or
        ``working``; None where there is none.
    variance
        By column name of cluster and level, and ``residual``; None where the model has none.
    dispersion
        Size of the negative binomial or precision of the beta-binomial; None elsewhere, and
        where it is infinite.
    loglik
        Full log-likelihood, restricted for the linear mixed model; None for gee.
    n, n_trials, clusters, strata
        Analysed rows, trials (None without), clusters, strata.
    rows_read, missing
        Rows of the table, and those left out for a missing value, by arm.
    coefficients
        In the order of the model.
    permutation, bootstrap
        None where not asked for.
    converged
        Always true: what does not converge is an error.
    notes, warnings
        Sentences.
    """

    specification: FitSpecification
    error: str
    df_method: str
    family: str
    arm: str | None
    reference: str | None
    estimate: float
    se: float
    df: float | None
    lower: float
    upper: float
    p: float
    estimand: str
    marginal: Marginal | None
    df_design: int | None
    icc: float | None
    icc_scale: str | None
    variance: dict[str, float | None]
    dispersion: float | None
    loglik: float | None
    n: int
    n_trials: int | None
    clusters: int
    strata: int
    rows_read: int
    missing: dict[str, int]
    coefficients: tuple[Coefficient, ...]
    permutation: Resampled | None
    bootstrap: Resampled | None
    converged: bool
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
