"""How well several items measure one thing: Cronbach's alpha and McDonald's omega."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.interval import critical_t

Array = NDArray[np.float64]

LEAST_UNIQUE = 0.005
"""Lowest share of an item's variance that is its own, as in R's ``factanal``."""

HEYWOOD = "An item has next to no variance of its own (a Heywood case), so omega has no interval."
AGAINST = "An item loads against the others; it may need to be reversed."


@dataclass(frozen=True)
class Reliability:
    """A reliability with its interval.

    Attributes
    ----------
    estimate
        Share of the variance of the sum of the items that is not error.
    interval
        None where there is none; the notes say why.
    level
        Confidence level.
    people, items
        Rows and columns.
    notes
        Sentences.
    """

    estimate: float
    interval: tuple[float, float] | None
    level: float
    people: int
    items: int
    notes: tuple[str, ...] = ()


def cronbach_alpha(items: ArrayLike, *, alpha: float = 0.05) -> Reliability:
    """Give Cronbach's alpha, k / (k - 1) (1 - sum of item variances / variance of the sum).

    The interval is Feldt's: (1 - true alpha) / (1 - alpha) follows F with n - 1 and
    (n - 1)(k - 1) degrees of freedom where items are parallel and normal.

    Parameters
    ----------
    items
        Answers, all scored in one direction and none missing, shape (people, items).
    alpha
        One minus the confidence level of the interval.

    Returns
    -------
    Reliability

    Raises
    ------
    EstimationError
        Missing answers, fewer than two people or items, sums that do not vary.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika
    16(3), 297-334. Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson
    reliability coefficient twenty. Psychometrika 30(3), 357-370. R: psych 2.2.9, ``alpha.ci``.

    Examples
    --------
    >>> found = cronbach_alpha([[1, 2], [2, 1], [3, 3]])
    >>> round(found.estimate, 6)
    0.666667
    """
    answers = _checked(items, alpha)
    n, k = answers.shape
    parts = float(answers.var(axis=0, ddof=1).sum())
    estimate = k / (k - 1) * (1 - parts / float(answers.sum(axis=1).var(ddof=1)))
    df, within = n - 1, (n - 1) * (k - 1)
    lower, upper = (
        1 - (1 - estimate) * float(stats.f.ppf(p, df, within)) for p in (1 - alpha / 2, alpha / 2)
    )
    return Reliability(estimate, (lower, upper), 1 - alpha, n, k)


def mcdonald_omega(items: ArrayLike, *, alpha: float = 0.05) -> Reliability:
    """Give McDonald's omega (total) of a one-factor model by maximum likelihood.

    omega = (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances), of the items as
    scored. The interval is by the delta method from the expected information, on the logit scale.

    Parameters
    ----------
    items, alpha
        As in `cronbach_alpha`; three items or more, more people than items.

    Returns
    -------
    Reliability

    Raises
    ------
    EstimationError
        As `cronbach_alpha`; fewer than three items, an item without variation, items of which one
        follows from the others, a fit that does not converge.

    References
    ----------
    McDonald, R. P. (1999). Test theory: a unified treatment. Erlbaum, equation 6.20. Jöreskog,
    K. G. (1967). Some contributions to maximum likelihood factor analysis. Psychometrika 32(4),
    equations 17 to 20. R: ``factanal(factors = 1)``; lavaan 0.6 for the error.

    Examples
    --------
    >>> answers = [[1, 2, 1, 2], [2, 2, 3, 1], [3, 2, 3, 4], [4, 5, 3, 3], [4, 4, 5, 4]]
    >>> answers += [[5, 5, 4, 5], [3, 1, 2, 4], [2, 4, 3, 2], [5, 3, 2, 3]]
    >>> round(mcdonald_omega(answers).estimate, 4)
    0.8039
    """
    answers = _checked(items, alpha)
    n, k = answers.shape
    if k < 3:
        raise EstimationError("Omega needs three items or more; two do not determine a factor.")
    sd = answers.std(axis=0, ddof=1)
    if not (sd > 0).all():
        raise EstimationError(f"Item {int(np.argmin(sd)) + 1} has the same answer from everyone.")
    correlation = np.asarray(np.corrcoef(answers, rowvar=False))
    if n <= k or np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise EstimationError(
            "Omega needs more people than items, and no item that others make up."
        )
    loadings, unique = _one_factor(correlation)
    heywood = bool((unique <= LEAST_UNIQUE * (1 + 1e-9)).any())
    common = float(loadings @ sd) ** 2
    estimate = common / (common + float(unique @ sd**2))
    notes = ((HEYWOOD,) if heywood else ()) + ((AGAINST,) if (loadings < 0).any() else ())
    interval = None
    if not heywood:
        se = _omega_error(loadings * sd, unique * sd**2, n)
        middle = float(special.logit(estimate))
        reach = critical_t(math.inf, alpha) * se / (estimate * (1 - estimate))
        interval = (float(special.expit(middle - reach)), float(special.expit(middle + reach)))
    return Reliability(estimate, interval, 1 - alpha, n, k, notes)


def _one_factor(correlation: Array) -> tuple[Array, Array]:
    """Give loadings, their sum positive, and unique variances, by maximum likelihood."""

    def factor(unique: Array) -> tuple[Array, Array]:
        root = np.sqrt(unique)
        values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
        return values, root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))

    def discrepancy(unique: Array) -> tuple[float, Array]:
        values, loadings = factor(unique)
        rest = values[:-1]
        slope = (loadings**2 + unique - np.diag(correlation)) / unique**2
        return float(np.sum(rest - np.log(rest) - 1)), slope

    start = np.clip(0.5 / np.diag(np.linalg.inv(correlation)), LEAST_UNIQUE, 1.0)
    found = optimize.minimize(
        discrepancy,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUE, 1.0)] * start.size,
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 2000, "maxls": 60},
    )
    unique = np.asarray(found.x, dtype=np.float64)
    slope = np.asarray(found.jac)
    inside = (unique > LEAST_UNIQUE) & (unique < 1.0)
    if np.abs(slope[inside]).max(initial=0.0) > 1e-5:
        raise EstimationError("The one-factor model did not converge; look for items that repeat.")
    loadings = factor(unique)[1]
    return loadings * (1.0 if loadings.sum() >= 0 else -1.0), unique


def _omega_error(loadings: Array, unique: Array, people: int) -> float:
    """Give the delta-method error of omega from the expected information of the model."""
    precision = np.linalg.inv(np.outer(loadings, loadings) + np.diag(unique))
    projected = precision @ loadings
    of_loadings = (loadings @ projected) * precision + np.outer(projected, projected)
    # Rows are loadings, columns unique variances.
    crossed = precision * projected
    information = people * np.block([[of_loadings, crossed], [crossed.T, precision**2 / 2]])
    total, own = loadings.sum(), unique.sum()
    whole = total**2 + own
    k = loadings.size
    slope = np.concatenate(
        [np.full(k, 2 * total * own / whole**2), np.full(k, -(total**2) / whole**2)]
    )
    return math.sqrt(float(slope @ np.linalg.solve(information, slope)))


def _checked(items: ArrayLike, alpha: float) -> Array:
    answers = np.asarray(items, dtype=np.float64)
    if answers.ndim != 2 or answers.shape[0] < 2 or answers.shape[1] < 2:
        raise EstimationError("Reliability needs two people and two items or more.")
    if not np.isfinite(answers).all():
        raise EstimationError("There are missing or infinite answers; keep complete people alone.")
    if not np.ptp(answers.sum(axis=1)) > 0:
        raise EstimationError("Everyone has the same sum, so reliability is not defined.")
    if not 0 < alpha < 1:
        raise EstimationError("Alpha must lie between 0 and 1.")
    return answers
