"""The flow table gives no small count away, along an arm or across the arms."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import brief_samples as samples

from equipoise.evaluation.analysis.types import Box, FlowReason, FlowResult
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
