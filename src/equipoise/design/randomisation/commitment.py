"""The commitment: everything a stage's draw depends on, fixed before its event is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from equipoise.core.base import Problem, ProblemsError, digest_value
from equipoise.core.results import result
from equipoise.design.protocol import Protocol, scheme_of, stratum_labels
from equipoise.design.registers import Enrolment, Unit

__all__ = [
    "WHOLE",
    "ArmShare",
    "Commitment",
    "DeclaredEvent",
    "RosterUnit",
    "commit",
    "roster_digest",
    "scheme_of",
    "seed_hash",
    "stages_of",
    "strata_of",
]

#: The stage of a trial that is drawn at once.
WHOLE = "all"
#: Bytes of the secret seed.
SECRET_BYTES = 32
_SCHEME_WORDS = (
    "stratified; shares kept in every stratum; seats left over by systematic sampling; "
    "order by key, then URN"
)


@dataclass(frozen=True)
class RosterUnit:
    """A unit of the roster: its name (its first URN), schools, stratum and pupils."""

    unit: str
    urns: tuple[str, ...]
    stratum: str
    pupils: int


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


@result("design.commitment", version=1)
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


def roster_digest(roster: Sequence[RosterUnit]) -> str:
    """Return the SHA-256 of a roster's canonical JSON: lists of unit, URNs, stratum, pupils."""
    return digest_value([[u.unit, list(u.urns), u.stratum, u.pupils] for u in roster])


def stages_of(protocol: Protocol, enrolment: Enrolment) -> tuple[str, ...]:
    """Return the stages of the draw: authorities in order of code, or the one called ``all``."""
    if protocol.design.stages.by is None:
        return (WHOLE,)
    return tuple(sorted({unit.la_code for unit in enrolment.units}))


def units_of(protocol: Protocol, enrolment: Enrolment, stage: str) -> tuple[Unit, ...]:
    """Return the units of a stage in order of name; `ProblemsError` where there is none."""
    staged = protocol.design.stages.by is not None
    units = tuple(u for u in enrolment.units if not staged or u.la_code == stage)
    if not units or (not staged and stage != WHOLE):
        known = ", ".join(stages_of(protocol, enrolment))
        raise ProblemsError(
            [
                Problem(
                    "design/register.csv",
                    f"stage {stage}",
                    "no unit to draw",
                    f"one of the stages {known}",
                    "correct the stage's name",
                )
            ]
        )
    return units


def strata_of(protocol: Protocol, enrolment: Enrolment, stage: str) -> dict[str, str]:
    """Return the stratum of each unit of a stage.

    Parameters
    ----------
    protocol
        Declares the strata.
    enrolment
        The units.
    stage
        An authority's code, or ``all``.

    Returns
    -------
    dict
        Unit to label, such as ``900/large``. Units are cut at the median of their own stage,
        those above it being large.
    """
    units = units_of(protocol, enrolment, stage)
    labels = stratum_labels(protocol, [(u.la_code, u.phase, u.pupils) for u in units])
    return {unit.unit: label for unit, label in zip(units, labels, strict=True)}


def commit(
    protocol: Protocol,
    enrolment: Enrolment,
    stage: str,
    *,
    seed_hash: str,
    code_version: str,
    event_round: str | None = None,
    not_before: date | None = None,
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

    Raises
    ------
    ProblemsError
        Where the draw is external, the stage has no units, or the date is earlier than declared.
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
    strata = strata_of(protocol, enrolment, stage)
    roster = tuple(
        RosterUnit(u.unit, u.urns, strata[u.unit], u.pupils)
        for u in units_of(protocol, enrolment, stage)
    )
    return Commitment(
        trial=protocol.trial.id,
        stage=stage,
        roster=roster,
        shares=tuple(ArmShare(arm, share) for arm, share in protocol.whole_shares().items()),
        scheme=_SCHEME_WORDS,
        code_version=code_version,
        seed_hash=seed_hash,
        event=DeclaredEvent(
            event.source, event_round or event.round, (not_before or event.not_before).isoformat()
        ),
        roster_digest=roster_digest(roster),
    )


def _refused(place: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem("trial.yaml", place, found, expected, remedy)])
