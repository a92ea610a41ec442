"""The marginal likelihood of a one-level random-intercept model by adaptive quadrature.

Each cluster's integral over its random effect u is taken at n Gauss-Hermite nodes, centred at the
mode of the integrand and scaled by its curvature there (Liu and Pierce 1994). One node is
Laplace's approximation. The gradient follows the nodes as they move with the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.cluster_information import Slopes, cluster_information
from equipoise.statistics.estimation.count_cells import CountCells
from equipoise.statistics.estimation.laplace import find_mode

Array = NDArray[np.float64]


@dataclass
class AdaptiveQuadrature:
    """The log-likelihood and its gradient as a function of (b, s[, log shape]).

    Attributes
    ----------
    cells
        One level of clusters.
    nodes
        Number of nodes.

    References
    ----------
    Liu, Q. and Pierce, D. A. (1994). A note on Gauss-Hermite quadrature. Biometrika 81(3),
    equation 4. R: lme4 1.1-31, ``glmer(nAGQ = n)``, whose log-likelihood then leaves out
    constants; this one does not.
    """

    cells: CountCells
    nodes: int

    def __post_init__(self) -> None:
        """Place the nodes, and start from random effects of zero."""
        self.at, weights = np.polynomial.hermite_e.hermegauss(self.nodes)
        # The normal density is divided out again: the integrand brings its own.
        self.log_weights = np.log(weights) - 0.5 * np.log(2 * np.pi) + 0.5 * self.at**2
        self.u = np.zeros(self.cells.clusters)

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        """Evaluate at one vector of parameters."""
        return self.slopes(parameters).total(self.cells)

    def information(self, at: Array, scale: Array) -> Array | None:
        """Give the negative Hessian in the coordinates of `scale`."""
        return cluster_information(self, at, scale)

    def slopes(self, parameters: Array, shift: float | Array = 0.0) -> Slopes:
        """Evaluate with linear predictors shifted, without summing the derivatives."""
        cells, p = self.cells, self.cells.design.shape[1]
        sd = float(parameters[p])
        family = cells.family.with_shape(float(parameters[-1]))
        fixed = cells.offset + cells.design @ parameters[:p] + shift
        mode = find_mode(cells, family, fixed, sd, 0.0, self.u, np.zeros(0))
        self.u, curve, own = mode.u, mode.curve, mode.curvature.own
        spread = own**-0.5

        u = self.u[:, None] + spread[:, None] * self.at
        eta = fixed[:, None] + sd * cells.of_cluster(u)
        there = family.at(eta)
        terms = self.log_weights + cells.by_cluster(there.value) - 0.5 * u**2
        top = terms.max(axis=1, keepdims=True)
        share = np.exp(terms - top)
        total = share.sum(axis=1, keepdims=True)
        share /= total
        value = np.sum(np.log(spread)) + np.sum(top) + np.sum(np.log(total))

        node_sums = cells.by_cluster(there.score)
        pull = share * (sd * node_sums - u)
        centre = pull.sum(axis=1)
        widening = -0.5 * spread**3 * (1.0 / spread + pull @ self.at)
        slopes = cells.by_cluster(curve.slope)
        moved = (centre + widening * sd**3 * slopes) / own
        row_share = cells.of_cluster(share)
        scores = np.sum(row_share * there.score, axis=1)
        scores += cells.of_cluster(widening) * sd**2 * curve.slope
        scores -= sd * cells.of_cluster(moved) * curve.weight
        sums = mode.curvature.sums
        by_sd = (
            np.sum(share * node_sums * u, axis=1)
            + widening * (2 * sd * sums + sd**2 * slopes * self.u)
            + moved * (cells.by_cluster(curve.score) - sd * sums * self.u)
        )
        of_shape = None
        shapes, shape = family.shape_at(eta), family.shape_at(fixed + sd * cells.of_cluster(self.u))
        if shapes is not None and shape is not None:
            by_shape = np.sum(row_share * shapes.value, axis=1)
            by_shape += cells.of_cluster(widening) * sd**2 * shape.weight
            by_shape += sd * cells.of_cluster(moved) * shape.score
            of_shape = cells.by_cluster(by_shape)
        return Slopes(float(value) + cells.constant, scores, by_sd, None, of_shape)
