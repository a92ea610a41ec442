"""What a brief is made from: typed results and the words of the protocol."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.disclosure import SMALLEST
from equipoise.design.power import PowerResult
from equipoise.design.protocol import Programme, Protocol
from equipoise.design.randomisation import BalanceResult, ChancesResult
from equipoise.evaluation.analysis import (
    BlindResult,
    CharacteristicsResult,
    ComplianceResult,
    FlowResult,
    ImpactResult,
)
from equipoise.evaluation.outcomes import AnalysisSetSummary
from equipoise.evaluation.synthesis import BreakEvenResult, DecisionResult, ProgrammeResult
from equipoise.programme.costs import CostResult
from equipoise.programme.delivery import DoseResult
from equipoise.programme.process import ThemeResult
from equipoise.programme.surveys import SurveyResult
from equipoise.reporting.tables import PROGRAMME, Fields, Writer


@dataclass(frozen=True)
class InputDigest:
    """One file that a brief rests on.

    Attributes
    ----------
    title
        What it is, in words.
    digest
        SHA-256, hex.
    """

    title: str
    digest: str


@dataclass(frozen=True)
class Deviation:
    """One departure from the locked protocol.

    Attributes
    ----------
    when
        Date, ISO.
    what, why
        In words.
    phase
        When in the life of the trial, in words: before or after unblinding.
    """

    when: str
    what: str
    why: str
    phase: str = ""


@dataclass(frozen=True)
class Provenance:
    """Where the numbers come from, as the ledger has it.

    Attributes
    ----------
    protocol_digest
        Digest of what was locked.
    ledger_head
        The ledger's head, in words.
    draw
        What can be verified of the draw, in words.
    code_version
        Version of the programme.
    deviations
        Departures from the locked protocol.
    inputs
        Files that the brief rests on.
    """

    protocol_digest: str
    ledger_head: str
    draw: str
    code_version: str
    deviations: tuple[Deviation, ...] = ()
    inputs: tuple[InputDigest, ...] = ()


@dataclass(frozen=True)
class BriefInputs:
    """Results for the brief; what a trial does not have is None, and its sentences fall away.

    Attributes
    ----------
    protocol
        The protocol as locked.
    simulated
        Whether any result in it is simulated; the protocol's own flag counts as well.
    impact, decision, flow, provenance
        Findings, decision, flow and origin.
    summary, power, balance, surveys, dose, costs, themes, chances, compliance, break_even,
    characteristics
        The other results.
    """

    protocol: Protocol
    simulated: bool
    impact: ImpactResult
    decision: DecisionResult
    flow: FlowResult
    provenance: Provenance
    summary: AnalysisSetSummary | None = None
    power: PowerResult | None = None
    balance: BalanceResult | None = None
    surveys: SurveyResult | None = None
    dose: DoseResult | None = None
    costs: CostResult | None = None
    themes: ThemeResult | None = None
    chances: ChancesResult | None = None
    compliance: ComplianceResult | None = None
    break_even: BreakEvenResult | None = None
    characteristics: CharacteristicsResult | None = None

    @property
    def marked(self) -> bool:
        """Whether the mark of simulated data is printed."""
        return self.simulated or self.protocol.trial.simulated

    def writer(self) -> Writer:
        """Return the writer of these results."""
        sources = {
            name: getattr(self, name)
            for name in (
                "protocol", "impact", "decision", "flow", "provenance", "summary", "power",
                "balance", "surveys", "dose", "costs", "themes", "chances",
                "compliance", "break_even", "characteristics",
            )
        }  # fmt: skip
        return Writer(Fields(sources), self.protocol.design.disclosure.smallest)


@dataclass(frozen=True)
class BlindInputs:
    """Results for the blind page: overall only, no arm.

    Attributes
    ----------
    protocol, provenance, simulated
        As in `BriefInputs`.
    summary, blind
        The analysis set, and the planned analysis on made-up arms.
    power, balance, surveys, chances
        The other arm-free results.
    """

    protocol: Protocol
    simulated: bool
    summary: AnalysisSetSummary
    provenance: Provenance
    blind: BlindResult | None = None
    power: PowerResult | None = None
    balance: BalanceResult | None = None
    surveys: SurveyResult | None = None
    chances: ChancesResult | None = None

    @property
    def marked(self) -> bool:
        """Whether the mark of simulated data is printed."""
        return self.simulated or self.protocol.trial.simulated

    def writer(self) -> Writer:
        """Return the writer of these results."""
        sources = {
            name: getattr(self, name)
            for name in (
                "protocol", "provenance", "summary", "blind", "power", "balance", "surveys",
                "chances",
            )
        }  # fmt: skip
        return Writer(Fields(sources), self.protocol.design.disclosure.smallest)


@dataclass(frozen=True)
class ProgrammeInputs:
    """Results for the brief over several trials.

    Attributes
    ----------
    result
        The trials side by side, and what they say together.
    programme
        As declared.
    """

    result: ProgrammeResult
    programme: Programme

    @property
    def marked(self) -> bool:
        """Whether the mark of simulated data is printed: one simulated trial is enough."""
        return (
            self.result.simulated
            or self.programme.programme.simulated
            or any(trial.simulated for trial in self.result.trials)
        )

    def writer(self) -> Writer:
        """Return the writer of these results."""
        sources = {PROGRAMME: self.result, "declared": self.programme}
        return Writer(Fields(sources), SMALLEST)
