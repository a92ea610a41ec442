"""The scheme: how the draw is made, with the options of each kind."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.parts import Day, Part, Share, Slug, Sourced, Words

Act = Literal[
    "lock",
    "commit",
    "randomise",
    "reveal",
    "sap-lock",
    "freeze",
    "unblind",
    "amend",
    "correct",
    "publish",
]


class StratumVariable(Part):
    """One variable of the strata; a numeric one is cut."""

    variable: Literal["la_code", "phase", "pupils", "stratum"] = Field(
        description=(
            "column of the register, or `stratum` of a trial that brings its own outcome table"
        ),
        examples=["la_code"],
    )
    cut: Literal["median-within-stage"] | None = Field(
        default=None,
        description="cut pupils at the median of the stage",
        examples=["median-within-stage"],
    )
    at: tuple[int, ...] = Field(
        default=(),
        description="or cut pupils at these numbers, in ascending order; a school with exactly "
        "that many belongs above",
        examples=[[200, 400]],
    )


class Event(Part):
    """The future public event whose value is mixed into the draw."""

    source: Words = Field(
        description="who publishes the event",
        examples=["drand quicknet, league of entropy"],
    )
    round: Words = Field(
        description="which one, in words", examples=["declared per stage at commit"]
    )
    not_before: Day = Field(description="earliest date of the event", examples=["2024-09-16"])


class BalancedVariable(Part):
    """One variable that the draw itself makes alike, or by which units are paired."""

    variable: Slug = Field(
        description="la_code, phase, pupils, or a column of design/covariates.csv",
        examples=["pupils"],
    )
    weight: int = Field(
        default=1, ge=1, le=1000, description="how much it counts beside the others", examples=[1]
    )
    kind: Literal["number", "label"] | None = Field(
        default=None,
        description="what a column holds; null: la_code and phase are labels, others numbers",
        examples=["label"],
    )
    cut: Literal["median-within-stage"] | None = Field(
        default=None,
        description="make two classes of a number: above the stage's median, and not",
        examples=["median-within-stage"],
    )
    at: tuple[int, ...] = Field(
        default=(),
        description="or classes of a number, cut at these numbers in ascending order",
        examples=[[200, 400]],
    )

    @property
    def is_label(self) -> bool:
        """Whether units have labels of it: by nature, by declaration, or because it is cut."""
        named = self.kind == "label" or self.variable in ("la_code", "phase")
        return named or self.cut is not None or bool(self.at)


class Scheme(Sourced):
    """How the draw is made (rules: a draw nobody can steer)."""

    LATER = frozenset(
        ("balance", "metric", "candidates", "accept", "threshold", "tries", "chance", "imbalance",
         "odd", "looks_back")
    )  # fmt: skip

    type: Literal[
        "simple",
        "complete",
        "stratified",
        "pairs",
        "minimisation",
        "constrained",
        "rerandomisation",
    ] = Field(
        default="stratified",
        description="kind of scheme; constrained and rerandomisation choose among stratified draws "
        "(complete ones where no strata are declared)",
        examples=["stratified"],
    )
    strata: tuple[StratumVariable, ...] = Field(
        default=(),
        description="variables whose combinations are the strata; pairs are formed within them",
        examples=[[{"variable": "la_code"}, {"variable": "pupils", "cut": "median-within-stage"}]],
    )
    remainder: Literal["systematic", "fixed", "strata"] = Field(
        default="systematic",
        description="how seats left over in a stratum go to arms: systematic: by systematic "
        "sampling, so that every unit keeps exactly its arm's share as its chance; strata: the "
        "same, and the arms' numbers balanced over the strata; fixed: to the arms in a fixed order",
        examples=["systematic"],
    )
    balance: tuple[BalancedVariable, ...] = Field(
        default=(),
        description="what pairs, minimisation, constrained and rerandomisation make alike",
        examples=[[{"variable": "pupils"}, {"variable": "phase", "weight": 2}]],
    )
    metric: Literal["l2", "l1", "mahalanobis"] | None = Field(
        default=None,
        description="imbalance of a candidate draw: weighted squares (the default), weighted "
        "absolute values, or Mahalanobis' distance (constrained, rerandomisation)",
        examples=["l2"],
    )
    candidates: int | Literal["all"] | None = Field(
        default=None,
        description="candidate draws of a constrained scheme; all: every allocation there is",
        examples=[1000],
    )
    accept: Share | None = Field(
        default=None,
        description="part of the candidate draws that is balanced enough (constrained, "
        "rerandomisation)",
        examples=["1/10"],
    )
    threshold: int | None = Field(
        default=None,
        ge=0,
        description="or the largest imbalance that is accepted, a whole number (rerandomisation)",
        examples=[250000],
    )
    tries: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="candidates that rerandomisation looks at before it takes the best; 10,000 "
        "where null",
        examples=[10000],
    )
    chance: Share | None = Field(
        default=None,
        description="minimisation: chance with which a unit goes to the arm that evens things out",
        examples=["4/5"],
    )
    imbalance: Literal["range", "variance"] | None = Field(
        default=None,
        description="minimisation: how uneven arms are (range where null)",
        examples=["range"],
    )
    looks_back: bool = Field(
        default=False,
        description="minimisation: a stage looks back at the arms of the stages drawn before it "
        "(each stage is then drawn before the next is committed)",
        examples=[True],
    )
    odd: Literal["join", "refuse"] | None = Field(
        default=None,
        description="pairs: a unit left over in a stratum joins the pair nearest to it, or is "
        "refused",
        examples=["join"],
    )
    draw: Literal["internal", "external"] = Field(
        default="internal",
        description="internal: drawn here; external: drawn elsewhere, not proved",
        examples=["internal"],
    )
    event: Event | None = Field(
        default=None, description="the public event; null for an external draw"
    )
    two_signatures: tuple[Act, ...] = Field(
        default=(),
        description="acts that need a second person's signature",
        examples=[["randomise", "unblind", "correct", "amend"]],
    )
