"""Maximising a log-likelihood whose gradient is exact, and proving that it was done.

Quasi-Newton steps in coordinates that make the information about the identity, then Newton steps
with the Hessian, which central differences of the exact gradient give to some eight digits. A
maximum is one where the Hessian is negative definite and a Newton step would gain next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from equipoise.statistics.estimation.errors import ConvergenceError

Array = NDArray[np.float64]
LogLikelihood = Callable[[Array], tuple[float, Array]]

GAIN = 1e-11
"""Log-likelihood that one more Newton step may promise at a maximum."""
EXACT = 1e-20
"""Log-likelihood below which no closer step is tried."""
LOW = 1e50
"""Minus a log-likelihood that cannot be computed."""
DIFFERENCE = 1e-3
"""Step of the central differences, in standard errors or so."""


@dataclass(frozen=True)
class Maximum:
    """A maximum of a log-likelihood.

    Attributes
    ----------
    parameters
        Shape (m,).
    value
        The log-likelihood there.
    covariance
        Inverse of the negative Hessian, shape (m, m).
    """

    parameters: Array
    value: float
    covariance: Array


class Informed(Protocol):
    """A log-likelihood that may know a cheaper way to its Hessian than differences."""

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        """Give value and gradient."""

    def information(self, at: Array, scale: Array) -> Array | None:
        """Give the negative Hessian in the coordinates of `scale`; None where it cannot."""


def climb(
    function: LogLikelihood | Informed, start: Array, scale: Array, steps: int = 200
) -> Array:
    """Climb towards a maximum by quasi-Newton steps.

    Parameters
    ----------
    function
        Log-likelihood and gradient at a vector of shape (m,).
    start
        Shape (m,).
    scale
        L with L L' about the covariance of the maximum, shape (m, m).
    steps
        At most so many.

    Returns
    -------
    ndarray
        The highest point, shape (m,), which `certify` is to judge.
    """

    def down(z: Array) -> tuple[float, Array]:
        try:
            # A line search may look where counts overflow; it is told that this is low.
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                value, gradient = function(start + scale @ z)
        except ConvergenceError:
            return LOW, np.zeros_like(z)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return LOW, np.zeros_like(z)
        return -value, -(scale.T @ gradient)

    found = optimize.minimize(
        down,
        np.zeros(start.size),
        jac=True,
        method="BFGS",
        options={"gtol": 1e-5, "maxiter": steps},
    )
    return start + scale @ np.asarray(found.x)


def information(function: LogLikelihood | Informed, at: Array, scale: Array) -> Array:
    """Give the negative Hessian in the coordinates of `scale`, shape (m, m)."""
    own = getattr(function, "information", None)
    known = None if own is None else own(at, scale)
    if known is not None:
        return np.asarray(known)
    rows = []
    for direction in scale.T:
        _, ahead = function(at + DIFFERENCE * direction)
        _, behind = function(at - DIFFERENCE * direction)
        rows.append(scale.T @ (behind - ahead) / (2 * DIFFERENCE))
    matrix = np.array(rows)
    return np.asarray(0.5 * (matrix + matrix.T))


def certify(function: LogLikelihood | Informed, near: Array, scale: Array) -> Maximum:
    """Finish at a maximum by Newton steps, or say that there is none.

    Parameters
    ----------
    function, scale
        As for `climb`.
    near
        A point close to the maximum, shape (m,).

    Raises
    ------
    ConvergenceError
        The Hessian is not negative definite, or steps go on promising a gain.

    Examples
    --------
    >>> found = certify(lambda x: (float(-x @ x), -2 * x), np.ones(2), np.eye(2))
    >>> bool(np.abs(found.parameters).max() < 1e-9), found.covariance.round(9).tolist()
    (True, [[0.5, 0.0], [0.0, 0.5]])
    """
    at = near
    for _ in range(5):
        matrix = information(function, at, scale)
        if not np.isfinite(matrix).all() or np.linalg.eigvalsh(matrix).min() <= 1e-8:
            break
        inverse = np.linalg.inv(matrix)
        travelled, before = 0.0, np.inf
        for _ in range(8):
            value, gradient = function(at)
            turned = scale.T @ gradient
            step = inverse @ turned
            gain = 0.5 * float(turned @ step)
            # Steps go on below GAIN for as long as they still come closer.
            if gain < GAIN and (gain < EXACT or gain > 0.1 * before):
                return Maximum(at, value, scale @ inverse @ scale.T)
            if not np.isfinite(gain):
                break
            step /= max(1.0, float(np.abs(step).max()))
            at = at + scale @ step
            before = gain
            travelled += float(np.abs(step).max())
            if travelled > 0.01:
                break
    raise ConvergenceError(
        "The likelihood has no proper maximum that could be found: the data may be too few for "
        "this model, or a part of it is not identified; try a simpler one."
    )
