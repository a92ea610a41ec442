"""programme.yaml: several trials together, as declared."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.core.base import Problem, ProblemsError, canonical
from equipoise.design.protocol.fixed import Conclusion
from equipoise.design.protocol.outcomes import Margin
from equipoise.design.protocol.parts import Day, Part, Slug, Sourced, Words
from equipoise.design.protocol.plan import Mode


class ProgrammeHead(Part):
    """What the programme is."""

    id: Slug = Field(description="short name; files use it", examples=["dsl-programme"])
    title: Words = Field(description="title", examples=["Supervision of safeguarding leads"])
    question: Words = Field(
        description="the question in one sentence", examples=["Does supervision reduce contacts?"]
    )
    simulated: bool = Field(
        default=False,
        description="whether any of its trials is invented; then nothing in it is a finding",
        examples=[False],
    )


class ProgrammeMember(Sourced):
    """One trial of the programme."""

    id: Slug = Field(description="trial.id of its protocol", examples=["dsl-primary"])
    folder: Words = Field(
        description="its folder, from where programme.yaml lies", examples=["dsl-primary"]
    )
    title: Words = Field(description="short title, for tables", examples=["Primary, one-to-one"])
    stage: Literal["pilot", "trial"] = Field(
        default="trial", description="pilot or trial", examples=["trial"]
    )
    ended: Day | None = Field(
        default=None,
        description="last day of its outcome window, which gives the order of the trials; its "
        "protocol must agree. Null to take it from the protocol",
        examples=["2022-07-21"],
    )


class Overlap(Sourced):
    """Authorities that take part in several trials."""

    trials: tuple[Slug, ...] = Field(
        min_length=2, description="ids of the trials", examples=[["dsl-secondary", "dsl-primary"]]
    )
    authorities: int = Field(ge=1, description="how many take part in each of them", examples=[4])


class TrialGroup(Sourced):
    """Trials that are reported together: their schools, authorities and supervisors are added."""

    id: Slug = Field(description="short name", examples=["three-trials"])
    title: Words = Field(description="as it is printed", examples=["Three trials of 2021 to 2022"])
    trials: tuple[Slug, ...] = Field(
        min_length=2, description="ids of the trials", examples=[["dsl-gmca", "dsl-primary"]]
    )


class CommonMeasure(Part):
    """How a common outcome is made, from the same counts in every trial."""

    numerator: Slug = Field(description="count above the line", examples=["nfa_any_strict"])
    denominator: Slug = Field(
        default="pupils", description="pupils, or the count below the line", examples=["pupils"]
    )
    per: int = Field(ge=1, description="1000 for a rate per 1,000", examples=[1000])
    window: Slug = Field(
        default="outcome", description="window of each trial's own periods", examples=["outcome"]
    )
    baseline: Slug | None = Field(
        default=None, description="baseline window of each trial, or null", examples=["baseline"]
    )


class Pool(Sourced):
    """A common outcome, re-derived from school tables: the only thing that is ever pooled."""

    id: Slug = Field(description="short name", examples=["nfa_pupils"])
    title: Words = Field(description="as it is printed", examples=["pupils with a new contact"])
    made_from: Literal["school-tables"] = Field(
        default="school-tables",
        description="re-derived from each trial's frozen table of schools; the trials' own "
        "estimates are never pooled (rules: synthesis)",
        examples=["school-tables"],
    )
    measure: CommonMeasure = Field(description="how it is made, in every trial alike")
    average: Literal["pupil-average", "school-average"] = Field(
        default="pupil-average", description="over whom it is averaged", examples=["pupil-average"]
    )
    direction: Literal["lower", "higher", "none"] = Field(
        description="which is better; none where that is not self-evident", examples=["lower"]
    )
    margin: Margin = Field(description="M and H of the difference, with their reason")
    trials: tuple[Slug, ...] = Field(
        min_length=2,
        description="ids of the trials that count it alike",
        examples=[["dsl-secondary", "dsl-primary"]],
    )


class PanelMember(Part):
    """One trial's own outcome in a panel."""

    trial: Slug = Field(description="id of the trial", examples=["bolton-pilot"])
    outcome: Slug = Field(description="id of its outcome", examples=["nfa_share"])


class Panel(Part):
    """Outcomes shown trial by trial, without a diamond."""

    id: Slug = Field(description="short name", examples=["own-primary"])
    title: Words = Field(description="as it is printed", examples=["each trial's own primary"])
    reason: Words = Field(description="why they are not pooled", examples=["other denominators"])
    members: tuple[PanelMember, ...] = Field(
        min_length=1,
        description="the trials' own outcomes",
        examples=[[{"trial": "bolton-pilot", "outcome": "nfa_share"}]],
    )


class Method(Part):
    """How a common outcome is pooled (rules: synthesis)."""

    estimator: Literal["reml"] = Field(
        default="reml", description="of the variance between trials", examples=["reml"]
    )
    interval: Literal["floored-hartung-knapp"] = Field(
        default="floored-hartung-knapp",
        description="floored: never narrower than the common-effect interval's error; the plain "
        "one can make a finding of near-identical nulls and is shown beside it",
        examples=["floored-hartung-knapp"],
    )
    level: float = Field(
        default=0.95, gt=0.5, lt=1, description="level of intervals", examples=[0.95]
    )
    prediction_from: int = Field(
        default=3, ge=3, description="fewest trials for a prediction interval", examples=[3]
    )


class Sequence(Part):
    """What would have been believed after each trial."""

    by: Literal["outcome-end"] = Field(
        default="outcome-end",
        description="trials in order of the last day of their outcome window; those of one day in "
        "the order in which they are listed",
        examples=["outcome-end"],
    )
    pool: Slug = Field(description="id of the common outcome", examples=["nfa_pupils"])


class CostMode(Sourced):
    """Trials whose cost for a school and year is shown together, by way of supervising."""

    mode: Mode = Field(description="way of supervising", examples=["one-to-one"])
    trials: tuple[Slug, ...] = Field(
        min_length=1, description="ids of the trials", examples=[["dsl-primary"]]
    )


class ProgrammeDecision(Part):
    """What is done over all trials."""

    rule: Literal["pooled-class"] = Field(
        default="pooled-class",
        description="decide by the class of the pooled difference",
        examples=["pooled-class"],
    )
    pool: Slug = Field(description="id of the common outcome", examples=["nfa_pupils"])
    safety: Literal["every-pooled-trial"] = Field(
        default="every-pooled-trial",
        description="fewer contacts are a benefit only if no safety outcome of any pooled trial "
        "fails its margin",
        examples=["every-pooled-trial"],
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


class Context(Part):
    """Published findings that are quoted beside, and never enter an estimate."""

    published: tuple[Slug, ...] = Field(
        default=(), description="names of shipped sets", examples=[["dsl-supervision"]]
    )


class Programme(Part):
    """Several trials together, as declared; attributes are named as the keys of programme.yaml."""

    equipoise_programme: Literal[1] = Field(description="version of the format", examples=[1])
    programme: ProgrammeHead = Field(description="what the programme is")
    trials: tuple[ProgrammeMember, ...] = Field(
        min_length=2,
        description="its trials",
        examples=[[{"id": "one", "folder": "one", "title": "One"}]],
    )
    overlaps: tuple[Overlap, ...] = Field(
        default=(),
        description="authorities in several trials",
        examples=[[{"trials": ["one", "two"], "authorities": 4}]],
    )
    groups: tuple[TrialGroup, ...] = Field(
        default=(),
        description="trials whose sizes are added",
        examples=[[{"id": "all", "title": "All", "trials": ["one", "two"]}]],
    )
    pools: tuple[Pool, ...] = Field(
        min_length=1,
        description="common outcomes; only these are pooled",
        examples=[[{"id": "nfa_pupils", "title": "pupils with a new contact"}]],
    )
    panels: tuple[Panel, ...] = Field(
        default=(),
        description="outcomes side by side, never pooled",
        examples=[[{"id": "own", "title": "own"}]],
    )
    method: Method = Field(default=Method(), description="how common outcomes are pooled")
    sequence: Sequence = Field(description="what would have been believed after each trial")
    costs: tuple[CostMode, ...] = Field(
        default=(),
        description="cost for a school and year, by way of supervising",
        examples=[[{"mode": "one-to-one", "trials": ["one"]}]],
    )
    decision: ProgrammeDecision = Field(description="the decision rule over trials")
    context: Context = Field(default=Context(), description="published findings quoted beside")

    def meaning(self) -> bytes:
        """Return all that is declared as canonical JSON (RFC 8785)."""
        return canonical(self.model_dump(mode="json", by_alias=True))

    def member(self, name: str) -> ProgrammeMember:
        """Return the trial of an id; `ProblemsError` for an unknown one."""
        for member in self.trials:
            if member.id == name:
                return member
        raise self._unknown("trials", name, [member.id for member in self.trials])

    def pool(self, name: str) -> Pool:
        """Return the common outcome of an id; `ProblemsError` for an unknown one."""
        for pool in self.pools:
            if pool.id == name:
                return pool
        raise self._unknown("pools", name, [pool.id for pool in self.pools])

    def _unknown(self, place: str, found: str, known: list[str]) -> ProblemsError:
        expected = "one of " + ", ".join(known)
        remedy = "declare it in programme.yaml"
        return ProblemsError([Problem("programme.yaml", place, repr(found), expected, remedy)])
