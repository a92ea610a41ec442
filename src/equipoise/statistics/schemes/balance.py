"""Balance of covariates between arms as a whole number, so that no platform rounds it differently.

Standardising, for an outsider: with n values x, N_i = n x_i - sum x and S = n sum x**2 -
(sum x)**2, the score of a unit is z_i = N_i / sqrt(S) in hundredths of a standard deviation,
rounded to the nearest whole number: sign(N_i) x floor((floor(2 v) + 1) / 2) with
v = 100 |N_i| / sqrt(S), where floor(2 v) is the integer square root of
floor(4 x 100**2 N_i**2 / S). Exact fractions are first multiplied by their common denominator. A
column of text is one 0/1 column for each of its values in ascending order, or for the first of
them alone if there are two.

Imbalance: let t_k be the sum of z over arm k (a vector over the columns), t over all units, a_k
the whole-number shares, A their sum and L their least common multiple. d_k = (A t_k - a_k t) L /
a_k is A L times what arm k has beyond its share, per share. The score is the sum over arms of
d_k' W d_k (``l2``) or of sum_v w_v |d_kv| (``l1``), W a matrix of whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes.roster import Roster, SchemeError

SCALE = 100
"""A standard deviation in scores."""

PRECISION = 1000
"""One in the matrix of Mahalanobis' distance."""

Metric = Literal["l2", "l1", "mahalanobis"]


def standardise(values: Sequence[Any]) -> NDArray[np.int64]:
    """Turn a column into whole hundredths of its standard deviation.

    Parameters
    ----------
    values
        Whole numbers or exact fractions, n of them.

    Raises
    ------
    SchemeError
        A float, or a column that has one value only.

    Examples
    --------
    >>> standardise([1, 2, 3]).tolist()
    [-122, 0, 122]
    """
    if any(isinstance(value, float) for value in values):
        raise SchemeError("A balance score takes whole numbers or exact fractions, not floats.")
    exact = [Fraction(value) for value in values]
    common = lcm(*(value.denominator for value in exact))
    whole = [int(value * common) for value in exact]
    n, total = len(whole), sum(whole)
    spread = n * sum(x * x for x in whole) - total * total
    if spread == 0:
        raise SchemeError("A covariate that has one value only cannot be balanced.")
    scores = []
    for x in whole:
        deviation = n * x - total
        twice = isqrt(4 * SCALE**2 * deviation**2 // spread)
        scores.append((1 if deviation > 0 else -1) * ((twice + 1) // 2))
    return np.asarray(scores, dtype=np.int64)


@dataclass(frozen=True)
class Balance:
    """What is balanced, and how imbalance is scored.

    Attributes
    ----------
    weights
        Positive whole numbers by covariate of the roster; with ``mahalanobis`` all 1.
    metric
        ``l2``: weighted squares. ``l1``: weighted absolute values. ``mahalanobis``: squares in
        the inverse of the covariates' correlation matrix, in thousandths, rounded by element.

    References
    ----------
    Raab, G. M. and Butcher, I. (2001). Balance in cluster randomized trials. Statistics in
    Medicine 20(3), 351-365 (l2). Li, F. and others (2016), Statistics in Medicine 35(10) (l1 and
    l2, R package cvcrand). Morgan, K. L. and Rubin, D. B. (2012). Rerandomization to improve
    covariate balance in experiments. Annals of Statistics 40(2), 1263-1282 (Mahalanobis).

    Examples
    --------
    >>> roster = Roster.build(list("abcd"), [0] * 4, covariates={"pupils": [100, 200, 300, 400]})
    >>> balance = Balance({"pupils": 1})
    >>> balance.scores(roster, np.array([[0, 0, 1, 1], [0, 1, 1, 0]]), (1, 1)).tolist()
    [256328, 0]
    """

    weights: Mapping[str, int]
    metric: Metric = "l2"

    def __post_init__(self) -> None:
        """Refuse what is no score."""
        if not self.weights:
            raise SchemeError("A balance score needs at least one covariate.")
        if self.metric not in get_args(Metric):
            raise SchemeError(f"There is no balance metric {self.metric!r}.")
        for name, weight in self.weights.items():
            if isinstance(weight, bool) or not isinstance(weight, int) or weight < 1:
                raise SchemeError(f"The weight of {name!r} must be a whole number above zero.")
            if self.metric == "mahalanobis" and weight != 1:
                raise SchemeError("Mahalanobis' distance weights covariates itself; use weight 1.")

    def columns(self, roster: Roster) -> tuple[NDArray[np.int64], tuple[int, ...]]:
        """Give the scores of the randomisation units, shape (U, p), and the column weights."""
        columns, weights = [], []
        for name, weight in self.weights.items():
            values = roster.covariate(name)
            if any(isinstance(value, str) for value in values):
                levels = sorted({str(value) for value in values})
                # With two values one column says all.
                for level in levels[:1] if len(levels) == 2 else levels:
                    columns.append(standardise([int(str(value) == level) for value in values]))
                    weights.append(weight)
            else:
                columns.append(standardise(values))
                weights.append(weight)
        return np.column_stack(columns), tuple(weights)

    def scores(
        self, roster: Roster, allocations: NDArray[np.int64], shares: tuple[int, ...]
    ) -> NDArray[np.int64]:
        """Score allocations of one stage, shape (D, n); 0 is perfect balance.

        The arguments and errors are those of `scorer`.
        """
        return self.scorer(roster, shares)(allocations)

    def scorer(
        self, roster: Roster, shares: tuple[int, ...]
    ) -> Callable[[NDArray[np.int64]], NDArray[np.int64]]:
        """Prepare what scores allocations of one stage.

        Parameters
        ----------
        roster
            n units of one stage.
        shares
            Whole-number shares of the arms.

        Returns
        -------
        callable
            From arm positions, shape (D, n), to scores, shape (D,).

        Raises
        ------
        SchemeError
            A covariate that is absent, inexact or has one value, covariates that are collinear
            (Mahalanobis), or numbers too large for 64 bits.
        """
        z, weights = self.columns(roster)
        matrix = self._matrix(z, weights)
        total, common = sum(shares), lcm(*shares)
        reach = int(np.abs(z).sum(axis=0).max()) * (total + max(shares)) * common
        power = 1 if self.metric == "l1" else 2
        if len(shares) * sum(abs(int(w)) for w in matrix.flat) * reach**power >= 1 << 62:
            raise SchemeError("The balance score would not fit 64 bits; use smaller weights.")
        everyone = z.sum(axis=0)
        # Whole numbers below 2**53, so sums in floating point are exact.
        columns = z.astype(np.float64)

        def score(allocations: NDArray[np.int64]) -> NDArray[np.int64]:
            drawn = allocations.take(roster.head, axis=1)
            found = np.zeros(drawn.shape[0], dtype=np.int64)
            left = everyone
            for k, share in enumerate(shares):
                if k == len(shares) - 1:
                    sums = left
                else:
                    sums = ((drawn == k).astype(np.float64) @ columns).astype(np.int64)
                    left = left - sums
                beyond = (total * sums - share * everyone) * (common // share)
                if self.metric == "l1":
                    found += np.abs(beyond) @ np.asarray(weights, dtype=np.int64)
                else:
                    found += ((beyond @ matrix) * beyond).sum(axis=1)
            return found

        return score

    def _matrix(self, z: NDArray[np.int64], weights: tuple[int, ...]) -> NDArray[np.int64]:
        """Give W."""
        if self.metric != "mahalanobis":
            return np.diag(np.asarray(weights, dtype=np.int64))
        n = z.shape[0]
        centred = [[Fraction(n * int(x) - int(s)) for x in z[:, v]] for v, s in enumerate(z.sum(0))]
        gram = [[sum(a * b for a, b in zip(x, y, strict=True)) for y in centred] for x in centred]
        # The scores' variance is SCALE**2, to rounding: the inverse is that of the correlations.
        scaled = [[value / (Fraction(n) ** 3 * SCALE**2) for value in row] for row in gram]
        inverse = _inverse(scaled)
        return np.asarray(
            [[round(PRECISION * value) for value in row] for row in inverse], dtype=np.int64
        )


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Invert exactly (Gauss and Jordan)."""
    size = len(matrix)
    work = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next((row for row in range(column, size) if work[row][column] != 0), None)
        if pivot is None:
            raise SchemeError("A covariate to be balanced can be computed from the others.")
        work[column], work[pivot] = work[pivot], work[column]
        head = work[column][column]
        work[column] = [value / head for value in work[column]]
        for row in range(size):
            if row != column and work[row][column] != 0:
                factor = work[row][column]
                work[row] = [a - factor * b for a, b in zip(work[row], work[column], strict=True)]
    return [row[size:] for row in work]
