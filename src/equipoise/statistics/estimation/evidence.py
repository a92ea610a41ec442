"""Evidence under a declared normal prior: the Bayes factor and the posterior, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from equipoise.statistics.estimation.errors import EstimationError


@dataclass(frozen=True)
class Evidence:
    """What an estimate makes of a prior.

    Attributes
    ----------
    bayes_factor
        BF01: how many times likelier the estimate is if there is no effect than if the effect
        was drawn from the prior. Above 1 speaks for no effect.
    mean, sd
        Of the posterior, given that there is an effect.
    lower, upper
        Central posterior interval.
    level
        Its probability.
    probabilities
        For each threshold asked, (threshold, posterior probability that the effect exceeds it).
    """

    bayes_factor: float
    mean: float
    sd: float
    lower: float
    upper: float
    level: float
    probabilities: tuple[tuple[float, float], ...]

    def probability_of_no_effect(self, prior: float = 0.5) -> float:
        """Give the posterior probability of no effect from its prior probability.

        Examples
        --------
        >>> evidence = normal_evidence(0.0, 1.0, 0.0, np.sqrt(3))
        >>> round(evidence.probability_of_no_effect(), 6)
        0.666667
        """
        if not 0 < prior < 1:
            raise EstimationError("A prior probability must lie between 0 and 1.")
        odds = self.bayes_factor * prior / (1 - prior)
        return 1.0 if np.isinf(odds) else float(odds / (1 + odds))


def normal_evidence(
    estimate: float,
    se: float,
    prior_mean: float,
    prior_sd: float,
    *,
    thresholds: tuple[float, ...] = (0.0,),
    alpha: float = 0.05,
) -> Evidence:
    """Weigh an estimate against a normal prior.

    The estimate is taken as normal with known error: with few clusters (under about 30 degrees of
    freedom) that overstates what is known, on both sides.

    Parameters
    ----------
    estimate, se
        Of the effect.
    prior_mean, prior_sd
        The prior declared before the data, in the same units.
    thresholds
        Effects whose exceedance is wanted, such as the smallest worthwhile benefit.
    alpha
        One minus the interval's probability.

    Raises
    ------
    EstimationError
        An error or prior standard deviation not above zero, or numbers that are not finite.

    References
    ----------
    Spiegelhalter, D. J., Abrams, K. R. and Myles, J. P. (2004). Bayesian Approaches to Clinical
    Trials, sections 3.6 and 4.4.2; BF01 is the ratio of the normal densities of the estimate with
    variances se^2 and se^2 + prior_sd^2 (Savage and Dickey).

    Examples
    --------
    >>> evidence = normal_evidence(1.0, 1.0, 0.0, 1.0)
    >>> round(evidence.bayes_factor, 6), evidence.mean, round(evidence.sd, 6)
    (1.101391, 0.5, 0.707107)
    """
    if not all(np.isfinite(v) for v in (estimate, se, prior_mean, prior_sd)):
        raise EstimationError("Estimate, error and prior must be finite numbers.")
    if not (se > 0 and prior_sd > 0):
        raise EstimationError("The error and the prior's standard deviation must be above zero.")
    if not 0 < alpha < 1:
        raise EstimationError("Alpha must lie between 0 and 1.")
    spread = float(np.hypot(se, prior_sd))
    log_factor = stats.norm.logpdf(estimate, 0.0, se) - stats.norm.logpdf(
        estimate, prior_mean, spread
    )
    precision = 1 / se**2 + 1 / prior_sd**2
    mean = (estimate / se**2 + prior_mean / prior_sd**2) / precision
    sd = float(1 / np.sqrt(precision))
    reach = float(stats.norm.ppf(1 - alpha / 2)) * sd
    with np.errstate(over="ignore"):
        factor = float(np.exp(log_factor))
    return Evidence(
        bayes_factor=factor,
        mean=float(mean),
        sd=sd,
        lower=float(mean) - reach,
        upper=float(mean) + reach,
        level=1 - alpha,
        probabilities=tuple((t, float(stats.norm.sf(t, mean, sd))) for t in thresholds),
    )
