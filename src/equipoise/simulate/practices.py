"""What an authority counts as a contact, how busy its schools are and where its thresholds lie."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream


@dataclass(frozen=True)
class Practice:
    """One authority's ways (data.md B.1).

    Attributes
    ----------
    la_code
        The authority.
    busy
        Log of how many calls its schools make, relative to others; the mean of its exponential
        over authorities is one.
    strict
        How far its share of contacts without further action lies from others, in log odds.
    advice_logged
        Whether a call for advice is a contact at all.
    open_logged
        Whether news about an open case is a contact.
    early_help_apart
        Whether calls that go to early help are kept in a table of the early help hub.
    """

    la_code: str
    busy: float
    strict: float
    advice_logged: bool
    open_logged: bool
    early_help_apart: bool

    def logs(self, outcome: str, is_open: bool) -> bool:
        """Tell whether a call with this end becomes a contact in the authority's table."""
        if is_open:
            return self.open_logged
        if outcome == "ADVICE":
            return self.advice_logged
        return not (outcome == "EARLY_HELP" and self.early_help_apart)


def practice_of(la_code: str, scenario: Scenario) -> Practice:
    """Draw an authority's ways; they depend on the seed and its code alone.

    >>> practice_of("900", Scenario()).advice_logged
    True
    """
    stream = Stream(scenario.seed, "authority", la_code)
    sd = scenario.authority_log_sd
    return Practice(
        la_code=la_code,
        busy=stream.normal(-sd * sd / 2.0, sd),
        strict=stream.normal(0.0, scenario.authority_outcome_sd),
        advice_logged=stream.chance(scenario.advice_logged),
        open_logged=stream.chance(scenario.open_logged),
        early_help_apart=stream.chance(scenario.early_help_apart),
    )
