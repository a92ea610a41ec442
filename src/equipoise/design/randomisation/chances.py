"""Chances: what a scheme that chooses among draws does to the probabilities of units and pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.design.protocol import Protocol, build_scheme
from equipoise.design.randomisation.commitment import Commitment
from equipoise.design.randomisation.rosters import (
    roster_of,
    scheme_roster,
    settled_scheme,
    staged_roster,
    stages_of,
)
from equipoise.design.registers import Enrolment
from equipoise.statistics.schemes import Pairings, look_at_pairings

#: Simulated draws of a stage, where its allocations cannot all be listed; their seed is 0.
DRAWS = 1_000
#: As many as tell whether a scheme leaves much to chance, before anything is committed.
GLANCE = 200
#: Units of a stage whose pairs are looked at: the first by name.
PAIRED = 500
#: With fewer different draws a test by re-drawing within the stage cannot reach one in twenty.
FEW_DRAWS = 20
#: Kinds of scheme that choose among draws.
CHOOSING = ("minimisation", "constrained", "rerandomisation")


@dataclass(frozen=True)
class ArmChance:
    """The probability of one arm over the units of a stage.

    Attributes
    ----------
    arm, share
        The arm and its declared share.
    lowest, highest
        Over units.
    """

    arm: str
    share: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class StageChances:
    """Single and pairwise probabilities of one stage.

    Attributes
    ----------
    stage, units
        The stage, and its units.
    arms
        One entry per arm.
    paired
        Units whose pairs were looked at; below `units` in large stages.
    declared
        The probability that two units are in one arm if each were drawn by itself.
    lowest, highest
        That probability under the scheme, over pairs.
    always, never
        Pairs that were in one arm in every draw, and in none.
    often, seldom
        Pairs whose probability is at least half way from the declared one to 1, and at most half
        of it; with two equal arms three quarters and a quarter, as cvcrand has it.
    draws, distinct
        Draws looked at, and different allocations among them; all allocations where `exact`.
    exact
        Whether all allocations were looked at.
    error
        The largest Monte Carlo standard error of a single probability; 0 where exact.
    pair_error
        The same of a pair's probability; the extremes over many pairs stray by several of them.
    """

    stage: str
    units: int
    arms: tuple[ArmChance, ...]
    paired: int
    declared: float
    lowest: float
    highest: float
    always: int
    never: int
    often: int
    seldom: int
    draws: int
    distinct: int
    exact: bool
    error: float
    pair_error: float

    def words(self) -> str:
        """Say the pairwise summary in a line."""
        looked = "allocations" if self.exact else "draws"
        error = "" if self.exact else f", Monte Carlo error {self.pair_error:.2f}"
        return (
            f"two units share an arm in {self.lowest:.2f} to {self.highest:.2f} of {self.draws:,} "
            f"{looked} ({self.declared:.2f} if each were drawn by itself{error}); always together "
            f"{self.always} pairs, never {self.never}"
        )

    def warnings(self) -> tuple[str, ...]:
        """Say what makes a test by re-drawing weak or an ordinary standard error wrong.

        A draw that is constrained too tightly ties units together: their outcomes then stand and
        fall as one, whatever the covariates (Moulton 2004, Clinical Trials 1; Carter and Hood
        2008, BMC Medical Research Methodology 8).
        """
        said = []
        if self.distinct < FEW_DRAWS:
            said.append(
                f"only {self.distinct} different draws are left in stage {self.stage}: a test by "
                "re-drawing within it cannot reach 1 in 20"
            )
        if self.always or self.never:
            said.append(
                f"in stage {self.stage} {self.always} pairs of units are in one arm in every draw "
                f"and {self.never} in none: they count as tied, so accept more draws or balance "
                "less"
            )
        elif self.often or self.seldom:
            said.append(
                f"in stage {self.stage} {self.often} pairs of units share an arm much more often "
                f"than declared and {self.seldom} much less: only a test by re-drawing takes that "
                "into account"
            )
        return tuple(said)


@result("design.chances", version=2)
@dataclass(frozen=True)
class ChancesResult:
    """What the scheme does to the chances of units, by stage; nothing in it depends on a draw.

    Attributes
    ----------
    scheme
        The kind of scheme.
    stages
        Committed stages, in order.
    """

    scheme: str
    stages: tuple[StageChances, ...]


def chances(
    commitment: Commitment,
    before: ChancesResult | None = None,
    earlier: Sequence[Commitment] = (),
) -> ChancesResult:
    """Report single and pairwise assignment probabilities of a committed stage.

    Parameters
    ----------
    commitment
        Only scheme, roster and shares are read.
    before
        What was reported of the stages committed before; None for the first.
    earlier
        Commitments of the stages that this one looks back at: they are drawn afresh too, so that
        nothing is told of the arms that they have.
    """
    stages = () if before is None else before.stages
    ordered = sorted((*stages, _stage(commitment, earlier)), key=lambda one: one.stage)
    return ChancesResult(commitment.declared.type, tuple(ordered))


def tight_stages(protocol: Protocol, enrolment: Enrolment) -> tuple[str, ...]:
    """Return a sentence for each stage in which the scheme leaves little to chance.

    Parameters
    ----------
    protocol, enrolment
        As in `roster_of`; the scheme must be able to draw every stage.
    """
    if protocol.design.scheme.type not in CHOOSING:
        return ()
    said = []
    for stage in stages_of(protocol, enrolment):
        roster = roster_of(protocol, enrolment, stage)
        declared = settled_scheme(protocol, roster, stage)
        found = look_at_pairings(
            build_scheme(declared, protocol.whole_shares()),
            scheme_roster(declared, roster, stage),
            draws=GLANCE,
            paired=PAIRED,
        )
        always, never = found.tied()
        if found.distinct < FEW_DRAWS or always or never:
            said.append(
                f"the scheme leaves {found.distinct} different draws in stage {stage}, with "
                f"{always} pairs of units always in one arm and {never} never: accept more draws, "
                "or balance less"
            )
    return tuple(said)


def _looked_at(commitment: Commitment, earlier: Sequence[Commitment]) -> Pairings:
    """Look at the draws of a stage; of the stages before it at as many, each drawn in turn."""
    rosters = {one.stage: one.roster for one in earlier}
    whole = staged_roster(commitment.declared, {**rosters, commitment.stage: commitment.roster})
    only = whole.positions({unit.unit for unit in commitment.roster}) if earlier else None
    return look_at_pairings(commitment.rule(), whole, draws=DRAWS, paired=PAIRED, only=only)


def _stage(commitment: Commitment, earlier: Sequence[Commitment]) -> StageChances:
    found = _looked_at(commitment, earlier)
    shares = [one.share for one in commitment.shares]
    declared = sum((share / sum(shares)) ** 2 for share in shares)
    lowest, highest = found.span_together()
    always, never = found.tied()
    seldom, often = found.part_together(declared / 2, (1 + declared) / 2)
    return StageChances(
        stage=commitment.stage,
        units=len(commitment.roster),
        arms=tuple(
            ArmChance(one.arm, one.share / sum(shares), *found.span(k))
            for k, one in enumerate(commitment.shares)
        ),
        paired=found.paired,
        declared=declared,
        lowest=lowest,
        highest=highest,
        always=always,
        never=never,
        often=often,
        seldom=seldom,
        draws=found.draws,
        distinct=found.distinct,
        exact=found.exact,
        error=found.error,
        pair_error=found.pair_error,
    )
