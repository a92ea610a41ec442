"""Settled: which outcome a contact has on the day on which outcomes are read."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import OF_OUTCOME, Rule

RULE = Rule(
    code="settled",
    words="A contact decided after the cut-off, or with a blank outcome that was not yet due by "
    "then, is pending. A blank outcome that was due is missing.",
    fields=("day", "decided", "outcome"),
    source="rules.md 4: one cut-off for all authorities",
    decides=OF_OUTCOME,
)


def outcome(events: Any) -> Any:
    """Return the outcome as it stood on the cut-off: an expression of short codes."""
    late = events.decided > events.as_of
    not_due = (events.outcome == "MISSING") & (events.day + events.settling_days > events.as_of)
    return (late.fill_null(False) | not_due).ifelse("PENDING", events.outcome)
