"""The study: units, arms, population, stages, periods, contacts, the trial's own table."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.parts import Day, Part, Share, Slug, Sourced, Words

#: A reason for a contact that can be counted by itself.
Reason = Literal["sexual-abuse"]


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


class Stages(Part):
    """In which parts the draw is made, and who is told of each part's arms."""

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


class ContactVariant(Part):
    """Other definitions of a new contact under which every authority counts as well."""

    id: Slug = Field(
        description="short name; `primary` is the trial's own", examples=["open-cases-counted"]
    )
    open_cases: Literal["set-aside", "count"] | None = Field(
        default=None,
        description="contacts on children whose case is open; null as in design.contact",
        examples=["count"],
    )
    repeat_days: int | None = Field(
        default=None,
        ge=0,
        le=366,
        description="days within which a contact is a repeat; null as in design.contact",
        examples=[30],
    )


class Contact(Sourced):
    """What is counted as a new contact from a school (rules: the primary outcome)."""

    LATER = frozenset(("also",))

    school: Literal["made_by", "attended"] = Field(
        default="made_by",
        description="count by the school that made the contact, or that the child attended",
        examples=["made_by"],
    )
    source_codes: tuple[Words, ...] = Field(
        default=("2A",),
        min_length=1,
        description="codes of the source of a contact that count",
        examples=[["2A"]],
    )
    open_cases: Literal["set-aside", "count"] = Field(
        default="set-aside",
        description="contacts on children whose case is open",
        examples=["set-aside"],
    )
    repeat_days: int = Field(
        default=0,
        ge=0,
        le=366,
        description="a contact so many days after an earlier one on the same "
        "child is not new; 0 for none",
        examples=[0],
    )
    recontact_days: int = Field(
        default=90,
        ge=1,
        le=366,
        description="days within which a later contact is a re-contact",
        examples=[90],
    )
    reasons: tuple[Reason, ...] = Field(
        default=(),
        description="reasons that every authority's file must record for each contact; counts "
        "of contacts by reason need theirs",
        examples=[["sexual-abuse"]],
    )
    also: tuple[ContactVariant, ...] = Field(
        default=(),
        description="sensitivities of the definition: every pack holds their counts too",
        examples=[[{"id": "open-cases-counted", "open_cases": "count"}]],
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
