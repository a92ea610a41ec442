"""What a programme is made of: each trial's protocol, frozen tables, opened arms and results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from equipoise.design.protocol import Outcome, Protocol, Window
from equipoise.evaluation.analysis import ImpactResult, OutcomeResult
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.evaluation.synthesis.decision import decide, primary_result
from equipoise.evaluation.synthesis.trial_types import Departure
from equipoise.evaluation.synthesis.types import DecisionResult
from equipoise.programme.costs import CostResult
from equipoise.programme.delivery import DoseResult
from equipoise.programme.process import ThemeResult

__all__ = ["TrialEvidence", "last_day", "span_of"]


@dataclass(frozen=True)
class TrialEvidence:
    """One unblinded and analysed trial, as `synthesise` takes it.

    Attributes
    ----------
    protocol
        Its protocol.
    impact
        Its findings (results/impact.json).
    data
        Its frozen analysis set.
    allocation
        Its opened arms, from unit or school to arm.
    dose
        What was delivered (results/dose.json); None without records.
    costs
        What it cost (results/costs.json); None without.
    themes
        What those who took part said (results/themes.json); None without.
    label
        Short title; `synthesise` takes it from programme.yaml. None gives the protocol's title.
    departures
        Departures from the locked protocol, as its ledger has them.
    """

    protocol: Protocol
    impact: ImpactResult
    data: AnalysisSet
    allocation: Mapping[str, str]
    dose: DoseResult | None = None
    costs: CostResult | None = None
    themes: ThemeResult | None = None
    label: str | None = None
    departures: tuple[Departure, ...] = ()

    @property
    def id(self) -> str:
        """Id of the trial."""
        return str(self.protocol.trial.id)

    @property
    def title(self) -> str:
        """Short title of the trial, or else its title."""
        return str(self.protocol.trial.title) if self.label is None else self.label

    @property
    def primary(self) -> OutcomeResult:
        """The finding on the trial's own primary outcome."""
        return primary_result(self.impact)

    @property
    def ends(self) -> date:
        """Last day of the primary outcome, which dates the trial among others."""
        return last_day(self.protocol)

    def decision(self) -> DecisionResult:
        """Apply the trial's own rule."""
        return decide(self.protocol, self.impact, self.themes, self.costs)


def span_of(protocol: Protocol, outcome: Outcome) -> Window | None:
    """Give the window or wave of an outcome; None for a trial's own table."""
    measure = outcome.measure
    if measure.window is not None:
        return protocol.window(measure.window)
    return None if measure.wave is None else protocol.wave(measure.wave)


def last_day(protocol: Protocol) -> date:
    """Give the last day of the primary outcome, else of delivery, else the protocol's own date."""
    span = span_of(protocol, protocol.primary) or protocol.design.periods.delivery
    return protocol.registration.protocol_date if span is None else span.end
