"""The flow of clusters and members."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result

__all__ = ["Box", "FlowArm", "FlowCheck", "FlowEnrolment", "FlowReason", "FlowResult"]


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
class FlowEnrolment:
    """What became of the schools that were approached, as the enrolment desk has it.

    Beside these stand the schools that are not eligible, in `FlowResult.excluded`:
    approached = not eligible + declined + incomplete + not drawn + committed.

    Attributes
    ----------
    approached
        Asked to take part.
    declined
        Eligible and unwilling, with reasons.
    incomplete
        Willing, and left out of the commitment for what they lacked, with reasons.
    not_drawn
        Complete and not randomised, with reasons: those that came after the last draw, and those
        that were given the arm of a school with which they share a lead.
    committed
        On the roster of a commitment.
    """

    approached: Box
    declined: tuple[FlowReason, ...]
    incomplete: tuple[FlowReason, ...]
    not_drawn: tuple[FlowReason, ...]
    committed: Box


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
        With outcome data and not analysed, or set aside by a correction, with reasons.
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


@result("analysis.flow", version=2)
@dataclass(frozen=True)
class FlowResult:
    """Flow of clusters and members (CONSORT cluster extension 2012, item 13).

    Attributes
    ----------
    trial, outcome
        Ids of the trial and of the primary outcome.
    assessed
        Schools assessed for eligibility: those that were approached, where there is an enrolment
        desk, else all of the register.
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
    enrolment
        The upper half in full; None for a trial without an enrolment desk.
    """

    trial: str
    outcome: str
    assessed: Box
    excluded: tuple[FlowReason, ...]
    randomised: Box
    arms: tuple[FlowArm, ...]
    analysed: Box
    checks: tuple[FlowCheck, ...]
    enrolment: FlowEnrolment | None = None
