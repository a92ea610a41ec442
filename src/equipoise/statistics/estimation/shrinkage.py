"""Bayesian meta-analysis of a few trials, with a prior on how much they differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.meta import check_studies

Array = NDArray[np.float64]

NEGLIGIBLE = 45.0
"""Logs below the highest posterior density of tau that are left out: a part in 3e19."""

PANELS, NODES = 60, 12
"""Gauss-Legendre panels over tau, and nodes in each."""


@dataclass(frozen=True)
class Mixture:
    """A posterior: normals mixed over the nodes of tau.

    Attributes
    ----------
    weights, means, sds
        Shape (m,); the weights sum to one.
    """

    weights: Array
    means: Array
    sds: Array

    @property
    def mean(self) -> float:
        """Its mean."""
        return float(self.weights @ self.means)

    @property
    def sd(self) -> float:
        """Its standard deviation."""
        within = self.weights @ self.sds**2
        return math.sqrt(float(within + self.weights @ (self.means - self.mean) ** 2))

    def above(self, value: float) -> float:
        """Give the probability of more than `value`.

        Examples
        --------
        >>> Mixture(np.array([1.0]), np.array([0.0]), np.array([1.0])).above(0.0)
        0.5
        """
        return float(self.weights @ special.ndtr((self.means - value) / self.sds))

    def quantile(self, probability: float) -> float:
        """Give the value with this probability below it.

        Raises
        ------
        EstimationError
            A probability that is not between 0 and 1.

        Examples
        --------
        >>> standard = Mixture(np.array([1.0]), np.array([0.0]), np.array([1.0]))
        >>> round(standard.quantile(0.975), 6)
        1.959964
        """
        if not 0 < probability < 1:
            raise EstimationError("A probability must lie between 0 and 1.")
        # Each part's own quantile brackets that of the mixture.
        own = self.means + self.sds * float(special.ndtri(probability))
        if own.min() == own.max():
            return float(own.min())
        return float(
            optimize.brentq(
                lambda value: 1 - self.above(value) - probability,
                own.min() - 1e-9 * self.sd,
                own.max() + 1e-9 * self.sd,
                xtol=1e-14 * max(1.0, self.sd),
                rtol=1e-13,
            )
        )

    def interval(self, alpha: float = 0.05) -> tuple[float, float]:
        """Give the central interval that holds 1 - alpha of it."""
        return self.quantile(alpha / 2), self.quantile(1 - alpha / 2)


@dataclass(frozen=True)
class Shrinkage:
    """The posterior of a normal-normal meta-analysis.

    Attributes
    ----------
    mean_effect
        Of mu, the average of the true effects.
    new_effect
        Of the true effect of a further trial.
    effects
        Of the true effect of each study, drawn towards mu.
    shrinkage
        Posterior mean of v / (v + tau2) of each study, 0 (left alone) to 1 (pooled wholly).
    tau, tau_weights
        Nodes of tau and their posterior probabilities, shape (m,).
    prior_scale
        Of the half-normal prior on tau.
    """

    mean_effect: Mixture
    new_effect: Mixture
    effects: tuple[Mixture, ...]
    shrinkage: tuple[float, ...]
    tau: Array
    tau_weights: Array
    prior_scale: float

    @property
    def tau_mean(self) -> float:
        """Posterior mean of tau."""
        return float(self.tau_weights @ self.tau)

    def tau_quantile(self, probability: float) -> float:
        """Give the posterior quantile of tau.

        Inside a panel the density is the polynomial through its nodes.

        Raises
        ------
        EstimationError
            A probability that is not between 0 and 1.
        """
        if not 0 < probability < 1:
            raise EstimationError("A probability must lie between 0 and 1.")
        panels = self.tau_weights.reshape(PANELS, NODES)
        reached = np.concatenate([[0.0], np.cumsum(panels.sum(axis=1))])
        panel = min(int(np.searchsorted(reached, probability, side="right")) - 1, PANELS - 1)
        points, spans = np.polynomial.legendre.leggauss(NODES)
        density = np.polynomial.Legendre(
            np.polynomial.legendre.legfit(points, panels[panel] / spans, NODES - 1)
        )
        mass = density.integ(lbnd=-1.0)
        wanted = min(probability - reached[panel], float(mass(1.0)))
        place = float(optimize.brentq(lambda x: float(mass(x)) - wanted, -1.0, 1.0))
        tau = self.tau.reshape(PANELS, NODES)[panel]
        half = (tau[-1] - tau[0]) / (points[-1] - points[0])
        return float(tau[0] + (place - points[0]) * half)


def shrink(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    tau_scale: float,
    mean: float = 0.0,
    mean_sd: float = math.inf,
) -> Shrinkage:
    """Give the posterior under a half-normal prior on tau.

    y_i ~ N(theta_i, v_i), theta_i ~ N(mu, tau2), tau ~ half-normal, mu flat or normal. Given tau
    everything is normal; tau is integrated out by Gauss-Legendre nodes where its posterior lies,
    so the answer has no simulation error and no seed.

    Parameters
    ----------
    estimates, variances
        As in `meta_analysis`, shape (k,); one study is allowed.
    tau_scale
        Standard deviation of the normal of which the prior is the upper half, above zero, in the
        estimates' units: tau lies below twice of it with probability 0.95.
    mean, mean_sd
        Prior of mu; an infinite standard deviation is the flat prior.

    Returns
    -------
    Shrinkage

    Raises
    ------
    EstimationError
        As `meta_analysis`, or a prior that is none.

    References
    ----------
    Röver, C. (2020). Bayesian random-effects meta-analysis using the bayesmeta R package. Journal
    of Statistical Software 93(6), sections 2.3 to 2.6. Friede, T., Röver, C., Wandel, S. and
    Neuenschwander, B. (2017). Meta-analysis of few small studies in orphan diseases. Research
    Synthesis Methods 8(1), 79-91 (the half-normal prior).

    Examples
    --------
    >>> schools = [28, 8, -3, 7, -1, 1, 18, 12]  # Rubin (1981)
    >>> variances = np.array([15, 10, 16, 11, 9, 11, 10, 18]) ** 2
    >>> posterior = shrink(schools, variances, tau_scale=10)
    >>> round(posterior.mean_effect.mean, 2), round(posterior.effects[0].mean, 2)
    (7.86, 10.18)
    """
    y, v = check_studies(estimates, variances)
    if not (math.isfinite(tau_scale) and tau_scale > 0):
        raise EstimationError("The scale of the prior on tau must be above zero and finite.")
    if not (math.isfinite(mean) and mean_sd > 0):
        raise EstimationError("The prior of the mean effect needs a mean and an error above zero.")
    prior = (mean, 1 / mean_sd**2)
    tau, widths = _nodes(y, v, tau_scale, prior)
    log_density = _log_posterior(tau, y, v, tau_scale, prior)
    weights = widths * np.exp(log_density - log_density.max())
    weights /= weights.sum()
    mu, mu_variance = _mean_given(tau, y, v, prior)
    share = v / (v + tau[:, None] ** 2)
    theta = (1 - share) * y + share * mu[:, None]
    theta_variance = (1 - share) * v + share**2 * mu_variance[:, None]
    return Shrinkage(
        mean_effect=Mixture(weights, mu, np.sqrt(mu_variance)),
        new_effect=Mixture(weights, mu, np.sqrt(mu_variance + tau**2)),
        effects=tuple(
            Mixture(weights, theta[:, i], np.sqrt(theta_variance[:, i])) for i in range(y.size)
        ),
        shrinkage=tuple((weights @ share).tolist()),
        tau=tau,
        tau_weights=weights,
        prior_scale=tau_scale,
    )


def _mean_given(tau: Array, y: Array, v: Array, prior: tuple[float, float]) -> tuple[Array, Array]:
    """Give mean and variance of mu at each tau, shape (m,)."""
    weights = 1 / (v + tau[:, None] ** 2)
    precision = weights.sum(axis=1) + prior[1]
    return (weights @ y + prior[1] * prior[0]) / precision, 1 / precision


def _log_posterior(
    tau: Array, y: Array, v: Array, scale: float, prior: tuple[float, float]
) -> Array:
    """Give the log posterior density of each tau, up to a constant, shape (m,)."""
    mean, variance = _mean_given(tau, y, v, prior)
    weights = 1 / (v + tau[:, None] ** 2)
    squares = np.sum(weights * (y - mean[:, None]) ** 2, axis=1) + prior[1] * (mean - prior[0]) ** 2
    logs = np.log(weights).sum(axis=1) + np.log(variance)
    return np.asarray(0.5 * (logs - squares - (tau / scale) ** 2))


def _nodes(y: Array, v: Array, scale: float, prior: tuple[float, float]) -> tuple[Array, Array]:
    """Give Gauss-Legendre nodes and widths over the range in which tau's posterior lies."""
    # The log density varies slowly below the smallest error, so this net misses nothing.
    least = min(scale, math.sqrt(float(v.min())))
    net = np.concatenate([[0.0], np.geomspace(1e-4 * least, 10 * scale, 2000)])
    log_density = _log_posterior(net, y, v, scale, prior)
    inside = np.flatnonzero(log_density > log_density.max() - NEGLIGIBLE)
    lower = net[max(int(inside[0]) - 1, 0)]
    upper = net[min(int(inside[-1]) + 1, net.size - 1)]
    points, spans = np.polynomial.legendre.leggauss(NODES)
    # Panels of equal width near zero, and of equal ratio where tau outgrows the errors.
    edges = least * np.sinh(
        np.linspace(np.arcsinh(lower / least), np.arcsinh(upper / least), PANELS + 1)
    )
    half = np.diff(edges) / 2
    tau = (edges[:-1] + half)[:, None] + half[:, None] * points
    return tau.ravel(), (half[:, None] * spans).ravel()
