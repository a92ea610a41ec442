"""Descriptions made from the code: schemas for editors, the diagram of states."""

from __future__ import annotations

import json
from importlib import import_module

from equipoise.authority.readers import other_files_page
from equipoise.core.base import Problem, ProblemsError
from equipoise.core.ledger import STEPS
from equipoise.core.results import json_schema, kinds
from equipoise.design.protocol import protocol_schema


def described(kind: str) -> str:
    """Return a JSON Schema, or the diagram of states as Markdown.

    Parameters
    ----------
    kind
        ``protocol``, ``states``, ``other-files``, or a kind of result such as ``analysis.impact``.

    Raises
    ------
    ProblemsError
        Where there is no such kind; the ones there are are named.
    """
    if kind == "protocol":
        return json.dumps(protocol_schema(), ensure_ascii=False, indent=2)
    if kind == "states":
        return states()
    if kind == "other-files":
        return other_files_page()
    # Every room registers its results when it is imported.
    import_module("equipoise.workspace.steps.computations")
    known = {name: cls for name, _, cls in kinds()}
    if kind not in known:
        names = ", ".join(["protocol", "states", "other-files", *sorted(known)])
        raise ProblemsError(
            [Problem("schema", "kind", repr(kind), f"one of {names}", "choose one of them")]
        )
    return json.dumps(json_schema(known[kind]), ensure_ascii=False, indent=2)


def states() -> str:
    """Return the states and acts as a diagram, generated from the one table of steps."""
    trial = [
        f"    {_id(state)} --> {_id(step.leads_to)}: {step.name}"
        for step in STEPS.values()
        if step.leads_to
        for state in step.states
    ]
    trial += [
        f"    {_id(state)} --> {_id(state)}: {step.name}"
        for step in STEPS.values()
        if step.kind == "act" and step.leads_to is None and not step.stage_states
        for state in step.states
    ]
    stage = [
        f"    {_id(state)} --> {_id(step.stage_leads_to)}: {step.name}"
        for step in STEPS.values()
        if step.stage_leads_to
        for state in step.stage_states
    ]
    stage += [
        f"    {_id(state)} --> {_id(state)}: {step.name}"
        for step in STEPS.values()
        if step.stage_states and step.stage_leads_to is None
        for state in step.stage_states
    ]
    rows = [
        f"| {step.name} | {step.kind} | {', '.join(step.states)} | "
        f"{', '.join(step.stage_states) or '-'} |"
        for step in STEPS.values()
    ]
    return "\n".join(
        [
            "# States of a trial",
            "",
            "Generated from `equipoise.core.ledger.acts` by `equipoise schema states`.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> draft",
            *trial,
            "```",
            "",
            "Each stage of the draw has its own:",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> enrolled",
            *stage,
            "```",
            "",
            "| step | kind | the trial is | the stage is |",
            "| --- | --- | --- | --- |",
            *rows,
        ]
    )


def _id(state: str | None) -> str:
    return (state or "").replace("-", "_")
