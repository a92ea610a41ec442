"""The event ahead: a value known at the commitment, or chosen afterwards, steers a draw."""

from __future__ import annotations

from datetime import date

from equipoise.core.base import Problem
from equipoise.design.randomisation.commitment import DeclaredEvent

__all__ = ["UNNAMED_ROUND", "event_fault", "steerable"]

#: What the templates say of an event whose round is only named when a stage is committed.
UNNAMED_ROUND = "declared per stage at commit"


def steerable(event: DeclaredEvent, stage: str, committed: date) -> tuple[Problem, ...]:
    """Say how whoever commits a stage could choose the value that will be mixed in.

    Parameters
    ----------
    event
        What is to be committed.
    stage
        The stage.
    committed
        The day of the commitment.

    Returns
    -------
    tuple of Problem
        A problem for an event that may be past, and one for an event that is any of many: where
        a source publishes a value every minute, whoever holds the seed could try them all.

    Examples
    --------
    >>> event = DeclaredEvent("drand", "round 4711", "2024-09-16")
    >>> steerable(event, "350", date(2024, 9, 16))
    ()
    >>> [one.place for one in steerable(event, "350", date(2024, 9, 17))]
    ['--not-before']
    """
    found = []
    if date.fromisoformat(event.not_before) < committed:
        found.append(
            Problem(
                f"commitment of stage {stage}",
                "--not-before",
                f"an event of {event.not_before}, which may be known already",
                f"one of {committed} or later",
                f"name one to come: --not-before DATE, from {committed} on",
            )
        )
    if event.round.strip() == UNNAMED_ROUND:
        found.append(
            Problem(
                f"commitment of stage {stage}",
                "--event-round",
                "no round, so that any value of the source would do",
                "which one of its events, in words",
                'name it, such as --event-round "round 4711"',
            )
        )
    return tuple(found)


def event_fault(event: DeclaredEvent, committed: date, seen: date) -> str | None:
    """Say why a recorded event is none that was to come when its stage was committed, or None.

    Parameters
    ----------
    event
        The committed one.
    committed, seen
        Days of the commitment, and of the event as it was recorded at the draw.

    Examples
    --------
    >>> event = DeclaredEvent("drand", "round 4711", "2024-09-16")
    >>> event_fault(event, date(2024, 9, 10), date(2024, 9, 16))
    >>> event_fault(event, date(2024, 9, 18), date(2024, 9, 16))
    'its event of 2024-09-16 was before its commitment on 2024-09-18: the value could be known'
    """
    if seen < date.fromisoformat(event.not_before):
        return f"its event of {seen} was before {event.not_before}, the earliest that was committed"
    if seen < committed:
        made = f"its commitment on {committed}"
        return f"its event of {seen} was before {made}: the value could be known"
    return None
