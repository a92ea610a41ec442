"""Results of the analysis, as the brief reads them; each family has a module of its own."""

from equipoise.evaluation.analysis.blind_types import BlindModel, BlindOutcome, BlindResult
from equipoise.evaluation.analysis.estimate_types import (
    ArmMean,
    Dropped,
    EffectSize,
    EstimandWords,
    Intercurrent,
    ModelWords,
    VariantResult,
)
from equipoise.evaluation.analysis.flow_types import Box, FlowArm, FlowCheck, FlowReason, FlowResult
from equipoise.evaluation.analysis.impact_types import ArmQuality, ArmTitle, ImpactResult
from equipoise.evaluation.analysis.outcome_types import OutcomeResult, SubgroupLevel, SubgroupResult

__all__ = [
    "ArmMean",
    "ArmQuality",
    "ArmTitle",
    "BlindModel",
    "BlindOutcome",
    "BlindResult",
    "Box",
    "Dropped",
    "EffectSize",
    "EstimandWords",
    "FlowArm",
    "FlowCheck",
    "FlowReason",
    "FlowResult",
    "ImpactResult",
    "Intercurrent",
    "ModelWords",
    "OutcomeResult",
    "SubgroupLevel",
    "SubgroupResult",
    "VariantResult",
]
