"""Estimation: arrays in, frozen dataclasses out, on NumPy and SciPy alone."""

from equipoise.statistics.estimation.conclusions import (
    Conclusion,
    ConclusionCode,
    Direction,
    conclude,
    oriented,
)
from equipoise.statistics.estimation.designs import ClusterDesign, SchoolDesign, StratumSize
from equipoise.statistics.estimation.effect_size import EffectSize, hedges_g
from equipoise.statistics.estimation.errors import CollinearError, EstimationError
from equipoise.statistics.estimation.interval import Interval, critical_t, t_interval
from equipoise.statistics.estimation.linear import LinearFit, fit_linear
from equipoise.statistics.estimation.power import (
    minimum_detectable_effect,
    power,
    units_needed,
)
from equipoise.statistics.estimation.randomisation_inference import (
    RandomisationTest,
    randomisation_p,
    randomisation_test,
)
from equipoise.statistics.estimation.sandwich import DegreesOfFreedom, ErrorKind, WorkingModel
from equipoise.statistics.estimation.studentised import StudentisedEffect

__all__ = [
    "ClusterDesign",
    "CollinearError",
    "Conclusion",
    "ConclusionCode",
    "DegreesOfFreedom",
    "Direction",
    "EffectSize",
    "ErrorKind",
    "EstimationError",
    "Interval",
    "LinearFit",
    "RandomisationTest",
    "SchoolDesign",
    "StratumSize",
    "StudentisedEffect",
    "WorkingModel",
    "conclude",
    "critical_t",
    "fit_linear",
    "hedges_g",
    "minimum_detectable_effect",
    "oriented",
    "power",
    "randomisation_p",
    "randomisation_test",
    "t_interval",
    "units_needed",
]
