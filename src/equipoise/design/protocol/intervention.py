"""The intervention, by the items of TIDieR."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.parts import Part, Sourced, Words


class When(Part):
    """When and how much (TIDieR 2014, item 8)."""

    sessions: int | None = Field(
        default=None, ge=1, description="sessions planned for each person", examples=[6]
    )
    every: Words | None = Field(default=None, description="how often", examples=["month"])
    minutes: int | None = Field(
        default=None, ge=1, description="length of a session", examples=[60]
    )


class Intervention(Sourced):
    """The intervention, item by item (TIDieR 2014)."""

    name: Words = Field(
        description="name (item 1)", examples=["Supervision of designated safeguarding leads"]
    )
    why: Words = Field(description="reason or theory (item 2)", examples=["Time to reflect"])
    materials: Words | None = Field(
        default=None, description="materials (item 3)", examples=["Template"]
    )
    procedures: Words | None = Field(
        default=None, description="procedures (item 4)", examples=["Reflective case discussion"]
    )
    who: Words | None = Field(
        default=None, description="who provides it (item 5)", examples=["Experienced social worker"]
    )
    how: Literal["one-to-one", "group", "class", "mixed"] | None = Field(
        default=None, description="to one person or to a group (item 6)", examples=["one-to-one"]
    )
    how_by_phase: dict[Words, Literal["one-to-one", "group"]] = Field(
        default={},
        description="where it differs by phase of schooling: how, by phase",
        examples=[{"primary": "one-to-one", "secondary": "group"}],
    )
    where: Words | None = Field(
        default=None, description="where (item 7)", examples=["At the school"]
    )
    when: When | None = Field(default=None, description="when and how much (item 8)")
    tailoring: Words | None = Field(
        default=None,
        description="what may be adapted (item 9)",
        examples=["Agenda set by the lead"],
    )
    modifications: Words | None = Field(
        default=None, description="what was changed on the way (item 10)", examples=[None]
    )
    fidelity_planned: Words | None = Field(
        default=None,
        description="how delivery is watched (item 11)",
        examples=["Sessions are recorded"],
    )
    comparator: Words = Field(
        description="what the reference arm gets", examples=["Usual practice"]
    )
