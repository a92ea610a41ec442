"""The roster: what an authority is handed, so that it counts what the trial declared."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from equipoise.authority.rules import Definitions, Window
from equipoise.core.base import Problem, Problems, ProblemsError, digest_value
from equipoise.core.results import decode_result, encode_result, result, to_plain

#: The name of the trial's own definitions.
PRIMARY = "primary"
_KEY_DIGITS = 64


@dataclass(frozen=True)
class FormerName:
    """An earlier or other name of a school; None stands for an open end."""

    name: str
    start: date | None
    end: date | None


@dataclass(frozen=True)
class RosterEntry:
    """A school of the authority, whether it takes part or not. No arm, no stratum."""

    urn: str
    name: str
    la_code: str
    aliases: tuple[FormerName, ...] = ()


@dataclass(frozen=True)
class Declared:
    """Definitions that the protocol declares, by name."""

    name: str
    definitions: Definitions


@result("authority.roster", version=2)
@dataclass(frozen=True)
class Roster:
    """What one authority is handed.

    Attributes
    ----------
    title
        The trial, as registered.
    authority, name
        For which authority it is.
    schools
        Its schools, in order of URN.
    windows
        The declared periods.
    declared
        The combinations of definitions that may be counted, the trial's own first. Each is
        counted with any, all and the first contact, strict and broad.
    trial_key
        The public half of the trial's key, X25519, 64 hexadecimal digits.
    signing_keys
        The keys (Ed25519) of the authority's people, where the protocol declares any.
    protocol
        The digest of what the protocol declares.
    """

    title: str
    authority: str
    name: str
    schools: tuple[RosterEntry, ...]
    windows: tuple[Window, ...]
    declared: tuple[Declared, ...]
    trial_key: str
    signing_keys: tuple[str, ...]
    protocol: str

    @property
    def primary(self) -> Definitions:
        """The trial's own definitions."""
        return self.declared[0].definitions


@dataclass(frozen=True)
class Handed:
    """A roster with the trial that it is of."""

    roster: Roster
    trial: str
    simulated: bool


def roster_bytes(roster: Roster, *, trial: str, simulated: bool) -> bytes:
    """Write a roster as one line of canonical JSON."""
    return encode_result(
        roster, trial=trial, simulated=simulated, inputs={"protocol": roster.protocol}
    )


def parse_roster(data: bytes, file: str = "roster.json") -> Handed:
    """Read a roster.

    Raises
    ------
    ProblemsError
        Where it is none, or holds what this version cannot count.
    """
    try:
        envelope = decode_result(data)
    except (ValueError, RecursionError):
        envelope = None
    roster = None if envelope is None else envelope.data
    if envelope is None or not isinstance(roster, Roster):
        raise _problem(
            file,
            "whole file",
            "something that is no roster of a trial",
            "roster.json, as the trial hands it out (roster.csv is a list to be read)",
        )
    if not roster.declared or roster.declared[0].name != PRIMARY:
        raise _problem(file, "definitions", "not the trial's own first", f"{PRIMARY} first")
    if len(roster.trial_key) != _KEY_DIGITS or set(roster.trial_key) - set("0123456789abcdef"):
        raise _problem(file, "trial key", "no key", "64 hexadecimal digits")
    return Handed(roster, envelope.trial, envelope.simulated)


def roster_digests(roster: Roster) -> dict[str, str]:
    """Return the digest of each part of a roster, so that a difference can be named.

    Examples
    --------
    >>> from datetime import date
    >>> own = Definitions("made_by", ("2A",), "set-aside", 0, 90, 28, date(2025, 8, 31))
    >>> handed = Roster("T", "900", "A", (), (), (Declared("primary", own),), "0" * 64, (), "")
    >>> sorted(roster_digests(handed))
    ['definitions primary', 'schools', 'trial key', 'windows']
    """
    parts = {
        "schools": digest_value(to_plain(roster.schools)),
        "windows": digest_value(to_plain(roster.windows)),
        "trial key": digest_value(roster.trial_key),
    }
    for declared in roster.declared:
        parts[f"definitions {declared.name}"] = digest_value(to_plain(declared.definitions))
    return parts


def fingerprint(key: str) -> str:
    """Return a key so that two people can compare it by telephone.

    Examples
    --------
    >>> fingerprint("00112233445566778899" + "0" * 44)
    '0011 2233 4455 6677'
    """
    return " ".join(key[place : place + 4] for place in range(0, 16, 4))


def chosen(roster: Roster, names: Collection[str]) -> tuple[Declared, ...]:
    """Return the declared definitions of these names, all where none is named, in their order.

    The trial's own always come first: a pack without them would be of no use.

    Raises
    ------
    ProblemsError
        Naming each that the trial did not declare.
    """
    known = [declared.name for declared in roster.declared]
    problems = Problems()
    for name in names:
        if name not in known:
            problems.add(
                file="the trial's definitions",
                place=name,
                found="definitions that the trial did not declare",
                expected="one of " + ", ".join(known),
                remedy="count what was declared; ask the trial to declare others",
            )
    problems.raise_if_any()
    return tuple(d for d in roster.declared if not names or d.name in names or d.name == PRIMARY)


def _problem(file: str, place: str, found: str, expected: str) -> ProblemsError:
    remedy = "ask the trial for the roster again"
    return ProblemsError([Problem(file, place, found, expected, remedy)])
