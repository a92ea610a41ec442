"""Synthesis: what the findings mean under the rule that was declared before them."""

from equipoise.evaluation.synthesis.decision import decide
from equipoise.evaluation.synthesis.money import cost_beside_effect
from equipoise.evaluation.synthesis.perception import perceived_beside_measured
from equipoise.evaluation.synthesis.types import (
    CostBesideEffect,
    DecisionReason,
    DecisionResult,
    PerceivedBesideMeasured,
)

__all__ = [
    "CostBesideEffect",
    "DecisionReason",
    "DecisionResult",
    "PerceivedBesideMeasured",
    "cost_beside_effect",
    "decide",
    "perceived_beside_measured",
]
