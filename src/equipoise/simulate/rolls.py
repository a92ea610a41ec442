"""The rolls of an authority's schools, and which pupil number it holds of each child.

Only children about whom there was a contact stand on them: an authority that shares no more than
it must exports no others. Where a child is on roll is told here and nowhere else; who called
about it is another matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.core.base import csv_bytes
from equipoise.simulate.facts import Span
from equipoise.simulate.families import Pool
from equipoise.simulate.streams import Stream

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # of the check, by remainder
# Shares of children, assumed: no number is held, it was mistyped, it is an older temporary one;
# the child moved from another school in between; it is on the rolls of two.
_NONE, _WRONG, _TEMPORARY, _MOVED, _DUAL = 0.06, 0.005, 0.02, 0.05, 0.01
_YEARS = 3  # so long before the first contact it was put on roll


@dataclass(frozen=True)
class Stay:
    """A child's time on a roll.

    Attributes
    ----------
    upn, urn
        The pupil number under which the school has it, and the school.
    start, end
        Entry and leaving; None while it lasts.
    former
        The number that it had before, or "".
    status
        Of the registration, as in the school census: ``S`` where it is subsidiary.
    """

    upn: str
    urn: str
    start: date
    end: date | None
    former: str
    status: str


@dataclass(frozen=True)
class Enrolled:
    """A child: the pupil number that the authority holds, and its times on rolls."""

    held: str
    valid: bool
    stays: tuple[Stay, ...]

    def school_on(self, day: date) -> str:
        """Return the school on whose roll the child was; "" where that cannot be told."""
        if not self.valid:
            return ""
        for stay in self.stays:
            if stay.status != "S" and stay.start <= day and (stay.end is None or day <= stay.end):
                return stay.urn
        return ""


Rolls = Mapping[str, Enrolled]


def rolls_of(
    la_code: str, children: Iterable[str], pools: Sequence[Pool], seed: int, covers: Span
) -> Rolls:
    """Put the children on the rolls of the schools of their families.

    Parameters
    ----------
    la_code
        The authority, which issued the numbers.
    children
        Those about whom there was a contact.
    pools
        The families of its schools.
    seed
        Of the scenario.
    covers
        The days that its files cover.
    """
    wanted = frozenset(children)
    urns = [pool.school.urn for pool in pools]
    found: dict[str, Enrolled] = {}
    for pool in pools:
        for child in pool.children():
            if child in wanted:
                stream = Stream(seed, "roll", la_code, child)
                found[child] = _enrolled(la_code, child, pool.school.urn, urns, stream, covers)
    return found


def roll_files(rolls: Rolls) -> dict[str, bytes]:
    """Write the roll, and the authority's list of pupil numbers."""
    stays = sorted(
        (stay.upn, stay.start, stay.urn, stay.end, stay.former, stay.status)
        for one in rolls.values()
        for stay in one.stays
    )
    return {
        "roll.csv": csv_bytes(
            ("UPN", "URN", "EntryDate", "LeavingDate", "FormerUPN", "EnrolStatus"),
            (
                (upn, urn, f"{start:%d/%m/%Y}", f"{end:%d/%m/%Y}" if end else "", former, status)
                for upn, start, urn, end, former, status in stays
            ),
        ),
        "upns.csv": csv_bytes(
            ("Child ID", "UPN"),
            ((child, rolls[child].held) for child in sorted(rolls) if rolls[child].held),
        ),
    }


def _enrolled(
    la_code: str, child: str, urn: str, urns: Sequence[str], stream: Stream, covers: Span
) -> Enrolled:
    upn = pupil_number(f"{int(la_code):03d}{int(child):09d}")
    temporary = pupil_number(f"{int(la_code):03d}{int(child):08d}A")
    luck, start = stream.uniform(), covers.start - timedelta(days=365 * _YEARS)
    older = stream.chance(_TEMPORARY)
    moved, dual = stream.chance(_MOVED), stream.chance(_DUAL)
    former = temporary if older else ""
    other = stream.pick(urns)
    between = covers.start + timedelta(days=stream.below((covers.end - covers.start).days))
    stays = [Stay(upn, urn, start, None, former, "M" if dual and other != urn else "C")]
    if moved and other != urn:
        before = Stay(upn, other, start, between - timedelta(days=1), former, "P")
        stays = [before, Stay(upn, urn, between, None, former, "C")]
    elif dual and other != urn:
        stays.append(Stay(upn, other, start, None, former, "S"))
    held = temporary if older else upn
    if luck < _NONE:
        held = ""
    elif luck < _NONE + _WRONG:
        held = _LETTERS[(_LETTERS.index(held[0]) + 1) % len(_LETTERS)] + held[1:]
    return Enrolled(held, luck >= _NONE + _WRONG, tuple(stays))


def pupil_number(rest: str) -> str:
    """Return a pupil number with its check letter before the other twelve places.

    >>> pupil_number("950000178301")
    'A950000178301'
    """
    values = [int(c) if c.isdigit() else _LETTERS.index(c) for c in rest]
    return _LETTERS[sum(n * value for n, value in enumerate(values, start=2)) % 23] + rest
