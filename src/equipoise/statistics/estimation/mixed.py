"""Linear mixed models of nested groups, from clusters' moments alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.linear_moments import CONSTANT
from equipoise.statistics.estimation.mixed_inference import (
    Inference,
    kenward_roger,
    normal,
    satterthwaite,
)
from equipoise.statistics.estimation.mixed_layout import Layout, lay_out
from equipoise.statistics.estimation.mixed_likelihood import Likelihood
from equipoise.statistics.estimation.mixed_model import (
    MixedDegreesOfFreedom,
    MixedFit,
    MixedModel,
    VarianceComponent,
)
from equipoise.statistics.estimation.mixed_search import Found, Roots, roots_of, search
from equipoise.statistics.estimation.moments import ClusterMoments

Array = NDArray[np.float64]

EDGE = 1e-3
"""Roots under this, in standard deviations of the outcome, are tried at zero."""

NOTHING = 1e-8
"""A variance is zero if it adds no more than this to -2 log-likelihood."""


def fit_mixed(
    moments: ClusterMoments, model: MixedModel, *, df: MixedDegreesOfFreedom = "satterthwaite"
) -> MixedFit:
    """Fit a linear mixed model by restricted or full maximum likelihood.

    Weights of the moments are precision weights, as lme4's: the residual variance of a row is
    the residual variance over its weight. Estimates weight clusters by precision: they are not
    pupil- or school-averages.

    Parameters
    ----------
    moments
        Of rows; the time depends on the number of clusters and not of rows.
    model
        Columns, random terms, strata and method.
    df
        ``satterthwaite`` as lmerTest, ``kenward-roger`` as pbkrtest (restricted likelihood
        only; errors adjusted too) or ``z``.

    Returns
    -------
    MixedFit
        ``converged`` is only true where gradient and curvature show a maximum.

    Raises
    ------
    EstimationError
        Columns or levels that are not there, groups that are not nested, one group only, no
        variation inside clusters; `CollinearError` names positions among the regressors.

    References
    ----------
    Bates, Mächler, Bolker and Walker (2015). Fitting linear mixed-effects models using lme4.
    Journal of Statistical Software 67(1), equations 34 and 41; Longford, N. (1987), Biometrika
    74(4), on the likelihood from cross-products of nested groups. R: lme4 1.1-31 ``lmer``,
    lmerTest 3.1-3, pbkrtest 0.5.2.

    Examples
    --------
    >>> moments = ClusterMoments.from_rows(
    ...     {"y": [1.0, 3.0, 5.0, 7.0, 4.0, 8.0, 9.0, 11.0], "arm": [0, 0, 0, 0, 1, 1, 1, 1]},
    ...     ["a", "a", "b", "b", "c", "c", "d", "d"],
    ... )
    >>> fit = fit_mixed(moments, MixedModel("y", ("arm",)))
    >>> fit.coefficients.round(6).tolist(), fit.converged, fit.df.round(6).tolist()
    ([4.0, 4.0], True, [2.0, 2.0])
    """
    if df == "kenward-roger" and model.method != "reml":
        raise EstimationError("Kenward-Roger needs a fit by restricted likelihood (reml).")
    layout = lay_out(moments, model)
    likelihood = Likelihood.of(layout, model.method)
    space = roots_of(likelihood)
    found, edges = to_the_edge(likelihood, space, search(likelihood))
    constant = layout.reported[:1] == (CONSTANT,)
    lines, added = layout.columns.coefficients(layout.fixed, constant=constant)
    inference = _infer(found, space, lines, df)
    information = found.deviance.information.value[0]
    f = len(layout.fixed)
    scaled = np.linalg.solve(information[:f, :f], information[:f, f])
    variances = tuple(
        VarianceComponent(part.name, part.level, float(value * part.factor), t in edges)
        for t, (part, value) in enumerate(zip(layout.components, found.components, strict=True))
    )
    return MixedFit(
        columns=layout.reported,
        coefficients=lines @ scaled + added,
        vcov=inference.vcov,
        se=np.sqrt(np.diag(inference.vcov)),
        df=inference.df,
        variances=variances,
        loglik=-found.deviance.value / 2,
        method=model.method,
        df_method=df,
        n=layout.n,
        clusters=layout.rows.size,
        groups=layout.groups,
        icc=_icc(layout, model, variances),
        converged=found.converged,
        decrement=found.decrement,
        messages=_messages(layout, space, found, edges),
    )


def to_the_edge(likelihood: Likelihood, space: Roots, found: Found) -> tuple[Found, frozenset[int]]:
    """Put variances that are zero to within rounding at zero.

    Returns
    -------
    tuple of Found and frozenset of int
        The fit there, and the numbers of the components at their edge: a variance of zero, or
        the last of a covariance matrix that has lost a rank.
    """
    edges: set[int] = set()
    for block in space.blocks[space.residuals :]:
        for t, a, b in space.entries(block):
            if a == b and abs(found.roots[t]) < EDGE:
                roots = found.roots.copy()
                roots[t] = 0.0
                at = search(likelihood, roots, frozenset({*edges, t}))
                if at.deviance.value <= found.deviance.value + NOTHING:
                    found = replace(at, converged=at.converged and found.converged)
                    edges.add(t)
    return found, frozenset(edges)


def _infer(found: Found, space: Roots, lines: Array, df: MixedDegreesOfFreedom) -> Inference:
    """Give errors and degrees of freedom of the reported coefficients."""
    if df == "z":
        return normal(found.deviance, lines)
    if df == "kenward-roger":
        return kenward_roger(found.deviance, lines)
    return satterthwaite(found.deviance, found.curvature, space.jacobian(found.roots), lines)


def _icc(
    layout: Layout, model: MixedModel, variances: tuple[VarianceComponent, ...]
) -> tuple[tuple[str, float], ...]:
    """Correlate rows of one group of each level, where all rows have the same variance."""
    if model.residual_by or any(term.by or term.columns != (CONSTANT,) for term in model.random):
        return ()
    values = {part.name: part.value for part in variances}
    total, shared, found = sum(values.values()), 0.0, []
    for name, _ in reversed(layout.groups):
        shared += values[name]
        found.append((name, shared / total))
    return tuple(reversed(found))


def _messages(layout: Layout, space: Roots, found: Found, edges: frozenset[int]) -> tuple[str, ...]:
    """Say in words what the numbers do not show."""
    said = []
    for block in space.blocks[space.residuals :]:
        entries = space.entries(block)
        for t, a, b in entries:
            if a != b or t not in edges:
                continue
            name = layout.components[t].name
            if found.components[t] <= 0:
                said.append(
                    f"The variance of {name} is estimated at zero, the edge of what is possible: "
                    "the fit is that of the model without it, which does not show that it is zero."
                )
            else:
                said.append(
                    f"The random effects of {layout.components[t].level} are estimated to be "
                    "perfectly correlated, the edge of what is possible: there are too few "
                    "groups, or too little variation, for both."
                )
    if not found.converged:
        said.append(
            "The search for the variances did not converge: do not use these numbers; leave out "
            "a random term or a covariate."
        )
    return tuple(said)
