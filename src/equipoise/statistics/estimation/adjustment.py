"""Adjustment that respects the estimand: inverse shares, and interactions with covariates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.grouping import group_rows
from equipoise.statistics.estimation.moments import ClusterMoments

Array = NDArray[np.float64]


def inverse_shares(
    arm: ArrayLike, strata: ArrayLike | None = None, units: ArrayLike | None = None
) -> Array:
    """Give each row the inverse of the realised share of its arm in its stratum.

    With them as weights least squares with stratum effects weights strata by what they hold,
    and not by n p (1 - p).

    Parameters
    ----------
    arm
        A label per row, shape (n,).
    strata
        A label per row; None means one stratum.
    units
        A label per row of the randomised units that shares are counted in, each in one arm and
        one stratum; None counts rows.

    Raises
    ------
    EstimationError
        A stratum in which an arm is absent, or a unit in two arms or strata.

    Examples
    --------
    >>> inverse_shares([0, 0, 0, 1]).round(6).tolist()
    [1.333333, 1.333333, 1.333333, 4.0]
    """
    arms = group_rows(arm, "arms")
    codes = arms.number()
    n = codes.size
    cells = np.zeros(n, dtype=np.int64) if strata is None else group_rows(strata, "strata").number()
    if cells.size != n:
        raise EstimationError("Arms and strata must be one label per row.")
    count = np.ones(n)
    if units is not None:
        grouping = group_rows(units, "units")
        both = (cells * arms.rows.size + codes).astype(np.float64)
        if grouping.rows.sum() != n or (grouping.spread(grouping.first(both)) != both).any():
            raise EstimationError("Each unit must lie in one arm and one stratum.")
        count = 1.0 / grouping.spread(grouping.rows)
    table = np.zeros((int(cells.max()) + 1, arms.rows.size))
    np.add.at(table, (cells, codes), count)
    if (table == 0).any():
        s, a = np.argwhere(table == 0)[0]
        name = "" if strata is None else f" {group_rows(strata).labels[s]}"
        raise EstimationError(f"There is no {arms.labels[a]} in the stratum{name}.")
    share = table / table.sum(axis=1, keepdims=True)
    return np.asarray(1.0 / share[cells, codes])


def interacted(
    treatment: ArrayLike, covariates: ArrayLike, weights: ArrayLike | None = None
) -> Array:
    """Give the columns of Lin's adjustment for rows: treatment, covariates, their products.

    Covariates are centred on their (weighted) mean over all rows, so that the coefficient of
    the treatment is the average effect over all of them. With indicators of all strata but one
    among the covariates it is the average over strata by what they hold.

    Parameters
    ----------
    treatment
        0 or 1, shape (n,).
    covariates
        Shape (n, g).
    weights
        Whom the average is over, shape (n,); None means each row alike.

    Returns
    -------
    ndarray
        Shape (n, 1 + 2 g); a constant goes in front of it.

    References
    ----------
    Lin, W. (2013). Agnostic notes on regression adjustments to experimental data. Annals of
    Applied Statistics 7(1), section 4. R: estimatr 1.0.0, ``lm_lin``.

    Examples
    --------
    >>> interacted([0, 1], [[1.0], [3.0]]).tolist()
    [[0.0, -1.0, -0.0], [1.0, 1.0, 1.0]]
    """
    arm = np.asarray(treatment, dtype=np.float64)
    given = np.asarray(covariates, dtype=np.float64)
    if arm.ndim != 1 or given.ndim != 2 or given.shape[0] != arm.size:
        raise EstimationError("Treatment and covariates do not have the same number of rows.")
    if not np.isin(arm, (0.0, 1.0)).all():
        raise EstimationError("The treatment must be 0 or 1 in every row.")
    weight = np.ones(arm.size) if weights is None else np.asarray(weights, dtype=np.float64)
    centred = given - weight @ given / weight.sum()
    return np.column_stack([arm, centred, arm[:, None] * centred])


def interacted_moments(
    moments: ClusterMoments,
    treatment: str,
    covariates: Sequence[str],
    centres: Mapping[str, float] | None = None,
) -> tuple[ClusterMoments, tuple[str, ...]]:
    """Add the columns of Lin's adjustment to moments.

    Parameters
    ----------
    moments
        With treatment, 0 or 1 and constant in clusters, and covariates.
    treatment, covariates
        Names of columns.
    centres
        What to centre covariates on; None means the mean under the moments' weights.

    Returns
    -------
    tuple of ClusterMoments and tuple of str
        Moments with columns more, and the regressors to use: treatment, covariates, products.

    Raises
    ------
    EstimationError
        A treatment that varies inside clusters or is not 0 or 1.

    Examples
    --------
    >>> rows = {"y": [1.0, 2.0, 4.0], "arm": [0, 0, 1], "x": [1.0, 3.0, 5.0]}
    >>> moments, names = interacted_moments(ClusterMoments.from_rows(rows, [1, 1, 2]), "arm", ["x"])
    >>> names
    ('arm', 'x', 'arm x x')
    """
    at = moments.position(treatment)
    arm = moments.mean[:, at]
    if moments.varies[at] or not np.isin(arm, (0.0, 1.0)).all():
        raise EstimationError(
            f"{treatment} must be 0 or 1 and the same in all rows of a cluster; use rows otherwise."
        )
    names = []
    for covariate in covariates:
        values = moments.mean[:, moments.position(covariate)]
        centre = float(np.average(values, weights=moments.weight))
        centre = centre if centres is None else centres[covariate]
        name = f"{treatment} x {covariate}"
        moments = moments.derived(name, covariate, scale=arm, shift=-centre * arm)
        names.append(name)
    return moments, (treatment, *covariates, *names)
