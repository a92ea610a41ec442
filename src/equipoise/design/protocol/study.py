"""The study: units, arms, population, stages, periods, the trial's own table."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.parts import Day, Part, Share, Slug, Sourced, Words


class Unit(Part):
    """What is randomised and what is observed (CONSORT 2012 cluster, items 2a and 3a)."""

    randomised: Literal["school", "class", "school-group", "authority", "team", "pupil"] = Field(
        description="unit of the draw", examples=["school"]
    )
    observed: Literal["pupil", "dsl", "class", "school", "contact", "person"] = Field(
        description="unit on which the primary outcome is observed", examples=["pupil"]
    )


class Arm(Part):
    """One arm; the first arm of the list is the reference."""

    id: Slug = Field(description="short name", examples=["supervision"])
    title: Words = Field(description="name as it is printed", examples=["supervision"])
    share: Share = Field(
        description="share of the units: whole numbers as a ratio, or parts that sum to one",
        examples=[1, 0.4, "2/5"],
    )
    intervention: bool = Field(
        description="whether the arm gets the intervention; false for the reference",
        examples=[True],
    )


class Population(Sourced):
    """Which schools take part, and what happens to schools that share a safeguarding lead."""

    phases: tuple[Words, ...] = Field(
        min_length=1, description="phases of schooling", examples=[["primary"]]
    )
    statuses: tuple[Words, ...] = Field(
        default=("open",), min_length=1, description="statuses in the register", examples=[["open"]]
    )
    min_pupils: int = Field(
        default=1,
        ge=1,
        description="fewest pupils on the roll of an eligible school",
        examples=[30],
    )
    description: Words = Field(
        description="the population in words",
        examples=["Open mainstream primary schools of the taking-part authorities"],
    )
    shared_dsl: Literal["together", "contamination"] = Field(
        default="together",
        description=(
            "schools that share a safeguarding lead: drawn together as one unit, or drawn apart "
            "and counted as contamination"
        ),
        examples=["together"],
    )


#: What may be needed of a school; the same names as `design.registers.desk` has.
Requirement = Literal[
    "eligible",
    "agreement",
    "data_sharing",
    "privacy_notice",
    "opt_outs",
    "baseline",
    "named_dsl",
]


class EnrolmentDesk(Part):
    """What a school needs before it can be committed, where there is design/enrolment.csv."""

    requires: tuple[Requirement, ...] = Field(
        default=(
            "eligible",
            "agreement",
            "data_sharing",
            "privacy_notice",
            "baseline",
            "named_dsl",
        ),
        description="facts of the enrolment desk that must be there; a school without them is "
        "left out of the commitment, and so are those that share its lead",
        examples=[["eligible", "agreement", "privacy_notice"]],
    )


class Stages(Part):
    """In which parts the draw is made, and who is told of each part's arms."""

    LATER = frozenset(("late_shared_dsl", "late_strata"))

    by: Literal["la_code"] | None = Field(
        default=None,
        description="one draw per authority (la_code); null for one draw",
        examples=["la_code"],
    )
    reveal_to: tuple[Slug, ...] = Field(
        default=(),
        description="ids of the people who may open a stage's arms",
        examples=[["programme-manager"]],
    )
    late_shared_dsl: Literal["join", "exclude"] | None = Field(
        default=None,
        description="a school that comes after the draw and shares its lead with a drawn one, "
        "where such schools are drawn together: join: it is given that school's arm, is not "
        "randomised and not analysed; exclude: it takes no part; null: its stage is refused",
        examples=["exclude"],
    )
    late_strata: Literal["own", "pooled"] = Field(
        default="own",
        description="late joiners, drawn as a stage of their own, in the analysis: own: strata of "
        "their own; pooled: with the stage that they join, weighted by the chance of each arm",
        examples=["pooled"],
    )


class Span(Part):
    """A span of days, both ends included."""

    start: Day = Field(alias="from", description="first day", examples=["2024-10-01"])
    end: Day = Field(alias="to", description="last day", examples=["2025-07-21"])


class Window(Span):
    """A named span in which events are counted, or a wave of a survey."""

    id: Slug = Field(description="short name", examples=["outcome"])


class Periods(Sourced):
    """The trial's calendar."""

    roll_date: Day | None = Field(
        default=None,
        description="school census that gives the rolls: the last before the draw",
        examples=["2024-05-16"],
    )
    delivery: Span | None = Field(default=None, description="when the intervention is given")
    windows: tuple[Window, ...] = Field(
        default=(),
        description="spans in which events are counted; they never overlap",
        examples=[[{"id": "outcome", "from": "2024-10-01", "to": "2025-07-21"}]],
    )
    waves: tuple[Window, ...] = Field(
        default=(),
        description="waves of the surveys",
        examples=[[{"id": "endline", "from": "2025-06-09", "to": "2025-07-18"}]],
    )
    settling_days: int = Field(
        default=28,
        ge=0,
        le=366,
        description="days after which a contact's outcome has settled",
        examples=[28],
    )
    pending_cut_off: Day | None = Field(
        default=None,
        description="date on which contacts still open count as pending, one for all authorities",
        examples=["2025-09-30"],
    )


class OutcomeTable(Part):
    """The columns of outcomes/outcomes.csv, for a trial that brings its own outcome table."""

    rows: Literal["unit", "member"] = Field(
        default="unit",
        description="one row per randomised unit, or one per member (pupil)",
        examples=["member"],
    )
    cluster: Slug | None = Field(
        default=None,
        description="column of the cluster where it is not the randomised unit",
        examples=["cluster"],
    )
    covariates: tuple[Slug, ...] = Field(
        default=(), description="columns that a model may adjust for", examples=[["age"]]
    )
