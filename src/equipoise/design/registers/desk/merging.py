"""Merging: what came back, brought together with the desk as it stands by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from equipoise.core.base import Problem, Problems
from equipoise.design.registers.desk.desk import Desk, Known, version_of
from equipoise.design.registers.desk.exchange import VERSION, Incoming
from equipoise.design.registers.desk.facts import FACTS, Level


@dataclass(frozen=True)
class Change:
    """One fact that changes.

    Attributes
    ----------
    level, key, fact
        Of a school or an authority, which, and its fact.
    before, after
        Its values; None is nothing.
    added
        Whether the school or authority was not on the desk.
    """

    level: Level
    key: str
    fact: str
    before: Any
    after: Any
    added: bool = False


def merged(
    desk: Desk, incoming: Sequence[Incoming], places: Mapping[str, str], *, file: str
) -> tuple[Desk, tuple[Problem, ...]]:
    """Return the desk with what came back; rows that are not in the file stay as they are.

    A row counts as edited where it differs from the version that was exported. Where the desk has
    moved on since, an edited row is a conflict, unless both say the same.

    Parameters
    ----------
    desk
        As it stands now.
    incoming
        The rows of the file.
    places
        From every URN of the register to its authority's code.
    file
        The file's name for the messages.

    Returns
    -------
    Desk, tuple of Problem
        The desk after the changes; unknown schools and authorities, and conflicts.
    """
    problems = Problems()
    after = desk
    codes = set(places.values())
    for row in incoming:
        where = dict(file=file, place=f"{row.place}, {row.level} {row.key}")
        if row.key not in (places if row.level == "school" else codes):
            school = row.level == "school"
            what = "URN" if school else "code"
            problems.add(
                **where,
                found=f"an unknown {what}",
                expected=f"{'a school' if school else 'an authority'} of design/register.csv",
                remedy=f"correct the {what}, or remove the row",
            )
            continue
        if row.level == "school" and row.la_code not in ("", places[row.key]):
            problems.add(
                **where,
                found=f"a school of authority {places[row.key]} under {row.la_code}",
                expected=f"it under authority {places[row.key]}",
                remedy="correct the URN or the code; a row belongs on its authority's sheet",
            )
            continue
        if not row.sound:
            continue
        now = desk.known(row.level, row.key)
        new = _with(now, row.facts)
        if new == now:
            continue
        current = version_of(now)
        if row.version in ("", current):
            if not row.version and now:
                problems.add(
                    **where,
                    found="no version, for a row that is on the desk already",
                    expected=f"the column {VERSION} as it was exported",
                    remedy="export the desk, and fill in that file",
                )
                continue
        elif version_of(_with({}, row.facts)) == row.version:
            continue  # as it was exported: the other person's edit stands
        else:
            problems.add(**where, **_conflict(now, new))
            continue
        after = after.replaced(row.level, row.key, new)
    return after, tuple(problems)


def _with(known: Known, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**known, **facts}.items() if value is not None}


def _conflict(now: Known, new: Known) -> dict[str, str]:
    names = [f.name for f in FACTS if now.get(f.name) != new.get(f.name)]
    here = ", ".join(f"{name} {said(new.get(name))}" for name in names)
    there = ", ".join(f"{name} {said(now.get(name))}" for name in names)
    return {
        "found": f"{here}; somebody has changed the desk since the export: {there}",
        "expected": "the row as it stood when it was exported",
        "remedy": "export the desk again, and enter this row's facts afresh",
    }


def said(value: Any) -> str:
    """Write a value for a reader.

    Examples
    --------
    >>> said(None), said(4)
    ('blank', '4')
    """
    return "blank" if value is None else str(value)


def changes_between(before: Desk, after: Desk) -> tuple[Change, ...]:
    """Return every fact that changes, authorities first, in order."""
    found: list[Change] = []
    levels: tuple[Level, ...] = ("authority", "school")
    for level in levels:
        for key in sorted(after.at(level)):
            old, new = before.known(level, key), after.known(level, key)
            added = key not in before.at(level)
            found.extend(
                Change(level, key, fact.name, old.get(fact.name), new.get(fact.name), added)
                for fact in FACTS
                if old.get(fact.name) != new.get(fact.name)
            )
    return tuple(found)
