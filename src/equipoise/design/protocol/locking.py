"""Locking: what must be settled before a protocol can be locked, and what should be known."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.core.base import Problem
from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.parts import Part
from equipoise.design.protocol.source import dotted

#: URNs from here on are invented (rules: simulated is not found).
FIRST_INVENTED_URN = 900_000
_FILE = "trial.yaml"


def lock_problems(protocol: Protocol, urns: Iterable[str] = ()) -> tuple[Problem, ...]:
    """Return what stands against locking.

    Parameters
    ----------
    protocol
        The trial.
    urns
        The schools of the register, where there is one.

    Returns
    -------
    tuple of Problem
        People without a signing key, key holders without a public key, one key held by two
        people, and schools that do not fit `trial.simulated`.
    """
    problems: list[Problem] = []

    def add(place: str, found: str, expected: str, remedy: str) -> None:
        problems.append(Problem(_FILE, place, found, expected, remedy))

    signing: dict[str, str] = {}
    for i, person in enumerate(protocol.people):
        place = f"people[{i + 1}].signing_key"
        if person.signing_key is None:
            add(
                place,
                "nothing",
                f"the public signing key of {person.id}",
                f"let {person.id} make a key, and write its public part here",
            )
        elif person.signing_key in signing:
            add(
                place,
                f"the same key as {signing[person.signing_key]}",
                "a key of one's own for each person",
                f"let {person.id} make another key",
            )
        else:
            signing[person.signing_key] = person.id
    for name in ("see", "delivery", "trial"):
        holder = getattr(protocol.keys, name)
        if holder is not None and holder.public is None:
            add(
                f"keys.{name}.public",
                "nothing",
                f"the public {name}-key of {holder.holder}",
                f"let {holder.holder} make a key, and write its public part here",
            )
    problems.extend(_urn_problems(protocol, tuple(urns)))
    return tuple(problems)


def _urn_problems(protocol: Protocol, urns: tuple[str, ...]) -> Iterable[Problem]:
    simulated = protocol.trial.simulated
    wrong = sorted(u for u in urns if (u.isdigit() and int(u) >= FIRST_INVENTED_URN) != simulated)
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        found = f"trial.simulated is {str(simulated).lower()}, but the register holds "
        kind = "real" if simulated else "invented"
        yield Problem(
            _FILE,
            "trial.simulated",
            f"{found}the {kind} URN {', '.join(wrong[:3])}{more}",
            "invented schools (URN from 900000) in simulated trials, real ones in real trials",
            "correct the register; simulated and real schools are never mixed",
        )


def lock_notes(protocol: Protocol) -> tuple[str, ...]:
    """Return sentences that the one who locks should read: assumptions, and gaps of registration.

    They do not stand against locking.
    """
    notes = [
        f"{place} is an assumption of ours: {words}" for place, words in _assumed(protocol, ())
    ]
    registration, event = protocol.registration, protocol.design.scheme.event
    if registration.identifier is None:
        notes.append("The trial has no registration number yet: register it before the draw.")
    elif registration.registered and event and registration.registered > event.not_before:
        notes.append("The trial is registered after the earliest date of the draw.")
    return tuple(notes)


def _assumed(value: object, path: tuple[str | int, ...]) -> Iterable[tuple[str, str]]:
    """Find what is marked `assumed: true`, and reasons and sources that begin with `assumed`."""
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _assumed(item, (*path, i))
    elif isinstance(value, Part):
        words = getattr(value, "reason", None) or getattr(value, "source", None) or ""
        if getattr(value, "assumed", False) or words.lower().startswith("assumed"):
            yield dotted(path), words or "no source given"
        for name in type(value).model_fields:
            yield from _assumed(getattr(value, name), (*path, name))
