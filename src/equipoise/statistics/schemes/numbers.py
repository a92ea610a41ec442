"""The numbers that follow from a unit's key; estimation's resampling uses the same ones."""

from equipoise.statistics.estimation.numbers import (
    GAMMA,
    further_number,
    further_numbers,
    splitmix64,
    splitmix64_array,
)

__all__ = ["GAMMA", "further_number", "further_numbers", "splitmix64", "splitmix64_array"]
