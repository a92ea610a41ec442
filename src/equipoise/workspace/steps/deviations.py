"""Deviations: every amendment and correction, as the reports list them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from equipoise.core.ledger import Entry
from equipoise.reporting.words import Deviation
from equipoise.workspace.folder import fixed_parts

#: The trial's state at an act, as a reader who knows no states is told it.
PHASES = {
    "locked": "before unblinding, the analysis plan not yet fixed",
    "sap-locked": "before unblinding, outcomes not yet frozen",
    "frozen": "before unblinding, outcomes frozen",
    "unblinded": "after unblinding",
}
#: Of a value so many characters are shown.
_SHOWN = 160
KINDS = {
    "enrolled-twice": "a school drawn twice",
    "merged": "schools that became one",
    "ineligible": "a school that should not have been drawn",
    "withdrawn": "a school that withdrew",
    "shared-dsl": "schools found to share a safeguarding lead",
}
_EFFECTS = {
    "kept": "every school stays in the arm it was drawn into",
    "set-aside": "not analysed: {aside}",
    "joined": "{aside} counted with {into}",
}


def deviations_of(entries: Iterable[Entry]) -> tuple[Deviation, ...]:
    """Return every amendment and correction of a ledger, in order; no arm stands in any."""
    return tuple(
        Deviation(
            when=entry.at[:10],
            what=_amended(entry.facts) if entry.name == "amend" else _corrected(entry),
            why=str(entry.facts["reason"]),
            phase=PHASES[entry.facts["phase"]],
        )
        for entry in entries
        if entry.name in ("amend", "correct")
    )


def protocol_digest(entries: Iterable[Entry]) -> str:
    """Return the digest of the design as it was fixed last; blank before the lock."""
    fixed = fixed_parts(entries).get("design")
    return "" if fixed is None else fixed.meaning


def _amended(facts: Mapping[str, Any]) -> str:
    listed = "; ".join(change_words(change) for change in facts["changes"])
    return f"Amendment, version {facts['version']} of the protocol: {listed}"


def change_words(change: Mapping[str, Any]) -> str:
    """Say one change in words.

    Examples
    --------
    >>> change_words({"place": "design.alpha", "old": "0.05", "new": "0.01"})
    'design.alpha from 0.05 to 0.01'
    """
    return f"{change['place']} from {_value(change['old'])} to {_value(change['new'])}"


def _value(value: str | None) -> str:
    """Return a value for a table; the ledger holds long ones whole."""
    if value is None:
        return "nothing"
    return value if len(value) <= _SHOWN else f"{value[: _SHOWN - 3]}..."


def correction_words(facts: Mapping[str, Any]) -> str:
    """Say a correction to those who sign it: its schools by URN, and what the rule does."""
    aside = ", ".join(facts["set_aside"])
    return _words(facts, ", ".join(facts["urns"]), aside, facts["into"])


def _corrected(entry: Entry) -> str:
    """Say a correction to every reader: how many schools; the ledger names them."""
    facts = entry.facts
    aside = _schools(len(facts["set_aside"]))
    words = _words(facts, _schools(len(facts["urns"])), aside, "another of them")
    return f"{words} (line {entry.seq + 1} of the ledger)"


def _words(facts: Mapping[str, Any], schools: str, aside: str, into: str | None) -> str:
    since = "" if facts["effective"] is None else f", since {facts['effective']}"
    effect = _EFFECTS[facts["effect"]].format(aside=aside, into=into)
    return f"Correction, {KINDS[facts['kind']]} ({schools}{since}); rule {facts['rule']}: {effect}"


def _schools(count: int) -> str:
    return f"{count} school{'s' if count != 1 else ''}"
