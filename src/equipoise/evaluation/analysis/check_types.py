"""What checks of a main analysis find, and the effects of having had the intervention."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result

__all__ = ["ArmCompliance", "CheckResult", "ComplianceResult", "ComplierEffect"]


@dataclass(frozen=True)
class CheckResult:
    """Another inference on the main analysis of an outcome, or another view of what is missing.

    Attributes
    ----------
    id, outcome, arm, kind
        As declared; the arm is compared with the reference arm.
    estimate, lower, upper
        In ``unit_difference`` of the outcome, or a ratio for ``inversion-ratio``. Bounds of the
        interval; of ``worst-case`` and ``lee-bounds`` there is no estimate, `low` and `high` are
        the bounds of the effect and the interval is around them. None for an end that is open.
    low, high
        Bounds of the effect itself; None for other kinds.
    p
        Two-sided; None where the kind gives none.
    draws
        Draws, imputations or bootstrap samples.
    missing
        Rows without the outcome that are imputed or bounded; 0 elsewhere.
    shift
        ``tipping-point``: the shift nearest zero at which the conclusion changes; None where no
        shift that was looked at does.
    """

    id: str
    outcome: str
    arm: str
    kind: str
    estimate: float | None
    lower: float | None
    upper: float | None
    low: float | None
    high: float | None
    p: float | None
    draws: int
    missing: int
    shift: float | None


@dataclass(frozen=True)
class ComplierEffect:
    """The effect on those whom assignment moved, per unit of what they had (2SLS).

    Attributes
    ----------
    dose
        ``any``, ``intended`` or ``per unit`` (of dose: a session).
    estimate, se, df, lower, upper
        In ``unit_difference`` of the outcome, per unit of the dose.
    moved, moved_se
        How much assignment changed the dose: the first stage.
    f
        Cluster-robust F of the first stage, the square of its t; None where assignment alone
        decided the dose, which leaves it no error.
    set_words
        The effects that assignment does not reject however weak it is (Anderson and Rubin).
    """

    dose: str
    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    moved: float
    moved_se: float
    f: float | None
    set_words: str


@dataclass(frozen=True)
class ArmCompliance:
    """One arm against the reference arm.

    Attributes
    ----------
    arm
        Id.
    effects
        Any, intended, per unit of dose; those that assignment did not move are left out.
    notes
        Sentences, among them why an effect is left out.
    rows, clusters
        Analysed.
    """

    arm: str
    effects: tuple[ComplierEffect, ...]
    notes: tuple[str, ...]
    rows: int
    clusters: int


@result("analysis.compliance", version=1)
@dataclass(frozen=True)
class ComplianceResult:
    """What the programme did for those who took it up, on the primary outcome (rules 10).

    Attributes
    ----------
    outcome, title, unit_difference
        The outcome, and the unit of the effects per unit of dose.
    any_level, intended_level, unit
        As declared.
    arms
        One entry per compared arm.
    assumption
        What the effects rest on.
    interval
        Level of the intervals.
    """

    outcome: str
    title: str
    unit_difference: str
    any_level: int
    intended_level: int
    unit: str
    arms: tuple[ArmCompliance, ...]
    assumption: str
    interval: float
