"""A cluster's rows turned, so that a few of them carry all that a sandwich needs.

A sandwich is the same in any orthonormal frame of a cluster's rows, as long as the working
variance is the same for all of them. In the frame of F_j, B_j the other rows are zero, so a
school of 600 pupils becomes as many rows as the design has columns, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.grouping import Grouping
from equipoise.statistics.estimation.moments import ClusterMoments
from equipoise.statistics.estimation.sandwich import ClusterBlock

Array = NDArray[np.float64]

DEGENERATE = 1e-12
"""A direction with less than this part of a cluster's largest sum of squares has no rows."""


@dataclass(frozen=True)
class FittedRows:
    """Rows of F and B = W F, shape (n, l); residuals, working variances and W, shape (n,)."""

    regressors: Array
    influence: Array
    residuals: Array
    theta: Array
    weight: Array


def blocks_of_rows(rows: FittedRows, grouping: Grouping | None) -> tuple[ClusterBlock, ...]:
    """Sort rows into clusters of one size, and turn those that have more rows than they need.

    Parameters
    ----------
    rows
        What the fit made of them.
    grouping
        Clusters; None where each row is its own.
    """
    if grouping is None:
        one = (rows.regressors[:, None], rows.influence[:, None])
        index = np.arange(rows.theta.size)
        return (ClusterBlock(index, *one, rows.residuals[:, None], rows.theta[:, None]),)
    codes = grouping.number()
    even, alike = _constant(rows.theta, grouping), _constant(rows.weight, grouping)
    starts = np.concatenate([[0], np.cumsum(grouping.rows)[:-1]])
    order = np.argsort(codes, kind="stable")
    width = rows.regressors.shape[1]
    blocks = []
    for size in np.unique(grouping.rows):
        index = np.flatnonzero(grouping.rows == size)
        once = even[index] & alike[index] & (size > width)
        twice = even[index] & ~alike[index] & (size > 2 * width)
        for chosen, frames in ((~once & ~twice, 0), (once, 1), (twice, 2)):
            some = index[chosen]
            if some.size:
                at = order[starts[some][:, None] + np.arange(size)]
                regressors = rows.regressors[at]
                block = ClusterBlock(
                    some,
                    regressors,
                    regressors if rows.influence is rows.regressors else rows.influence[at],
                    rows.residuals[at],
                    rows.theta[at],
                )
                if frames == 1:
                    block = _turned_alike(block, rows.weight[at[:, 0]])
                elif frames == 2:
                    block = _turned(block)
                blocks.append(block)
    return _joined(blocks)


def _constant(values: Array, grouping: Grouping) -> NDArray[np.bool_]:
    """Say of each cluster whether its rows have one value."""
    first = grouping.first(values)
    if (values == first[0]).all():
        return np.ones(first.size, dtype=np.bool_)
    differ = (grouping.spread(first) != values).astype(np.float64)
    return np.asarray(grouping.sum(differ) == 0)


def _turned_alike(block: ClusterBlock, weight: Array) -> ClusterBlock:
    """Turn rows of one weight, shape (c,), into the frame of F_j, which B_j shares: l remain."""
    frame, coordinates = np.linalg.qr(block.regressors)
    return ClusterBlock(
        block.index,
        coordinates,
        coordinates * weight[:, None, None],
        np.einsum("csr,cs->cr", frame, block.residuals),
        np.repeat(block.theta[:, :1], coordinates.shape[1], axis=1),
    )


def _turned(block: ClusterBlock) -> ClusterBlock:
    """Turn rows into the frame of F_j and B_j: 2 l of them remain."""
    width = block.regressors.shape[2]
    frame, coordinates = np.linalg.qr(np.concatenate([block.regressors, block.influence], axis=2))
    return ClusterBlock(
        block.index,
        coordinates[:, :, :width],
        coordinates[:, :, width:],
        np.einsum("csr,cs->cr", frame, block.residuals),
        np.repeat(block.theta[:, :1], 2 * width, axis=1),
    )


def _joined(blocks: list[ClusterBlock]) -> tuple[ClusterBlock, ...]:
    """Join blocks of one number of rows."""
    joined = []
    for rows in sorted({block.theta.shape[1] for block in blocks}):
        alike = [block for block in blocks if block.theta.shape[1] == rows]
        joined.append(
            ClusterBlock(
                np.concatenate([block.index for block in alike]),
                np.concatenate([block.regressors for block in alike]),
                np.concatenate([block.influence for block in alike]),
                np.concatenate([block.residuals for block in alike]),
                np.concatenate([block.theta for block in alike]),
            )
        )
    return tuple(joined)


@dataclass(frozen=True)
class Frames:
    """Each cluster's rows in the frame of the constant and of its varying columns.

    Attributes
    ----------
    level
        What a mean counts in the frame, the square root of a cluster's rows, shape (J,).
    within
        Coordinates of all columns, shape (J, v, k), in as many directions as columns vary.
    weight
        The weight of a row, shape (J,).
    """

    level: Array
    within: Array
    weight: Array


def frames_of_moments(moments: ClusterMoments, by: list[int], *, whitened: bool) -> Frames:
    """Find the frames from moments.

    Parameters
    ----------
    moments
        Of clusters.
    by
        Positions of the regressors; those that vary give the directions.
    whitened
        Take rows times the square root of their weight, which weights that vary inside
        clusters need, for rows of weight one.
    """
    j = moments.weight.size
    weight = np.ones(j) if whitened else moments.weight / moments.rows
    varies = moments.varies
    columns = [column for column in by if varies[column]]
    scatter = moments.scatter / weight[:, None, None]
    level = np.sqrt(moments.weight / weight)
    if not columns:
        return Frames(level, np.empty((j, 0, scatter.shape[1])), weight)
    own = scatter[:, columns][:, :, columns]
    unit = np.sqrt(np.einsum("jaa->a", own))
    values, vectors = np.linalg.eigh(own / (unit[:, None] * unit))
    kept = values > DEGENERATE * np.maximum(values[:, -1:], np.finfo(float).tiny)
    inverse = np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    turn = vectors * inverse[:, None, :] / unit[:, None]
    return Frames(level, turn.transpose(0, 2, 1) @ scatter[:, columns], weight)
