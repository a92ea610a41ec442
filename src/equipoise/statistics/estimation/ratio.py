"""The difference between two arms of a ratio of sums, with a linearised error.

A share such as "contacts that led to no further action among all contacts" has a random
denominator. It is estimated in each arm as sum over sum, R = sum(w y) / sum(w x), which keeps units
without a denominator, and linearised: z_i = w_i (y_i - R x_i) / sum(w x). Units were drawn within
strata, so the variance of an arm is that of the total of z over its units within strata.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RatioDifference:
    """Two ratios of sums and their difference.

    Attributes
    ----------
    estimate
        Ratio in the arm less ratio in the reference, in units of numerator per denominator.
    se
        Its linearised standard error, in the same units.
    df
        Welch and Satterthwaite's, from the units less strata of either arm.
    ratios
        Reference, arm.
    variances
        Of the two ratios; they are independent, so ``se**2`` is their sum.
    units
        Units in reference and arm, those without a denominator included.
    lonely
        Units alone in their stratum and arm: their variance is taken about the arm's mean.
    dfs
        Units less strata, of reference and arm.
    """

    estimate: float
    se: float
    df: float
    ratios: tuple[float, float]
    variances: tuple[float, float]
    units: tuple[int, int]
    lonely: int
    dfs: tuple[int, int]


@dataclass(frozen=True)
class _ArmRatio:
    ratio: float
    variance: float
    df: int
    units: int
    lonely: int


def ratio_difference(
    numerator: ArrayLike,
    denominator: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> RatioDifference:
    """Compare sum over sum between two arms of a stratified cluster-randomised trial.

    Parameters
    ----------
    numerator, denominator
        Counts or amounts, shape (n,); a row may have a denominator of zero.
    treated
        1 in the arm, 0 in the reference, shape (n,); constant within a cluster.
    weights
        Positive, shape (n,); the inverse realised share of the row's arm in its stratum. None
        means equal.
    strata
        A label per row; None means one stratum. Constant within a cluster.
    clusters
        The randomised unit of each row; None means that each row is one.

    Returns
    -------
    RatioDifference

    Raises
    ------
    EstimationError
        Values that are not finite, weights not above zero, lengths that differ, an arm without a
        denominator or without a stratum of two units, an arm or stratum that varies in a cluster.

    References
    ----------
    Woodruff, R. S. (1971). A simple method for approximating the variance of a complicated
    estimate. Journal of the American Statistical Association 66(334), 411-414. R: survey 4.1-1,
    ``svyratio`` with stratum by arm as strata and ``survey.lonely.psu = "adjust"``.
    Satterthwaite, F. E. (1946). Biometrics Bulletin 2(6), 110-114.

    Examples
    --------
    >>> fit = ratio_difference([1, 3, 4, 6], [4, 4, 8, 8], [0, 0, 1, 1])
    >>> fit.ratios, fit.estimate
    ((0.5, 0.625), 0.125)
    """
    y, x, w = _numbers(numerator, denominator, weights)
    arm = _labels(treated, y.size, "arm").astype(np.int64)
    stratum = np.zeros(y.size, np.int64) if strata is None else _codes(strata, y.size, "strata")
    cluster = np.arange(y.size) if clusters is None else _codes(clusters, y.size, "clusters")
    if set(np.unique(arm).tolist()) != {0, 1}:
        raise EstimationError("A comparison needs rows in the arm (1) and in the reference (0).")
    _refuse_varying(arm, cluster, "arm")
    _refuse_varying(stratum, cluster, "stratum")
    reference, other = (
        _arm_ratio(y[arm == a], x[arm == a], w[arm == a], stratum[arm == a], cluster[arm == a])
        for a in (0, 1)
    )
    total = reference.variance + other.variance
    spread = reference.variance**2 / reference.df + other.variance**2 / other.df
    if not total > 0:
        raise EstimationError("The ratio is the same in every unit, so it has no error.")
    return RatioDifference(
        estimate=other.ratio - reference.ratio,
        se=float(np.sqrt(total)),
        df=total**2 / spread,
        ratios=(reference.ratio, other.ratio),
        variances=(reference.variance, other.variance),
        units=(reference.units, other.units),
        lonely=reference.lonely + other.lonely,
        dfs=(reference.df, other.df),
    )


def _arm_ratio(
    y: Array, x: Array, w: Array, stratum: NDArray[np.int64], cluster: NDArray[np.int64]
) -> _ArmRatio:
    members = float(np.sum(w * x))
    if not members > 0:
        raise EstimationError("An arm has a denominator of zero in every unit.")
    ratio = float(np.sum(w * y)) / members
    scores = w * (y - ratio * x) / members
    labels, first, position = np.unique(cluster, return_index=True, return_inverse=True)
    per_unit = np.bincount(position.reshape(-1), weights=scores, minlength=labels.size)
    unit_stratum = stratum[first]
    variance, df, lonely = 0.0, 0, 0
    for label in np.unique(unit_stratum):
        cell = per_unit[unit_stratum == label]
        if cell.size == 1:
            # The scores of an arm sum to zero, so zero is the mean of the arm.
            lonely += 1
            variance += float(cell[0] ** 2)
            continue
        variance += cell.size / (cell.size - 1) * float(np.sum((cell - cell.mean()) ** 2))
        df += cell.size - 1
    if df == 0:
        raise EstimationError(
            "An arm has no stratum with two units, so the ratio has no error within strata."
        )
    return _ArmRatio(ratio, variance, df, int(labels.size), lonely)


def _numbers(
    numerator: ArrayLike, denominator: ArrayLike, weights: ArrayLike | None
) -> tuple[Array, Array, Array]:
    y = np.asarray(numerator, dtype=np.float64)
    x = np.asarray(denominator, dtype=np.float64)
    w = np.ones_like(y) if weights is None else np.asarray(weights, dtype=np.float64)
    if y.ndim != 1 or x.shape != y.shape or w.shape != y.shape:
        raise EstimationError("Numerator, denominator and weights must be one number per row.")
    if not (np.isfinite(y).all() and np.isfinite(x).all() and np.isfinite(w).all()):
        raise EstimationError("The ratio holds values that are missing or infinite.")
    if (w <= 0).any() or (x < 0).any():
        raise EstimationError("Weights must be above zero and denominators not below zero.")
    return y, x, w


def _labels(values: ArrayLike, n: int, name: str) -> NDArray[np.generic]:
    labels = np.asarray(values)
    if labels.shape != (n,):
        raise EstimationError(f"The {name} must be one label per row.")
    return labels


def _codes(values: ArrayLike, n: int, name: str) -> NDArray[np.int64]:
    _, codes = np.unique(_labels(values, n, name), return_inverse=True)
    return np.asarray(codes.reshape(-1), dtype=np.int64)


def _refuse_varying(values: NDArray[np.int64], cluster: NDArray[np.int64], name: str) -> None:
    if np.unique(np.column_stack([cluster, values]), axis=0).shape[0] != np.unique(cluster).size:
        raise EstimationError(f"The {name} varies within a randomised unit.")


@dataclass(frozen=True)
class StudentisedRatio:
    """t of the difference of two ratios of sums, as a function of allocations.

    Attributes
    ----------
    numerator, denominator
        Sums of each unit, shape (units,).
    cells
        Stratum number of each unit, 0 to S - 1 without gaps, shape (units,).
    arms
        Number of arms.
    arm, reference
        Positions of the arms compared.
    inverse_share
        Whether units are weighted by the inverse realised share of their arm in their stratum.
    """

    numerator: Array
    denominator: Array
    cells: NDArray[np.int64]
    arms: int
    arm: int
    reference: int
    inverse_share: bool = True

    def __call__(self, allocations: NDArray[np.int64]) -> Array:
        """Compute t for each allocation.

        Parameters
        ----------
        allocations
            Arm positions of the units, shape (D, units).

        Returns
        -------
        ndarray of float64
            Shape (D,); infinite where an allocation leaves the difference or its error undefined
            (it then counts as extreme, which is cautious).

        Examples
        --------
        >>> y, x = np.array([1.0, 3.0, 4.0, 6.0]), np.array([4.0, 4.0, 8.0, 8.0])
        >>> effect = StudentisedRatio(y, x, np.zeros(4, np.int64), 2, 1, 0)
        >>> fit = ratio_difference(y, x, [0, 0, 1, 1])
        >>> t = effect(np.array([[0, 0, 1, 1]]))[0]
        >>> bool(abs(t - fit.estimate / fit.se) < 1e-12)
        True
        """
        member = np.eye(int(self.cells.max()) + 1)[self.cells]
        sizes = member.sum(axis=0)
        ratio, variance = self._of_arm(allocations == self.arm, member, sizes)
        other, spread = self._of_arm(allocations == self.reference, member, sizes)
        with np.errstate(invalid="ignore", divide="ignore"):
            t = (ratio - other) / np.sqrt(variance + spread)
        return np.where(np.isfinite(t), t, np.inf)

    def _of_arm(
        self, chosen: NDArray[np.bool_], member: Array, sizes: Array
    ) -> tuple[Array, Array]:
        """Give ratio and variance of one arm for each allocation, shape (D,)."""
        inside = chosen.astype(np.float64)
        counts = inside @ member
        weight = inside
        if self.inverse_share:
            with np.errstate(divide="ignore"):
                inverse = np.where(counts > 0, sizes / counts, 0.0)
            weight = inside * inverse[:, self.cells]
        with np.errstate(invalid="ignore", divide="ignore"):
            members = weight @ self.denominator
            ratio = (weight @ self.numerator) / members
            scores = (
                weight * (self.numerator - ratio[:, None] * self.denominator) / members[:, None]
            )
        squares = (scores**2) @ member
        sums = scores @ member
        several = counts > 1
        n = np.where(several, counts, 2.0)
        within = np.where(several, n / (n - 1) * (squares - sums**2 / n), squares)
        return ratio, np.maximum(within, 0.0).sum(axis=1)
