"""Where names meet numbers: a tidy table and a specification in, an estimate out."""

from equipoise.statistics.models.arrays import Effect, TrialArrays, design_df, estimate_effect
from equipoise.statistics.models.blind import draw_blind
from equipoise.statistics.models.estimate import ArmSummary, Estimate
from equipoise.statistics.models.fit import fit
from equipoise.statistics.models.prepared import Prepared, prepare
from equipoise.statistics.models.specification import ModelSpecification

__all__ = [
    "ArmSummary",
    "Effect",
    "Estimate",
    "ModelSpecification",
    "Prepared",
    "TrialArrays",
    "design_df",
    "draw_blind",
    "estimate_effect",
    "fit",
    "prepare",
]
