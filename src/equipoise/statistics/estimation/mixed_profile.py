"""Profile likelihood intervals of a mixed model: fixed effects, variances, correlations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.linear_moments import CONSTANT
from equipoise.statistics.estimation.mixed import to_the_edge
from equipoise.statistics.estimation.mixed_layout import Layout, lay_out
from equipoise.statistics.estimation.mixed_likelihood import Likelihood
from equipoise.statistics.estimation.mixed_model import MixedModel
from equipoise.statistics.estimation.mixed_search import roots_of, search
from equipoise.statistics.estimation.moments import ClusterMoments

Array = NDArray[np.float64]

GROWTH = 60
"""Doublings of a step in the search for a limit."""


@dataclass(frozen=True)
class ProfileInterval:
    """A profile likelihood interval.

    Attributes
    ----------
    name
        Of the coefficient, variance or level.
    estimate
        Where the likelihood is highest.
    lower, upper
        Where -2 log-likelihood has risen by the chi-squared quantile; or the edge of what is
        possible, if it has not risen so much there.
    level
        Confidence level, 1 - alpha.
    """

    name: str
    estimate: float
    lower: float
    upper: float
    level: float


def profile_coefficient(
    moments: ClusterMoments, model: MixedModel, column: str, *, alpha: float = 0.05
) -> ProfileInterval:
    """Profile a fixed effect by full maximum likelihood, as lme4 does for either method.

    Parameters
    ----------
    moments, model
        As in `fit_mixed`.
    column
        One of the regressors.

    Raises
    ------
    EstimationError
        As in `fit_mixed`; or the column is no regressor of the model.

    References
    ----------
    R: lme4 1.1-31, ``confint(fit, method = "profile")``.
    """
    if column not in model.regressors:
        raise EstimationError(f"{column} is not one of the regressors {list(model.regressors)}.")
    layout = lay_out(moments, replace(model, method="ml"))
    likelihood = Likelihood.of(layout, "ml")
    best, _ = to_the_edge(likelihood, roots_of(likelihood), search(likelihood))
    at = layout.columns.names.index(column)
    place, f = layout.fixed.index(at), len(layout.fixed)
    information = best.deviance.information.value[0]
    inverse = np.linalg.inv(information[:f, :f])
    estimate = float((inverse @ information[:f, f])[place])
    step = float(np.sqrt(inverse[place, place]))
    roots = best.roots

    def rise(value: float) -> float:
        nonlocal roots
        held = Likelihood.of(_without(layout, at, value), "ml")
        # A root of zero stays there under Newton's steps, so each search starts off it.
        found = search(held, np.where(roots == 0, 0.05, roots))
        return found.deviance.value - best.deviance.value

    unit = layout.columns.scale[layout.columns.outcome] / layout.columns.scale[at]
    lower = _limit(rise, estimate, -step, alpha)
    upper = _limit(rise, estimate, step, alpha)
    base = layout.columns.removed[at - 1]
    value, low, high = (float(base + unit * limit) for limit in (estimate, lower, upper))
    return ProfileInterval(column, value, low, high, 1 - alpha)


def profile_variance(
    moments: ClusterMoments, model: MixedModel, name: str, *, alpha: float = 0.05
) -> ProfileInterval:
    """Profile a variance by the model's own method, restricted or full.

    Parameters
    ----------
    moments, model
        As in `fit_mixed`.
    name
        Of a variance, as `MixedFit.variances` names it; not of a covariance.

    Raises
    ------
    EstimationError
        As in `fit_mixed`; or there is no such variance.

    References
    ----------
    R: lme4 1.1-31, ``confint(fit, method = "profile")`` for ``ml``, its limits squared.
    """
    model = _slope_first(model, name)
    layout = lay_out(moments, model)
    likelihood = Likelihood.of(layout, model.method)
    space = roots_of(likelihood)
    names = [part.name for part in layout.components]
    leading = [block[0] for block in space.blocks]
    if name not in names or names.index(name) not in leading:
        raise EstimationError(f"There is no variance {name}; there are {names}.")
    t = names.index(name)
    best, _ = to_the_edge(likelihood, space, search(likelihood))
    residual = t < space.residuals

    def rise(root: float) -> float:
        roots = np.where(best.roots == 0, 0.05, best.roots)
        roots[t] = root
        found = search(likelihood, roots, frozenset({t}))
        return found.deviance.value - best.deviance.value

    estimate = float(best.roots[t]) if residual else abs(float(best.roots[t]))
    step = 0.1 if residual else max(0.2 * estimate, 0.01)
    upper = _limit(rise, estimate, step, alpha)
    if residual:
        limits = np.exp([estimate, _limit(rise, estimate, -step, alpha), upper])
    else:
        lower = 0.0
        if estimate > 0 and rise(0.0) > float(stats.chi2.ppf(1 - alpha, 1)):
            lower = _limit(rise, estimate, -step, alpha, edge=0.0)
        limits = np.square([estimate, lower, upper])
    value, low, high = (float(limit * layout.components[t].factor) for limit in limits)
    return ProfileInterval(name, value, low, high, 1 - alpha)


def icc_interval(
    moments: ClusterMoments, model: MixedModel, level: str | None = None, *, alpha: float = 0.05
) -> ProfileInterval:
    """Profile an intracluster correlation by the model's own method.

    Parameters
    ----------
    moments, model
        As in `fit_mixed`; random intercepts at one or two levels, and nothing else random.
    level
        Name of a level (`MixedFit.icc`); None for the clusters.

    Raises
    ------
    EstimationError
        As in `fit_mixed`; or the model has slopes, variances by arm or no such level.

    Notes
    -----
    For rows of one group at a level, but not at the levels inside it. The other variances are
    at their best for each value of the correlation.
    """
    name = model.cluster if level is None else level
    if model.residual_by or any(term.by or term.columns != (CONSTANT,) for term in model.random):
        raise EstimationError("An intracluster correlation needs random intercepts alone.")
    layout = lay_out(moments, model)
    levels = [group for group, _ in layout.groups]
    if name not in levels or len(levels) > 2:
        raise EstimationError(f"There is no single level {name} among {levels}.")
    likelihood = Likelihood.of(layout, model.method)
    best, _ = to_the_edge(likelihood, roots_of(likelihood), search(likelihood))
    n = layout.n - (layout.parameters if model.method == "reml" else 0)
    shared = np.asarray([False, *(levels.index(one) >= levels.index(name) for one in levels)])

    def at(shares: Array) -> float:
        found = likelihood.deviance(shares, order=0)
        return float(found.value + n * np.log(found.squares / n) - found.squares + n)

    def rise(correlation: float) -> float:
        def split(share: float) -> float:
            parts = np.where(shared, correlation, 1 - correlation)
            for inside in (shared, ~shared):
                if inside.sum() == 2:
                    parts[inside] *= [share, 1 - share]
            return at(parts)

        if len(levels) == 1:
            return split(1.0) - best.deviance.value
        found = optimize.minimize_scalar(
            split, bounds=(1e-12, 1 - 1e-12), method="bounded", options={"xatol": 1e-10}
        )
        # Only two random variances can share with nothing for the first; a residual cannot.
        ends = min(split(1.0), split(0.0) if shared.sum() == 2 else np.inf)
        return float(min(found.fun, ends)) - best.deviance.value

    total = float(best.components.sum())
    estimate = float(best.components[shared].sum()) / total
    threshold = float(stats.chi2.ppf(1 - alpha, 1))
    lower = 0.0
    if estimate > 0 and rise(0.0) > threshold:
        lower = float(optimize.brentq(lambda r: rise(r) - threshold, 0.0, estimate, xtol=1e-10))
    beyond = estimate
    for _ in range(GROWTH):
        beyond = 0.5 * (1 + beyond)
        if rise(beyond) > threshold:
            break
    upper = float(optimize.brentq(lambda r: rise(r) - threshold, estimate, beyond, xtol=1e-10))
    return ProfileInterval(name, estimate, lower, upper, 1 - alpha)


def _without(layout: Layout, at: int, value: float) -> Layout:
    """Take value x column off the outcome, and the column out of the model."""
    columns = layout.columns
    y = columns.outcome
    means, scatter = columns.means.copy(), columns.scatter.copy()
    means[:, y] -= value * means[:, at]
    scatter[:, y] -= value * scatter[:, at]
    scatter[:, :, y] -= value * scatter[:, :, at]
    return replace(
        layout,
        columns=replace(columns, means=means, scatter=scatter),
        fixed=[k for k in layout.fixed if k != at],
    )


def _slope_first(model: MixedModel, name: str) -> MixedModel:
    """Order a term's columns so that the variance asked for is the first of its matrix."""
    terms = []
    for term in model.random:
        level = term.level or model.cluster
        for column in term.columns[1:]:
            if name == (level if column == CONSTANT else f"{level}:{column}"):
                rest = tuple(other for other in term.columns if other != column)
                term = replace(term, columns=(column, *rest))
        terms.append(term)
    return replace(model, random=tuple(terms))


def _limit(
    rise: Callable[[float], float],
    estimate: float,
    step: float,
    alpha: float,
    edge: float | None = None,
) -> float:
    """Find where the profile crosses the quantile on the side of a step."""
    threshold = float(stats.chi2.ppf(1 - alpha, 1))
    inside, outside = estimate, estimate + step
    for _ in range(GROWTH):
        if edge is not None and outside < edge:
            outside = edge
        if rise(outside) > threshold:
            found = optimize.brentq(
                lambda value: rise(value) - threshold, inside, outside, xtol=1e-12, rtol=1e-10
            )
            return float(found)
        inside, step = outside, 2 * step
        outside += step
    raise EstimationError("The profile of the likelihood does not rise enough for an interval.")
