"""Results of the analysis, as the brief reads them."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result

__all__ = [
    "ArmMean",
    "ArmQuality",
    "ArmTitle",
    "BlindModel",
    "BlindOutcome",
    "BlindResult",
    "Box",
    "Dropped",
    "EffectSize",
    "EstimandWords",
    "FlowArm",
    "FlowCheck",
    "FlowReason",
    "FlowResult",
    "ImpactResult",
    "Intercurrent",
    "ModelWords",
    "OutcomeResult",
    "SubgroupLevel",
    "SubgroupResult",
    "VariantResult",
]


@dataclass(frozen=True)
class ArmTitle:
    """One arm as the protocol names it.

    Attributes
    ----------
    arm, title
        Id and title.
    share
        Declared share of units, between 0 and 1.
    intervention
        Whether the arm gets the intervention.
    units, schools, pupils
        Randomised to it; pupils None where no roll is known.
    """

    arm: str
    title: str
    share: float
    intervention: bool
    units: int
    schools: int
    pupils: int | None


@dataclass(frozen=True)
class Intercurrent:
    """What is done about one event after the draw (ICH E9 R1, 2019).

    Attributes
    ----------
    event, strategy
        Words of the protocol.
    """

    event: str
    strategy: str


@dataclass(frozen=True)
class EstimandWords:
    """The declared estimand.

    Attributes
    ----------
    population, summary, average, conditional
        Words of the protocol (rules 5).
    label
        What the estimator may be called: the declared average, or ``"precision-weighted"``.
    intercurrent
        Events and what is done.
    """

    population: str
    summary: str
    average: str
    conditional: str
    label: str
    intercurrent: tuple[Intercurrent, ...]


@dataclass(frozen=True)
class ModelWords:
    """The model that was run, in the protocol's own words.

    Attributes
    ----------
    model
        ``wls``, ``ols`` or ``ratio`` (sum over sum).
    error
        ``hc2``, ``cr2`` or ``linearised``.
    df_method
        ``satterthwaite``, ``clusters`` or ``design``.
    df_used
        Which df is reported: ``method`` or ``design``, whichever is smaller (rules 6).
    clustered_by
        Column of the clusters; None with a row per cluster.
    weights
        ``none``, or the factors multiplied, as ``"pupils x inverse-realised-share"``.
    strata
        Whether stratum dummies are in the model (in ``ratio``: whether errors are stratified).
    baseline
        Column of the baseline covariate; None without one.
    covariates
        Further covariates.
    missing_outcome, missing_baseline
        Declared handling.
    """

    model: str
    error: str
    df_method: str
    df_used: str
    clustered_by: str | None
    weights: str
    strata: bool
    baseline: str | None
    covariates: tuple[str, ...]
    missing_outcome: str
    missing_baseline: str


@dataclass(frozen=True)
class ArmMean:
    """One arm described; descriptions are probability-weighted (rules 5).

    Attributes
    ----------
    arm, title
        Id and title.
    mean
        In the unit of the outcome; weighted by the estimand weight times the inverse realised share
        of the arm in the stratum. None where the arm has no row.
    sd
        Standard deviation over rows, in the same unit, unweighted; None under two rows.
    schools, units
        Schools (rows of an own table) and randomised units with a value.
    rows
        Rows with a value (schools, or persons).
    members
        Sum of the denominator (pupils or contacts); None for scores and values.
    events
        Sum of the numerator; None for scores and values.
    """

    arm: str
    title: str
    mean: float | None
    sd: float | None
    schools: int
    units: int
    rows: int
    members: float | None
    events: float | None


@dataclass(frozen=True)
class EffectSize:
    """Standardised difference (rules 8). Natural units come first.

    Attributes
    ----------
    g, lower, upper
        In standard deviations; the interval carries the model's error and t, and the SD's
        uncertainty.
    sd
        The standard deviation that divides, in the unit of the outcome.
    sd_label
        ``"between schools"`` with a row per school, ``"total"`` with members in schools.
    """

    g: float
    lower: float
    upper: float
    sd: float
    sd_label: str


@dataclass(frozen=True)
class Dropped:
    """Rows that were not analysed, by arm.

    Attributes
    ----------
    arm
        Id of the arm.
    reason
        ``"outcome missing"``, ``"baseline missing"`` or ``"covariate missing"``.
    rows, units
        Rows, and randomised units that lose every row.
    """

    arm: str
    reason: str
    rows: int
    units: int


@dataclass(frozen=True)
class VariantResult:
    """The same outcome under another definition, or another declared choice.

    Attributes
    ----------
    id, title
        As declared.
    tier
        1 to 3 for a sensitivity analysis; 0 for a definition that is always shown.
    change
        What differs, as ``"numerator = nfa_any_advice"``.
    estimate, se, lower, upper
        In ``unit_difference`` of the outcome.
    df, p
        Degrees of freedom and two-sided p from t.
    rows
        Rows analysed.
    conclusion
        Class of rules 9, under the margins of the outcome.
    """

    id: str
    title: str
    tier: int
    change: str
    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    p: float
    rows: int
    conclusion: str


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
        Degrees of freedom used, of the method, and of the design (None where treatment varies
        inside clusters).
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
    df_method_value: float
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


@dataclass(frozen=True)
class ArmQuality:
    """Completeness of the data by arm; exists only after unblinding.

    Attributes
    ----------
    arm, title
        Id and title.
    schools
        Randomised schools.
    with_data
        Share of schools with a row in a pack, 0 to 1.
    response
        Share of units with at least one score at the last wave, 0 to 1; None without surveys.
    unmapped
        Share of new contacts in the outcome window with an unmapped or missing outcome, 0 to 1;
        None without contacts.
    pending
        Share of new contacts in the outcome window that are pending, 0 to 1; None likewise.
    unresolved
        Always None: a contact whose school could not be resolved has no arm. Its number stands per
        authority in the summary of the analysis set.
    """

    arm: str
    title: str
    schools: int
    with_data: float | None
    response: float | None
    unmapped: float | None
    pending: float | None
    unresolved: float | None


@result("analysis.impact", version=1)
@dataclass(frozen=True)
class ImpactResult:
    """The intention-to-treat findings of one trial.

    Attributes
    ----------
    trial, title, question
        Words of the protocol.
    reference
        Id of the reference arm.
    arms
        The arms with their numbers.
    outcomes
        One entry per declared outcome (and compared arm), in the order of the protocol.
    primary
        Id of the primary outcome.
    subgroups
        Declared subgroup analyses.
    safe
        Whether no safety outcome fails its margin; None if none is declared.
    safety_failing
        Ids of the safety outcomes that fail.
    quality_by_arm
        Completeness by arm.
    records_hold
        None: a range of linkage and misclassification was not analysed.
    interval, alpha
        As declared.
    multiplicity
        As declared.
    blind
        False.
    """

    trial: str
    title: str
    question: str
    reference: str
    arms: tuple[ArmTitle, ...]
    outcomes: tuple[OutcomeResult, ...]
    primary: str
    subgroups: tuple[SubgroupResult, ...]
    safe: bool | None
    safety_failing: tuple[str, ...]
    quality_by_arm: tuple[ArmQuality, ...]
    records_hold: bool | None
    interval: float
    alpha: float
    multiplicity: str
    blind: bool = False


@dataclass(frozen=True)
class BlindModel:
    """One planned model, run on made-up arms. Nothing in it is a finding.

    Attributes
    ----------
    id
        ``"main"``, or the id of a definition, sensitivity or subgroup analysis.
    ran
        Whether it gave an estimate.
    problem
        Why not, in words; None if it ran.
    rows
        Rows analysed.
    df
        Degrees of freedom; None if it did not run.
    pseudo_estimate, pseudo_se
        Estimate and error for the made-up arms, in ``unit_difference``. For a check of the
        programme only: never to be printed as a finding.
    """

    id: str
    ran: bool
    problem: str | None
    rows: int
    df: float | None
    pseudo_estimate: float | None
    pseudo_se: float | None


@dataclass(frozen=True)
class BlindOutcome:
    """One outcome over all arms.

    Attributes
    ----------
    outcome, title, level, unit
        As in ``OutcomeResult``.
    rows, units
        Rows of the table, randomised units among them.
    missing, missing_baseline
        Rows without outcome, and without baseline (None if none is declared).
    mean, sd
        Pooled, in ``unit``; None without rows.
    events, members
        Sums of numerator and denominator; None for scores and values.
    baseline_correlation
        Of outcome and baseline over rows; None without.
    largest_weight
        Largest share of the weight that one row has, 0 to 1.
    df_design
        Design degrees of freedom (rules 6); None where not defined.
    models
        Every planned model.
    """

    outcome: str
    title: str
    level: str
    unit: str
    rows: int
    units: int
    missing: int
    missing_baseline: int | None
    mean: float | None
    sd: float | None
    events: float | None
    members: float | None
    baseline_correlation: float | None
    largest_weight: float | None
    df_design: float | None
    models: tuple[BlindModel, ...]


@result("analysis.blind", version=1)
@dataclass(frozen=True)
class BlindResult:
    """The planned analysis on made-up arms, done before anybody opened the allocation.

    Attributes
    ----------
    trial
        Id of the trial.
    scheme
        The declared scheme, in words.
    seed_digest
        SHA-256 of the seed of the made-up arms, hex.
    outcomes
        One entry per declared outcome.
    models, ran
        Planned models, and those that ran.
    pseudo
        True: every estimate here belongs to made-up arms.
    blind
        True.
    """

    trial: str
    scheme: str
    seed_digest: str
    outcomes: tuple[BlindOutcome, ...]
    models: int
    ran: int
    pseudo: bool = True
    blind: bool = True


@dataclass(frozen=True)
class Box:
    """One box of the flow: clusters and members.

    Attributes
    ----------
    units
        Randomised units; None before units were formed (schools assessed and excluded).
    schools
        Schools.
    pupils
        Pupils on the roll; None where unknown.
    """

    units: int | None
    schools: int
    pupils: int | None


@dataclass(frozen=True)
class FlowReason:
    """Schools that left the flow, and why.

    Attributes
    ----------
    reason
        In words.
    box
        How many.
    """

    reason: str
    box: Box


@dataclass(frozen=True)
class FlowArm:
    """One arm's column of the flow.

    Attributes
    ----------
    arm, title
        Id and title.
    intervention
        Whether the arm gets the intervention.
    assigned
        Randomised to the arm.
    received
        Got what it was assigned to: any session in the intervention arm, none elsewhere. None where
        no dose was recorded.
    received_intended
        Got the intended number of sessions; None outside the intervention arm or without dose.
    not_received
        Reasons; assigned = received + not received.
    lost
        Without outcome data, with reasons.
    excluded
        With outcome data and not analysed, with reasons.
    analysed
        In the primary analysis; analysed = assigned - lost - excluded.
    """

    arm: str
    title: str
    intervention: bool
    assigned: Box
    received: Box | None
    received_intended: Box | None
    not_received: tuple[FlowReason, ...]
    lost: tuple[FlowReason, ...]
    excluded: tuple[FlowReason, ...]
    analysed: Box


@dataclass(frozen=True)
class FlowCheck:
    """One sum that must hold.

    Attributes
    ----------
    check
        In words.
    left, right
        The two numbers compared; in schools, units or pupils as ``check`` says.
    """

    check: str
    left: int
    right: int


@result("analysis.flow", version=1)
@dataclass(frozen=True)
class FlowResult:
    """Flow of clusters and members (CONSORT cluster extension 2012, item 13).

    Attributes
    ----------
    trial, outcome
        Ids of the trial and of the primary outcome.
    assessed
        Schools assessed for eligibility.
    excluded
        Not eligible, with reasons.
    randomised
        All that were randomised.
    arms
        One column per arm, in the order of the protocol.
    analysed
        Sum over arms.
    checks
        Sums that were verified; every one holds.
    """

    trial: str
    outcome: str
    assessed: Box
    excluded: tuple[FlowReason, ...]
    randomised: Box
    arms: tuple[FlowArm, ...]
    analysed: Box
    checks: tuple[FlowCheck, ...]
