"""The families of each school: children, risk, open cases, and their share of luck."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from equipoise.simulate.facts import SchoolFacts, Span
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import generator

# Children of one family at one school, and how common that is; assumed.
_ONE, _TWO = 0.76, 0.96  # one child; one or two; the rest have three
_MODULUS = 8_999_993  # a prime: multiplying by another number gives each child another id
_FACTOR = 5_204_317
_LEAD_IN = 200  # days before the period in which a background case may have been opened


@dataclass(frozen=True, slots=True)
class Family:
    """Children of one school who live together.

    `risk` has mean one over families; `luck` is uniform and decides, together with the planted
    effect, whether the family's contacts without further action happen. A case is open from
    `open_from` to `open_to` for reasons that lie outside the school, if at all.
    """

    key: str
    children: tuple[str, ...]
    risk: float
    luck: float
    open_from: date | None
    open_to: date | None

    def open_in_background(self, day: date) -> bool:
        """Tell whether a case that the school did not start is open on the day."""
        if self.open_from is None or self.open_to is None:
            return False
        return self.open_from <= day <= self.open_to


@dataclass(frozen=True)
class _Drawn:
    """All that is drawn for a school's families, one number for each of them."""

    starts: list[int]
    ends: list[int]
    risk: list[float]
    luck: list[float]
    opened: list[int]
    lasts: list[int]


class Pool:
    """The families of a school, each made when it is first asked for.

    Attributes
    ----------
    school
        The school.
    number
        How many families it has.
    cumulative
        Running sums of their risks.
    """

    def __init__(self, school: SchoolFacts, first: int, drawn: _Drawn, start: date) -> None:
        self.school = school
        self.number = len(drawn.risk)
        self.cumulative: list[float] = np.cumsum(drawn.risk).tolist()
        self._first = first
        self._drawn = drawn
        self._start = start
        self._made: dict[int, Family] = {}

    @property
    def mean_risk(self) -> float:
        """Mean risk of the school's families."""
        return self.cumulative[-1] / self.number

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Every family of the school."""
        return tuple(self.family(place) for place in range(self.number))

    def children(self) -> Iterator[str]:
        """Yield every child of the school, known to anybody or not."""
        for number in range(self._first, self._first + self._drawn.ends[-1]):
            yield child_id(number)

    def at_risk(self, u: float) -> Family:
        """Return a family, chosen by a uniform number in proportion to its risk."""
        place = bisect_right(self.cumulative, u * self.cumulative[-1])
        return self.family(min(place, self.number - 1))

    def family(self, place: int) -> Family:
        """Return the family at a place."""
        if place not in self._made:
            self._made[place] = self._make(place)
        return self._made[place]

    def _make(self, place: int) -> Family:
        drawn = self._drawn
        numbers = range(self._first + drawn.starts[place], self._first + drawn.ends[place])
        children = tuple(child_id(number) for number in numbers)
        begin = end = None
        if drawn.opened[place] >= 0:
            begin = self._start + timedelta(days=drawn.opened[place] - _LEAD_IN)
            end = begin + timedelta(days=drawn.lasts[place])
        return Family(children[0], children, drawn.risk[place], drawn.luck[place], begin, end)


def child_id(number: int) -> str:
    """Return an id that tells nothing about the school; numbers below 8,999,993 stay distinct.

    >>> child_id(1) != child_id(2)
    True
    """
    return str(1_000_000 + number * _FACTOR % _MODULUS)


def pool_of(
    school: SchoolFacts, first: int, scenario: Scenario, period: Span, *, purpose: str = "families"
) -> Pool:
    """Make the families of one school.

    Parameters
    ----------
    school
        The school; its roll says how many children there are.
    first
        Number of its first child in the authority: children's ids follow from it.
    scenario
        Risk, background cases and how long they stay open.
    period
        The days that the authority's file covers.
    purpose
        What the random numbers are for.
    """
    rng = generator(scenario.seed, purpose, school.urn)
    pupils = max(school.pupils, 1)
    u = rng.random(pupils)
    ends = np.cumsum(1 + (u >= _ONE) + (u >= _TWO))
    number = int(np.searchsorted(ends, pupils)) + 1
    ends = np.minimum(ends[:number], pupils)
    starts = np.concatenate(([0], ends[:-1]))
    shape = scenario.family_shape
    days = (period.end - period.start).days + _LEAD_IN
    risk = rng.standard_gamma(shape, number) / shape
    risk[0] = max(risk[0], 1e-9)  # so that there is somebody to call about
    luck = rng.random(number)
    is_open = rng.random(number) < scenario.background_open
    opened = np.where(is_open, (rng.random(number) * days).astype(np.int64), -1)
    lasts = np.rint(rng.standard_exponential(number) * scenario.open_days * 1.44)
    drawn = _Drawn(
        starts.tolist(),
        ends.tolist(),
        risk.tolist(),
        luck.tolist(),
        opened.tolist(),
        lasts.astype(np.int64).tolist(),
    )
    return Pool(school, first, drawn, period.start)
