"""Results of the synthesis: a decision, and perception beside measurement."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result

__all__ = ["CostBesideEffect", "DecisionReason", "DecisionResult", "PerceivedBesideMeasured"]


@dataclass(frozen=True)
class DecisionReason:
    """One ground of the decision, a code with the values that it speaks of.

    Attributes
    ----------
    code
        One of ``primary-class`` (the class of the primary outcome led here), ``safety-holds``,
        ``safety-fails``, ``safety-not-declared``, ``permutation-disagrees`` (t and permutation p
        fall on two sides of alpha), ``definition-disagrees`` and ``sensitivity-disagrees`` (an
        analysis shown beside has another class), ``records-not-corrected``.
    outcome
        Id of the outcome that it is about.
    analysis
        Id of the definition or sensitivity analysis; None for the main analysis.
    conclusion
        Class of that analysis; None where the code has none.
    lower, upper
        Interval of that analysis, in ``unit``; None where the code has none.
    bound
        The value that is compared: M for ``primary-class``, the safety margin, or alpha; in
        ``unit`` (alpha: a probability).
    unit
        Unit of the numbers; None where there is none.
    """

    code: str
    outcome: str
    analysis: str | None
    conclusion: str | None
    lower: float | None
    upper: float | None
    bound: float | None
    unit: str | None


@dataclass(frozen=True)
class PerceivedBesideMeasured:
    """What those who took part found, beside what was measured.

    Attributes
    ----------
    item
        Code of the feedback item.
    n
        Answers.
    useful
        Answers of 4 or 5 on a scale of 1 to 5.
    share
        ``useful / n``, 0 to 1.
    lower, upper
        Interval of the share, 0 to 1, as `equipoise.programme.process` gives it; answers are taken
        as independent, so where several persons answer per school it is too short.
    interval
        Its level.
    mean
        Mean answer, 1 to 5.
    measured
        Class of the primary outcome.
    gap
        ``liked-and-worked``, ``liked-not-shown`` (most liked it, no benefit shown),
        ``liked-harm``, ``not-liked-worked``, ``not-liked-not-shown``, ``not-liked-harm``, or
        ``split`` (the interval of the share holds one half).
    """

    item: str
    n: int
    useful: int
    share: float
    lower: float
    upper: float
    interval: float
    mean: float
    measured: str
    gap: str


@dataclass(frozen=True)
class CostBesideEffect:
    """Money per unit of effect, only where the interval excludes no effect.

    Attributes
    ----------
    outcome
        Id of the primary outcome.
    shown
        Whether the figures below are given.
    reason
        ``shown``, ``interval-includes-no-effect``, ``effect-is-harm``, ``no-direction``,
        ``no-costs`` or ``not-a-count``.
    pence_per_school_year
        Cost per supervised school a year, in pence; None without costs.
    pence_per_pupil_year
        Cost per pupil a year, in pence; None without costs.
    averted_per_school, averted_lower, averted_upper
        Events averted per school of mean roll in the outcome window; None if not shown.
    pence_per_event, pence_lower, pence_upper
        Pence per event averted, from the estimate and from the two bounds (lower cost from the
        larger effect); None if not shown. The cost itself is taken as known.
    event
        What is averted, in words, as ``"pupils"``; None if not shown.
    """

    outcome: str
    shown: bool
    reason: str
    pence_per_school_year: float | None
    pence_per_pupil_year: float | None
    averted_per_school: float | None
    averted_lower: float | None
    averted_upper: float | None
    pence_per_event: float | None
    pence_lower: float | None
    pence_upper: float | None
    event: str | None


@result("synthesis.decision", version=1)
@dataclass(frozen=True)
class DecisionResult:
    """What the protocol's own rule says about this trial.

    Attributes
    ----------
    trial
        Id of the trial.
    rule
        Name of the declared rule.
    decision
        ``continue``, ``stop`` or ``test-further``.
    outcome
        Id of the primary outcome.
    conclusion
        Its class.
    reasons
        Grounds, the deciding one first.
    perceived
        Perception beside measurement; None without feedback.
    cost
        Cost beside effect.
    """

    trial: str
    rule: str
    decision: str
    outcome: str
    conclusion: str
    reasons: tuple[DecisionReason, ...]
    perceived: PerceivedBesideMeasured | None
    cost: CostBesideEffect
