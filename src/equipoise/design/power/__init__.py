"""Power: how large an effect the trial can find, beside the benchmarks of the field."""

from equipoise.design.power.baseline import BaselinePower, power_from_baseline
from equipoise.design.power.benchmarks import Benchmark, PowerWarning, benchmarks
from equipoise.design.power.size import PowerResult, size

__all__ = [
    "BaselinePower",
    "Benchmark",
    "PowerResult",
    "PowerWarning",
    "benchmarks",
    "power_from_baseline",
    "size",
]
