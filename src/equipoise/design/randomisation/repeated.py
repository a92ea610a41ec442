"""Repeated draws: every stage in its order, from the seeds and events that became public."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from equipoise.design.randomisation.allocation import Allocation
from equipoise.design.randomisation.commitment import Commitment
from equipoise.design.randomisation.draw import DrawnStage, draw

__all__ = ["OpenedStage", "repeat_draws"]


class OpenedStage(NamedTuple):
    """A committed stage with its seed and the value of its event."""

    commitment: Commitment
    secret: bytes
    event_value: str


def repeat_draws(stages: Iterable[OpenedStage]) -> dict[str, Allocation]:
    """Repeat the draws of stages in their order; the same function as `draw`.

    Parameters
    ----------
    stages
        In the order in which they were drawn. One that looks back names those drawn before it;
        their arms are drawn again here, never taken from a file.

    Returns
    -------
    dict
        The allocation of each stage.

    Raises
    ------
    DrawRefused
        As `draw`; and where a stage looks back at one that is not among those before it.
    """
    done: dict[str, DrawnStage] = {}
    for commitment, secret, event_value in stages:
        before = [done[one.stage] for one in commitment.earlier if one.stage in done]
        allocation = draw(commitment, secret, event_value, before=before)
        done[commitment.stage] = DrawnStage(commitment, allocation)
    return {stage: drawn.allocation for stage, drawn in done.items()}
