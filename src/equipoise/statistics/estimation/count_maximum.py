"""The highest maximum of a random-intercept model's likelihood, boundaries included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.cluster_information import Sloped
from equipoise.statistics.estimation.count_blocks import in_blocks
from equipoise.statistics.estimation.count_cells import CountCells, as_poisson
from equipoise.statistics.estimation.count_families import NegativeBinomial
from equipoise.statistics.estimation.count_start import find_start
from equipoise.statistics.estimation.errors import ConvergenceError
from equipoise.statistics.estimation.laplace import Laplace
from equipoise.statistics.estimation.maximise import (
    LogLikelihood,
    Maximum,
    certify,
    climb,
    information,
)
from equipoise.statistics.estimation.quadrature import AdaptiveQuadrature

BOUNDARY = 1e-3
"""A standard deviation below this is taken to zero, if the likelihood is no lower there."""
STARTS = ((None, 1.0), (1.0, 4.0), (0.1, 0.0))
"""Standard deviations of random effects (None: from moments) and log shapes to start from."""
NEAR = 0.01
"""Tops closer than this, in standard errors or so, are one."""
POISSON_LIMIT = 5.0
"""Log size from which the Poisson model is tried instead."""

Array = NDArray[np.float64]


def likelihood_of(cells: CountCells, quadrature: int) -> Sloped:
    """Give the marginal log-likelihood of the cells, by Laplace or quadrature."""
    if quadrature == 1:
        return in_blocks(cells, Laplace)
    return in_blocks(cells, lambda some: AdaptiveQuadrature(some, quadrature), quadrature)


def highest_maximum(
    cells: CountCells, quadrature: int, warnings: list[str]
) -> tuple[Maximum, CountCells, float | None]:
    """Find the highest maximum, with the cells it is of, and the size if there is one.

    Where the negative binomial runs into the Poisson model, cells and maximum are of the latter,
    the size is infinite, and a sentence is added to `warnings`.
    """
    likelihood = likelihood_of(cells, quadrature)
    tops = _climbs(cells, quadrature)
    if not isinstance(cells.family, NegativeBinomial):
        return _first_certified(likelihood, tops), cells, None
    if tops[0].parameters[-1] >= POISSON_LIMIT:
        limit = as_poisson(cells)
        without = likelihood_of(limit, quadrature)
        poisson = _first_certified(without, _climbs(limit, quadrature))
        if poisson.value >= tops[0].value - 1e-6:
            warnings.append(
                "The counts vary no more than the Poisson model allows (a boundary), so the size "
                "is infinite and the negative binomial model is the Poisson model."
            )
            return poisson, limit, float("inf")
    maximum = _first_certified(likelihood, tops)
    return maximum, cells, float(np.exp(maximum.parameters[-1]))


@dataclass(frozen=True)
class _Top:
    """Where a climb ended, and the scale of the problem there."""

    parameters: Array
    value: float
    scale: Array


def _climbs(cells: CountCells, quadrature: int) -> list[_Top]:
    """Climb from several starts, the highest end first.

    Quadrature starts where Laplace's approximation, which is cheap, has its tops, and from the
    same places as that where it ends at a variance of zero.
    """
    tops = _from_starts(likelihood_of(cells, 1), cells)
    if quadrature == 1:
        return tops
    likelihood = likelihood_of(cells, quadrature)
    sds = _sds(cells)
    found = []
    for top in _different(tops):
        begin = top.parameters.copy()
        # A standard deviation of zero is a stationary point, from which no climb would leave.
        begin[sds] = np.where(begin[sds] == 0, 0.1, begin[sds])
        found.append(_climbed(likelihood, begin, _sharpened(cells, top), sds))
    if (found[0].parameters[sds] == 0).any():
        found += _from_starts(likelihood, cells)
    return sorted(found, key=lambda top: -top.value)


def _sds(cells: CountCells) -> slice:
    """Give the places of the standard deviations among the parameters."""
    p = cells.design.shape[1]
    return slice(p, p + 1 + (cells.level is not None))


def _from_starts(likelihood: LogLikelihood, cells: CountCells) -> list[_Top]:
    """Climb from the usual starts, the highest end first.

    One start does where it ends at variances above zero: that there are other maxima was seen
    only at a boundary, and for the negative binomial, whose size and random effects compete.
    """
    sds = _sds(cells)
    several = isinstance(cells.family, NegativeBinomial)
    tops = []
    for spread, log_shape in STARTS:
        start = find_start(cells, spread, log_shape)
        top = _climbed(likelihood, start.parameters, start.scale, sds)
        tops.append(top)
        if not several and (top.parameters[sds] != 0).all():
            break
    return sorted(tops, key=lambda top: -top.value)


def _climbed(likelihood: LogLikelihood, begin: Array, scale: Array, sds: slice) -> _Top:
    """Climb from one place."""
    top = _to_boundary(likelihood, climb(likelihood, begin, scale), sds)
    return _Top(top, likelihood(top)[0], scale)


def _different(tops: list[_Top]) -> list[_Top]:
    """Leave out tops that are as good as one before them."""
    kept: list[_Top] = []
    for top in tops:
        away = [np.linalg.solve(top.scale, top.parameters - one.parameters) for one in kept]
        if all(np.abs(step).max() > NEAR for step in away):
            kept.append(top)
    return kept


def _sharpened(cells: CountCells, top: _Top) -> Array:
    """Give the scale at a top of Laplace's approximation, where it has a proper one."""
    known = information(likelihood_of(cells, 1), top.parameters, top.scale)
    if not np.isfinite(known).all() or np.linalg.eigvalsh(known).min() <= 1e-3:
        return top.scale
    return np.asarray(top.scale @ np.linalg.inv(np.linalg.cholesky(known)).T)


def _first_certified(likelihood: LogLikelihood, tops: list[_Top]) -> Maximum:
    """Finish at the highest top; at a lower one only where that is as high."""
    failure: ConvergenceError | None = None
    for top in tops:
        if failure is not None and top.value < tops[0].value - 1e-6:
            break
        try:
            return certify(likelihood, top.parameters, top.scale)
        except ConvergenceError as error:
            failure = error
    assert failure is not None
    raise failure


def _to_boundary(likelihood: LogLikelihood, top: Array, sds: slice) -> Array:
    """Set standard deviations next to zero to zero, where the likelihood is no lower."""
    near = np.zeros(top.size, dtype=bool)
    near[sds] = np.abs(top[sds]) < BOUNDARY
    if not near.any():
        return top
    zeroed = np.where(near, 0.0, top)
    return zeroed if likelihood(zeroed)[0] >= likelihood(top)[0] - 1e-9 else top
