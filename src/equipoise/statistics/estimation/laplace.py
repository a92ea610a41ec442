"""The marginal likelihood of a random-intercept model by Laplace's approximation.

One level or two. A cell i of cluster j in unit a of the outer level has the linear predictor
eta_i = o_i + x_i'b + s u_j + r v_a, with u and v independent standard normal. Given (b, s, r) the
log joint density h is concave in (u, v); Laplace's approximation is h at its mode less half the
log determinant of its negative Hessian P. P is an arrow for each outer unit, so its determinant and
inverse need only the sums W_j of weights of each cluster.

The gradient is exact: the mode moves with the parameters, which one solve with P (the adjoint)
accounts for. The likelihood is even in s and in r, so both may run through zero; their absolute
values are the standard deviations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.cluster_information import Slopes, cluster_information
from equipoise.statistics.estimation.count_cells import CountCells
from equipoise.statistics.estimation.count_families import Curve, Family
from equipoise.statistics.estimation.errors import ConvergenceError

ROUNDS = 200
"""Newton steps after which a mode is given up."""
STEP = 1e-7
"""A mode is found when the last step was below this: the next would be below its square."""
STRIDE = 4.0
"""No step moves a linear predictor further than this, for exp grows fast."""

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Curvature:
    """P, the negative Hessian of h in (u, v), as an arrow.

    Attributes
    ----------
    cells
        What the model is of.
    sd, outer_sd
        s and r.
    sums
        W_j, shape (G,).
    own
        D_j = 1 + s^2 W_j, shape (G,).
    tip
        S_a = 1 + r^2 sum W_j / D_j, shape (levels,).
    """

    cells: CountCells
    sd: float
    outer_sd: float
    sums: Array
    own: Array
    tip: Array

    @classmethod
    def of(cls, cells: CountCells, sd: float, outer_sd: float, weight: Array) -> Curvature:
        """Build it from the weights of the cells."""
        sums = cells.by_cluster(weight)
        own = 1.0 + sd**2 * sums
        tip = 1.0 + outer_sd**2 * cells.by_level(sums / own)
        return cls(cells, sd, outer_sd, sums, own, tip)

    def solve(self, right: Array, right_outer: Array) -> tuple[Array, Array]:
        """Solve P (x, y) = (right, right_outer)."""
        cross = self.sd * self.outer_sd * self.sums / self.own
        y = (right_outer - self.cells.by_level(cross * right)) / self.tip
        return right / self.own - cross * self.cells.of_level(y), y

    def log_determinant(self) -> float:
        """Give log det P."""
        return float(np.sum(np.log(self.own)) + np.sum(np.log(self.tip)))

    def gradient(self) -> tuple[Array, Array, float]:
        """Differentiate log det P by W_j and by s, cluster by cluster, shape (G,), and by r.

        The W_j are held; the sum over clusters is the derivative by s.
        """
        tip = np.ones(self.cells.clusters) if self.cells.level is None else self.tip
        share = (
            self.outer_sd**2
            / self.own**2
            / (tip if self.cells.level is None else self.cells.of_level(tip))
        )
        by_sd = 2 * self.sd * (self.sums / self.own - share * self.sums**2)
        by_outer = 2 * self.outer_sd * np.sum(self.cells.by_level(self.sums / self.own) / self.tip)
        return self.sd**2 / self.own + share, by_sd, float(by_outer)


@dataclass(frozen=True)
class Mode:
    """Where the joint density of the random effects is highest.

    Attributes
    ----------
    u, v
        In standard deviations, shapes (G,) and (levels,).
    joint
        h of each cluster, less the outer units' parts, shape (G,).
    curve
        The family at the mode.
    curvature
        P there.
    """

    u: Array
    v: Array
    joint: Array
    curve: Curve
    curvature: Curvature


def find_mode(
    cells: CountCells, family: Family, fixed: Array, sd: float, outer_sd: float, u: Array, v: Array
) -> Mode:
    """Find the mode of the random effects by Newton's method with step halving.

    Parameters
    ----------
    cells
        The data.
    family
        Its family, with the shape of the moment.
    fixed
        Offset plus fixed effects, shape (cells,).
    sd, outer_sd
        s and r.
    u, v
        Where to start; the mode does not depend on it.

    Raises
    ------
    ConvergenceError
        No mode after `ROUNDS` steps, which finite counts do not give.
    """
    # Groups whose effects hang together, so that one of them can be halved without the others.
    group = np.arange(cells.clusters) if cells.level is None else cells.level
    groups = cells.clusters if cells.level is None else cells.levels
    nested = cells.level is not None
    best = np.full(groups, -np.inf)
    du, dv = np.zeros_like(u), np.zeros_like(v)
    settled = False
    for _ in range(ROUNDS):
        shift = sd * u + outer_sd * cells.of_level(v) if nested else sd * u
        curve = family.at(fixed + cells.of_cluster(shift))
        joint = cells.by_cluster(curve.value) - 0.5 * u**2
        height = cells.by_level(joint) - 0.5 * v**2 if nested else joint
        worse = height < best - 1e-9 * (1.0 + np.abs(best))
        if worse.any():
            du = np.where(worse[group], 0.5 * du, 0.0)
            dv = np.where(worse, 0.5 * dv, 0.0) if nested else dv
            u, v = u - du, v - dv
            settled = False
            continue
        best = height
        curvature = Curvature.of(cells, sd, outer_sd, curve.weight)
        if settled:
            return Mode(u, v, joint, curve, curvature)
        score = cells.by_cluster(curve.score)
        du, dv = curvature.solve(sd * score - u, outer_sd * cells.by_level(score) - v)
        stride = np.abs(sd * du + outer_sd * cells.of_level(dv)) if nested else np.abs(sd * du)
        if stride.max() > STRIDE:
            over = np.zeros(groups)
            np.maximum.at(over, group, stride)
            brake = np.minimum(1.0, STRIDE / np.maximum(over, STRIDE))
            du, dv = du * brake[group], (dv * brake if nested else dv)
        u, v = u + du, v + dv
        settled = max(np.abs(du).max(), np.abs(dv).max(initial=0.0)) < STEP
    raise ConvergenceError("The random effects have no mode that could be found.")


@dataclass
class Laplace:
    """The log-likelihood and its gradient as a function of (b, s[, r][, log shape]).

    It remembers the last mode as the place to start from.

    References
    ----------
    Bates, D. et al. (2015). Fitting linear mixed-effects models using lme4, and its ``glmer``;
    Kristensen, K. et al. (2016). TMB: automatic differentiation and Laplace approximation.
    Journal of Statistical Software 70(5), equations 3 to 6. R: lme4 1.1-31, glmmTMB 1.1.5.
    """

    cells: CountCells

    def __post_init__(self) -> None:
        """Start from random effects of zero."""
        self.u = np.zeros(self.cells.clusters)
        self.v = np.zeros(self.cells.levels)

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        """Evaluate at one vector of parameters."""
        return self.slopes(parameters).total(self.cells)

    def information(self, at: Array, scale: Array) -> Array | None:
        """Give the negative Hessian in the coordinates of `scale`, or None."""
        return cluster_information(self, at, scale)

    def slopes(self, parameters: Array, shift: float | Array = 0.0) -> Slopes:
        """Evaluate with linear predictors shifted, without summing the derivatives."""
        cells, p = self.cells, self.cells.design.shape[1]
        sd = float(parameters[p])
        outer_sd = float(parameters[p + 1]) if cells.level is not None else 0.0
        family = cells.family.with_shape(float(parameters[-1]))
        fixed = cells.offset + cells.design @ parameters[:p] + shift
        mode = find_mode(cells, family, fixed, sd, outer_sd, self.u, self.v)
        self.u, self.v = mode.u, mode.v
        curve, curvature = mode.curve, mode.curvature
        value = np.sum(mode.joint) - 0.5 * np.sum(mode.v**2) - 0.5 * curvature.log_determinant()
        by_sum, by_sd, by_outer = curvature.gradient()
        bent = -0.5 * cells.of_cluster(by_sum) * curve.slope
        bent_sums = cells.by_cluster(bent)
        left, outer_left = curvature.solve(sd * bent_sums, outer_sd * cells.by_level(bent_sums))
        moved = cells.of_cluster(sd * left + outer_sd * cells.of_level(outer_left))
        scores = curve.score + bent - curve.weight * moved
        sums, plain = cells.by_cluster(scores), cells.by_cluster(curve.score)
        outer = None
        if cells.level is not None:
            by_level = np.sum(cells.by_level(sums) * mode.v)
            outer = float(by_level + np.sum(outer_left * cells.by_level(plain)) - 0.5 * by_outer)
        by_shape = None
        shape = family.shape_at(
            fixed + cells.of_cluster(sd * mode.u + outer_sd * cells.of_level(mode.v))
        )
        if shape is not None:
            weight = cells.of_cluster(by_sum) * shape.weight
            by_shape = cells.by_cluster(shape.value + moved * shape.score - 0.5 * weight)
        return Slopes(
            value=float(value) + cells.constant,
            predictor=scores,
            sd=sums * mode.u + left * plain - 0.5 * by_sd,
            outer=outer,
            shape=by_shape,
        )
