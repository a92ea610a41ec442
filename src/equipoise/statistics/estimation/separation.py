"""Whether fixed effects have finite estimates: separation, found by linear programming.

A direction d of the coefficients along which no cell's likelihood falls and some cell's rises has
no end: the estimates run off to infinity. Cells with all or none of their trials as events may
move one way; all others must stay where they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from equipoise.statistics.estimation.errors import EstimationError

Array = NDArray[np.float64]


class SeparationError(EstimationError):
    """Fixed effects without finite estimates.

    Attributes
    ----------
    columns
        Positions in the design of the coefficients that run off.
    """

    def __init__(self, columns: tuple[int, ...]) -> None:
        self.columns = columns
        named = ", ".join(str(column) for column in columns)
        super().__init__(
            f"Design columns {named} separate the cells with events from those without (an arm, a "
            "stratum or a covariate without any event, or with nothing else), so their effects "
            "have no finite estimate; leave them out or merge their groups."
        )


def separated_columns(
    design: Array, none: NDArray[np.bool_], all_: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Find the columns whose coefficients have no finite estimate.

    Parameters
    ----------
    design
        Shape (cells, p).
    none, all_
        Whether a cell has no event, or nothing but events, shape (cells,). Cells that are neither
        tie the linear predictor down; for counts without a bound `all_` is false everywhere.

    Returns
    -------
    ndarray of int64
        Positions; empty where all estimates are finite.

    References
    ----------
    Konis, K. (2007). Linear programming algorithms for detecting separated data in binary
    logistic regression models. DPhil thesis, University of Oxford, section 4.2.

    Examples
    --------
    >>> design = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    >>> none = np.array([True, False, True, True])
    >>> separated_columns(design, none, ~none).tolist()
    [1]
    """
    sign = np.where(all_, 1.0, -1.0)
    free = none | all_
    scaled = design / np.maximum(np.abs(design).max(axis=0), np.finfo(float).tiny)
    towards = sign[free, None] * scaled[free]
    tied = np.unique(scaled[~free], axis=0)
    rays = np.unique(towards, axis=0)
    if rays.size == 0:
        return np.empty(0, dtype=np.int64)
    found = optimize.linprog(
        -rays.sum(axis=0),
        A_ub=-rays,
        b_ub=np.zeros(rays.shape[0]),
        A_eq=tied if tied.size else None,
        b_eq=np.zeros(tied.shape[0]) if tied.size else None,
        bounds=(-1, 1),
        method="highs",
    )
    if found.x is None or found.fun is None or found.fun > -1e-6:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.abs(found.x) > 1e-7)
