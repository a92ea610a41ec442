"""Results of pooling: a common outcome over trials, and what was believed after each of them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CumulativePoint",
    "LeftOut",
    "NotPooled",
    "PoolRow",
    "PooledMeasure",
    "ProgrammePool",
]


@dataclass(frozen=True)
class PoolRow:
    """One trial on the common outcome, re-derived from its frozen table of schools.

    Attributes
    ----------
    trial, title
        Id and title of the trial.
    schools
        Schools analysed.
    reference_rate, intervention_rate
        Events per ``per`` members in the two arms, adjusted as the trial's own model adjusts;
        ``intervention_rate - reference_rate`` is the difference and their ratio the ratio.
    estimate, se
        On the scale of the measure: a difference in the unit of the pool, or a log ratio.
    df
        Degrees of freedom of the trial's own interval.
    lower, upper
        The trial's own t interval, on the same scale.
    weight
        Its share of the pooled estimate, 0 to 1.
    """

    trial: str
    title: str
    schools: int
    reference_rate: float
    intervention_rate: float
    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    weight: float


@dataclass(frozen=True)
class LeftOut:
    """The pool without one trial.

    Attributes
    ----------
    trial, title
        Id and title of the trial that was left out.
    estimate, lower, upper
        Pooled estimate and floored interval of the others, on the scale of the measure.
    tau2
        Variance between the others.
    conclusion
        Class of rules 9 of that interval; None for a ratio.
    """

    trial: str
    title: str
    estimate: float
    lower: float
    upper: float
    tau2: float
    conclusion: str | None


@dataclass(frozen=True)
class PooledMeasure:
    """The trials pooled on one scale: random effects by REML, floored Hartung-Knapp by default.

    Attributes
    ----------
    measure
        ``"difference"`` or ``"log-rate-ratio"``. All numbers are on that scale: take the
        exponential of a log rate ratio and of its bounds, never of its standard error or tau2.
    unit
        ``unit_difference`` of the pool, or ``"log rate ratio"``.
    rows
        One per pooled trial, in order of date.
    trials
        How many they are, 2 or more.
    estimate
        Pooled estimate.
    se, lower, upper, p
        Floored Hartung-Knapp: never shorter than the trials' own errors allow, t on ``df``.
    df
        ``trials - 1``.
    plain_se, plain_lower, plain_upper, plain_p
        Plain Hartung-Knapp, shown beside it; None where all estimates are equal and its error
        would be zero.
    floored
        Whether the floor made a difference to the error.
    interval
        Level of all intervals, as 0.95.
    estimator
        Of the variance between trials, ``"REML"``.
    tau2, tau2_lower, tau2_upper
        Variance between trials and its Q-profile interval.
    i2
        Share of the typical total variance that lies between trials, 0 to 1.
    q, q_df, q_p
        Cochran's Q, its degrees of freedom and p.
    prediction_lower, prediction_upper
        Where the effect in a further trial of this kind may lie; None under three trials.
    conclusion, plain_conclusion
        Classes of rules 9 of the floored and of the plain interval; None for a ratio, for which
        no margin is declared.
    leave_one_out
        The pool without each trial in turn; empty with fewer than three trials.
    notes
        Plain sentences of the estimator.
    """

    measure: str
    unit: str
    rows: tuple[PoolRow, ...]
    trials: int
    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    p: float
    plain_se: float | None
    plain_lower: float | None
    plain_upper: float | None
    plain_p: float | None
    floored: bool
    interval: float
    estimator: str
    tau2: float
    tau2_lower: float
    tau2_upper: float
    i2: float
    q: float
    q_df: int
    q_p: float
    prediction_lower: float | None
    prediction_upper: float | None
    conclusion: str | None
    plain_conclusion: str | None
    leave_one_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class NotPooled:
    """Why a trial is not in a pool: one entry per part of its definition that differs.

    Attributes
    ----------
    trial, title
        Id and title of the trial.
    outcome
        Id of the common outcome.
    part
        ``not-named`` (the programme does not name it for this outcome), ``own-table`` (no counts of
        schools), ``window`` (none of that name), ``window-length``, ``numerator`` (also another
        definition of no further action), ``denominator``, ``contact-school``, ``contact-sources``,
        ``contact-open-cases``, ``contact-repeats``, ``contact-recontact``, ``contact-outcome``,
        ``contact-siblings``, ``contact-same-day``, ``settling-days``,
        ``roll-census`` or ``no-estimate``.
    found, expected
        What the trial declares, and what the common outcome needs, in words.
    """

    trial: str
    title: str
    outcome: str
    part: str
    found: str
    expected: str


@dataclass(frozen=True)
class ProgrammePool:
    """One common outcome, pooled.

    Attributes
    ----------
    outcome, title
        Id and title of the common outcome.
    unit, unit_difference
        Of the rates, and of their difference, as ``"pupils per 1,000 on the roll"``.
    numerator, denominator, per
        Names of the counts, and the multiplier.
    window_days
        Lengths of the outcome windows in days outside the summer holiday: shortest and longest of
        the pooled trials.
    average
        What is averaged over, as ``"pupil-average"``, in every trial alike.
    direction
        Which is better: ``lower``, ``higher`` or ``none``.
    margin, harm, margin_reason
        M and H of the common outcome, in ``unit_difference``, and why.
    safe
        Whether no safety outcome of any pooled trial fails its margin; None if none is declared.
    difference, ratio
        The trials pooled on either scale; ratio None where an arm of a trial has no event.
    more_homogeneous
        ``difference`` or ``ratio``, whichever has the smaller Q; ``alike`` where both have an I2
        of 0, or their Q is the same; ``no-ratio`` where there is no ratio.
    not_pooled
        Trials that do not fit, with every reason.
    """

    outcome: str
    title: str
    unit: str
    unit_difference: str
    numerator: str
    denominator: str
    per: int
    window_days: tuple[int, int]
    average: str
    direction: str
    margin: float
    harm: float
    margin_reason: str
    safe: bool | None
    difference: PooledMeasure
    ratio: PooledMeasure | None
    more_homogeneous: str
    not_pooled: tuple[NotPooled, ...]


@dataclass(frozen=True)
class CumulativePoint:
    """What would have been believed once a trial was known, and those before it.

    Attributes
    ----------
    trial, title
        The trial that came last.
    on
        Last day of its outcome window (ISO 8601), which gives the order.
    common
        Whether it is in the pool.
    own_estimate, own_lower, own_upper, own_unit, own_conclusion, own_decision
        What the trial said by itself: its own primary outcome, in its own unit, under its own
        margins and rule.
    trials
        Trials of the pool up to here; 0 before the first.
    estimate, lower, upper
        Difference on the common outcome, pooled up to here (of one trial: its own t interval; else
        floored Hartung-Knapp); None with no trial.
    method
        ``one-trial`` or ``floored-hartung-knapp``; None with no trial.
    conclusion, decision
        Class of that interval under the programme's margins, and the decision that the programme's
        rule gives; None with no trial.
    fixed_estimate, fixed_lower, fixed_upper, fixed_conclusion
        The same if the effect is taken as one in all trials (common effect, z): shown beside, for
        Hartung and Knapp's t has one degree of freedom with two trials. None with fewer than two.
    """

    trial: str
    title: str
    on: str
    common: bool
    own_estimate: float
    own_lower: float
    own_upper: float
    own_unit: str
    own_conclusion: str
    own_decision: str
    trials: int
    estimate: float | None
    lower: float | None
    upper: float | None
    method: str | None
    conclusion: str | None
    decision: str | None
    fixed_estimate: float | None
    fixed_lower: float | None
    fixed_upper: float | None
    fixed_conclusion: str | None
