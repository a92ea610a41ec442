"""The columns of a mixed model, scaled so that cross-products are near one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.grouping import Grouping
from equipoise.statistics.estimation.linear_moments import COLLINEAR, CONSTANT, normal_equations
from equipoise.statistics.estimation.mixed_model import MixedModel
from equipoise.statistics.estimation.moments import ClusterMoments

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ModelColumns:
    """Scaled columns: the constant, regressors, indicators of strata, outcome, other slopes.

    Attributes
    ----------
    names
        Of the k columns; indicators have an empty name.
    means, scatter
        Of each cluster in scaled units, shapes (J, k) and (J, k, k).
    centre, scale
        A scaled column is (column - centre) / scale; shape (k,). Random slopes are not
        centred, for the intercept's variance is that where they are zero.
    removed
        Coefficients of least squares, shape (p,), which the scaled outcome is a residual of: its
        squares would else drown what is left of them.
    regressors
        Their number, p.
    outcome
        Position of the outcome; the fixed columns stand before it.
    """

    names: tuple[str, ...]
    means: Array
    scatter: Array
    centre: Array
    scale: Array
    removed: Array
    regressors: int
    outcome: int

    def coefficients(self, fixed: list[int], *, constant: bool) -> tuple[Array, Array]:
        """Give what turns scaled coefficients of `fixed` into reported ones.

        Returns
        -------
        tuple of ndarray
            A matrix (p, fixed) and what is added, shape (p,): regressors, behind the constant
            if it is wanted.
        """
        unit = self.scale[self.outcome]
        lines = [np.where(np.asarray(fixed) == k, unit / self.scale[k], 0.0)
                 for k in range(1, 1 + self.regressors)]  # fmt: skip
        added = self.removed
        if constant:
            line = np.asarray(
                [unit if k == 0 else -unit * self.centre[k] / self.scale[k] for k in fixed]
            )
            lines.insert(0, line)
            origin = self.centre[self.outcome]
            origin -= self.removed @ self.centre[1 : 1 + self.regressors]
            added = np.concatenate([[origin], self.removed])
        return np.asarray(lines).reshape(added.size, len(fixed)), added


def model_columns(
    moments: ClusterMoments, model: MixedModel, indicators: Grouping | None
) -> ModelColumns:
    """Choose and scale the columns of a model.

    Parameters
    ----------
    moments, model
        As in `fit_mixed`.
    indicators
        Strata that are put in as indicators, since they cannot be absorbed; or None.

    Raises
    ------
    EstimationError
        Columns that are not there or are named twice, no variation in the outcome;
        or none that the fixed effects leave over; `CollinearError` names positions among the
        regressors.
    """
    slopes = {name for term in model.random for name in term.columns} - {CONSTANT}
    others = sorted(slopes - {*model.regressors, model.outcome})
    if len({*model.regressors, model.outcome}) != len(model.regressors) + 1:
        raise EstimationError("A column is named twice in the model.")
    at = [moments.position(name) for name in (*model.regressors, model.outcome, *others)]
    p = len(model.regressors)
    strata = None if model.strata is None else moments.levels[model.strata]
    equations = normal_equations(moments, at[: p + 1], strata, COLLINEAR)
    j, weight = moments.weight.size, moments.weight
    names = [CONSTANT, *model.regressors, model.outcome, *others]
    means = np.hstack([np.ones((j, 1)), moments.mean[:, at]])
    scatter = np.zeros((j, len(names), len(names)))
    scatter[:, 1:, 1:] = moments.scatter[:, at][:, :, at]
    centre = weight @ means / weight.sum()
    centre[0] = 0.0
    for k, name in enumerate(names):
        if name in slopes:
            centre[k] = 0.0
    means = means - centre
    origin = np.zeros(moments.mean.shape[1])
    origin[at] = centre[1:]
    means[:, 1:] = moments.about(origin)[:, at]
    square = np.einsum("jaa->a", scatter) + weight @ means**2
    scale = np.sqrt(square / weight.sum())
    scale[scale == 0] = 1.0
    removed = equations.coefficients
    reduce = np.eye(len(names))
    reduce[p + 1, 1 : p + 1] = -removed
    means, scatter = means @ reduce.T, reduce @ scatter @ reduce.T
    left = equations.products[-1, -1] - removed @ equations.products[:-1, -1]
    if left <= 1e-20 * equations.products[-1, -1]:
        raise EstimationError("The model leaves no variation over, so it cannot be fitted.")
    scale[p + 1] = np.sqrt(left / weight.sum())
    means, scatter = means / scale, scatter / (scale[:, None] * scale)
    if indicators is not None:
        dummies = np.eye(indicators.rows.size)[indicators.number()][:, 1:]
        s = dummies.shape[1]
        names[p + 1 : p + 1] = [""] * s
        means = np.hstack([means[:, : p + 1], dummies, means[:, p + 1 :]])
        wide = np.zeros((j, len(names), len(names)))
        old = [*range(p + 1), *range(p + 1 + s, len(names))]
        wide[np.ix_(np.arange(j), old, old)] = scatter
        scatter = wide
        centre = np.insert(centre, [p + 1] * s, 0.0)
        scale = np.insert(scale, [p + 1] * s, 1.0)
    outcome = names.index(model.outcome)
    return ModelColumns(tuple(names), means, scatter, centre, scale, removed, p, outcome)
