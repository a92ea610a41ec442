"""What is planted in the schools with supervision."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.simulate.scenario import Scenario


@dataclass(frozen=True)
class Planted:
    """Effects at one school from the first day of delivery.

    Attributes
    ----------
    nfa, advice, csa
        Rate ratios of contacts without further action, of contacts that ended in advice
        (displacement: the supervisor is asked instead), and of contacts about possible sexual
        abuse.
    relabelled
        Share of contacts without further action that the front door enters as advice.
    """

    nfa: float = 1.0
    advice: float = 1.0
    csa: float = 1.0
    relabelled: float = 0.0


NOTHING = Planted()


def planted(scenario: Scenario, dose: Mapping[str, float]) -> dict[str, Planted]:
    """Return what is planted in each supervised school, by URN.

    Parameters
    ----------
    scenario
        The effects, and whether they grow with the dose.
    dose
        Share of the intended sessions that were held, of the supervised schools.

    Examples
    --------
    >>> planted(Scenario(effect=0.0), {"900000": 0.5})["900000"] == NOTHING
    True
    """
    by_dose = scenario.effect_by == "dose"
    found = {}
    for urn, share in dose.items():
        size = share if by_dose else 1.0
        found[urn] = Planted(
            nfa=math.exp(scenario.effect * size),
            advice=math.exp(scenario.displacement * size),
            csa=math.exp(scenario.csa_effect * size),
            relabelled=scenario.recording_shift,
        )
    return found
