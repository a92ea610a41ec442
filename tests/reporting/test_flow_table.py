"""The flow table gives no small count away, along an arm or across the arms."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import brief_samples as samples

from equipoise.evaluation.analysis.types import Box, FlowEnrolment, FlowReason, FlowResult
from equipoise.reporting.tables.flow import flow_table


def flow_with_lost(pupils: int) -> FlowResult:
    """Give the arm with supervision a few lost pupils, the sums kept."""
    flow = samples.flow()
    usual, offered = flow.arms
    assigned = offered.assigned.pupils or 0
    offered = replace(
        offered,
        lost=(FlowReason("no outcome data", Box(0, 0, pupils)),),
        analysed=replace(offered.analysed, pupils=assigned - pupils),
    )
    total = (usual.analysed.pupils or 0) + assigned - pupils
    return replace(flow, arms=(usual, offered), analysed=replace(flow.analysed, pupils=total))


def shown(flow: FlowResult) -> dict[str, str]:
    table = flow_table(samples.inputs(flow=flow).writer())
    return {row[0].text: row[3].text for row in table.rows}


@pytest.mark.parametrize(("pupils", "withheld"), [(3, True), (300, False)])
def test_a_small_loss_cannot_be_found_by_subtraction(pupils: int, withheld: bool) -> None:
    cells = shown(flow_with_lost(pupils))
    lost = cells["Supervision: lost, without outcome data: no outcome data"]
    # With the arm's total shown, both others hide the loss; so must the sum over the arms.
    hidden = [lost, cells["Supervision: analysed"], cells["Analysed in all"]]
    assert [text == "withheld" for text in hidden] == [withheld] * 3
    assert cells["Usual practice: analysed"] == "14,790"


def test_the_upper_half_of_a_trial_with_an_enrolment_desk() -> None:
    def reason(words: str, schools: int) -> tuple[FlowReason, ...]:
        return (FlowReason(words, Box(None, schools, None)),)

    desk = FlowEnrolment(
        Box(None, 140, None),
        reason("no answer", 6),
        reason("no baseline", 2),
        reason("complete after the last draw", 1),
        Box(None, 120, None),
    )
    flow = replace(samples.flow(), assessed=Box(None, 140, None), enrolment=desk)
    table = flow_table(samples.inputs(flow=flow).writer())
    upper = [(row[0].text, row[2].text) for row in table.rows[:6]]
    assert upper == [
        ("Approached", "140"),
        ("Not eligible: fewer pupils than the least that is eligible", "7"),
        ("Not eligible: not open", "4"),
        ("Declined: no answer", "6"),
        ("Enrolment not complete: no baseline", "2"),
        ("Complete, not drawn: complete after the last draw", "1"),
    ]
