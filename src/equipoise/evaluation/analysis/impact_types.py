"""The findings of a trial."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.evaluation.analysis.check_types import CheckResult
from equipoise.evaluation.analysis.outcome_types import OutcomeResult, SubgroupResult

__all__ = ["ArmQuality", "ArmTitle", "ImpactResult"]


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


@result("analysis.impact", version=2)
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
    checks
        Other inference on main analyses, and other views of what is missing.
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
    checks: tuple[CheckResult, ...] = ()
    blind: bool = False
