"""Small made-up results for the tests of reporting. No number in here is a finding."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from equipoise.design.power import PowerResult
from equipoise.design.protocol import Protocol, load_protocol, template
from equipoise.design.randomisation import BalanceResult, BalanceRow
from equipoise.evaluation.analysis.types import (
    ArmMean,
    ArmQuality,
    ArmTitle,
    BlindModel,
    BlindOutcome,
    BlindResult,
    Box,
    Dropped,
    EffectSize,
    EstimandWords,
    FlowArm,
    FlowCheck,
    FlowReason,
    FlowResult,
    ImpactResult,
    Intercurrent,
    ModelWords,
    OutcomeResult,
    SubgroupLevel,
    SubgroupResult,
    VariantResult,
)
from equipoise.evaluation.outcomes.types import AnalysisSetSummary, AuthorityWindow, PooledOutcome
from equipoise.evaluation.synthesis.types import (
    CostBesideEffect,
    DecisionReason,
    DecisionResult,
    PerceivedBesideMeasured,
)
from equipoise.programme.costs.types import CategoryCost, CostResult, WorkedStep
from equipoise.programme.delivery.types import DoseLevel, DoseResult, GroupDose
from equipoise.programme.process.types import FeedbackItem, ThemeCount, ThemeResult
from equipoise.programme.surveys import CodeCount
from equipoise.programme.surveys.types import SurveyResult, WaveSummary
from equipoise.reporting.words import (
    BlindInputs,
    BriefInputs,
    Deviation,
    InputDigest,
    Provenance,
)

PER_THOUSAND = "pupils per 1,000 on the roll"


@lru_cache(maxsize=1)
def protocol() -> Protocol:
    """The template, which says `simulated: false`."""
    return load_protocol(template("dsl-primary"))


def outcome(name: str, **changes: Any) -> OutcomeResult:
    """One outcome as the protocol titles it, with made-up numbers."""
    declared = next(one for one in protocol().design.outcomes if one.id == name)
    kind = declared.measure.type
    unit = {"rate": PER_THOUSAND, "share": "percent of contacts", "score": "points"}[kind]
    counted = kind != "score"
    base = OutcomeResult(
        outcome=name,
        title=declared.title,
        role=declared.role,
        level=declared.level,
        arm="supervision",
        reference="usual",
        unit=unit,
        unit_difference="percentage points" if kind == "share" else unit,
        measure_type=kind,
        per=declared.measure.per,
        direction=declared.direction,
        estimand=EstimandWords(
            "all randomised schools", "difference", "pupil-average", "marginal", "pupil-average",
            (Intercurrent("school closes or merges", "treatment-policy"),),
        ),
        model=ModelWords(
            "wls", "hc2", "satterthwaite", "method", None, "pupils x inverse-realised-share",
            True, "nfa_any_strict_baseline", (), "complete-cases", "mean-with-indicator",
        ),
        estimate=-1.23,
        se=0.71,
        df=101.4,
        df_method_value=101.4,
        df_design=111.0,
        lower=-2.64,
        upper=0.18,
        interval=0.95,
        p=0.0871,
        p_permutation=0.092,
        permutations=999,
        means=(
            ArmMean("usual", "usual practice", 24.61, 11.2, 61, 59, 61,
                    15210.0 if counted else None, 374.0 if counted else None),
            ArmMean("supervision", "supervision", 23.18, 10.9, 59, 57, 59,
                    14830.0 if counted else None, 343.0 if counted else None),
        ),
        standardised=None if kind == "share" else EffectSize(-0.11, -0.24, 0.02, 11.1,
                                                             "between schools"),
        margin=declared.margin.benefit,
        harm=declared.margin.harm,
        margin_reason=declared.margin.reason,
        safety_worse=declared.safety.worse if declared.safety else None,
        safety_margin=declared.safety.margin if declared.safety else None,
        safety_holds=True if declared.safety else None,
        conclusion="cannot_tell",
        shown=(),
        sensitivity=(),
        dropped=(),
        rows=120,
        clusters=116,
        warnings=(),
    )  # fmt: skip
    return replace(base, **changes)


def variant(name: str, title: str, estimate: float, **changes: Any) -> VariantResult:
    """One definition or sensitivity analysis."""
    base = VariantResult(
        name, title, 0, "numerator", estimate, 0.8, 99.0, estimate - 1.6, estimate + 1.6, 0.21,
        120, "cannot_tell",
    )  # fmt: skip
    return replace(base, **changes)


def impact() -> ImpactResult:
    """A primary outcome that cannot tell, and others of each kind."""
    shown = (
        variant("nfa_pupils_advice", "counting advice as no further action", -1.41),
        variant("nfa_pupils_early_help", "counting advice and early help too", -0.93),
    )
    sensitivity = (variant("unadjusted", "without the baseline", -1.02, tier=2),)
    primary = outcome(
        "nfa_pupils", shown=shown, sensitivity=sensitivity,
        dropped=(Dropped("usual", "outcome missing", 2, 2),),
    )  # fmt: skip
    small = (
        ArmMean("usual", "usual practice", 0.26, 0.9, 61, 59, 61, 15210.0, 4.0),
        ArmMean("supervision", "supervision", 0.61, 1.1, 59, 57, 59, 14830.0, 9.0),
    )
    outcomes = (
        primary,
        outcome("contacts", estimate=0.42, lower=-2.11, upper=2.95, p=0.7412,
                conclusion="no_worthwhile_difference"),
        outcome("nfa_share", estimate=-1.84, lower=-4.93, upper=1.25, p=0.241),
        outcome("referrals", estimate=-0.31, lower=-1.42, upper=0.8, p=0.5813,
                conclusion="no_worthwhile_difference"),
        outcome("section47", estimate=0.33, lower=-0.12, upper=0.78, p=0.1502, means=small,
                conclusion="no_worthwhile_effect"),
        outcome("recontact", estimate=0.21, lower=-0.63, upper=1.72, p=0.6124,
                safety_holds=False, conclusion="no_worthwhile_benefit_harm_not_ruled_out"),
        outcome("wellbeing", estimate=0.37, lower=-0.34, upper=1.08, p=0.0004, p_permutation=None,
                permutations=0),
    )  # fmt: skip
    return ImpactResult(
        trial="dsl-primary",
        title=protocol().trial.title,
        question=protocol().trial.question,
        reference="usual",
        arms=(
            ArmTitle("usual", "usual practice", 0.5, False, 59, 61, 15210),
            ArmTitle("supervision", "supervision", 0.5, True, 57, 59, 14830),
        ),
        outcomes=outcomes,
        primary="nfa_pupils",
        subgroups=(
            SubgroupResult("size", "nfa_pupils", "pupils", "supervision", 241.0, -0.62, 1.43, 97.0,
                           -3.46, 2.22, 0.663,
                           (SubgroupLevel("low", 60, -0.92, 1.2, 50.0, -3.33, 1.49),
                            SubgroupLevel("high", 60, -1.54, 0.9, 50.0, -3.35, 0.27))),
        ),
        safe=False,
        safety_failing=("recontact",),
        quality_by_arm=(
            ArmQuality("usual", "usual practice", 61, 0.967, 0.714, 0.021, 0.008, None),
            ArmQuality("supervision", "supervision", 59, 0.983, 0.783, 0.019, 0.011, None),
        ),
        records_hold=None,
        interval=0.95,
        alpha=0.05,
        multiplicity="none-one-primary",
    )  # fmt: skip


def flow() -> FlowResult:
    """A flow that adds up."""
    lost = FlowReason("authority sent no pack", Box(2, 2, 420))
    usual = FlowArm(
        "usual",
        "usual practice",
        False,
        Box(59, 61, 15210),
        Box(58, 60, 14900),
        None,
        (FlowReason("bought supervision", Box(1, 1, 310)),),
        (lost,),
        (),
        Box(57, 59, 14790),
    )
    offered = FlowArm(
        "supervision",
        "supervision",
        True,
        Box(57, 59, 14830),
        Box(52, 54, 13600),
        Box(23, 24, 6010),
        (FlowReason("no session could be arranged", Box(5, 5, 1230)),),
        (),
        (),
        Box(57, 59, 14830),
    )
    return FlowResult(
        "dsl-primary", "nfa_pupils", Box(None, 131, 31980),
        (FlowReason("fewer pupils than the least that is eligible", Box(None, 7, 140)),
         FlowReason("not open", Box(None, 4, 1800))),
        Box(116, 120, 30040), (usual, offered), Box(114, 118, 29620),
        (FlowCheck("randomised = assigned", 120, 120),),
    )  # fmt: skip


def decision() -> DecisionResult:
    """Test further."""
    return DecisionResult(
        "dsl-primary", "primary-class", "test-further", "nfa_pupils", "cannot_tell",
        (DecisionReason("primary-class", "nfa_pupils", None, "cannot_tell", -2.64, 0.18, 2.0,
                        PER_THOUSAND),
         DecisionReason("safety-fails", "recontact", None, None, -0.63, 1.72, 1.5, PER_THOUSAND)),
        PerceivedBesideMeasured("useful", 88, 71, 0.807, 0.712, 0.876, 0.95, 4.12, "cannot_tell",
                                "liked-not-shown"),
        CostBesideEffect("nfa_pupils", False, "interval-includes-no-effect", 86234.0, 343.0, None,
                         None, None, None, None, None, None),
    )  # fmt: skip


def summary() -> AnalysisSetSummary:
    """Arm-free numbers, with counts small enough to be withheld."""
    authorities = tuple(
        AuthorityWindow(code, "outcome", 30, 0, 1, 7500, 312 + place, 280 + place, 7, small, 12,
                        41, 9, 8, 6)
        for place, (code, small) in enumerate((("900", 3), ("901", 14), ("902", 21), ("903", 17)))
    )  # fmt: skip
    pooled = PooledOutcome("nfa_pupils", "pupils with a new contact", PER_THOUSAND, 120, 116, 2, 3,
                           717.0, 30040.0, 23.9, 11.1)  # fmt: skip
    return AnalysisSetSummary(
        "packs", 4, 8, 116, 120, 120, 30040, 2, 5, 171, ("baseline", "outcome"),
        ("baseline", "endline"), authorities, (), (), (pooled,), (), 0,
    )  # fmt: skip


def made(cls: type[Any], **known: Any) -> Any:
    """A result with the fields that matter here; the others are empty."""
    blank = {"int": 0, "float": 0.0, "str": "none", "bool": False}
    rest = {
        field.name: () if str(field.type).startswith("tuple") else blank.get(str(field.type))
        for field in fields(cls)
        if field.name not in known
    }
    return cls(**known, **rest)


def surveys() -> SurveyResult:
    """One wave."""
    wave = made(
        WaveSummary, wave="endline", invited=200, responded=151, not_responded=49, scored=148,
        incomplete=3, mean=24.1, sd=4.2, alpha=0.86,
    )  # fmt: skip
    found = made(
        SurveyResult, instrument="swemwbs", title="Short Warwick-Edinburgh Mental Wellbeing Scale",
        unit="points", licence="licence words", waves=(wave,),
    )  # fmt: skip
    assert isinstance(found, SurveyResult)
    return found


def dose() -> DoseResult:
    """Sessions as a trial might hold them."""
    levels = tuple(
        DoseLevel(sessions, schools, schools / 59)
        for sessions, schools in enumerate((5, 4, 6, 5, 7, 8, 24))
    )
    group = made(
        GroupDose, la_code="900", schools=15, schools_any=13, schools_intended=6,
        sessions_planned=88, sessions_held=61, mean_sessions=4.07,
    )  # fmt: skip
    found = made(
        DoseResult, unit="sessions", any_level=1, intended_level=6, schools=59, schools_any=54,
        schools_intended=24, sessions_planned=354, sessions_held=241, share_held=0.681,
        mean_sessions=4.08, distribution=levels, authorities=(group,),
        reasons_not_held=(
            CodeCount("cancelled-by-school", 71, 0.63), CodeCount("not-arranged", 42, 0.37),
        ),
    )  # fmt: skip
    assert isinstance(found, DoseResult)
    return found


def costs() -> CostResult:
    """Costs with their arithmetic."""
    found = made(
        CostResult, perspective="authority", price_year="2024-25", schools=59, pupils=14830,
        total_pence=4_430_112, recurring_pence=4_102_900, start_up_pence=327_212,
        recurring_pence_per_school_year=86_234, recurring_pence_per_pupil_year=343,
        recurring_pence_per_session_held=17_095, start_up_pence_per_school=5_546,
        categories=(
            CategoryCost("salary", 2_900_000, 0, 0.707),
            CategoryCost("on-costs", 902_900, 0, 0.22),
            CategoryCost("training", 300_000, 327_212, 0.073),
        ),
        worked=(
            WorkedStep("recurring_pence_per_school_year", "one school a year", 4_102_900, 12, 300,
                       31, 59, 86_234),
        ),
    )  # fmt: skip
    assert isinstance(found, CostResult)
    return found


def themes() -> ThemeResult:
    """Themes with counts small enough to be withheld."""
    rows = (
        ThemeCount("reflection", "time to reflect", 31, 0.775, 24, 4, 3, 20, ()),
        ThemeCount("time", "finding time for the sessions", 27, 0.675, 0, 8, 19, 18, ()),
    )
    item = FeedbackItem("useful", 88, (1, 4, 12, 38, 33), 4.12, 0.9, 71, 0.807, 0.712, 0.876, 0.95,
                        "wilson")  # fmt: skip
    return ThemeResult(40, 1, (), (), 33, rows, item, (item,), 88, 50, 70, 0.9, ())


def power() -> PowerResult:
    """Power of the primary outcome."""
    return PowerResult("nfa_pupils", "pupils", PER_THOUSAND, True, 116, 120, 8, 258.9, 0.41, 0.49,
                       0.05, 0.8, None, 0.3, 12.0, "between schools", 107, 1.88, 5.31, 0.44, 2.0,
                       0.17, 0.18, 810, "assumed", ())  # fmt: skip


def balance() -> BalanceResult:
    """Overall balance."""
    rows = (BalanceRow("pupils", "pupils on the roll", 0.07, 0),)
    return BalanceResult(120, 116, 8, 4, rows, 0.07)


def provenance() -> Provenance:
    """Where it all comes from."""
    return Provenance(
        "a1" * 32, "head " + "b2" * 32, "draw committed, consistent", "equipoise sample",
        (Deviation("2025-03-04", "one school closed", "falling roll"),),
        (InputDigest("analysis", "c3" * 32),),
    )  # fmt: skip


def inputs(*, simulated: bool = True, **changes: Any) -> BriefInputs:
    """A whole brief's inputs."""
    base = BriefInputs(
        protocol(), simulated, impact(), decision(), flow(), provenance(), summary(), power(),
        balance(), surveys(), dose(), costs(), themes(),
    )  # fmt: skip
    return replace(base, **changes)


def blind_inputs(*, simulated: bool = True) -> BlindInputs:
    """A blind page's inputs."""
    model = BlindModel("main", True, None, 118, 101.2, -99.75, 88.25)
    one = BlindOutcome("nfa_pupils", "pupils with a new contact", "school", PER_THOUSAND, 120, 116,
                       2, 3, 23.9, 11.1, 717.0, 30040.0, 0.52, 0.021, 107.0, (model,))  # fmt: skip
    blind = BlindResult("dsl-primary", "stratified", "d4" * 32, (one,), 1, 1)
    return BlindInputs(
        protocol(), simulated, summary(), provenance(), blind, power(), balance(), surveys()
    )
