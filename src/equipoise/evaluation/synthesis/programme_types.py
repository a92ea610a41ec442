"""Results of a programme: its trials side by side, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.evaluation.synthesis.pool_types import (
    CumulativePoint,
    LeftOut,
    NotPooled,
    PooledMeasure,
    PoolRow,
    ProgrammePool,
)
from equipoise.evaluation.synthesis.trial_types import (
    PanelRow,
    ProgrammeArm,
    ProgrammeDose,
    ProgrammeFinding,
    ProgrammePanel,
    ProgrammeTrial,
)

__all__ = [
    "CumulativePoint",
    "LeftOut",
    "ModeCost",
    "NotPooled",
    "PanelRow",
    "PoolRow",
    "PooledMeasure",
    "ProgrammeArm",
    "ProgrammeDecision",
    "ProgrammeDose",
    "ProgrammeFinding",
    "ProgrammePanel",
    "ProgrammePool",
    "ProgrammeReason",
    "ProgrammeResult",
    "ProgrammeTotals",
    "ProgrammeTrial",
    "QuotedFinding",
]


@dataclass(frozen=True)
class ProgrammeTotals:
    """Numbers over a group of trials, or over all.

    Attributes
    ----------
    group, title
        Id and title of the declared group; ``all`` for every trial.
    trials
        Ids of its trials.
    schools, intervention, reference
        Schools randomised, to an arm with the intervention, and to one without, added over trials.
    schools_in_several
        Schools (URNs) that were randomised in more than one of these trials.
    pupils
        On the roll; None where a trial has no roll.
    authorities
        Distinct authorities.
    authorities_in_several
        Of these, authorities in more than one of these trials.
    supervisors
        Added over trials, for pseudonyms are a trial's own; None where a trial has no records.
    """

    group: str
    title: str
    trials: tuple[str, ...]
    schools: int
    intervention: int
    reference: int
    schools_in_several: int
    pupils: int | None
    authorities: int
    authorities_in_several: int
    supervisors: int | None


@dataclass(frozen=True)
class ModeCost:
    """Recurring cost of one mode of supervision.

    Attributes
    ----------
    mode
        Way of supervising.
    trials
        Ids of the trials that are added up.
    schools
        Supervised schools that share the cost.
    pence_per_school_year
        Yearly recurring pence of these trials over their schools, rounded once; None where their
        price years or perspectives differ, for nothing is inflated here.
    price_years, perspectives
        As the trials declare them, each once.
    lowest, highest
        Pence per school a year of the cheapest and the dearest of these trials.
    not_split
        Ids of trials that used this mode beside another, whose cost sheet does not say which line
        was for which; they are left out.
    no_costs
        Ids of trials of this mode without costs.
    """

    mode: str
    trials: tuple[str, ...]
    schools: int
    pence_per_school_year: int | None
    price_years: tuple[str, ...]
    perspectives: tuple[str, ...]
    lowest: int
    highest: int
    not_split: tuple[str, ...]
    no_costs: tuple[str, ...]


@dataclass(frozen=True)
class ProgrammeReason:
    """One ground of the decision over trials, a code with the values that it speaks of.

    Attributes
    ----------
    code
        ``pooled-class`` (its class led here), ``no-pool`` (the trials' own decisions led here),
        ``trial-class`` (a trial's own primary class), ``safety-fails``, ``safety-not-declared``,
        ``plain-interval-disagrees``, ``leave-one-out-disagrees``, ``ratio-disagrees`` (one scale
        excludes no effect, the other does not), ``prediction-holds-benefit`` (a further trial may
        well find a worthwhile benefit), ``prediction-holds-harm`` (likewise a worrying harm),
        ``trial-not-pooled``, ``records-not-corrected``.
    trial
        Id of the trial that it is about; None where it is about all.
    outcome
        Id of the outcome.
    conclusion
        A class; None where the code has none.
    lower, upper
        An interval, in ``unit``; None where the code has none.
    bound
        What it is compared with, M or H; None where the code has none.
    unit
        Unit of the numbers; None where there is none.
    """

    code: str
    trial: str | None
    outcome: str
    conclusion: str | None
    lower: float | None
    upper: float | None
    bound: float | None
    unit: str | None


@dataclass(frozen=True)
class ProgrammeDecision:
    """What the declared rule says about the programme.

    Attributes
    ----------
    rule
        Name of the rule that was applied: ``pooled-class`` or, without a pool, ``all-trials``.
    decision
        ``continue``, ``stop`` or ``test-further``.
    outcome
        Id of the common outcome; of the first trial's primary outcome without a pool.
    conclusion
        Class of the pooled difference; None without a pool.
    reasons
        Grounds, the deciding one first; those after it change nothing.
    """

    rule: str
    decision: str
    outcome: str
    conclusion: str | None
    reasons: tuple[ProgrammeReason, ...]


@dataclass(frozen=True)
class QuotedFinding:
    """Something published, as context. No number of it enters any estimate.

    Attributes
    ----------
    id
        Short name.
    kind
        ``size``, ``cost``, ``delivery``, ``result``, ``perception`` or ``recommendation``.
    title
        What it is about, in a few words.
    about
        Ids of the trials that it is about; empty for all.
    mode
        Mode of supervision that it is about; None where it is about none.
    value, unit, qualifier
        Its number (None where it has none), the number's unit, and how the source puts it:
        ``exactly``, ``nearly``, ``about`` or ``over``.
    text
        The source's own words; None where only a reading of it is at hand.
    note
        What to know about it; None where nothing.
    source, publisher, published, address
        Where it stands: title, who published it, its date as printed and its address, None where
        not known.
    """

    id: str
    kind: str
    title: str
    about: tuple[str, ...]
    mode: str | None
    value: int | None
    unit: str | None
    qualifier: str
    text: str | None
    note: str | None
    source: str
    publisher: str
    published: str | None
    address: str | None


@result("synthesis.programme", version=2)
@dataclass(frozen=True)
class ProgrammeResult:
    """Several trials together.

    Attributes
    ----------
    programme, title, question
        Words of programme.yaml.
    simulated
        Whether any trial is simulated; then all of this is SIMULATED DATA, NOT FINDINGS.
    trials
        Side by side, in order of date (last day of the outcome window; then as declared).
    totals
        By declared group, then ``all``.
    panels
        The declared panels; then, for each common outcome, the trials' own estimates.
    pools
        Common outcomes that two or more trials count alike.
    not_pooled
        Why other trials are in no pool: every reason, of every common outcome.
    cumulative
        What would have been believed after each trial, in order of date.
    costs
        By mode, as declared; modes without any costs are left out.
    decision
        Over all trials.
    quoted
        Published findings, as context, apart from every simulated number.
    interval
        Level of the pooled intervals.
    warnings
        Plain sentences.
    """

    programme: str
    title: str
    question: str
    simulated: bool
    trials: tuple[ProgrammeTrial, ...]
    totals: tuple[ProgrammeTotals, ...]
    panels: tuple[ProgrammePanel, ...]
    pools: tuple[ProgrammePool, ...]
    not_pooled: tuple[NotPooled, ...]
    cumulative: tuple[CumulativePoint, ...]
    costs: tuple[ModeCost, ...]
    decision: ProgrammeDecision
    quoted: tuple[QuotedFinding, ...]
    interval: float
    warnings: tuple[str, ...]
