"""Assignment as a pure function of unit keys: draws that an outsider can repeat."""

from equipoise.statistics.schemes.accepted import AcceptedShareScheme
from equipoise.statistics.schemes.after import assign_after
from equipoise.statistics.schemes.balance import Balance, standardise
from equipoise.statistics.schemes.constrained import (
    ConstrainedScheme,
    ReRandomisedScheme,
    balance_threshold,
)
from equipoise.statistics.schemes.draws import iterate_draws, uniform_keys
from equipoise.statistics.schemes.enumeration import AllocationSet, enumerate_allocations
from equipoise.statistics.schemes.informed import InformedScheme
from equipoise.statistics.schemes.minimisation import MinimisationScheme
from equipoise.statistics.schemes.numbers import (
    GAMMA,
    further_number,
    further_numbers,
    splitmix64,
    splitmix64_array,
)
from equipoise.statistics.schemes.overlap import Overlap, check_overlap
from equipoise.statistics.schemes.pairings import Pairings, look_at_pairings
from equipoise.statistics.schemes.pairs import PairedScheme, form_pairs
from equipoise.statistics.schemes.probabilities import (
    AssignmentProbabilities,
    assignment_probabilities,
    pair_probabilities,
)
from equipoise.statistics.schemes.realised import RealisedScheme
from equipoise.statistics.schemes.roster import Roster, Scheme, SchemeError, assign
from equipoise.statistics.schemes.simple import CompleteScheme, SimpleScheme
from equipoise.statistics.schemes.staged import StagedScheme
from equipoise.statistics.schemes.stratified import StratifiedScheme

__all__ = [
    "GAMMA",
    "AcceptedShareScheme",
    "AllocationSet",
    "AssignmentProbabilities",
    "Balance",
    "CompleteScheme",
    "ConstrainedScheme",
    "InformedScheme",
    "MinimisationScheme",
    "Overlap",
    "PairedScheme",
    "Pairings",
    "ReRandomisedScheme",
    "RealisedScheme",
    "Roster",
    "Scheme",
    "SchemeError",
    "SimpleScheme",
    "StagedScheme",
    "StratifiedScheme",
    "assign",
    "assign_after",
    "assignment_probabilities",
    "balance_threshold",
    "check_overlap",
    "enumerate_allocations",
    "form_pairs",
    "further_number",
    "further_numbers",
    "iterate_draws",
    "look_at_pairings",
    "pair_probabilities",
    "splitmix64",
    "splitmix64_array",
    "standardise",
    "uniform_keys",
]
