"""How far raters agree beyond chance: Cohen's kappa and Krippendorff's alpha."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.interval import critical_t
from equipoise.statistics.estimation.streams import Stream

Array = NDArray[np.float64]
KappaWeights = Literal["unweighted", "linear", "quadratic"]
AgreementMetric = Literal["nominal", "ordinal", "interval"]

CHUNK = 4_000_000
"""Numbers in memory at once, draws times pairs of values."""


@dataclass(frozen=True)
class Agreement:
    """Agreement beyond chance.

    Attributes
    ----------
    estimate
        1 is perfect, 0 what chance gives.
    se
        Its standard error.
    lower, upper, level
        Interval and confidence level.
    observed, expected
        Agreement (kappa) or disagreement (Krippendorff) seen, and expected by chance.
    units
        Units rated twice or more.
    """

    estimate: float
    se: float
    lower: float
    upper: float
    level: float
    observed: float
    expected: float
    units: int


def cohen_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    weights: KappaWeights = "unweighted",
    categories: Sequence[object] | None = None,
    alpha: float = 0.05,
) -> Agreement:
    """Give Cohen's kappa of two raters.

    The interval is kappa plus and minus z times the large-sample error; it is not cut at 1.

    Parameters
    ----------
    first, second
        The raters' categories of each unit, none missing, shape (n,).
    weights
        ``unweighted``; ``linear``, 1 - d / (k - 1) with d the steps between two categories; or
        ``quadratic``, 1 - d^2 / (k - 1)^2.
    categories
        All categories in their order; None means those seen, sorted.
    alpha
        One minus the confidence level.

    Returns
    -------
    Agreement

    Raises
    ------
    EstimationError
        Lengths that differ, fewer than two units, missing or unknown categories, raters who use
        one and the same category throughout.

    References
    ----------
    Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70(4), 213-220. Fleiss, J. L., Cohen,
    J. and Everitt, B. S. (1969). Large sample standard errors of kappa and weighted kappa.
    Psychological Bulletin 72(5), equation 9. R: vcd 1.4, ``Kappa``.

    Examples
    --------
    >>> found = cohen_kappa([1, 1, 2, 2, 2, 3], [1, 2, 2, 2, 2, 3])
    >>> round(found.estimate, 6), round(found.observed, 6)
    (0.714286, 0.833333)
    """
    if weights not in get_args(KappaWeights):
        raise EstimationError(f"Weights must be one of {', '.join(get_args(KappaWeights))}.")
    _check_level(alpha)
    shares, n = _table(first, second, categories)
    k = shares.shape[0]
    steps = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / max(k - 1, 1)
    agree = {"unweighted": (steps == 0) * 1.0, "linear": 1 - steps, "quadratic": 1 - steps**2}
    w = agree[weights]
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed = float(np.sum(w * shares))
    expected = float(rows @ w @ columns)
    if expected >= 1 - 1e-12:
        raise EstimationError("Both raters use one category throughout, so kappa is not defined.")
    kappa = (observed - expected) / (1 - expected)
    margins = (w @ columns)[:, None] + (rows @ w)[None, :]
    spread = float(np.sum(shares * (w - margins * (1 - kappa)) ** 2))
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    se = math.sqrt(max(variance, 0.0))
    reach = critical_t(math.inf, alpha) * se
    return Agreement(kappa, se, kappa - reach, kappa + reach, 1 - alpha, observed, expected, n)


def krippendorff_alpha(
    ratings: ArrayLike,
    *,
    metric: AgreementMetric = "nominal",
    seed: int,
    draws: int = 2000,
    alpha: float = 0.05,
) -> Agreement:
    """Give Krippendorff's alpha of any number of raters, with gaps.

    alpha = 1 - observed / expected disagreement. The interval is the percentile bootstrap over
    units, the error the bootstrap's standard deviation; draws in which all values are equal have
    no alpha and are left out.

    Parameters
    ----------
    ratings
        Numbers, NaN where a rater did not rate, shape (raters, units).
    metric
        ``nominal``, ``ordinal`` or ``interval``.
    seed
        A whole number of 0 or more; the numbers are those of `Stream`.
    draws
        Of the bootstrap, 100 or more.
    alpha
        One minus the confidence level.

    Returns
    -------
    Agreement

    Raises
    ------
    EstimationError
        Fewer than two units rated twice, values that are infinite or all equal.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. Annenberg School for
    Communication, University of Pennsylvania, sections C to E.

    Examples
    --------
    >>> gap = np.nan  # Krippendorff (2011), section C
    >>> ratings = [
    ...     [1, 2, 3, 3, 2, 1, 4, 1, 2, gap, gap, gap],
    ...     [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, gap, 3],
    ...     [gap, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, gap],
    ...     [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, gap],
    ... ]
    >>> round(krippendorff_alpha(ratings, seed=1).estimate, 3)
    0.743
    """
    if metric not in get_args(AgreementMetric):
        raise EstimationError(f"The metric must be one of {', '.join(get_args(AgreementMetric))}.")
    _check_level(alpha)
    if draws < 100:
        raise EstimationError("The bootstrap needs 100 draws or more.")
    values, pairs = _coincidences(ratings)
    units = pairs.shape[0]
    whole = np.ones((1, units))
    (observed, expected), *_ = _disagreements(pairs, whole, values, metric)
    if expected == 0:
        raise EstimationError("All ratings are equal, so agreement by chance is not defined.")
    stream = Stream.of_seed(seed)
    step = max(1, CHUNK // max(values.size**2, units))
    drawn = np.concatenate(
        [
            _disagreements(
                pairs, _times(stream, units, range(b, min(b + step, draws))), values, metric
            )
            for b in range(0, draws, step)
        ]
    )
    drawn = drawn[drawn[:, 1] > 0]
    replicates = 1 - drawn[:, 0] / drawn[:, 1]
    lower, upper = np.quantile(replicates, [alpha / 2, 1 - alpha / 2])
    return Agreement(
        estimate=1 - float(observed / expected),
        se=float(replicates.std(ddof=1)),
        lower=float(lower),
        upper=float(upper),
        level=1 - alpha,
        observed=float(observed),
        expected=float(expected),
        units=units,
    )


def _table(
    first: ArrayLike, second: ArrayLike, categories: Sequence[object] | None
) -> tuple[Array, int]:
    """Give the share of units in each pair of categories, and the units."""
    one, two = np.asarray(first), np.asarray(second)
    if one.ndim != 1 or one.shape != two.shape or one.size < 2:
        raise EstimationError("Kappa needs two raters' categories of the same two units or more.")
    both = np.concatenate([one, two])
    # Only NaN differs from itself, among numbers and names alike.
    if any(value is None or value != value for value in both.tolist()):
        raise EstimationError("There are missing categories; keep units that both raters rated.")
    known = np.unique(both).tolist() if categories is None else list(categories)
    if len(set(known)) < len(known):
        raise EstimationError("A category is declared twice.")
    place = {category: position for position, category in enumerate(known)}
    unknown = [value for value in both.tolist() if value not in place]
    if unknown:
        raise EstimationError(f"{len(unknown)} ratings are none of the declared categories.")
    codes = np.array([place[value] for value in both.tolist()]).reshape(2, -1)
    counts = np.zeros((len(known), len(known)))
    np.add.at(counts, (codes[0], codes[1]), 1.0)
    return counts / one.size, int(one.size)


def _coincidences(ratings: ArrayLike) -> tuple[Array, sparse.csr_array]:
    """Give the values, ascending, and each unit's coincidences, shape (units, values^2)."""
    try:
        table = np.asarray(ratings, dtype=np.float64)
    except ValueError as error:
        raise EstimationError("Ratings must be numbers; number the categories.") from error
    if table.ndim != 2 or np.isinf(table).any():
        raise EstimationError("Ratings must be finite numbers or NaN, a row per rater.")
    table = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    if table.shape[1] < 2:
        raise EstimationError("Agreement needs two units or more that two raters rated.")
    values, position = np.unique(table[~np.isnan(table)], return_inverse=True)
    codes = np.full(table.shape, -1, dtype=np.int64)
    codes[~np.isnan(table)] = position.reshape(-1)
    units, cells, amounts = [], [], []
    for unit, column in enumerate(codes.T):
        seen = column[column >= 0]
        apart = ~np.eye(seen.size, dtype=bool)
        pairs = (seen[:, None] * values.size + seen)[apart]
        units.append(np.full(pairs.size, unit))
        cells.append(pairs)
        amounts.append(np.full(pairs.size, 1 / (seen.size - 1)))
    place = (np.concatenate(units), np.concatenate(cells))
    shape = (table.shape[1], values.size**2)
    # Built from coordinates, equal cells are added up.
    return values, sparse.csr_array((np.concatenate(amounts), place), shape=shape)


def _disagreements(
    pairs: sparse.csr_array, times: Array, values: Array, metric: AgreementMetric
) -> Array:
    """Give observed and expected disagreement for each row of unit multiplicities, (b, 2)."""
    k = values.size
    coincidences = np.asarray((pairs.T @ times.T).T).reshape(-1, k, k)
    sizes = coincidences.sum(axis=2)
    n = sizes.sum(axis=1)
    distance = _distances(values, sizes, metric)
    observed = np.sum(coincidences * distance, axis=(1, 2)) / n
    by_chance = np.einsum("bi,bij,bj->b", sizes, distance, sizes) / (n * (n - 1))
    return np.column_stack([observed, by_chance])


def _distances(values: Array, sizes: Array, metric: AgreementMetric) -> Array:
    """Give the squared distance of each two values, shape (b, k, k)."""
    b, k = sizes.shape
    if metric == "ordinal":
        # Ranks in the middle of ties: the numbers between two values, and half of their own.
        middle = np.cumsum(sizes, axis=1) - sizes / 2
        return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
    apart = np.subtract.outer(values, values)
    square = (apart != 0) * 1.0 if metric == "nominal" else apart**2
    return np.broadcast_to(square, (b, k, k))


def _times(stream: Stream, units: int, draws: range) -> Array:
    """Give how often each unit is drawn, shape (draws, units)."""
    uniforms = np.stack([stream.branch(draw).uniforms(units) for draw in draws])
    picked = np.minimum((uniforms * units).astype(np.int64), units - 1)
    flat = picked + units * np.arange(len(draws))[:, None]
    times = np.bincount(flat.ravel(), minlength=len(draws) * units)
    return times.reshape(len(draws), units).astype(np.float64)


def _check_level(alpha: float) -> None:
    if not 0 < alpha < 1:
        raise EstimationError("Alpha must lie between 0 and 1.")
