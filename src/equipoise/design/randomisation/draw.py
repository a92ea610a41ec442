"""The draw: a function of commitment, secret and event that anyone can repeat."""

from __future__ import annotations

import hmac
from datetime import date
from hashlib import sha256
from urllib.parse import urlsplit

from equipoise.core.base import Problem, ProblemsError, canonical
from equipoise.design.randomisation.allocation import AllocatedSchool, Allocation
from equipoise.design.randomisation.commitment import Commitment, seed_hash
from equipoise.design.randomisation.rosters import roster_digest
from equipoise.statistics.schemes import SchemeError, assign


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


def check_event_date(commitment: Commitment, seen: date) -> None:
    """Refuse an event that is older than the committed one may be.

    Raises
    ------
    DrawRefused
        Where the date is before `not_before`: its value could have been known at the commitment.
    """
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
        For another host or another round: whoever may choose among events chooses the arms.
    """
    committed = commitment.event
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
    commitment: Commitment, secret: bytes, event_value: str, *, event_date: date | None = None
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

    Returns
    -------
    Allocation
        A row for each school, in order of URN.

    Raises
    ------
    DrawRefused
        For another secret, an altered roster, an empty value, or an event that is too early.
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
    units = [unit.unit for unit in commitment.roster]
    # A unit's name is its first URN, so names give both the key and the order of equal keys.
    keys = [unit_key(secret, event_value, commitment.trial, stage, unit) for unit in units]
    try:
        arms = assign(commitment.rule(), commitment.drawn_roster(), keys)
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


def repeat_draw(commitment: Commitment, secret: bytes, event_value: str) -> Allocation:
    """Repeat a draw from what is published after unblinding; the same function as `draw`."""
    return draw(commitment, secret, event_value)
