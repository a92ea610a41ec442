"""Power: how large an effect the trial can find, beside the benchmarks of the field."""

from equipoise.design.power.benchmarks import Benchmark, PowerWarning, benchmarks
from equipoise.design.power.size import PowerResult, size

__all__ = ["Benchmark", "PowerResult", "PowerWarning", "benchmarks", "size"]
