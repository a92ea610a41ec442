"""The highest maximum of a random-intercept model's likelihood, boundaries included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.count_cells import CountCells
from equipoise.statistics.estimation.count_families import NegativeBinomial, Poisson
from equipoise.statistics.estimation.count_start import find_start
from equipoise.statistics.estimation.errors import ConvergenceError
from equipoise.statistics.estimation.laplace import Laplace
from equipoise.statistics.estimation.maximise import LogLikelihood, Maximum, certify, climb
from equipoise.statistics.estimation.quadrature import AdaptiveQuadrature

BOUNDARY = 1e-3
"""A standard deviation below this is taken to zero, if the likelihood is no lower there."""
STARTS = ((None, 1.0), (1.0, 4.0), (0.1, 0.0))
"""Standard deviations of random effects (None: from moments) and log shapes to start from."""
POISSON_LIMIT = 5.0
"""Log size from which the Poisson model is tried instead."""

Array = NDArray[np.float64]


def likelihood_of(cells: CountCells, quadrature: int) -> LogLikelihood:
    """Give the marginal log-likelihood of the cells, by Laplace or quadrature."""
    return Laplace(cells) if quadrature == 1 else AdaptiveQuadrature(cells, quadrature)


def highest_maximum(
    cells: CountCells, quadrature: int, warnings: list[str]
) -> tuple[Maximum, CountCells, float | None]:
    """Find the highest maximum, with the cells it is of, and the size if there is one.

    Where the negative binomial runs into the Poisson model, cells and maximum are of the latter,
    the size is infinite, and a sentence is added to `warnings`.
    """
    likelihood = likelihood_of(cells, quadrature)
    tops = _climbs(likelihood, cells)
    if not isinstance(cells.family, NegativeBinomial):
        return _first_certified(likelihood, tops), cells, None
    if tops[0].parameters[-1] >= POISSON_LIMIT:
        limit = as_poisson(cells)
        without = likelihood_of(limit, quadrature)
        poisson = _first_certified(without, _climbs(without, limit))
        if poisson.value >= tops[0].value - 1e-6:
            warnings.append(
                "The counts vary no more than the Poisson model allows (a boundary), so the size "
                "is infinite and the negative binomial model is the Poisson model."
            )
            return poisson, limit, float("inf")
    maximum = _first_certified(likelihood, tops)
    return maximum, cells, float(np.exp(maximum.parameters[-1]))


def as_poisson(cells: CountCells) -> CountCells:
    """Give the cells of a negative binomial model those of its limit."""
    return cells.with_family(Poisson(cells.family.events))


@dataclass(frozen=True)
class _Top:
    """Where a climb ended, and the scale of the problem there."""

    parameters: Array
    value: float
    scale: Array


def _climbs(likelihood: LogLikelihood, cells: CountCells) -> list[_Top]:
    """Climb from several starts, the highest end first.

    One start does where it ends at variances above zero: that there are other maxima was seen
    only at a boundary, and for the negative binomial, whose size and random effects compete.
    """
    p = cells.design.shape[1]
    sds = slice(p, p + 1 + (cells.level is not None))
    several = isinstance(cells.family, NegativeBinomial)
    tops = []
    for spread, log_shape in STARTS:
        start = find_start(cells, spread, log_shape)
        top = climb(likelihood, start.parameters, start.scale)
        top = _to_boundary(likelihood, top, sds)
        tops.append(_Top(top, likelihood(top)[0], start.scale))
        if not several and (top[sds] != 0).all():
            break
    return sorted(tops, key=lambda top: -top.value)


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
