"""Results about single trials in a programme: side by side, and in panels without a diamond."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.evaluation.synthesis.types import PerceivedBesideMeasured

__all__ = [
    "Departure",
    "PanelRow",
    "ProgrammeArm",
    "ProgrammeDose",
    "ProgrammeFinding",
    "ProgrammePanel",
    "ProgrammeTrial",
]


@dataclass(frozen=True)
class ProgrammeArm:
    """One arm of one trial.

    Attributes
    ----------
    arm, title
        Id and title.
    intervention
        Whether it gets the intervention.
    units, schools, pupils
        Randomised to it; pupils None where no roll is known.
    """

    arm: str
    title: str
    intervention: bool
    units: int
    schools: int
    pupils: int | None


@dataclass(frozen=True)
class ProgrammeFinding:
    """The primary outcome of one trial, in its own unit and under its own margins.

    Attributes
    ----------
    outcome, title
        Id and title.
    unit, unit_difference
        Units of means and of the estimate.
    measure_type
        ``rate``, ``share``, ``score`` or ``value``.
    direction
        Which is better: ``lower``, ``higher`` or ``none``.
    estimate, se, df, lower, upper, interval, p
        Arm less reference, with its t interval at that level, in ``unit_difference``.
    margin, harm
        M and H of the trial.
    conclusion
        Class of rules 9.
    """

    outcome: str
    title: str
    unit: str
    unit_difference: str
    measure_type: str
    direction: str
    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    interval: float
    p: float
    margin: float
    harm: float
    conclusion: str


@dataclass(frozen=True)
class ProgrammeDose:
    """Supervision delivered in one trial.

    Attributes
    ----------
    schools
        Schools on a caseload.
    unit, any_level, intended_level
        Levels as declared: sessions or minutes.
    share_any, share_intended
        Shares of schools that reached each level, 0 to 1; None without schools.
    mean_sessions
        Sessions held per school; None without schools.
    """

    schools: int
    unit: str
    any_level: int
    intended_level: int
    share_any: float | None
    share_intended: float | None
    mean_sessions: float | None


@dataclass(frozen=True)
class Departure:
    """One departure of a trial from its locked protocol: an amendment or a correction.

    Attributes
    ----------
    when
        Date (ISO 8601).
    phase
        Before or after unblinding, in words.
    what, why
        In words.
    """

    when: str
    phase: str
    what: str
    why: str


@dataclass(frozen=True)
class ProgrammeTrial:
    """One trial, beside the others.

    Attributes
    ----------
    trial, title, full_title
        Id, short title for tables, and the protocol's title.
    stage
        ``pilot`` or ``trial``.
    simulated
        Whether its data are simulated.
    mode
        ``one-to-one``, ``group``, ``mixed`` (both for the same schools), ``by-phase`` (one for some
        phases of schooling, the other for others), another word of the protocol, or ``not-stated``.
    phases
        Phases of schooling; empty where the trial declares no population.
    authorities
        Codes of the authorities with randomised schools, sorted.
    schools, pupils
        Randomised; pupils None where no roll is known.
    arms
        Schools by arm, the reference first.
    supervisors
        Supervisors recorded; None without delivery records.
    delivery_start, delivery_end
        Period of delivery (ISO 8601); None where not declared.
    window_start, window_end
        Window of the primary outcome, or wave of its survey (ISO 8601); None for an own table.
    primary
        The trial's own primary outcome.
    safe, safety_failing
        Whether no safety outcome fails its margin (None if none is declared), and which fail.
    decision
        ``continue``, ``stop`` or ``test-further``, by the trial's own rule.
    pence_per_school_year, pence_per_pupil_year, price_year
        Recurring cost; None without costs.
    dose
        What was delivered; None without records.
    perceived
        What those who took part found, beside what was measured; None without feedback.
    departures
        Departures from the locked protocol, in order of time.
    """

    trial: str
    title: str
    full_title: str
    stage: str
    simulated: bool
    mode: str
    phases: tuple[str, ...]
    authorities: tuple[str, ...]
    schools: int
    pupils: int | None
    arms: tuple[ProgrammeArm, ...]
    supervisors: int | None
    delivery_start: str | None
    delivery_end: str | None
    window_start: str | None
    window_end: str | None
    primary: ProgrammeFinding
    safe: bool | None
    safety_failing: tuple[str, ...]
    decision: str
    pence_per_school_year: int | None
    pence_per_pupil_year: int | None
    price_year: str | None
    dose: ProgrammeDose | None
    perceived: PerceivedBesideMeasured | None
    departures: tuple[Departure, ...] = ()


@dataclass(frozen=True)
class PanelRow:
    """One trial in a panel.

    Attributes
    ----------
    trial, title
        Id and title of the trial.
    outcome, outcome_title, role
        The trial's own outcome, and what it is there.
    arm
        Id of the compared arm.
    unit_difference
        Unit of the numbers of this row.
    estimate, se, lower, upper, interval, p
        As the trial estimated them.
    reference_mean, intervention_mean
        Of the two arms, in the unit of the outcome; None where an arm has no row.
    conclusion
        Class of rules 9, under the trial's own margins.
    """

    trial: str
    title: str
    outcome: str
    outcome_title: str
    role: str
    arm: str
    unit_difference: str
    estimate: float
    se: float
    lower: float
    upper: float
    interval: float
    p: float
    reference_mean: float | None
    intervention_mean: float | None
    conclusion: str


@dataclass(frozen=True)
class ProgrammePanel:
    """An outcome shown trial by trial, without a diamond.

    Attributes
    ----------
    panel, title
        Id and title, as declared; for ``own-estimates`` those of the common outcome.
    kind
        ``declared`` in programme.yaml, or ``own-estimates``: what each trial estimated for itself
        of a common outcome, those that could not be pooled included.
    reason
        Why they are not pooled, in the programme's words; None for ``own-estimates``.
    unit_difference
        The unit that all rows share; None where rows differ, and each then has its own axis.
    direction
        Which is better: ``lower``, ``higher`` or ``none``; ``differs`` where trials disagree.
    rows
        One per trial (and compared arm), as declared or in order of date.
    """

    panel: str
    title: str
    kind: str
    reason: str | None
    unit_difference: str | None
    direction: str
    rows: tuple[PanelRow, ...]
