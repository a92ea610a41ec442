"""Where names meet numbers: a tidy table and a specification in, an estimate out."""

from equipoise.statistics.models.arrays import (
    Effect,
    TrialArrays,
    design_df,
    estimate_effect,
    specified_effect,
)
from equipoise.statistics.models.blind import draw_blind
from equipoise.statistics.models.estimate import ArmSummary, Estimate
from equipoise.statistics.models.fit import fit
from equipoise.statistics.models.fit_file import fit_file, fit_parts
from equipoise.statistics.models.fit_freedom import ceiled_freedom
from equipoise.statistics.models.fit_report import Coefficient, FitReport, Marginal, Resampled
from equipoise.statistics.models.fit_specification import (
    Estimand,
    FitFamily,
    FitModel,
    FitSpecification,
)
from equipoise.statistics.models.fit_table import fit_table
from equipoise.statistics.models.least_squares import RowsNeededError
from equipoise.statistics.models.prepared import Prepared, prepare
from equipoise.statistics.models.specification import ModelSpecification
from equipoise.statistics.models.table_file import read_table

__all__ = [
    "ArmSummary",
    "Coefficient",
    "Effect",
    "Estimand",
    "Estimate",
    "FitFamily",
    "FitModel",
    "FitReport",
    "FitSpecification",
    "Marginal",
    "ModelSpecification",
    "Prepared",
    "Resampled",
    "RowsNeededError",
    "TrialArrays",
    "ceiled_freedom",
    "design_df",
    "draw_blind",
    "estimate_effect",
    "fit",
    "fit_file",
    "fit_parts",
    "fit_table",
    "prepare",
    "read_table",
    "specified_effect",
]
