"""The page of states is drawn from the table of steps."""

from __future__ import annotations

from equipoise.core.ledger import STEPS
from equipoise.workspace.steps.describing import described
from tests.conftest import ROOT


def test_the_diagram_in_docs_is_the_one_drawn_from_the_table() -> None:
    page = (ROOT / "docs" / "generated" / "states.md").read_text(encoding="utf-8")
    assert page.rstrip("\n") == described("states").rstrip("\n")
    for step in STEPS.values():
        assert f"\n| {step.name} | {step.kind} |" in page
        if step.leads_to or step.stage_leads_to:
            assert f": {step.name}\n" in page
