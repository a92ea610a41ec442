"""Attended: the school on whose roll a child was on a day, by unique pupil number.

Who *made* a contact is told by the organisation typed (the resolver); where the child *is on
roll* by this. The two are fields of their own and never fill each other's gaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from equipoise.authority.schools.upn import read_upn

AttendedState = Literal[
    "linked", "two-schools", "not-on-roll-then", "unknown-upn", "invalid-upn", "no-upn"
]


@dataclass(frozen=True, slots=True)
class RollSpell:
    """A child's time on a school's roll.

    Attributes
    ----------
    upn
        Unique pupil number.
    urn
        The school.
    start, end
        First and last day on roll; end None while on roll.
    former_upn
        The number that the child had before; "" where none.
    main
        Whether it is the main registration of a child on two rolls.
    """

    upn: str
    urn: str
    start: date
    end: date | None = None
    former_upn: str = ""
    main: bool = True

    def holds(self, on: date) -> bool:
        """Tell whether the child was on this roll on a day."""
        return self.start <= on and (self.end is None or on <= self.end)


@dataclass(frozen=True)
class Attended:
    """The school that a child attended on a day.

    Attributes
    ----------
    state
        ``linked``, or why not.
    urn
        The school, where linked.
    method
        ``upn``, ``temporary-upn``, ``former-upn`` or ``none``.
    """

    state: AttendedState
    urn: str | None = None
    method: str = "none"


class Rolls:
    """Rolls of schools, by unique pupil number.

    Parameters
    ----------
    spells
        Every time on a roll, of any school. Numbers that are not valid are kept apart: they
        link nothing.

    Examples
    --------
    >>> rolls = Rolls([RollSpell("A950000178301", "900001", date(2023, 9, 1))])
    >>> rolls.attended("a950000178301", date(2024, 5, 1)).urn
    '900001'
    """

    def __init__(self, spells: Iterable[RollSpell]) -> None:
        self._spells: dict[str, list[RollSpell]] = defaultdict(list)
        later: dict[str, set[str]] = defaultdict(set)
        for spell in spells:
            upn = read_upn(spell.upn)
            if not upn.usable:
                continue
            self._spells[upn.text].append(spell)
            former = read_upn(spell.former_upn)
            if former.usable and former.text != upn.text:
                later[former.text].add(upn.text)
        # A former number that two children claim is nobody's.
        self._later = {old: next(iter(new)) for old, new in later.items() if len(new) == 1}

    def attended(self, upn: str | None, on: date) -> Attended:
        """Return the school of a child on a day.

        Spells under a former number and under the one that followed it are one child's.
        """
        return self.attended_by((upn,), on)

    def attended_by(self, numbers: Iterable[str | None], on: date) -> Attended:
        """Return the school of a child on a day by any of its numbers.

        Numbers that are not valid are passed over where another one is valid.
        """
        given = [upn for upn in map(read_upn, numbers) if upn.state != "blank"]
        if not given:
            return Attended("no-upn")
        usable = list(dict.fromkeys(upn for upn in given if upn.usable))
        if not usable:
            return Attended("invalid-upn")
        own = {upn: self._spells.get(upn.text, []) for upn in usable}
        followed = dict.fromkeys(n for upn in usable for n in self._followed(upn.text))
        spells = [spell for held in own.values() for spell in held]
        spells += [spell for number in followed for spell in self._spells[number]]
        if not spells:
            return Attended("unknown-upn")
        there = [spell for spell in spells if spell.holds(on)]
        if not there:
            return Attended("not-on-roll-then")
        urns = {spell.urn for spell in there}
        if len(urns) > 1:
            urns = {spell.urn for spell in there if spell.main} or urns
        if len(urns) > 1:
            return Attended("two-schools")
        (urn,) = urns
        states = {
            upn.state
            for upn, held in own.items()
            if any(spell.urn == urn and spell.holds(on) for spell in held)
        }
        method = "upn" if "valid" in states else "temporary-upn" if states else "former-upn"
        return Attended("linked", urn, method)

    def _followed(self, upn: str) -> tuple[str, ...]:
        """Return the numbers that followed a number, in order."""
        found: list[str] = []
        while upn in self._later and self._later[upn] not in found:
            upn = self._later[upn]
            found.append(upn)
        return tuple(found)
