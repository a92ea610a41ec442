"""What `lock` fixes: the design as a whole, with subgroups, dose, size and the decision rule."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.contact import Contact
from equipoise.design.protocol.corrections import CorrectionRules
from equipoise.design.protocol.intervention import Intervention
from equipoise.design.protocol.outcomes import Outcome
from equipoise.design.protocol.parts import Part, Slug, Sourced, Words
from equipoise.design.protocol.planned import NotMeasured, Planned
from equipoise.design.protocol.scheme import Scheme
from equipoise.design.protocol.study import (
    Arm,
    EnrolmentDesk,
    OutcomeTable,
    Periods,
    Population,
    Stages,
    Unit,
)

Conclusion = Literal[
    "worthwhile-benefit",
    "benefit-size-unclear",
    "benefit-too-small",
    "no-worthwhile-effect",
    "no-worthwhile-benefit-harm-not-ruled-out",
    "cannot-tell",
    "cannot-tell-records-incomplete",
    "harm-that-matters",
    "harm-size-unclear",
    "harm-too-small",
    "fewer-contacts-safety-not-shown",
    "no-worthwhile-difference",
    "higher",
    "lower",
]


class Subgroup(Part):
    """A subgroup, declared before the data are seen."""

    id: Slug = Field(description="short name", examples=["size"])
    variable: Slug = Field(
        description="pupils, la_code, phase, or a covariate", examples=["pupils"]
    )
    cut: Literal["median"] | None = Field(
        default=None,
        description="cut a number at its median; null for categories",
        examples=["median"],
    )
    outcome: Slug = Field(description="id of an outcome", examples=["nfa_pupils"])


class Compliance(Sourced):
    """What counts as having had the intervention (rules: compliance)."""

    any: int = Field(default=1, ge=1, description="least dose that counts as any", examples=[1])
    intended: int = Field(ge=1, description="dose that was intended", examples=[6])
    unit: Words = Field(default="sessions", description="unit of dose", examples=["sessions"])


class Power(Part):
    """What the size of the trial was reckoned with."""

    LATER = frozenset(
        ("mean", "cv", "members_cv", "authority_effect_sd", "group_size", "group_icc")
    )

    icc: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="intra-cluster correlation of members",
        examples=[0.05],
    )
    school_sd: float | None = Field(
        default=None,
        gt=0,
        description="standard deviation of the primary outcome between units, in its natural units",
        examples=[12.0],
    )
    member_sd: float | None = Field(
        default=None,
        gt=0,
        description="standard deviation over all members, used with icc",
        examples=[10.0],
    )
    mean: float | None = Field(
        default=None,
        gt=0,
        description="mean of the primary outcome without the intervention, in its natural units; "
        "with it a rate's spread is parted into chance and what lies between units",
        examples=[15.0],
    )
    cv: float | None = Field(
        default=None,
        ge=0,
        description="coefficient of variation of the units' true rates, used with mean where "
        "neither school_sd nor icc is given",
        examples=[0.4],
    )
    members_cv: float | None = Field(
        default=None,
        ge=0,
        description="coefficient of variation of the number of members, until there is a register",
        examples=[0.5],
    )
    authority_effect_sd: float | None = Field(
        default=None,
        ge=0,
        description="standard deviation of the effect between authorities, in natural units, where "
        "these stand for others",
        examples=[1.0],
    )
    group_size: float | None = Field(
        default=None,
        ge=1,
        description="units of the intervention arm that share a supervisor or a group",
        examples=[34],
    )
    group_icc: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="correlation of two units that share a supervisor or a group",
        examples=[0.02],
    )
    r2: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="share of the variance that baseline and strata explain",
        examples=[0.3],
    )
    power: float = Field(default=0.8, gt=0.5, lt=1, description="power asked for", examples=[0.8])
    units: int | None = Field(
        default=None,
        ge=4,
        description="units planned, used until there is a register",
        examples=[120],
    )
    members: int | None = Field(
        default=None, ge=1, description="members of a unit planned", examples=[250]
    )
    source: Words = Field(description="where the numbers come from", examples=["assumed"])


class Disclosure(Part):
    """Small numbers that are never printed; stricter than the default, never looser."""

    smallest: int = Field(
        default=6, ge=6, description="smallest count of people that is printed", examples=[6]
    )
    secondary: Literal[True] = Field(
        default=True,
        description="hide more cells where a hidden one could be worked out",
        examples=[True],
    )


class Decision(Part):
    """What is done on which conclusion."""

    rule: Literal["primary-class"] = Field(
        default="primary-class",
        description="decide by the class of the primary outcome",
        examples=["primary-class"],
    )
    continue_if: tuple[Conclusion, ...] = Field(
        description="classes on which the programme goes on", examples=[["worthwhile-benefit"]]
    )
    stop_if: tuple[Conclusion, ...] = Field(
        description="classes on which it stops", examples=[["no-worthwhile-effect"]]
    )
    otherwise: Literal["continue", "stop", "test-further"] = Field(
        default="test-further", description="on every other class", examples=["test-further"]
    )


class Design(Part):
    """Everything that `lock` fixes about the trial."""

    LATER = frozenset(("corrections", "enrolment"))

    unit: Unit = Field(description="what is randomised and what is observed")
    arms: tuple[Arm, ...] = Field(
        description="two arms or more, the reference first",
        examples=[[{"id": "usual", "title": "usual practice", "share": 1, "intervention": False}]],
    )
    population: Population | None = Field(
        default=None, description="which schools; null where the trial brings its own table"
    )
    enrolment: EnrolmentDesk = Field(
        default=EnrolmentDesk(), description="what a school needs before it can be committed"
    )
    stages: Stages = Field(default=Stages(), description="parts of the draw")
    scheme: Scheme = Field(description="how the draw is made")
    periods: Periods = Field(default=Periods(), description="the calendar")
    contact: Contact | None = Field(
        default=None, description="what is counted; null where the trial brings its own table"
    )
    table: OutcomeTable | None = Field(
        default=None, description="columns of the trial's own outcome table; null otherwise"
    )
    intervention: Intervention = Field(description="the intervention by the items of TIDieR")
    outcomes: tuple[Outcome, ...] = Field(
        min_length=1, description="the outcomes, exactly one of them primary"
    )
    alpha: float = Field(
        default=0.05, gt=0, lt=0.5, description="two-sided error rate", examples=[0.05]
    )
    interval: float = Field(
        default=0.95,
        gt=0.5,
        lt=1,
        description="level of intervals: one minus alpha",
        examples=[0.95],
    )
    multiplicity: Literal[
        "none-one-primary", "holm-secondary", "hochberg-secondary", "max-t-secondary"
    ] = Field(
        default="none-one-primary",
        description="what is done about several tests: nothing, for one outcome is primary; or p "
        "values of the secondary outcomes adjusted for their number (Holm, Hochberg) or by their "
        "joint distribution over re-drawn allocations (max-t)",
        examples=["none-one-primary"],
    )
    subgroups: tuple[Subgroup, ...] = Field(
        default=(),
        description="declared subgroups",
        examples=[[{"id": "size", "variable": "pupils", "cut": "median", "outcome": "nfa"}]],
    )
    compliance: Compliance | None = Field(default=None, description="what dose counts")
    power: Power = Field(description="what the size was reckoned with")
    planned: Planned | None = Field(
        default=None, description="schools, authorities and supervisors planned"
    )
    not_measured: tuple[NotMeasured, ...] = Field(
        default=(),
        description="outcomes that the trial names and that are not measured here, with the reason",
        examples=[[{"title": "new child in need plans", "reason": "no count of plans is sent"}]],
    )
    corrections: CorrectionRules = Field(
        default=CorrectionRules(),
        description="what is done about a school of which something is found out after the draw",
    )
    disclosure: Disclosure = Field(default=Disclosure(), description="small numbers")
    decision: Decision = Field(description="the decision rule")
