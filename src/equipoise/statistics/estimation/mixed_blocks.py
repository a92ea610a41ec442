"""Blocks of small groups, whose cross-products stay in the processor's cache.

A random slope of a hundred thousand schools has cross-products with derivatives for each of them,
of which only sums over larger groups are needed afterwards. They are made, used and summed block
by block; the blocks depend on the layout alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.mixed_jets import Jet
from equipoise.statistics.estimation.mixed_layout import Layout, Stage

GROUPS = 2048
"""Groups of a block."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """Some groups of the first stage.

    Attributes
    ----------
    layout
        Of their clusters alone, with the first stage alone.
    outer
        Number of the group of the next stage that the first of them lies in.
    """

    layout: Layout
    outer: int


def blocks_of(layout: Layout) -> Iterator[Block]:
    """Cut the groups of the first stage into blocks; none where they are few."""
    groups = layout.starts.size
    if not layout.stages or groups < 2 * GROUPS:
        return
    stage = layout.stages[0]
    outer = np.zeros(groups, dtype=np.int64)
    outer[stage.starts[1:]] = 1
    outer = np.cumsum(outer)
    ends = np.append(layout.starts[1:], layout.rows.size)
    for first in range(0, groups, GROUPS):
        last = min(first + GROUPS, groups)
        inside = slice(int(layout.starts[first]), int(ends[last - 1]))
        effects = tuple(
            replace(effect, classes=None if effect.classes is None else effect.classes[first:last])
            for effect in stage.effects
        )
        own = outer[first:last]
        starts = np.flatnonzero(np.diff(own, prepend=-1))
        columns = layout.columns
        yield Block(
            replace(
                layout,
                columns=replace(
                    columns, means=columns.means[inside], scatter=columns.scatter[inside]
                ),
                rows=layout.rows[inside],
                weight=layout.weight[inside],
                log_weight=0.0,
                starts=layout.starts[first:last] - inside.start,
                residuals=layout.residuals[inside],
                intercepts=layout.intercepts[inside],
                stages=(Stage(effects, stage.strata, starts),),
            ),
            int(own[0]),
        )


@dataclass
class GatheredJets:
    """Sums of jets over the groups of the next stage, added to block by block.

    Attributes
    ----------
    value, first, second
        As in `Jet`.
    """

    value: Array
    first: Array
    second: Array | None

    @classmethod
    def zeros(cls, groups: int, columns: int, components: int, order: int) -> GatheredJets:
        """Begin with nothing."""
        count = components if order else 0
        shape = (groups, columns, columns)
        second = np.zeros((count, count, *shape)) if order == 2 else None
        return cls(np.zeros(shape), np.zeros((count, *shape)), second)

    def add(self, jet: Jet, outer: int) -> None:
        """Add what a block was gathered to, from group `outer` on."""
        inside = slice(outer, outer + jet.value.shape[0])
        self.value[inside] += jet.value
        self.first[:, inside] += jet.first
        if self.second is not None and jet.second is not None:
            self.second[:, :, inside] += jet.second

    def jet(self) -> Jet:
        """Give the sums."""
        return Jet(self.value, self.first, self.second)
