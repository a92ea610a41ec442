"""Outcomes: what is measured, its whole estimand and its margins."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.parts import Part, Slug, Sourced, Words

Average = Literal[
    "pupil-average",
    "school-average",
    "unit-average",
    "contact-average",
    "dsl-average",
    "precision-weighted",
]


class Measure(Part):
    """How the outcome is made from what is counted, scored or brought."""

    type: Literal["rate", "share", "score", "value"] = Field(
        description="rate: events per so many pupils; share: part of a count; score: a scale; "
        "value: a column of the trial's own table",
        examples=["rate"],
    )
    numerator: Slug | None = Field(
        default=None, description="count above the line (rate, share)", examples=["nfa_any_strict"]
    )
    denominator: Slug | None = Field(
        default=None, description="pupils, or the count below the line", examples=["pupils"]
    )
    per: int | None = Field(
        default=None,
        ge=1,
        description="1000 for a rate per 1,000; 100 for per cent",
        examples=[1000],
    )
    window: Slug | None = Field(
        default=None, description="id of a window in periods", examples=["outcome"]
    )
    instrument: Slug | None = Field(
        default=None, description="scale of a survey", examples=["swemwbs"]
    )
    wave: Slug | None = Field(
        default=None, description="id of a wave in periods", examples=["endline"]
    )
    column: Slug = Field(
        default="value", description="column of the trial's own table", examples=["value"]
    )
    unit: Words | None = Field(
        default=None, description="unit of a value or score as it is printed", examples=["points"]
    )


class AlsoShown(Part):
    """A second definition that always stands beside the first."""

    id: Slug = Field(description="short name", examples=["nfa_pupils_advice"])
    title: Words = Field(description="as it is printed", examples=["counting advice"])
    numerator: Slug = Field(description="its count", examples=["nfa_any_advice"])


class Baseline(Part):
    """The same outcome before the draw."""

    window: Slug | None = Field(default=None, description="id of a window", examples=["baseline"])
    wave: Slug | None = Field(default=None, description="id of a wave", examples=["baseline"])
    column: Slug | None = Field(
        default=None, description="column of the trial's own table", examples=["baseline"]
    )


class Intercurrent(Part):
    """An event after the draw, and what is done about it (ICH E9 R1, 2019)."""

    event: Words = Field(description="the event", examples=["school closes or merges"])
    strategy: Literal[
        "treatment-policy", "hypothetical", "composite", "while-on-treatment", "principal-stratum"
    ] = Field(description="strategy of ICH E9 R1", examples=["treatment-policy"])


class Estimand(Part):
    """What is to be estimated (rules: estimands)."""

    population: Words = Field(description="in whom", examples=["all randomised schools"])
    arms: tuple[Slug, ...] = Field(
        default=(),
        description="arms compared with the reference; none named means all",
        examples=[["supervision"]],
    )
    summary: Literal["difference", "ratio"] = Field(
        default="difference", description="difference or ratio of means", examples=["difference"]
    )
    average: Average = Field(description="over whom it is averaged", examples=["pupil-average"])
    conditional: Literal["marginal", "conditional"] = Field(
        default="marginal", description="over the covariates, or given them", examples=["marginal"]
    )
    intercurrent: tuple[Intercurrent, ...] = Field(
        default=(),
        description="events after the draw and their strategies",
        examples=[[{"event": "school closes", "strategy": "treatment-policy"}]],
    )


class Money(Sourced):
    """What a school costs and what an event saves: the effect at which the two are equal."""

    school_cost: float = Field(
        gt=0,
        description="cost of the intervention for a school over the outcome's window, in pounds",
        examples=[850.0],
    )
    event_cost: float = Field(
        gt=0,
        description="what one event costs, in pounds: a contact, at the front door",
        examples=[190.0],
    )
    lowest: float | None = Field(
        default=None, gt=0, description="least that an event may cost, in pounds", examples=[80.0]
    )
    highest: float | None = Field(
        default=None, gt=0, description="most that an event may cost, in pounds", examples=[350.0]
    )
    prices: Words = Field(description="whose prices these are", examples=["2021-22"])


class Margin(Part):
    """The smallest worthwhile benefit M and the smallest worrying harm H, in natural units."""

    LATER = frozenset(("money",))

    benefit: float = Field(gt=0, description="M, above zero", examples=[2.0])
    harm: float = Field(gt=0, description="H, above zero", examples=[2.0])
    reason: Words = Field(
        description="why these; begin with `assumed` where nobody has said so",
        examples=["two pupils in a thousand is about one contact a year in a school of 500"],
    )
    money: Money | None = Field(
        default=None, description="costs that suggest M: the break-even effect, for rates"
    )


class Safety(Part):
    """Which way is worse, and by how much it must not go."""

    worse: Literal["lower", "higher"] = Field(description="which way is harm", examples=["lower"])
    margin: float = Field(gt=0, description="largest change that is let pass", examples=[2.0])


class Outcome(Part):
    """One outcome with its estimand."""

    id: Slug = Field(description="short name", examples=["nfa_pupils"])
    title: Words = Field(description="as it is printed", examples=["pupils with a new contact"])
    role: Literal["primary", "secondary", "safety", "exploratory"] = Field(
        description="exactly one is primary", examples=["primary"]
    )
    level: Literal["school", "dsl", "cluster", "pupil"] = Field(
        description="what a row of the analysis is", examples=["school"]
    )
    measure: Measure = Field(description="how it is made")
    also_shown: tuple[AlsoShown, ...] = Field(
        default=(),
        description="definitions always shown beside it",
        examples=[[{"id": "advice", "title": "counting advice", "numerator": "nfa_any_advice"}]],
    )
    baseline: Baseline | None = Field(default=None, description="the same before the draw, or null")
    direction: Literal["lower", "higher", "none"] = Field(
        description="which is better; none where that is not self-evident", examples=["lower"]
    )
    estimand: Estimand = Field(description="what is to be estimated")
    margin: Margin = Field(description="M and H with their reason")
    safety: Safety | None = Field(default=None, description="margin of a safety outcome")
    model: Slug | None = Field(
        default=None,
        description="a model of plan.models; else the one named as its level, else default",
        examples=["default"],
    )
