"""Errors and degrees of freedom of a mixed model's fixed effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.mixed_likelihood import Deviance

Array = NDArray[np.float64]

FLAT = 1e-8
"""Part of the largest curvature at or below which a direction tells nothing."""


@dataclass(frozen=True)
class Inference:
    """Covariance, shape (p, p), and degrees of freedom, shape (p,), of linear combinations."""

    vcov: Array
    df: Array


@dataclass(frozen=True)
class Precision:
    """Covariance of the fixed effects with its derivatives by the variance components.

    Attributes
    ----------
    value
        Phi, the inverse of X'V^(-1)X, shape (f, f).
    first
        Shape (T, f, f).
    """

    value: Array
    first: Array

    @classmethod
    def of(cls, deviance: Deviance) -> Precision:
        """Invert the information."""
        f = deviance.information.value.shape[1] - 1
        value = np.asarray(np.linalg.inv(deviance.information.value[0, :f, :f]))
        return cls(value, -value @ deviance.information.first[:, 0, :f, :f] @ value)

    def along(self, lines: Array) -> tuple[Array, Array]:
        """Give the variances of linear combinations (p,) and their derivatives (T, p)."""
        variance = np.einsum("pa,ab,pb->p", lines, self.value, lines)
        return variance, np.einsum("pa,tab,pb->tp", lines, self.first, lines)


def normal(deviance: Deviance, lines: Array) -> Inference:
    """Give the model-based covariance, and infinite degrees of freedom."""
    value = Precision.of(deviance).value
    return Inference(lines @ value @ lines.T, np.full(lines.shape[0], np.inf))


def satterthwaite(deviance: Deviance, curvature: Array, jacobian: Array, lines: Array) -> Inference:
    """Match the variance of each estimated variance: df = 2 f^2 / (g' A g).

    f is the variance of a combination, g its gradient by the roots of the variance components
    and A their covariance, twice the inverse Hessian of -2 log-likelihood. A variance of zero
    counts as known, as its root's gradient is zero.

    Parameters
    ----------
    deviance
        At the estimate.
    curvature
        Hessian of -2 log-likelihood by roots, shape (T, T).
    jacobian
        Derivatives of components (rows) by roots (columns).
    lines
        Combinations of the fixed columns, shape (p, f).

    References
    ----------
    Kuznetsova, Brockhoff and Christensen (2017). lmerTest package: tests in linear mixed
    effects models. Journal of Statistical Software 82(13), section 2. R: ``contest1D``.
    """
    precision = Precision.of(deviance)
    variance, slopes = precision.along(lines)
    gradient = jacobian.T @ slopes
    values, vectors = np.linalg.eigh(curvature)
    kept = values > FLAT * values.max()
    along = vectors[:, kept].T @ gradient
    spread = 2 * np.sum(along**2 / values[kept][:, None], axis=0)
    return Inference(lines @ precision.value @ lines.T, 2 * variance**2 / spread)


def kenward_roger(deviance: Deviance, lines: Array) -> Inference:
    """Adjust covariance and degrees of freedom for the estimation of the variances.

    With W the inverse of the expected information of the variance components, the adjusted
    covariance is Phi - sum of W_st d2 Phi / dv_s dv_t, which is Kenward and Roger's
    Phi + 2 Phi (sum of W_st (Q_st - P_s Phi P_t)) Phi for covariances linear in v; for one
    combination their degrees of freedom are 2 f^2 / (g' W g).

    References
    ----------
    Kenward, M. G. and Roger, J. H. (1997). Small sample inference for fixed effects from
    restricted maximum likelihood. Biometrics 53(3), equations 4 to 8. R: pbkrtest 0.5.2,
    ``vcovAdj`` and ``Lb_ddf`` (Halekoh and Højsgaard 2014).
    """
    precision = Precision.of(deviance)
    variance, slopes = precision.along(lines)
    weight = 2 * np.linalg.pinv(-deviance.expected, rcond=1e-14, hermitian=True)
    f = precision.value.shape[0]
    information = deviance.information
    adjusted = precision.value.copy()
    assert information.second is not None
    for s in range(weight.shape[0]):
        for t in range(weight.shape[0]):
            # d2 Phi = 2 Phi D_s Phi D_t Phi - Phi D_st Phi; the sum makes it symmetric.
            bend = 2 * precision.first[s] @ information.first[t, 0, :f, :f]
            bend += precision.value @ information.second[s, t, 0, :f, :f]
            adjusted += weight[s, t] * bend @ precision.value
    adjusted = 0.5 * (adjusted + adjusted.T)
    spread = np.einsum("sp,st,tp->p", slopes, weight, slopes)
    return Inference(lines @ adjusted @ lines.T, 2 * variance**2 / spread)
