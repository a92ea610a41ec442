"""The draw: a function of commitment, secret and event that anyone can repeat."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

from equipoise.core.base import Problem, ProblemsError, canonical
from equipoise.design.randomisation.allocation import AllocatedSchool, Allocation
from equipoise.design.randomisation.commitment import Commitment, earlier_of, seed_hash
from equipoise.design.randomisation.rosters import roster_digest, staged_roster
from equipoise.statistics.schemes import MinimisationScheme, SchemeError, assign, assign_after


class DrawnStage(NamedTuple):
    """A stage that was drawn: what a later stage that looks back takes from it."""

    commitment: Commitment
    allocation: Allocation


class DrawRefused(ProblemsError):
    """A draw that does not fit its commitment, in one sentence."""

    def __init__(self, stage: str, place: str, found: str, expected: str, remedy: str) -> None:
        super().__init__([Problem(f"commitment of stage {stage}", place, found, expected, remedy)])


def unit_key(secret: bytes, event_value: str, trial: str, stage: str, urn: str) -> int:
    """Return a unit's 64-bit key.

    The first 8 bytes, big-endian, of HMAC-SHA-256 with key = secret followed by SHA-256 of the
    event's value in UTF-8, and message = canonical JSON of [trial, stage, URN].

    Parameters
    ----------
    secret
        32 bytes.
    event_value
        The value of the public event, as published.
    trial, stage
        Ids.
    urn
        Of the unit; of its first school, compared as text, where it has several.

    Examples
    --------
    >>> hex(unit_key(bytes(32), "", "t", "all", "900001"))[:6]
    '0x1e3e'
    """
    key = secret + sha256(event_value.encode("utf-8")).digest()
    return int.from_bytes(hmac.digest(key, canonical([trial, stage, urn]), "sha256")[:8], "big")


def check_event_date(commitment: Commitment, seen: date, today: date | None = None) -> None:
    """Refuse an event that is older than the committed one may be, or still to come.

    Raises
    ------
    DrawRefused
        Where the date is before `not_before`: its value could have been known at the commitment;
        and where it is after `today`, if that is given: nobody can have seen its value.
    """
    if today is not None and seen > today:
        raise DrawRefused(
            commitment.stage,
            "event",
            f"an event of {seen}, a day to come",
            f"one of {today} or earlier, whose value is published",
            "correct the date, or wait for the event",
        )
    earliest = date.fromisoformat(commitment.event.not_before)
    if seen < earliest:
        raise DrawRefused(
            commitment.stage,
            "event",
            f"an event of {seen}",
            f"one of {earliest} or later, as was committed",
            "wait for the committed event and give its value",
        )


def check_event(commitment: Commitment, source: str, event_round: str | None = None) -> None:
    """Refuse another event than the committed one.

    Parameters
    ----------
    commitment
        Names a source and a round.
    source
        Where the value was seen. It is compared where the committed source names an address: the
        host must be the same one.
    event_round
        The round of the value, where the person who saw it gives it.

    Raises
    ------
    DrawRefused
        For another host or another round, for whoever may choose among events chooses the arms;
        and where it is not said where the value was seen.
    """
    committed = commitment.event
    if not source.strip():
        raise DrawRefused(
            commitment.stage,
            "event",
            "no source",
            f"where the value of {committed.source} was seen",
            "give its address with --event-source, so that others can look it up",
        )
    if event_round is not None and event_round.strip() != committed.round:
        raise DrawRefused(
            commitment.stage,
            "event",
            f"the round {event_round.strip()}",
            f"the round {committed.round}, as was committed",
            "give the value of the committed round",
        )
    host = urlsplit(committed.source).hostname
    if host is not None and urlsplit(source).hostname != host:
        raise DrawRefused(
            commitment.stage,
            "event",
            f"a value seen at {source}",
            f"one of {committed.source}, as was committed",
            "give the value that the committed source published",
        )


def draw(
    commitment: Commitment,
    secret: bytes,
    event_value: str,
    *,
    event_date: date | None = None,
    before: Sequence[DrawnStage] = (),
) -> Allocation:
    """Draw a stage.

    Parameters
    ----------
    commitment
        What was fixed.
    secret
        The 32 bytes whose hash was committed.
    event_value
        The value of the public event.
    event_date
        Its date, refused before the committed one; None where it was checked already.
    before
        Where the stage looks back: the stages that it names, with their arms, in its order.

    Returns
    -------
    Allocation
        A row for each school, in order of URN.

    Raises
    ------
    DrawRefused
        For another secret, an altered roster, an empty value, an event that is too early, or
        other stages before it than were committed.
    """
    stage = commitment.stage
    if event_date is not None:
        check_event_date(commitment, event_date)
    if not event_value.strip():
        raise DrawRefused(
            stage,
            "event",
            "an empty value",
            "the value as it was published",
            "copy the value of the committed event",
        )
    if len(secret) != 32 or not hmac.compare_digest(seed_hash(secret), commitment.seed_hash):
        raise DrawRefused(
            stage,
            "secret",
            "a secret with another hash",
            f"the secret committed as {commitment.seed_hash[:16]}...",
            "open the seed that was sealed at the commitment",
        )
    if roster_digest(commitment.roster) != commitment.roster_digest:
        raise DrawRefused(
            stage,
            "roster",
            "a roster with another digest",
            f"the roster committed as {commitment.roster_digest[:16]}...",
            "restore the committed file; never edit it",
        )
    if earlier_of([one.commitment for one in before]) != commitment.earlier:
        raise DrawRefused(
            stage,
            "earlier stages",
            ", ".join(one.commitment.stage for one in before) or "none",
            ", ".join(one.stage for one in commitment.earlier) or "none",
            "give the stages that were committed, in their order",
        )
    units = [unit.unit for unit in commitment.roster]
    # A unit's name is its first URN, so names give both the key and the order of equal keys.
    keys = [unit_key(secret, event_value, commitment.trial, stage, unit) for unit in units]
    try:
        arms = _assigned(commitment, keys, before)
    except SchemeError as error:
        raise DrawRefused(
            stage,
            "scheme",
            str(error).rstrip("."),
            "a scheme that can draw the committed units",
            "restore the committed file; never edit it",
        ) from error
    rows = (
        AllocatedSchool(urn, unit.unit, unit.stratum, arm)
        for unit, arm in zip(commitment.roster, arms, strict=True)
        for urn in unit.urns
    )
    return Allocation(stage, tuple(sorted(rows)))


def _assigned(
    commitment: Commitment, keys: Sequence[int], before: Sequence[DrawnStage]
) -> list[str]:
    """Give the arm of each unit of the roster."""
    rule = commitment.rule()
    if not before or not isinstance(rule, MinimisationScheme):
        return assign(rule, commitment.drawn_roster(), keys)
    rosters = {one.commitment.stage: one.commitment.roster for one in before}
    roster = staged_roster(commitment.declared, {**rosters, commitment.stage: commitment.roster})
    known = {row.unit: row.arm for one in before for row in one.allocation.rows}
    units = [one.unit for one in commitment.roster]
    drawn = assign_after(rule, roster, dict(zip(units, keys, strict=True)), known)
    return [drawn[unit] for unit in units]
