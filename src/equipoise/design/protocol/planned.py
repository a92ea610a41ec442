"""What was planned: schools by arm, authorities, supervisors; and what is not measured."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.design.protocol.parts import Slug, Sourced, Words

_Schools = Annotated[int, Field(ge=0)]


class Planned(Sourced):
    """The size that was planned; the register gives the size that was reached."""

    schools: int = Field(ge=4, description="schools to be randomised", examples=[1198])
    by_arm: dict[Slug, _Schools] = Field(
        description="schools by id of the arm; they sum to `schools` and fit the arms' shares",
        examples=[{"usual": 726, "supervision": 472}],
    )
    by_phase: dict[Words, _Schools] = Field(
        default={},
        description="schools by phase of schooling, where there are several",
        examples=[{"primary": 480, "secondary": 240}],
    )
    authorities: int = Field(ge=1, description="authorities that take part", examples=[12])
    supervisors: int | None = Field(
        default=None, ge=1, description="people who supervise; null where not known", examples=[14]
    )


class NotMeasured(Sourced):
    """An outcome that the trial names and that cannot be made from what authorities send."""

    title: Words = Field(description="the outcome", examples=["new child in need plans"])
    reason: Words = Field(
        description="why it is not measured", examples=["no count of plans is sent"]
    )
