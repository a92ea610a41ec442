"""Power: how large an effect the trial can find, beside the benchmarks of the field."""

from equipoise.design.power.again import PowerAgain, Seen, seen_of, size_again
from equipoise.design.power.assumptions import Assumptions
from equipoise.design.power.baseline import BaselinePower, power_from_baseline
from equipoise.design.power.benchmarks import Benchmark, PowerWarning, benchmarks
from equipoise.design.power.break_even import BreakEven, break_even, break_even_of
from equipoise.design.power.declared import assumptions_of
from equipoise.design.power.library import (
    KINDS,
    Parameter,
    ParameterKind,
    added,
    library,
    library_bytes,
    read_library,
)
from equipoise.design.power.losses import Losses
from equipoise.design.power.measured import (
    FEWEST_SCHOOLS,
    RateSpread,
    autocorrelation,
    rate_spread,
)
from equipoise.design.power.plan import EffectPower, Family, PowerPlan, plan_of
from equipoise.design.power.readings import Simulated
from equipoise.design.power.roads import Estimates
from equipoise.design.power.simulation import (
    Experiment,
    Job,
    Spread,
    experiment_of,
    run_job,
    simulated,
)
from equipoise.design.power.size import PowerResult, size
from equipoise.design.power.summary import ClassChance, SimulatedPower, simulate_power
from equipoise.design.power.varying import GridCell, PowerGrid, Varied, grid_of, read_varied
from equipoise.design.power.views import PowerView
from equipoise.design.power.worlds import Facts

__all__ = [
    "FEWEST_SCHOOLS",
    "KINDS",
    "Assumptions",
    "BaselinePower",
    "Benchmark",
    "BreakEven",
    "ClassChance",
    "EffectPower",
    "Estimates",
    "Experiment",
    "Facts",
    "Family",
    "GridCell",
    "Job",
    "Losses",
    "Parameter",
    "ParameterKind",
    "PowerAgain",
    "PowerGrid",
    "PowerPlan",
    "PowerResult",
    "PowerView",
    "PowerWarning",
    "RateSpread",
    "Seen",
    "Simulated",
    "SimulatedPower",
    "Spread",
    "Varied",
    "added",
    "assumptions_of",
    "autocorrelation",
    "benchmarks",
    "break_even",
    "break_even_of",
    "experiment_of",
    "grid_of",
    "library",
    "library_bytes",
    "plan_of",
    "power_from_baseline",
    "rate_spread",
    "read_library",
    "read_varied",
    "run_job",
    "seen_of",
    "simulate_power",
    "simulated",
    "size",
    "size_again",
]
