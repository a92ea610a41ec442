"""A whole trial's raw inputs, with known truth.

Schools, authorities and people are invented; nothing made here is ever a finding.
"""

from equipoise.simulate.authorities import AuthorityTask, AuthorityYield, simulate_authority
from equipoise.simulate.collect import simulate_collect
from equipoise.simulate.presets import PRESETS, preset
from equipoise.simulate.roster import simulate_roster
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_table import SchoolTable, school_table
from equipoise.simulate.structure import Structure, read_structure
from equipoise.simulate.truth import COUNT_NAMES

__all__ = [
    "COUNT_NAMES",
    "PRESETS",
    "AuthorityTask",
    "AuthorityYield",
    "Scenario",
    "SchoolTable",
    "Structure",
    "preset",
    "read_structure",
    "school_table",
    "simulate_authority",
    "simulate_collect",
    "simulate_roster",
]
