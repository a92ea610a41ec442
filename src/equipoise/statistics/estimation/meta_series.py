"""The same meta-analysis over and over: without each study, and as the studies came in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.heterogeneity import PoolingMethod
from equipoise.statistics.estimation.meta import (
    MetaResult,
    PooledTest,
    check_studies,
    meta_analysis,
)


def leave_one_out(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    method: PoolingMethod = "reml",
    test: PooledTest = "hksj-floored",
    alpha: float = 0.05,
) -> tuple[MetaResult, ...]:
    """Pool the studies with each left out in turn.

    Parameters
    ----------
    estimates, variances, method, test, alpha
        As in `meta_analysis`; two studies or more.

    Returns
    -------
    tuple of MetaResult
        The i-th is without study i. R: metafor, ``leave1out``.

    Raises
    ------
    EstimationError
        As `meta_analysis`, and for one study.

    Examples
    --------
    >>> left = leave_one_out([0.1, 0.5, 0.9], [0.04, 0.04, 0.04])
    >>> [round(result.estimate, 6) for result in left]
    [0.7, 0.5, 0.3]
    """
    y, v = check_studies(estimates, variances)
    if y.size < 2:
        raise EstimationError("There is only one study, so none can be left out.")
    return tuple(
        meta_analysis(np.delete(y, i), np.delete(v, i), method=method, test=test, alpha=alpha)
        for i in range(y.size)
    )


def cumulative_meta_analysis(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    order: Sequence[int] | None = None,
    method: PoolingMethod = "reml",
    test: PooledTest = "hksj-floored",
    alpha: float = 0.05,
) -> tuple[MetaResult, ...]:
    """Pool the first study, the first two, and so on.

    Parameters
    ----------
    estimates, variances, method, test, alpha
        As in `meta_analysis`.
    order
        Positions of the studies, each once, in the order in which they come in; None means as
        given.

    Returns
    -------
    tuple of MetaResult
        The i-th holds the first i + 1 studies of the order. R: metafor, ``cumul``.

    Raises
    ------
    EstimationError
        As `meta_analysis`, and for an order that does not name each study once.

    Examples
    --------
    >>> steps = cumulative_meta_analysis([0.1, 0.5, 0.9], [0.04, 0.04, 0.04], order=[2, 1, 0])
    >>> [round(result.estimate, 6) for result in steps]
    [0.9, 0.7, 0.5]
    """
    y, v = check_studies(estimates, variances)
    chosen = list(range(y.size)) if order is None else list(order)
    if sorted(chosen) != list(range(y.size)):
        raise EstimationError(f"The order must name each of the {y.size} studies once, from 0.")
    return tuple(
        meta_analysis(y[chosen[:n]], v[chosen[:n]], method=method, test=test, alpha=alpha)
        for n in range(1, y.size + 1)
    )
