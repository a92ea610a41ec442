"""A whole trial's raw inputs, with known truth.

Schools, authorities and people are invented; nothing made here is ever a finding.
"""

from equipoise.simulate.collect import simulate_collect
from equipoise.simulate.roster import simulate_roster
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.truth import COUNT_NAMES

__all__ = ["COUNT_NAMES", "Scenario", "simulate_collect", "simulate_roster"]
