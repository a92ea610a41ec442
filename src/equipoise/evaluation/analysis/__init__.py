"""Analysis: the only room of the product where arm meets outcome data."""

from equipoise.evaluation.analysis.allocation import checked_allocation
from equipoise.evaluation.analysis.blind import analyse_blind
from equipoise.evaluation.analysis.classes import class_of
from equipoise.evaluation.analysis.common import CommonEffect, LogRatio, common_effect
from equipoise.evaluation.analysis.flow import Received, check_flow, flow
from equipoise.evaluation.analysis.impact import analyse, compared_arms
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
from equipoise.evaluation.analysis.variants import check_plan

__all__ = [
    "ArmMean",
    "ArmQuality",
    "ArmTitle",
    "BlindModel",
    "BlindOutcome",
    "BlindResult",
    "Box",
    "CommonEffect",
    "Dropped",
    "EffectSize",
    "EstimandWords",
    "FlowArm",
    "FlowCheck",
    "FlowReason",
    "FlowResult",
    "ImpactResult",
    "Intercurrent",
    "LogRatio",
    "ModelWords",
    "OutcomeResult",
    "Received",
    "SubgroupLevel",
    "SubgroupResult",
    "VariantResult",
    "analyse",
    "analyse_blind",
    "check_flow",
    "check_plan",
    "checked_allocation",
    "class_of",
    "common_effect",
    "compared_arms",
    "flow",
]
