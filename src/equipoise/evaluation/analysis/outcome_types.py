"""The finding on one outcome, and in its subgroups."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.evaluation.analysis.estimate_types import (
    ArmMean,
    Dropped,
    EffectSize,
    EstimandWords,
    MarginalMeans,
    ModelWords,
    VariantResult,
)

__all__ = ["OutcomeResult", "SubgroupLevel", "SubgroupResult"]


@dataclass(frozen=True)
class OutcomeResult:
    """One outcome, one arm against the reference arm.

    Attributes
    ----------
    outcome, title
        Id and title.
    role
        ``primary``, ``secondary``, ``safety`` or ``exploratory``.
    level
        ``school``, ``dsl``, ``cluster`` or ``pupil``.
    arm, reference
        Ids of the compared arm and of the reference arm; estimate = arm - reference.
    unit
        Unit of means, as ``"pupils per 1,000 on the roll"``.
    unit_difference
        Unit of the estimate, as ``"pupils per 1,000 on the roll"`` or ``"percentage points"``.
    measure_type
        ``rate``, ``share``, ``score`` or ``value``.
    per
        Multiplier of a rate or share (1000, 100); None otherwise.
    direction
        Which is better: ``lower``, ``higher`` or ``none``.
    estimand, model
        What was estimated, and how.
    estimate, se
        Difference and its standard error, in ``unit_difference``.
    df, df_method_value, df_design
        Degrees of freedom used, of the method (None for z), and of the design (None where
        treatment varies inside clusters).
    lower, upper
        Bounds of the interval, in ``unit_difference``.
    interval
        Its level, as 0.95.
    p
        Two-sided, from t.
    p_permutation
        Studentised stratified permutation p; None if none was declared or possible.
    permutations
        Draws behind it; 0 without.
    means
        One entry per arm, in the order of the protocol.
    standardised
        Effect size; None for shares (no standard deviation is meant).
    margin, harm
        M and H of rules 9, in ``unit_difference``, positive.
    margin_reason
        The protocol's words.
    safety_worse
        For a safety outcome the direction that is worse, ``lower`` or ``higher``; else None.
    safety_margin
        Largest tolerated change in that direction, in ``unit_difference``; else None.
    safety_holds
        Whether the interval excludes a worsening beyond the margin; None for other outcomes.
    conclusion
        Code of the class of rules 9, spelt as in the protocol (``worthwhile-benefit``).
    shown
        Definitions that are always shown together.
    sensitivity
        Declared sensitivity analyses.
    dropped
        Rows not analysed, by arm and reason.
    rows, clusters
        Rows analysed; clusters of the error.
    warnings
        Plain sentences.
    marginal
        Both arms as the model predicts them; None for least squares and shares.
    p_adjusted
        p adjusted for the number of secondary outcomes, as declared; None for other outcomes and
        where nothing was declared.
    """

    outcome: str
    title: str
    role: str
    level: str
    arm: str
    reference: str
    unit: str
    unit_difference: str
    measure_type: str
    per: int | None
    direction: str
    estimand: EstimandWords
    model: ModelWords
    estimate: float
    se: float
    df: float
    df_method_value: float | None
    df_design: float | None
    lower: float
    upper: float
    interval: float
    p: float
    p_permutation: float | None
    permutations: int
    means: tuple[ArmMean, ...]
    standardised: EffectSize | None
    margin: float
    harm: float
    margin_reason: str
    safety_worse: str | None
    safety_margin: float | None
    safety_holds: bool | None
    conclusion: str
    shown: tuple[VariantResult, ...]
    sensitivity: tuple[VariantResult, ...]
    dropped: tuple[Dropped, ...]
    rows: int
    clusters: int
    warnings: tuple[str, ...]
    marginal: MarginalMeans | None = None
    p_adjusted: float | None = None


@dataclass(frozen=True)
class SubgroupLevel:
    """The effect in one subgroup.

    Attributes
    ----------
    label
        ``"low"`` (up to the cut) or ``"high"`` (above it), or the value of a category.
    rows
        Rows analysed.
    estimate, se, lower, upper
        In ``unit_difference`` of the outcome.
    df
        Degrees of freedom.
    """

    label: str
    rows: int
    estimate: float
    se: float
    df: float
    lower: float
    upper: float


@dataclass(frozen=True)
class SubgroupResult:
    """Whether the effect differs between subgroups: one interaction.

    Attributes
    ----------
    id, outcome, variable
        As declared.
    arm
        Id of the arm compared with the reference arm.
    cut
        The value that divides, in the unit of the variable; None for a category.
    interaction, se, lower, upper
        Effect in the second level minus effect in the first, in ``unit_difference``; None with more
        than two levels.
    df, p
        Degrees of freedom, and two-sided p that the effect is the same in all levels.
    levels
        The effect in each level.
    """

    id: str
    outcome: str
    variable: str
    arm: str
    cut: float | None
    interaction: float | None
    se: float | None
    df: float
    lower: float | None
    upper: float | None
    p: float
    levels: tuple[SubgroupLevel, ...]
