"""Before the draw: what became of the schools that were asked, for the flow of the trial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from equipoise.design.registers import Registers
from equipoise.design.registers.desk import Enrolled, State
from equipoise.evaluation.analysis import Box, FlowEnrolment, FlowReason
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.enrolled import (
    committed_in,
    enrolled_of,
    register_enrolment,
)

#: Why a complete school was not randomised.
AFTER_LAST = "complete after the last draw"
NO_STAGE = "eligible and in no stage that was drawn"
GIVEN = "given the arm of a school with the same safeguarding lead"


def before_draw(
    folder: TrialFolder, registers: Registers
) -> tuple[dict[str, int], FlowEnrolment | None]:
    """Return the schools that are not eligible, by reason, and the rest of the upper half.

    Returns
    -------
    dict, FlowEnrolment or None
        Without an enrolment desk every school of the register counts as assessed, and there is
        no more to say. With one, those count that were approached.
    """
    enrolled = enrolled_of(folder, registers)
    if enrolled is None:
        return _by_register(folder, registers), None
    drawn = {urn: one.drawn for urn, one in committed_in(folder).items()}
    out = _reasons(enrolled, "not-eligible")
    waiting = Counter({AFTER_LAST: sum(s.state == "complete" for s in enrolled.schools)})
    waiting[GIVEN] = sum(not each for each in drawn.values())
    approached = sum(school.state != "not-approached" for school in enrolled.schools)
    return dict(out), FlowEnrolment(
        approached=Box(None, approached, None),
        declined=_listed(_reasons(enrolled, "declined")),
        incomplete=_listed(_reasons(enrolled, "incomplete")),
        not_drawn=_listed(+waiting),
        committed=Box(None, sum(drawn.values()), None),
    )


def _by_register(folder: TrialFolder, registers: Registers) -> dict[str, int]:
    """Count the schools of the register that were not randomised, by reason."""
    listed = register_enrolment(folder, registers)
    found = Counter(reason for _, reason in listed.excluded)
    stands = committed_in(folder)
    if stands:
        found[NO_STAGE] = sum(school.urn not in stands for school in listed.schools)
        found[GIVEN] = sum(not one.drawn for one in stands.values())
    return dict(+found)


def _reasons(enrolled: Enrolled, state: State) -> Counter[str]:
    return Counter(school.reason for school in enrolled.schools if school.state == state)


def _listed(reasons: Mapping[str, int]) -> tuple[FlowReason, ...]:
    return tuple(FlowReason(words, Box(None, n, None)) for words, n in sorted(reasons.items()))
