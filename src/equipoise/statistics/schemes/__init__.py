"""Assignment as a pure function of unit keys: draws that an outsider can repeat."""

from equipoise.statistics.schemes.draws import iterate_draws, uniform_keys
from equipoise.statistics.schemes.enumeration import AllocationSet, enumerate_allocations
from equipoise.statistics.schemes.numbers import (
    GAMMA,
    further_number,
    further_numbers,
    splitmix64,
    splitmix64_array,
)
from equipoise.statistics.schemes.realised import RealisedScheme
from equipoise.statistics.schemes.roster import Roster, Scheme, SchemeError
from equipoise.statistics.schemes.stratified import StratifiedScheme

__all__ = [
    "GAMMA",
    "AllocationSet",
    "RealisedScheme",
    "Roster",
    "Scheme",
    "SchemeError",
    "StratifiedScheme",
    "enumerate_allocations",
    "further_number",
    "further_numbers",
    "iterate_draws",
    "splitmix64",
    "splitmix64_array",
    "uniform_keys",
]
