"""Many least-squares effects at once: trials of the same schools, HC2 errors, own outcomes.

`fit_linear` takes one trial; a simulation has thousands, alike in everything but their numbers.
All are fitted together here, strata taken out, with the error of HC2 and Satterthwaite's degrees
of freedom. The names are those of `sandwich`, where the matrices are explained: with each row its
own cluster, a row of F is (x, 1 / root W) and a row of B is w times (M^(-1) x, 1 / root W), where
x is about its stratum's mean, W the stratum's weight and M the weighted cross-products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.many_inverses import many_inverses
from equipoise.statistics.estimation.sandwich import NULL

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class LinearEffects:
    """The first regressor's coefficient in each of T trials.

    Attributes
    ----------
    estimate, se, df
        With its HC2 error and Satterthwaite degrees of freedom, shape (T,).
    sound
        Where they can be used, shape (T,).
    rows, strata
        With a weight, shape (T,).
    """

    estimate: Array
    se: Array
    df: Array
    sound: Truth
    rows: Whole
    strata: Whole


class _Strata:
    """Sums within strata, and their spread over rows."""

    def __init__(self, starts: Whole, rows: int) -> None:
        self.starts = starts
        self.of_row = np.repeat(np.arange(starts.size), np.diff(np.append(starts, rows)))

    def sum(self, values: Array) -> Array:
        """Sum rows, the last axis, within strata."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=-1))

    def spread(self, values: Array) -> Array:
        """Give each row what its stratum has."""
        return np.asarray(values[..., self.of_row])


def fit_many_effects(
    y: Array, regressors: Sequence[Array], weights: Array, *, starts: Whole
) -> LinearEffects:
    """Fit one weighted least-squares model to many trials.

    Parameters
    ----------
    y
        Outcome of each of J rows in each of T trials, shape (T, J), finite.
    regressors
        The k regressors, the wanted one first, shape (T, J) each. Strata go without saying.
    weights
        Shape (T, J); zero where a row is absent from a trial.
    starts
        First row of each stratum, shape (S,); rows of a stratum stand together.

    Returns
    -------
    LinearEffects
        Equal to what `fit_linear` gives for each trial with its strata, error ``hc2``, and the
        working model ``identity``.

    References
    ----------
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4), equations 4,
    6 and 11, with each row its own cluster.

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 3.0, 3.0, 5.0, 7.0]])
    >>> arm = np.array([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]])
    >>> found = fit_many_effects(y, [arm], np.ones((1, 6)), starts=np.array([0]))
    >>> found.estimate.round(6).tolist(), found.se.round(6).tolist(), found.df.round(6).tolist()
    ([3.0], [1.290994], [4.0])
    """
    with np.errstate(all="ignore"):
        strata = _Strata(starts, y.shape[1])
        present = weights > 0
        held = strata.sum(present.astype(np.float64)) > 0
        w = weights / (weights.sum(axis=1) / np.maximum(present.sum(axis=1), 1))[:, None]
        total = np.where(held, strata.sum(w), 1.0)
        x = np.stack([_about(one, w, total, strata) for one in regressors])
        target = _about(y, w, total, strata)
        inverse, sound = many_inverses(np.einsum("atj,tj,btj->tab", x, w, x, optimize=True))
        beta = np.einsum("tab,btj,tj,tj->ta", inverse, x, w, target, optimize=True)
        residual = target - np.einsum("ta,atj->tj", beta, x)
        se, df = _errors(x, w, residual, inverse, total, strata)
        rows = present.sum(axis=1)
        return LinearEffects(
            estimate=beta[:, 0],
            se=se,
            df=df,
            sound=sound & np.isfinite(se) & np.isfinite(df) & (se > 0),
            rows=rows,
            strata=held.sum(axis=1),
        )


def _about(values: Array, w: Array, total: Array, strata: _Strata) -> Array:
    """Take strata's weighted means off; absent rows come to zero."""
    mean = strata.spread(strata.sum(w * values) / total)
    return np.where(w > 0, values - mean, 0.0)


def _errors(
    x: Array, w: Array, residual: Array, inverse: Array, total: Array, strata: _Strata
) -> tuple[Array, Array]:
    """Give the HC2 error of the first coefficient, and its degrees of freedom."""
    last = np.where(w > 0, strata.spread(1.0 / np.sqrt(total)), 0.0)
    b = w * np.einsum("tab,btj->atj", inverse, x)
    b_last = w * last
    # B'B: of the regressors, of these with each stratum's column, and of that column.
    common = np.einsum("atj,btj->tab", b, b)
    mixed = strata.sum(b * b_last)
    alone = strata.sum(b_last**2)
    hat = np.einsum("atj,atj->tj", x, b) + last * b_last
    across = np.einsum("atj,atj->tj", strata.spread(mixed), x)
    across += 0.5 * strata.spread(alone) * last
    own = np.einsum("atj,tab,btj->tj", x, common, x, optimize=True)
    variance = own + 2.0 * last * across - 2.0 * hat + 1.0
    count = np.where(variance > NULL, b[0] / np.sqrt(np.maximum(variance, NULL)), 0.0)
    se = np.sqrt(np.einsum("tj,tj->t", count**2, residual**2))
    u, u_last = count * x, count * last
    v = count * b - 0.5 * np.einsum("atj,tab->btj", u, common) - strata.spread(mixed) * u_last
    v_last = count * b_last - 0.5 * strata.spread(alone) * u_last
    return se, _satterthwaite(count**2, u, v, u_last, v_last, strata)


def _satterthwaite(
    d: Array, u: Array, v: Array, u_last: Array, v_last: Array, strata: _Strata
) -> Array:
    """Match two moments: the covariance of the scores is diag(d) - U V' - V U'."""
    diagonal = 2.0 * np.einsum("atj,atj->tj", u, v) + 2.0 * u_last * v_last
    inner = np.einsum("atj,btj->tab", u, v)
    squares = 2.0 * np.einsum("tab,tba->t", inner, inner)
    outer = np.einsum("atj,btj->tab", u, u) * np.einsum("atj,btj->tab", v, v)
    squares += 2.0 * outer.sum(axis=(1, 2))
    squares += 2.0 * (strata.sum(u_last * v_last) ** 2).sum(axis=1)
    squares += 2.0 * (strata.sum(u_last**2) * strata.sum(v_last**2)).sum(axis=1)
    crossed = strata.sum(u * u_last) * strata.sum(v * v_last)
    crossed += strata.sum(v * u_last) * strata.sum(u * v_last)
    squares += 4.0 * crossed.sum(axis=(0, 2))
    squares += (d**2 - 2.0 * d * diagonal).sum(axis=1)
    return np.asarray((d - diagonal).sum(axis=1) ** 2 / squares)
