"""Lee bounds: the effect on those who answer in either arm, when answering depends on the arm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.missing_bounds import imbens_manski
from equipoise.statistics.estimation.streams import Stream

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

CHUNK = 4_000_000
"""Numbers in memory at once, rows times draws."""


@dataclass(frozen=True)
class LeeBounds:
    """Bounds on the effect on the always observed.

    Attributes
    ----------
    lower, upper
        In the outcome's units.
    se_lower, se_upper
        By the cluster bootstrap.
    interval
        Imbens and Manski's, for the effect.
    response
        Weighted share observed in reference and arm.
    trimmed
        Share of the observed cut off in the arm that answers more.
    trimmed_arm
        1 the arm, 0 the reference; None where both answer alike.
    clusters
        In reference and arm.
    lonely
        Clusters alone in their stratum and arm; they were resampled together.
    draws, usable_draws, seed
        Of the bootstrap; a draw without an observed outcome in an arm is not usable.
    """

    lower: float
    upper: float
    se_lower: float
    se_upper: float
    interval: tuple[float, float]
    response: tuple[float, float]
    trimmed: float
    trimmed_arm: int | None
    clusters: tuple[int, int]
    lonely: int
    draws: int
    usable_draws: int
    seed: int


def lee_bounds(
    y: ArrayLike,
    treated: ArrayLike,
    clusters: ArrayLike,
    *,
    seed: int,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    draws: int = 999,
    alpha: float = 0.05,
) -> LeeBounds:
    """Bound the effect on those whose outcome would be observed in either arm.

    The arm that answers more is trimmed to the share of the other, from the top for one bound and
    from the bottom for the other. It assumes that the treatment moves answering in one direction
    only. Values at the cut are kept in part, so that ties do no harm.

    Parameters
    ----------
    y
        Outcome, NaN where not observed, shape (n,).
    treated
        1 in the arm, 0 in the reference; constant within a cluster.
    clusters
        The randomised unit of each row; whole ones are resampled.
    seed
        A whole number of 0 or more; the numbers are those of `Stream`.
    strata
        Within which clusters were drawn and are resampled; constant within a cluster.
    weights
        Above zero, shape (n,), such as the inverse realised share; None means equal.
    draws
        Of the bootstrap: in each cell of arm and stratum, G - 1 of its G clusters with
        replacement, weighted by G / (G - 1), so that small cells give unbiased variances.
    alpha
        One minus the confidence level.

    Returns
    -------
    LeeBounds

    Raises
    ------
    EstimationError
        An arm with fewer than two clusters or no observed outcome, an arm or stratum that varies
        within a cluster, outcomes that are infinite or do not vary, weights not above zero, fewer
        than 50 draws.

    References
    ----------
    Lee, D. S. (2009). Training, wages, and sample selection: estimating sharp bounds on treatment
    effects. Review of Economic Studies 76(3), 1071-1102, proposition 1a. Rao, J. N. K. and Wu,
    C. F. J. (1988). Resampling inference with complex survey data. JASA 83(401), 231-241.

    Examples
    --------
    >>> y = [1.0, 2.0, np.nan, np.nan, 1.0, 2.0, 3.0, 4.0]
    >>> found = lee_bounds(y, np.repeat([0, 1], 4), np.arange(8), seed=1, draws=99)
    >>> found.lower, found.upper, found.trimmed
    (0.0, 2.0, 0.5)
    """
    if draws < 50:
        raise EstimationError("The bootstrap needs 50 draws or more.")
    rows = _checked(y, treated, clusters, strata, weights)
    sides = (_Side.of_rows(rows, 0), _Side.of_rows(rows, 1))
    once = np.ones((1, rows.cell.size))
    # Where nothing is trimmed the two are one mean, summed in two orders.
    lower, upper = sorted(_bounds(sides, once)[0].tolist())
    stream = Stream.of_seed(seed)
    step = max(1, CHUNK // rows.outcome.size)
    blocks = [
        _bounds(sides, _multiplicities(stream, rows.cell, range(b, min(b + step, draws))))
        for b in range(0, draws, step)
    ]
    drawn = np.concatenate(blocks)
    usable = drawn[np.isfinite(drawn).all(axis=1)]
    if usable.shape[0] < draws / 2:
        raise EstimationError("Too few clusters hold observed outcomes to bootstrap the bounds.")
    se_lower, se_upper = (float(se) for se in usable.std(axis=0, ddof=1))
    reference, arm = (float(side.response(once)[0]) for side in sides)
    return LeeBounds(
        lower=lower,
        upper=upper,
        se_lower=se_lower,
        se_upper=se_upper,
        interval=imbens_manski(lower, upper, se_lower, se_upper, alpha=alpha),
        response=(reference, arm),
        trimmed=1 - min(reference, arm) / max(reference, arm),
        trimmed_arm=None if reference == arm else int(arm > reference),
        clusters=(int(np.sum(rows.cluster_arm == 0)), int(np.sum(rows.cluster_arm == 1))),
        lonely=rows.lonely,
        draws=draws,
        usable_draws=int(usable.shape[0]),
        seed=seed,
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """Checked rows; clusters are numbered, and so are the cells in which they are resampled."""

    outcome: Array
    weight: Array
    cluster: Whole
    cluster_arm: Whole
    cell: Whole
    lonely: int


@dataclass(frozen=True, eq=False)
class _Side:
    """One arm: its observed outcomes in ascending order, and each cluster's weight of all rows."""

    values: Array
    weights: Array
    cluster: Whole
    totals: Array

    @classmethod
    def of_rows(cls, rows: _Rows, arm: int) -> _Side:
        inside = rows.cluster_arm[rows.cluster] == arm
        totals = np.zeros(rows.cell.size)
        totals[:] = np.bincount(rows.cluster, rows.weight * inside, rows.cell.size)
        seen = np.flatnonzero(inside & ~np.isnan(rows.outcome))
        if seen.size == 0:
            raise EstimationError("An arm has no observed outcome, so the effect has no bounds.")
        seen = seen[np.argsort(rows.outcome[seen], kind="stable")]
        return cls(rows.outcome[seen], rows.weight[seen], rows.cluster[seen], totals)

    def response(self, times: Array) -> Array:
        """Give the weighted share observed for each row of cluster multiplicities, (b,)."""
        seen = np.bincount(self.cluster, self.weights, self.totals.size)
        return np.asarray((times @ seen) / (times @ self.totals))

    def extremes(self, times: Array, keep: Array) -> tuple[Array, Array]:
        """Give the means of the lowest and of the highest `keep` part, each of shape (b,)."""
        weights = times[:, self.cluster] * self.weights
        lowest = _mean_of_first(self.values, weights, keep)
        return lowest, _mean_of_first(self.values[::-1], weights[:, ::-1], keep)


def _bounds(sides: tuple[_Side, _Side], times: Array) -> Array:
    """Give lower and upper bound for each row of cluster multiplicities, shape (b, 2)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        reference, arm = (side.response(times) for side in sides)
        low_reference, high_reference = sides[0].extremes(times, np.minimum(1.0, arm / reference))
        low_arm, high_arm = sides[1].extremes(times, np.minimum(1.0, reference / arm))
    return np.column_stack([low_arm - high_reference, high_arm - low_reference])


def _mean_of_first(values: Array, weights: Array, keep: Array) -> Array:
    """Average the first part `keep` of the weight; the value at the cut counts in part."""
    reached = np.cumsum(weights, axis=1)
    wanted = keep * reached[:, -1]
    kept = np.clip(wanted[:, None] - (reached - weights), 0.0, weights)
    return np.asarray((kept @ values) / kept.sum(axis=1))


def _multiplicities(stream: Stream, cell: Whole, draws: range) -> Array:
    """Give how often each cluster counts in each draw, shape (draws, clusters)."""
    order = np.argsort(cell, kind="stable")
    _, start, size = np.unique(cell[order], return_index=True, return_counts=True)
    own = np.repeat(np.arange(size.size), size)
    # The last place of each cell stays empty: G - 1 clusters are picked of G.
    places = np.delete(np.arange(cell.size), start + size - 1)
    own = own[places]
    uniforms = np.stack([stream.branch(draw).uniforms(places) for draw in draws])
    within = np.minimum((uniforms * size[own]).astype(np.int64), size[own] - 1)
    picked = order[start[own] + within] + cell.size * np.arange(len(draws))[:, None]
    scale = np.broadcast_to(size[own] / (size[own] - 1), picked.shape)
    times = np.bincount(picked.ravel(), scale.ravel(), len(draws) * cell.size)
    return np.asarray(times.reshape(len(draws), cell.size), np.float64)


def _checked(
    y: ArrayLike,
    treated: ArrayLike,
    clusters: ArrayLike,
    strata: ArrayLike | None,
    weights: ArrayLike | None,
) -> _Rows:
    outcome = np.asarray(y, dtype=np.float64)
    n = outcome.size
    arm = np.asarray(treated)
    weight = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    label = np.zeros(n) if strata is None else np.asarray(strata)
    unit = np.asarray(clusters)
    if any(values.shape != (n,) for values in (outcome, arm, weight, label, unit)):
        raise EstimationError("Lee bounds need one outcome, arm, cluster and weight per row.")
    if np.isinf(outcome).any() or not (np.isfinite(weight).all() and (weight > 0).all()):
        raise EstimationError("Outcomes must be finite or NaN, weights finite and above zero.")
    seen = outcome[~np.isnan(outcome)]
    if seen.size and np.ptp(seen) == 0:
        raise EstimationError("The outcome has the same value in every observed row.")
    if not np.isin(arm, (0, 1)).all():
        raise EstimationError("Treated must be 1 in the arm and 0 in the reference.")
    _, first, cluster = np.unique(unit, return_index=True, return_inverse=True)
    _, stratum = np.unique(label, return_inverse=True)
    cluster, stratum = cluster.reshape(-1), stratum.reshape(-1)
    for name, values in (("arm", arm), ("stratum", stratum)):
        if (values[first][cluster] != values).any():
            raise EstimationError(f"The {name} varies within a cluster.")
    cluster_arm = arm[first].astype(np.int64)
    if min(np.sum(cluster_arm == 0), np.sum(cluster_arm == 1)) < 2:
        raise EstimationError("Each arm needs two clusters or more to bootstrap the bounds.")
    cell, lonely = _cells(stratum[first], cluster_arm)
    return _Rows(outcome, weight, cluster, cluster_arm, cell, lonely)


def _cells(stratum: Whole, arm: Whole) -> tuple[Whole, int]:
    """Number the cells of arm and stratum; those with one cluster join another of their arm."""
    cell = 2 * stratum + arm
    size = np.bincount(cell)[cell]
    alone = size == 1
    for a in (0, 1):
        mine = alone & (arm == a)
        if mine.sum() == 1:
            cell[mine] = cell[(arm == a) & ~alone][0]
        elif mine.any():
            cell[mine] = cell[mine][0]
    return cell, int(alone.sum())
