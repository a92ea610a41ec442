"""A one-level likelihood in blocks of clusters, whose arrays stay in the processor's cache.

Clusters of a one-level model do not touch, so each block finds its own modes in its own number of
steps. Arrays of a million numbers cost most of their time in fresh memory; a block's do not. The
blocks depend on the data alone, and their sums are added in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.cluster_information import (
    Sloped,
    Slopes,
    cluster_information,
)
from equipoise.statistics.estimation.count_cells import CountCells

BLOCK = 1 << 15
"""Numbers of an array of a block, about (256 KiB)."""

Array = NDArray[np.float64]


def in_blocks(
    cells: CountCells, likelihood: Callable[[CountCells], Sloped], nodes: int = 1
) -> Sloped:
    """Give the likelihood of cells, in blocks where there are many cells and one level.

    Parameters
    ----------
    cells
        All cells.
    likelihood
        What gives the likelihood of some of them.
    nodes
        Numbers that it holds for each cell.
    """
    size = max(1, BLOCK // nodes)
    if cells.level is not None or cells.cluster.size < 2 * size:
        return likelihood(cells)
    blocks = [likelihood(_part(cells, clusters)) for clusters in _cuts(cells, size)]
    return Blocks(cells, blocks)


@dataclass
class Blocks:
    """A likelihood made of those of blocks of clusters.

    Attributes
    ----------
    cells
        All cells.
    blocks
        Likelihoods of some clusters each, in order.
    """

    cells: CountCells
    blocks: list[Sloped]
    _ends: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Count the cells of the blocks."""
        self._ends = np.cumsum([block.cells.cluster.size for block in self.blocks]).tolist()

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        """Evaluate at one vector of parameters."""
        return self.slopes(parameters).total(self.cells)

    def information(self, at: Array, scale: Array) -> Array | None:
        """Give the negative Hessian in the coordinates of `scale`."""
        return cluster_information(self, at, scale)

    def slopes(self, parameters: Array, shift: float | Array = 0.0) -> Slopes:
        """Evaluate block by block."""
        value, begin = self.cells.constant, 0
        predictor, sd, shape = [], [], []
        for block, end in zip(self.blocks, self._ends, strict=True):
            own = shift if isinstance(shift, float) else shift[begin:end]
            found = block.slopes(parameters, own)
            begin = end
            value += found.value
            predictor.append(found.predictor)
            sd.append(found.sd)
            if found.shape is not None:
                shape.append(found.shape)
        shapes = np.concatenate(shape) if shape else None
        return Slopes(value, np.concatenate(predictor), np.concatenate(sd), None, shapes)


def _cuts(cells: CountCells, size: int) -> list[slice]:
    """Cut the clusters so that each block has about so many cells, or one cluster."""
    number = cells.starts // size
    firsts = np.flatnonzero(np.diff(number, prepend=-1))
    ends = [*firsts[1:].tolist(), cells.clusters]
    return [slice(int(a), int(b)) for a, b in zip(firsts, ends, strict=True)]


def _part(cells: CountCells, clusters: slice) -> CountCells:
    """Give some clusters' cells; the constant stays with the whole."""
    begin = int(cells.starts[clusters.start])
    last = clusters.stop == cells.clusters
    end = cells.cluster.size if last else int(cells.starts[clusters.stop])
    inside = slice(begin, end)
    return replace(
        cells,
        family=cells.family.part(inside),
        design=cells.design[inside],
        offset=cells.offset[inside],
        cluster=cells.cluster[inside] - clusters.start,
        starts=cells.starts[clusters] - begin,
        constant=0.0,
    )
