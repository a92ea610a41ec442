"""Synthesis: what the findings mean under the rule that was declared before them."""

from equipoise.evaluation.synthesis.break_even import BreakEvenResult, break_even_beside_effect
from equipoise.evaluation.synthesis.common_outcome import (
    CommonOutcomeRow,
    CommonOutcomeRows,
    common_outcome,
)
from equipoise.evaluation.synthesis.decision import decide
from equipoise.evaluation.synthesis.evidence import TrialEvidence
from equipoise.evaluation.synthesis.money import cost_beside_effect
from equipoise.evaluation.synthesis.perception import perceived_beside_measured
from equipoise.evaluation.synthesis.programme import synthesise
from equipoise.evaluation.synthesis.programme_types import (
    CumulativePoint,
    LeftOut,
    ModeCost,
    NotPooled,
    PanelRow,
    PooledMeasure,
    PoolRow,
    ProgrammeArm,
    ProgrammeDecision,
    ProgrammeDose,
    ProgrammeFinding,
    ProgrammePanel,
    ProgrammePool,
    ProgrammeReason,
    ProgrammeResult,
    ProgrammeTotals,
    ProgrammeTrial,
    QuotedFinding,
)
from equipoise.evaluation.synthesis.trial_types import Departure
from equipoise.evaluation.synthesis.types import (
    CostBesideEffect,
    DecisionReason,
    DecisionResult,
    PerceivedBesideMeasured,
)

__all__ = [
    "BreakEvenResult",
    "CommonOutcomeRow",
    "CommonOutcomeRows",
    "CostBesideEffect",
    "CumulativePoint",
    "DecisionReason",
    "DecisionResult",
    "Departure",
    "LeftOut",
    "ModeCost",
    "NotPooled",
    "PanelRow",
    "PerceivedBesideMeasured",
    "PoolRow",
    "PooledMeasure",
    "ProgrammeArm",
    "ProgrammeDecision",
    "ProgrammeDose",
    "ProgrammeFinding",
    "ProgrammePanel",
    "ProgrammePool",
    "ProgrammeReason",
    "ProgrammeResult",
    "ProgrammeTotals",
    "ProgrammeTrial",
    "QuotedFinding",
    "TrialEvidence",
    "break_even_beside_effect",
    "common_outcome",
    "cost_beside_effect",
    "decide",
    "perceived_beside_measured",
    "synthesise",
]
