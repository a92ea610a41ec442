"""Multiple imputation within arm: what a missing outcome could have been."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.random_intercept_posterior import InterceptPosterior
from equipoise.statistics.estimation.streams import Stream

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

SMALLEST = 1e-9
"""A direction of the design counts if its singular value is above this part of the largest."""

EXACT = 1e-20
"""A fit is exact if its residual squares are below this part of the outcome's squares."""

Draw = Callable[[Stream], Array]
"""One imputation of an arm's missing rows."""


@dataclass(frozen=True)
class Imputations:
    """Several completions of one outcome.

    Attributes
    ----------
    observed
        The outcome as it was, NaN where missing, shape (n,).
    missing
        Positions of the missing rows, shape (k,).
    values
        What was imputed there, shape (m, k).
    seed
        The numbers follow from it.
    """

    observed: Array
    missing: Whole
    values: Array
    seed: int

    def __len__(self) -> int:
        """Give the number of imputations."""
        return int(self.values.shape[0])

    def __iter__(self) -> Iterator[Array]:
        """Give the completed outcomes, shape (n,), one after another."""
        return (self.completed(i) for i in range(len(self)))

    def completed(self, imputation: int, shift: Array | None = None) -> Array:
        """Give one completed outcome, shape (n,).

        Parameters
        ----------
        imputation
            Its number, from 0.
        shift
            What to add to the imputed values, shape (n,); read at missing rows alone.
        """
        outcome = self.observed.copy()
        outcome[self.missing] = self.values[imputation]
        if shift is not None:
            outcome[self.missing] += shift[self.missing]
        return outcome


def impute_schools(
    y: ArrayLike,
    design: ArrayLike,
    arm: ArrayLike,
    *,
    seed: int,
    imputations: int = 20,
    weights: ArrayLike | None = None,
) -> Imputations:
    """Impute an outcome of schools by a Bayesian normal linear model in each arm.

    y = x b + e, e ~ N(0, s2 / weight), prior of (b, s2) proportional to 1 / s2. Each imputation
    draws s2, b and e anew, so it carries the uncertainty of the model (it is "proper").

    Parameters
    ----------
    y
        The outcome, NaN where missing, shape (n,).
    design
        Constant, stratum indicators and baseline, without gaps, shape (n, p); not the arm.
    arm
        A label per school. The model is fitted in each arm apart, so that an imputation assumes
        nothing about the effect.
    seed
        A whole number of 0 or more; the numbers are those of `Stream`.
    imputations
        m, 2 or more. The first m of more are the same.
    weights
        Precision of each school's value (such as its roll), above zero; None means equal.

    Returns
    -------
    Imputations

    Raises
    ------
    EstimationError
        A design with gaps, an arm with too few observed schools, a missing school whose stratum
        or covariates no observed school of its arm tells anything of.

    References
    ----------
    Rubin (1987), pages 166-167. R: mice 3.15, ``mice.impute.norm`` (without its ridge) in each
    arm.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, np.nan, 4.0, 2.0, np.nan, 5.0, 6.0])
    >>> made = impute_schools(y, np.ones((8, 1)), np.repeat([0, 1], 4), seed=1, imputations=5)
    >>> made.values.shape, bool(np.isnan(made.completed(0)).any())
    ((5, 2), False)
    """
    outcome, regressors, arms = _checked(y, design, arm, imputations)
    weight = np.ones_like(outcome) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != outcome.shape or not (np.isfinite(weight).all() and (weight > 0).all()):
        raise EstimationError("Weights must be one finite number above zero per school.")

    def model(rows: Whole, gaps: Whole, basis: Array, gap_basis: Array) -> Draw:
        root = np.sqrt(weight[rows])
        orthogonal, triangle = np.linalg.qr(root[:, None] * basis)
        scores = orthogonal.T @ (root * outcome[rows])
        squares = float(np.sum((root * outcome[rows] - orthogonal @ scores) ** 2))
        inverse = np.linalg.inv(triangle)
        df = rows.size - basis.shape[1]

        def draw(stream: Stream) -> Array:
            sigma = np.sqrt(squares / stream.branch(0).chi_squared(df))
            coefficients = inverse @ (scores + sigma * stream.branch(1).normals(scores.size))
            noise = stream.branch(2).normals(gaps) / np.sqrt(weight[gaps])
            return np.asarray(gap_basis @ coefficients + sigma * noise)

        return draw

    return _impute(outcome, regressors, arms, model, seed, imputations)


def impute_members(
    y: ArrayLike,
    design: ArrayLike,
    arm: ArrayLike,
    schools: ArrayLike,
    *,
    seed: int,
    imputations: int = 20,
) -> Imputations:
    """Impute an outcome of schools' members by a Bayesian random-intercept model in each arm.

    y = x b + u + e with u ~ N(0, r s2) of a school and e ~ N(0, (1 - r) s2) of a member; prior
    proportional to 1 / s2, the intracluster correlation r uniform from 0 to 1. Each imputation
    draws r, s2, b, the schools' intercepts and the members' errors anew. The draws are exact and
    independent (r from its own posterior, the rest given it), so there is no chain to converge.
    A school none of whose members answered gets an intercept of its own from N(0, r s2).

    Parameters
    ----------
    y, design, arm, seed, imputations
        As in `impute_schools`, a row per member; the arm is constant within a school.
    schools
        A label per row.

    Returns
    -------
    Imputations

    Raises
    ------
    EstimationError
        As `impute_schools`; an arm with fewer than two observed schools; an arm that varies
        within a school; no school of an arm with two observed members.

    References
    ----------
    The model of van Buuren, S. (2018). Flexible imputation of missing data, 2nd edition, section
    7.6.1, with one residual variance (R: mice, ``mice.impute.2l.pan``), drawn without Gibbs steps.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, np.nan, 4.0, 2.0, np.nan, 5.0, 7.0])
    >>> made = impute_members(
    ...     y, np.ones((8, 1)), np.zeros(8), np.repeat([1, 2, 3, 4], 2), seed=1, imputations=5
    ... )
    >>> made.values.shape
    (5, 2)
    """
    outcome, regressors, arms = _checked(y, design, arm, imputations)
    labels, first, school = np.unique(np.asarray(schools), return_index=True, return_inverse=True)
    school = school.reshape(-1)
    if school.size != outcome.size:
        raise EstimationError("The schools must be one label per row.")
    if (arms != arms[first][school]).any():
        raise EstimationError("The arm varies within a school, so it cannot be imputed by arm.")

    def model(rows: Whole, gaps: Whole, basis: Array, gap_basis: Array) -> Draw:
        posterior = InterceptPosterior.of_rows(
            outcome[rows], basis, school[rows], schools=labels.size
        )

        def draw(stream: Stream) -> Array:
            found = posterior.draw(stream)
            noise = found.residual_sd * stream.branch(4).normals(gaps)
            return np.asarray(
                gap_basis @ found.coefficients + found.intercepts[school[gaps]] + noise
            )

        return draw

    return _impute(outcome, regressors, arms, model, seed, imputations)


def _checked(
    y: ArrayLike, design: ArrayLike, arm: ArrayLike, imputations: int
) -> tuple[Array, Array, Whole]:
    outcome = np.asarray(y, dtype=np.float64)
    regressors = np.asarray(design, dtype=np.float64)
    _, codes = np.unique(np.asarray(arm), return_inverse=True)
    arms = codes.reshape(-1)
    if (
        outcome.ndim != 1
        or regressors.ndim != 2
        or regressors.shape[0] != outcome.size
        or arms.size != outcome.size
    ):
        raise EstimationError("Outcome, design and arm must have the same number of rows.")
    if np.isinf(outcome).any():
        raise EstimationError("The outcome holds infinite values; mark what is missing as NaN.")
    if not np.isfinite(regressors).all():
        raise EstimationError(
            "The design has gaps; fill a baseline first (its mean, with an indicator of the gap)."
        )
    if imputations < 2:
        raise EstimationError("Multiple imputation needs two imputations or more.")
    return outcome, regressors, arms


def _impute(
    outcome: Array,
    regressors: Array,
    arms: Whole,
    model: Callable[[Whole, Whole, Array, Array], Draw],
    seed: int,
    imputations: int,
) -> Imputations:
    """Fit the model in each arm with gaps, and draw from it."""
    stream = Stream.of_seed(seed)
    gap = np.isnan(outcome)
    missing = np.flatnonzero(gap)
    values = np.empty((imputations, missing.size))
    for a in np.unique(arms[missing]):
        rows, gaps = np.flatnonzero(~gap & (arms == a)), np.flatnonzero(gap & (arms == a))
        basis, gap_basis = _estimable(regressors[rows], regressors[gaps], gaps)
        _refuse_exact(outcome[rows], basis)
        draw = model(rows, gaps, basis, gap_basis)
        columns = np.searchsorted(missing, gaps)
        for i in range(imputations):
            values[i, columns] = draw(stream.branch(int(a), i))
    return Imputations(outcome, missing, values, seed)


def _estimable(observed: Array, wanted: Array, gaps: Whole) -> tuple[Array, Array]:
    """Turn the design to the directions that the arm's observed rows know, and check the gaps."""
    if observed.shape[0] == 0:
        raise EstimationError("An arm with missing outcomes has no observed one to impute from.")
    _, sizes, directions = np.linalg.svd(observed, full_matrices=False)
    known = directions[sizes > SMALLEST * sizes[0]]
    if observed.shape[0] <= known.shape[0]:
        raise EstimationError(
            f"An arm has {observed.shape[0]} observed outcomes, too few for an imputation model of "
            f"{known.shape[0]} columns; merge strata or leave covariates out."
        )
    unknown = wanted - (wanted @ known.T) @ known
    size = np.maximum(np.abs(wanted).max(axis=1), 1e-300)
    bad = np.flatnonzero(np.abs(unknown).max(axis=1) > 1e-6 * size)
    if bad.size:
        raise EstimationError(
            f"{bad.size} missing outcomes (first: row {int(gaps[bad[0]]) + 1}) lie in a stratum, "
            "or have a covariate, of which no observed row of their arm tells anything; merge "
            "strata or leave the covariate out."
        )
    return observed @ known.T, wanted @ known.T


def _refuse_exact(outcome: Array, basis: Array) -> None:
    """Refuse what the design explains wholly: nothing is left to draw from."""
    orthogonal, _ = np.linalg.qr(basis)
    left = outcome - orthogonal @ (orthogonal.T @ outcome)
    if left @ left <= EXACT * (outcome @ outcome):
        raise EstimationError(
            "The observed outcomes of an arm do not vary beyond strata and covariates, so there is "
            "nothing to impute from."
        )
