"""What is said about one analysis: the estimand, the model, the arms, effect size, variants."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ArmMean",
    "Dropped",
    "EffectSize",
    "EstimandWords",
    "Intercurrent",
    "MarginalMeans",
    "ModelWords",
    "VariantResult",
]


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
        As in the protocol, or ``ratio`` (sum over sum).
    error
        As in the protocol (``cr2`` for ``hc2`` where rows share units), or ``linearised``.
    df_method
        ``satterthwaite``, ``kenward-roger``, ``clusters``, ``g-p``, ``design`` or ``z``.
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
class MarginalMeans:
    """Both arms as a model predicts them for everyone analysed (standardisation).

    Attributes
    ----------
    average
        Over whom: ``pupil-average`` or ``school-average`` of predictions, ``precision-weighted``
        of a linear mixed model.
    reference_mean, arm_mean
        In the unit of the outcome; None where the model has no stratum effects to predict by.
    ratio, ratio_lower, ratio_upper
        Arm over reference, with the level of the analysis; None on the identity scale.
    coefficient, link
        The treatment's coefficient and its scale: ``identity``, ``log`` or ``logit``.
    icc, icc_scale
        Correlation within clusters, and the scale that it is on; None where there is none.
    """

    average: str
    reference_mean: float | None
    arm_mean: float | None
    ratio: float | None
    ratio_lower: float | None
    ratio_upper: float | None
    coefficient: float
    link: str
    icc: float | None
    icc_scale: str | None


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
