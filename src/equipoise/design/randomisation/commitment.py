"""The commitment: everything a stage's draw depends on, fixed before its event is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from equipoise.core.base import Problem, ProblemsError
from equipoise.core.results import result
from equipoise.design.protocol import DeclaredScheme, Protocol, build_scheme
from equipoise.design.randomisation.late import (
    JoinedSchool,
    candidates_of,
    check_stage,
    chosen,
)
from equipoise.design.randomisation.rosters import (
    RosterUnit,
    roster_digest,
    roster_of,
    scheme_roster,
    settled_scheme,
)
from equipoise.design.registers import Enrolment

if TYPE_CHECKING:
    from equipoise.statistics.schemes import Roster, Scheme

__all__ = [
    "ArmShare",
    "Commitment",
    "DeclaredEvent",
    "EarlierStage",
    "commit",
    "earlier_of",
    "placed_by",
    "seed_hash",
]

#: Bytes of the secret seed.
SECRET_BYTES = 32


@dataclass(frozen=True)
class ArmShare:
    """An arm and its share as a whole number; the order of arms matters to the draw."""

    arm: str
    share: int


@dataclass(frozen=True)
class DeclaredEvent:
    """The future public event that is mixed in; `not_before` is an ISO date."""

    source: str
    round: str
    not_before: str


@dataclass(frozen=True)
class EarlierStage:
    """A stage drawn before, whose arms enter this draw; roster and seed fix which they are."""

    stage: str
    roster_digest: str
    seed_hash: str


@result("design.commitment", version=3)
@dataclass(frozen=True)
class Commitment:
    """What `commit` fixes for a stage.

    Attributes
    ----------
    trial, stage
        Ids that enter every unit's key.
    roster
        Units in order of name.
    shares
        Arms in declared order.
    scheme
        The scheme in words.
    code_version
        Version of equipoise that will draw.
    seed_hash
        SHA-256 of the 32-byte secret, hexadecimal.
    event
        The event that will be mixed in.
    roster_digest
        SHA-256 of the canonical JSON of the roster.
    declared
        The scheme with its options; the threshold of a re-randomisation is the stage's own.
    earlier
        Where a stage looks back: the stages drawn before it, in their order.
    late_of
        The stage that late joiners join; None for a stage of its own.
    joined
        Schools that are given the arm of a drawn unit and are not randomised.
    """

    trial: str
    stage: str
    roster: tuple[RosterUnit, ...]
    shares: tuple[ArmShare, ...]
    scheme: str
    code_version: str
    seed_hash: str
    event: DeclaredEvent
    roster_digest: str
    declared: DeclaredScheme = field(default_factory=DeclaredScheme)
    earlier: tuple[EarlierStage, ...] = ()
    late_of: str | None = None
    joined: tuple[JoinedSchool, ...] = ()

    def rule(self) -> Scheme:
        """Return the scheme that draws this stage."""
        return build_scheme(self.declared, {one.arm: one.share for one in self.shares})

    def drawn_roster(self) -> Roster:
        """Return the units as the scheme takes them."""
        return scheme_roster(self.declared, self.roster, self.stage)


def seed_hash(secret: bytes) -> str:
    """Return the hash under which a secret seed is committed.

    Raises
    ------
    ValueError
        Where the secret is not 32 bytes long.

    Examples
    --------
    >>> seed_hash(bytes(32))[:8]
    '66687aad'
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret seed has {SECRET_BYTES} bytes, not {len(secret)}")
    return sha256(secret).hexdigest()


def earlier_of(drawn: Sequence[Commitment]) -> tuple[EarlierStage, ...]:
    """Return stages drawn before as a later stage names them."""
    return tuple(EarlierStage(one.stage, one.roster_digest, one.seed_hash) for one in drawn)


def placed_by(commitments: Sequence[Commitment]) -> dict[str, tuple[str, str]]:
    """Return the stage and unit of every school of some commitments, joined schools among them."""
    placed = {}
    for made in commitments:
        placed.update({urn: (made.stage, one.unit) for one in made.roster for urn in one.urns})
        placed.update({one.urn: (made.stage, one.unit) for one in made.joined})
    return placed


def commit(
    protocol: Protocol,
    enrolment: Enrolment,
    stage: str,
    *,
    seed_hash: str,
    code_version: str,
    event_round: str | None = None,
    not_before: date | None = None,
    before: Sequence[Commitment] = (),
    units: Sequence[str] | None = None,
) -> Commitment:
    """Fix a stage's roster, strata, scheme, seed hash and event.

    Parameters
    ----------
    protocol, enrolment, stage
        What is drawn.
    seed_hash
        Of the secret, by `seed_hash`.
    code_version
        Version of equipoise.
    event_round, not_before
        Which event, where the protocol leaves it to the commitment; never earlier than the
        protocol's date.
    before
        Commitments of all other stages, in the order of their draws: a school stands in one
        stage only. Where the scheme looks back, all of them are drawn.
    units
        URNs of those to be drawn now; None for all of the stage that stand in none yet.

    Raises
    ------
    ProblemsError
        Where the draw is external, the stage has no units, a stage of late joiners is out of
        turn, a school cannot be placed, or the date is earlier than declared.
    """
    event = protocol.design.scheme.event
    if event is None:
        raise _refused(
            "design.scheme.event",
            "no event",
            "the event of a draw made here",
            "record an external draw by the digest of its arms",
        )
    if not_before is not None and not_before < event.not_before:
        raise _refused(
            "design.scheme.event.not_before",
            not_before.isoformat(),
            f"{event.not_before} or later, as the protocol declares",
            "choose a later event",
        )
    late_of = check_stage(protocol, enrolment, stage, [one.stage for one in before])
    placed = placed_by(before)
    found = candidates_of(protocol, enrolment, stage, placed)
    kept, joined = chosen(protocol, stage, found, units, placed)
    roster = roster_of(protocol, enrolment, stage, kept)
    declared = settled_scheme(protocol, roster, stage)
    return Commitment(
        trial=protocol.trial.id,
        stage=stage,
        roster=roster,
        shares=tuple(ArmShare(arm, share) for arm, share in protocol.whole_shares().items()),
        scheme=declared.words(),
        code_version=code_version,
        seed_hash=seed_hash,
        event=DeclaredEvent(
            event.source, event_round or event.round, (not_before or event.not_before).isoformat()
        ),
        roster_digest=roster_digest(roster),
        declared=declared,
        earlier=earlier_of(before) if declared.looks_back else (),
        late_of=late_of,
        joined=joined,
    )


def _refused(place: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem("trial.yaml", place, found, expected, remedy)])
