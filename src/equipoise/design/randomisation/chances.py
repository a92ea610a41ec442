"""Chances: what a scheme that chooses among draws does to the probabilities of units and pairs."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.design.protocol import Protocol, build_scheme
from equipoise.design.randomisation.commitment import Commitment
from equipoise.design.randomisation.rosters import (
    roster_of,
    scheme_roster,
    settled_scheme,
    stages_of,
)
from equipoise.design.registers import Enrolment
from equipoise.statistics.schemes import look_at_pairings

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
    draws, distinct
        Draws looked at, and different allocations among them; all allocations where `exact`.
    exact
        Whether all allocations were looked at.
    error
        The largest Monte Carlo standard error of a single probability; 0 where exact.
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
    draws: int
    distinct: int
    exact: bool
    error: float


@result("design.chances", version=1)
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


def chances(commitment: Commitment, before: ChancesResult | None = None) -> ChancesResult:
    """Report single and pairwise assignment probabilities of a committed stage.

    Parameters
    ----------
    commitment
        Only scheme, roster and shares are read.
    before
        What was reported of the stages committed before; None for the first.
    """
    stages = () if before is None else before.stages
    ordered = sorted((*stages, _stage(commitment)), key=lambda one: one.stage)
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
        if found.distinct < FEW_DRAWS or always:
            said.append(
                f"the scheme leaves {found.distinct} different draws in stage {stage}, with "
                f"{always} pairs of units always in one arm and {never} never: accept more draws, "
                "or balance less"
            )
    return tuple(said)


def _stage(commitment: Commitment) -> StageChances:
    roster = commitment.drawn_roster()
    found = look_at_pairings(commitment.rule(), roster, draws=DRAWS, paired=PAIRED)
    shares = [one.share for one in commitment.shares]
    lowest, highest = found.span_together()
    always, never = found.tied()
    return StageChances(
        stage=commitment.stage,
        units=roster.size,
        arms=tuple(
            ArmChance(one.arm, one.share / sum(shares), *found.span(k))
            for k, one in enumerate(commitment.shares)
        ),
        paired=found.paired,
        declared=sum((share / sum(shares)) ** 2 for share in shares),
        lowest=lowest,
        highest=highest,
        always=always,
        never=never,
        draws=found.draws,
        distinct=found.distinct,
        exact=found.exact,
        error=found.error,
    )
