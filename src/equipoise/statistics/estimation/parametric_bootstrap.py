"""A parametric bootstrap of one coefficient of a random-intercept model of counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.statistics.estimation.count_cells import CountCells, as_poisson, build_cells
from equipoise.statistics.estimation.count_checks import check_counts
from equipoise.statistics.estimation.count_families import NegativeBinomial
from equipoise.statistics.estimation.count_maximum import likelihood_of
from equipoise.statistics.estimation.count_start import runs_off
from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.generalised_mixed import GeneralisedMixedFit
from equipoise.statistics.estimation.maximise import climb
from equipoise.statistics.estimation.streams import Stream

FAR = 2.0
"""A refitted linear predictor this far from the fitted one may have run off to infinity."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ParametricBootstrap:
    """Refits to data drawn from a fitted model.

    Attributes
    ----------
    estimates
        The coefficient in each refit, shape (replicates - failed,), in the order of the draws.
    se
        Their standard deviation.
    bias
        Their mean less the fitted coefficient.
    lower, upper
        Percentile interval.
    level
        Its level, 1 - alpha.
    replicates, failed
        Draws, and those without a finite estimate (no event in an arm, say), left out above.
    seed
        Of the draws.
    warnings
        Sentences.
    """

    estimates: Array
    se: float
    bias: float
    lower: float
    upper: float
    level: float
    replicates: int
    failed: int
    seed: int
    warnings: tuple[str, ...]


def parametric_bootstrap(
    fit: GeneralisedMixedFit,
    y: ArrayLike,
    design: ArrayLike,
    clusters: ArrayLike,
    *,
    column: int,
    replicates: int,
    seed: int,
    trials: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    level: ArrayLike | None = None,
    alpha: float = 0.05,
) -> ParametricBootstrap:
    """Draw data from a fitted model again and again, and refit the model to each.

    Parameters
    ----------
    fit
        What `fit_generalised_mixed` made of the arrays that follow.
    y, design, clusters, trials, offset, level
        As they were given to it.
    column
        The coefficient that is wanted, such as the treatment's.
    replicates
        Draws, at least 20.
    seed
        From 0 to 2^64 - 1. Draw b, from 0, takes its uniform numbers from branch b of the seed's
        `Stream`: first one for each cluster, then one for each outer unit, then one for each
        cell. Random effects and counts are their quantiles there, so a draw depends on nothing
        but seed and b.
    alpha
        One minus the level of the percentile interval.

    Raises
    ------
    EstimationError
        Options out of range, or more than a fifth of the refits without a finite estimate.

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application, section
    5.3.1. R: lme4's ``bootMer(type = "parametric")``.

    Examples
    --------
    >>> from equipoise.statistics.estimation import fit_generalised_mixed
    >>> events, trials = [3, 1, 8, 2, 1, 12, 7, 4], [20, 22, 18, 25, 30, 28, 24, 21]
    >>> design = np.column_stack([np.ones(8), [0, 1, 0, 1, 1, 0, 1, 0]])
    >>> fit = fit_generalised_mixed(events, design, range(8), family="binomial", trials=trials)
    >>> boot = parametric_bootstrap(
    ...     fit, events, design, range(8), column=1, replicates=40, seed=7, trials=trials
    ... )
    >>> boot.failed, bool(boot.lower < fit.coefficients[1] < boot.upper)
    (0, True)
    """
    if replicates < 20 or not 0 < alpha < 1:
        raise EstimationError(
            "A bootstrap takes at least 20 replicates and an alpha between 0 and 1."
        )
    counts = check_counts(y, design, clusters, fit.family, trials, offset)
    cells = build_cells(counts, fit.family, level, apart=True)
    centre = fit.parameters
    if isinstance(cells.family, NegativeBinomial):
        if fit.size is None or np.isinf(fit.size):
            cells = as_poisson(cells)
        else:
            centre = np.append(centre, np.log(fit.size))
    if cells.design.shape[1] != fit.coefficients.size or not 0 <= column < fit.coefficients.size:
        raise EstimationError("The fit and the column do not belong to this design.")
    scale = _scale(fit, centre.size)
    found = [
        _refit(_drawn(cells, fit, centre, seed, b), fit.quadrature, centre, scale)
        for b in range(replicates)
    ]
    estimates = np.array([parameters[column] for parameters in found if parameters is not None])
    failed = replicates - estimates.size
    if failed > replicates / 5:
        raise EstimationError(
            f"{failed} of {replicates} bootstrap refits have no finite estimate: events are too "
            "few for a parametric bootstrap."
        )
    lower, upper = np.quantile(estimates, [alpha / 2, 1 - alpha / 2])
    words = f"{failed} of {replicates} bootstrap refits had no finite estimate and were left out."
    return ParametricBootstrap(
        estimates=estimates,
        se=float(np.std(estimates, ddof=1)),
        bias=float(np.mean(estimates) - fit.coefficients[column]),
        lower=float(lower),
        upper=float(upper),
        level=1 - alpha,
        replicates=replicates,
        failed=failed,
        seed=seed,
        warnings=(words,) if failed else (),
    )


def _scale(fit: GeneralisedMixedFit, size: int) -> Array:
    """Give L with L L' about the covariance; a variance at zero still gets a scale."""
    known = fit.parameters.size
    covariance = np.diag(np.full(size, 1.0 / max(fit.clusters, 2)))
    covariance[:known, :known] = fit.covariance
    for k in range(known):
        if covariance[k, k] == 0:
            covariance[k, k] = 0.01
    return np.asarray(np.linalg.cholesky(covariance))


def _drawn(
    cells: CountCells, fit: GeneralisedMixedFit, centre: Array, seed: int, draw: int
) -> CountCells:
    """Draw the counts of the cells from the fitted model."""
    numbers = cells.clusters + cells.levels + cells.cluster.size
    uniforms = Stream.of_seed(seed).branch(draw).uniforms(numbers)
    u, v, cell = np.split(uniforms, [cells.clusters, cells.clusters + cells.levels])
    shift = fit.cluster_sd * special.ndtri(u)
    if fit.level_sd is not None:
        shift = shift + fit.level_sd * cells.of_level(special.ndtri(v))
    eta = cells.offset + cells.design @ fit.coefficients + cells.of_cluster(shift)
    family = cells.family.with_shape(float(centre[-1]))
    return cells.with_family(family.with_events(family.drawn(eta, cell)))


def _refit(cells: CountCells, quadrature: int, centre: Array, scale: Array) -> Array | None:
    """Refit from the fitted parameters; None where the climb has no end near by."""
    likelihood = likelihood_of(cells, quadrature)
    p = cells.design.shape[1]
    sds = slice(p, p + 1 + (cells.level is not None))
    start = centre.copy()
    # A standard deviation of zero is a stationary point, from which no climb would leave.
    start[sds] = np.maximum(centre[sds], 0.1)
    top = climb(likelihood, start, scale)
    _, gradient = likelihood(top)
    if not np.isfinite(top).all() or np.abs(scale.T @ gradient).max() > 1e-3:
        return None
    if np.abs(cells.design @ (top - centre)[:p]).max() > FAR and runs_off(cells).size:
        return None
    return top
