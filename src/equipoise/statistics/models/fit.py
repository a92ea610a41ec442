"""From a tidy table and a specification to an estimate."""

from __future__ import annotations

import numpy as np
import polars as pl

from equipoise.statistics.estimation import (
    CollinearError,
    EffectSize,
    EstimationError,
    RandomisationTest,
    hedges_g,
    randomisation_test,
)
from equipoise.statistics.models.arrays import Effect, TrialArrays, specified_effect
from equipoise.statistics.models.estimate import ArmSummary, Estimate
from equipoise.statistics.models.prepared import Prepared, prepare
from equipoise.statistics.models.specification import ModelSpecification
from equipoise.statistics.schemes import RealisedScheme, Scheme, iterate_draws

SMALL_STRATUM = 10
"""Under this many units in a stratum CR0 and CR1 are known to reject too often."""


def fit(table: pl.DataFrame, spec: ModelSpecification, scheme: Scheme | None = None) -> Estimate:
    """Estimate the intention-to-treat effect of one arm on one outcome.

    Weighted least squares with stratum indicators and covariates; a cluster-robust error; the
    smaller of the method's and the design's degrees of freedom; and, if wanted, the p value of
    a studentised permutation test over the scheme's own draws, covariates refitted for each.

    Parameters
    ----------
    table
        A row per unit, or per member of a unit. Every randomised unit is in it; an outcome that
        is missing is empty. Rows without outcome or covariate are left out and counted.
    spec
        The model.
    scheme
        What drew the arms. None, for a trial drawn elsewhere by a rule that is not known,
        permutes within strata (and stages) holding the realised numbers of each arm.

    Returns
    -------
    Estimate

    Raises
    ------
    EstimationError
        In one sentence: one arm, an arm with one unit, a stratum with one arm, an outcome
        without variation, collinear covariates (named), values that are infinite or not a
        number, weights not above zero, columns absent or incomplete.

    Examples
    --------
    >>> table = pl.DataFrame(
    ...     {
    ...         "urn": ["a", "b", "c", "d", "e", "f"],
    ...         "arm": ["new", "usual", "new", "usual", "new", "usual"],
    ...         "rate": [2.0, 1.0, 4.0, 2.0, 6.0, 4.0],
    ...     }
    ... )
    >>> spec = ModelSpecification("rate", "arm", "usual", unit="urn", permutations=99)
    >>> estimate = fit(table, spec)
    >>> round(estimate.estimate, 6), estimate.n_by_arm
    (1.666667, {'new': 3, 'usual': 3})
    """
    ready = prepare(table, spec, None if scheme is None else scheme.arms)
    try:
        effect = specified_effect(ready.arrays, spec)
    except CollinearError as problem:
        raise _named(problem, ready) from problem
    warnings = _warnings(ready, spec, effect)
    test = None
    if spec.permutations:
        if ready.unit_arms is None:
            warnings.append("Arms vary within units, so no permutation test was made.")
        else:
            test = _permute(ready, spec, scheme)
            if scheme is None:
                warnings.append(
                    "No scheme was declared: the permutation test holds the realised number of "
                    "units of each arm in each stratum."
                )
    arrays = ready.arrays
    return Estimate(
        outcome=spec.outcome,
        arm=ready.arms[arrays.compared],
        reference=spec.reference,
        estimate=effect.estimate,
        se=effect.se,
        df=effect.df,
        df_method=effect.df_method,
        df_design=effect.df_design,
        lower=effect.interval.lower,
        upper=effect.interval.upper,
        alpha=spec.alpha,
        p=effect.interval.p,
        p_permutation=None if test is None else test.p,
        permutations=0 if test is None else test.draws,
        n_rows=int(arrays.y.size),
        n_units=int(ready.analysed_units.size),
        n_strata=len(ready.strata),
        arms=_arm_summaries(ready),
        effect_size=_standardised(arrays, effect, spec),
        warnings=tuple(warnings),
        model=_words(ready, spec),
    )


def _permute(ready: Prepared, spec: ModelSpecification, scheme: Scheme | None) -> RandomisationTest:
    """Permute all randomised units by the scheme, then look at the analysed ones."""
    assert ready.unit_arms is not None
    roster = ready.randomised.roster
    used: Scheme = (
        RealisedScheme.of(roster, ready.unit_arms, ready.arms) if scheme is None else scheme
    )
    draws = iterate_draws(used, roster, spec.seed, spec.permutations)
    return randomisation_test(
        ready.unit_arms[ready.analysed_units],
        (block[:, ready.analysed_units] for block in draws),
        ready.arrays.studentised(inverse_share=spec.inverse_share),
    )


def _named(problem: CollinearError, ready: Prepared) -> EstimationError:
    """Name the columns of a collinear design."""
    others = [ready.arms[k] for k in ready.arrays.indicated_arms]
    names = [
        *(f"the arm {arm!r}" for arm in others),
        *(f"{column!r}" for column in ready.columns),
    ]
    found = ", ".join(names[column] for column in problem.columns)
    return EstimationError(
        f"In the model {found} can be computed from the strata, the arms and the covariates "
        "before it; leave it out."
    )


def _arm_summaries(ready: Prepared) -> tuple[ArmSummary, ...]:
    """Describe the arms, probability-weighted."""
    arrays, everyone = ready.arrays, ready.randomised
    weights = arrays.weights / arrays.shares()
    units = np.arange(arrays.y.size) if arrays.units is None else arrays.units
    found = []
    for k, arm in enumerate(ready.arms):
        inside, of_arm = arrays.arm == k, ready.row_arms == k
        y, w = arrays.y[inside], weights[inside]
        mean = float(np.average(y, weights=w))
        sd = _weighted_sd(y, w)
        found.append(
            ArmSummary(
                arm=arm,
                n_randomised=int(np.unique(everyone.unit[of_arm]).size),
                n_rows=int(y.size),
                n_units=int(np.unique(units[inside]).size),
                n_missing_outcome=int(ready.no_outcome[of_arm].sum()),
                n_missing_covariate=int(ready.no_covariate[of_arm].sum()),
                n_set_aside=int(ready.set_aside[of_arm].sum()),
                mean=mean,
                sd=sd,
            )
        )
    return tuple(found)


def _weighted_sd(y: np.ndarray, w: np.ndarray) -> float | None:
    """Standard deviation with weights, n - 1 in spirit; None for fewer than two rows."""
    if y.size < 2:
        return None
    mean = np.average(y, weights=w)
    variance = np.average((y - mean) ** 2, weights=w) * y.size / (y.size - 1)
    return float(np.sqrt(variance))


def _standardised(
    arrays: TrialArrays, effect: Effect, spec: ModelSpecification
) -> EffectSize | None:
    """Standardise where a row is a unit; with members, g needs a mixed model's variances."""
    if arrays.units is not None:
        return None
    sd = _weighted_sd(arrays.y, arrays.weights / arrays.shares())
    if sd is None or not sd > 0:
        return None
    n = arrays.y.size
    return hedges_g(effect.estimate, effect.se, effect.df, sd, n - 1, alpha=spec.alpha)


def _warnings(ready: Prepared, spec: ModelSpecification, effect: Effect) -> list[str]:
    """Say what a reader of the estimate must know."""
    said = []
    arrays = ready.arrays
    if ready.set_aside.any():
        aside = {ready.randomised.strata[row] for row in np.flatnonzero(ready.set_aside)}
        said.append(
            f"Stratum {', '.join(map(repr, sorted(aside)))} was drawn into one arm and set aside: "
            f"{int(ready.set_aside.sum())} rows."
        )
    for what, missing in (("outcome", ready.no_outcome), ("covariates", ready.no_covariate)):
        if missing.any():
            parts = ", ".join(
                f"{int((missing & (ready.row_arms == k)).sum())} in {arm!r}"
                for k, arm in enumerate(ready.arms)
            )
            said.append(f"Rows without {what} were left out: {parts}.")
    for number, stratum in enumerate(ready.strata):
        if np.unique(arrays.arm[arrays.cells == number]).size < 2:
            said.append(
                f"Stratum {stratum!r} has outcomes in one arm only and tells nothing of the effect."
            )
    if effect.df_design is not None and effect.df_design < effect.df_method:
        said.append(
            f"The degrees of freedom of the method ({effect.df_method:.1f}) exceed those of the "
            f"design ({effect.df_design}), which are used."
        )
    smallest = min(cell.size for cell in ready.randomised.roster.cells)
    if spec.error in ("cr0", "cr1", "cr1s") and smallest < SMALL_STRATUM:
        said.append(
            f"Error {spec.error} rejects too often in strata of under {SMALL_STRATUM} units; "
            "use cr2."
        )
    return said


def _words(ready: Prepared, spec: ModelSpecification) -> str:
    """Describe the model in one line."""
    right = [f"{len(ready.strata)} stratum indicators"] if spec.strata else ["a constant"]
    right += list(ready.columns)
    weight = (
        "each row counts as one"
        if spec.estimand_weight is None
        else (f"weight {spec.estimand_weight}")
    )
    if spec.inverse_share:
        weight += ", times the inverse realised share of the unit's arm in its stratum"
    clusters = "" if spec.cluster is None else f" by {spec.cluster}"
    return (
        f"weighted least squares of {spec.outcome} on {spec.treatment} with "
        f"{', '.join(right)}; {weight}; {spec.error.upper()} error{clusters}; {spec.df} degrees "
        "of freedom"
    )
