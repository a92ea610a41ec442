"""The specification of a model: which columns of a table play which part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.statistics.estimation import (
    DegreesOfFreedom,
    ErrorKind,
    EstimationError,
    WorkingModel,
)


@dataclass(frozen=True)
class ModelSpecification:
    """An intention-to-treat model of one outcome.

    Attributes
    ----------
    outcome
        Numeric column.
    treatment
        Column of arm labels, compared as text.
    reference
        The label that the other arm is compared with.
    strata
        Columns whose combinations are the strata of the draw; they enter as indicators.
    covariates
        Columns fixed before the draw: numeric, true or false, or labels (which become
        indicators, the first in sort order left out).
    unit
        Column that identifies a row, where a row is a randomised unit; without it rows are
        numbered, and the permutation p then depends on their order.
    cluster
        Column that identifies the randomised unit of each row, where it has several rows or
        where schools were drawn together. None where each row is one.
    estimand_weight
        Column of weights above zero, such as the roll for a pupil-average; None counts every
        row as one, the school-average where a row is a school.
    inverse_share
        Whether weights are multiplied by the inverse realised share of the unit's arm in its
        stratum, without which strata count by n p (1 - p) and not by n.
    chance
        Column of the probability with which the unit of a row came into its arm, where that
        differs between units of a stratum: inverse shares then stand in that proportion. None
        where the strata's shares say all.
    error
        ``hc2`` or ``hc3`` without `cluster`; ``cr0`` to ``cr3`` with it.
    df
        The degrees of freedom of the method; the design's are the ceiling.
    working
        As in `equipoise.statistics.estimation.fit_linear`.
    alpha
        One minus the level of the interval.
    permutations
        Draws of the permutation test; 0 for none.
    seed
        Of those draws.
    stage
        Column of the stage of the draw (an authority or wave), within which alone arms are
        permuted; None where all were drawn at once.
    one_arm_strata
        What is done with a stratum that was drawn into one arm, which tells nothing of the
        effect: ``refuse`` the table, or ``set_aside`` its rows, counted and said.
    arm
        The label to be compared with the reference; None where there is only one other.

    Raises
    ------
    EstimationError
        Options that contradict each other.

    Examples
    --------
    >>> spec = ModelSpecification("rate", "arm", "usual", strata=("authority",))
    >>> spec.error, spec.df
    ('hc2', 'satterthwaite')
    """

    outcome: str
    treatment: str
    reference: str
    strata: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    unit: str | None = None
    cluster: str | None = None
    estimand_weight: str | None = None
    inverse_share: bool = True
    error: ErrorKind = "hc2"
    df: DegreesOfFreedom = "satterthwaite"
    working: WorkingModel = "identity"
    alpha: float = 0.05
    permutations: int = 0
    seed: int = 0
    stage: str | None = None
    arm: str | None = None
    one_arm_strata: Literal["refuse", "set_aside"] = "refuse"
    chance: str | None = None

    def __post_init__(self) -> None:
        """Refuse options that contradict each other."""
        if self.cluster is not None and self.error in ("hc2", "hc3"):
            raise EstimationError(
                f"Error {self.error} is for a row per unit; with cluster {self.cluster!r} name "
                "cr2 or cr3."
            )
        if not 0 < self.alpha < 1:
            raise EstimationError("Alpha must lie between 0 and 1.")
        if self.permutations < 0:
            raise EstimationError("The number of permutations cannot be below zero.")
        if self.arm is not None and self.arm == self.reference:
            raise EstimationError(f"Arm {self.arm!r} cannot be compared with itself.")
        used = [self.outcome, self.treatment, *self.strata, *self.covariates]
        twice = sorted({name for name in used if used.count(name) > 1})
        if twice:
            raise EstimationError(f"Columns play more than one part: {', '.join(twice)}.")
