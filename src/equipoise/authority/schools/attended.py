"""Attended: the school on whose roll a child was on a day, by unique pupil number.

Who *made* a contact is told by the organisation typed (the resolver); where the child *is on
roll* by this. The two are fields of their own and never fill each other's gaps.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from equipoise.authority.schools.upn import read_upn

AttendedState = Literal[
    "linked", "two-schools", "not-on-roll-then", "unknown-upn", "invalid-upn", "no-upn"
]


@dataclass(frozen=True)
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
        read = read_upn(upn)
        if read.state == "blank":
            return Attended("no-upn")
        if not read.usable:
            return Attended("invalid-upn")
        own = self._spells.get(read.text, [])
        followed = self._followed(read.text)
        spells = [*own, *(spell for number in followed for spell in self._spells[number])]
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
        return Attended("linked", urn, self._method(read.state, own, urn, on))

    def _method(self, state: str, own: Iterable[RollSpell], urn: str, on: date) -> str:
        if not any(spell.urn == urn and spell.holds(on) for spell in own):
            return "former-upn"
        return "temporary-upn" if state == "temporary" else "upn"

    def _followed(self, upn: str) -> tuple[str, ...]:
        """Return the numbers that followed a number, in order."""
        found: list[str] = []
        while upn in self._later and self._later[upn] not in found:
            upn = self._later[upn]
            found.append(upn)
        return tuple(found)


@dataclass(frozen=True)
class LinkageLoss:
    """What linkage to rolls loses among contacts of one outcome.

    Attributes
    ----------
    outcome
        The outcome's code.
    contacts, linked
        Contacts, and those whose school is known.
    lost
        The others, by reason.
    """

    outcome: str
    contacts: int
    linked: int
    lost: Mapping[str, int]

    @property
    def share_lost(self) -> float:
        """Return the share of contacts without a school, 0 to 1."""
        return 1.0 - self.linked / self.contacts if self.contacts else 0.0


def linkage_loss(pairs: Iterable[tuple[str, Attended]]) -> tuple[LinkageLoss, ...]:
    """Count what linkage loses, by outcome.

    A child whose every referral ended in no further action may lawfully have no number (UPN
    unknown reason UN7), so that losses may lie with the primary outcome: count, never assume.

    Parameters
    ----------
    pairs
        Outcome code of each contact, and where the child was on roll.

    Returns
    -------
    tuple
        One for each outcome, in its order.

    Examples
    --------
    >>> loss = linkage_loss([("NFA", Attended("no-upn")), ("NFA", Attended("linked", "900001"))])
    >>> loss[0].share_lost, dict(loss[0].lost)
    (0.5, {'no-upn': 1})
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome, attended in pairs:
        counts[outcome][attended.state] += 1
    return tuple(
        LinkageLoss(
            outcome=outcome,
            contacts=sum(states.values()),
            linked=states["linked"],
            lost={state: states[state] for state in sorted(states) if state != "linked"},
        )
        for outcome, states in sorted(counts.items())
    )
