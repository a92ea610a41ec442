"""Results of the analysis, as the brief reads them; each family has a module of its own."""

from equipoise.evaluation.analysis.blind_types import BlindModel, BlindOutcome, BlindResult
from equipoise.evaluation.analysis.check_types import (
    ArmCompliance,
    CheckResult,
    ComplianceResult,
    ComplierEffect,
)
from equipoise.evaluation.analysis.estimate_types import (
    ArmMean,
    Dropped,
    EffectSize,
    EstimandWords,
    Intercurrent,
    MarginalMeans,
    ModelWords,
    VariantResult,
)
from equipoise.evaluation.analysis.flow_types import (
    Box,
    FlowArm,
    FlowCheck,
    FlowEnrolment,
    FlowReason,
    FlowResult,
)
from equipoise.evaluation.analysis.impact_types import ArmQuality, ArmTitle, ImpactResult
from equipoise.evaluation.analysis.outcome_types import OutcomeResult, SubgroupLevel, SubgroupResult

__all__ = [
    "ArmCompliance",
    "ArmMean",
    "ArmQuality",
    "ArmTitle",
    "BlindModel",
    "BlindOutcome",
    "BlindResult",
    "Box",
    "CheckResult",
    "ComplianceResult",
    "ComplierEffect",
    "Dropped",
    "EffectSize",
    "EstimandWords",
    "FlowArm",
    "FlowCheck",
    "FlowEnrolment",
    "FlowReason",
    "FlowResult",
    "ImpactResult",
    "Intercurrent",
    "MarginalMeans",
    "ModelWords",
    "OutcomeResult",
    "SubgroupLevel",
    "SubgroupResult",
    "VariantResult",
]
