"""The plan: models, sensitivity, missing data; and how costs and process are evaluated."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.outcomes import Average
from equipoise.design.protocol.parts import Part, Slug, Sourced, Words

Error = Literal[
    "cr0", "cr1", "cr1s", "cr2", "cr3", "hc2", "hc3", "reml", "hessian", "robust", "md", "kc", "fg"
]
Kind = Literal["ols", "wls", "lmm", "binomial", "poisson", "negbin", "betabinomial", "gee"]
#: A way of supervising that has a cost of its own; mixed: both ways for the same schools.
Mode = Literal["one-to-one", "group", "mixed"]


class Model(Part):
    """One model (rules: errors and degrees of freedom)."""

    LATER = frozenset(("family", "quadrature"))

    model: Kind = Field(
        description="ols: each row counts once; wls: weighted for the estimand; lmm: linear with "
        "a random intercept of clusters; binomial, poisson, negbin: counts with one (poisson and "
        "negbin with the log of the roll); betabinomial: counts out of the roll; gee: marginal, "
        "exchangeable in clusters",
        examples=["wls"],
    )
    error: Error = Field(description="standard error", examples=["hc2"])
    df: Literal["satterthwaite", "kenward-roger", "clusters", "g-p", "design", "z"] | None = Field(
        default=None,
        description="degrees of freedom of the method; the design's are their ceiling. Null: "
        "satterthwaite for linear models, the design's for counts, z for gee with the robust "
        "error and g-p with another",
        examples=["satterthwaite"],
    )
    family: Literal["gaussian", "binomial", "poisson"] | None = Field(
        default=None,
        description="of gee; null: poisson with the log of the roll for a rate, else gaussian",
        examples=["poisson"],
    )
    quadrature: int = Field(
        default=1,
        ge=1,
        le=100,
        description="nodes of binomial, poisson and negbin; 1 is Laplace's approximation",
        examples=[9],
    )
    strata: bool = Field(default=True, description="a term for each stratum", examples=[True])
    interact_strata: bool = Field(
        default=False,
        description="let the effect differ by stratum, then average",
        examples=[False],
    )
    baseline: bool = Field(
        default=True,
        description="adjust for the outcome's baseline where it has one",
        examples=[True],
    )
    covariates: tuple[Slug, ...] = Field(
        default=(), description="further covariates", examples=[["age"]]
    )
    inverse_share: bool = Field(
        default=True,
        description="weight by the inverse realised share of the unit's arm in its stratum",
        examples=[True],
    )
    permutations: int = Field(
        default=999,
        ge=0,
        le=1_000_000,
        description="draws of the permutation test; 0 for none",
        examples=[999],
    )

    @property
    def is_linear(self) -> bool:
        """Whether it is least squares, which alone may be called an average."""
        return self.model in ("ols", "wls")


class Change(Part):
    """What a sensitivity analysis changes, and nothing else."""

    average: Average | None = Field(
        default=None, description="another average", examples=["school-average"]
    )
    baseline: bool | None = Field(default=None, description="adjusted or not", examples=[False])
    strata: bool | None = Field(default=None, description="with strata or not", examples=[False])
    numerator: Slug | None = Field(
        default=None, description="another count", examples=["nfa_all_strict"]
    )
    denominator: Slug | None = Field(
        default=None, description="another denominator", examples=["contacts"]
    )
    error: Error | None = Field(
        default=None, description="another standard error", examples=["hc3"]
    )
    model: Slug | None = Field(
        default=None, description="another model of plan.models", examples=["dsl"]
    )
    covariates: tuple[Slug, ...] | None = Field(
        default=None, description="other covariates", examples=[["age"]]
    )


class Sensitivity(Part):
    """A sensitivity analysis, and in which document it stands."""

    id: Slug = Field(description="short name", examples=["school-average"])
    tier: int = Field(ge=1, le=3, description="1 brief, 2 report, 3 annex", examples=[1])
    outcome: Slug = Field(description="id of an outcome", examples=["nfa_pupils"])
    change: Change = Field(description="what is changed")


class Check(Part):
    """Another way of inference on an outcome's main analysis, or another view of what is missing.

    It changes neither estimand nor model.
    """

    id: Slug = Field(description="short name", examples=["inversion"])
    outcome: Slug = Field(description="id of an outcome", examples=["nfa_pupils"])
    kind: Literal[
        "inversion",
        "inversion-ratio",
        "wild-bootstrap",
        "multiple-imputation",
        "tipping-point",
        "worst-case",
        "lee-bounds",
    ] = Field(
        description="inversion: the constant differences (or ratios) that re-drawn allocations do "
        "not reject; wild-bootstrap: of clusters, restricted; multiple-imputation: of missing "
        "outcomes, within arm; tipping-point: how far imputed outcomes of the arm must be shifted "
        "until the conclusion changes; worst-case: missing outcomes at their worst and best; "
        "lee-bounds: on those who would be observed in either arm",
        examples=["inversion"],
    )
    draws: int = Field(
        default=999,
        ge=2,
        le=1_000_000,
        description="draws of re-drawing or bootstrap",
        examples=[999],
    )
    range: tuple[float, float] | None = Field(
        default=None,
        description="worst-case: between what an outcome can lie; null for a rate: none and all",
        examples=[[7.0, 35.0]],
    )
    shifts: tuple[float, ...] = Field(
        default=(),
        description="tipping-point: shifts to look at, in the unit of the outcome",
        examples=[[-10.0, -5.0, 5.0, 10.0]],
    )


class Missing(Part):
    """What is done about missing data."""

    LATER = frozenset(("imputations",))

    outcome: Literal["complete-cases", "multiple-imputation"] = Field(
        default="complete-cases", description="rows without an outcome", examples=["complete-cases"]
    )
    baseline: Literal["mean-with-indicator", "complete-cases", "unadjusted"] = Field(
        default="mean-with-indicator",
        description="rows without a baseline",
        examples=["mean-with-indicator"],
    )
    imputations: int = Field(
        default=20,
        ge=2,
        le=1000,
        description="completions of the outcome, where it is imputed",
        examples=[20],
    )
    reason: Words = Field(description="why", examples=["administrative outcome, few missing"])


class Plan(Part):
    """The statistical analysis plan."""

    LATER = frozenset(("checks",))

    models: dict[Slug, Model] = Field(
        description="models by name; `default` must be there",
        examples=[{"default": {"model": "wls", "error": "hc2"}}],
    )
    sensitivity: tuple[Sensitivity, ...] = Field(
        default=(),
        description="sensitivity analyses",
        examples=[[{"id": "unadjusted", "tier": 2, "outcome": "x", "change": {"baseline": False}}]],
    )
    missing: Missing = Field(description="missing data")
    checks: tuple[Check, ...] = Field(
        default=(),
        description="other inference on the main analysis, and other views of what is missing",
        examples=[[{"id": "inversion", "outcome": "nfa_pupils", "kind": "inversion"}]],
    )


class Costs(Sourced):
    """How costs are reckoned."""

    perspective: Literal["authority", "school", "public-sector"] = Field(
        default="authority", description="whose costs", examples=["authority"]
    )
    price_year: str = Field(
        pattern=r"^[0-9]{4}-[0-9]{2}$",
        description="financial year of the prices",
        examples=["2024-25"],
    )
    annual_months: int = Field(
        default=12, ge=1, le=12, description="months that a year's cost covers", examples=[12]
    )
    categories: tuple[Slug, ...] = Field(
        min_length=1, description="categories of cost lines", examples=[["salary", "travel"]]
    )
    modes: tuple[Mode, ...] = Field(
        default=(),
        description="ways of supervising whose cost for a school and year is shown by itself",
        examples=[["one-to-one"]],
    )


class Theme(Part):
    """A theme that interviews are coded to."""

    code: Slug = Field(description="short name", examples=["reflection"])
    title: Words = Field(description="as it is printed", examples=["time to reflect"])


class Process(Sourced):
    """The implementation and process evaluation."""

    themes: tuple[Theme, ...] = Field(
        min_length=1, description="themes", examples=[[{"code": "time", "title": "finding time"}]]
    )
    perceived_item: Slug | None = Field(
        default=None, description="feedback item set beside what was measured", examples=["useful"]
    )
